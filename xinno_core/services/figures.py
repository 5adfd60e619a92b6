"""Figures of an event, a region or a pilot: who registered, waited, came, or did not.

Counted in the database, in a few queries whatever the size. What of it may be shown is decided for
the whole pilot at once, in services/figure_tables, so that everybody is shown the same: numbers
that two people may see can be laid over each other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.languages import INTERFACE_LANGUAGES, LanguageMap
from xinno_core.models import Channel, Event, EventState, Participant, Pilot, Region
from xinno_core.services import access
from xinno_core.services.access import Access
from xinno_core.services.countries import FIRST_COUNTRIES
from xinno_core.services.events import EventCard, card_of
from xinno_core.services.figure_rows import NOT_GIVEN, OTHER, Measure, Part, registered
from xinno_core.services.figure_tables import (
    Level,
    Node,
    Tree,
    find_divisible,
    show_rows,
)
from xinno_core.services.profile import ORGANISATION_TYPES, SECTORS
from xinno_core.services.small_cells import hide_small

AT_EVENTS = (Part.ROLE, Part.CHANNEL)
"""Parts of an event only: that others do not have its roles would give its numbers away."""

KNOWN: Mapping[Part, tuple[str, ...]] = {
    Part.TYPE: (*ORGANISATION_TYPES, NOT_GIVEN),
    Part.SECTOR: (*SECTORS, NOT_GIVEN),
    Part.COUNTRY: (*FIRST_COUNTRIES, OTHER, NOT_GIVEN),
    Part.LANGUAGE: (*INTERFACE_LANGUAGES, OTHER),
}
"""What is in a part, whether anybody is counted there or not: that it is listed tells nothing."""

Name = TypeVar("Name", bound=StrEnum)


@dataclass(frozen=True)
class Line:
    """Figures of one part, such as one role: measure to number, None where it is hidden."""

    part: Part
    key: str
    numbers: Mapping[Measure, int | None]


@dataclass(frozen=True)
class Heads:
    """How many different ones there are: each counted once, however often they came."""

    persons: int
    organisations: int


@dataclass(frozen=True)
class Place:
    """An event, region or pilot that figures are of."""

    level: Level
    id: int
    key: str
    name: LanguageMap
    lead_language: str = "en"


@dataclass(frozen=True)
class Figures:
    """Figures of one event, region or pilot; in `lines`, None where a number is not to be shown.

    `totals` are participations: who comes to three events counts three times. The measures do not
    overlap, and no sum of them is told. `heads` says of each measure how many different persons
    and organisations they are. `lines` stand part by part, with the keys of a part in a fixed
    order; by role and channel there are lines of events only. `card` is the event's.
    """

    place: Place
    totals: Mapping[Measure, int]
    heads: Mapping[Measure, Heads]
    lines: tuple[Line, ...]
    card: EventCard | None = None


@dataclass(frozen=True)
class Reading:
    """Figures as somebody reads them: by one part or by none."""

    figures: Figures
    part: Part | None
    is_organiser: bool  # of this event


@dataclass(frozen=True)
class _Pilot:
    """What a pilot consists of."""

    tree: Tree
    places: Mapping[Node, Place]
    cards: Mapping[int, EventCard]
    channels: Mapping[int, tuple[str, ...]]  # names, by event


@dataclass(frozen=True)
class _Counted:
    """The exact numbers, before it is decided what is shown."""

    parts: Mapping[Part, Mapping[Measure, Mapping[int, Counter[str]]]]  # by event
    persons: Mapping[Measure, Counter[Node]]
    organisations: Mapping[Measure, Counter[Node]]


async def list_places(session: AsyncSession, *, participant: Participant) -> tuple[Place, ...]:
    """Return the pilots that a person leads and the regions they may read; refused without any."""
    rights = await access.access_of(session, participant)
    if not (rights.led or rights.organised):
        raise RefusedError
    pilots = await session.scalars(
        select(Pilot).where(Pilot.id.in_(rights.led)).order_by(Pilot.key)
    )
    regions = await session.scalars(
        select(Region)
        .where(Region.id.in_(rights.organised) | Region.pilot_id.in_(rights.led))
        .order_by(Region.key)
    )
    return (*map(_place_of_pilot, pilots), *map(_place_of_region, regions))


async def find_figures(
    session: AsyncSession,
    *,
    participant: Participant,
    level: str,
    id_: int,
    part: str,
    now: datetime,
) -> Reading:
    """Return figures of what this person organises or leads, by one part or by none."""
    node = (_member(Level, level), id_)
    by = _member(Part, part) if part else None
    rights = await access.access_of(session, participant)
    pilot_id = await _find_pilot(session, node, rights)
    if by in AT_EVENTS and node[0] is not Level.EVENT:
        raise NotFoundError
    found = await _read_pilot(session, pilot_id, parts=(by or Part.TYPE,), now=now)
    is_own = node[0] is Level.EVENT and (await _region_of(session, id_)) in rights.organised
    return Reading(found[node], by, is_own)


async def read_figures(
    session: AsyncSession, cards: Sequence[EventCard], *, now: datetime
) -> tuple[Figures, ...]:
    """Return the figures of these events."""
    found = await _read_pilots(session, [card.id for card in cards], now=now)
    return tuple(found[Level.EVENT, card.id] for card in cards)


async def read_within(
    session: AsyncSession, *, level: Level, id_: int, now: datetime
) -> tuple[Figures, ...]:
    """Return the figures of an event, region or pilot and of all in it, the widest first."""
    node = (level, id_)
    pilot_id = await _find_pilot(session, node, None)
    pilot = await _lay_out(session, pilot_id)
    found = await _read_pilot(session, pilot_id, parts=tuple(Part), now=now)
    return tuple(found[one] for one in (node, *pilot.tree.below(node)))


# ── reading ──────────────────────────────────────────────────────────────────────────────────
async def _find_pilot(session: AsyncSession, node: Node, rights: Access | None) -> int:
    """Return the pilot of a place; one that this person may not read does not exist for them."""
    level, id_ = node
    region_id = await _region_of(session, id_) if level is Level.EVENT else id_
    if level is Level.PILOT:
        found = await session.scalar(select(Pilot.id).where(Pilot.id == id_))
        region_id = None
    else:
        found = await session.scalar(select(Region.pilot_id).where(Region.id == region_id))
    if found is None:
        raise NotFoundError
    if rights is not None and found not in rights.led and region_id not in rights.organised:
        raise NotFoundError
    return found


async def _region_of(session: AsyncSession, event_id: int) -> int | None:
    event = await session.get(Event, event_id)
    is_shown = event is not None and event.state is not EventState.DRAFT
    return event.region_id if event is not None and is_shown else None


async def _read_pilots(
    session: AsyncSession, event_ids: Collection[int], *, now: datetime
) -> dict[Node, Figures]:
    pilots = await session.scalars(
        select(Region.pilot_id)
        .join(Event, Event.region_id == Region.id)
        .where(Event.id.in_(event_ids))
        .distinct()
        .order_by(Region.pilot_id)
    )
    found: dict[Node, Figures] = {}
    for pilot_id in pilots.all():
        found.update(await _read_pilot(session, pilot_id, parts=tuple(Part), now=now))
    return found


async def _read_pilot(
    session: AsyncSession, pilot_id: int, *, parts: Sequence[Part], now: datetime
) -> dict[Node, Figures]:
    pilot = await _lay_out(session, pilot_id)
    counted = await _count(session, registered(pilot_id, now=now), pilot.tree, parts)
    totals, heads = _exact(pilot.tree, counted)
    rows = {
        part: {
            measure: _show_part(pilot, part, counted.parts[part][measure]) for measure in Measure
        }
        for part in parts
    }
    return {
        node: Figures(
            place=place,
            totals={measure: totals[measure][node] for measure in Measure},
            heads={measure: heads[measure][node] for measure in Measure},
            lines=tuple(
                Line(part, key, {measure: rows[part][measure][node][key] for measure in Measure})
                for part in parts
                for key in _keys(pilot, node, part, counted)
            ),
            card=pilot.cards[node[1]] if node[0] is Level.EVENT else None,
        )
        for node, place in pilot.places.items()
    }


async def _lay_out(session: AsyncSession, pilot_id: int) -> _Pilot:
    pilot = await session.get_one(Pilot, pilot_id)
    regions = (
        await session.scalars(select(Region).where(Region.pilot_id == pilot_id).order_by(Region.id))
    ).all()
    by_id = {region.id: region for region in regions}
    events = await session.scalars(
        select(Event)
        .where(Event.region_id.in_(by_id), Event.state != EventState.DRAFT)
        .order_by(Event.starts_at, Event.id)
    )
    cards = {event.id: (card_of(event, by_id[event.region_id]), event) for event in events}
    under = {
        region.id: tuple(id_ for id_, (_, event) in cards.items() if event.region_id == region.id)
        for region in regions
    }
    places = [_place_of_pilot(pilot), *map(_place_of_region, regions)]
    places += [_place_of_event(card) for card, _ in cards.values()]
    channels: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for event_id, name in await session.execute(
        select(Channel.event_id, Channel.name)
        .join(Event, Event.id == Channel.event_id)
        .where(Event.region_id.in_(by_id))
        .order_by(Channel.event_id, Channel.name)
    ):
        channels[event_id] += (name,)
    return _Pilot(
        Tree(pilot.id, under),
        {(place.level, place.id): place for place in places},
        {id_: card for id_, (card, _) in cards.items()},
        channels,
    )


async def _count(
    session: AsyncSession, rows: Subquery, tree: Tree, parts: Sequence[Part]
) -> _Counted:
    counted: dict[Part, dict[Measure, dict[int, Counter[str]]]] = {}
    for part in parts:
        by = (rows.c.event, rows.c.measure, rows.c[part.value])
        found = await session.execute(select(*by, func.count()).group_by(*by))
        tables: dict[Measure, dict[int, Counter[str]]] = {measure: {} for measure in Measure}
        for event_id, measure, key, number in found:
            tables[Measure(measure)].setdefault(event_id, Counter())[key] += number
        counted[part] = tables
    heads: list[dict[Measure, Counter[Node]]] = []
    for who in (rows.c.person, rows.c.organisation):
        different: dict[Measure, Counter[Node]] = {measure: Counter() for measure in Measure}
        for level in Level:
            of = [] if level is Level.PILOT else [rows.c[level.value]]
            found = await session.execute(
                select(rows.c.measure, func.count(func.distinct(who)), *of).group_by(
                    rows.c.measure, *of
                )
            )
            for measure, number, *place in found:
                node = (level, place[0]) if place else tree.root
                different[Measure(measure)][node] = number
        heads.append(different)
    return _Counted(counted, persons=heads[0], organisations=heads[1])


# ── what is shown ────────────────────────────────────────────────────────────────────────────
def _exact(
    tree: Tree, counted: _Counted
) -> tuple[dict[Measure, dict[Node, int]], dict[Measure, dict[Node, Heads]]]:
    """Return the totals as they are: whoever sees the free seats knows them anyway."""
    totals: dict[Measure, dict[Node, int]] = {}
    heads: dict[Measure, dict[Node, Heads]] = {}
    one_part = next(iter(counted.parts.values()))
    for measure in Measure:
        events = {id_: row.total() for id_, row in one_part[measure].items()}
        totals[measure] = {
            node: sum(events.get(id_, 0) for id_ in tree.events(node)) for node in tree.nodes()
        }
        persons, organisations = counted.persons[measure], counted.organisations[measure]
        heads[measure] = {node: Heads(persons[node], organisations[node]) for node in tree.nodes()}
    return totals, heads


def _show_part(
    pilot: _Pilot,
    part: Part,
    events: Mapping[int, Counter[str]],
) -> dict[Node, dict[str, int | None]]:
    divisible = find_divisible(pilot.tree, {id_: row.total() for id_, row in events.items()})
    if part not in AT_EVENTS:
        return show_rows(pilot.tree, events, _all_keys(KNOWN[part], events.values()), divisible)
    shown: dict[Node, dict[str, int | None]] = {}
    for node in pilot.tree.nodes():
        row = events.get(node[1], Counter()) if node[0] is Level.EVENT else Counter()
        keys = _all_keys(_own_keys(pilot, node, part), (row,))
        is_shown = divisible[node] is not None
        shown[node] = hide_small({key: row[key] for key in keys}) if is_shown else {}
        shown[node] = {key: shown[node].get(key) for key in keys}
    return shown


def _keys(pilot: _Pilot, node: Node, part: Part, counted: _Counted) -> tuple[str, ...]:
    tables = counted.parts[part].values()
    if part not in AT_EVENTS:
        return _all_keys(KNOWN[part], (row for table in tables for row in table.values()))
    if node[0] is not Level.EVENT:
        return ()
    rows = (table.get(node[1], Counter[str]()) for table in tables)
    return _all_keys(_own_keys(pilot, node, part), rows)


def _own_keys(pilot: _Pilot, node: Node, part: Part) -> tuple[str, ...]:
    if node[0] is not Level.EVENT:
        return ()
    if part is Part.ROLE:
        return tuple(role.key for role in pilot.cards[node[1]].roles)
    return (NOT_GIVEN, *pilot.channels.get(node[1], ()))


def _all_keys(known: tuple[str, ...], rows: Iterable[Mapping[str, int]]) -> tuple[str, ...]:
    """Return all keys there may be, then others that are found, such as a role taken out since."""
    found = {key for row in rows for key in row}
    return (*known, *sorted(found - set(known)))


# ── places ───────────────────────────────────────────────────────────────────────────────────
def _place_of_pilot(pilot: Pilot) -> Place:
    return Place(Level.PILOT, pilot.id, pilot.key, pilot.name)


def _place_of_region(region: Region) -> Place:
    return Place(Level.REGION, region.id, region.key, region.name)


def _place_of_event(card: EventCard) -> Place:
    return Place(Level.EVENT, card.id, card.key, card.title, card.lead_language)


def _member(kind: type[Name], value: str) -> Name:
    try:
        return kind(value)
    except ValueError:
        raise NotFoundError from None

"""Figures of an event, a region or a pilot: who registered, waited, came, or did not.

Counted in the database, in a few queries whatever the size. They are exact: reports to the
programme need them so, and they say of nobody what they think. By one part at a time, never by two
at once, so that they do not close in on a person.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Subquery, case, distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.languages import INTERFACE_LANGUAGES, LanguageMap
from xinno_core.models import Channel, Event, EventState, Participant, Pilot, Region
from xinno_core.services import access
from xinno_core.services.access import Access
from xinno_core.services.countries import FIRST_COUNTRIES
from xinno_core.services.events import EventCard, card_of
from xinno_core.services.figure_rows import (
    NOT_GIVEN,
    OUTCOMES,
    Level,
    Measure,
    Part,
    is_within,
    registered,
)
from xinno_core.services.profile import ORGANISATION_TYPES, SECTORS

KNOWN: Mapping[Part, tuple[str, ...]] = {
    Part.TYPE: (*ORGANISATION_TYPES, NOT_GIVEN),
    Part.SECTOR: (*SECTORS, NOT_GIVEN),
    Part.COUNTRY: (*FIRST_COUNTRIES, NOT_GIVEN),
    Part.LANGUAGE: INTERFACE_LANGUAGES,
}
"""What every file lists, whether anybody is counted there or not; roles and channels are those of
the events."""

Name = TypeVar("Name", bound=StrEnum)


@dataclass(frozen=True)
class Count:
    """How many there are of one measure, in three ways: nobody may take one for another.

    Who comes to three events is three participations, one person, and of one organisation.
    """

    participations: int = 0
    persons: int = 0
    organisations: int = 0


Counts = Mapping[Measure, Count]

NOBODY: Counts = dict.fromkeys(Measure, Count())


@dataclass(frozen=True)
class Line:
    """Figures of one part, such as one role; `card` is of an event that has this role."""

    part: Part
    key: str
    counts: Counts
    card: EventCard | None = None


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
    """Figures of one event, region or pilot: in all, then part by part."""

    place: Place
    totals: Counts
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Reading:
    """Figures as somebody reads them: by one part or by none."""

    figures: Figures
    part: Part | None
    is_organiser: bool  # of this event


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
    at = _member(Level, level)
    by = _member(Part, part) if part else None
    rights = await access.access_of(session, participant)
    region_id = await _check_may_read(session, at, id_, rights)
    wanted = _Wanted(at, (id_,), levels=(at,), parts=(by,) if by else ())
    (found,) = await _read(session, wanted, now=now)
    return Reading(found, by, at is Level.EVENT and region_id in rights.organised)


async def read_figures(
    session: AsyncSession,
    cards: Sequence[EventCard],
    *,
    parts: Sequence[Part] = tuple(Part),
    now: datetime,
) -> tuple[Figures, ...]:
    """Return the figures of these events, in all and by these parts."""
    ids = tuple(card.id for card in cards)
    wanted = _Wanted(Level.EVENT, ids, levels=(Level.EVENT,), parts=tuple(parts))
    found = await _read(session, wanted, now=now)
    by_id = {one.place.id: one for one in found}
    return tuple(by_id[id_] for id_ in ids)


async def read_within(
    session: AsyncSession, *, level: Level, id_: int, now: datetime
) -> tuple[Figures, ...]:
    """Return the figures of an event, region or pilot and of all in it, the widest first."""
    levels = tuple(Level)[tuple(Level).index(level) :]
    return await _read(session, _Wanted(level, (id_,), levels=levels), now=now)


# ── reading ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Wanted:
    """Figures of which places, at which levels, and by what."""

    within: Level
    ids: tuple[int, ...]
    levels: tuple[Level, ...]
    parts: tuple[Part, ...] = tuple(Part)


@dataclass(frozen=True)
class _Grounds:
    """The places that figures are of, with what is known of their events."""

    places: tuple[Place, ...]
    events: Mapping[tuple[Level, int], tuple[EventCard, ...]]
    channels: Mapping[int, tuple[str, ...]]  # names, by event

    def keys(self, place: Place, part: Part) -> Mapping[str, EventCard | None]:
        """Return what a part has at a place, counted there or not; a role with an event of it."""
        cards = self.events[place.level, place.id]
        match part:
            case Part.ROLE:
                roles: dict[str, EventCard | None] = {}
                for card in cards:
                    roles.update({one.key: card for one in card.roles if one.key not in roles})
                return roles
            case Part.CHANNEL:
                names = {name for card in cards for name in self.channels.get(card.id, ())}
                return dict.fromkeys((NOT_GIVEN, *sorted(names)))
            case _:
                return dict.fromkeys(KNOWN[part])


async def _check_may_read(session: AsyncSession, at: Level, id_: int, rights: Access) -> int | None:
    """Return the region of a place; one that this person may not read does not exist for them."""
    region_id: int | None = None
    pilot_id: int | None = id_
    if at is not Level.PILOT:
        region_id = await _region_of(session, id_) if at is Level.EVENT else id_
        pilot_id = await session.scalar(select(Region.pilot_id).where(Region.id == region_id))
    if pilot_id not in rights.led and region_id not in rights.organised:
        raise NotFoundError
    return region_id


async def _region_of(session: AsyncSession, event_id: int) -> int | None:
    event = await session.get(Event, event_id)
    return event.region_id if event is not None and event.state is not EventState.DRAFT else None


async def _read(session: AsyncSession, wanted: _Wanted, *, now: datetime) -> tuple[Figures, ...]:
    grounds = await _lay_out(session, wanted)
    rows = registered(wanted.within, wanted.ids, now=now)
    counted = {
        (level, part): await _count(session, rows, level, part)
        for level in wanted.levels
        for part in (None, *wanted.parts)
    }
    return tuple(
        Figures(
            place,
            counted[place.level, None][place.id].get("", NOBODY),
            tuple(
                line
                for part in wanted.parts
                for line in _lines(grounds, place, part, counted[place.level, part][place.id])
            ),
        )
        for place in grounds.places
    )


def _lines(
    grounds: _Grounds, place: Place, part: Part, counted: Mapping[str, Counts]
) -> Iterator[Line]:
    """Say every key there may be, then others that are found, such as a role taken out since."""
    keys = grounds.keys(place, part)
    for key in (*keys, *sorted(counted.keys() - keys)):
        yield Line(part, key, counted.get(key, NOBODY), keys.get(key))


async def _count(
    session: AsyncSession, rows: Subquery, level: Level, part: Part | None
) -> Mapping[int, Mapping[str, Counts]]:
    """Count by place, and there by the keys of a part; in all under an empty key."""
    by = [rows.c[level.value], *([rows.c[part.value]] if part else [])]
    numbers = [
        number
        for outcomes in OUTCOMES.values()
        for number in _numbers(rows, rows.c.outcome.in_(outcomes))
    ]
    counted: defaultdict[int, dict[str, Counts]] = defaultdict(dict)
    for row in await session.execute(select(*by, *numbers).group_by(*by)):
        key, of = (row[1], row[2:]) if part else ("", row[1:])
        counted[row[0]][key] = {
            measure: Count(*of[3 * at : 3 * at + 3]) for at, measure in enumerate(OUTCOMES)
        }
    return counted


def _numbers(rows: Subquery, is_in: ColumnElement[bool]) -> tuple[ColumnElement[int], ...]:
    """Return the three numbers of a count, in its order."""
    return (
        func.count(case((is_in, rows.c.registration))),
        func.count(distinct(case((is_in, rows.c.person)))),
        func.count(distinct(case((is_in, rows.c.organisation)))),
    )


async def _lay_out(session: AsyncSession, wanted: _Wanted) -> _Grounds:
    found = await session.execute(
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .where(is_within(wanted.within, wanted.ids), Event.state != EventState.DRAFT)
        .order_by(Event.starts_at, Event.id)
    )
    events: defaultdict[tuple[Level, int], tuple[EventCard, ...]] = defaultdict(tuple)
    own: list[Place] = []
    for event, region in found.all():
        card = card_of(event, region)
        own.append(_place_of_event(card))
        for node in (
            (Level.PILOT, region.pilot_id),
            (Level.REGION, region.id),
            (Level.EVENT, card.id),
        ):
            events[node] += (card,)
    names = await session.execute(
        select(Channel.event_id, Channel.name)
        .join(Event, Event.id == Channel.event_id)
        .join(Region, Region.id == Event.region_id)
        .where(is_within(wanted.within, wanted.ids))
    )
    channels: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for event_id, name in names:
        channels[event_id] += (name,)
    wide = await _wide_places(session, wanted)
    return _Grounds((*wide, *(own if Level.EVENT in wanted.levels else ())), events, channels)


async def _wide_places(session: AsyncSession, wanted: _Wanted) -> tuple[Place, ...]:
    """Return the pilots and regions that figures are wanted of, the pilots first."""
    places: list[Place] = []
    if Level.PILOT in wanted.levels:
        pilots = await session.scalars(select(Pilot).where(Pilot.id.in_(wanted.ids)))
        places += map(_place_of_pilot, pilots)
    if Level.REGION in wanted.levels:
        within = Region.pilot_id if wanted.within is Level.PILOT else Region.id
        regions = await session.scalars(
            select(Region).where(within.in_(wanted.ids)).order_by(Region.id)
        )
        places += map(_place_of_region, regions)
    return tuple(places)


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

"""Finding events and reading their cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.languages import LanguageMap
from xinno_core.models import Event, EventSession, EventState, Limit, Region
from xinno_core.services.quiet import local_instant, wall_time

PAGE = 6


@dataclass(frozen=True)
class Seats:
    """How many seats a limit has, and how many of them are left."""

    label: LanguageMap
    roles: tuple[str, ...]
    seats: int
    taken: int
    id: int = 0
    key: str = ""
    targets: tuple[str, ...] = ()  # types of organisation
    session_id: int | None = None
    room: int | None = None  # how many the room holds, where more seats are given out

    def bounds(self, role: str) -> bool:
        """Tell whether a place at the event in this role may count here."""
        return self.session_id is None and (not self.roles or role in self.roles)

    @property
    def free(self) -> int:
        """Seats that nobody holds."""
        return max(self.seats - self.taken, 0)


@dataclass(frozen=True)
class RoleChoice:
    """A role one can have at an event."""

    key: str
    label: LanguageMap
    is_open: bool  # people may choose it themselves
    needs_approval: bool = False  # the organiser says yes or no to each


@dataclass(frozen=True)
class Slot:
    """A session of an event: a day of a course, or a workshop that people choose."""

    id: int
    key: str
    title: LanguageMap
    summary: LanguageMap
    by_choice: bool
    roles: tuple[str, ...]
    place: Mapping[str, Any]  # what is otherwise than at the event
    starts_at: datetime
    ends_at: datetime

    def is_for(self, role: str) -> bool:
        """Tell whether someone in this role takes part, or may choose it."""
        return not self.roles or role in self.roles


@dataclass(frozen=True)
class EventCard:
    """What people are shown of an event; plain values, safe after the transaction."""

    id: int
    key: str
    format: str
    title: LanguageMap
    summary: LanguageMap
    programme: LanguageMap
    place: Mapping[str, Any]
    roles: tuple[RoleChoice, ...]
    lead_language: str
    languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    zone: str
    registration_closes_at: datetime
    state: EventState
    schedule_revision: int
    calendar_sequence: int
    is_demo: bool
    region: LanguageMap
    series_id: int | None
    answers_close_at: datetime  # until when answers to its questions can be changed
    offers_paused: bool
    organiser: str
    contact: str  # for questions of data protection
    limits: tuple[Seats, ...] = ()
    slots: tuple[Slot, ...] = ()  # only where one event is read by itself

    def role(self, key: str) -> RoleChoice | None:
        """Return the role with this key."""
        return next((role for role in self.roles if role.key == key), None)


def slot_of(slot: EventSession) -> Slot:
    """Return a session in plain values."""
    return Slot(
        id=slot.id,
        key=slot.key,
        title=slot.title,
        summary=slot.summary,
        by_choice=slot.by_choice,
        roles=tuple(slot.roles),
        place=slot.place,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )


def card_of(
    event: Event,
    region: Region,
    limits: Sequence[Limit] = (),
    sessions: Sequence[EventSession] = (),
) -> EventCard:
    """Return the card of an event."""
    return EventCard(
        id=event.id,
        key=event.key,
        format=event.format,
        title=event.title,
        summary=event.summary,
        programme=event.programme,
        place=event.place,
        roles=tuple(
            RoleChoice(
                role["key"],
                role["label"],
                is_open=role.get("register", "self") != "invited",
                needs_approval=role.get("register") == "approval",
            )
            for role in event.roles
        ),
        lead_language=event.lead_language,
        languages=tuple(event.languages),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        zone=event.zone,
        registration_closes_at=event.registration_closes_at,
        state=event.state,
        schedule_revision=event.schedule_revision,
        calendar_sequence=event.calendar_sequence,
        is_demo=event.is_demo,
        region=region.name,
        series_id=event.series_id,
        answers_close_at=event.starts_at - timedelta(hours=event.answers_close_hours_before),
        offers_paused=event.offers_paused,
        organiser=str(region.organiser.get("name", "")),
        contact=str(region.data_protection.get("contact", "")),
        limits=tuple(
            Seats(
                label=limit.label,
                roles=tuple(limit.roles),
                seats=limit.seats,
                taken=limit.taken,
                id=limit.id,
                key=limit.key,
                targets=tuple(limit.targets),
                session_id=limit.session_id,
                room=limit.room,
            )
            for limit in limits
        ),
        slots=tuple(slot_of(slot) for slot in sessions),
    )


async def lock_event(session: AsyncSession, event_id: int) -> Event | None:
    """Return an event with its row locked: who takes, frees or gives a seat holds this first."""
    return await session.scalar(
        lock(select(Event).where(Event.id == event_id)).execution_options(populate_existing=True)
    )


async def list_limits(session: AsyncSession, event_id: int) -> Sequence[Limit]:
    """Return the limits of an event as they stand now."""
    found = await session.scalars(
        select(Limit)
        .where(Limit.event_id == event_id)
        .order_by(Limit.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def list_sessions(session: AsyncSession, event_id: int) -> Sequence[EventSession]:
    """Return the sessions of an event in the order of their times."""
    found = await session.scalars(
        select(EventSession)
        .where(EventSession.event_id == event_id)
        .order_by(EventSession.starts_at, EventSession.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def find_event_of(session: AsyncSession, session_id: int) -> int | None:
    """Return the event that a session belongs to."""
    return await session.scalar(select(EventSession.event_id).where(EventSession.id == session_id))


async def find_card(session: AsyncSession, event_id: int) -> EventCard | None:
    """Return the card of an event that people may see, cancelled ones included."""
    event = await session.get(Event, event_id)
    if event is None or event.state is EventState.DRAFT:
        return None
    return await read_card(session, event)


async def read_card(session: AsyncSession, event: Event) -> EventCard:
    """Return the card of an event with its seats as they stand, and its sessions."""
    region = await session.get_one(Region, event.region_id)
    return card_of(
        event,
        region,
        await list_limits(session, event.id),
        await list_sessions(session, event.id),
    )


async def find_by_key(session: AsyncSession, key: str) -> Event | None:
    """Return the published or cancelled event behind a link."""
    return await session.scalar(
        select(Event).where(Event.key == key, Event.state != EventState.DRAFT)
    )


@dataclass(frozen=True)
class RegionChoice:
    """A region with events to come."""

    id: int
    name: LanguageMap
    events: int


@dataclass(frozen=True)
class EventPage:
    """One page of the events to come, of one region or of all."""

    cards: tuple[EventCard, ...]
    page: int
    pages: int
    regions: tuple[RegionChoice, ...] = ()
    region: RegionChoice | None = None  # the one that was chosen


async def list_open(
    session: AsyncSession, *, now: datetime, page: int = 0, region_id: int = 0
) -> EventPage:
    """Return the published events that are not over, soonest first.

    A region without events to come, such as one of an old button, is as if none were chosen.
    """
    shown = [Event.state == EventState.PUBLISHED, Event.ends_at > now]
    counted = await session.execute(
        select(Region, func.count(Event.id))
        .join(Event, Event.region_id == Region.id)
        .where(*shown)
        .group_by(Region.id)
        .order_by(Region.key)
    )
    regions = tuple(RegionChoice(one.id, one.name, number) for one, number in counted)
    chosen = next((one for one in regions if one.id == region_id), None)
    if chosen is not None:
        shown.append(Event.region_id == chosen.id)
    total = chosen.events if chosen else sum(one.events for one in regions)
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .where(*shown)
        .order_by(Event.starts_at, Event.id)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    cards = tuple(card_of(event, region) for event, region in found)
    return EventPage(cards, page, pages, regions, chosen)


def set_times(event: Event, start: datetime, lasts: timedelta, zone: str) -> None:
    """Derive the instants from the wall time; the end is as much later as really passes."""
    event.zone, event.starts_at = zone, local_instant(start, zone)
    event.starts_local = wall_time(event.starts_at, zone)  # an hour the clocks skip is none
    event.ends_at = event.starts_at + lasts
    event.ends_local = wall_time(event.ends_at, zone)
    event.registration_closes_at = registration_closes_at(
        event.starts_at, event.closes_hours_before
    )


def registration_closes_at(starts_at: datetime, closes_hours_before: int) -> datetime:
    """Return when registration closes."""
    return starts_at - timedelta(hours=closes_hours_before)

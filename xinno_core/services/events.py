"""Finding events and reading their cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.languages import LanguageMap
from xinno_core.models import Event, EventState, Limit, Region
from xinno_core.services.quiet import local_instant, wall_time

PAGE = 6


@dataclass(frozen=True)
class Seats:
    """How many seats a limit has, and how many of them are left."""

    label: LanguageMap
    roles: tuple[str, ...]
    seats: int
    taken: int

    def bounds(self, role: str) -> bool:
        """Tell whether a seat in this role counts here."""
        return not self.roles or role in self.roles

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
    organiser: str
    contact: str  # for questions of data protection
    limits: tuple[Seats, ...] = ()

    def role(self, key: str) -> RoleChoice | None:
        """Return the role with this key."""
        return next((role for role in self.roles if role.key == key), None)


def card_of(event: Event, region: Region, limits: Sequence[Limit] = ()) -> EventCard:
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
            RoleChoice(role["key"], role["label"], role.get("register", "self") == "self")
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
        organiser=str(region.organiser.get("name", "")),
        contact=str(region.data_protection.get("contact", "")),
        limits=tuple(
            Seats(limit.label, tuple(limit.roles), limit.seats, limit.taken) for limit in limits
        ),
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


async def find_card(session: AsyncSession, event_id: int) -> EventCard | None:
    """Return the card of an event that people may see, cancelled ones included."""
    event = await session.get(Event, event_id)
    if event is None or event.state is EventState.DRAFT:
        return None
    return await read_card(session, event)


async def read_card(session: AsyncSession, event: Event) -> EventCard:
    """Return the card of an event with its seats as they stand."""
    region = await session.get_one(Region, event.region_id)
    return card_of(event, region, await list_limits(session, event.id))


async def find_by_key(session: AsyncSession, key: str) -> Event | None:
    """Return the published or cancelled event behind a link."""
    return await session.scalar(
        select(Event).where(Event.key == key, Event.state != EventState.DRAFT)
    )


@dataclass(frozen=True)
class EventPage:
    """One page of the events to come."""

    cards: tuple[EventCard, ...]
    page: int
    pages: int


async def list_open(session: AsyncSession, *, now: datetime, page: int = 0) -> EventPage:
    """Return the published events that are not over, soonest first."""
    shown = (Event.state == EventState.PUBLISHED, Event.ends_at > now)
    total = await session.scalar(select(func.count()).select_from(Event).where(*shown)) or 0
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
    return EventPage(tuple(card_of(event, region) for event, region in found), page, pages)


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

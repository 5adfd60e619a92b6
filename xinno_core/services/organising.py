"""An organiser's desk: the events of the own regions, and how they stand."""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import access, attendance, event_groups, visits
from xinno_core.services.broadcast_progress import count_of_event
from xinno_core.services.enquiry_desk import count_open, count_open_of
from xinno_core.services.event_groups import GroupStand
from xinno_core.services.events import EventCard, Seats, card_of, list_limits, read_card
from xinno_core.services.keeping import count_silent
from xinno_core.services.limits import count_by_limit
from xinno_core.services.standings import ENDED

PAGE = 8
KEPT_AT_THE_DESK = timedelta(days=30)
"""So long after its end an event still lies on the desk."""


@dataclass(frozen=True)
class Count:
    """How many registrations in one role stand in one state."""

    role: str
    state: RegistrationState
    number: int


@dataclass(frozen=True)
class Board:
    """One event as its organiser sees it."""

    card: EventCard
    counts: tuple[Count, ...]
    is_over: bool
    silent: int = 0  # who has a seat and has not answered to a change
    is_own: bool = True  # else of a region where the person is staff: to look at only
    waiting: Mapping[int, int] = field(default_factory=dict)  # by limit
    group: GroupStand | None = None  # its Telegram group
    questions: int = 0  # to the organisers, that wait for an answer
    announcements: int = 0  # that were confirmed
    notes_attendance: bool = False  # it has begun, or is about to

    def number(self, state: RegistrationState, roles: Collection[str] = ()) -> int:
        """Return how many stand in a state, in all roles or only in these."""
        return sum(
            count.number
            for count in self.counts
            if count.state is state and (not roles or count.role in roles)
        )

    def waiting_for(self, seats: Seats) -> int:
        """Return how many wait for seats of this limit."""
        return self.waiting.get(seats.id, 0)

    @property
    def active(self) -> int:
        """How many have a seat, an offer, a number or a request."""
        return sum(count.number for count in self.counts if count.state not in ENDED)


@dataclass(frozen=True)
class DeskPage:
    """One page of the organiser's events."""

    boards: tuple[Board, ...]
    page: int
    pages: int
    is_organisers: bool = True  # else of staff
    questions: int = 0  # to the own regions, that wait for an answer


async def list_desk(
    session: AsyncSession, *, participant: Participant, now: datetime, page: int = 0
) -> DeskPage:
    """Return the events of the own regions, soonest first; staff see no drafts."""
    watched = await access.get_watched_regions(session, participant)
    organised = (await access.access_of(session, participant)).organised
    shown = (
        Event.region_id.in_(watched),
        or_(Event.region_id.in_(organised), Event.state != EventState.DRAFT),
        Event.ends_at > now - KEPT_AT_THE_DESK,
    )
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
    listed = [(card_of(event, region), region.id in organised) for event, region in found]
    counts = await count_people(session, [card.id for card, _ in listed])
    boards = (
        Board(card, counts.get(card.id, ()), card.ends_at <= now, is_own) for card, is_own in listed
    )
    questions = await count_open_of(session, organised)
    return DeskPage(tuple(boards), page, pages, bool(organised), questions)


async def find_board(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Board:
    """Return how an event of an own region stands; another's is not found."""
    event = await access.get_organised_event(session, participant, event_id)
    return await read_board(session, event, now=now)


async def find_watched_board(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Board:
    """Return how an event stands, also to staff of its region; a draft only to its organisers."""
    event, is_own = await access.get_watched_event(session, participant, event_id)
    if not is_own and event.state is EventState.DRAFT:
        raise NotFoundError
    return dataclasses.replace(await read_board(session, event, now=now), is_own=is_own)


async def read_board(session: AsyncSession, event: Event, *, now: datetime) -> Board:
    """Return how an event stands."""
    counts = await count_people(session, [event.id])
    limits = await list_limits(session, event.id)
    waiting = await count_by_limit(session, event.id, limits, RegistrationState.WAITLISTED)
    silent = await count_silent(session, event.id)
    card = await read_card(session, event)
    return Board(
        card,
        counts.get(event.id, ()),
        event.ends_at <= now,
        silent,
        waiting=waiting,
        group=await event_groups.find_stand(session, event.id),
        questions=await count_open(session, event_id=event.id),
        announcements=await count_of_event(session, event.id),
        notes_attendance=attendance.can_be_noted(card, now=now),
    )


def links_of(card: EventCard, *, bot_username: str, secret: bytes) -> tuple[tuple[str, str], ...]:
    """Return the event's links: one for everybody, and one for each role by invitation."""
    return (
        ("", visits.event_link(bot_username, card.key)),
        *(
            (role.key, visits.role_link(bot_username, secret, event_id=card.id, role=role.key))
            for role in card.roles
            if not role.is_open
        ),
    )


async def count_people(session: AsyncSession, event_ids: list[int]) -> dict[int, tuple[Count, ...]]:
    """Return by event how many registrations in each role stand in each state."""
    found = await session.execute(
        select(Registration.event_id, Registration.role, Registration.state, func.count())
        .where(Registration.event_id.in_(event_ids))
        .group_by(Registration.event_id, Registration.role, Registration.state)
        .order_by(Registration.role)
    )
    counts: dict[int, tuple[Count, ...]] = {}
    for event_id, role, state, number in found:
        counts[event_id] = (*counts.get(event_id, ()), Count(role, state, number))
    return counts

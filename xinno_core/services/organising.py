"""An organiser's desk: the events of the own regions, and how they stand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import access, visits
from xinno_core.services.events import EventCard, Seats, card_of, read_card
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

    def number(self, state: RegistrationState, roles: Collection[str] = ()) -> int:
        """Return how many stand in a state, in all roles or only in these."""
        return sum(
            count.number
            for count in self.counts
            if count.state is state and (not roles or count.role in roles)
        )

    def waiting_for(self, seats: Seats) -> int:
        """Return how many wait for seats of this limit."""
        return self.number(RegistrationState.WAITLISTED, seats.roles)

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


async def list_desk(
    session: AsyncSession, *, participant: Participant, now: datetime, page: int = 0
) -> DeskPage:
    """Return the events of the own regions, drafts included, soonest first."""
    organised = await access.get_organised_regions(session, participant)
    shown = (Event.region_id.in_(organised), Event.ends_at > now - KEPT_AT_THE_DESK)
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
    cards = [card_of(event, region) for event, region in found]
    counts = await count_people(session, [card.id for card in cards])
    boards = (Board(card, counts.get(card.id, ()), card.ends_at <= now) for card in cards)
    return DeskPage(tuple(boards), page, pages)


async def find_board(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Board:
    """Return how an event of an own region stands; another's is not found."""
    event = await access.get_organised_event(session, participant, event_id)
    return await read_board(session, event, now=now)


async def read_board(session: AsyncSession, event: Event, *, now: datetime) -> Board:
    """Return how an event stands."""
    counts = await count_people(session, [event.id])
    card = await read_card(session, event)
    return Board(card, counts.get(event.id, ()), event.ends_at <= now)


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

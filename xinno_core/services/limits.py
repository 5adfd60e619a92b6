"""Seats after publishing: how each limit stands, more seats or fewer, and the pause of offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints import schema
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap, choose
from xinno_core.models import (
    HOLDING,
    Cause,
    Event,
    EventState,
    Limit,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services import access
from xinno_core.services.events import EventCard, list_limits, read_card
from xinno_core.services.questions import Audience, Field, FieldKind, Form
from xinno_core.services.waiting_list import promote

MOST_NAMES = 10
"""So many of those who hold a seat are named; the others are counted."""


@dataclass(frozen=True)
class LimitStand:
    """How one limit stands."""

    id: int
    label: LanguageMap
    session_id: int | None
    seats: int
    room: int | None
    taken: int  # confirmed and offered
    offered: int
    waiting: int

    @property
    def overbooked(self) -> int:
        """How many more seats there are than the room holds."""
        return max(self.seats - self.room, 0) if self.room is not None else 0


@dataclass(frozen=True)
class SeatBoard:
    """All limits of an event, and whether offers are paused."""

    card: EventCard
    stands: tuple[LimitStand, ...]
    may_change: bool

    def stand(self, limit_id: int) -> LimitStand | None:
        """Return how one limit stands."""
        return next((stand for stand in self.stands if stand.id == limit_id), None)


@dataclass(frozen=True)
class SeatsSet:
    """There are so many seats now, and so many people were offered one at once."""

    board: SeatBoard
    limit_id: int
    offered: int


@dataclass(frozen=True)
class BelowHeld:
    """More seats are held than that: `names` are some of those who hold one."""

    board: SeatBoard
    limit_id: int
    seats: int
    held: int
    names: tuple[str, ...]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.held - len(self.names)


@dataclass(frozen=True)
class OverRoom:
    """The room does not bear so many; `most` is the highest number."""

    board: SeatBoard
    limit_id: int
    seats: int
    most: int


@dataclass(frozen=True)
class NothingChanges:
    """It is so already."""

    board: SeatBoard


@dataclass(frozen=True)
class SeatsClosed:
    """The event is cancelled, or over."""

    board: SeatBoard


@dataclass(frozen=True)
class OffersPaused:
    """Free seats stay with the queue until offers are resumed."""

    board: SeatBoard


@dataclass(frozen=True)
class OffersResumed:
    """Free seats are offered again; so many people were offered one at once."""

    board: SeatBoard
    offered: int


SetOutcome = SeatsSet | BelowHeld | OverRoom | NothingChanges | SeatsClosed
PauseOutcome = OffersPaused | NothingChanges | SeatsClosed
ResumeOutcome = OffersResumed | NothingChanges | SeatsClosed


async def find_board(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> SeatBoard:
    """Return how the limits of an event of an own region stand."""
    event = await access.get_organised_event(session, participant, event_id)
    return await _read_board(session, event, now=now)


async def find_board_of(
    session: AsyncSession, *, participant: Participant, limit_id: int, now: datetime
) -> SeatBoard:
    """Return how the limits stand of the event that this one belongs to."""
    limit = await session.get(Limit, limit_id)
    if limit is None:
        raise NotFoundError
    event_id = limit.event_id
    return await find_board(session, participant=participant, event_id=event_id, now=now)


async def find_form(session: AsyncSession, *, participant: Participant, limit_id: int) -> Form:
    """Return what is asked to change the seats of a limit."""
    limit = await session.get(Limit, limit_id)
    if limit is None:
        raise NotFoundError
    event = await access.get_organised_event(session, participant, limit.event_id)
    label = choose(limit.label, participant.language, event.lead_language).text
    asked = Field(
        "limit_seats", FieldKind.NUMBER, hint=label, kept=str(limit.seats), least=1, required=True
    )
    return Form(f"seats.{limit.id}", (asked,), Audience.EVERYONE, lead=event.lead_language)


async def set_seats(
    session: AsyncSession, *, participant: Participant, limit_id: int, seats: int, now: datetime
) -> SetOutcome:
    """Give a limit another number of seats; those that are new go to the queue at once."""
    found = await session.get(Limit, limit_id)
    if found is None:
        raise NotFoundError
    event = await access.lock_organised_event(session, participant, found.event_id)
    limits = await list_limits(session, event.id)
    limit = next(one for one in limits if one.id == limit_id)
    board = await _read_board(session, event, now=now)
    if not _may_change(event, now=now):
        return SeatsClosed(board)
    if seats == limit.seats:
        return NothingChanges(board)
    if limit.room is not None and seats > (most := schema.Limit.most_seats(limit.room)):
        return OverRoom(board, limit.id, seats, most)
    if seats < limit.taken:
        names = await _list_holders(session, limit)
        return BelowHeld(board, limit.id, seats, limit.taken, names)
    before, limit.seats = limit.seats, seats
    offered = await promote(session, event, limits, now=now, cause=Cause.LIMIT_RAISED)
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="set_seats",
        subject=f"limit:{limit.id}",
        at=now,
        event_id=event.id,
        before=before,
        seats=seats,
    )
    return SeatsSet(await _read_board(session, event, now=now), limit.id, offered)


async def pause_offers(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> PauseOutcome:
    """Let free seats stay with the queue; offers already made still stand."""
    event = await access.lock_organised_event(session, participant, event_id)
    board = await _read_board(session, event, now=now)
    if not _may_change(event, now=now):
        return SeatsClosed(board)
    if event.offers_paused:
        return NothingChanges(board)
    event.offers_paused = True
    _record_switch(session, participant, event, verb="pause_offers", now=now)
    return OffersPaused(await _read_board(session, event, now=now))


async def resume_offers(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> ResumeOutcome:
    """Offer free seats again, those first that stayed with the queue meanwhile."""
    event = await access.lock_organised_event(session, participant, event_id)
    board = await _read_board(session, event, now=now)
    if not _may_change(event, now=now):
        return SeatsClosed(board)
    if not event.offers_paused:
        return NothingChanges(board)
    event.offers_paused = False
    limits = await list_limits(session, event.id)
    offered = await promote(session, event, limits, now=now, cause=Cause.RESUMED)
    _record_switch(session, participant, event, verb="resume_offers", now=now)
    return OffersResumed(await _read_board(session, event, now=now), offered)


def _may_change(event: Event, *, now: datetime) -> bool:
    return event.state is not EventState.CANCELLED and now < event.ends_at


def _record_switch(
    session: AsyncSession, participant: Participant, event: Event, *, verb: str, now: datetime
) -> None:
    access.record(session, actor=participant, verb=verb, subject=f"event:{event.id}", at=now)


async def _read_board(session: AsyncSession, event: Event, *, now: datetime) -> SeatBoard:
    await session.flush()
    limits = await list_limits(session, event.id)
    offered = await count_by_limit(session, event.id, limits, RegistrationState.OFFERED)
    waiting = await count_by_limit(session, event.id, limits, RegistrationState.WAITLISTED)
    stands = (
        LimitStand(
            id=limit.id,
            label=limit.label,
            session_id=limit.session_id,
            seats=limit.seats,
            room=limit.room,
            taken=limit.taken,
            offered=offered[limit.id],
            waiting=waiting[limit.id],
        )
        for limit in limits
    )
    return SeatBoard(
        await read_card(session, event), tuple(stands), may_change=_may_change(event, now=now)
    )


async def count_by_limit(
    session: AsyncSession, event_id: int, limits: Sequence[Limit], state: RegistrationState
) -> dict[int, int]:
    """Return by limit how many claims in one state it bounds."""
    at_event = await session.execute(
        select(Registration.role, Registration.target, func.count())
        .where(Registration.event_id == event_id, Registration.state == state)
        .group_by(Registration.role, Registration.target)
    )
    in_sessions = await session.execute(
        select(Registration.role, Registration.target, SessionSeat.session_id, func.count())
        .join(SessionSeat, SessionSeat.registration_id == Registration.id)
        .where(Registration.event_id == event_id, SessionSeat.state == state)
        .group_by(Registration.role, Registration.target, SessionSeat.session_id)
    )
    groups = [
        *((role, target, None, number) for role, target, number in at_event),
        *((role, target, of, number) for role, target, of, number in in_sessions),
    ]
    return {
        limit.id: sum(
            number for role, target, of, number in groups if limit.bounds(role, target, of)
        )
        for limit in limits
    }


async def _list_holders(session: AsyncSession, limit: Limit) -> tuple[str, ...]:
    """Return the names of some who hold a seat of this limit."""
    holders = (
        select(Participant.name)
        .join(Registration, Registration.participant_id == Participant.id)
        .where(Registration.event_id == limit.event_id)
        .order_by(func.lower(Participant.name), Registration.id)
        .limit(MOST_NAMES)
    )
    if limit.roles:
        holders = holders.where(Registration.role.in_(limit.roles))
    if limit.targets:
        holders = holders.where(Registration.target.in_(limit.targets))
    if limit.session_id is None:
        holders = holders.where(Registration.state.in_(HOLDING))
    else:
        holders = holders.join(SessionSeat, SessionSeat.registration_id == Registration.id).where(
            SessionSeat.session_id == limit.session_id, SessionSeat.state.in_(HOLDING)
        )
    return tuple(name or "" for name in await session.scalars(holders))

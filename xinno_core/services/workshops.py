"""Sessions that people choose: a seat in a workshop, a number where it is full, and the way back.

Who has a confirmed place at the event may choose. A session's seats are claims like any other:
they take their number from the event's one row of numbers under the lock of the event's row, and
go up by the one way that there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Cause,
    Event,
    EventSession,
    EventState,
    Limit,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services.events import (
    EventCard,
    Slot,
    find_event_of,
    list_limits,
    list_sessions,
    lock_event,
    slot_of,
)
from xinno_core.services.seats import (
    WAITS,
    Claim,
    end,
    first_closed,
    is_last_minute,
    lacking,
    queue_position,
    set_state,
    take,
)
from xinno_core.services.standings import find_registration
from xinno_core.services.waiting_list import promote

CONFIRMED, OFFERED = RegistrationState.CONFIRMED, RegistrationState.OFFERED


@dataclass(frozen=True)
class Chosen:
    """The participant has a seat in the session."""

    slot: Slot


@dataclass(frozen=True)
class ChoiceWaits:
    """The participant waits; `full` names the limit that has no room."""

    slot: Slot
    number: int
    full: LanguageMap


@dataclass(frozen=True)
class Overlaps:
    """Nothing has changed yet: the participant has a seat elsewhere at that time."""

    slot: Slot
    others: tuple[Slot, ...]
    is_offered: bool = False  # the seat is held, and taking it was asked for


@dataclass(frozen=True)
class AlreadyChosen:
    """Nothing to do: there is a seat, an offer or a number already."""

    slot: Slot
    state: RegistrationState
    number: int | None


@dataclass(frozen=True)
class ChoiceClosed:
    """It is too late to choose, the session has begun, or the event was cancelled."""

    slot: Slot


@dataclass(frozen=True)
class NeedsPlace:
    """Only who has a confirmed place at the event may choose."""

    slot: Slot


@dataclass(frozen=True)
class NoSuchSession:
    """There is no such session to choose for this person."""


@dataclass(frozen=True)
class Left:
    """The seat, the offer or the number is given back."""

    slot: Slot
    was: RegistrationState


@dataclass(frozen=True)
class NothingToLeave:
    """The participant holds nothing in this session."""

    slot: Slot


@dataclass(frozen=True)
class OfferGone:
    """The offer has run out or was never made."""

    slot: Slot


ChooseOutcome = (
    Chosen
    | ChoiceWaits
    | Overlaps
    | AlreadyChosen
    | ChoiceClosed
    | NeedsPlace
    | OfferGone
    | NoSuchSession
)
LeaveOutcome = Left | NothingToLeave | ChoiceClosed | NoSuchSession


async def choose(
    session: AsyncSession,
    *,
    participant: Participant,
    session_id: int,
    now: datetime,
    despite_overlap: bool = False,
) -> ChooseOutcome:
    """Give the participant a seat in a session, or a number in the queue where it is full.

    In the last two hours a free seat goes to whoever comes first, also to someone who waits.
    Waiting overlaps with nothing; whoever is offered a seat later is asked then.
    """
    stands = await _find(session, participant, session_id)
    if not isinstance(stands, _Stands):
        return stands
    return await _choose(session, stands, now=now, despite_overlap=despite_overlap)


async def swap(
    session: AsyncSession, *, participant: Participant, session_id: int, now: datetime
) -> ChooseOutcome:
    """Choose a session, or take the seat held in it, instead of the seats at the same time.

    Those are given back only for a seat, never for a number.
    """
    stands = await _find(session, participant, session_id)
    if not isinstance(stands, _Stands):
        return stands
    others = await _list_overlapping(session, stands)
    if stands.claim.row.state is OFFERED:
        outcome = await _accept(session, stands, now=now, despite_overlap=True)
    else:
        outcome = await _choose(session, stands, now=now, despite_overlap=True)
    if isinstance(outcome, Chosen):
        for seat, _ in others:
            claim = Claim(stands.registration, seat)
            end(session, claim, stands.limits, cause=Cause.GAVE_BACK, now=now)
        await promote(session, stands.event, stands.limits, now=now, cause=Cause.SEAT_FREED)
    return outcome


async def accept_offer(
    session: AsyncSession,
    *,
    participant: Participant,
    session_id: int,
    now: datetime,
    despite_overlap: bool = False,
) -> ChooseOutcome:
    """Turn an offer that still stands into a seat."""
    stands = await _find(session, participant, session_id)
    if not isinstance(stands, _Stands):
        return stands
    return await _accept(session, stands, now=now, despite_overlap=despite_overlap)


async def leave(
    session: AsyncSession, *, participant: Participant, session_id: int, now: datetime
) -> LeaveOutcome:
    """Give back a seat, an offer or a number, and pass the seat on at once."""
    stands = await _find(session, participant, session_id)
    if isinstance(stands, NeedsPlace):
        return NothingToLeave(stands.slot)
    if not isinstance(stands, _Stands):
        return stands
    was = stands.claim.row.state
    if not stands.claim.row.is_active:
        return NothingToLeave(stands.slot)
    if not may_leave(stands.event, stands.slot, now=now):
        return ChoiceClosed(stands.slot)
    end(session, stands.claim, stands.limits, cause=Cause.GAVE_BACK, now=now)
    await promote(session, stands.event, stands.limits, now=now, cause=Cause.SEAT_FREED)
    return Left(stands.slot, was)


@dataclass(frozen=True)
class _Stands:
    """A participant with a confirmed place before a session; the event's row is locked."""

    event: Event
    registration: Registration
    slot: Slot
    claim: Claim
    limits: Sequence[Limit]


async def _find(
    session: AsyncSession, participant: Participant, session_id: int
) -> _Stands | NeedsPlace | NoSuchSession:
    event_id = await find_event_of(session, session_id)
    event = await lock_event(session, event_id) if event_id is not None else None
    if event is None or event.state is EventState.DRAFT:
        return NoSuchSession()
    sessions = await list_sessions(session, event.id)
    found = next((one for one in sessions if one.id == session_id and one.by_choice), None)
    if found is None:
        return NoSuchSession()
    registration = await find_registration(
        session, event_id=event.id, participant_id=participant.id
    )
    if registration is None or registration.state is not CONFIRMED:
        return NeedsPlace(slot_of(found))
    if not found.is_for(registration.role):
        return NoSuchSession()
    seats = await list_own_seats(session, registration)
    seat = seats.get(session_id) or SessionSeat(
        registration_id=registration.id,
        session_id=session_id,
        state=RegistrationState.CANCELLED,
        revision=0,
    )
    limits = await list_limits(session, event.id)
    return _Stands(event, registration, slot_of(found), Claim(registration, seat), limits)


async def _choose(
    session: AsyncSession, stands: _Stands, *, now: datetime, despite_overlap: bool
) -> ChooseOutcome:
    event, claim, limits = stands.event, stands.claim, stands.limits
    if claim.row.is_active:
        if not _may_take_last_minute(stands, now=now):
            return await _already(session, stands)
        full = None
    elif not is_open(event, stands.slot, now=now):
        return ChoiceClosed(stands.slot)
    else:
        full = await first_closed(session, event, claim, limits, now=now)
    if full is not None:
        return await _wait(session, stands, full, now=now)
    overlapping = await _list_overlapping(session, stands)
    if overlapping and not despite_overlap:
        return Overlaps(stands.slot, tuple(slot for _, slot in overlapping))
    take((claim,), limits)
    session.add(claim.row)
    set_state(session, claim, CONFIRMED, cause=Cause.ASKED, now=now)
    await session.flush()
    return Chosen(stands.slot)


async def _wait(
    session: AsyncSession, stands: _Stands, full: Limit, *, now: datetime
) -> ChooseOutcome:
    event, claim, limits = stands.event, stands.claim, stands.limits
    event.queue_issued += 1
    claim.row.queue_number = event.queue_issued
    session.add(claim.row)
    set_state(session, claim, WAITS, cause=Cause.ASKED, now=now)
    await session.flush()
    number = await queue_position(session, claim, limits)
    return ChoiceWaits(stands.slot, number, full.label)


async def _accept(
    session: AsyncSession, stands: _Stands, *, now: datetime, despite_overlap: bool
) -> ChooseOutcome:
    row = stands.claim.row
    if not row.is_active:
        return OfferGone(stands.slot)
    if row.state is not OFFERED:
        return await _already(session, stands)
    is_published = stands.event.state is EventState.PUBLISHED
    if not is_published or row.offered_until is None or now >= row.offered_until:
        return OfferGone(stands.slot)
    overlapping = await _list_overlapping(session, stands)
    if overlapping and not despite_overlap:
        return Overlaps(stands.slot, tuple(slot for _, slot in overlapping), is_offered=True)
    set_state(session, stands.claim, CONFIRMED, cause=Cause.ACCEPTED, now=now)
    await session.flush()
    return Chosen(stands.slot)


async def _already(session: AsyncSession, stands: _Stands) -> AlreadyChosen:
    number = None
    if stands.claim.row.state is WAITS:
        number = await queue_position(session, stands.claim, stands.limits)
    return AlreadyChosen(stands.slot, stands.claim.row.state, number)


def is_open(event: Event | EventCard, slot: Slot, *, now: datetime) -> bool:
    """Tell whether a session may still be chosen."""
    return (
        event.state is EventState.PUBLISHED
        and now < event.registration_closes_at
        and now < slot.starts_at
    )


def may_leave(event: Event | EventCard, slot: Slot, *, now: datetime) -> bool:
    """Tell whether a seat in a session is still of use to someone else."""
    return now < slot.starts_at and now < event.ends_at


def _may_take_last_minute(stands: _Stands, *, now: datetime) -> bool:
    return (
        stands.claim.row.state is WAITS
        and stands.event.state is EventState.PUBLISHED
        and now < stands.slot.starts_at
        and is_last_minute(stands.event, now=now)
        and not lacking((stands.claim,), stands.limits)
    )


async def list_own_seats(
    session: AsyncSession, registration: Registration | None
) -> Mapping[int, SessionSeat]:
    """Return the rows of a registration's session seats, given back ones included."""
    if registration is None:
        return {}
    found = await session.scalars(
        select(SessionSeat)
        .where(SessionSeat.registration_id == registration.id)
        .execution_options(populate_existing=True)
    )
    return {seat.session_id: seat for seat in found}


async def _list_overlapping(
    session: AsyncSession, stands: _Stands
) -> Sequence[tuple[SessionSeat, Slot]]:
    """Return the seats that this person has in other sessions at the same time."""
    found = await session.execute(
        select(SessionSeat, EventSession)
        .join(EventSession, EventSession.id == SessionSeat.session_id)
        .where(
            SessionSeat.registration_id == stands.registration.id,
            SessionSeat.state == CONFIRMED,
            EventSession.id != stands.slot.id,
            EventSession.starts_at < stands.slot.ends_at,
            EventSession.ends_at > stands.slot.starts_at,
        )
        .order_by(EventSession.starts_at, EventSession.id)
    )
    return [(seat, slot_of(other)) for seat, other in found]

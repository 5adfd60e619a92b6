"""Registering for an event, and giving the place back.

One lock stands before every seat: the event's row. Under it the limits are read, the queue number
is given, and a freed seat is offered on in the same transaction, so that no newcomer overtakes.
Where a role needs the organiser's yes, a request comes first and holds neither seat nor number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Cause,
    Event,
    EventState,
    Limit,
    NoticeKind,
    Organisation,
    Participant,
    Region,
    Registration,
    RegistrationState,
    Role,
    RoleGrant,
)
from xinno_core.services import channels, outbox, pairs
from xinno_core.services.events import EventCard, card_of, list_limits, list_sessions, lock_event
from xinno_core.services.invitations import open_for
from xinno_core.services.seats import (
    WAITS,
    Claim,
    first_closed,
    give_up,
    is_last_minute,
    lacking,
    queue_position,
    set_state,
    take,
)
from xinno_core.services.standings import EventOver, find_registration
from xinno_core.services.waiting_list import promote


@dataclass(frozen=True)
class Confirmed:
    """The participant has a seat."""

    card: EventCard
    role: str = ""


@dataclass(frozen=True)
class Waitlisted:
    """The participant waits; `full` names the limit that has no room."""

    card: EventCard
    number: int
    full: LanguageMap
    is_kept: bool = False  # it has free seats, which belong to those who wait


@dataclass(frozen=True)
class Requested:
    """The organiser is asked; there is neither a seat nor a number yet."""

    card: EventCard


@dataclass(frozen=True)
class Declined:
    """The organiser has said no, perhaps with a word."""

    card: EventCard
    word: str | None


@dataclass(frozen=True)
class AlreadyRegistered:
    """Nothing to do: there is a seat, an offer, a number or a request already."""

    card: EventCard
    state: RegistrationState
    number: int | None
    offered_until: datetime | None = None


@dataclass(frozen=True)
class RegistrationClosed:
    """It is too late, or the event was cancelled."""

    card: EventCard


@dataclass(frozen=True)
class NoSuchEvent:
    """There is no such event, or no such role at it, for this person."""


@dataclass(frozen=True)
class Freed:
    """The place, the offer or the number is given back."""

    card: EventCard
    was: RegistrationState


@dataclass(frozen=True)
class NothingToFree:
    """The participant holds nothing at this event."""

    card: EventCard


@dataclass(frozen=True)
class OfferGone:
    """The offer has run out or was never made."""

    card: EventCard


RegisterOutcome = (
    Confirmed
    | Waitlisted
    | Requested
    | Declined
    | AlreadyRegistered
    | RegistrationClosed
    | NoSuchEvent
)
FreeOutcome = Freed | NothingToFree | EventOver | NoSuchEvent
AcceptOutcome = Confirmed | AlreadyRegistered | OfferGone | RegistrationClosed | NoSuchEvent


async def register(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    role: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
) -> RegisterOutcome:
    """Give the participant a seat, or a number in the queue when a limit is full.

    In the last two hours a free seat goes to whoever comes first: also to someone who waits.
    """
    event = await lock_event(session, event_id)  # two people may want the last seat
    if event is None or event.state is EventState.DRAFT:
        return NoSuchEvent()
    limits = await list_limits(session, event_id)
    card = await _card(session, event, limits)
    choice = (await open_for(session, participant=participant, card=card)).role(role)
    if choice is None or not choice.is_open:
        return NoSuchEvent()
    existing = await find_registration(session, event_id=event_id, participant_id=participant.id)
    is_closed = event.state is EventState.CANCELLED or now >= event.registration_closes_at
    if existing is not None and existing.is_active:
        if not may_take_last_minute(existing, event, limits, now=now):
            return await _already(session, card, existing, limits)
        await _give_seat(session, event, existing, limits, cause=Cause.ASKED, now=now)
        return Confirmed(await _card(session, event, limits), existing.role)
    if existing is not None and is_declined(existing, role):
        return Declined(card, existing.word)
    if is_closed:
        return RegistrationClosed(card)
    participant.tone = (await session.get_one(Region, event.region_id)).tone
    registration = existing or _new(event, participant, now)
    registration.role = role
    registration.target = await _target_of(session, participant)
    registration.answers = answers or {}
    registration.presence, registration.word = None, None
    registration.asked_revision, registration.kept_revision = None, None
    await pairs.carry_over(session, participant=participant, registration=registration)
    await channels.carry_over(session, participant=participant, registration=registration)
    if choice.needs_approval:
        session.add(registration)
        await session.flush()
        claim = Claim(registration)
        set_state(session, claim, RegistrationState.REQUESTED, cause=Cause.ASKED, now=now)
        await _tell_organisers(session, event, registration, now=now)
        return Requested(card)
    full = await admit(session, event, registration, limits, cause=Cause.ASKED, now=now)
    if full is None:
        return Confirmed(await _card(session, event, limits), role)
    claim = Claim(registration)
    if registration.state is not WAITS:  # it was this one's turn at once
        return await _already(session, card, registration, limits)
    number = await queue_position(session, claim, limits)
    return Waitlisted(card, number, full.label, is_kept=full.taken < full.seats)


async def admit(
    session: AsyncSession,
    event: Event,
    registration: Registration,
    limits: Sequence[Limit],
    *,
    cause: Cause,
    now: datetime,
) -> Limit | None:
    """Give a seat, or a number: then return the limit that is full. The event must be locked."""
    full = await first_closed(session, event, Claim(registration), limits, now=now)
    if full is None:
        await _give_seat(session, event, registration, limits, cause=cause, now=now)
        return None
    event.queue_issued += 1
    session.add(registration)
    registration.queue_number = event.queue_issued
    registration.state = WAITS
    await session.flush()
    set_state(session, Claim(registration), WAITS, cause=cause, now=now)
    # A pair further ahead may need two seats where one is free: then it is this one's turn.
    await promote(session, event, limits, now=now, cause=cause)
    return full


async def free_place(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> FreeOutcome:
    """Give back a seat, an offer, a number or a request, and pass the seat on at once."""
    event = await lock_event(session, event_id)
    if event is None or event.state is EventState.DRAFT:
        return NoSuchEvent()
    limits = await list_limits(session, event_id)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if registration is None or not registration.is_active:
        return NothingToFree(await _card(session, event, limits))
    if event.ends_at <= now:
        return EventOver(await _card(session, event, limits))
    was = registration.state
    await give_up(session, registration, limits, cause=Cause.GAVE_BACK, now=now)
    await outbox.skip_waiting(
        session,
        reason="place_freed",
        participant_id=participant.id,
        event_id=event_id,
        besides=outbox.FOR_ORGANISERS,
    )
    await promote(session, event, limits, now=now, cause=Cause.SEAT_FREED)
    return Freed(await _card(session, event, limits), was)


async def accept_offer(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> AcceptOutcome:
    """Turn an offer that still stands into a seat."""
    event = await lock_event(session, event_id)
    if event is None or event.state is EventState.DRAFT:
        return NoSuchEvent()
    limits = await list_limits(session, event_id)
    card = await _card(session, event, limits)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if event.state is EventState.CANCELLED or event.ends_at <= now:
        return RegistrationClosed(card)
    if registration is None or not registration.is_active:
        return OfferGone(card)
    if registration.state is not RegistrationState.OFFERED:
        return await _already(session, card, registration, limits)
    if registration.offered_until is None or now >= registration.offered_until:
        return OfferGone(card)
    await _confirm(session, event, registration, cause=Cause.ACCEPTED, now=now)
    return Confirmed(card, registration.role)


def may_take_last_minute(
    registration: Registration, event: Event, limits: Sequence[Limit], *, now: datetime
) -> bool:
    """Tell whether someone who waits may take a free seat, because nothing is offered any more.

    Whoever waits has registered in time, so that it does not matter when registration closes.
    """
    return (
        registration.state is WAITS
        and event.state is EventState.PUBLISHED
        and is_last_minute(event, now=now)
        and now < event.starts_at
        and not lacking((Claim(registration),), limits)
    )


def is_declined(registration: Registration, role: str) -> bool:
    """Tell whether the organiser has said no to this person in this role; another is open."""
    return registration.state is RegistrationState.DECLINED and registration.role == role


def _new(event: Event, participant: Participant, now: datetime) -> Registration:
    return Registration(
        event_id=event.id,
        participant_id=participant.id,
        state=RegistrationState.REQUESTED,
        revision=0,
        calendar_sequence=0,
        created_at=now,
    )


async def _give_seat(
    session: AsyncSession,
    event: Event,
    registration: Registration,
    limits: Sequence[Limit],
    *,
    cause: Cause,
    now: datetime,
) -> None:
    take((Claim(registration),), limits)
    await _confirm(session, event, registration, cause=cause, now=now)


async def _confirm(
    session: AsyncSession, event: Event, registration: Registration, *, cause: Cause, now: datetime
) -> None:
    """Turn a seat that is counted into the participant's own, and promise the confirmation."""
    if registration.confirmed_at is not None:
        registration.calendar_sequence += 1  # back in the calendar, which had dropped it
    registration.confirmed_at = now
    registration.state = RegistrationState.CONFIRMED
    session.add(registration)
    await session.flush()  # the promise is named after the registration's id
    set_state(session, Claim(registration), RegistrationState.CONFIRMED, cause=cause, now=now)
    await outbox.promise(
        session,
        participant_id=registration.participant_id,
        kind=NoticeKind.CONFIRMATION,
        dedup_key=f"confirmation:{registration.id}:{registration.revision}",
        event_id=event.id,
        due_at=now,
        useful_until=event.ends_at,
        params={"role": registration.role},
    )


async def _tell_organisers(
    session: AsyncSession, event: Event, registration: Registration, *, now: datetime
) -> None:
    """Promise the organisers of the region the request, to say yes or no to."""
    organisers = await session.scalars(
        select(RoleGrant.participant_id).where(
            RoleGrant.role == Role.ORGANISER, RoleGrant.region_id == event.region_id
        )
    )
    for organiser_id in organisers.all():
        await outbox.promise(
            session,
            participant_id=organiser_id,
            kind=NoticeKind.REQUEST,
            dedup_key=f"request:{registration.id}:{registration.revision}:{organiser_id}",
            event_id=event.id,
            due_at=now,
            useful_until=event.starts_at,
            params={"registration_id": registration.id},
        )


async def _target_of(session: AsyncSession, participant: Participant) -> str:
    if participant.organisation_id is None:
        return ""
    organisation = await session.get(Organisation, participant.organisation_id)
    return organisation.type if organisation else ""


async def _already(
    session: AsyncSession, card: EventCard, registration: Registration, limits: Sequence[Limit]
) -> AlreadyRegistered | RegistrationClosed:
    if card.state is EventState.CANCELLED:
        return RegistrationClosed(card)
    number = None
    if registration.state is WAITS:
        number = await queue_position(session, Claim(registration), limits)
    return AlreadyRegistered(card, registration.state, number, registration.offered_until)


async def _card(session: AsyncSession, event: Event, limits: Sequence[Limit]) -> EventCard:
    region = await session.get_one(Region, event.region_id)
    return card_of(event, region, limits, await list_sessions(session, event.id))

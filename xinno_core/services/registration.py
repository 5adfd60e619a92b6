"""Registering for an event, and giving the place back.

One lock stands before every seat: the event's row. Under it the limits are read, the queue number
is given, and a freed seat is offered on in the same transaction, so that no newcomer overtakes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Event,
    EventState,
    Limit,
    NoticeKind,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import outbox
from xinno_core.services.events import EventCard, card_of, list_limits, lock_event
from xinno_core.services.invitations import open_for
from xinno_core.services.standings import find_registration
from xinno_core.services.waiting_list import (
    WAITS,
    cancel,
    first_closed,
    promote,
    queue_position,
    take_seats,
)


@dataclass(frozen=True)
class Confirmed:
    """The participant has a seat."""

    card: EventCard


@dataclass(frozen=True)
class Waitlisted:
    """The participant waits; `full` names the limit that has no room."""

    card: EventCard
    number: int
    full: LanguageMap


@dataclass(frozen=True)
class AlreadyRegistered:
    """Nothing to do: there is a seat, an offer or a number already."""

    card: EventCard
    state: RegistrationState
    number: int | None


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


RegisterOutcome = Confirmed | Waitlisted | AlreadyRegistered | RegistrationClosed | NoSuchEvent
FreeOutcome = Freed | NothingToFree | NoSuchEvent
AcceptOutcome = Confirmed | AlreadyRegistered | OfferGone | NoSuchEvent


async def register(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    role: str,
    now: datetime,
    answers: dict[str, Any] | None = None,
) -> RegisterOutcome:
    """Give the participant a seat, or a number in the queue when a limit is full."""
    event = await lock_event(session, event_id)  # two people may want the last seat
    if event is None or event.state is EventState.DRAFT:
        return NoSuchEvent()
    limits = await list_limits(session, event_id)
    card = await _card(session, event, limits)
    choice = (await open_for(session, participant=participant, card=card)).role(role)
    if choice is None or not choice.is_open:
        return NoSuchEvent()
    existing = await find_registration(session, event_id=event_id, participant_id=participant.id)
    if existing is not None and existing.is_active:
        return await _already(session, card, existing)
    if event.state is EventState.CANCELLED or now >= event.registration_closes_at:
        return RegistrationClosed(card)
    wanted = [limit for limit in limits if limit.bounds(role)]
    full = await first_closed(session, event, wanted, now=now)
    registration = existing or _new(event, participant, now)
    registration.role = role
    registration.answers = answers or {}
    registration.presence = None
    registration.revision += 1
    if full is None:
        take_seats(wanted)
        _seat(registration, now=now)
        session.add(registration)
        await _promise_confirmation(session, event, registration, now=now)
        return Confirmed(await _card(session, event, limits))
    event.queue_issued += 1
    registration.state = WAITS
    registration.queue_number = event.queue_issued
    session.add(registration)
    await session.flush()
    return Waitlisted(card, await queue_position(session, registration), full.label)


async def free_place(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> FreeOutcome:
    """Give back a seat, an offer or a number, and pass the seat on at once."""
    event = await lock_event(session, event_id)
    if event is None or event.state is EventState.DRAFT:
        return NoSuchEvent()
    limits = await list_limits(session, event_id)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if registration is None or not registration.is_active:
        return NothingToFree(await _card(session, event, limits))
    was = registration.state
    cancel(registration, limits)
    await outbox.skip_waiting(
        session, reason="place_freed", participant_id=participant.id, event_id=event_id
    )
    await promote(session, event, limits, now=now)
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
    if registration is None or not registration.is_active:
        return OfferGone(card)
    if registration.state is not RegistrationState.OFFERED:
        return await _already(session, card, registration)
    if (
        event.state is not EventState.PUBLISHED
        or registration.offered_until is None
        or now >= registration.offered_until
    ):
        return OfferGone(card)
    registration.revision += 1
    _seat(registration, now=now)
    await _promise_confirmation(session, event, registration, now=now)
    return Confirmed(card)


def _new(event: Event, participant: Participant, now: datetime) -> Registration:
    return Registration(
        event_id=event.id, participant_id=participant.id, revision=0, created_at=now
    )


def _seat(registration: Registration, *, now: datetime) -> None:
    registration.state = RegistrationState.CONFIRMED
    registration.queue_number = None
    registration.offered_until = None
    registration.confirmed_at = now


async def _promise_confirmation(
    session: AsyncSession, event: Event, registration: Registration, *, now: datetime
) -> None:
    await session.flush()  # the promise is named after the registration's id
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


async def _already(
    session: AsyncSession, card: EventCard, registration: Registration
) -> AlreadyRegistered:
    number = await queue_position(session, registration) if registration.state is WAITS else None
    return AlreadyRegistered(card, registration.state, number)


async def _card(session: AsyncSession, event: Event, limits: Sequence[Limit]) -> EventCard:
    return card_of(event, await session.get_one(Region, event.region_id), limits)

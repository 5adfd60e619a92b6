"""Registering for an event, and giving the place back.

One lock stands before every seat: the event's row. Under it the limits are read, the queue number
is given, and a freed seat is offered on in the same transaction, so that no newcomer overtakes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Event,
    EventState,
    Limit,
    NoticeKind,
    Participant,
    Presence,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import outbox
from xinno_core.services.events import EventCard, card_of, find_card, list_limits, lock_event
from xinno_core.services.invitations import open_for
from xinno_core.services.quiet import quiet_end

NO_OFFERS_WITHIN = timedelta(hours=2)
"""So shortly before the start a free seat goes to whoever comes first."""

WAITS = RegistrationState.WAITLISTED


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
    full = await _first_closed(session, event, wanted, now=now)
    registration = existing or _new(event, participant, now)
    registration.role = role
    registration.answers = answers or {}
    registration.presence = None
    registration.revision += 1
    if full is None:
        _take_seats(wanted)
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
    _cancel(registration, limits)
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


async def promote(
    session: AsyncSession, event: Event, limits: Sequence[Limit], *, now: datetime
) -> int:
    """Offer free seats to those who wait, in the order of their numbers; the only way up.

    The event's row must be locked. Someone for whom a limit has no room is passed over and keeps
    the number. In quiet hours nothing is offered: the seat stays with the queue until morning.
    """
    if event.state is not EventState.PUBLISHED or now >= event.starts_at - NO_OFFERS_WITHIN:
        return 0
    if not any(limit.taken < limit.seats for limit in limits):
        return 0
    region = await session.get_one(Region, event.region_id)
    if quiet_end(now, zone=event.zone, starts=region.quiet_from, ends=region.quiet_to):
        return 0
    waiting = await session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id, Registration.state == WAITS)
        .order_by(Registration.queue_number)
        .execution_options(populate_existing=True)
    )
    offered = 0
    for registration in waiting:
        wanted = [limit for limit in limits if limit.bounds(registration.role)]
        if any(limit.taken >= limit.seats for limit in wanted):
            continue
        _take_seats(wanted)
        await _offer(session, event, registration, now=now)
        offered += 1
    return offered


async def expire_offers(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """End offers that ran out, tell the people, and offer the seats on."""
    ran_out = (
        Registration.state == RegistrationState.OFFERED,
        Registration.offered_until <= now,
    )
    event_ids = await session.scalars(
        select(Registration.event_id)
        .where(*ran_out)
        .distinct()
        .order_by(Registration.event_id)
        .limit(limit)
    )
    expired = 0
    for event_id in event_ids.all():
        event = await lock_event(session, event_id)
        if event is None:
            continue
        limits = await list_limits(session, event_id)
        registrations = await session.scalars(
            select(Registration)
            .where(Registration.event_id == event_id, *ran_out)
            .execution_options(populate_existing=True)
        )
        for registration in registrations.all():
            _cancel(registration, limits)
            expired += 1
            if event.state is EventState.CANCELLED:
                continue  # they were told, and there is no queue to join again
            await outbox.promise(
                session,
                participant_id=registration.participant_id,
                kind=NoticeKind.OFFER_EXPIRED,
                dedup_key=f"offer_expired:{registration.id}:{registration.revision}",
                event_id=event_id,
                due_at=now,
                useful_until=event.starts_at,
            )
        await promote(session, event, limits, now=now)
    return expired


async def make_offers(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Offer the seats that stayed with the queue over night."""
    offered = 0
    # In the order of their ids, as expired offers are: two ticks must not wait for each other.
    found = await session.scalars(
        _with_room_and_queue(now, Event.id).order_by(Event.id).limit(limit)
    )
    for event_id in found.all():
        event = await lock_event(session, event_id)
        if event is not None:
            offered += await promote(session, event, await list_limits(session, event_id), now=now)
    return offered


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next offer ends, or seats that stayed over night are offered on."""
    ends = await session.scalar(
        select(func.min(Registration.offered_until)).where(
            Registration.state == RegistrationState.OFFERED, Registration.offered_until > after
        )
    )
    waiting = await session.execute(
        _with_room_and_queue(after, Event.zone, Region.quiet_from, Region.quiet_to)
        .join(Region, Region.id == Event.region_id)
        .distinct()
    )
    mornings = [
        quiet_end(after, zone=zone, starts=starts, ends=morning)
        for zone, starts, morning in waiting
    ]
    return min((at for at in (ends, *mornings) if at is not None), default=None)


def _with_room_and_queue(now: datetime, *columns: Any) -> Select[Any]:  # noqa: ANN401 (columns)
    """Select from the events where people wait although there is a free seat."""
    waiting = (
        select(Registration.id)
        .where(Registration.event_id == Event.id, Registration.state == WAITS)
        .exists()
    )
    room = select(Limit.id).where(Limit.event_id == Event.id, Limit.taken < Limit.seats).exists()
    return select(*columns).where(
        Event.state == EventState.PUBLISHED, Event.starts_at > now + NO_OFFERS_WITHIN, waiting, room
    )


async def say_presence(
    session: AsyncSession, *, participant: Participant, event_id: int, presence: Presence
) -> EventCard | None:
    """Keep what the participant answered to a reminder; None when there is no seat to come to."""
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if registration is None or registration.state is not RegistrationState.CONFIRMED:
        return None
    registration.presence = presence
    return await find_card(session, event_id)


async def find_registration(
    session: AsyncSession, *, event_id: int, participant_id: int
) -> Registration | None:
    """Return the participant's registration at the event, as it stands now."""
    return await session.scalar(
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.participant_id == participant_id,
        )
        .execution_options(populate_existing=True)
    )


async def queue_position(session: AsyncSession, registration: Registration) -> int:
    """Return the place in the queue: 1 is next."""
    before = await session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.state == WAITS,
            Registration.queue_number < registration.queue_number,
        )
    )
    return (before or 0) + 1


@dataclass(frozen=True)
class Own:
    """A participant's own registration with the event's card."""

    card: EventCard
    state: RegistrationState
    role: str
    number: int | None
    offered_until: datetime | None
    presence: Presence | None


async def find_own(session: AsyncSession, *, participant: Participant, event_id: int) -> Own | None:
    """Return the participant's active registration at an event."""
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    card = await find_card(session, event_id)
    if card is None or registration is None or not registration.is_active:
        return None
    return await _own(session, card, registration)


async def list_own(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> tuple[Own, ...]:
    """Return the participant's active registrations at events that are not over."""
    found = await session.execute(
        select(Registration, Event, Region)
        .join(Event, Event.id == Registration.event_id)
        .join(Region, Region.id == Event.region_id)
        .where(
            Registration.participant_id == participant.id,
            Registration.state != RegistrationState.CANCELLED,
            Event.ends_at > now,
            Event.state != EventState.DRAFT,
        )
        .order_by(Event.starts_at)
        .limit(20)
    )
    return tuple(
        Own(
            card_of(event, region),
            registration.state,
            registration.role,
            None,
            registration.offered_until,
            registration.presence,
        )
        for registration, event, region in found
    )


def offer_deadline(now: datetime, starts_at: datetime) -> datetime:
    """Return until when an offer holds: 24 h, 12 h under two days, 1 h under one day before."""
    left = starts_at - now
    if left < timedelta(hours=24):
        return now + timedelta(hours=1)
    if left < timedelta(hours=48):
        return now + timedelta(hours=12)
    return now + timedelta(hours=24)


def release(registration: Registration, limits: Sequence[Limit]) -> None:
    """Take the registration off the seats it holds."""
    if registration.holds_seat:
        for limit in limits:
            if limit.bounds(registration.role):
                limit.taken -= 1


def _new(event: Event, participant: Participant, now: datetime) -> Registration:
    return Registration(
        event_id=event.id, participant_id=participant.id, revision=0, created_at=now
    )


def _cancel(registration: Registration, limits: Sequence[Limit]) -> None:
    release(registration, limits)
    registration.state = RegistrationState.CANCELLED
    registration.queue_number = None
    registration.offered_until = None
    registration.revision += 1


def _take_seats(limits: Sequence[Limit]) -> None:
    for limit in limits:
        limit.taken += 1


async def _first_closed(
    session: AsyncSession, event: Event, limits: Sequence[Limit], *, now: datetime
) -> Limit | None:
    """Return the first limit without room, or whose free seats belong to those who wait."""
    for limit in limits:
        if limit.taken >= limit.seats:
            return limit
    if not limits or now >= event.starts_at - NO_OFFERS_WITHIN:
        return None
    waiting = await session.scalars(
        select(Registration.role)
        .where(Registration.event_id == event.id, Registration.state == WAITS)
        .distinct()
    )
    roles = waiting.all()
    return next((limit for limit in limits if any(limit.bounds(role) for role in roles)), None)


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


async def _offer(
    session: AsyncSession, event: Event, registration: Registration, *, now: datetime
) -> None:
    until = offer_deadline(now, event.starts_at)
    registration.state = RegistrationState.OFFERED
    registration.offered_until = until
    registration.revision += 1
    await outbox.promise(
        session,
        participant_id=registration.participant_id,
        kind=NoticeKind.OFFER,
        dedup_key=f"offer:{registration.id}:{registration.revision}",
        event_id=event.id,
        due_at=now,
        useful_until=until,
        params={"until": until.isoformat()},
    )


async def _already(
    session: AsyncSession, card: EventCard, registration: Registration
) -> AlreadyRegistered:
    number = await queue_position(session, registration) if registration.state is WAITS else None
    return AlreadyRegistered(card, registration.state, number)


async def _own(session: AsyncSession, card: EventCard, registration: Registration) -> Own:
    number = await queue_position(session, registration) if registration.state is WAITS else None
    return Own(
        card,
        registration.state,
        registration.role,
        number,
        registration.offered_until,
        registration.presence,
    )


async def _card(session: AsyncSession, event: Event, limits: Sequence[Limit]) -> EventCard:
    return card_of(event, await session.get_one(Region, event.region_id), limits)


def presence(name: str) -> Presence:
    """Return the answer with this name; one that is not ours raises."""
    try:
        return Presence(name)
    except ValueError:
        raise NotFoundError from None

"""The waiting list: seats in the hands of those who wait, and the one way up for every cause.

All of it happens under the lock of the event's row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    EventState,
    Limit,
    NoticeKind,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import outbox
from xinno_core.services.events import list_limits, lock_event
from xinno_core.services.quiet import quiet_end

NO_OFFERS_WITHIN = timedelta(hours=2)
"""So shortly before the start a free seat goes to whoever comes first."""

WAITS = RegistrationState.WAITLISTED


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
        take_seats(wanted)
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
            cancel(registration, limits)
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


async def shorten_offers(session: AsyncSession, event: Event) -> None:
    """Let no offer outlast the start of an event that was moved; its row must be locked."""
    await session.execute(
        update(Registration)
        .where(
            Registration.event_id == event.id,
            Registration.state == RegistrationState.OFFERED,
            Registration.offered_until > event.starts_at,
        )
        .values(offered_until=event.starts_at)
    )


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


async def first_closed(
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


def offer_deadline(now: datetime, starts_at: datetime) -> datetime:
    """Return until when an offer holds: 24 h, 12 h under two days, 1 h under one day before."""
    left = starts_at - now
    if left < timedelta(hours=24):
        return now + timedelta(hours=1)
    if left < timedelta(hours=48):
        return now + timedelta(hours=12)
    return now + timedelta(hours=24)


def take_seats(limits: Sequence[Limit]) -> None:
    """Take one seat of each limit; the event's row must be locked."""
    for limit in limits:
        limit.taken += 1


def cancel(registration: Registration, limits: Sequence[Limit]) -> None:
    """End a registration, an offer or a wait, and give back the seats it holds."""
    release(registration, limits)
    registration.state = RegistrationState.CANCELLED
    registration.queue_number = None
    registration.offered_until = None
    registration.revision += 1


def release(registration: Registration, limits: Sequence[Limit]) -> None:
    """Take the registration off the seats it holds."""
    if registration.holds_seat:
        for limit in limits:
            if limit.bounds(registration.role):
                limit.taken -= 1


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

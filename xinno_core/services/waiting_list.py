"""The waiting list: seats in the hands of those who wait, and the one way up for every cause.

All of it happens under the lock of the event's row.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.models import (
    Cause,
    Event,
    EventState,
    Limit,
    NoticeKind,
    Region,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services import outbox
from xinno_core.services.events import list_limits, lock_event
from xinno_core.services.quiet import quiet_end
from xinno_core.services.seats import (
    NO_OFFERS_WITHIN,
    WAITS,
    Claim,
    end,
    give_up,
    in_order,
    is_last_minute,
    lacking,
    list_claims,
    set_state,
    take,
)

OFFERED = RegistrationState.OFFERED


async def promote(
    session: AsyncSession, event: Event, limits: Sequence[Limit], *, now: datetime, cause: Cause
) -> int:
    """Offer free seats to those who wait, in the order of their numbers; the only way up.

    The event's row must be locked. Someone for whom a limit has no room is passed over and keeps
    the number. In quiet hours, and while the organiser has paused it, nothing is offered: the seat
    stays with the queue.
    """
    if event.state is not EventState.PUBLISHED or event.offers_paused:
        return 0
    if is_last_minute(event, now=now) or not any(limit.taken < limit.seats for limit in limits):
        return 0
    region = await session.get_one(Region, event.region_id)
    if quiet_end(now, zone=event.zone, starts=region.quiet_from, ends=region.quiet_to):
        return 0
    await session.flush()
    offered = 0
    for group in in_order(await list_claims(session, event.id, WAITS)):
        if lacking(group, limits):
            continue
        take(group, limits)
        for claim in group:
            await _offer(session, event, claim, cause=cause, now=now)
        offered += len(group)
    return offered


async def expire_offers(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """End offers that ran out, tell the people, and offer the seats on."""
    ran_out = select(Registration.event_id).where(
        Registration.state == OFFERED, Registration.offered_until <= now
    )
    in_sessions = (
        select(Registration.event_id)
        .join(SessionSeat, SessionSeat.registration_id == Registration.id)
        .where(SessionSeat.state == OFFERED, SessionSeat.offered_until <= now)
    )
    # In the order of their ids, as all that lock several events do.
    event_ids = await session.scalars(
        select(Event.id)
        .where(or_(Event.id.in_(ran_out), Event.id.in_(in_sessions)))
        .order_by(Event.id)
        .limit(limit)
    )
    expired = 0
    for event_id in event_ids.all():
        event = await lock_event(session, event_id)
        if event is not None:
            expired += await _expire(session, event, now=now)
    return expired


async def shorten_offers(session: AsyncSession, event: Event, *, to: datetime) -> int:
    """Let no offer outlast this moment, such as a start that was moved; return how many did.

    The event's row must be locked.
    """
    own = select(Registration.id).where(Registration.event_id == event.id)
    shortened = 0
    for table, is_own in (
        (Registration, Registration.event_id == event.id),
        (SessionSeat, SessionSeat.registration_id.in_(own)),
    ):
        shortened += await change(
            session,
            update(table)
            .where(is_own, table.state == OFFERED, table.offered_until > to)
            .values(offered_until=to)
            .execution_options(synchronize_session="fetch"),
        )
    return shortened


async def make_offers(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Offer the seats that stayed with the queue over night."""
    offered = 0
    # In the order of their ids, as expired offers are: two ticks must not wait for each other.
    due = [
        event.id
        async for event, region in _held_back(session, now=now)
        if not quiet_end(now, zone=event.zone, starts=region.quiet_from, ends=region.quiet_to)
    ]
    for event_id in due[:limit]:
        event = await lock_event(session, event_id)
        if event is not None:
            limits = await list_limits(session, event_id)
            offered += await promote(session, event, limits, now=now, cause=Cause.MORNING)
    return offered


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next offer ends, or seats that stayed over night are offered on."""
    ends = [
        await session.scalar(
            select(func.min(table.offered_until)).where(
                table.state == OFFERED, table.offered_until > after
            )
        )
        for table in (Registration, SessionSeat)
    ]
    mornings = [
        quiet_end(after, zone=event.zone, starts=region.quiet_from, ends=region.quiet_to)
        async for event, region in _held_back(session, now=after)
    ]
    return min((at for at in (*ends, *mornings) if at is not None), default=None)


def offer_deadline(now: datetime, starts_at: datetime) -> datetime:
    """Return until when an offer holds: 24 h, 12 h under two days, 1 h under one day before."""
    left = starts_at - now
    if left < timedelta(hours=24):
        return now + timedelta(hours=1)
    if left < timedelta(hours=48):
        return now + timedelta(hours=12)
    return now + timedelta(hours=24)


async def _expire(session: AsyncSession, event: Event, *, now: datetime) -> int:
    limits = await list_limits(session, event.id)
    expired = 0
    for claim in await list_claims(session, event.id, OFFERED):
        row = claim.row
        if row.state is not OFFERED or row.offered_until is None or row.offered_until > now:
            continue  # ended with the registration a moment ago, or still open
        if claim.seat is None:
            await give_up(session, claim.registration, limits, cause=Cause.OFFER_ENDED, now=now)
        else:
            end(session, claim, limits, cause=Cause.OFFER_ENDED, now=now)
        expired += 1
        if event.state is EventState.CANCELLED:
            continue  # they were told, and there is no queue to join again
        await outbox.promise(
            session,
            participant_id=claim.registration.participant_id,
            kind=NoticeKind.OFFER_EXPIRED,
            dedup_key=_name("offer_expired", claim),
            event_id=event.id,
            due_at=now,
            useful_until=event.starts_at,
            params=_about(claim),
        )
    await promote(session, event, limits, now=now, cause=Cause.OFFER_ENDED)
    return expired


async def _offer(
    session: AsyncSession, event: Event, claim: Claim, *, cause: Cause, now: datetime
) -> None:
    until = offer_deadline(now, event.starts_at)
    set_state(session, claim, OFFERED, cause=cause, now=now, offered_until=until)
    await outbox.promise(
        session,
        participant_id=claim.registration.participant_id,
        kind=NoticeKind.OFFER,
        dedup_key=_name("offer", claim),
        event_id=event.id,
        due_at=now,
        useful_until=until,
        params={"until": until.isoformat(), **_about(claim)},
    )


def _name(kind: str, claim: Claim) -> str:
    of = f"s{claim.seat.id}" if claim.seat else str(claim.registration.id)
    return f"{kind}:{of}:{claim.row.revision}"


def _about(claim: Claim) -> dict[str, int]:
    return {"session_id": claim.session_id} if claim.session_id is not None else {}


def _with_room_and_queue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Select the events where people wait although there is a free seat."""
    registered = Registration.event_id == Event.id
    waiting = select(Registration.id).where(registered, Registration.state == WAITS).exists()
    in_sessions = (
        select(SessionSeat.id)
        .join(Registration, Registration.id == SessionSeat.registration_id)
        .where(registered, SessionSeat.state == WAITS)
        .exists()
    )
    room = select(Limit.id).where(Limit.event_id == Event.id, Limit.taken < Limit.seats).exists()
    return (
        Event.state == EventState.PUBLISHED,
        Event.offers_paused.is_(False),
        Event.starts_at > now + NO_OFFERS_WITHIN,
        or_(waiting, in_sessions),
        room,
    )


async def _held_back(
    session: AsyncSession, *, now: datetime, page: int = 100
) -> AsyncIterator[tuple[Event, Region]]:
    """Yield the events where someone could be offered a seat, were it not night.

    That a seat is free and somebody waits is not enough: another limit may be full for them. Such
    events may stay so for weeks, and must not keep the others from their turn.
    """
    last = 0
    while True:
        found = await session.execute(
            select(Event, Region)
            .join(Region, Region.id == Event.region_id)
            .where(*_with_room_and_queue(now), Event.id > last)
            .order_by(Event.id)
            .limit(page)
        )
        events = [(event, region) for event, region in found]
        if not events:
            return
        last = events[-1][0].id
        limits, waiting = await _read_queues(session, [event.id for event, _ in events])
        for event, region in events:
            groups = in_order(waiting[event.id])
            if any(not lacking(group, limits[event.id]) for group in groups):
                yield event, region


async def _read_queues(
    session: AsyncSession, event_ids: list[int]
) -> tuple[dict[int, list[Limit]], dict[int, list[Claim]]]:
    """Return the limits of some events, and who waits there, each in its order."""
    limits: dict[int, list[Limit]] = defaultdict(list)
    for one in await session.scalars(
        select(Limit).where(Limit.event_id.in_(event_ids)).order_by(Limit.id)
    ):
        limits[one.event_id].append(one)
    waiting: dict[int, list[Claim]] = defaultdict(list)
    registered = await session.scalars(
        select(Registration).where(
            Registration.event_id.in_(event_ids), Registration.state == WAITS
        )
    )
    for registration in registered:
        waiting[registration.event_id].append(Claim(registration))
    seats = await session.execute(
        select(Registration, SessionSeat)
        .join(SessionSeat, SessionSeat.registration_id == Registration.id)
        .where(Registration.event_id.in_(event_ids), SessionSeat.state == WAITS)
    )
    for registration, seat in seats:
        waiting[registration.event_id].append(Claim(registration, seat))
    for claims in waiting.values():
        claims.sort(key=lambda claim: claim.number)
    return limits, waiting

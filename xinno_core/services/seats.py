"""Seats, and those who wait for them: what a claim is, what it needs, and who is before whom.

A claim is a place at an event or a seat in one of its sessions. Both take their number from the
event's one row of numbers and wait in one queue, so that there is one order and one way up. All of
it is read and changed under the lock of the event's row.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Cause,
    Event,
    Limit,
    Registration,
    RegistrationState,
    RegistrationStep,
    SessionSeat,
)
from xinno_core.services.events import EventCard

NO_OFFERS_WITHIN = timedelta(hours=2)
"""So shortly before the start a free seat goes to whoever comes first."""

WAITS = RegistrationState.WAITLISTED


@dataclass(frozen=True)
class Claim:
    """A registration, or one of its session seats, as far as seats are concerned."""

    registration: Registration
    seat: SessionSeat | None = None

    @property
    def row(self) -> Registration | SessionSeat:
        """What holds the state, the number and the offer of this claim."""
        return self.seat or self.registration

    @property
    def session_id(self) -> int | None:
        """The session; None for the event itself."""
        return self.seat.session_id if self.seat else None

    @property
    def number(self) -> int:
        """The number in the queue."""
        return self.row.queue_number or 0

    def wanted(self, limits: Sequence[Limit]) -> list[Limit]:
        """Return the limits that bound this claim: it needs a seat in each of them."""
        of = self.registration
        return [limit for limit in limits if limit.bounds(of.role, of.target, self.session_id)]


Group = tuple[Claim, ...]
"""Who is offered seats together: one claim, or a pair that waits."""


async def list_claims(
    session: AsyncSession, event_id: int, state: RegistrationState
) -> list[Claim]:
    """Return the claims at an event in one state, in the order of their numbers."""
    return await list_claims_at(session, [event_id], state)


async def list_claims_at(
    session: AsyncSession, event_ids: Collection[int], state: RegistrationState
) -> list[Claim]:
    """Return the claims at several events, for whoever tells them apart by their registration."""
    registrations = await session.scalars(
        select(Registration)
        .where(Registration.event_id.in_(event_ids), Registration.state == state)
        .execution_options(populate_existing=True)
    )
    seats = await session.execute(
        select(Registration, SessionSeat)
        .join(SessionSeat, SessionSeat.registration_id == Registration.id)
        .where(Registration.event_id.in_(event_ids), SessionSeat.state == state)
        .execution_options(populate_existing=True)
    )
    claims = [
        *(Claim(registration) for registration in registrations),
        *(Claim(registration, seat) for registration, seat in seats),
    ]
    return sorted(claims, key=lambda claim: claim.number)


def in_order(waiting: Sequence[Claim]) -> list[Group]:
    """Return who is next, and after them: a pair comes when the later of its numbers does.

    So nobody overtakes by tying themselves to someone further ahead.
    """
    groups: dict[tuple[str, int], list[Claim]] = {}
    for claim in waiting:
        is_pair = claim.seat is None and claim.registration.pair is not None
        key = ("pair", claim.registration.pair or 0) if is_pair else ("claim", claim.number)
        groups.setdefault(key, []).append(claim)
    return sorted((tuple(group) for group in groups.values()), key=lambda group: group[-1].number)


def lacking(group: Group, limits: Sequence[Limit]) -> list[Limit]:
    """Return the limits that have too few free seats for all of the group."""
    needed = list(chain.from_iterable(claim.wanted(limits) for claim in group))
    return [limit for limit in limits if limit.taken + needed.count(limit) > limit.seats]


def waited_for(waiting: Sequence[Claim], limits: Sequence[Limit]) -> set[int]:
    """Return the limits whose free seats belong to those who wait, offered or not.

    Someone who waits because another limit is full does not keep the seats of this one.
    """
    kept: set[int] = set()
    for group in in_order(waiting):
        short = lacking(group, limits)
        of = short or chain.from_iterable(claim.wanted(limits) for claim in group)
        kept.update(limit.id for limit in of)
    return kept


async def first_closed(
    session: AsyncSession, event: Event, claim: Claim, limits: Sequence[Limit], *, now: datetime
) -> Limit | None:
    """Return the first limit without room for a newcomer, or whose seats belong to the queue."""
    wanted = claim.wanted(limits)
    full = next((limit for limit in wanted if limit.taken >= limit.seats), None)
    if full is not None or is_last_minute(event, now=now):
        return full
    kept = waited_for(await list_claims(session, event.id, WAITS), limits)
    return next((limit for limit in wanted if limit.id in kept), None)


def is_last_minute(event: Event | EventCard, *, now: datetime) -> bool:
    """Tell whether a free seat goes to whoever comes first."""
    return now >= event.starts_at - NO_OFFERS_WITHIN


async def queue_position(session: AsyncSession, claim: Claim, limits: Sequence[Limit]) -> int:
    """Return the place in the queue: 1 is next."""
    return place_among(
        await list_claims(session, claim.registration.event_id, WAITS), claim, limits
    )


def place_among(waiting: Sequence[Claim], claim: Claim, limits: Sequence[Limit]) -> int:
    """Return the place among those who wait; behind all of them when the wait has just ended."""
    return positions(waiting, limits).get(claim.number, len(waiting) + 1)


def positions(waiting: Sequence[Claim], limits: Sequence[Limit]) -> dict[int, int]:
    """Return for each number the place in the queue: the same for two who come together.

    Only those who want the same seats count.
    """
    before: Counter[frozenset[int]] = Counter()
    places = {}
    for group in in_order(waiting):
        wanted = [frozenset(limit.id for limit in claim.wanted(limits)) for claim in group]
        for claim, own in zip(group, wanted, strict=True):
            places[claim.number] = 1 + sum(
                number for others, number in before.items() if others & own
            )
        before.update(wanted)
    return places


def take(claims: Iterable[Claim], limits: Sequence[Limit]) -> None:
    """Take the seats that the claims need."""
    for claim in claims:
        for limit in claim.wanted(limits):
            limit.taken += 1


def release(claim: Claim, limits: Sequence[Limit]) -> None:
    """Take the claim off the seats it holds."""
    if claim.row.holds_seat:
        for limit in claim.wanted(limits):
            limit.taken -= 1


def set_state(
    session: AsyncSession,
    claim: Claim,
    state: RegistrationState,
    *,
    cause: Cause,
    now: datetime,
    offered_until: datetime | None = None,
) -> None:
    """Let a claim stand in another state, and keep when and why for whoever asks."""
    row = claim.row
    number = row.queue_number
    if state not in {WAITS, RegistrationState.OFFERED}:
        row.queue_number = None
    row.state, row.offered_until = state, offered_until
    row.revision += 1
    session.add(
        RegistrationStep(
            registration_id=claim.registration.id,
            session_id=claim.session_id,
            at=now,
            state=state,
            cause=cause,
            queue_number=number,
        )
    )


async def give_up(
    session: AsyncSession,
    registration: Registration,
    limits: Sequence[Limit],
    *,
    cause: Cause,
    now: datetime,
    state: RegistrationState = RegistrationState.CANCELLED,
) -> None:
    """End a registration with all its session seats; what they held is free."""
    seats = await session.scalars(
        select(SessionSeat)
        .where(
            SessionSeat.registration_id == registration.id,
            SessionSeat.state != RegistrationState.CANCELLED,
        )
        .execution_options(populate_existing=True)
    )
    for seat in seats.all():
        end(session, Claim(registration, seat), limits, cause=cause, now=now)
    if registration.state is RegistrationState.CONFIRMED:
        registration.calendar_sequence += 1  # the entry leaves the calendar
    await untie(session, registration)
    end(session, Claim(registration), limits, cause=cause, now=now, state=state)


async def untie(session: AsyncSession, registration: Registration) -> None:
    """Let two who wanted to come together come each alone."""
    if registration.pair is None:
        return
    await session.execute(
        update(Registration)
        .where(
            Registration.event_id == registration.event_id, Registration.pair == registration.pair
        )
        .values(pair=None)
        .execution_options(synchronize_session="fetch")
    )


def end(
    session: AsyncSession,
    claim: Claim,
    limits: Sequence[Limit],
    *,
    cause: Cause,
    now: datetime,
    state: RegistrationState = RegistrationState.CANCELLED,
) -> None:
    """End one claim; a place at the event is given up with all its session seats instead."""
    release(claim, limits)
    set_state(session, claim, state, cause=cause, now=now)

"""Where a participant stands: own registrations, and what was answered to a reminder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Event,
    EventState,
    Limit,
    Participant,
    Presence,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services.events import EventCard, card_of, find_card, list_limits
from xinno_core.services.seats import WAITS, Claim, list_claims_at, place_among, queue_position

ENDED = (RegistrationState.CANCELLED, RegistrationState.DECLINED)


@dataclass(frozen=True)
class EventOver:
    """The event is over: there is nothing to give back any more, and nothing to come to."""

    card: EventCard


@dataclass(frozen=True)
class Own:
    """A participant's own registration with the event's card."""

    card: EventCard
    state: RegistrationState
    role: str
    number: int | None
    offered_until: datetime | None
    presence: Presence | None
    registration_id: int = 0
    word: str | None = None
    has_partner: bool = False  # two who come together

    @property
    def is_active(self) -> bool:
        """Tell whether there is a place, an offer, a number or a request."""
        return self.state not in ENDED


async def find_own(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Own | EventOver | None:
    """Return the participant's active registration at an event that is not over."""
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    card = await find_card(session, event_id)
    if card is None or registration is None or not registration.is_active:
        return None
    if card.ends_at <= now:
        return EventOver(card)
    return await read_own(session, card, registration)


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
            Registration.state.not_in(ENDED),
            Event.ends_at > now,
            Event.state != EventState.DRAFT,
        )
        .order_by(Event.starts_at)
        .limit(20)
    )
    rows = found.all()
    numbers = await _numbers(session, [row.Registration for row in rows])
    return tuple(
        Own(
            card_of(event, region),
            registration.state,
            registration.role,
            numbers.get(registration.id),
            registration.offered_until,
            registration.presence,
            registration.id,
            registration.word,
            registration.pair is not None,
        )
        for registration, event, region in rows
    )


async def _numbers(
    session: AsyncSession, registrations: Sequence[Registration]
) -> Mapping[int, int]:
    """Return the place in the queue of each of these registrations that waits."""
    waiting = {one.event_id: one for one in registrations if one.state is WAITS}
    if not waiting:
        return {}
    limits = defaultdict(list)
    for limit in await session.scalars(
        select(Limit).where(Limit.event_id.in_(waiting)).order_by(Limit.id)
    ):
        limits[limit.event_id].append(limit)
    claims = defaultdict(list)
    for claim in await list_claims_at(session, waiting, WAITS):
        claims[claim.registration.event_id].append(claim)
    return {
        one.id: place_among(claims[event_id], Claim(one), limits[event_id])
        for event_id, one in waiting.items()
    }


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


async def say_presence(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    presence: Presence,
    now: datetime,
) -> EventCard | EventOver | None:
    """Keep what the participant answered to a reminder; None when there is no seat to come to."""
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if registration is None or registration.state is not RegistrationState.CONFIRMED:
        return None
    card = await find_card(session, event_id)
    if card is not None and card.ends_at <= now:
        return EventOver(card)
    registration.presence = presence
    await session.flush()
    return card


def presence(name: str) -> Presence:
    """Return the answer with this name; one that is not ours raises."""
    try:
        return Presence(name)
    except ValueError:
        raise NotFoundError from None


async def read_own(session: AsyncSession, card: EventCard, registration: Registration) -> Own:
    """Return where a registration stands, with its number in the queue."""
    number = None
    if registration.state is WAITS:
        limits = await list_limits(session, registration.event_id)
        number = await queue_position(session, Claim(registration), limits)
    return Own(
        card,
        registration.state,
        registration.role,
        number,
        registration.offered_until,
        registration.presence,
        registration.id,
        registration.word,
        registration.pair is not None,
    )

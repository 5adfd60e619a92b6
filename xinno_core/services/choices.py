"""What there is to choose at an event, and how one person stands to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    EventState,
    Limit,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services.events import EventCard, Slot, find_card, list_limits
from xinno_core.services.seats import (
    WAITS,
    Claim,
    is_last_minute,
    list_claims,
    place_among,
    waited_for,
)
from xinno_core.services.standings import find_registration
from xinno_core.services.workshops import is_open, list_own_seats, may_leave


@dataclass(frozen=True)
class Choice:
    """One session to choose, and how this person stands to it."""

    slot: Slot
    free: int | None  # seats that a newcomer would get; None where everybody finds room
    waiting: int
    state: RegistrationState | None
    number: int | None
    offered_until: datetime | None
    is_open: bool  # it may still be chosen
    may_take_now: bool  # someone who waits may take a free seat: nothing is offered any more
    may_leave: bool = True  # what this person has here may still be given back


@dataclass(frozen=True)
class Choices:
    """The sessions of an event that this person may choose from."""

    card: EventCard
    may_choose: bool  # has a confirmed place
    choices: tuple[Choice, ...]

    def held(self, session_id: int) -> Choice | None:
        """Return the session with this id if this person has a seat, an offer or a number."""
        return next((one for one in self.choices if one.slot.id == session_id and one.state), None)


async def list_choices(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Choices | None:
    """Return the sessions to choose from; None when there is no such event."""
    card = await find_card(session, event_id)
    if card is None:
        return None
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if registration is not None and not registration.is_active:
        registration = None
    limits = await list_limits(session, event_id)
    own = await list_own_seats(session, registration)
    waiting = await list_claims(session, event_id, WAITS)
    seats = _Seats(
        limits, waiting, set() if is_last_minute(card, now=now) else waited_for(waiting, limits)
    )
    return Choices(
        card,
        may_choose=registration is not None and registration.state is RegistrationState.CONFIRMED,
        choices=tuple(
            seats.choice(card, slot, registration, own.get(slot.id), now=now)
            for slot in card.slots
            if slot.by_choice and (registration is None or slot.is_for(registration.role))
        ),
    )


@dataclass(frozen=True)
class _Seats:
    """The seats of an event, who waits for them, and which belong to those who wait."""

    limits: Sequence[Limit]
    waiting: Sequence[Claim]
    kept: set[int]

    def choice(
        self,
        card: EventCard,
        slot: Slot,
        registration: Registration | None,
        seat: SessionSeat | None,
        *,
        now: datetime,
    ) -> Choice:
        """Return one session as this person sees it."""
        own = Claim(registration, seat) if registration and seat and seat.is_active else None
        waits = own is not None and own.row.state is WAITS
        free = self._free(slot, registration)
        return Choice(
            slot,
            free=free,
            waiting=sum(claim.session_id == slot.id for claim in self.waiting),
            state=own.row.state if own else None,
            number=place_among(self.waiting, own, self.limits) if own and waits else None,
            offered_until=own.row.offered_until if own else None,
            is_open=is_open(card, slot, now=now),
            may_take_now=waits
            and card.state is EventState.PUBLISHED
            and is_last_minute(card, now=now)
            and now < slot.starts_at
            and (free is None or free > 0),
            may_leave=card.state is EventState.PUBLISHED and may_leave(card, slot, now=now),
        )

    def _free(self, slot: Slot, registration: Registration | None) -> int | None:
        wanted = [
            limit
            for limit in self.limits
            if limit.session_id == slot.id
            and (
                registration is None
                or limit.bounds(registration.role, registration.target, slot.id)
            )
        ]
        return min(
            (0 if limit.id in self.kept else limit.seats - limit.taken for limit in wanted),
            default=None,
        )

"""Two who come together: while both wait, they are offered their seats at the same time.

One of them passes a signed link on. Whoever opens it is asked; their registering, or their yes
where they are registered already, ties the two. Each still takes their own seat, and either may
come alone again.
"""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Cause, Event, EventState, Participant, Registration, RegistrationState
from xinno_core.services.events import list_limits, lock_event
from xinno_core.services.seats import untie
from xinno_core.services.standings import find_registration
from xinno_core.services.waiting_list import promote

ACTIVE = (
    RegistrationState.REQUESTED,
    RegistrationState.WAITLISTED,
    RegistrationState.OFFERED,
    RegistrationState.CONFIRMED,
)
PAIR_LINK = "p_"
SIGNATURE_BYTES = 8


def payload(secret: bytes, *, registration_id: int) -> str:
    """Return what the link carries that ties a second person to this registration."""
    return f"{PAIR_LINK}{registration_id}_{_signature(secret, registration_id)}"


def pair_link(bot_username: str, secret: bytes, *, registration_id: int) -> str:
    """Return the address to pass on to the person one comes with."""
    return f"https://t.me/{bot_username}?start={payload(secret, registration_id=registration_id)}"


async def arrive(
    session: AsyncSession, *, participant: Participant, payload: str, secret: bytes
) -> Event | None:
    """Keep with whom this person is asked to come; nothing is tied before they say so.

    A link whose owner gave the place back still leads to the event.
    """
    registration = await session.get(Registration, _read(payload, secret))
    if registration is None:
        return None
    event = await session.get(Event, registration.event_id)
    if event is None or event.state is EventState.DRAFT:
        return None
    may_ask = registration.is_active and registration.participant_id != participant.id
    participant.came_with = registration.id if may_ask else None
    return event


async def is_asked(session: AsyncSession, *, participant: Participant, event_id: int) -> bool:
    """Tell whether somebody who can still be joined asks this person to come together."""
    if participant.came_with is None:
        return False
    own = await find_registration(session, event_id=event_id, participant_id=participant.id)
    return await _find_partner(session, participant, event_id, own) is not None


async def join(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> bool:
    """Say yes to coming together where one is registered; False when it can't be any more."""
    event = await lock_event(session, event_id)
    own = await find_registration(session, event_id=event_id, participant_id=participant.id)
    if event is None or own is None or not own.is_active or now >= event.ends_at:
        return False
    await carry_over(session, participant=participant, registration=own)
    return own.pair is not None


async def carry_over(
    session: AsyncSession, *, participant: Participant, registration: Registration
) -> None:
    """Tie a registration to the one whose link brought this person; the event must be locked."""
    other = await _find_partner(session, participant, registration.event_id, registration)
    if other is None:
        return
    participant.came_with = None
    session.add(registration)
    await session.flush()
    registration.pair = other.pair = min(registration.id, other.id)


def decline(participant: Participant) -> None:
    """Say no to coming together."""
    participant.came_with = None


async def come_alone(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Registration | None:
    """Untie the two; return the person's registration, None when there is none.

    Where one seat is free and two were needed, it is offered at once.
    """
    event = await lock_event(session, event_id)
    own = await find_registration(session, event_id=event_id, participant_id=participant.id)
    if event is None or own is None or not own.is_active:
        return None
    await untie(session, own)
    limits = await list_limits(session, event_id)
    await promote(session, event, limits, now=now, cause=Cause.ASKED)
    return own


async def _find_partner(
    session: AsyncSession, participant: Participant, event_id: int, own: Registration | None
) -> Registration | None:
    """Return the registration that asks this person; None when either is tied, or it is over."""
    if participant.came_with is None or (own is not None and own.pair is not None):
        return None
    return await session.scalar(
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Registration.id == participant.came_with,
            Registration.event_id == event_id,
            Registration.participant_id != participant.id,
            Registration.state.in_(ACTIVE),
            Registration.pair.is_(None),
            Event.state == EventState.PUBLISHED,
        )
        .execution_options(populate_existing=True)
    )


def _read(text: str, secret: bytes) -> int:
    number, _, signature = text.removeprefix(PAIR_LINK).partition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return 0
    expected = _signature(secret, int(number))
    return int(number) if hmac.compare_digest(expected.encode(), signature.encode()) else 0


def _signature(secret: bytes, registration_id: int) -> str:
    digest = hmac.digest(secret, f"pair:{registration_id}".encode(), hashlib.sha256)
    return digest[:SIGNATURE_BYTES].hex()  # a chat may leave a - or _ at a link's end out

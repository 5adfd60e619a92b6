"""Two who come together: while both wait, they are offered their seats at the same time.

One of them passes a signed link on; whoever opens it and registers at the same event is tied to
them. Each still says yes alone, and either may come alone again.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, EventState, Participant, Registration
from xinno_core.services.events import lock_event

PAIR_LINK = "p_"
SIGNATURE_BYTES = 12


def payload(secret: bytes, *, registration_id: int) -> str:
    """Return what the link carries that ties a second person to this registration."""
    return f"{PAIR_LINK}{registration_id}_{_signature(secret, registration_id)}"


async def arrive(
    session: AsyncSession, *, participant: Participant, payload: str, secret: bytes
) -> Event | None:
    """Keep with whom this person wants to come, or tie them at once if both are registered."""
    registration = await session.get(Registration, _read(payload, secret))
    if registration is None or not registration.is_active:
        return None
    event = await lock_event(session, registration.event_id)
    if event is None or event.state is not EventState.PUBLISHED:
        return None
    participant.came_with = registration.id
    own = await session.scalar(
        select(Registration).where(
            Registration.event_id == event.id, Registration.participant_id == participant.id
        )
    )
    if own is not None and own.is_active:
        await carry_over(session, participant=participant, registration=own)
    return event


async def carry_over(
    session: AsyncSession, *, participant: Participant, registration: Registration
) -> None:
    """Tie a registration to the one whose link brought this person; the event must be locked."""
    other_id, participant.came_with = participant.came_with, None
    if other_id is None:
        return
    other = await session.get(Registration, other_id, populate_existing=True)
    is_ours = other is not None and other.event_id == registration.event_id
    if other is None or not is_ours or not other.is_active or other.id == registration.id:
        return
    session.add(registration)
    await session.flush()
    if await _is_tied(session, other) or await _is_tied(session, registration):
        return
    registration.pair = other.pair = min(registration.id, other.id)


async def come_alone(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> Registration | None:
    """Untie the two; return the person's registration, None when there is none."""
    await lock_event(session, event_id)
    own = await session.scalar(
        select(Registration).where(
            Registration.event_id == event_id, Registration.participant_id == participant.id
        )
    )
    if own is None or not own.is_active:
        return None
    if own.pair is not None:
        tied = await session.scalars(
            select(Registration).where(
                Registration.event_id == event_id, Registration.pair == own.pair
            )
        )
        for registration in tied.all():
            registration.pair = None
    return own


async def _is_tied(session: AsyncSession, registration: Registration) -> bool:
    if registration.pair is None:
        return False
    tied = await session.scalar(
        select(func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id, Registration.pair == registration.pair
        )
    )
    return (tied or 0) > 1


def _read(text: str, secret: bytes) -> int:
    number, _, signature = text.removeprefix(PAIR_LINK).partition("_")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return 0
    expected = _signature(secret, int(number))
    return int(number) if hmac.compare_digest(expected.encode(), signature.encode()) else 0


def _signature(secret: bytes, registration_id: int) -> str:
    digest = hmac.digest(secret, f"pair:{registration_id}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()

"""Links that open a role which is by invitation: a speaker's talk, an exhibitor's booth.

The link is signed, so it can't be guessed from another one; whoever opens it may choose the role
at that event, in the ordinary way and within its seats. The organiser passes it on by hand.
"""

import dataclasses
import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.models import Event, EventState, Invitation, Participant
from xinno_core.services.events import EventCard

INVITATION_LINK = "i_"
SIGNATURE_BYTES = 8


def payload(secret: bytes, *, event_id: int, role: str) -> str:
    """Return what an invitation's link carries: at most 64 of the signs that Telegram allows."""
    return f"{INVITATION_LINK}{event_id}_{role}_{_signature(secret, event_id, role)}"


async def accept(
    session: AsyncSession, *, participant: Participant, payload: str, secret: bytes, now: datetime
) -> Event | None:
    """Open the role for this person; None when the link is not one of ours."""
    event_id, role = _read(payload, secret)
    event = await session.get(Event, event_id)
    if event is None or event.state is not EventState.PUBLISHED:
        return None
    await session.execute(
        insert_once(session, Invitation).values(
            event_id=event.id, participant_id=participant.id, role=role, at=now
        )
    )
    return event


async def open_for(
    session: AsyncSession, *, participant: Participant, card: EventCard
) -> EventCard:
    """Return the card as this person may use it: with the roles open that they are invited to."""
    if all(role.is_open for role in card.roles):
        return card
    invited = set(
        await session.scalars(
            select(Invitation.role).where(
                Invitation.event_id == card.id, Invitation.participant_id == participant.id
            )
        )
    )
    roles = tuple(
        dataclasses.replace(role, is_open=role.is_open or role.key in invited)
        for role in card.roles
    )
    return dataclasses.replace(card, roles=roles)


def _read(text: str, secret: bytes) -> tuple[int, str]:
    number, _, rest = text.removeprefix(INVITATION_LINK).partition("_")
    role, signature = rest[: -SIGNATURE_LENGTH - 1], rest[-SIGNATURE_LENGTH:]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return 0, ""
    expected = _signature(secret, int(number), role)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return 0, ""
    return int(number), role


def _signature(secret: bytes, event_id: int, role: str) -> str:
    digest = hmac.digest(secret, f"invitation:{event_id}:{role}".encode(), hashlib.sha256)
    return digest[:SIGNATURE_BYTES].hex()  # a chat may leave a - or _ at a link's end out


SIGNATURE_LENGTH = len(_signature(b"", 0, ""))

"""Arriving by a link: what a person came for, kept until the privacy notice is passed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Participant, Region
from xinno_core.services import channels, invitations, pairs, role_invites
from xinno_core.services.events import EventCard, find_by_key, read_card

EVENT_LINK = "e_"
LONGEST_LINK = 64


def link(bot_username: str, payload: str) -> str:
    """Return the address that opens the chat with what this payload asks for."""
    return f"https://t.me/{bot_username}?start={payload}"


def event_link(bot_username: str, event_key: str) -> str:
    """Return the address that opens the chat with this event."""
    return f"https://t.me/{bot_username}?start={EVENT_LINK}{event_key}"


def role_link(bot_username: str, secret: bytes, *, event_id: int, role: str) -> str:
    """Return the address that opens a role which is by invitation."""
    payload = invitations.payload(secret, event_id=event_id, role=role)
    return f"https://t.me/{bot_username}?start={payload}"


async def arrive(
    session: AsyncSession, *, participant: Participant, payload: str, secret: bytes, now: datetime
) -> EventCard | None:
    """Keep what the link asks for; an unknown link asks for nothing."""
    event = None
    if payload.startswith(role_invites.ROLE_LINK):
        await role_invites.arrive(session, participant=participant, payload=payload, now=now)
        return None
    if payload.startswith(channels.CHANNEL_LINK):
        event = await channels.arrive(session, participant=participant, payload=payload, now=now)
    elif payload.startswith(invitations.INVITATION_LINK):
        event = await invitations.accept(
            session, participant=participant, payload=payload, secret=secret, now=now
        )
    elif payload.startswith(pairs.PAIR_LINK):
        event = await pairs.arrive(session, participant=participant, payload=payload, secret=secret)
    elif payload.startswith(EVENT_LINK) and len(payload) <= LONGEST_LINK:
        event = await find_by_key(session, payload.removeprefix(EVENT_LINK))
    participant.came_for = event.key if event else None
    if event is None:
        return None
    participant.tone = (await session.get_one(Region, event.region_id)).tone
    return await read_card(session, event)


async def find_arrival(session: AsyncSession, *, participant: Participant) -> EventCard | None:
    """Return the event this person came for."""
    if participant.came_for is None:
        return None
    event = await find_by_key(session, participant.came_for)
    return await read_card(session, event) if event else None


async def take_arrival(session: AsyncSession, *, participant: Participant) -> EventCard | None:
    """Return the event this person came for, and forget that they came for it."""
    card = await find_arrival(session, participant=participant)
    participant.came_for = None
    return card


async def find_contact(session: AsyncSession, *, participant: Participant) -> str:
    """Return the data-protection contact of the event this person came for."""
    if participant.came_for is None:
        return ""
    event = await find_by_key(session, participant.came_for)
    if event is None:
        return ""
    region = await session.scalar(select(Region).where(Region.id == event.region_id))
    return str(region.data_protection.get("contact", "")) if region else ""


def pass_notice(participant: Participant, *, now: datetime) -> None:
    """Note when the privacy notice was passed; the first time counts."""
    participant.welcomed_at = participant.welcomed_at or now

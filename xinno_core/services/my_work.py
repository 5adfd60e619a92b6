"""Of one's own data: what one may do beyond taking part, and what one did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Audit,
    Broadcast,
    Event,
    Invitation,
    Participant,
    Pilot,
    Region,
    Role,
    RoleGrant,
)


@dataclass(frozen=True)
class MyRole:
    """What one may do beyond taking part."""

    role: Role
    region: str | None
    pilot: str | None
    given_at: datetime


@dataclass(frozen=True)
class MyInvitation:
    """A role that a link opened."""

    event: str | None
    role: str


@dataclass(frozen=True)
class MyAnnouncement:
    """What one wrote to an event's registered."""

    event: str | None
    content: dict[str, Any]
    confirmed_at: datetime | None


@dataclass(frozen=True)
class MyAction:
    """What one did as organiser or lead."""

    verb: str
    subject: str
    at: datetime


async def read_roles(session: AsyncSession, person: Participant) -> tuple[MyRole, ...]:
    """Return what this person may do beyond taking part."""
    found = await session.execute(
        select(RoleGrant, Region.key, Pilot.key)
        .outerjoin(Region, Region.id == RoleGrant.region_id)
        .outerjoin(Pilot, Pilot.id == RoleGrant.pilot_id)
        .where(RoleGrant.participant_id == person.id)
        .order_by(RoleGrant.id)
    )
    return tuple(MyRole(one.role, region, pilot, one.created_at) for one, region, pilot in found)


async def read_invitations(session: AsyncSession, person: Participant) -> tuple[MyInvitation, ...]:
    """Return the roles that links opened to this person."""
    found = await session.execute(
        select(Event.key, Invitation.role)
        .join(Event, Event.id == Invitation.event_id)
        .where(Invitation.participant_id == person.id)
        .order_by(Event.id, Invitation.role)
    )
    return tuple(MyInvitation(event, role) for event, role in found)


async def read_announcements(
    session: AsyncSession, person: Participant
) -> tuple[MyAnnouncement, ...]:
    """Return what this person wrote to events' registered."""
    found = await session.execute(
        select(Broadcast, Event.key)
        .join(Event, Event.id == Broadcast.event_id)
        .where(Broadcast.author_id == person.id)
        .order_by(Broadcast.id)
    )
    return tuple(MyAnnouncement(event, one.content, one.confirmed_at) for one, event in found)


async def read_actions(session: AsyncSession, person: Participant) -> tuple[MyAction, ...]:
    """Return what this person did as organiser or lead."""
    found = await session.scalars(
        select(Audit).where(Audit.actor_id == person.id).order_by(Audit.id)
    )
    return tuple(MyAction(one.verb, one.subject, one.at) for one in found)

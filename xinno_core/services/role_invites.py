"""Links by which an organiser brings in another organiser, or staff: each for one person, once.

Of a link only its fingerprint is kept. Who opens it is asked before anything happens, and it works
only as long as the one who made it still organises the region.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import Participant, Region, Role, RoleGrant, RoleInvite
from xinno_core.services import access

ROLE_LINK = "o_"
HOLDS = timedelta(days=7)
TOKEN_BYTES = 24
INVITABLE = (Role.ORGANISER, Role.STAFF)
MOST_NAMES = 20


@dataclass(frozen=True)
class Team:
    """One region with those who organise it or help there."""

    region_id: int
    region: LanguageMap
    organisers: tuple[str, ...]
    staff: tuple[str, ...]


@dataclass(frozen=True)
class Invited:
    """There is a link now; nobody can show it again."""

    payload: str
    role: Role
    region_id: int
    region: LanguageMap
    expires_at: datetime
    zone: str


@dataclass(frozen=True)
class RoleOffer:
    """A link that still works: what it would make of who opened it."""

    invite_id: int
    role: Role
    region: LanguageMap
    inviter: str


@dataclass(frozen=True)
class RoleTaken:
    """The person has the role from now on."""

    role: Role
    region: LanguageMap


@dataclass(frozen=True)
class HasRole:
    """The person had the role before; the link is still good for somebody else."""

    role: Role
    region: LanguageMap


@dataclass(frozen=True)
class OfferLost:
    """The link is used, too old, or none of ours."""


TakeOutcome = RoleTaken | HasRole | OfferLost


async def list_teams(session: AsyncSession, *, participant: Participant) -> tuple[Team, ...]:
    """Return the own regions with their organisers and staff."""
    organised = await access.get_organised_regions(session, participant)
    regions = await session.scalars(
        select(Region).where(Region.id.in_(organised)).order_by(Region.key)
    )
    granted = await session.execute(
        select(RoleGrant.region_id, RoleGrant.role, Participant.name)
        .join(Participant, Participant.id == RoleGrant.participant_id)
        .where(RoleGrant.region_id.in_(organised), RoleGrant.role.in_(INVITABLE))
        .order_by(Participant.name, Participant.id)
    )
    names: dict[tuple[int | None, Role], list[str]] = {}
    for region_id, role, name in granted:
        names.setdefault((region_id, role), []).append(name or "")
    return tuple(
        Team(
            region.id,
            region.name,
            tuple(names.get((region.id, Role.ORGANISER), ())),
            tuple(names.get((region.id, Role.STAFF), ())),
        )
        for region in regions
    )


async def invite(
    session: AsyncSession, *, participant: Participant, role: str, region_id: int, now: datetime
) -> Invited:
    """Make a link that gives one person a role in an own region."""
    if role not in {one.value for one in INVITABLE}:
        raise NotFoundError
    if region_id not in (await access.access_of(session, participant)).organised:
        raise NotFoundError
    region = await session.get_one(Region, region_id)
    token = secrets.token_hex(TOKEN_BYTES)
    made = RoleInvite(
        fingerprint=_fingerprint(token),
        role=Role(role),
        region_id=region.id,
        created_by=participant.id,
        expires_at=now + HOLDS,
    )
    session.add(made)
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="invite",
        subject=f"role_invite:{made.id}",
        at=now,
        role=role,
        region_id=region.id,
    )
    return Invited(
        ROLE_LINK + token, made.role, region.id, region.name, made.expires_at, region.zone
    )


async def arrive(
    session: AsyncSession, *, participant: Participant, payload: str, now: datetime
) -> None:
    """Keep by which link this person came, if it still works; a link alone gives nothing."""
    fingerprint = _fingerprint(payload.removeprefix(ROLE_LINK))
    found = await _find(session, fingerprint, now=now)
    # No event's key is as long as a fingerprint.
    participant.came_for = fingerprint if found is not None else None


async def find_offer(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> RoleOffer | None:
    """Return what the link by which this person came would give."""
    invite_ = await _find(session, participant.came_for or "", now=now)
    if invite_ is None:
        return None
    region = await session.get_one(Region, invite_.region_id)
    inviter = await session.get_one(Participant, invite_.created_by)
    return RoleOffer(invite_.id, invite_.role, region.name, inviter.name or "")


async def take(
    session: AsyncSession, *, participant: Participant, invite_id: int, now: datetime
) -> TakeOutcome:
    """Give the role to who opened the link and said yes; of several, the first gets it."""
    found = await _find(session, participant.came_for or "", now=now)
    if found is None or found.id != invite_id:
        return await _find_taken(session, participant, invite_id) or OfferLost()
    region = await session.get_one(Region, found.region_id)
    participant.came_for = None
    rights = await access.access_of(session, participant)
    if region.id in (rights.organised if found.role is Role.ORGANISER else rights.staffed):
        return HasRole(found.role, region.name)
    used = await change(
        session,
        update(RoleInvite)
        .where(RoleInvite.id == found.id, RoleInvite.used_by.is_(None))
        .values(used_by=participant.id, used_at=now),
    )
    if not used:
        return OfferLost()
    await access.grant(
        session,
        participant=participant,
        role=found.role,
        region_key=region.key,
        pilot_key=None,
        now=now,
    )
    access.record(
        session,
        actor=participant,
        verb="take_role",
        subject=f"role_invite:{found.id}",
        at=now,
        role=found.role.value,
        region_id=region.id,
    )
    return RoleTaken(found.role, region.name)


async def _find(session: AsyncSession, fingerprint: str, *, now: datetime) -> RoleInvite | None:
    """Return an invitation that still works."""
    found = await session.scalar(
        select(RoleInvite)
        .where(RoleInvite.fingerprint == fingerprint)
        .execution_options(populate_existing=True)
    )
    if found is None or found.used_by is not None or found.expires_at <= now:
        return None
    inviter = await session.get_one(Participant, found.created_by)
    still = (await access.access_of(session, inviter)).organised
    return found if found.region_id in still else None


async def _find_taken(
    session: AsyncSession, participant: Participant, invite_id: int
) -> HasRole | None:
    """Answer a second tap: the role was taken with the first."""
    found = await session.get(RoleInvite, invite_id)
    if found is None or found.used_by != participant.id:
        return None
    rights = await access.access_of(session, participant)
    if found.region_id not in rights.organised | rights.staffed:
        return None
    return HasRole(found.role, (await session.get_one(Region, found.region_id)).name)


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

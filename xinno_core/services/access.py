"""Who may do what: every object is checked against the person asking, here and nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock
from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.models import (
    Audit,
    Enquiry,
    Event,
    Faq,
    Participant,
    Pilot,
    Region,
    Registration,
    Role,
    RoleGrant,
    Survey,
)
from xinno_core.services import participants
from xinno_core.services.events import lock_event


@dataclass(frozen=True)
class Access:
    """The roles of one person."""

    organised: frozenset[int] = frozenset()  # regions
    staffed: frozenset[int] = frozenset()  # regions, too
    led: frozenset[int] = frozenset()  # pilots

    @property
    def is_organiser(self) -> bool:
        """Tell whether the person organises any region."""
        return bool(self.organised)

    @property
    def is_staff(self) -> bool:
        """Tell whether the person helps at the door of any region."""
        return bool(self.staffed)

    @property
    def is_lead(self) -> bool:
        """Tell whether the person leads any pilot."""
        return bool(self.led)


async def access_of(session: AsyncSession, participant: Participant) -> Access:
    """Return what a person may do now."""
    grants = (
        await session.scalars(select(RoleGrant).where(RoleGrant.participant_id == participant.id))
    ).all()
    return Access(
        organised=frozenset(
            grant.region_id
            for grant in grants
            if grant.role is Role.ORGANISER and grant.region_id is not None
        ),
        staffed=frozenset(
            grant.region_id
            for grant in grants
            if grant.role is Role.STAFF and grant.region_id is not None
        ),
        led=frozenset(
            grant.pilot_id
            for grant in grants
            if grant.role is Role.LEAD and grant.pilot_id is not None
        ),
    )


async def find_organised_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> Event | None:
    """Return the event if this person organises its region; else it does not exist for them."""
    event = await session.get(Event, event_id)
    if event is None or event.region_id not in (await access_of(session, participant)).organised:
        return None
    return event


async def get_organised_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> Event:
    """Return the event if this person organises its region; else it is not found."""
    event = await find_organised_event(session, participant, event_id)
    if event is None:
        raise NotFoundError
    return event


async def lock_organised_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> Event:
    """Return the event with its row locked if this person organises its region."""
    await get_organised_event(session, participant, event_id)
    event = await lock_event(session, event_id)
    if event is None:
        raise NotFoundError
    return event


async def lock_organised_registration(
    session: AsyncSession, participant: Participant, registration_id: int
) -> tuple[Event, Registration]:
    """Return a registration as it stands under its event's lock, at an event of an own region."""
    registration = await session.get(Registration, registration_id)
    if registration is None:
        raise NotFoundError
    event = await lock_organised_event(session, participant, registration.event_id)
    await session.refresh(registration)
    return event, registration


async def get_organised_enquiry(
    session: AsyncSession, participant: Participant, enquiry_id: int
) -> Enquiry:
    """Return a question to a region that this person organises; another's is not found."""
    return await _get_enquiry(session, participant, select(Enquiry).where(Enquiry.id == enquiry_id))


async def lock_organised_enquiry(
    session: AsyncSession, participant: Participant, enquiry_id: int
) -> Enquiry:
    """Return a question to an own region with its row locked: one of several answers it."""
    await get_organised_enquiry(session, participant, enquiry_id)
    query = lock(select(Enquiry).where(Enquiry.id == enquiry_id))
    return await _get_enquiry(session, participant, query)


async def _get_enquiry(
    session: AsyncSession, participant: Participant, query: Select[Enquiry]
) -> Enquiry:
    enquiry = await session.scalar(query.execution_options(populate_existing=True))
    rights = await access_of(session, participant)
    if enquiry is None or enquiry.region_id not in rights.organised:
        raise NotFoundError
    return enquiry


async def get_organised_faq(session: AsyncSession, participant: Participant, faq_id: int) -> Faq:
    """Return a frequent question of a region that this person organises, unless it is removed."""
    return await _get_faq(session, participant, select(Faq).where(Faq.id == faq_id))


async def lock_organised_faq(session: AsyncSession, participant: Participant, faq_id: int) -> Faq:
    """Return a frequent question of an own region with its row locked: its words are one map."""
    return await _get_faq(session, participant, lock(select(Faq).where(Faq.id == faq_id)))


async def _get_faq(session: AsyncSession, participant: Participant, query: Select[Faq]) -> Faq:
    entry = await session.scalar(query.execution_options(populate_existing=True))
    rights = await access_of(session, participant)
    if entry is None or entry.removed_at is not None or entry.region_id not in rights.organised:
        raise NotFoundError
    return entry


async def get_watched_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> tuple[Event, bool]:
    """Return an event of a region that this person organises or is staff of; and which of them."""
    event = await session.get(Event, event_id)
    rights = await access_of(session, participant)
    if event is None or event.region_id not in rights.organised | rights.staffed:
        raise NotFoundError
    return event, event.region_id in rights.organised


async def get_watched_regions(session: AsyncSession, participant: Participant) -> frozenset[int]:
    """Return the regions this person organises or is staff of; who has none is refused."""
    rights = await access_of(session, participant)
    if not (rights.organised or rights.staffed):
        raise RefusedError
    return rights.organised | rights.staffed


async def get_organised_regions(session: AsyncSession, participant: Participant) -> frozenset[int]:
    """Return the regions this person organises; who organises none is refused."""
    organised = (await access_of(session, participant)).organised
    if not organised:
        raise RefusedError
    return organised


async def find_led_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> Event | None:
    """Return the event if this person leads its pilot; else it does not exist for them."""
    event = await session.get(Event, event_id)
    if event is None:
        return None
    region = await session.get_one(Region, event.region_id)
    return event if region.pilot_id in (await access_of(session, participant)).led else None


async def get_reported_event(
    session: AsyncSession, participant: Participant, event_id: int
) -> tuple[Event, bool]:
    """Return an event whose results this person may read; and whether they organise it.

    Organisers read those of their regions, leads those of their pilots.
    """
    event = await find_organised_event(session, participant, event_id)
    if event is not None:
        return event, True
    event = await find_led_event(session, participant, event_id)
    if event is None:
        raise NotFoundError
    return event, False


async def get_reported_survey(
    session: AsyncSession, participant: Participant, survey_id: int
) -> tuple[Survey, Event, bool]:
    """Return a survey whose results this person may read, and whether they organise its event."""
    survey = await session.get(Survey, survey_id)
    if survey is None:
        raise NotFoundError
    event, is_own = await get_reported_event(session, participant, survey.event_id)
    return survey, event, is_own


async def grant(
    session: AsyncSession,
    *,
    participant: Participant,
    role: Role,
    region_key: str | None,
    pilot_key: str | None,
    now: datetime,
) -> bool:
    """Give a role; False when the person has it already."""
    scope, region, pilot = await _scope(session, role, region_key, pilot_key)
    given = await change(
        session,
        insert_once(session, RoleGrant).values(
            participant_id=participant.id,
            role=role,
            region_id=region,
            pilot_id=pilot,
            scope=scope,
            created_at=now,
        ),
    )
    if given:
        record(
            session,
            actor=None,
            verb="grant",
            subject=f"participant:{participant.id}",
            at=now,
            role=role.value,
            scope=scope,
        )
    return bool(given)


async def grant_by_id(
    session: AsyncSession,
    *,
    telegram_id: int,
    role: str,
    region_key: str | None,
    pilot_key: str | None,
    now: datetime,
) -> bool:
    """Give a role to the person behind a Telegram id, who need not have written yet."""
    participant = await participants.meet(
        session, telegram_id=telegram_id, language_code=None, now=now
    )
    return await grant(
        session,
        participant=participant,
        role=Role(role),
        region_key=region_key,
        pilot_key=pilot_key,
        now=now,
    )


async def revoke_by_id(
    session: AsyncSession,
    *,
    telegram_id: int,
    role: str,
    region_key: str | None,
    pilot_key: str | None,
    now: datetime,
) -> bool:
    """Take a role from the person behind a Telegram id."""
    participant = await participants.find_by_telegram(session, telegram_id)
    if participant is None:
        return False
    return await revoke(
        session,
        participant=participant,
        role=Role(role),
        region_key=region_key,
        pilot_key=pilot_key,
        now=now,
    )


async def revoke(
    session: AsyncSession,
    *,
    participant: Participant,
    role: Role,
    region_key: str | None,
    pilot_key: str | None,
    now: datetime,
) -> bool:
    """Take a role back; False when the person did not have it."""
    scope, _, _ = await _scope(session, role, region_key, pilot_key)
    taken = await change(
        session,
        delete(RoleGrant).where(
            RoleGrant.participant_id == participant.id,
            RoleGrant.role == role,
            RoleGrant.scope == scope,
        ),
    )
    if taken:
        record(
            session,
            actor=None,
            verb="revoke",
            subject=f"participant:{participant.id}",
            at=now,
            role=role.value,
            scope=scope,
        )
    return bool(taken)


def record(
    session: AsyncSession,
    *,
    actor: Participant | None,
    verb: str,
    subject: str,
    at: datetime,
    **details: object,
) -> None:
    """Write one line of the audit: who did what to which object."""
    session.add(
        Audit(
            at=at,
            actor_id=actor.id if actor else None,
            verb=verb,
            subject=subject,
            details=details,
        )
    )


async def _scope(
    session: AsyncSession, role: Role, region_key: str | None, pilot_key: str | None
) -> tuple[str, int | None, int | None]:
    if role in {Role.ORGANISER, Role.STAFF}:
        if not region_key or pilot_key:
            msg = (
                "an organiser organises one region: name it with --region"
                if role is Role.ORGANISER
                else "staff help in one region: name it with --region"
            )
            raise RefusedError(msg)
        region = await session.scalar(select(Region).where(Region.key == region_key))
        if region is None:
            msg = f"there is no region {region_key!r}; import one of its files first"
            raise NotFoundError(msg)
        return f"region:{region.id}", region.id, None
    if role is Role.LEAD:
        if not pilot_key or region_key:
            msg = "a lead leads one pilot: name it with --pilot"
            raise RefusedError(msg)
        pilot = await session.scalar(select(Pilot).where(Pilot.key == pilot_key))
        if pilot is None:
            msg = f"there is no pilot {pilot_key!r}; import one of its files first"
            raise NotFoundError(msg)
        return f"pilot:{pilot.id}", None, pilot.id
    if region_key or pilot_key:
        msg = "an operator runs the machine: leave --region and --pilot out"
        raise RefusedError(msg)
    return "all", None, None

"""Of one's own data: who one is, and what passed between one and the assistant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Consent, Dialogue, Event, Notice, NoticeState, Participant, Purpose
from xinno_core.services import profile


@dataclass(frozen=True)
class MyProfile:
    """Who one is."""

    telegram_id: int | None
    name: str | None
    organisation: str | None
    organisation_type: str | None
    sector: str | None
    country: str | None  # of the organisation
    language: str
    zone: str | None
    known_since: datetime
    notice_passed_at: datetime | None


@dataclass(frozen=True)
class MyConsent:
    """What one said yes or no to."""

    purpose: Purpose
    given: bool
    text_version: str
    language: str
    at: datetime


@dataclass(frozen=True)
class MyMessage:
    """One promised message and its fate."""

    kind: str
    event: str | None
    state: NoticeState
    reason: str | None
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class MyForm:
    """Something begun and not finished."""

    topic: str
    answers: Mapping[str, Any]
    expires_at: datetime


async def read_profile(session: AsyncSession, person: Participant) -> MyProfile:
    """Return who this person is."""
    organisation = await profile.find_organisation(session, person)
    return MyProfile(
        telegram_id=person.telegram_id,
        name=person.name,
        organisation=organisation.name if organisation else None,
        organisation_type=organisation.type if organisation else None,
        sector=organisation.sector if organisation else None,
        country=organisation.country if organisation else None,
        language=person.language,
        zone=person.zone,
        known_since=person.created_at,
        notice_passed_at=person.welcomed_at,
    )


async def read_consents(session: AsyncSession, person: Participant) -> tuple[MyConsent, ...]:
    """Return what this person said yes or no to, the newest last."""
    found = await session.scalars(
        select(Consent).where(Consent.participant_id == person.id).order_by(Consent.id)
    )
    return tuple(
        MyConsent(one.purpose, one.given, one.text_version, one.language, one.at) for one in found
    )


async def read_messages(session: AsyncSession, person: Participant) -> tuple[MyMessage, ...]:
    """Return the messages this person was promised."""
    found = await session.execute(
        select(Notice, Event.key)
        .outerjoin(Event, Event.id == Notice.event_id)
        .where(Notice.participant_id == person.id)
        .order_by(Notice.id)
    )
    return tuple(
        MyMessage(one.kind.value, event, one.state, one.reason, one.due_at, one.sent_at)
        for one, event in found
    )


async def read_forms(session: AsyncSession, person: Participant) -> tuple[MyForm, ...]:
    """Return what this person began and did not finish."""
    found = await session.scalars(
        select(Dialogue).where(Dialogue.participant_id == person.id).order_by(Dialogue.topic)
    )
    return tuple(MyForm(one.topic, one.data.get("answers", {}), one.expires_at) for one in found)

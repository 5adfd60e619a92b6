"""Surveys that a person can answer now, or whose answers can still be changed: to be found again.

An invitation scrolls away, and is turned into other screens; the survey is still there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Dialogue,
    Event,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    Survey,
)
from xinno_core.services import surveys

MOST_SHOWN = 8


@dataclass(frozen=True)
class OpenSurvey:
    """A survey that collects answers, as one person stands to it."""

    survey_id: int
    title: LanguageMap
    lead: str
    closes_at: datetime
    zone: str
    is_begun: bool
    is_answered: bool


async def list_open(
    session: AsyncSession, *, participant: Participant, now: datetime, event_id: int | None = None
) -> tuple[OpenSurvey, ...]:
    """Return the open surveys that this person was asked to answer, began or answered.

    Not what they will be asked later: nobody can say how it was before it has been.
    """
    begun = await _list_begun(session, participant, now=now)
    asked = exists().where(
        Notice.participant_id == participant.id,
        Notice.event_id == Survey.event_id,
        Notice.kind == NoticeKind.SURVEY,
        Notice.state == NoticeState.SENT,
        Notice.params["survey_id"].as_integer() == Survey.id,
    )
    query = (
        select(Survey, Event, Ballot.wave)
        .join(Event, Event.id == Survey.event_id)
        .join(Registration, Registration.event_id == Event.id)
        .outerjoin(
            Ballot, (Ballot.survey_id == Survey.id) & (Ballot.participant_id == participant.id)
        )
        .where(
            Registration.participant_id == participant.id,
            Registration.state == RegistrationState.CONFIRMED,
            Event.state != EventState.DRAFT,
            Survey.ended_at.is_(None),
            Survey.closes_at >= now,
            or_(Ballot.wave.is_(None), Ballot.wave == Survey.wave),
            or_(Ballot.wave.is_not(None), Survey.id.in_(begun), asked),
        )
        .order_by(Survey.closes_at, Survey.id)
        .limit(MOST_SHOWN)
    )
    if event_id is not None:
        query = query.where(Survey.event_id == event_id)
    rows: Sequence[tuple[Survey, Event, int | None]] = [
        (survey, event, wave) for survey, event, wave in await session.execute(query)
    ]
    return tuple(
        OpenSurvey(
            survey.id,
            survey.title,
            event.lead_language,
            survey.closes_at,
            event.zone,
            is_begun=survey.id in begun,
            is_answered=wave is not None,
        )
        for survey, event, wave in rows
    )


async def _list_begun(
    session: AsyncSession, participant: Participant, *, now: datetime
) -> frozenset[int]:
    """Return the surveys of which answers wait to be handed in."""
    found = await session.scalars(
        select(Dialogue.topic).where(
            Dialogue.participant_id == participant.id,
            Dialogue.topic.startswith(f"{surveys.TOPIC}."),
            Dialogue.expires_at > now,
        )
    )
    return frozenset(int(topic.removeprefix(f"{surveys.TOPIC}.")) for topic in found)

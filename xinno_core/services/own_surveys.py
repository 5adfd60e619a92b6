"""What surveys hold of one person: to be seen, unlinked and erased by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Envelope,
    Event,
    Participant,
    Response,
    Survey,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import forms, surveys, waves
from xinno_core.services.questions import Field


@dataclass(frozen=True)
class OwnAnswers:
    """A survey that a person answered; what was said only where it is kept with them."""

    survey: Survey
    event: Event
    is_sealed: bool  # in an envelope that is not opened yet
    was_destroyed: bool  # unread, with those of too few others
    is_linked: bool
    fields: tuple[Field, ...]
    answers: Mapping[str, Any] | None


@dataclass(frozen=True)
class KeptAnswers:
    """Answers to one survey that a person can have erased, or has."""

    survey_id: int
    title: LanguageMap
    closes_at: datetime
    zone: str
    lead: str  # language of the event
    goes_whole: bool  # as if never given; else the person is cut off from what was counted
    is_open: bool  # so that one can answer anew

    @property
    def may_answer_anew(self) -> bool:
        """Tell whether the person may answer the survey once more."""
        return self.goes_whole and self.is_open


@dataclass(frozen=True)
class NothingToErase:
    """There is nothing, or nothing of it leads to this person."""


EraseOutcome = KeptAnswers | NothingToErase


async def list_own(session: AsyncSession, participant: Participant) -> tuple[OwnAnswers, ...]:
    """Return the surveys that a person took part in."""
    found = await session.execute(
        select(Survey, Event, Response, Envelope.wave, Wave.outcome)
        .join(Ballot, Ballot.survey_id == Survey.id)
        .join(Event, Event.id == Survey.event_id)
        .outerjoin(
            Response,
            (Response.survey_id == Survey.id) & (Response.participant_id == participant.id),
        )
        .outerjoin(
            Envelope,
            (Envelope.survey_id == Survey.id) & (Envelope.participant_id == participant.id),
        )
        .outerjoin(Wave, (Wave.survey_id == Survey.id) & (Wave.number == Ballot.wave))
        .where(Ballot.participant_id == participant.id)
        .order_by(Survey.id)
    )
    rows: Sequence[Any] = found.all()  # an outer join may lack what its type promises
    return tuple(
        OwnAnswers(
            survey,
            event,
            is_sealed=wave is not None,
            was_destroyed=survey.mode is SurveyMode.ANONYMOUS and end is WaveEnd.TOO_FEW,
            is_linked=bool(response and response.is_linked),
            fields=surveys.read_fields(survey.questions, with_hidden=True),
            answers=response.answers if response else None,
        )
        for survey, event, response, wave, end in rows
    )


async def unlink(session: AsyncSession, participant: Participant) -> None:
    """Take the common code from all answers of a person."""
    await session.execute(
        update(Response)
        .where(Response.participant_id == participant.id, Response.is_linked.is_(True))
        .values(is_linked=False)
    )


async def forget(session: AsyncSession, participant: Participant, *, now: datetime) -> None:
    """Erase what surveys hold of a person.

    A sealed answer goes with its ballot, as if it had never been given. What is kept under a code
    stays for the count, without the person.
    """
    await _lock_surveys(session, participant)
    sealed = (
        await session.scalars(
            select(Envelope.survey_id).where(Envelope.participant_id == participant.id)
        )
    ).all()
    if sealed:
        for table in (Envelope, Ballot):
            await session.execute(
                delete(table).where(
                    table.participant_id == participant.id, table.survey_id.in_(sealed)
                )
            )
        await waves.mark_cleaning(session, now=now)
    await session.execute(
        update(Response)
        .where(Response.participant_id == participant.id)
        .values(participant_id=None, is_linked=False)
    )


async def ask_erase(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> EraseOutcome:
    """Say what erasing one's answers to a survey would mean; nothing is changed."""
    survey = await session.get(Survey, survey_id)
    if survey is None or not await _holds_answers(session, participant, survey_id):
        return NothingToErase()
    return await _kept(session, survey, participant, now=now)


async def erase(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> EraseOutcome:
    """Erase what a person said in one survey.

    What is being collected goes whole, with its ballot; of what was opened under a code, the
    person goes, and the count stays.
    """
    survey = await session.scalar(
        lock(select(Survey).where(Survey.id == survey_id)).execution_options(populate_existing=True)
    )
    if survey is None or not await _holds_answers(session, participant, survey_id):
        return NothingToErase()
    kept = await _kept(session, survey, participant, now=now)
    if kept.goes_whole:
        for table in (Envelope, Response, Ballot):
            await session.execute(
                delete(table).where(
                    table.survey_id == survey_id, table.participant_id == participant.id
                )
            )
        await waves.mark_cleaning(session, now=now)
    else:
        await session.execute(
            update(Response)
            .where(Response.survey_id == survey_id, Response.participant_id == participant.id)
            .values(participant_id=None, is_linked=False)
        )
    await forms.cancel(session, participant=participant, topic=surveys.topic_of(survey_id))
    return kept


async def _holds_answers(session: AsyncSession, participant: Participant, survey_id: int) -> bool:
    return await surveys.holds_answers(session, participant=participant, survey_id=survey_id)


async def _kept(
    session: AsyncSession, survey: Survey, participant: Participant, *, now: datetime
) -> KeptAnswers:
    ballot = await session.get(Ballot, (survey.id, participant.id), populate_existing=True)
    event = await session.get_one(Event, survey.event_id)
    return KeptAnswers(
        survey.id,
        survey.title,
        survey.closes_at,
        event.zone,
        event.lead_language,
        goes_whole=ballot is not None and ballot.wave == survey.wave,
        is_open=not surveys.is_over(survey, now=now),
    )


async def _lock_surveys(session: AsyncSession, participant: Participant) -> None:
    """Let none be opened between an envelope and its ballot."""
    has_sealed = exists().where(
        Envelope.survey_id == Survey.id, Envelope.participant_id == participant.id
    )
    await session.scalars(
        lock(
            select(Survey)
            .where(Survey.mode == SurveyMode.ANONYMOUS, has_sealed)
            .order_by(Survey.id)
        )
    )

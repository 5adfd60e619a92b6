"""What surveys hold of one person: to be seen, unlinked and erased by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
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
from xinno_core.services import surveys, waves
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

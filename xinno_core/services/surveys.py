"""Surveys: who took part, and what was said, kept apart from the first day.

A ballot names the participant and nothing else; answers carry a random number, no time and no
person. Both are written together, and no key, order or time joins them afterwards.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Answer,
    Ballot,
    Event,
    EventState,
    Participant,
    Registration,
    RegistrationState,
    Survey,
)
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Option


@dataclass(frozen=True)
class Thanked:
    """The answers are in."""

    title: LanguageMap


@dataclass(frozen=True)
class TookPartAlready:
    """One ballot each: the answers given before stay."""

    title: LanguageMap


@dataclass(frozen=True)
class SurveyClosed:
    """It is over."""

    title: LanguageMap


@dataclass(frozen=True)
class NotAsked:
    """There is no such survey for this person."""


SurveyOutcome = Thanked | TookPartAlready | SurveyClosed | NotAsked


async def find_form(session: AsyncSession, *, survey_id: int) -> Form | None:
    """Return the form of a survey; None while nobody sees its event."""
    survey = await session.get(Survey, survey_id)
    if survey is None:
        return None
    event = await session.get_one(Event, survey.event_id)
    if event.state is EventState.DRAFT:
        return None
    return Form(
        topic=f"survey.{survey_id}",
        fields=fields_of(survey),
        audience=Audience.RESULTS,
        lead=event.lead_language,
    )


def fields_of(survey: Survey) -> tuple[Field, ...]:
    """Return the questions of a survey."""
    return tuple(_field(question) for question in survey.questions)


async def may_answer(
    session: AsyncSession, *, participant: Participant, survey_id: int, now: datetime
) -> SurveyOutcome | None:
    """Say why this person can't answer now; None when they can."""
    survey = await session.get(Survey, survey_id)
    if survey is None or not await _takes_part(session, participant, survey):
        return NotAsked()
    if await session.get(Ballot, (survey_id, participant.id)) is not None:
        return TookPartAlready(survey.title)
    if now > survey.closes_at:
        return SurveyClosed(survey.title)
    return None


async def submit(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    answers: dict[str, Any],
    now: datetime,
) -> SurveyOutcome:
    """Keep one person's answers, once; the ballot's unique key decides between two at a time."""
    refused = await may_answer(session, participant=participant, survey_id=survey_id, now=now)
    if refused is not None:
        return refused
    survey = await session.get_one(Survey, survey_id)
    voted = await change(
        session,
        insert_once(session, Ballot).values(survey_id=survey_id, participant_id=participant.id),
    )
    if not voted:
        return TookPartAlready(survey.title)
    keep_answers(session, survey, answers)
    return Thanked(survey.title)


def keep_answers(session: AsyncSession, survey: Survey, answers: dict[str, Any]) -> None:
    """Write what was said under a random number; skipped questions leave no row."""
    response = secrets.token_hex(16)
    asked = {question["key"] for question in survey.questions}
    session.add_all(
        Answer(response=response, question=key, survey_id=survey.id, value={"value": value})
        for key, value in answers.items()
        if key in asked and value not in (None, [])
    )


async def _takes_part(session: AsyncSession, participant: Participant, survey: Survey) -> bool:
    state = await session.scalar(
        select(Registration.state).where(
            Registration.event_id == survey.event_id,
            Registration.participant_id == participant.id,
        )
    )
    return state is RegistrationState.CONFIRMED


def _field(question: dict[str, Any]) -> Field:
    return Field(
        key=question["key"],
        kind=FieldKind(question["kind"]),
        text=question["text"],
        options=tuple(
            Option(option["key"], option["label"]) for option in question.get("options") or ()
        ),
        required=not question.get("optional", False),
        low=question.get("low") or {},
        high=question.get("high") or {},
    )

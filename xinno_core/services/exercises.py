"""Exercises: what one participant does with a learning card, seen by nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.library.library import exercises
from xinno_core.models import Participant, Practice
from xinno_core.services.questions import Audience, Field, FieldKind, Form

LONGEST_REFLECTION = 1000


@dataclass(frozen=True)
class Sheet:
    """How far a person has come with an exercise."""

    exercise: str
    choice: str | None
    has_reflection: bool
    is_done: bool


async def answer_quiz(
    session: AsyncSession, *, participant: Participant, exercise: str, option: str, now: datetime
) -> Sheet | None:
    """Keep the chosen answer; the first one stays, however often buttons are pressed."""
    known = exercises().get(exercise)
    if known is None or option not in {one.key for one in known.quiz.options}:
        return None
    practice = await _take_up(session, participant, exercise, now=now)
    if practice.choice is None:
        practice.choice = option
    return _sheet(exercise, practice)


async def finish(
    session: AsyncSession,
    *,
    participant: Participant,
    exercise: str,
    now: datetime,
    reflection: str | None = None,
) -> Sheet | None:
    """Be done with the exercise, with a note for oneself or without."""
    if exercise not in exercises():
        return None
    practice = await _take_up(session, participant, exercise, now=now)
    if reflection is not None:
        practice.reflection = reflection
    practice.done_at = practice.done_at or now
    return _sheet(exercise, practice)


def reflection_form(exercise: str, *, language: str) -> Form | None:
    """Return the form of one note; None when there is no such exercise."""
    known = exercises().get(exercise)
    if known is None:
        return None
    return Form(
        topic=f"note.{exercise}",
        fields=(
            Field("reflection", FieldKind.TEXT, text=known.reflection, most=LONGEST_REFLECTION),
        ),
        audience=Audience.ONLY_YOU,
        lead=language,
    )


async def _find(session: AsyncSession, participant: Participant, exercise: str) -> Practice | None:
    return await session.scalar(
        select(Practice).where(
            Practice.participant_id == participant.id, Practice.exercise == exercise
        )
    )


async def _take_up(
    session: AsyncSession, participant: Participant, exercise: str, *, now: datetime
) -> Practice:
    await session.execute(
        insert_once(session, Practice).values(
            participant_id=participant.id, exercise=exercise, started_at=now
        )
    )
    practice = await _find(session, participant, exercise)
    if practice is None:
        msg = f"practice of {exercise} was neither found nor made"
        raise LookupError(msg)
    return practice


def _sheet(exercise: str, practice: Practice | None) -> Sheet:
    if practice is None:
        return Sheet(exercise, None, has_reflection=False, is_done=False)
    return Sheet(
        exercise,
        practice.choice,
        has_reflection=practice.reflection is not None,
        is_done=practice.done_at is not None,
    )

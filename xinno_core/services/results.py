"""Results of a survey, by wave: how many answered, and what was said to each question.

Nothing is read but waves that were opened: results neither grow by one nor tell of fewer than five.
By a person's attributes they are broken down only where the survey keeps who answered, one
attribute at a time, and `wave_groups` holds what may be shown.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    GroupPost,
    Notice,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
    Survey,
    SurveyGuest,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import access, group_polls, surveys, wave_groups, waves
from xinno_core.services.breakdowns import Released
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.questions import Field, FieldKind
from xinno_core.services.small_cells import FEWEST
from xinno_core.services.tallies import CHOSEN, Tally, table_of, tables_of
from xinno_core.services.wave_groups import Attribute
from xinno_core.services.waves import WaveOutcome


@dataclass(frozen=True)
class SurveyLine:
    """One survey of an event."""

    survey_id: int
    title: LanguageMap
    opened: int  # waves that can be seen


@dataclass(frozen=True)
class EventSurveys:
    """The surveys of an event."""

    card: EventCard
    lines: tuple[SurveyLine, ...]
    is_own: bool  # the reader organises it; else they lead its pilot


@dataclass(frozen=True)
class WaveLine:
    """One wave that has ended."""

    number: int
    outcome: WaveEnd
    ended_at: datetime
    responses: int


@dataclass(frozen=True)
class Stand:
    """How a survey stands; what its present wave holds is nobody's to see."""

    card: EventCard
    survey_id: int
    title: LanguageMap
    mode: SurveyMode
    closes_at: datetime
    is_over: bool
    wave: int  # the one that is being collected
    invited: int  # in the chat
    links: int  # given out; nobody knows whether each of them found its person
    waves: tuple[WaveLine, ...]
    was_told: bool  # those invited know what follows
    is_own: bool

    @property
    def responses(self) -> int:
        """How many answers can be seen: the sum of the waves that are shown."""
        return sum(one.responses for one in self.waves)


@dataclass(frozen=True)
class PollCount:
    """The same question asked of the event's group: a door of its own, never added to answers."""

    options: tuple[tuple[str, int], ...]
    voters: int


@dataclass(frozen=True)
class GroupRow:
    """One group of people: how many they are, and what they chose; None where it is hidden."""

    key: str
    people: int
    numbers: Mapping[str, int | None]
    mean: float | None


@dataclass(frozen=True)
class QuestionResult:
    """What was said to one question in one wave."""

    stand: Stand
    wave: WaveLine
    place: int
    questions: int
    tally: Tally
    polls: tuple[PollCount, ...]
    may_break_down: bool
    attribute: Attribute | None = None
    rows: tuple[GroupRow, ...] = ()

    @property
    def asked(self) -> Field:
        """The question."""
        return self.tally.asked


async def list_surveys(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> EventSurveys:
    """Return the surveys of an event of an own region or pilot."""
    event, is_own = await access.get_reported_event(session, participant, event_id)
    opened = (
        select(func.count())
        .where(Wave.survey_id == Survey.id, Wave.outcome == WaveEnd.OPENED)
        .scalar_subquery()
    )
    found = await session.execute(
        select(Survey.id, Survey.title, opened)
        .where(Survey.event_id == event.id)
        .order_by(Survey.closes_at, Survey.id)
    )
    lines = tuple(SurveyLine(*row) for row in found)
    return EventSurveys(await read_card(session, event), lines, is_own)


async def find_stand(session: AsyncSession, *, participant: Participant, survey_id: int) -> Stand:
    """Return how a survey of an own region or pilot stands."""
    survey, event, is_own = await access.get_reported_survey(session, participant, survey_id)
    return Stand(
        card=await read_card(session, event),
        survey_id=survey.id,
        title=survey.title,
        mode=survey.mode,
        closes_at=survey.closes_at,
        is_over=survey.ended_at is not None,
        wave=survey.wave,
        invited=(await count_invited(session, [survey.id]))[survey.id],
        links=(await count_links(session, [survey.id]))[survey.id],
        waves=tuple(
            WaveLine(one.number, one.outcome, one.ended_at, one.responses)
            for one in await waves.list_waves(session, survey.id)
        ),
        was_told=survey.told_at is not None,
        is_own=is_own,
    )


async def open_now(
    session: AsyncSession, *, participant: Participant, survey_id: int, wave: int, now: datetime
) -> tuple[WaveOutcome, Stand]:
    """End the present wave of a survey of an own region or pilot, and open it.

    `wave` is the one that was seen: a second tap opens no other.
    """
    await access.get_reported_survey(session, participant, survey_id)
    outcome = await waves.open_now(
        session, survey_id=survey_id, wave=wave, participant=participant, now=now
    )
    if isinstance(outcome, waves.Ended):
        access.record(
            session,
            actor=participant,
            verb="open_wave",
            subject=f"survey:{survey_id}",
            at=now,
            wave=outcome.number,
        )
    return outcome, await find_stand(session, participant=participant, survey_id=survey_id)


async def find_question(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    wave: int,
    place: int,
    attribute: Attribute | None = None,
) -> QuestionResult:
    """Return what was said to one question in an opened wave."""
    stand = await find_stand(session, participant=participant, survey_id=survey_id)
    line = next((one for one in stand.waves if one.number == wave), None)
    survey = await session.get_one(Survey, survey_id)
    fields = surveys.read_fields(survey.questions, with_hidden=True)
    if line is None or line.outcome is not WaveEnd.OPENED or not 0 <= place < len(fields):
        raise NotFoundError
    asked = fields[place]
    kept = wave_groups.kept_groups(await session.get_one(Wave, (survey_id, wave)))
    may_break_down = bool(kept.groups) and bool(tables_of(asked))
    if attribute is not None and not may_break_down:
        raise NotFoundError
    return QuestionResult(
        stand=stand,
        wave=line,
        place=place,
        questions=len(fields),
        tally=await wave_groups.read_tally(session, survey_id, wave, asked),
        polls=await _read_polls(session, survey.id, asked),
        may_break_down=may_break_down,
        attribute=attribute,
        rows=_rows(kept, attribute, asked) if attribute is not None else (),
    )


def invited(survey: Survey) -> Select[Any]:
    """Return whom a survey asked in the chat, answered or not: by a place or an invitation."""
    return select(_invited_to([survey.id]).c.participant_id)


async def count_invited(session: AsyncSession, ids: Collection[int]) -> Counter[int]:
    """Return how many people each of these surveys asked in the chat.

    Whom it asked is no answer: the number is exact, here and in files.
    """
    asked = _invited_to(ids)
    found = await session.execute(
        select(asked.c.survey_id, func.count()).group_by(asked.c.survey_id)
    )
    return Counter(dict(found.all()))


async def count_links(session: AsyncSession, ids: Collection[int]) -> Counter[int]:
    """Return how many links to each of these surveys were given out, used or not."""
    found = await session.execute(
        select(SurveyGuest.survey_id, func.count())
        .where(SurveyGuest.survey_id.in_(ids))
        .group_by(SurveyGuest.survey_id)
    )
    return Counter(dict(found.all()))


def _invited_to(ids: Collection[int]) -> Subquery:
    confirmed = (
        select(Survey.id.label("survey_id"), Registration.participant_id.label("participant_id"))
        .join(Registration, Registration.event_id == Survey.event_id)
        .where(Survey.id.in_(ids), Registration.state == RegistrationState.CONFIRMED)
    )
    noticed = (
        select(Survey.id, Notice.participant_id)
        .join(Notice, Notice.event_id == Survey.event_id)
        .where(
            Survey.id.in_(ids),
            Notice.kind == NoticeKind.SURVEY,
            Notice.params["survey_id"].as_integer() == Survey.id,
        )
    )
    return union(confirmed, noticed).subquery()


def _rows(kept: Released, attribute: Attribute, asked: Field) -> tuple[GroupRow, ...]:
    return tuple(
        _row(kept, attribute, asked, key, people)
        for key, people in kept.groups.get(attribute, {}).items()
    )


def _row(kept: Released, attribute: Attribute, asked: Field, key: str, people: int) -> GroupRow:
    whole = kept.rows(attribute, asked.key).get(key, {})
    if asked.kind is FieldKind.MULTIPLE:
        numbers = {
            option.key: kept.rows(attribute, table_of(asked, option.key))
            .get(key, {})
            .get(CHOSEN, 0)
            for option in asked.choices
        }
        return GroupRow(key, people, numbers, None)
    numbers = {option.key: whole.get(option.key, 0) for option in asked.choices}
    return GroupRow(key, people, numbers, _mean(asked, whole))


def _mean(asked: Field, row: Mapping[str, int | None]) -> float | None:
    """Return a group's mean where its whole row is shown: a mean tells of hidden numbers, too."""
    if asked.kind is not FieldKind.RATING or None in row.values():
        return None
    marks = {int(mark): number or 0 for mark, number in row.items() if mark.isdigit()}
    total = sum(marks.values())
    return sum(mark * number for mark, number in marks.items()) / total if total else None


async def _read_polls(session: AsyncSession, survey_id: int, asked: Field) -> tuple[PollCount, ...]:
    """Return how the event's group answered the same question, where enough did."""
    posts = await session.scalars(
        select(GroupPost)
        .where(
            GroupPost.survey_id == survey_id,
            GroupPost.question == asked.key,
            GroupPost.voters >= FEWEST,
        )
        .order_by(GroupPost.id)
    )
    counts = []
    for post in posts:
        part = group_polls.question_of(post)
        numbers = group_polls.counts_of(post, part)
        counts.append(PollCount(tuple(zip(part.options, numbers, strict=True)), post.voters))
    return tuple(counts)

"""Answers to export: which surveys, which questions they share, and what was said in open waves.

The columns of a file follow from the instruments, never from what was answered. What was said is
read wave by wave, in the order of random numbers, which tells nothing.
"""

import dataclasses
import hashlib
import hmac
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Door,
    Event,
    Region,
    Response,
    Survey,
    SurveyMode,
    SurveyVersion,
    Wave,
    WaveEnd,
)
from xinno_core.services import results, surveys
from xinno_core.services.events import EventCard
from xinno_core.services.exports import BATCH, Scope
from xinno_core.services.questions import Field
from xinno_core.services.small_cells import FEWEST, hide_small

CODE_LENGTH = 12
CODES = b"xinno: codes of people in exports"


@dataclass(frozen=True)
class Version:
    """The words of a survey as they were asked."""

    number: int
    fields: Mapping[str, Field]

    def offered(self, key: str) -> frozenset[str]:
        """Return which options of a question could be chosen."""
        asked = self.fields.get(key)
        return frozenset(option.key for option in asked.options) if asked else frozenset()


@dataclass(frozen=True)
class WaveLine:
    """How many took part in one wave: who did is no answer, so the whole number is exact.

    By which door is a breakdown: None where it would tell of too few.
    """

    number: int
    outcome: WaveEnd
    ended_at: datetime
    ballots: int
    doors: Mapping[Door, int | None]


@dataclass(frozen=True)
class AskedSurvey:
    """One survey of a file."""

    id: int
    key: str
    card: EventCard
    title: LanguageMap
    mode: SurveyMode
    instrument: str | None
    newest: int
    fields: tuple[Field, ...]  # of the newest version, with what was taken out since
    versions: Mapping[int, Version]
    invited: int  # in the chat
    links: int  # given out
    waves: tuple[WaveLine, ...]
    answers: int  # in waves that were opened

    def version(self, number: int) -> Version:
        """Return the words of a version; the newest where they were not kept."""
        return self.versions.get(number) or self.versions[self.newest]


@dataclass(frozen=True)
class Column:
    """One question, for all surveys of the file that ask it under the same key."""

    key: str
    field: Field
    lead: str
    places: Mapping[int, str]  # survey to the key of its question


@dataclass(frozen=True)
class Batch:
    """Some answers to one survey, each place in these lists one person's."""

    survey: AskedSurvey
    waves: Sequence[int]
    versions: Sequence[int]
    codes: Sequence[str]  # empty in an anonymous survey
    answers: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class AnswersExport:
    """Answers to the surveys of some events; `withheld` are those with none to be shown."""

    scope: Scope
    surveys: tuple[AskedSurvey, ...]
    columns: tuple[Column, ...]
    withheld: tuple[AskedSurvey, ...]
    batches: AsyncIterator[Batch] = field(repr=False)

    @property
    def total(self) -> int:
        """How many rows there will be."""
        return sum(survey.answers for survey in self.surveys)


@dataclass(frozen=True)
class TooFewAnswers:
    """Answers are not shown: whoever knows who took part could tell who said what."""

    cards: tuple[EventCard, ...]


async def open_answers(
    session: AsyncSession, scope: Scope, *, secret: bytes
) -> AnswersExport | TooFewAnswers:
    """Open the answers to these events' surveys, as far as their waves are open."""
    found = await _surveys(session, scope)
    shown = tuple(survey for survey in found if survey.answers >= FEWEST)
    if not shown:
        return TooFewAnswers(scope.cards)
    return AnswersExport(
        scope,
        shown,
        columns_of(shown),
        tuple(survey for survey in found if survey.answers < FEWEST),
        _batches(session, {survey.id: survey for survey in shown}, secret),
    )


def columns_of(shown: Sequence[AskedSurvey]) -> tuple[Column, ...]:
    """Return one column for each question, in the order in which surveys ask them.

    Events made from one format share its columns; equal keys of other kinds stay apart.
    """
    one_key = len({survey.key for survey in shown}) == 1
    found: dict[str, Column] = {}
    for survey in shown:
        for asked in survey.fields:
            key = asked.key if one_key else f"{survey.key}.{asked.key}"
            if key in found and found[key].field.kind is not asked.kind:
                key = f"{survey.card.key}.{survey.key}.{asked.key}"
            earlier = found.get(key)
            if earlier is None:
                found[key] = Column(key, asked, survey.card.lead_language, {survey.id: asked.key})
                continue
            found[key] = Column(
                key,
                _with_options(earlier.field, asked),
                earlier.lead,
                {**earlier.places, survey.id: asked.key},
            )
    return tuple(found.values())


def only(export: AnswersExport, survey: AskedSurvey) -> AnswersExport:
    """Return the part of an export that is about one survey; it has no rows of its own."""
    return dataclasses.replace(
        export, surveys=(survey,), columns=columns_of((survey,)), withheld=()
    )


def code_of(secret: bytes, *parts: object) -> str:
    """Return a code that stands for somebody, and that nobody can turn back without the key."""
    said = ":".join(str(part) for part in parts).encode()
    return hmac.new(secret, CODES + b"\0" + said, hashlib.sha256).hexdigest()[:CODE_LENGTH]


def _with_options(one: Field, other: Field) -> Field:
    known = {option.key for option in one.options}
    more = tuple(option for option in other.options if option.key not in known)
    return dataclasses.replace(one, options=(*one.options, *more)) if more else one


async def _surveys(session: AsyncSession, scope: Scope) -> tuple[AskedSurvey, ...]:
    by_id = {card.id: card for card in scope.cards}
    found = (
        await session.scalars(
            select(Survey)
            .where(Survey.event_id.in_(by_id))
            .order_by(Survey.event_id, Survey.key, Survey.id)
        )
    ).all()
    ids = [survey.id for survey in found]
    versions = await _versions(session, ids)
    waves = await _waves(session, ids)
    invited = await results.count_invited(session, ids)
    links = await results.count_links(session, ids)
    return tuple(
        AskedSurvey(
            id=survey.id,
            key=survey.key,
            card=by_id[survey.event_id],
            title=survey.title,
            mode=survey.mode,
            instrument=survey.instrument,
            newest=survey.version,
            fields=surveys.read_fields(survey.questions, with_hidden=True),
            versions={
                **versions[survey.id],
                survey.version: _version(survey.version, survey.questions),
            },
            invited=invited[survey.id],
            links=links[survey.id],
            waves=tuple(line for line, _ in waves[survey.id]),
            answers=sum(
                number for line, number in waves[survey.id] if line.outcome is WaveEnd.OPENED
            ),
        )
        for survey in found
    )


def _version(number: int, questions: list[dict[str, Any]]) -> Version:
    return Version(number, {one.key: one for one in surveys.read_fields(questions)})


async def _versions(
    session: AsyncSession, ids: Collection[int]
) -> defaultdict[int, dict[int, Version]]:
    rows = await session.scalars(select(SurveyVersion).where(SurveyVersion.survey_id.in_(ids)))
    found: defaultdict[int, dict[int, Version]] = defaultdict(dict)
    for row in rows:
        found[row.survey_id][row.version] = _version(row.version, row.questions)
    return found


async def _waves(
    session: AsyncSession, ids: Collection[int]
) -> defaultdict[int, list[tuple[WaveLine, int]]]:
    """Return the waves of each survey that have ended: of one under way nothing is told."""
    counted: Counter[tuple[int, int, Door]] = Counter()
    for survey_id, wave, door, number in await session.execute(
        select(Ballot.survey_id, Ballot.wave, Ballot.door, func.count())
        .where(Ballot.survey_id.in_(ids))
        .group_by(Ballot.survey_id, Ballot.wave, Ballot.door)
    ):
        counted[survey_id, wave, door] += number
    rows = await session.scalars(
        select(Wave).where(Wave.survey_id.in_(ids)).order_by(Wave.survey_id, Wave.number)
    )
    found: defaultdict[int, list[tuple[WaveLine, int]]] = defaultdict(list)
    for row in rows:
        doors = {door: counted[row.survey_id, row.number, door] for door in Door}
        ballots = sum(doors.values())
        line = WaveLine(row.number, row.outcome, row.ended_at, ballots, hide_small(doors))
        found[row.survey_id].append((line, row.responses))
    return found


async def _batches(
    session: AsyncSession, shown: Mapping[int, AskedSurvey], secret: bytes
) -> AsyncIterator[Batch]:
    pilots = dict(
        (
            await session.execute(
                select(Survey.id, Region.pilot_id)
                .join(Event, Event.id == Survey.event_id)
                .join(Region, Region.id == Event.region_id)
                .where(Survey.id.in_(shown))
            )
        ).all()
    )
    is_coded = any(survey.mode is SurveyMode.PSEUDONYMOUS for survey in shown.values())
    whose = (Response.id, Response.participant_id, Response.is_linked) if is_coded else ()
    query = (
        select(
            Response.survey_id,
            Response.wave,
            Response.version,
            # Read as text: many rows are turned into dictionaries at once.
            cast(Response.answers, Text),
            *whose,
        )
        .join(Wave, (Wave.survey_id == Response.survey_id) & (Wave.number == Response.wave))
        .where(Response.survey_id.in_(shown), Wave.outcome == WaveEnd.OPENED)
        # The order of an index, so that nothing is sorted.
        .order_by(Response.survey_id, Response.wave, Response.id)
        .execution_options(yield_per=BATCH)
    )
    # Not through the session, which would look at each row for objects.
    result = await (await session.connection()).stream(query)
    async for rows in result.partitions():
        for group in _apart(rows):
            ids, waves, versions, texts, *people = zip(*group, strict=True)
            survey = shown[ids[0]]
            codes: Sequence[str] = ()
            if survey.mode is SurveyMode.PSEUDONYMOUS:
                pilot = pilots[survey.id]
                codes = [_code(secret, pilot, *one) for one in zip(*people, strict=True)]
            yield Batch(survey, waves, versions, codes, json.loads(f"[{','.join(texts)}]"))


def _apart(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Return the rows of each survey; most batches are of one alone."""
    if rows[0][0] == rows[-1][0]:
        return [rows]
    return [list(group) for _, group in itertools.groupby(rows, key=lambda row: row[0])]


def _code(secret: bytes, pilot: int, id_: str, person: int | None, is_linked: bool) -> str:  # noqa: FBT001 (a column)
    """Return the same code in other surveys where the person consented, else one of this row."""
    if is_linked and person is not None:
        return code_of(secret, "pilot", pilot, person)
    return code_of(secret, "response", id_)

"""What was said in an opened wave, read as a stream; and by which groups of people it is shown.

Numbers by groups are decided once, when the wave ends, and kept: people change their language, or
go, and two looks at numbers that follow them could be subtracted.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Organisation,
    Participant,
    Registration,
    Response,
    Survey,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import surveys
from xinno_core.services.breakdowns import Released, release
from xinno_core.services.questions import Field, FieldKind
from xinno_core.services.small_cells import FEWEST
from xinno_core.services.tallies import Tally, columns_of, tables_of

BATCH = 500


class Attribute(StrEnum):
    """By what a person's answers may be looked at, one at a time."""

    ROLE = "role"
    TARGET_GROUP = "target_group"
    SECTOR = "sector"
    COUNTRY = "country"
    LANGUAGE = "language"


async def keep_groups(session: AsyncSession, survey: Survey, wave: Wave) -> None:
    """Keep what may be shown by groups of a wave that has just been opened.

    Of an anonymous survey there is nothing to keep: nobody knows who said what.
    """
    if survey.mode is SurveyMode.ANONYMOUS or wave.outcome is not WaveEnd.OPENED:
        return
    asked = [
        one for one in surveys.read_fields(survey.questions, with_hidden=True) if tables_of(one)
    ]
    groups: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    said: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    bit = 1
    async for answers, *attributes in _stream(session, _opened(survey.id, wave.number)):
        for attribute, value in zip(Attribute, attributes, strict=True):
            groups[attribute.value][value or ""] |= bit
        for one in asked:
            for table, column in columns_of(one, answers.get(one.key)).items():
                said[table][column] |= bit
        bit <<= 1
    # Of a thousand people it takes about a second, in which others are answered.
    released = await asyncio.to_thread(release, _in_order(groups), _in_order(said))
    tables: dict[str, dict[str, Any]] = defaultdict(dict)
    for (attribute_key, table), rows in released.tables.items():
        tables[attribute_key][table] = rows
    wave.release = {"groups": released.groups, "tables": tables}
    await session.flush()


def kept_groups(wave: Wave) -> Released:
    """Return what may be shown by groups of a wave: nothing where nothing was kept."""
    kept = wave.release or {"groups": {}, "tables": {}}
    return Released(
        groups=kept["groups"],
        tables={
            (attribute, table): rows
            for attribute, tables in kept["tables"].items()
            for table, rows in tables.items()
        },
    )


async def read_tally(session: AsyncSession, survey_id: int, wave: int, asked: Field) -> Tally:
    """Return what was said to one question in an opened wave."""
    return (await _read_tallies(session, survey_id, wave, [asked]))[0]


async def read_tallies(session: AsyncSession, survey: Survey, wave: int) -> tuple[Tally, ...]:
    """Return what was said to each question of an opened wave, for files and reports."""
    fields = surveys.read_fields(survey.questions, with_hidden=True)
    return await _read_tallies(session, survey.id, wave, fields)


async def _read_tallies(
    session: AsyncSession, survey_id: int, wave: int, fields: Sequence[Field]
) -> tuple[Tally, ...]:
    tallies = tuple(Tally(asked) for asked in fields)
    async for answers, *_ in _stream(session, _opened(survey_id, wave)):
        for tally in tallies:
            tally.add(answers)
    for tally in tallies:
        _keep_texts_apart(tally)
    return tallies


def _opened(survey_id: int, wave: int) -> Select[Any]:
    """Return the responses of a wave, with what their people are where that is known.

    The outcome stands in the query itself: what was not opened can't be read by a slip elsewhere.
    """
    return (
        select(
            Response.answers,
            Registration.role,
            Organisation.type,
            Organisation.sector,
            Organisation.country,
            Participant.language,
        )
        .join(Wave, (Wave.survey_id == Response.survey_id) & (Wave.number == Response.wave))
        .join(Survey, Survey.id == Response.survey_id)
        .outerjoin(Participant, Participant.id == Response.participant_id)
        .outerjoin(
            Registration,
            (Registration.participant_id == Participant.id)
            & (Registration.event_id == Survey.event_id),
        )
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(
            Response.survey_id == survey_id,
            Response.wave == wave,
            Wave.outcome == WaveEnd.OPENED,
        )
        .order_by(Response.id)
    )


async def _stream(session: AsyncSession, query: Select[Any]) -> AsyncIterator[Sequence[Any]]:
    result = await session.stream(query.execution_options(yield_per=BATCH))
    async for row in result:
        yield row


def _in_order(sets: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Put groups and answers into an order that depends on nobody's answer."""
    return {key: dict(sorted(parts.items())) for key, parts in sets.items()}


def _keep_texts_apart(tally: Tally) -> None:
    """Shuffle what people wrote; where fewer than five wrote, keep nothing of it."""
    if tally.asked.kind in {FieldKind.TEXT, FieldKind.LINK} and tally.answered < FEWEST:
        tally.texts.clear()
    secrets.SystemRandom().shuffle(tally.texts)

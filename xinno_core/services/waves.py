"""Waves: answers are given out together or not at all.

Whoever saw results grow by one could tell who had just answered. So a survey collects in waves, and
nothing is shown of one before it has ended with enough answers. What an anonymous wave collected is
opened then: all envelopes at once, in random order, under random numbers, with no person and no
time. A wave with too few is never opened: its envelopes are destroyed unread.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock, seal_of
from xinno_core.models import (
    Dialogue,
    Envelope,
    Participant,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.sealing import WrongKeyError
from xinno_core.services import markers, survey_news, surveys, wave_groups
from xinno_core.services.small_cells import FEWEST

BATCH = 20
CLEANING = "cleaning"
"""Marks that envelopes were destroyed whose last traces the database has still to lose."""
LOCKED_OUT = "locked_out"
"""Marks surveys that have closed and can't be opened: their answers were sealed with another key.

They stay as they are until that key is back; to destroy them is for people to decide.
"""


@dataclass(frozen=True)
class Ended:
    """A wave has ended, with so many ballots."""

    survey_id: int
    number: int
    outcome: WaveEnd
    ballots: int


@dataclass(frozen=True)
class OpenedBefore:
    """This very wave is open already: a second tap, or somebody else's."""

    survey_id: int
    number: int


@dataclass(frozen=True)
class TooFewYet:
    """It goes on collecting: so few answers are not opened."""

    survey_id: int


@dataclass(frozen=True)
class EndedBefore:
    """There is nothing to open: the survey is over, or nobody has answered since."""

    survey_id: int


@dataclass(frozen=True)
class LockedOut:
    """It can't be opened: its answers were sealed with a key that is not here."""

    survey_id: int


@dataclass(frozen=True)
class Collected:
    """How many answers a wave holds, and how many of them came by links given out one by one."""

    total: int
    guests: int

    @property
    def is_enough(self) -> bool:
        """Tell whether they can be opened.

        Who gives out links could answer by some of them, and would know the answer that is left:
        beside guests there must be nobody, or enough others.
        """
        others = self.total - self.guests
        return self.total >= FEWEST and (others == 0 or others >= FEWEST)


WaveOutcome = Ended | OpenedBefore | TooFewYet | EndedBefore | LockedOut


async def end_due(session: AsyncSession, *, now: datetime) -> int:
    """End the last waves of surveys that have closed; return how many."""
    before = await find_locked_out(session)
    query = (
        select(Survey)
        .where(Survey.ended_at.is_(None), Survey.closes_at <= now)
        .order_by(Survey.closes_at)
        .limit(BATCH + len(before))
    )
    await _drop_unfinished(session, (await session.scalars(query)).all())
    due = await session.scalars(
        lock(query, skip_locked=True).execution_options(populate_existing=True)
    )
    number = 0
    locked_out = []
    for survey in due.all():
        try:
            await _end(session, survey, now=now, by=None)
        except WrongKeyError:  # before anything was written: the others go on
            locked_out.append(survey.id)
            continue
        survey.ended_at = now
        number += 1
    if locked_out != before:
        await markers.put(session, LOCKED_OUT, {"surveys": locked_out})
    await session.flush()
    return number


async def find_locked_out(session: AsyncSession) -> list[int]:
    """Return the surveys that can't be opened with the key that is here."""
    marker = await markers.find(session, LOCKED_OUT)
    return list(marker["surveys"]) if marker is not None else []


async def _drop_unfinished(session: AsyncSession, over: Sequence[Survey]) -> None:
    """Drop what nobody can hand in any more.

    Before the surveys are locked: who hands in a form holds its row first, and the survey's then.
    """
    topics = [surveys.topic_of(survey.id) for survey in over]
    await session.execute(delete(Dialogue).where(Dialogue.topic.in_(topics)))


async def list_waves(session: AsyncSession, survey_id: int) -> Sequence[Wave]:
    """Return the waves of a survey that have ended, in their order."""
    found = await session.scalars(
        select(Wave).where(Wave.survey_id == survey_id).order_by(Wave.number)
    )
    return found.all()


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next survey closes."""
    return await session.scalar(
        select(func.min(Survey.closes_at)).where(
            Survey.ended_at.is_(None), Survey.closes_at > after
        )
    )


async def open_now(
    session: AsyncSession, *, survey_id: int, wave: int, participant: Participant, now: datetime
) -> WaveOutcome:
    """End this wave before the survey closes; whoever asks has been checked."""
    survey = await session.scalar(
        lock(select(Survey).where(Survey.id == survey_id)).execution_options(populate_existing=True)
    )
    ended_wave = await session.get(Wave, (survey_id, wave), populate_existing=True)
    if ended_wave is not None and ended_wave.outcome is WaveEnd.OPENED:
        return OpenedBefore(survey_id, wave)
    if survey is None or survey.ended_at is not None or survey.wave != wave:
        return EndedBefore(survey_id)
    collected = await _count(session, survey)
    if collected.total == 0:
        return EndedBefore(survey_id)
    if not collected.is_enough:
        return TooFewYet(survey_id)
    try:
        ended = await _end(session, survey, now=now, by=participant)
    except WrongKeyError:
        return LockedOut(survey_id)
    return ended or EndedBefore(survey_id)


async def _end(
    session: AsyncSession, survey: Survey, *, now: datetime, by: Participant | None
) -> Ended | None:
    """End the present wave: open it, or destroy what so few have said."""
    collected = await _count(session, survey)
    if collected.total == 0:
        return None
    outcome = WaveEnd.OPENED if collected.is_enough else WaveEnd.TOO_FEW
    if survey.mode is SurveyMode.ANONYMOUS:
        if outcome is WaveEnd.OPENED:
            await _open(session, survey)
        await _destroy(session, survey, now=now)
    wave = Wave(
        survey_id=survey.id,
        number=survey.wave,
        outcome=outcome,
        ended_at=now,
        ended_by=by.id if by is not None else None,
        version=survey.version,
        responses=collected.total if outcome is WaveEnd.OPENED else 0,
    )
    session.add(wave)
    ended = Ended(survey.id, survey.wave, outcome, collected.total)
    survey.wave += 1
    await session.flush()
    await wave_groups.keep_groups(session, survey, wave)
    await survey_news.tell(session, survey, wave, now=now)
    return ended


async def _count(session: AsyncSession, survey: Survey) -> Collected:
    """Return how many answers the present wave holds: one that was erased is no answer any more."""
    table = Envelope if survey.mode is SurveyMode.ANONYMOUS else Response
    guest = select(SurveyGuest.participant_id).where(SurveyGuest.survey_id == survey.id)
    is_guest = case((table.participant_id.in_(guest), 1), else_=0)
    counted = await session.execute(
        select(func.count(), func.coalesce(func.sum(is_guest), 0)).where(
            table.survey_id == survey.id, table.wave == survey.wave
        )
    )
    total, guests = counted.one()
    return Collected(total, guests)


async def _open(session: AsyncSession, survey: Survey) -> None:
    """Open all envelopes of the wave, and keep what was said in an order that tells nothing."""
    seal = seal_of(session)
    found = await session.execute(
        select(Envelope.participant_id, Envelope.sealed).where(
            Envelope.survey_id == survey.id, Envelope.wave == survey.wave
        )
    )
    said = [
        seal.open_json(sealed, place=surveys.place_of(survey.id, person))
        for person, sealed in found
    ]
    shuffle(said)
    session.add_all(
        Response(
            id=secrets.token_hex(16),
            survey_id=survey.id,
            wave=survey.wave,
            version=survey.version,
            answers=answers,
        )
        for answers in said
    )
    await session.flush()


def shuffle(said: list[dict[str, object]]) -> None:
    """Put answers into a random order that no generator's state could give away."""
    secrets.SystemRandom().shuffle(said)


async def _destroy(session: AsyncSession, survey: Survey, *, now: datetime) -> None:
    await session.execute(
        delete(Envelope).where(Envelope.survey_id == survey.id, Envelope.wave == survey.wave)
    )
    await mark_cleaning(session, now=now)


async def mark_cleaning(session: AsyncSession, *, now: datetime) -> None:
    """Have the last traces of destroyed envelopes removed.

    Each destruction has its own word: one that happens during a cleaning needs another round.
    """
    await markers.put(session, CLEANING, {"since": now.isoformat(), "wave": secrets.token_hex(4)})

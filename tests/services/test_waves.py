"""Two at once: a ballot is one, and an answer is in the wave that is opened, or in the next."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from tests.support.world import World
from xinno_core.models import (
    Ballot,
    Base,
    Envelope,
    Participant,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
)
from xinno_core.services import own_surveys, privacy, registration, surveys, waves

pytestmark = pytest.mark.both

QUESTIONS = ({"key": "useful", "kind": "rating", "text": {"en": "Useful?"}},)
PEOPLE = 6


@pytest.mark.parametrize("mode", SurveyMode)
async def test_two_submits_at_once_are_one_ballot(world: World, mode: SurveyMode) -> None:
    survey = await _surveyed(world, mode)
    await asyncio.gather(*(_submit(world, survey, 1, rating) for rating in (1, 5) * 4))
    assert await _count(world, Ballot) == 1
    kept = Envelope if mode is SurveyMode.ANONYMOUS else Response
    assert await _count(world, kept) == 1


async def test_an_answer_against_the_opening_is_in_one_wave(world: World) -> None:
    """Whoever comes first: no answer is lost, none is opened twice."""
    survey = await _surveyed(world, SurveyMode.ANONYMOUS)
    for person in range(1, PEOPLE):
        await _submit(world, survey, person, 3)
    await asyncio.gather(_open(world, survey), _submit(world, survey, PEOPLE, 4))
    opened, sealed = await _count(world, Response), await _count(world, Envelope)
    assert (opened, sealed) in {(5, 1), (6, 0)}
    async with world.database.reading() as session:
        waits = await session.scalar(select(Envelope.wave))
        assert waits in {None, await session.scalar(select(Survey.wave))}
    assert await _count(world, Ballot) == PEOPLE


async def test_two_openings_at_once_are_one(world: World) -> None:
    survey = await _surveyed(world, SurveyMode.ANONYMOUS)
    for person in range(1, PEOPLE):
        await _submit(world, survey, person, 3)
    outcomes = await asyncio.gather(*(_open(world, survey) for _ in range(4)))
    assert sum(isinstance(one, waves.Ended) for one in outcomes) == 1
    assert sum(isinstance(one, waves.OpenedBefore) for one in outcomes) == 3
    assert await _count(world, Response) == 5


async def test_an_erasure_against_the_opening(world: World) -> None:
    """Five have answered, one is erased: all five are opened, or the four stay sealed."""
    survey = await _surveyed(world, SurveyMode.ANONYMOUS)
    for person in range(1, PEOPLE):
        await _submit(world, survey, person, 3)
    await asyncio.gather(_open(world, survey), _forget(world, 1))
    found = await _count(world, Response), await _count(world, Envelope)
    assert found in {(5, 0), (0, 4)}


@pytest.mark.parametrize("verb", ["submit", "open", "forget"])
async def test_a_survey_is_held_by_whoever_changes_what_it_collected(
    world: World, verb: str
) -> None:
    """Until it is written down: nobody opens a wave in the middle of an answer or an erasure."""
    if world.database.is_sqlite:
        return  # there one writes at a time, whatever it is
    survey = await _surveyed(world, SurveyMode.ANONYMOUS)
    for number in range(1, PEOPLE):
        await _submit(world, survey, number, 3)
    async with world.database.writing() as session:
        person = await session.get_one(Participant, 1)
        if verb == "submit":
            await surveys.submit(
                session, participant=person, survey_id=survey, answers={"useful": 4}, now=world.now
            )
        elif verb == "open":
            await waves.open_now(
                session, survey_id=survey, wave=1, participant=person, now=world.now
            )
        else:
            await own_surveys.forget(session, person, now=world.now)
        assert await _is_held(world, survey)
    assert not await _is_held(world, survey)


async def _is_held(world: World, survey: int) -> bool:
    """Tell whether another transaction holds the row of a survey."""
    try:
        async with world.database.writing() as session:
            await session.execute(
                select(Survey.id)
                .where(Survey.id == survey)
                .with_for_update(nowait=True, key_share=True)
            )
    except DBAPIError:
        return True
    return False


async def test_the_next_wave_collects_those_who_had_not_answered(world: World) -> None:
    """What the first wave held can no longer be changed; the next has too few, and is destroyed."""
    survey = await _surveyed(world, SurveyMode.ANONYMOUS)
    for person in range(1, PEOPLE):
        await _submit(world, survey, person, 3)
    await _open(world, survey)
    late = await _submit(world, survey, 1, 5)
    assert isinstance(late, surveys.TookPartAlready)
    assert not late.can_change
    assert isinstance(await _submit(world, survey, PEOPLE, 5), surveys.Thanked)
    assert isinstance(await _open(world, survey, wave=2), waves.TooFewYet)
    async with world.database.writing() as session:
        closes_at = (await session.get_one(Survey, survey)).closes_at
        assert await waves.end_due(session, now=closes_at + timedelta(seconds=1)) == 1
    async with world.database.reading() as session:
        ended = await waves.list_waves(session, survey)
    assert [(one.number, one.outcome.value, one.responses) for one in ended] == [
        (1, "opened", 5),
        (2, "too_few", 0),
    ]
    assert (await _count(world, Response), await _count(world, Envelope)) == (5, 0)


@pytest.mark.parametrize("mode", SurveyMode)
async def test_who_gives_out_links_cannot_leave_one_answer_over(
    world: World, mode: SurveyMode
) -> None:
    """Five links may have been used by whoever gave them out: beside them one person is alone."""
    survey = await _surveyed(world, mode)
    links = range(100, 105)
    async with world.database.writing() as session:
        session.add_all(Participant(id=one, language="en", created_at=world.now) for one in links)
        await session.flush()
        session.add_all(
            SurveyGuest(survey_id=survey, participant_id=one, created_at=world.now) for one in links
        )
    for one in links:
        await _submit(world, survey, one, 3)
    await _submit(world, survey, 1, 5)
    assert isinstance(await _open(world, survey), waves.TooFewYet)
    for person in range(2, PEOPLE):
        await _submit(world, survey, person, 4)
    assert isinstance(await _open(world, survey), waves.Ended)


async def _surveyed(world: World, mode: SurveyMode) -> int:
    """An event with so many people who have a place at it, and its survey."""
    talk = await world.event(survey=QUESTIONS)
    async with world.database.writing() as session:
        for number in range(1, PEOPLE + 1):
            guest = Participant(id=number, telegram_id=number, language="en", created_at=world.now)
            session.add(guest)
            await session.flush()
            await registration.register(
                session, participant=guest, event_id=talk.id, role="visitor", now=world.now
            )
        survey = (await session.scalars(select(Survey))).one()
        survey.mode = mode
        return survey.id


async def _submit(world: World, survey: int, person: int, rating: int) -> object:
    async with world.database.writing() as session:
        return await surveys.submit(
            session,
            participant=await session.get_one(Participant, person),
            survey_id=survey,
            answers={"useful": rating},
            now=world.now,
        )


async def _open(world: World, survey: int, wave: int = 1) -> object:
    async with world.database.writing() as session:
        return await waves.open_now(
            session,
            survey_id=survey,
            wave=wave,
            participant=await session.get_one(Participant, 1),
            now=world.now,
        )


async def _forget(world: World, person: int) -> None:
    async with world.database.writing() as session:
        await privacy.forget(
            session, participant=await session.get_one(Participant, person), now=world.now
        )


async def _count(world: World, table: type[Base]) -> int:
    async with world.database.reading() as session:
        found: int | None = await session.scalar(select(func.count()).select_from(table))
        return found or 0

"""Stories of surveys that are left for later, and found again."""

from datetime import time, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from handlers.chat.buttons import pack
from tests.support.world import Actor, World
from xinno_core.models import Ballot, Dialogue, Envelope, Event, Response, Survey, SurveyMode
from xinno_core.texts.actions import OpenEvent, StartSurvey

RATING = {"key": "useful", "kind": "rating", "text": {"en": "How useful was it?"}}
WHY = {"key": "why", "kind": "text", "text": {"en": "What was missing?"}}
ASKS = {"key": "ask", "kind": "survey", "anchor": "end", "days": 1, "at": time(12)}


@pytest.fixture
async def talk(world: World) -> Event:
    return await world.event("Collab Talks", survey=(RATING, WHY), rules=(ASKS,))


@pytest.fixture
async def eva(world: World, talk: Event) -> Actor:
    """She was there, and has been asked how it was."""
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await world.move_to(talk.ends_at + timedelta(days=2))
    await eva.press("Give feedback")
    return eva


async def test_stop_keeps_what_was_answered_and_stays_an_invitation(
    world: World, eva: Actor
) -> None:
    """Stop threw the answers away without asking, and left the menu in their place."""
    await eva.press("To the questions")
    await eva.press("4")
    await eva.press("Stop")
    assert "Stopped for now: Feedback" in eva.screen.text
    assert "kept until" in eva.screen.text
    await eva.type("What about the next one?")  # goes to nobody's form
    assert "Question 2" not in eva.screen.text
    await eva.press("Go on with the survey")
    assert "Question 2 of 2" in eva.screen.text
    await eva.type("/cancel")
    assert "Stopped for now: Feedback" in eva.screen.text
    await eva.press("Go on with the survey")
    await eva.type("A pause")
    assert "Thank you" in eva.screen.text


async def test_what_is_kept_is_not_kept_longer_than_the_survey_is_open(
    world: World, eva: Actor
) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(closes_at=world.now + timedelta(days=1)))
    await eva.press("To the questions")
    await eva.press("Stop")
    assert f"kept until {_day(world, days=1)}" in eva.screen.text
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(closes_at=world.now + timedelta(days=100)))
    await eva.press("Go on with the survey")
    await eva.press("Stop")
    assert f"kept until {_day(world, days=14)}" in eva.screen.text


async def test_not_now_means_later(world: World, eva: Actor) -> None:
    """The invitation became the menu, and the survey could not be found again."""
    await eva.press("Not now")
    assert "Another time: Feedback" in eva.screen.text
    await eva.press("Answer the survey")
    assert "This survey is anonymous." in eva.screen.text


async def test_who_was_asked_finds_the_survey_again(world: World, talk: Event, eva: Actor) -> None:
    """Among one's registrations and on the event's card, with how far one has come."""
    for step, label in ((None, "Answer: Feedback"), ("4", "Go on with: Feedback")):
        if step is not None:
            await eva.press("To the questions")
            await eva.press(step)
        await eva.press_data(pack(OpenEvent(talk.id)))
        assert label in eva.screen.labels
        await eva.type("/my")
        assert "Feedback: open until" in eva.screen.text
        await eva.press(label)
    await eva.type("A pause")
    await eva.type("/my")
    await eva.press("Change or erase: Feedback")
    assert "You have answered already" in eva.screen.text
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(wave=2))  # what was said is opened
    await eva.type("/my")
    assert "Feedback" not in eva.screen.text


async def test_nobody_finds_a_survey_before_being_asked(world: World) -> None:
    """Nor whoever has no place, nor anybody once it is closed."""
    talk = await world.event("Collab Talks", survey=(RATING,), rules=(ASKS,))
    eva, mallory = await world.participant("Eva"), await world.participant("Mallory")
    await eva.press("Register", on=talk)
    for days, found in ((0, False), (2, True), (60, False)):
        await world.move_to(max(world.now, talk.ends_at + timedelta(days=days - 1)))
        for one in (eva, mallory):
            await one.type("/my")
            assert ("Answer: Feedback" in one.screen.labels) is (found and one is eva)


async def test_an_invitation_says_how_long_it_takes_and_a_reminder_that_it_is_one(
    world: World,
) -> None:
    """Both were alike word for word, and eight questions were a few taps."""
    many = tuple({**WHY, "key": f"why-{number}"} for number in range(7))
    again = {**ASKS, "key": "again", "days": 3}
    talk = await world.event("Collab Talks", survey=(RATING, *many), rules=(ASKS, again))
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await world.move_to(talk.ends_at + timedelta(days=2))
    first = eva.notices[-1].text
    assert first.startswith("Feedback\nHow was it? Collab Talks\nIt takes about 4 minutes.")
    assert "reminder" not in first
    await world.move_to(talk.ends_at + timedelta(days=4))
    assert "This is a reminder: you can answer until Thursday, 1 April" in eva.notices[-1].text


async def test_a_stop_that_is_nobodys_stops_nothing(world: World, talk: Event, eva: Actor) -> None:
    """Of a survey that was never begun it is an invitation, of a foreign one nothing."""
    await eva.press_data("oc:survey.1")
    assert "Another time: Feedback" in eva.screen.text
    mallory = await world.participant("Mallory")
    await mallory.press_data("oc:survey.1")
    assert "There is no such survey here for you." in mallory.screen.text
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Dialogue)) == 0
    assert await _ballots(world) == 0
    await eva.press_data(pack(StartSurvey(1)))
    await eva.press("To the questions")
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(closes_at=world.now - timedelta(minutes=1)))
    await eva.press("Stop")
    assert "has closed meanwhile" in eva.screen.text


async def test_a_change_that_is_stopped_leaves_the_earlier_answers_and_both_ways(
    world: World, eva: Actor
) -> None:
    """Until the survey closes one can replace what was said: the only button for it was gone."""
    await _answer(eva)
    assert {"Change my answers", "Erase my answers"} <= set(eva.screen.labels)
    await eva.press("Change my answers")
    await eva.press("2")
    await eva.press("Stop")
    assert "Your earlier answers count: Feedback" in eva.screen.text
    assert {"Change my answers", "Erase my answers"} <= set(eva.screen.labels)
    await eva.press("Change my answers")
    assert "Question 2 of 2" in eva.screen.text  # what was changed by then is kept
    await eva.type("A longer pause")
    assert "Your new answers have taken the place of the old ones." in eva.screen.text


@pytest.mark.parametrize("mode", SurveyMode)
async def test_answers_are_erased_after_a_question_and_one_may_answer_anew(
    world: World, eva: Actor, mode: SurveyMode
) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=mode))
    await _answer(eva)
    await eva.press("Erase my answers")
    assert "Erase your answers? Feedback" in eva.screen.text
    assert "you can answer anew until" in eva.screen.text
    await eva.press("No, keep them")
    assert "You have answered already" in eva.screen.text
    assert await _kept(world) == 1
    await eva.press("Erase my answers")
    yes = eva.screen.message.buttons[0][0].data or ""
    await eva.press_data(yes)
    assert "Your answers are erased: Feedback" in eva.screen.text
    assert (await _kept(world), await _ballots(world)) == (0, 0)
    await eva.press_data(yes)
    assert "There is nothing of yours to erase." in eva.screen.text
    await eva.type("/my")
    await eva.press("Answer: Feedback")
    await _answer(eva)
    assert (await _kept(world), await _ballots(world)) == (1, 1)


@pytest.mark.parametrize("mode", SurveyMode)
async def test_what_was_opened_is_erased_only_where_it_leads_to_somebody(
    world: World, eva: Actor, mode: SurveyMode
) -> None:
    """Under a code the person goes and the count stays; sealed answers led to nobody before."""
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(mode=mode))
    await _answer(eva)
    yes = "qx:1"
    async with world.database.writing() as session:  # as when the wave was opened
        await session.execute(update(Survey).values(wave=2))
        await session.execute(delete(Envelope))
    await eva.press_data(pack(StartSurvey(1)))
    assert "Change my answers" not in eva.screen.labels
    if mode is SurveyMode.ANONYMOUS:
        assert "Erase my answers" not in eva.screen.labels
        await eva.press_data(yes)
        assert "There is nothing of yours to erase." in eva.screen.text
        return
    await eva.press("Erase my answers")
    assert "What was counted or exported stays." in eva.screen.text
    await eva.press("Yes, erase my answers")
    assert "Your answers no longer lead to you: Feedback" in eva.screen.text
    assert await _kept(world) == 1
    await eva.press_data(pack(StartSurvey(1)))
    assert "What was counted stays." in eva.screen.text
    assert "Erase my answers" not in eva.screen.labels


async def _answer(eva: Actor) -> None:
    await eva.press_data(pack(StartSurvey(1)))
    asks = "Do not link them" in eva.screen.labels
    await eva.press("Do not link them" if asks else "To the questions")
    await eva.press("4")
    await eva.type("A pause")
    assert "Thank you" in eva.screen.text


async def _kept(world: World) -> int:
    async with world.database.reading() as session:
        return sum(
            [
                await session.scalar(select(func.count()).select_from(table)) or 0
                for table in (Envelope, Response)
            ]
        )


async def _ballots(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Ballot)) or 0


def _day(world: World, *, days: int) -> str:
    day = world.now + timedelta(days=days)
    return f"{day:%A}, {day.day} {day:%B}"

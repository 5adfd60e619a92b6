"""Stories of surveys: the pledge, each kind of question, a change of mind, and waves."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from handlers.chat.buttons import pack
from tests.support.world import Actor, World
from xinno_core.models import (
    Ballot,
    Dialogue,
    Envelope,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Response,
    Survey,
    SurveyMode,
    Wave,
    WaveEnd,
)
from xinno_core.services import waves
from xinno_core.texts.actions import BeginSurvey, ChangeSurvey, StartSurvey
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import translator

DISHES = [{"key": key, "label": {"en": key.title()}} for key in ("soup", "fish", "cake")]
RATING = {"key": "useful", "kind": "rating", "text": {"en": "How useful was it?"}}
WHY = {
    "key": "why",
    "kind": "text",
    "text": {"en": "What was missing?"},
    "optional": True,
    "only_if": {"question": "useful", "is": [1, 2]},
}
PLAIN = (RATING, WHY)


async def test_feedback_takes_a_few_taps_and_is_sealed(world: World) -> None:
    """Eva reads what becomes of her answers, rates, and is done; the database tells nothing."""
    talk, survey = await _surveyed(world, PLAIN)
    eva = await _guest(world, talk, "Eva")
    await eva.press_data(pack(StartSurvey(survey)))
    for promise in (
        "This survey is anonymous.",
        "At most 2 questions, open until: Thursday, 1 April 2027, 21:00",
        "Fewer than five are destroyed unread.",
        "until then you can replace or erase yours",
        "Only whoever runs the assistant holds the key",
    ):
        assert promise in eva.screen.text
    await eva.press("To the questions")
    assert "Sealed now." in eva.screen.text
    assert eva.screen.labels[:5] == ["1", "2", "3", "4", "5"]
    assert len(eva.screen.message.buttons[0]) == 5
    await eva.press("5")
    assert "Thank you for your feedback: Feedback" in eva.screen.text
    assert "sealed until the survey closes" in eva.screen.text
    assert await _count(world, Envelope) == 1
    assert await _count(world, Response) == 0


async def test_a_number_says_its_range_from_nothing_on(world: World) -> None:
    """The page said it and the chat did not, where the range began with 0."""
    people = {"key": "people", "kind": "number", "text": {"en": "How many?"}, "greatest": 50}
    talk, survey = await _surveyed(world, (people,))
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    assert "A whole number from 0 to 50." in eva.screen.text
    await eva.type("12 people")
    assert "Please write a whole number from 0 to 50, and nothing else." in eva.screen.text


async def test_a_low_rating_brings_its_question(world: World) -> None:
    talk, survey = await _surveyed(world, PLAIN)
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    assert "Question 1 of at most 2" in eva.screen.text  # it once grew from 1 to 2 on the way
    await eva.press("2")
    assert "What was missing?" in eva.screen.text
    assert "Question 2 of at most 2" in eva.screen.text
    await eva.press("Back")
    assert "Question 1 of at most 2" in eva.screen.text
    assert "Your answer so far: 2" in eva.screen.text
    await eva.press("3")
    assert "Thank you" in eva.screen.text


async def test_every_kind_of_question(world: World) -> None:
    """One question per message, edited in place; what was said is stored as codes."""
    asked: tuple[dict[str, Any], ...] = (
        RATING,
        {"key": "main", "kind": "single", "text": {"en": "Which dish?"}, "options": DISHES},
        {
            "key": "some",
            "kind": "multiple",
            "text": {"en": "Which dishes?"},
            "options": DISHES,
            "least_choices": 2,
            "most_choices": 2,
        },
        {"key": "order", "kind": "ranking", "text": {"en": "In which order?"}, "options": DISHES},
        {
            "key": "guests",
            "kind": "number",
            "text": {"en": "How many guests?"},
            "least": 2,
            "greatest": 9,
        },
        {
            "key": "day",
            "kind": "date",
            "text": {"en": "Which day?"},
            "earliest": "2027-01-01",
            "latest": "2027-12-31",
        },
        {"key": "age", "kind": "text", "text": {"en": "How old?"}, "may_refuse": True},
        {"key": "wish", "kind": "text", "text": {"en": "Any wish?"}, "optional": True},
    )
    talk, survey = await _surveyed(world, asked, mode=SurveyMode.PSEUDONYMOUS)
    eva = await _guest(world, talk, "Eva")
    await eva.press_data(pack(StartSurvey(survey)))
    await eva.press("Do not link")
    first = eva.screen.message.message_id
    await eva.press("4")
    await eva.press("Fish")
    await eva.press("Soup")
    await eva.press("Done")
    assert "choose at least 2" in eva.screen.text
    await eva.press("Cake")
    await eva.press("Fish")
    assert "At most 2 answers" in eva.screen.text
    await eva.press("Done")
    await eva.press("Cake")
    await eva.press("Soup")
    assert eva.screen.labels[:3] == ["2. Soup", "Fish", "1. Cake"]
    assert "Done" not in eva.screen.labels
    await eva.press("1. Cake")
    assert eva.screen.labels[:3] == ["1. Soup", "Fish", "Cake"]
    await eva.press("Fish")
    await eva.press("Cake")
    await eva.press("Done")
    assert "from 2 to 9" in eva.screen.text
    assert eva.screen.message.message_id == first  # one message, edited in place
    for wrong in ("12", "-1", "3 people"):
        await eva.type(wrong)
        assert "Please write a whole number from 2 to 9" in eva.screen.text
    await eva.type("3")
    await eva.type("next Friday")
    assert "No day can be read" in eva.screen.text
    await eva.type("18.3.2028")
    assert "up to 31 December 2027" in eva.screen.text
    await eva.type("18 March 2027")
    assert "How old?" in eva.screen.text
    await eva.press("I would rather not say")
    await eva.press("Skip")
    assert "kept under a code" in eva.screen.text
    assert await _responses(world) == [
        {
            "useful": 4,
            "main": "fish",
            "some": ["soup", "cake"],
            "order": ["soup", "fish", "cake"],
            "guests": 3,
            "day": "2027-03-18",
            "age": {"missing": "refused"},
            "wish": {"missing": "skipped"},
        }
    ]


@pytest.mark.parametrize("wish", ["Link my answers", "Do not link them"])
async def test_answers_are_linked_only_by_consent(world: World, wish: str) -> None:
    """It is asked once, and a yes can be taken back under Settings."""
    talk, survey = await _surveyed(world, (RATING,), mode=SurveyMode.PSEUDONYMOUS)
    eva = await _guest(world, talk, "Eva")
    await eva.press_data(pack(StartSurvey(survey)))
    assert "To the questions" not in eva.screen.labels
    await eva.press_data(pack(BeginSurvey(survey, "-")))  # nothing said: asked again
    assert "May your answers" in eva.screen.text
    await eva.press(wish)
    await eva.press("5")
    links = wish == "Link my answers"
    assert await _linked(world) == [links]
    await eva.press_data(pack(ChangeSurvey(survey)))
    assert "Your answer so far: 5" in eva.screen.text
    await eva.press("Keep")
    assert await _linked(world) == [links]
    await eva.type("/settings")
    assert ("same code: yes" if links else "same code: no") in eva.screen.text
    if links:
        await eva.press("No longer link")
        assert "same code: no" in eva.screen.text
        assert await _linked(world) == [False]


@pytest.mark.parametrize("mode", SurveyMode)
async def test_a_change_of_mind_takes_the_place_of_what_was_said(
    world: World, mode: SurveyMode
) -> None:
    talk, survey = await _surveyed(world, (RATING,), mode=mode)
    people = [await _guest(world, talk, name) for name in ("Eva", "Jan", "Petr", "Ada", "Max")]
    for one in people:
        await _begin(one, survey)
        await one.press("1")
    eva = people[0]
    await eva.press_data(pack(StartSurvey(survey)))
    assert "You have answered already" in eva.screen.text
    await eva.press("Change my answers")
    known = "Your answer so far: 1" in eva.screen.text
    assert known is (mode is SurveyMode.PSEUDONYMOUS)  # a sealed answer is shown to nobody
    await eva.press("5")
    assert "Your new answers have taken the place of the old ones." in eva.screen.text
    await _close(world, survey)
    said = sorted(answers["useful"] for answers in await _responses(world))
    assert said == [1, 1, 1, 1, 5]
    assert await _count(world, Ballot) == 5
    await eva.press_data(pack(ChangeSurvey(survey)))
    assert "Change my answers" not in eva.screen.labels


async def test_a_second_tap_on_the_last_answer_changes_nothing(world: World) -> None:
    talk, survey = await _surveyed(world, (RATING,))
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    last = eva.screen.message.buttons[0][4].data or ""
    await eva.press_data(last)
    await eva.press_data(last)
    assert "You have answered already" in eva.screen.text
    assert (await _count(world, Ballot), await _count(world, Envelope)) == (1, 1)


async def test_a_restart_in_the_middle_loses_nothing(world: World) -> None:
    talk, survey = await _surveyed(world, (RATING, {**WHY, "only_if": None}))
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    await eva.press("4")
    await eva.type("/my")
    await world.restart()
    await eva.press_data(pack(StartSurvey(survey)))
    assert "Question 2 of 2" in eva.screen.text
    await eva.type("A pause")
    assert "Thank you" in eva.screen.text


async def test_going_on_without_the_pledge_leads_to_the_pledge(world: World) -> None:
    talk, survey = await _surveyed(world, (RATING,))
    eva = await _guest(world, talk, "Eva")
    for forged in (f"or:survey.{survey}", f"o:survey.{survey}:0:3"):
        await eva.press_data(forged)
        assert "This survey is anonymous." in eva.screen.text
    assert await _count(world, Ballot) == 0


@pytest.mark.parametrize("ticks", [False, True])
async def test_a_survey_that_closes_in_the_middle_says_so(world: World, ticks: bool) -> None:
    """What was begun is not handed in, and not kept."""
    talk, survey = await _surveyed(world, (RATING, {**WHY, "only_if": None}))
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    await eva.press("4")
    skip = next(b.data for row in eva.screen.message.buttons for b in row if b.text == "Skip")
    async with world.database.writing() as session:
        await session.execute(update(Survey).values(closes_at=world.now - timedelta(minutes=1)))
    if ticks:
        await world.tick()
        assert await _count(world, Dialogue) == 0  # nobody could hand it in any more
    await eva.press_data(skip or "")
    assert "has closed meanwhile" in eva.screen.text
    assert "not handed in, and is not kept" in eva.screen.text
    assert await _count(world, Dialogue) == 0
    assert await _count(world, Ballot) == 0


async def test_a_survey_that_closes_in_the_middle_of_a_change(world: World) -> None:
    """The draft went with the survey's end; what was handed in before is said to stay."""
    talk, survey = await _surveyed(world, (RATING,), mode=SurveyMode.PSEUDONYMOUS)
    eva = await _guest(world, talk, "Eva")
    await _begin(eva, survey)
    await eva.press("1")
    await eva.press("Change my answers")
    five = eva.screen.message.buttons[0][4].data or ""
    await _close(world, survey)
    await eva.press_data(five)
    assert "too late to change your answers" in eva.screen.text
    assert [one["useful"] for one in await _responses(world)] == [1]


async def test_a_wave_that_is_opened_in_the_middle_of_a_change(world: World) -> None:
    """Who is changing comes too late, and is told; who has not answered goes on."""
    talk, survey = await _surveyed(world, (RATING,))
    people = [await _guest(world, talk, name) for name in ("Eva", "Jan", "Petr", "Ada", "Max")]
    for one in people:
        await _begin(one, survey)
        await one.press("1")
    late = await _guest(world, talk, "Late")
    await _begin(late, survey)
    await people[0].press("Change my answers")
    async with world.database.writing() as session:
        opened = await waves.open_now(
            session,
            survey_id=survey,
            wave=1,
            participant=await world.person(session, late),
            now=world.now,
        )
    assert isinstance(opened, waves.Ended)
    await people[0].press("5")
    assert "too late to change your answers" in people[0].screen.text
    assert "the survey closed or its answers were opened" in people[0].screen.text
    await late.press("4")
    assert "Thank you" in late.screen.text
    assert sorted(one["useful"] for one in await _responses(world)) == [1] * 5
    async with world.database.reading() as session:
        assert await session.scalar(select(Envelope.wave)) == 2


@pytest.mark.parametrize("number", [4, 5])
async def test_a_wave_is_opened_with_five_and_destroyed_with_four(
    world: World, number: int
) -> None:
    talk, survey = await _surveyed(world, (RATING,))
    for count in range(number):
        guest = await _guest(world, talk, f"Guest {count}")
        await _begin(guest, survey)
        await guest.press("3")
    await _close(world, survey)
    assert len(await _responses(world)) == (5 if number == 5 else 0)
    assert await _count(world, Envelope) == 0
    async with world.database.reading() as session:
        (ended,) = await waves.list_waves(session, survey)
    assert ended.outcome is (WaveEnd.OPENED if number == 5 else WaveEnd.TOO_FEW)


async def test_who_is_erased_takes_the_sealed_answer_along(world: World) -> None:
    """With Eva's envelope gone, four are left: none of them is opened."""
    talk, survey = await _surveyed(world, (RATING,))
    people = [await _guest(world, talk, name) for name in ("Eva", "Jan", "Petr", "Ada", "Max")]
    for one in people:
        await _begin(one, survey)
        await one.press("1")
    await people[0].type("/mydata")
    assert "Feedback: your answers are sealed" in people[0].screen.text
    await people[0].type("/forget")
    await people[0].press("Yes, erase my data")
    assert (await _count(world, Ballot), await _count(world, Envelope)) == (4, 4)
    await _close(world, survey)
    async with world.database.reading() as session:
        assert await session.scalar(select(Wave.outcome)) is WaveEnd.TOO_FEW


async def test_who_is_erased_is_cut_off_from_a_coded_answer(world: World) -> None:
    talk, survey = await _surveyed(world, (RATING,), mode=SurveyMode.PSEUDONYMOUS)
    eva = await _guest(world, talk, "Eva")
    await eva.press_data(pack(StartSurvey(survey)))
    await eva.press("Link my answers")
    await eva.press("5")
    await eva.type("/mydata")
    assert "Feedback: your answers are in the file" in eva.screen.text
    await eva.press("Download")
    assert "How useful was it?" in eva.screen.document.decode()
    await eva.type("/forget")
    await eva.press("Yes, erase my data")
    async with world.database.reading() as session:
        (left,) = (await session.scalars(select(Response))).all()
    assert (left.participant_id, left.is_linked, left.answers) == (None, False, {"useful": 5})


async def test_nobody_is_asked_more_than_three_times(world: World) -> None:
    """An invitation and two reminders; the ledger says why the fourth did not go."""
    rules = [
        {"key": f"ask-{days}", "kind": NoticeKind.SURVEY, "days": days, "at": time(12)}
        for days in (-8, -6, -4, -2)
    ]
    talk, _ = await _surveyed(world, (RATING,), rules=rules)
    eva = await _guest(world, talk, "Eva")
    await world.move_to(talk.starts_at)
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Notice).where(Notice.kind == NoticeKind.SURVEY).order_by(Notice.id)
        )
        fates = [(one.state, one.reason) for one in found]
    assert fates == [(NoticeState.SENT, None)] * 3 + [(NoticeState.SKIPPED, "asked_enough")]
    assert eva.sees().count("Feedback") <= 3
    assert reason_word(translator("en"), "asked_enough") == "asked three times, and that is enough"


async def test_a_survey_of_others_looks_like_none(world: World) -> None:
    talk, survey = await _surveyed(world, (RATING,))
    mallory = await world.participant("Mallory")
    for action in (StartSurvey(survey), BeginSurvey(survey, "yes"), ChangeSurvey(survey)):
        await mallory.press_data(pack(action))
        assert "There is no such survey here for you." in mallory.screen.text
    assert talk.key not in mallory.sees()


async def test_a_title_without_the_readers_language_is_in_the_events(world: World) -> None:
    """The invitation said it in Czech, the thanks in another language: the survey seemed two."""
    talk, survey = await _surveyed(world, (RATING,))
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        event.lead_language = "cs"
        (await session.get_one(Survey, survey)).title = {"de": "Ihre Sicht", "cs": "Váš názor"}
    eva, jan = await _guest(world, talk, "Eva"), await _guest(world, talk, "Jan")
    await eva.press_data(pack(StartSurvey(survey)))
    said = [eva.screen.text]
    for label in ("Not now", "Answer the survey", "To the questions", "1"):
        await eva.press(label)
        said.append(eva.screen.text)
    await eva.press_data(pack(StartSurvey(survey)))
    said.append(eva.screen.text)
    for label in ("Erase my answers", "Yes, erase my answers"):
        await eva.press(label)
        said.append(eva.screen.text)
    await _close(world, survey)
    await jan.press_data(pack(StartSurvey(survey)))
    said.append(jan.screen.text)
    del said[3]  # the question alone
    assert [one for one in said if "Váš názor" not in one] == []


async def _surveyed(
    world: World,
    questions: tuple[dict[str, Any], ...],
    *,
    mode: SurveyMode = SurveyMode.ANONYMOUS,
    rules: Sequence[dict[str, Any]] = (),
) -> tuple[Event, int]:
    talk = await world.event("Collab Talks", survey=questions, rules=tuple(rules))
    async with world.database.writing() as session:
        survey = await session.scalar(select(Survey).where(Survey.event_id == talk.id))
        assert survey is not None
        survey.mode = mode
    return talk, survey.id


async def _guest(world: World, talk: Event, name: str) -> Actor:
    guest = await world.participant(name)
    await guest.press("Register", on=talk)
    return guest


async def _begin(guest: Actor, survey: int) -> None:
    await guest.press_data(pack(StartSurvey(survey)))
    asks = "Do not link them" in guest.screen.labels
    await guest.press("Do not link them" if asks else "To the questions")


async def _close(world: World, survey: int) -> None:
    async with world.database.reading() as session:
        closes_at = (await session.get_one(Survey, survey)).closes_at
    await world.move_to(closes_at + timedelta(minutes=1))


async def _count(world: World, table: Any) -> int:  # noqa: ANN401 (any of our tables)
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def _responses(world: World) -> list[dict[str, Any]]:
    async with world.database.reading() as session:
        return [one.answers for one in await session.scalars(select(Response))]


async def _linked(world: World) -> list[bool]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Response.is_linked)))

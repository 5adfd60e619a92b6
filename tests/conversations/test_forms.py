"""Stories of forms: one question at a time, left, taken up again, and never mixed up."""

import pytest

from tests.support import building
from tests.support.world import World
from xinno_core.models import EventState, QuestionKind

QUESTIONS = (
    {"key": "topic", "text": {"en": "Which topic?"}},
    {
        "key": "days",
        "text": {"en": "Which days?"},
        "kind": QuestionKind.MULTIPLE,
        "options": [
            {"key": "mon", "label": {"en": "Monday"}},
            {"key": "tue", "label": {"en": "Tuesday"}},
        ],
    },
    {"key": "wish", "text": {"en": "Any wish?"}, "required": False},
)


async def test_questions_come_one_by_one_with_back_skip_and_progress(world: World) -> None:
    """Eva answers, goes back, chooses several days, skips the last question, and is registered."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    assert "Question 1 of 3" in eva.screen.text
    assert "Seen by the organiser: Organiser of Chemnitz" in eva.screen.text
    await eva.type("Robots")
    assert "Question 2 of 3" in eva.screen.text
    await eva.press("Done")
    assert "choose at least one" in eva.screen.text
    await eva.press("Back")
    assert "Which topic?" in eva.screen.text
    await eva.type("Bicycles")
    await eva.press("Monday")
    await eva.press("Tuesday")
    assert "Monday (chosen)" in eva.screen.labels
    await eva.press("Monday")
    await eva.press("Done")
    await eva.press("Skip")
    assert "Your place is confirmed" in eva.screen.text
    assert await world.answers_of(eva) == {"topic": "Bicycles", "days": ["tue"], "wish": None}


async def test_a_form_that_was_left_takes_no_typed_text_but_waits(world: World) -> None:
    """Eva opens the menu in between; what she types there is no answer, and she can go on."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("/my")
    await eva.type("What is this?")
    assert "I am a program" in eva.screen.text
    await eva.press("Go on with what you began")
    assert "Question 1 of 3" in eva.screen.text
    await eva.type("Robots")
    assert "Question 2 of 3" in eva.screen.text


@pytest.mark.parametrize("what", ["draft", "role by invitation", "no role"])
async def test_a_forged_button_shows_no_questions(world: World, what: str) -> None:
    """Once, going on with what was never begun showed what an event is about to ask."""
    speaker = {**building.SPEAKER, "register": "invited"}
    state = EventState.DRAFT if what == "draft" else EventState.PUBLISHED
    talk = await world.event(questions=QUESTIONS, roles=(building.VISITOR, speaker), state=state)
    mallory = await world.participant("Mallory")
    role = {"draft": "visitor", "role by invitation": "speaker"}.get(what, "king")
    await mallory.press_data(f"or:reg.{talk.id}.{role}")
    assert "This button is no longer valid." in mallory.screen.text
    await mallory.type("Robots")
    assert "Which" not in mallory.screen.text


async def test_a_forged_button_shows_no_survey_of_a_draft(world: World) -> None:
    survey = ({"key": "use", "kind": "text", "text": {"en": "Which use?"}},)
    await world.event(survey=survey, state=EventState.DRAFT)
    mallory = await world.participant("Mallory")
    await mallory.press_data("or:survey.1")
    assert "This button is no longer valid." in mallory.screen.text


async def test_a_name_has_letters_of_any_script(world: World) -> None:
    """The attendance list once held "🎉🎉", whom nobody could call up."""
    eva = await world.participant("Eva")
    await eva.type("/settings")
    await eva.press("Correct name or organisation")
    for name in ("🎉🎉", "42", "E.", "–"):
        await eva.type(name)
        assert "at least 2 letters" in eva.screen.text, name
        assert "What is your name?" in eva.screen.text
    for name in ("李娜", "Нина", "उमा", "Bo"):
        await eva.type(name)
        assert "Which organisation" in eva.screen.text, name
        await eva.press("Back")
    await eva.press("Keep")
    await eva.type("🏢")
    assert "signs or emoji alone are not enough" in eva.screen.text
    await eva.type("3M")
    assert "signs or emoji" not in eva.screen.text


async def test_an_unknown_command_is_no_answer(world: World) -> None:
    """A mistyped command in the middle of a form is not stored as what the person said."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("/hlep")
    assert "I am a program" in eva.screen.text


async def test_cancel_says_what_it_left(world: World) -> None:
    """/cancel drops the form; a second one says there was nothing."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("/cancel")
    assert "was dropped" in eva.screen.text
    await eva.type("/cancel")
    assert "nothing to stop" in eva.screen.text


async def test_back_shows_what_was_just_said_and_keeps_it(world: World) -> None:
    """Once, what had been typed was gone after Back, and Skip dropped it."""
    number = {"key": "people", "text": {"en": "How many?"}, "kind": QuestionKind.NUMBER}
    talk = await world.event("Collab Talks", questions=(*QUESTIONS[::2], number))
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("Robots")
    await eva.type("A window seat")
    await eva.press("Back")
    assert "Your answer so far: A window seat" in eva.screen.text
    assert eva.screen.labels == ["Back", "Keep", "Skip", "Stop"]
    await eva.press("Back")
    assert "Your answer so far: Robots" in eva.screen.text
    await eva.press("Keep")
    await eva.press("Keep")
    await eva.type("7")
    assert await world.answers_of(eva) == {"topic": "Robots", "wish": "A window seat", "people": 7}


async def test_what_was_said_goes_before_what_was_stored(world: World) -> None:
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.type("/settings")
    await eva.press("Correct name or organisation")
    await eva.type("Eva Nowak")
    await eva.press("Back")
    assert "Your answer so far: Eva Nowak" in eva.screen.text
    await eva.press("Keep")
    await eva.press("Stop")
    assert "Open the event" not in eva.screen.labels  # it belongs to no event
    await eva.press("Register", on=talk)
    await eva.press("Stop")
    assert eva.screen.labels == ["Open the event", "Menu"]
    await eva.press("Open the event")
    assert "Collab Talks" in eva.screen.text


async def test_an_organiser_who_stops_is_led_back_to_the_event(world: World) -> None:
    """Once, Stop ended in the menu of those who take part."""
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await olga.press_data(f"mv:{talk.id}")
    await olga.press("Stop")
    assert "was dropped" in olga.screen.text
    await olga.press("Back to the event")
    assert "State: published" in olga.screen.text


async def test_a_form_survives_a_restart(world: World) -> None:
    """The assistant is stopped between two questions; the next answer still counts."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("Robots")
    await world.restart()
    await eva.press("Tuesday")
    await eva.press("Done")
    await eva.type("A seat at the window")
    assert "Your place is confirmed" in eva.screen.text


async def test_a_text_too_long_is_refused_and_the_question_stays(world: World) -> None:
    """4,096 characters are too many for one answer; the person is told how many fit."""
    talk = await world.event("Collab Talks", questions=QUESTIONS)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("x" * 4096)
    assert "4096 characters, at most 500" in eva.screen.text
    assert "Which topic?" in eva.screen.text


async def test_a_second_tap_on_the_last_button_asks_nothing_again(world: World) -> None:
    """Once, a double tap on Skip showed question 1 to somebody who had just been registered."""
    talk = await world.event("Collab Talks", questions=QUESTIONS[2:])
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    skip = next(b.data for row in eva.screen.message.buttons for b in row if b.text == "Skip")
    await eva.press_data(skip or "")
    assert "Your place is confirmed" in eva.screen.text
    await eva.press_data(skip or "")
    assert "registered already: your place is confirmed" in eva.screen.text
    await eva.type("Thank you")
    assert "I am a program" in eva.screen.text


async def test_a_second_tap_on_the_last_button_of_the_profile(world: World) -> None:
    """Correcting the profile ends with a button as well: what follows it is no question."""
    eva = await world.participant("Eva")
    await eva.type("/settings")
    await eva.press("Correct name or organisation")
    await eva.type("Eva")
    await eva.type("Firm")
    await eva.press("Large firm")
    sector = eva.screen.message.buttons[0][0].data or ""
    await eva.press_data(sector)
    assert "saved" in eva.screen.text
    await eva.press_data(sector)
    assert "Settings" in eva.screen.text

"""Stories of registration questions: asked where they fit, asked once, and changed later."""

from datetime import timedelta

from handlers.chat.buttons import pack
from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import Event, QuestionKind, Series
from xinno_core.texts.actions import EditAnswers, OpenAnswers

FOOD = (
    {"key": "name", "text": {"en": "Which topic?"}},
    {"key": "eats", "text": {"en": "Will you eat with us?"}, "kind": QuestionKind.YES_NO},
    {
        "key": "diet",
        "text": {"en": "What do you eat?"},
        "kind": QuestionKind.SINGLE,
        "options": [
            {"key": "all", "label": {"en": "Everything"}},
            {"key": "other", "label": {"en": "Something else"}},
        ],
        "only_if": {"question": "eats", "is": ["yes"]},
    },
    {
        "key": "which",
        "text": {"en": "What exactly?"},
        "required": False,
        "only_if": {"question": "diet", "is": ["other"]},
    },
    {"key": "wish", "text": {"en": "Any wish?"}, "required": False},
)


async def test_what_does_not_concern_someone_is_neither_asked_nor_counted(world: World) -> None:
    """Eva does not eat with us: three questions instead of five."""
    talk = await world.event("Collab Talks", questions=FOOD)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    assert "Question 1 of 3" in eva.screen.text
    await eva.type("Robots")
    await eva.press("No")
    assert "Question 3 of 3" in eva.screen.text
    assert "Any wish?" in eva.screen.text
    await eva.press("Back")
    assert "Will you eat with us?" in eva.screen.text
    await eva.press("No")
    await eva.press("Skip")
    assert "Your place is confirmed" in eva.screen.text
    assert await world.answers_of(eva) == {"name": "Robots", "eats": "no", "wish": None}


async def test_an_answer_brings_its_question_and_takes_it_away_again(world: World) -> None:
    """Eva says yes, tells what she eats, goes back and says no: what she told is dropped."""
    talk = await world.event("Collab Talks", questions=FOOD)
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("Robots")
    await eva.press("Yes")
    assert "Question 3 of 4" in eva.screen.text
    await eva.press("Something else")
    assert "Question 4 of 5" in eva.screen.text
    await eva.type("No nuts")
    assert "Question 5 of 5" in eva.screen.text
    await eva.press("Back")
    assert "What exactly?" in eva.screen.text
    await eva.press("Back")
    await eva.press("Back")
    await world.restart()
    await eva.press("No")
    assert "Question 3 of 3" in eva.screen.text
    await eva.type("Window seat")
    assert await world.answers_of(eva) == {"name": "Robots", "eats": "no", "wish": "Window seat"}


async def test_answers_can_be_changed_and_the_others_kept(world: World) -> None:
    """Eva changes one answer; the new one brings a question, and her place stays hers."""
    talk = await world.event("Collab Talks", questions=FOOD, seats=1)
    eva = await world.participant("Eva")
    await _register(eva, talk)
    await eva.press("My answers", on=talk)
    assert "Which topic?\nRobots" in eva.screen.text
    assert "Will you eat with us?\nNo" in eva.screen.text
    assert "What do you eat?" not in eva.screen.text
    assert "Any wish?\nno answer" in eva.screen.text
    assert "You can change them until: Thursday, 18 March 2027, 18:00" in eva.screen.text
    await eva.press("Change my answers")
    assert "Your answer so far: Robots" in eva.screen.text
    assert "No answer" not in eva.screen.labels  # a required one stays answered
    await eva.press("Keep")
    assert "Your answer so far: No" in eva.screen.text
    await eva.press("Yes")
    await eva.press("Everything")
    await eva.press("Skip")
    assert "Your answers are saved. Your registration stays as it is." in eva.screen.text
    assert "What do you eat?\nEverything" in eva.screen.text
    assert (await world.answers_of(eva))["diet"] == "all"
    assert await world.seats_left(talk) == 0


async def test_an_answer_that_was_voluntary_can_be_taken_back(world: World) -> None:
    talk = await world.event("Collab Talks", questions=FOOD[-1:])
    eva = await world.participant("Eva")
    await eva.press("Register", on=talk)
    await eva.type("Window seat")
    await eva.press("My answers", on=talk)
    await eva.press("Change my answers")
    assert {"Keep", "No answer"} <= set(eva.screen.labels)
    clear = next(b.data for row in eva.screen.message.buttons for b in row if b.text == "No answer")
    for _ in range(2):  # a second tap asks nothing again
        await eva.press_data(clear or "")
        assert "Any wish?\nno answer" in eva.screen.text
    assert await world.answers_of(eva) == {"wish": None}


async def test_after_its_limit_answers_are_only_shown(world: World) -> None:
    """Also to someone who had begun to change them."""
    talk = await world.event("Collab Talks", questions=FOOD)
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).answers_close_hours_before = 24
    eva = await world.participant("Eva")
    await _register(eva, talk)
    await eva.press("My answers", on=talk)
    assert "until: Wednesday, 17 March 2027, 18:00" in eva.screen.text
    await eva.press("Change my answers")
    await eva.type("Bicycles")
    await world.move_to(talk.starts_at - timedelta(hours=24))
    await eva.press("Keep")
    await eva.press("Skip")
    assert "It is too late to change these answers" in eva.screen.text
    assert "They could be changed until: Wednesday, 17 March 2027, 18:00" in eva.screen.text
    assert "Change my answers" not in eva.screen.labels
    assert (await world.answers_of(eva))["name"] == "Robots"
    await eva.press_data(pack(EditAnswers(talk.id)))
    assert "They could be changed until:" in eva.screen.text


async def test_others_have_no_answers_to_show(world: World) -> None:
    """Neither a newcomer nor someone at an event that asks nothing."""
    talk = await world.event("Collab Talks", questions=FOOD)
    plain = await world.event("Plain Talks")
    eva = await world.participant("Eva")
    await eva.press("Register", on=plain)
    await eva.open_link(f"e_{plain.key}")
    assert "My answers" not in eva.screen.labels
    for event in (talk, plain):
        for action in (OpenAnswers, EditAnswers):
            await eva.press_data(pack(action(event.id)))
            assert "This button is no longer valid." in eva.screen.text


async def test_who_comes_back_is_offered_the_old_answers(world: World) -> None:
    talk = await world.event("Collab Talks", questions=FOOD)
    eva = await world.participant("Eva")
    await _register(eva, talk)
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await eva.press("Register", on=talk)
    assert "Your answer so far: Robots" in eva.screen.text
    await eva.press("Keep")
    await eva.press("Keep")
    await eva.press("Skip")
    assert "Your place is confirmed" in eva.screen.text
    assert await world.answers_of(eva) == {"name": "Robots", "eats": "no", "wish": None}


async def test_what_was_asked_in_the_series_is_offered_again(world: World) -> None:
    """The same question of the same kind; another kind under that key is asked anew."""
    first = await world.event("First Evening", questions=FOOD)
    other = (*FOOD[:1], {**FOOD[4], "key": "eats", "required": True})
    second = await world.event("Second Evening", questions=other)
    elsewhere = await world.event("Elsewhere", questions=FOOD)
    await _in_one_series(world, first, second)
    eva = await world.participant("Eva")
    await _register(eva, first)
    await eva.press("Register", on=second)
    assert "Your answer so far: Robots" in eva.screen.text
    await eva.press("Keep")
    assert "Your answer so far" not in eva.screen.text
    await eva.press("Register", on=elsewhere)
    assert "Your answer so far" not in eva.screen.text


async def _register(actor: Actor, event: Event) -> None:
    await actor.press("Register", on=event)
    await actor.type("Robots")
    await actor.press("No")
    await actor.press("Skip")
    assert "Your place is confirmed" in actor.screen.text


async def _in_one_series(world: World, *events: Event) -> None:
    async with world.database.writing() as session:
        region = await building.region(session)
        series = Series(region_id=region.id, key="evenings", title={"en": "Evenings"})
        session.add(series)
        await session.flush()
        for event in events:
            (await session.get_one(Event, event.id)).series_id = series.id

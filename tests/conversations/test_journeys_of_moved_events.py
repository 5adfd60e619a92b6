"""Stories of an event that moves after its journey has begun: nobody is told the same twice."""

from datetime import time
from typing import Any

import pytest

from tests.support.changing import ask_move
from tests.support.journeys import note, notices_of, rule
from tests.support.world import Actor, World
from xinno_core.models import (
    Anchor,
    Event,
    NoticeClass,
    NoticeKind,
    NoticeState,
    RuleClock,
)

ASKED = (
    {"key": "u", "kind": "text", "text": {"en": "Useful?", "de": "Nützlich?", "it": "Utile?"}},
)
ARTICLE = {"url": "https://example.org/talk", "title": {"en": "What was said"}}
EXERCISE = {
    "kind": NoticeKind.EXERCISE,
    "exercise": "xse-4",
    "notice_class": NoticeClass.OPTIONAL,
}
CAME_ALREADY = {"days": -8, "at": time(10)}
"""On Wednesday, for an event on Thursday of the next week; the stories begin on the Monday."""


async def scene(world: World, *rules: dict[str, Any]) -> tuple[Event, Actor, Actor]:
    """Jan has agreed to exercises, has a place, and has read what was due by Wednesday evening."""
    talk = await world.event("Collab Talks", rules=rules, survey=ASKED)
    jan = await world.participant("Jan", exercises=True)
    await jan.press("Register", on=talk)
    await world.advance(days=2, hours=8)
    return talk, jan, await world.organiser("Olga")


async def move(olga: Actor, talk: Event, *, to: str) -> None:
    await ask_move(olga, talk, starts=to, place=False)
    await olga.press("Change it, and tell them")


async def sent(world: World) -> list[str]:
    """What the journey has sent, line by line."""
    found = await notices_of(world)
    return [one.params["rule"] for one in found if one.state is NoticeState.SENT]


async def test_a_move_does_not_send_the_same_exercise_again(world: World) -> None:
    """A past bug: the event moved by a day, and the next day the same exercise came once more.

    It also used up the number of optional messages that Jan had asked for.
    """
    later = rule("later", **{**EXERCISE, "exercise": "com-4"}, days=-6, at=time(17))
    talk, jan, olga = await scene(world, rule("warm-up", **EXERCISE, **CAME_ALREADY), later)
    assert await sent(world) == ["warm-up"]
    await move(olga, talk, to="2027-03-19 18:00")
    await olga.press("Messages of this event")
    assert "To come. People it is for now: 0\nSent: 1" in olga.screen.text
    await world.advance(days=12)
    assert await sent(world) == ["warm-up", "later"]
    assert sum("This event has changed" in one.text for one in jan.notices) == 1


@pytest.mark.parametrize(
    "line",
    [
        note("words", **CAME_ALREADY),
        note("own-clock", clock=RuleClock.PERSON, **CAME_ALREADY),
        rule("survey", kind=NoticeKind.SURVEY, survey="feedback", **CAME_ALREADY),
        rule("thanks", kind=NoticeKind.THANKS, **CAME_ALREADY),
        rule("media", kind=NoticeKind.MEDIA, links=[ARTICLE], **CAME_ALREADY),
    ],
    ids=lambda line: line["key"],
)
async def test_what_came_already_and_names_no_time_is_not_sent_again(
    world: World, line: dict[str, Any]
) -> None:
    talk, _, olga = await scene(world, line)
    assert await sent(world) == [line["key"]]
    await move(olga, talk, to="2027-03-22 18:00")
    await world.advance(days=20)
    assert await sent(world) == [line["key"]]


@pytest.mark.parametrize(
    "line",
    [
        rule("reminder", **CAME_ALREADY),
        rule(
            "last-call",
            kind=NoticeKind.SURVEY,
            survey="feedback",
            anchor=Anchor.SURVEY_CLOSING,
            days=-22,
            at=time(10),
        ),
    ],
    ids=lambda line: line["key"],
)
async def test_what_names_a_time_is_sent_anew_for_the_new_one(
    world: World, line: dict[str, Any]
) -> None:
    talk, _, olga = await scene(world, line)
    assert await sent(world) == [line["key"]]
    await move(olga, talk, to="2027-03-22 18:00")
    await world.advance(days=20)
    assert await sent(world) == [line["key"]] * 2


async def test_what_was_not_sent_before_a_move_comes_after_it(world: World) -> None:
    """Who came too late for the exercise gets it at its new time; who has it does not."""
    talk, _, olga = await scene(world, rule("warm-up", **EXERCISE, **CAME_ALREADY))
    eva = await world.participant("Eva", exercises=True)
    await eva.press("Register", on=talk)
    await move(olga, talk, to="2027-03-22 18:00")
    await world.advance(days=12)
    found = await notices_of(world)
    assert len(found) == len({one.participant_id for one in found}) == 2


async def test_who_leaves_and_comes_back_does_not_get_the_same_exercise(world: World) -> None:
    """Coming back begins anew, but not what was practised."""
    talk, jan, _ = await scene(
        world, rule("exercise", anchor=Anchor.REGISTRATION, hours=30, **EXERCISE)
    )
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await jan.press("Register", on=talk)
    await world.advance(days=4)
    assert await sent(world) == ["exercise"]


async def test_a_move_by_an_hour_of_the_day_reminds_nobody_again(world: World) -> None:
    """The day before stays the day before."""
    talk, _, olga = await scene(world, rule("reminder", **CAME_ALREADY))
    await move(olga, talk, to="2027-03-18 19:00")
    await world.advance(days=12)
    assert await sent(world) == ["reminder"]


async def test_the_organiser_reads_when_a_message_went_not_when_it_would_go_now(
    world: World,
) -> None:
    """A past bug: "Thursday … Sent: 1" stood there for what went on Wednesday."""
    talk, _, olga = await scene(world, rule("warm-up", **EXERCISE, **CAME_ALREADY))
    await move(olga, talk, to="2027-03-19 18:00")
    went = "Last sent: Wednesday, 10 March 2027, 10:00"
    await olga.press("Messages of this event")
    assert "When: Thursday, 11 March 2027, 10:00" in olga.screen.text
    assert went in olga.screen.text
    await world.advance(days=1)
    await olga.press_data(f"yj:{talk.id}:0")
    assert went in olga.screen.text
    assert "11 March" not in olga.screen.text
    assert "Sent: 1 · waiting: 0 · not sent: 0" in olga.screen.text
    assert olga.screen.labels[0] == "Wed 10 Mar · Exercise"


# ── an old reminder ──────────────────────────────────────────────────────────────────────────
async def reminded(world: World) -> tuple[Event, Actor, Actor]:
    """Jan was reminded of Thursday the 18th, and the event moves to Friday."""
    line = rule("day", days=-1, at=time(10))
    talk = await world.event("Collab Talks", rules=(line,))
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    await world.advance(days=9, hours=4)
    assert jan.notices[-1].labels == ["Coming", "Free my place"]
    olga = await world.organiser("Olga")
    await move(olga, talk, to="2027-03-19 18:00")
    return talk, jan, olga


async def not_answered(olga: Actor, talk: Event) -> bool:
    await olga.press_data(f"mu:{talk.id}:0")
    return "· Jan" in olga.screen.text


async def test_an_old_reminder_shows_what_changed_since_and_asks(world: World) -> None:
    """A past bug: "Coming" was said of the old day and taken for the new one.

    Jan read that the organiser counts on it, and the organiser that Jan had not answered.
    """
    talk, jan, olga = await reminded(world)
    old = jan.notices[-1].message.message_id
    await world.tick()
    await jan.press_data(f"c:{talk.id}:coming", message_id=old)
    assert "This event has changed." in jan.screen.text
    assert "So far: Thursday, 18 March 2027, 18:00" in jan.screen.text
    assert "New: Friday, 19 March 2027, 18:00" in jan.screen.text
    assert jan.screen.labels == ["Keep my place", "New calendar file", "Free my place"]
    assert await not_answered(olga, talk)
    await jan.press("Keep my place")
    assert not await not_answered(olga, talk)
    await jan.press_data(f"c:{talk.id}:coming", message_id=old)  # answered already
    assert "Good to know: you are coming." in jan.screen.text


async def test_an_old_reminder_tells_all_changes_since(world: World) -> None:
    """The day, and after it the house; of the second alone the day would be missing."""
    talk, jan, olga = await reminded(world)
    old = jan.notices[-1].message.message_id
    await world.tick()
    await ask_move(olga, talk)
    await olga.press("Change it, and tell them")
    await world.tick()
    await jan.press_data(f"c:{talk.id}:late", message_id=old)
    assert "New: Friday, 19 March 2027, 18:00" in jan.screen.text
    assert "New: Side room, Market 2" in jan.screen.text
    await jan.press("Keep my place")
    assert not await not_answered(olga, talk)


async def test_what_is_again_as_a_reminder_said_is_answered_by_it(world: World) -> None:
    talk, jan, olga = await reminded(world)
    old = jan.notices[-1].message.message_id
    await world.tick()
    await move(olga, talk, to="2027-03-18 18:00")
    await world.tick()
    assert await not_answered(olga, talk)
    await jan.press_data(f"c:{talk.id}:coming", message_id=old)
    assert "Good to know: you are coming." in jan.screen.text
    assert not await not_answered(olga, talk)


async def test_an_answer_to_the_reminder_after_a_change_answers_the_change(world: World) -> None:
    """It names the new day, so nobody is asked about that once more."""
    talk, jan, olga = await reminded(world)
    await world.advance(days=1)
    reminder = jan.notices[-1]
    assert "19 March 2027" in reminder.text
    assert await not_answered(olga, talk)
    await jan.press_data(f"c:{talk.id}:coming", message_id=reminder.message.message_id)
    assert "Good to know: you are coming." in jan.screen.text
    assert not await not_answered(olga, talk)

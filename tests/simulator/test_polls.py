"""Polls and quizzes: how they are asked, answered and ended."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import NotPossible
from tests.simulator.conftest import JAN, Bot, Clocks


async def poll(bot: Bot, chat_id: int, **more: object) -> dict[str, Any]:
    """The bot asks when to meet."""
    question = {"question": "When?", "options": ["Monday", "Tuesday", "Never"]}
    sent: dict[str, Any] = await bot.does("sendPoll", chat_id=chat_id, **(question | more))
    return sent


def quiz(correct: int = 1) -> dict[str, object]:
    return {"type": "quiz", "correct_option_ids": [correct], "explanation": "As we heard."}


def news(simulator: Simulator) -> list[tuple[str, Any]]:
    """Kind and body of all waiting updates."""
    return [
        (kind, body)
        for update in simulator.take_updates()
        for kind, body in update.items()
        if kind != "update_id"
    ]


async def test_a_poll_with_names_tells_who_chose_what(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    """Anna votes, changes her mind, and takes her vote back; the bot hears of each."""
    sent = await poll(bot, anna, is_anonymous=False)
    poll_id = sent["poll"]["id"]
    assert [option["voter_count"] for option in sent["poll"]["options"]] == [0, 0, 0]
    heard = []
    simulator.vote(anna, poll_id, [0])
    heard.append(news(simulator))
    simulator.vote(anna, poll_id, [2])
    heard.append(news(simulator))
    simulator.retract_vote(anna, poll_id)
    heard.append(news(simulator))
    counts, answers = [], []
    for (poll_kind, state), (answer_kind, answer) in heard:
        assert (poll_kind, answer_kind) == ("poll", "poll_answer")
        assert (answer["poll_id"], answer["user"]["id"]) == (poll_id, anna)
        counts.append([option["voter_count"] for option in state["options"]])
        answers.append((answer["option_ids"], answer["option_persistent_ids"]))
    assert counts == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert answers == [([0], ["0"]), ([2], ["2"]), ([], [])]


async def test_an_anonymous_poll_tells_only_how_many(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await poll(bot, anna, allows_multiple_answers=True)
    assert sent["poll"]["is_anonymous"]
    simulator.vote(anna, sent["poll"]["id"], [2, 0, 0])
    ((kind, state),) = news(simulator)
    assert kind == "poll"
    assert [option["voter_count"] for option in state["options"]] == [1, 0, 1]
    assert state["total_voter_count"] == 1


async def test_a_vote_in_a_quiz_stands(simulator: Simulator, bot: Bot, anna: int) -> None:
    """The bot knows what is right from the start; whoever has chosen cannot choose again."""
    sent = await poll(bot, anna, **quiz())
    assert (sent["poll"]["type"], sent["poll"]["correct_option_ids"]) == ("quiz", [1])
    assert sent["poll"]["explanation"] == "As we heard."
    assert not sent["poll"]["allows_revoting"]
    simulator.vote(anna, sent["poll"]["id"], [0])
    with pytest.raises(NotPossible, match="stands"):
        simulator.vote(anna, sent["poll"]["id"], [1])
    with pytest.raises(NotPossible, match="stands"):
        simulator.retract_vote(anna, sent["poll"]["id"])
    older = await poll(bot, anna, type="quiz", correct_option_id=2)
    assert older["poll"]["correct_option_ids"] == [2]


async def test_a_poll_that_was_stopped_takes_no_votes(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await poll(bot, anna, reply_markup=keyboard)
    where = {"chat_id": anna, "message_id": sent["message_id"]}
    simulator.vote(anna, sent["poll"]["id"], [0])
    simulator.take_updates()
    stopped = await bot.does("stopPoll", **where)
    assert (stopped["is_closed"], stopped["total_voter_count"]) == (True, 1)
    assert news(simulator) == [("poll", stopped)]
    assert simulator.chat(anna)[-1].buttons == []
    with pytest.raises(NotPossible, match="closed"):
        simulator.vote(anna, sent["poll"]["id"], [1])
    assert await bot.is_refused("stopPoll", **where) == (
        "Bad Request: poll has already been closed"
    )


async def test_only_ones_own_poll_can_be_stopped(simulator: Simulator, bot: Bot, anna: int) -> None:
    text = await bot.does("sendMessage", chat_id=anna, text="x")
    hers = simulator.send_poll(anna, "And you?", ["yes", "no"])
    for message_id, reason in (
        (999, "message with poll to stop not found"),
        (text["message_id"], "message is not a poll"),
        (hers.message_id, "poll can't be stopped"),
    ):
        refusal = await bot.is_refused("stopPoll", chat_id=anna, message_id=message_id)
        assert refusal == f"Bad Request: {reason}"


async def test_a_poll_ends_by_itself_when_business_time_passes(
    simulator: Simulator, bot: Bot, anna: int, clocks: Clocks
) -> None:
    """One is open for a minute, one until a date; a date that is almost here does not count."""
    now = int(clocks.now().timestamp())
    short = await poll(bot, anna, open_period=60)
    dated = await poll(bot, anna, close_date=now + 600)
    endless = await poll(bot, anna, close_date=now + 4)
    assert (short["poll"]["open_period"], short["poll"]["close_date"]) == (60, now + 60)
    assert (dated["poll"]["open_period"], dated["poll"]["close_date"]) == (600, now + 600)
    assert "close_date" not in endless["poll"]
    clocks.travel(seconds=60)
    with pytest.raises(NotPossible, match="closed"):
        simulator.vote(anna, short["poll"]["id"], [0])
    simulator.vote(anna, dated["poll"]["id"], [0])
    clocks.travel(days=1)
    updates = await bot.does("getUpdates")
    ended = [update["poll"]["id"] for update in updates if update["poll"]["is_closed"]]
    assert ended == [short["poll"]["id"], dated["poll"]["id"]]
    assert "close_date" not in updates[0]["poll"]


@pytest.mark.parametrize(
    "parameters, reason",
    [
        ({"question": " "}, "text must be non-empty"),
        ({"question": "x" * 301}, "poll question length must not exceed 300"),
        ({"question": "<b>x", "question_parse_mode": "HTML"}, "can't parse entities"),
        ({"options": None}, "expected an Array of String as options"),
        ({"options": []}, "poll must have at least one answer option"),
        ({"options": ["x"] * 13}, "poll can't have more than 12 options"),
        ({"options": ["x", ""]}, "text must be non-empty"),
        ({"options": ["x", "x" * 101]}, "poll options length must not exceed 100"),
        ({"options": [1]}, "expected an option to be of type String"),
        ({"options": [{"text": "x", "media": {}}]}, "InputPollOption with media is not in"),
        ({"type": "riddle"}, "unsupported poll type specified"),
        ({"type": "quiz"}, "correct quiz option list must be non-empty"),
        ({"type": "quiz", "correct_option_ids": []}, "correct quiz option list must be non-empty"),
        ({"type": "quiz", "correct_option_ids": [3]}, "wrong quiz correct_option_id"),
        ({"type": "quiz", "correct_option_id": -1}, "wrong quiz correct_option_id"),
        ({"type": "quiz", "correct_option_ids": [1, 0]}, "correct quiz option list must be incr"),
        ({"type": "quiz", "correct_option_ids": ["0"]}, "correct option identifier must be of"),
        ({"type": "quiz", "correct_option_ids": 1}, "expected an Array of correct option"),
        ({"type": "quiz", "correct_option_ids": [0, 1]}, "QUIZ_CORRECT_ANSWERS_TOO_MUCH"),
        (quiz() | {"explanation": "x" * 201}, "poll explanation is too long"),
        (quiz() | {"explanation": "a\nb\nc\nd"}, "poll explanation is too long"),
        ({"description": "x" * 1025}, "message caption is too long"),
        ({"open_period": 4}, "a poll is open from 5 to 2628000 seconds"),
        ({"members_only": True}, "parameter members_only of sendPoll is not in the simulator"),
    ],
)
async def test_polls_that_cannot_be(
    bot: Bot, anna: int, parameters: dict[str, Any], reason: str
) -> None:
    question = {"question": "When?", "options": ["Monday", "Tuesday", "Never"]}
    refusal = await bot.is_refused("sendPoll", chat_id=anna, **(question | parameters))
    assert refusal.startswith(f"Bad Request: {reason}")
    assert bot.simulator.polls == {}


async def test_limits_are_met_exactly_and_markup_goes_from_questions(bot: Bot, anna: int) -> None:
    sent = await poll(
        bot,
        anna,
        question="<b>" + "x" * 300 + "</b>",
        question_parse_mode="HTML",
        options=[{"text": "y" * 100}] * 12,
        type="quiz",
        correct_option_ids=[0, 11],
        allows_multiple_answers=True,
        explanation="<i>a</i>\nb\n" + "c" * 196,
        explanation_parse_mode="HTML",
        open_period=9_999_999,
    )
    assert "question_entities" not in sent["poll"]
    assert sent["poll"]["explanation_entities"][0]["type"] == "italic"
    assert sent["poll"]["open_period"] == 2_628_000
    alone = await poll(bot, anna, options=["only this"])
    assert len(alone["poll"]["options"]) == 1


async def test_a_poll_of_somebody_is_theirs(simulator: Simulator, anna: int) -> None:
    """Anna sends the bot a quiz; in private it sees the solution, and hears of no vote."""
    sent = simulator.send_poll(anna, "Who?", ["me", "you"], correct=[1], explanation="Clear.")
    ((_, message),) = news(simulator)
    assert message["poll"]["correct_option_ids"] == [1]
    poll_id = message["poll"]["id"]
    simulator.vote(anna, poll_id, [0])
    assert news(simulator) == []
    assert simulator.polls[poll_id].message_id == sent.message_id
    impossible: tuple[Callable[[], object], ...] = (
        lambda: simulator.send_poll(anna, "", ["a"]),
        lambda: simulator.send_poll(anna, "x", []),
        lambda: simulator.send_poll(anna, "x", ["a"] * 13),
        lambda: simulator.send_poll(anna, "x", ["a"], correct=[1]),
    )
    for deed in impossible:
        with pytest.raises(NotPossible):
            deed()


async def test_votes_nobody_could_give(simulator: Simulator, bot: Bot, anna: int) -> None:
    sent = await poll(bot, anna)
    poll_id = sent["poll"]["id"]
    for person, known, options in (
        (anna, "1", [0]),
        (JAN, poll_id, [0]),
        (anna, poll_id, []),
        (anna, poll_id, [3]),
        (anna, poll_id, [-1]),
        (anna, poll_id, [0, 1]),
    ):
        with pytest.raises(NotPossible):
            simulator.vote(person, known, options)
    with pytest.raises(NotPossible, match="no vote"):
        simulator.retract_vote(anna, poll_id)
    await bot.does("deleteMessage", chat_id=anna, message_id=sent["message_id"])
    with pytest.raises(NotPossible, match="no such poll"):
        simulator.vote(anna, poll_id, [0])
    assert news(simulator) == []


async def test_where_the_bot_says_so_a_vote_stands_in_a_poll_too(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await poll(bot, anna, allows_revoting=False)
    simulator.vote(anna, sent["poll"]["id"], [0])
    with pytest.raises(NotPossible, match="stands"):
        simulator.vote(anna, sent["poll"]["id"], [1])

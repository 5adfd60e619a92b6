"""Methods that ask polls and end them."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.simulator.entities import Entity, units
from bot.simulator.errors import bad_request
from bot.simulator.methods.content import formatted, inline_keyboard
from bot.simulator.methods.editing import message_id_of
from bot.simulator.methods.registry import method
from bot.simulator.methods.sending import COMMON, new_message, sent
from bot.simulator.parameters import Parameters
from bot.simulator.polls import MOST_OPTIONS, Option, Poll, new_poll_id

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LONGEST_QUESTION = 300
LONGEST_OPTION = 100
LONGEST_EXPLANATION = 200
MOST_LINES_IN_EXPLANATION = 3
LONGEST_DESCRIPTION = 1024
SHORTEST_PERIOD = 5
LONGEST_PERIOD = 2_628_000


@method(
    "sendPoll",
    *COMMON,
    *("question", "question_parse_mode", "question_entities", "options"),
    *("is_anonymous", "type", "allows_multiple_answers", "allows_revoting", "shuffle_options"),
    *("hide_results_until_closes", "correct_option_id", "correct_option_ids"),
    *("explanation", "explanation_parse_mode", "explanation_entities"),
    *("description", "description_parse_mode", "description_entities"),
    *("open_period", "close_date", "is_closed"),
)
def send_poll(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A question with answers to choose from, or a quiz with right ones among them."""
    chat = telegram.reachable_chat(parameters.chat_id())
    question, question_entities = _plain(telegram, parameters, "question")
    if units(question) > LONGEST_QUESTION:
        raise bad_request(f"poll question length must not exceed {LONGEST_QUESTION}")
    options = _options(telegram, parameters)
    kind = parameters.text("type", "regular") or "regular"
    if kind not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    quiz = kind == "quiz"
    multiple = parameters.boolean("allows_multiple_answers")
    poll = Poll(
        id=new_poll_id(),
        chat_id=chat.id,
        message_id=0,
        from_bot=True,
        question=question,
        options=options,
        question_entities=question_entities,
        anonymous="is_anonymous" not in parameters or parameters.boolean("is_anonymous"),
        multiple=multiple,
        revoting=not quiz,
        quiz=quiz,
        correct=_correct(parameters, len(options), several=multiple) if quiz else [],
        hides_results=parameters.boolean("hide_results_until_closes"),
        shuffled=parameters.boolean("shuffle_options"),
        closed=parameters.boolean("is_closed"),
    )
    if "allows_revoting" in parameters:
        poll.revoting = parameters.boolean("allows_revoting")
    if quiz:
        poll.explanation, poll.explanation_entities = _explanation(telegram, parameters)
    description, entities = formatted(telegram, parameters, "description", *["description_"] * 2)
    if units(description) > LONGEST_DESCRIPTION:
        raise bad_request("message caption is too long")
    poll.description, poll.description_entities = description, entities
    _set_end(poll, parameters, telegram.now())
    message = new_message(telegram, parameters, chat)
    poll.message_id, message.poll_id = message.message_id, poll.id
    telegram.polls[poll.id] = poll
    return sent(telegram, message)


@method("stopPoll", "chat_id", "message_id", "reply_markup")
def stop_poll(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """End a poll of the bot; its buttons go unless they are given anew."""
    chat = telegram.reachable_chat(parameters.chat_id())
    message = telegram.find_message(chat.id, message_id_of(parameters))
    buttons = inline_keyboard(parameters)
    if message is None:
        raise bad_request("message with poll to stop not found")
    if message.poll_id is None:
        raise bad_request("message is not a poll")
    if not message.from_bot:
        raise bad_request("poll can't be stopped")
    poll = telegram.polls[message.poll_id]
    if poll.closed:
        raise bad_request("poll has already been closed")
    message.buttons = buttons
    telegram.close_poll(poll)
    return poll.as_telegram()


def _plain(
    telegram: "LocalTelegram", parameters: Parameters, name: str
) -> tuple[str, list[Entity]]:
    """A question or option: never empty, and of all markup only custom emoji stay."""
    text, entities = formatted(telegram, parameters, name, f"{name}_", f"{name}_")
    if not text:
        raise bad_request("text must be non-empty")
    return text, [entity for entity in entities if entity.kind == "custom_emoji"]


def _options(telegram: "LocalTelegram", parameters: Parameters) -> list[Option]:
    bodies = parameters.json("options")
    if not isinstance(bodies, list):
        raise bad_request("expected an Array of String as options")
    options = []
    for body in bodies:
        given = {"text": body} if isinstance(body, str) else body
        if not isinstance(given, dict):
            raise bad_request("expected an option to be of type String")
        if unknown := sorted(set(given) - {"text", "text_parse_mode", "text_entities"}):
            raise bad_request(f"InputPollOption with {unknown[0]} is not in the simulator")
        text, entities = _plain(telegram, parameters.part(given), "text")
        if units(text) > LONGEST_OPTION:
            raise bad_request(f"poll options length must not exceed {LONGEST_OPTION}")
        options.append(Option(text, tuple(entities)))
    if not options:
        raise bad_request("poll must have at least one answer option")
    if len(options) > MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {MOST_OPTIONS} options")
    return options


def _correct(parameters: Parameters, options: int, *, several: bool) -> list[int]:
    """Which answers of a quiz are right; the older parameter names just one."""
    correct = parameters.json("correct_option_ids")
    if correct is None and "correct_option_id" in parameters:
        correct = [parameters.integer("correct_option_id")]
    if correct is not None and not isinstance(correct, list):
        raise bad_request("expected an Array of correct option identifiers")
    if not correct:
        raise bad_request("correct quiz option list must be non-empty")
    if not all(type(option) is int for option in correct):
        raise bad_request("correct option identifier must be of type Number")
    if correct != sorted(set(correct)):
        raise bad_request("correct quiz option list must be increasing")
    if correct[0] < 0 or correct[-1] >= options:
        raise bad_request("wrong quiz correct_option_id")
    if len(correct) > 1 and not several:
        raise bad_request("QUIZ_CORRECT_ANSWERS_TOO_MUCH")
    return correct


def _explanation(telegram: "LocalTelegram", parameters: Parameters) -> tuple[str, list[Entity]]:
    text, entities = formatted(telegram, parameters, "explanation", *["explanation_"] * 2)
    # The limits are documented, the words of this refusal are not.
    if units(text) > LONGEST_EXPLANATION or text.count("\n") >= MOST_LINES_IN_EXPLANATION:
        raise bad_request("poll explanation is too long")
    return text, entities


def _set_end(poll: Poll, parameters: Parameters, now: datetime) -> None:
    """A span counts more than a date; a date that is almost here is passed over."""
    period = min(parameters.integer("open_period", 0), LONGEST_PERIOD)
    date = parameters.integer("close_date", 0)
    if not period and date:
        period = int(datetime.fromtimestamp(date, UTC).timestamp() - now.timestamp())
        period = 0 if period < SHORTEST_PERIOD else period
    if not period:
        return
    if not SHORTEST_PERIOD <= period <= LONGEST_PERIOD:
        # The limits are documented, the words of this refusal are not.
        raise bad_request("a poll is open from 5 to 2628000 seconds")
    poll.open_period, poll.closes_at = period, now + timedelta(seconds=period)

"""What people do in their chats, and what the bot may do there."""

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import NotPossible
from tests.simulator.conftest import ANNA, JAN, Bot, Clocks


async def test_a_bot_may_write_only_to_those_who_wrote_first(
    simulator: Simulator, bot: Bot
) -> None:
    """Anna has not tapped START, so the bot waits; then it may."""
    reason = await bot.is_refused("sendMessage", chat_id=ANNA, text="hello")
    assert reason == "Forbidden: bot can't initiate conversation with a user"
    simulator.open_link(ANNA, "invite-7")
    await bot.does("sendMessage", chat_id=ANNA, text="hello")
    assert [message.text for message in simulator.chat(ANNA)] == ["/start invite-7", "hello"]


async def test_nobody_has_this_number(bot: Bot) -> None:
    for chat_id in (42, -42, "@jan_n"):
        reason = await bot.is_refused("sendMessage", chat_id=chat_id, text="hello")
        assert reason == "Bad Request: chat not found"
    assert await bot.is_refused("sendMessage", text="x") == "Bad Request: chat_id is empty"


def test_a_command_is_marked_where_it_stands(simulator: Simulator) -> None:
    simulator.send_text(ANNA, "😀 /help me")
    (update,) = simulator.take_updates()
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 3, "length": 5}]
    assert update["message"]["from"]["language_code"] == "it"


def test_update_numbers_grow_by_one_from_anywhere(simulator: Simulator) -> None:
    sent = [simulator.send_text(person, "hi") for person in (ANNA, JAN, ANNA)]
    updates = simulator.take_updates()
    first = updates[0]["update_id"]
    assert [update["update_id"] for update in updates] == [first, first + 1, first + 2]
    assert [s.update_id for s in sent] == [first, first + 1, first + 2]
    assert sent[0].message_id < sent[2].message_id
    assert simulator.take_updates() == []


def test_names_are_data(simulator: Simulator) -> None:
    """Markup, emoji and right-to-left marks in a name travel unchanged."""
    name = '</b><a href="x">& 😀 \u202eevil'
    person = simulator.add_person(first_name=name, language=None)
    simulator.send_text(person.id, "hi")
    (update,) = simulator.take_updates()
    assert update["message"]["from"] == {"id": person.id, "is_bot": False, "first_name": name}


def test_adding_somebody_twice_adds_them_once(simulator: Simulator) -> None:
    again = simulator.add_person(first_name="Other", language="en", person_id=ANNA)
    assert again.first_name == "Anna"
    assert len(simulator.people) == 2


async def test_a_press_carries_the_message_with_its_buttons_and_gets_its_toast(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    """Anna presses, the bot sees what she saw, edits, and says a word."""
    keyboard = {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "https://x.org"}]
        ]
    }
    sent = await bot.does("sendMessage", chat_id=anna, text="Coming?", reply_markup=keyboard)
    press = simulator.press(anna, sent["message_id"], row=0, column=0)
    (update,) = simulator.take_updates()
    query = update["callback_query"]
    assert (query["id"], query["data"]) == (press, "y")
    assert query["message"]["reply_markup"]["inline_keyboard"][0][0] == {
        "text": "Yes",
        "callback_data": "y",
    }
    assert simulator.answer_of(press) is None
    await bot.does("answerCallbackQuery", callback_query_id=press, text="Noted", show_alert=True)
    answer = simulator.answer_of(press)
    assert answer is not None
    assert (answer.text, answer.show_alert) == ("Noted", True)
    await bot.does("editMessageText", chat_id=anna, message_id=sent["message_id"], text="Good")
    shown = simulator.chat(anna)[-1]
    assert (shown.text, shown.buttons, shown.edited) == ("Good", [], True)


async def test_an_address_button_gives_its_address_and_presses_nothing(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Site", "url": "https://x.org/a"}]]}
    sent = await bot.does("sendMessage", chat_id=anna, text="See", reply_markup=keyboard)
    assert simulator.press(anna, sent["message_id"], row=0, column=0) == "https://x.org/a"
    assert simulator.take_updates() == []
    with pytest.raises(NotPossible):
        simulator.press(anna, sent["message_id"], row=1, column=0)


async def test_a_forged_press_may_say_anything_even_on_a_deleted_message(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    sent = await bot.does("sendMessage", chat_id=anna, text="x")
    await bot.does("deleteMessage", chat_id=anna, message_id=sent["message_id"])
    simulator.press_data(anna, sent["message_id"], "anything at all")
    (update,) = simulator.take_updates()
    assert update["callback_query"]["data"] == "anything at all"
    assert update["callback_query"]["message"]["date"] == 0


async def test_an_answer_comes_too_late_after_two_and_a_half_minutes(
    simulator: Simulator, bot: Bot, anna: int, clocks: Clocks
) -> None:
    press = simulator.press_data(anna, 1, "x")
    clocks.wait(151)
    assert simulator.take_updates() == []  # and nobody is told of the press any more
    assert await bot.is_refused("answerCallbackQuery", callback_query_id=press) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    """Anna blocks; the bot is told and refused; a link brings her back."""
    simulator.block(anna)
    simulator.block(anna)
    (update,) = simulator.take_updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    reason = await bot.is_refused("sendMessage", chat_id=anna, text="x")
    assert reason == "Forbidden: bot was blocked by the user"
    with pytest.raises(NotPossible):
        simulator.send_text(anna, "hello?")
    simulator.open_link(anna, "again")
    back, start = simulator.take_updates()
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start again"
    await bot.does("sendMessage", chat_id=anna, text="welcome back")


def test_a_messenger_sends_no_empty_and_no_endless_text(simulator: Simulator) -> None:
    for text in ("", " \n ", "x" * 4097):
        with pytest.raises(NotPossible):
            simulator.send_text(ANNA, text)
    simulator.send_text(ANNA, "x" * 4096)
    with pytest.raises(NotPossible):
        simulator.open_link(ANNA, "not allowed")


async def test_files_and_places_are_kept_with_their_facts(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    await bot.does(
        "sendDocument",
        chat_id=anna,
        document="attach://calendar",
        caption="<i>yours</i>",
        parse_mode="HTML",
        files={"calendar": ("../course.ics", b"BEGIN:VCALENDAR")},
    )
    await bot.does(
        "sendVenue",
        chat_id=anna,
        latitude=45.4,
        longitude=11.9,
        title="Le Village",
        address="Padova",
    )
    file, venue = simulator.chat(anna)[-2:]
    assert file.document is not None
    assert (file.document.name, file.document.content) == ("course.ics", b"BEGIN:VCALENDAR")
    assert (file.document.mime_type, file.html) == ("text/calendar", "<i>yours</i>")
    assert venue.venue is not None
    assert venue.venue.title == "Le Village"
    # The same file again, by its id and without its bytes.
    await bot.does("sendDocument", chat_id=anna, document=file.document.file_id)
    again = simulator.chat(anna)[-1].document
    assert again is not None
    assert again.content == b"BEGIN:VCALENDAR"


async def test_a_kind_of_update_nobody_knows_yet_can_be_pushed(simulator: Simulator) -> None:
    simulator.push_raw("thought_reading", {"confidence": 0.3})
    (update,) = simulator.take_updates()
    assert update["thought_reading"] == {"confidence": 0.3}

"""Calls that Telegram refuses are refused here, in its words."""

from typing import Any

import pytest

from bot.simulator import Simulator
from bot.simulator.methods import METHODS
from tests.simulator.conftest import ANNA, TOKEN, Bot, Clocks

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


def rows(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def press(text: str = "x", data: str = "x") -> dict[str, str]:
    return {"text": text, "callback_data": data}


@pytest.mark.parametrize(
    "parameters, reason",
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: "),
        ({"text": "x", "parse_mode": "Word"}, "unsupported parse_mode"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            "parse mode MarkdownV2 is not in the simulator",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning",
        ),
        ({"text": "x", "reply_markup": rows([press(data="")])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": rows([press(data="я" * 33)])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": rows([press()] * 9)}, "BUTTON_ROW_TOO_LONG"),
        ({"text": "x", "reply_markup": rows(*[[press()]] * 101)}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": rows([{"text": "x"}])},
            "can't parse inline keyboard button",
        ),
        (
            {"text": "x", "reply_markup": rows([press(text=" ")])},
            "can't parse inline keyboard button",
        ),
        ({"text": "x", "reply_markup": rows([press() | {"url": "https://x.org"}])}, "can't parse"),
        (
            {"text": "x", "reply_markup": rows([{"text": "x", "url": "http://localhost/"}])},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": rows([{"text": "x", "url": "javascript://x.y"}])},
            "inline keyboard button URL 'javascript://x.y' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "reply_markup": {"keyboard": [["x"]]}}, "reply_markup with keyboard is not"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply_markup"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "x", "link_preview_options": {"is_disabled": "si"}}, "can't parse link preview"),
        ({"text": "x", "message_effect_id": "1"}, "parameter message_effect_id of sendMessage is"),
    ],
)
async def test_texts_and_keyboards(
    bot: Bot, anna: int, parameters: dict[str, Any], reason: str
) -> None:
    refusal = await bot.is_refused("sendMessage", chat_id=anna, **parameters)
    assert refusal.startswith(f"Bad Request: {reason}"), refusal
    assert len(bot.simulator.chat(anna)) == 1  # only her /start


async def test_limits_are_met_exactly(bot: Bot, anna: int) -> None:
    keyboard = rows(*[[press(data="я" * 32)] * 8] * 12)
    await bot.does("sendMessage", chat_id=anna, text="😀" * 2048, reply_markup=keyboard)
    html = "<b>" + "x" * 4096 + "</b>"
    await bot.does("sendMessage", chat_id=anna, text=html, parse_mode="HTML")


async def test_an_edit_that_changes_nothing(bot: Bot, anna: int) -> None:
    markup = rows([press()])
    sent = await bot.does("sendMessage", chat_id=anna, text="a", reply_markup=markup)
    where = {"chat_id": anna, "message_id": sent["message_id"]}
    for method, extra in (("editMessageText", {"text": "a "}), ("editMessageReplyMarkup", {})):
        refusal = await bot.is_refused(method, **where, **extra, reply_markup=markup)
        assert refusal == NOT_MODIFIED
    await bot.does("editMessageReplyMarkup", **where)
    assert bot.simulator.chat(anna)[-1].buttons == []


async def test_only_what_is_there_and_ones_own_can_be_edited(bot: Bot, anna: int) -> None:
    hers = bot.simulator.chat(anna)[0].message_id
    edit = {"chat_id": anna, "text": "x"}
    refusals = {
        "Bad Request: message to edit not found": {"message_id": 999},
        "Bad Request: message can't be edited": {"message_id": hers},
        "Bad Request: message identifier is not specified": {},
    }
    for reason, where in refusals.items():
        assert await bot.is_refused("editMessageText", **edit, **where) == reason
    place = await bot.does("sendLocation", chat_id=anna, latitude=1, longitude=2)
    assert await bot.is_refused("editMessageText", **edit, message_id=place["message_id"]) == (
        "Bad Request: there is no text in the message to edit"
    )


async def test_deleting_works_for_two_days(bot: Bot, anna: int, clocks: Clocks) -> None:
    old = await bot.does("sendMessage", chat_id=anna, text="old")
    clocks.travel(hours=48)
    new = await bot.does("sendMessage", chat_id=anna, text="new")
    for message_id, reason in (
        (old["message_id"], "message can't be deleted for everyone"),
        (999, "message to delete not found"),
    ):
        refusal = await bot.is_refused("deleteMessage", chat_id=anna, message_id=message_id)
        assert refusal == f"Bad Request: {reason}"
    both = [old["message_id"], new["message_id"], 999]
    await bot.does("deleteMessages", chat_id=anna, message_ids=both)
    assert [m.text for m in bot.simulator.chat(anna)] == ["/start", "old"]


@pytest.mark.parametrize(
    "method, parameters, reason",
    [
        ("sendDocument", {}, "there is no document in the request"),
        ("sendDocument", {"document": "unknown"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {"document": "https://x.org/a.pdf"}, "sending a file by its address is"),
        ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong latitude or longitude"),
        ("sendLocation", {"latitude": "north"}, 'field "latitude" must be a valid Number'),
        ("sendVenue", {"latitude": 1, "longitude": 1, "address": "x"}, "title must be non-empty"),
        ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": list(range(101))}, "too many message identifiers"),
        ("setChatMenuButton", {"menu_button": {"type": "web_app"}}, "menu button of type web_app"),
    ],
)
async def test_other_things_one_cannot_send(
    bot: Bot, anna: int, method: str, parameters: dict[str, Any], reason: str
) -> None:
    refusal = await bot.is_refused(method, chat_id=anna, **parameters)
    assert refusal.startswith(f"Bad Request: {reason}")


@pytest.mark.parametrize(
    "method, parameters, reason",
    [
        (
            "setMyCommands",
            {"commands": [{"command": "Big", "description": "x"}]},
            "BOT_COMMAND_INVALID",
        ),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESC"),
        ("setMyCommands", {"commands": [], "language_code": "english"}, "LANG_CODE_INVALID"),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat", "chat_id": 1}},
            "chat not found",
        ),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat_member", "chat_id": ANNA}},
            "chat not found",
        ),
        ("setMyName", {"name": "x" * 65}, "name is too long"),
        ("setMyDescription", {"description": "x" * 513}, "description is too long"),
        (
            "setMyShortDescription",
            {"short_description": "x" * 121},
            "short description is too long",
        ),
        ("getFile", {"file_id": "unknown"}, "invalid file_id"),
        ("getChat", {"chat_id": ANNA}, "chat not found"),
        ("setWebhook", {"url": "https://example.org/"}, "bad webhook: the simulator reaches only"),
        ("setWebhook", {"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided"),
        (
            "setWebhook",
            {"url": "http://127.0.0.1/", "secret_token": "a b"},
            "secret token contains",
        ),
    ],
)
async def test_other_things_one_cannot_ask(
    bot: Bot, method: str, parameters: dict[str, Any], reason: str
) -> None:
    refusal = await bot.is_refused(method, **parameters)
    assert refusal.startswith(f"Bad Request: {reason}")


async def test_a_method_that_is_not_simulated_is_refused_by_its_name(simulator: Simulator) -> None:
    status, answer = await simulator.call("sendSticker", {})
    assert (status, answer["description"]) == (
        404,
        "Not Found: method sendSticker is not in the simulator",
    )


async def test_a_wrong_token_opens_nothing(simulator: Simulator) -> None:
    for token in ("", "1:x", TOKEN + "x", "ünïcode"):
        status, answer = await simulator.call("getMe", {}, token=token)
        assert (status, answer["description"]) == (401, "Unauthorized")
        assert "result" not in answer


def test_every_method_of_the_contract_is_there() -> None:
    assert {method.name for method in METHODS.values()} == {
        *("getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo"),
        *("sendMessage", "sendDocument", "sendLocation", "sendVenue", "sendChatAction"),
        *("editMessageText", "editMessageReplyMarkup", "deleteMessage", "deleteMessages"),
        *("sendPhoto", "sendVideo", "sendMediaGroup", "sendPoll", "stopPoll"),
        *("editMessageCaption", "editMessageMedia", "getChat", "getChatMember"),
        *("getChatMemberCount", "getChatAdministrators", "leaveChat"),
        *("answerCallbackQuery", "getFile", "close", "logOut"),
        *("setMyCommands", "getMyCommands", "deleteMyCommands"),
        *("setMyName", "getMyName", "setMyDescription", "getMyDescription"),
        *("setMyShortDescription", "getMyShortDescription"),
        *("setChatMenuButton", "getChatMenuButton"),
    }


async def test_what_the_bot_says_of_itself_depends_on_the_language(
    bot: Bot, simulator: Simulator, anna: int
) -> None:
    """Anna reads Italian, everybody else English; her own chat has a command of its own."""
    await bot.does("setMyName", name="Assistant")
    await bot.does("setMyName", name="Assistente", language_code="it")
    assert await bot.does("getMyName", language_code="it") == {"name": "Assistente"}
    assert await bot.does("getMyName", language_code="de") == {"name": "Assistant"}
    assert (await bot.does("getMe"))["first_name"] == "Assistant"

    english, italian, own = (
        [{"command": "help", "description": text}] for text in ("Help", "Aiuto", "Solo per te")
    )
    scope = {"type": "chat", "chat_id": anna}
    await bot.does("setMyCommands", commands=english)
    await bot.does("setMyCommands", commands=italian, language_code="it")
    person = simulator.people[anna]
    assert simulator.profile.commands_for(person) == italian
    await bot.does("setMyCommands", commands=own, scope=scope)
    assert simulator.profile.commands_for(person) == own
    await bot.does("deleteMyCommands", scope=scope)
    assert simulator.profile.commands_for(person) == italian
    assert await bot.does("getMyCommands", language_code="de") == []

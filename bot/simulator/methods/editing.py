"""Methods that change or remove what is already in a chat, and answer presses."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.simulator.chats import CallbackAnswer
from bot.simulator.entities import units
from bot.simulator.errors import Refused, bad_request
from bot.simulator.messages import StoredMessage
from bot.simulator.methods.content import inline_keyboard, link_preview, message_text
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

DELETABLE_FOR = timedelta(hours=48)
LONGEST_ANSWER = 200
MOST_AT_ONCE = 100


@method(
    "editMessageText",
    "chat_id",
    "message_id",
    "text",
    "parse_mode",
    "entities",
    "link_preview_options",
    "disable_web_page_preview",
    "reply_markup",
)
def edit_message_text(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """New words and buttons in place of the old."""
    message = _own_message(telegram, parameters)
    text, entities = message_text(telegram, parameters)
    buttons, preview = inline_keyboard(parameters), link_preview(parameters)
    if not message.text:
        raise bad_request("there is no text in the message to edit")
    if (message.text, message.entities, message.buttons) == (text, entities, buttons):
        raise _not_modified()
    message.text, message.entities, message.buttons = text, entities, buttons
    message.link_preview = preview
    message.edited_at = telegram.now()
    telegram.emit_in(message.chat_id, "message", message_id=message.message_id)
    return telegram.message_body(message)


@method("editMessageReplyMarkup", "chat_id", "message_id", "reply_markup")
def edit_message_reply_markup(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """New buttons, or none, under the same words."""
    message = _own_message(telegram, parameters)
    buttons = inline_keyboard(parameters)
    if message.buttons == buttons:
        raise _not_modified()
    message.buttons = buttons
    message.edited_at = telegram.now()
    telegram.emit_in(message.chat_id, "message", message_id=message.message_id)
    return telegram.message_body(message)


@method("deleteMessage", "chat_id", "message_id")
def delete_message(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Take one message away for both sides."""
    chat = telegram.reachable_chat(parameters.chat_id())
    message_id = _message_id(parameters)
    message = telegram.find_message(chat.id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if telegram.now() - message.date >= DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    del chat.messages[message_id]
    telegram.emit_in(chat.id, "deleted", message_id=message_id)
    return True


@method("deleteMessages", "chat_id", "message_ids")
def delete_messages(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Take several away; those that cannot go are passed over."""
    chat = telegram.reachable_chat(parameters.chat_id())
    message_ids = parameters.array("message_ids")
    if not message_ids:
        raise bad_request("message identifiers are not specified")
    if len(message_ids) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if not all(isinstance(message_id, int) for message_id in message_ids):
        raise bad_request("message identifiers must be numbers")
    for message_id in message_ids:
        message = chat.messages.get(message_id)
        if message is not None and telegram.now() - message.date < DELETABLE_FOR:
            del chat.messages[message_id]
            telegram.emit_in(chat.id, "deleted", message_id=message_id)
    return True


@method("answerCallbackQuery", "callback_query_id", "text", "show_alert", "url", "cache_time")
def answer_callback_query(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Stop the spinner on a pressed button, with a toast or an alert if wanted."""
    press = telegram.find_press(parameters.text("callback_query_id"))
    if press is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = parameters.text("text")
    if units(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    url = parameters.text("url") or None
    if url is not None and not url.startswith(f"https://t.me/{telegram.username}?start="):
        raise bad_request("URL_INVALID")
    if press.answer is None:  # a second answer changes nothing on the screen
        press.answer = CallbackAnswer(text, parameters.boolean("show_alert"), url)
        telegram.emit(
            "answer",
            press.person_id,
            chat_id=press.chat_id,
            press_id=press.id,
            message_id=press.message_id,
            text=text,
            show_alert=press.answer.show_alert,
            url=url,
        )
    return True


def _own_message(telegram: "LocalTelegram", parameters: Parameters) -> StoredMessage:
    chat = telegram.reachable_chat(parameters.chat_id())
    message = telegram.find_message(chat.id, _message_id(parameters))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _message_id(parameters: Parameters) -> int:
    if "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    return parameters.integer("message_id")


def _not_modified() -> Refused:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )

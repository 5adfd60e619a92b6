"""Methods that change what is already in a chat, and answer presses."""

from typing import TYPE_CHECKING, Any

from bot.simulator.chats import CallbackAnswer
from bot.simulator.entities import units
from bot.simulator.errors import Refused, bad_request
from bot.simulator.files import FileKind
from bot.simulator.messages import StoredMessage
from bot.simulator.methods.content import caption, inline_keyboard, link_preview, message_text
from bot.simulator.methods.media import Item
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

LONGEST_ANSWER = 200


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
    return _edited(telegram, message)


@method("editMessageReplyMarkup", "chat_id", "message_id", "reply_markup")
def edit_message_reply_markup(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """New buttons, or none, under the same words."""
    message = _own_message(telegram, parameters)
    buttons = inline_keyboard(parameters)
    if message.buttons == buttons:
        raise _not_modified()
    message.buttons = buttons
    return _edited(telegram, message)


@method(
    "editMessageCaption",
    "chat_id",
    "message_id",
    "caption",
    "parse_mode",
    "caption_entities",
    "show_caption_above_media",
    "reply_markup",
)
def edit_message_caption(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """New words, or none, under the same picture or file."""
    message = _own_message(telegram, parameters)
    text, entities = caption(telegram, parameters)
    buttons = inline_keyboard(parameters)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    above = parameters.boolean("show_caption_above_media") and message.document is None
    before = message.caption, message.entities, message.buttons, message.caption_above
    if before == (text, entities, buttons, above):
        raise _not_modified()
    message.caption, message.entities, message.buttons = text, entities, buttons
    message.caption_above = above
    return _edited(telegram, message)


@method("editMessageMedia", "chat_id", "message_id", "media", "reply_markup")
def edit_message_media(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """Another picture or file with its own words in place of the old, or of a text."""
    message = _own_message(telegram, parameters)
    if "media" not in parameters:
        raise bad_request('parameter "media" is required')
    item = Item(telegram, parameters, parameters.json("media"))
    buttons = inline_keyboard(parameters)
    if message.media is None and not message.text:
        raise bad_request("message media can't be edited")
    kinds = {kept.file.kind for kept in (message.media, item.media) if kept is not None}
    if message.media_group_id and len(kinds) > 1 and FileKind.DOCUMENT in kinds:
        raise bad_request("can't change media type in the album")
    before = message.media, message.caption, message.entities, message.buttons
    if before == (item.media, item.caption, item.entities, buttons):
        raise _not_modified()
    item.put_into(message)
    message.text, message.link_preview, message.buttons = "", None, buttons
    return _edited(telegram, message)


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


def _edited(telegram: "LocalTelegram", message: StoredMessage) -> dict[str, Any]:
    message.edited_at = telegram.now()
    telegram.emit_in(message.chat_id, "message", message_id=message.message_id)
    return telegram.message_body(message)


def _own_message(telegram: "LocalTelegram", parameters: Parameters) -> StoredMessage:
    chat = telegram.reachable_chat(parameters.chat_id())
    message = telegram.find_message(chat.id, message_id_of(parameters))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.service is not None:
        raise bad_request("message can't be edited")
    return message


def message_id_of(parameters: Parameters) -> int:
    """The message that is meant."""
    if "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    return parameters.integer("message_id")


def _not_modified() -> Refused:
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message"
    )

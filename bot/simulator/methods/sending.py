"""Methods that put something new into a chat, and what all of them share."""

from typing import TYPE_CHECKING, Any

from bot.simulator.chats import Chat
from bot.simulator.errors import bad_request
from bot.simulator.messages import Place, StoredMessage, Venue
from bot.simulator.methods.content import inline_keyboard, link_preview, message_text
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

ACTION_LASTS_FOR = 5.0
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
# What every method takes that sends, and what all but albums do.
SENDING = ("chat_id", "disable_notification", "protect_content", "reply_parameters")
COMMON = (*SENDING, "reply_markup")
_REPLY = {"message_id", "chat_id", "allow_sending_without_reply"}


@method(
    "sendMessage",
    *COMMON,
    "text",
    "parse_mode",
    "entities",
    "link_preview_options",
    "disable_web_page_preview",
)
def send_message(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A text, with buttons if wanted."""
    chat = telegram.reachable_chat(parameters.chat_id())
    text, entities = message_text(telegram, parameters)
    preview = link_preview(parameters)
    message = new_message(telegram, parameters, chat)
    message.text, message.entities, message.link_preview = text, entities, preview
    return sent(telegram, message)


@method("sendLocation", *COMMON, "latitude", "longitude", "horizontal_accuracy")
def send_location(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A point on the map."""
    chat = telegram.reachable_chat(parameters.chat_id())
    place = _place(parameters)
    message = new_message(telegram, parameters, chat)
    message.location = place
    return sent(telegram, message)


@method("sendVenue", *COMMON, "latitude", "longitude", "title", "address")
def send_venue(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """A place with its name and address."""
    chat = telegram.reachable_chat(parameters.chat_id())
    place = _place(parameters)
    title, address = parameters.text("title").strip(), parameters.text("address").strip()
    if not title:
        raise bad_request("title must be non-empty")
    if not address:
        raise bad_request("address must be non-empty")
    message = new_message(telegram, parameters, chat)
    # Telegram repeats the point beside the venue, for clients that know only points.
    message.venue, message.location = Venue(place, title, address), place
    return sent(telegram, message)


@method("sendChatAction", "chat_id", "action")
def send_chat_action(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Show for five seconds that the bot is at work."""
    chat = telegram.reachable_chat(parameters.chat_id())
    action = parameters.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.action = action
    chat.action_until = telegram.machine_time() + ACTION_LASTS_FOR
    telegram.emit_in(chat.id, "action", action=action)
    return True


def new_message(telegram: "LocalTelegram", parameters: Parameters, chat: Chat) -> StoredMessage:
    """An empty message of the bot, everything else about it already checked."""
    buttons = inline_keyboard(parameters)
    reply_to = _reply_to(telegram, parameters, chat)
    message = telegram.store(chat, from_bot=True)
    message.buttons, message.reply_to = buttons, reply_to
    message.silent = parameters.boolean("disable_notification")
    message.protected = parameters.boolean("protect_content")
    return message


def sent(telegram: "LocalTelegram", message: StoredMessage) -> dict[str, Any]:
    """Show the message to everybody, and give it as the answer."""
    telegram.emit_in(message.chat_id, "message", message_id=message.message_id)
    return telegram.message_body(message)


def _reply_to(telegram: "LocalTelegram", parameters: Parameters, chat: Chat) -> int | None:
    reply = parameters.object("reply_parameters")
    if not reply:
        return None
    if unknown := sorted(set(reply) - _REPLY):
        raise bad_request(f"reply_parameters with {unknown[0]} are not in the simulator")
    message_id = reply.get("message_id")
    if not isinstance(message_id, int):
        raise bad_request("can't parse reply parameters: message_id is not specified")
    if telegram.find_message(chat.id, message_id) is not None:
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _place(parameters: Parameters) -> Place:
    latitude, longitude = parameters.number("latitude"), parameters.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude specified")
    return Place(latitude, longitude)

"""Methods that take messages away for everybody."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.simulator.chats import Chat
from bot.simulator.errors import bad_request
from bot.simulator.groups import Group
from bot.simulator.messages import StoredMessage
from bot.simulator.methods.editing import message_id_of
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

DELETABLE_FOR = timedelta(hours=48)
MOST_AT_ONCE = 100


@method("deleteMessage", "chat_id", "message_id")
def delete_message(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Take one message away for all sides."""
    chat = telegram.reachable_chat(parameters.chat_id())
    message = telegram.find_message(chat.id, message_id_of(parameters))
    if message is None:
        raise bad_request("message to delete not found")
    if (reason := _why_it_stays(telegram, chat, message)) is not None:
        raise bad_request(reason)
    _delete(telegram, chat, message)
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
        if message is not None and _why_it_stays(telegram, chat, message) is None:
            _delete(telegram, chat, message)
    return True


def _why_it_stays(telegram: "LocalTelegram", chat: Chat, message: StoredMessage) -> str | None:
    """In groups a bot takes away what others wrote only when it is in charge."""
    expired = telegram.now() - message.date >= DELETABLE_FOR
    own = message.from_bot and message.service is None
    if not isinstance(chat, Group):
        return "message can't be deleted for everyone" if expired else None
    may = own or chat.standing(telegram.bot_id).is_in_charge
    if chat.is_super:
        begins = message.service is not None and message.service.kind == "migrate_from_chat_id"
        return "message can't be deleted" if expired or begins or not may else None
    return "message can't be deleted for everyone" if expired or not may else None


def _delete(telegram: "LocalTelegram", chat: Chat, message: StoredMessage) -> None:
    del chat.messages[message.message_id]
    telegram.emit_in(chat.id, "deleted", message_id=message.message_id)

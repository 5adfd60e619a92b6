"""What the bot is told of what happens in chats, and what it never gets to read."""

from typing import TYPE_CHECKING

from bot.simulator.entities import units
from bot.simulator.groups import Group, Standing, chat_member
from bot.simulator.messages import Service, StoredMessage
from bot.simulator.updates import DAY

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram


def tell_message(telegram: "LocalTelegram", message: StoredMessage) -> int | None:
    """Show a new message to everybody, and to the bot if it may read it."""
    update_id = None
    if bot_reads(telegram, message):
        update_id = telegram.updates.put(
            "message",
            telegram.message_body(message),
            lane=f"chat:{message.chat_id}",
            lives_for=DAY,
        )
    telegram.emit_in(message.chat_id, "message", message_id=message.message_id)
    return update_id


def bot_reads(telegram: "LocalTelegram", message: StoredMessage) -> bool:
    """Whether the bot gets a message: in groups only what is meant for it, unless it is in charge.

    This is the privacy mode that every bot has until its maker turns it off.
    """
    chat = telegram.chats[message.chat_id]
    if not isinstance(chat, Group):
        return True
    standing = chat.standing(telegram.bot_id)
    if not standing.is_inside:
        return False
    if standing.is_in_charge or message.service is not None:
        return True
    if message.reply_to is not None:
        answered = telegram.find_message(chat.id, message.reply_to)
        if answered is not None and answered.from_bot:
            return True
    return _is_command_for(telegram.username, message)


def _is_command_for(username: str, message: StoredMessage) -> bool:
    """A command names no bot, or this one."""
    first = next(iter(message.entities), None)
    if not message.text or first is None or (first.kind, first.offset) != ("bot_command", 0):
        return False
    _, _, named = message.text[: first.length].partition("@")
    return units(named) == 0 or named.lower() == username.lower()


def tell_service(
    telegram: "LocalTelegram", group: Group, service: Service, by: int | None
) -> StoredMessage:
    """Write into a group what happened to it; by nobody means by the group itself."""
    from_bot = by == telegram.bot_id
    message = telegram.store(group, from_bot=from_bot, sender_id=None if from_bot else by)
    message.service = service
    tell_message(telegram, message)
    return message


def set_standing(
    telegram: "LocalTelegram", group: Group, user_id: int, standing: Standing, by: int
) -> None:
    """Change what somebody is in a group; of others than itself only a bot in charge hears."""
    before = group.standing(user_id)
    in_charge = group.standing(telegram.bot_id).is_in_charge
    group.standings[user_id] = standing
    user = telegram.user_body(user_id)
    own = user_id == telegram.bot_id
    if own or in_charge:
        telegram.updates.put(
            "my_chat_member" if own else "chat_member",
            {
                "chat": group.as_chat(),
                "from": telegram.user_body(by),
                "date": int(telegram.now().timestamp()),
                "old_chat_member": chat_member(user, before),
                "new_chat_member": chat_member(user, standing),
            },
            lane=f"member:{group.id}",
            lives_for=DAY,
        )
    telegram.emit("group", chat_id=group.id)

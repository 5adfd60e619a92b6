"""Methods about chats and who is in them."""

from typing import TYPE_CHECKING, Any

from bot.simulator.chats import Chat
from bot.simulator.errors import bad_request
from bot.simulator.groups import Group, Standing, chat_member
from bot.simulator.messages import Service
from bot.simulator.methods.registry import method
from bot.simulator.parameters import Parameters
from bot.simulator.telling import set_standing, tell_service

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

_GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@method("getChat", "chat_id")
def get_chat(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """What a bot may know about a chat."""
    chat = _known_chat(telegram, parameters)
    facts = telegram.chat_body(chat) | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, not isinstance(chat, Group)),
    }
    if isinstance(chat, Group):
        facts["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    return facts


@method("getChatMember", "chat_id", "user_id")
def get_chat_member(telegram: "LocalTelegram", parameters: Parameters) -> dict[str, Any]:
    """What somebody is in a chat."""
    chat = _known_chat(telegram, parameters)
    user_id = max(parameters.integer("user_id", 0), 0)
    if not user_id:
        raise bad_request("invalid user_id specified")
    if isinstance(chat, Group):
        if user_id != telegram.bot_id:
            chat = _readable_group(telegram, chat)
        standing = chat.standing(user_id)
    else:
        both = {chat.id, telegram.bot_id}
        standing = Standing.MEMBER if user_id in both else Standing.LEFT
    if user_id != telegram.bot_id and user_id not in telegram.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return chat_member(telegram.user_body(user_id), standing)


@method("getChatMemberCount", "chat_id")
def get_chat_member_count(telegram: "LocalTelegram", parameters: Parameters) -> int:
    """How many are in a chat, the bot included."""
    chat = _known_chat(telegram, parameters)
    return len(_readable_group(telegram, chat).inside()) if isinstance(chat, Group) else 2


@method("getChatAdministrators", "chat_id", "return_bots")
def get_chat_administrators(
    telegram: "LocalTelegram", parameters: Parameters
) -> list[dict[str, Any]]:
    """Who is in charge of a group."""
    chat = _known_chat(telegram, parameters)
    if not isinstance(chat, Group):
        raise bad_request("there are no administrators in the private chat")
    return [
        chat_member(telegram.user_body(user_id), standing)
        for user_id, standing in _readable_group(telegram, chat).standings.items()
        if standing.is_in_charge
    ]


@method("leaveChat", "chat_id")
def leave_chat(telegram: "LocalTelegram", parameters: Parameters) -> bool:
    """Go out of a group by oneself."""
    chat = telegram.reachable_chat(parameters.chat_id())
    if not isinstance(chat, Group):
        raise bad_request("chat member status can't be changed in private chats")
    tell_service(telegram, chat, Service("left_chat_member", (telegram.bot_id,)), telegram.bot_id)
    set_standing(telegram, chat, telegram.bot_id, Standing.LEFT, telegram.bot_id)
    return True


def _known_chat(telegram: "LocalTelegram", parameters: Parameters) -> Chat:
    """A chat the bot has met; a supergroup it is not in shows nothing, a small group some."""
    chat = telegram.chats.get(parameters.chat_id())
    if isinstance(chat, Group):
        if telegram.bot_id not in chat.standings:
            raise bad_request("chat not found")
        return _readable_group(telegram, chat) if chat.is_super else chat
    if chat is None or not chat.started:
        raise bad_request("chat not found")
    return chat


def _readable_group(telegram: "LocalTelegram", group: Group) -> Group:
    telegram.reachable_chat(group.id)
    return group

"""Groups: who is in them and in what standing, and what the bot gets to read there."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.simulator.chats import Chat

# Ids below this one are those of supergroups.
_SUPERGROUPS_BELOW = -1_000_000_000_000
# What Telegram shows in place of a person when a group speaks for itself.
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_RIGHTS = {
    "can_be_edited": False,
    "can_manage_chat": True,
    "can_change_info": True,
    "can_delete_messages": True,
    "can_invite_users": True,
    "can_restrict_members": True,
    "can_pin_messages": True,
    "can_promote_members": False,
    "can_manage_video_chats": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_send_welcome_messages": False,
    "is_anonymous": False,
}


class Standing(StrEnum):
    """What somebody is in a group, in the words of the Bot API."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def is_inside(self) -> bool:
        """Whether this one reads and writes in the group."""
        return self not in {Standing.LEFT, Standing.KICKED}

    @property
    def is_in_charge(self) -> bool:
        """Whether this one may remove and promote."""
        return self in {Standing.CREATOR, Standing.ADMINISTRATOR}


@dataclass(slots=True)
class Group(Chat):
    """A group, small or super; people and the bot are in it alike."""

    title: str = ""
    standings: dict[int, Standing] = field(default_factory=dict)
    # A group that became a supergroup stays behind, and names the new one.
    migrated_to: int | None = None
    # A supergroup counts its messages by itself; other chats share the numbers of the bot.
    last_message_id: int = 0

    @property
    def is_super(self) -> bool:
        """Whether it is a supergroup."""
        return self.id < _SUPERGROUPS_BELOW

    @property
    def kind(self) -> str:
        """The type, as the Bot API calls it."""
        return "supergroup" if self.is_super else "group"

    def standing(self, user_id: int) -> Standing:
        """What somebody is here; who never was here counts as gone."""
        return self.standings.get(user_id, Standing.LEFT)

    def inside(self) -> list[int]:
        """The ids of all who are in the group, the bot included."""
        return [user_id for user_id, standing in self.standings.items() if standing.is_inside]

    def as_chat(self) -> dict[str, Any]:
        """The Chat of the Bot API."""
        return {"id": self.id, "title": self.title, "type": self.kind}


def chat_member(user: dict[str, Any], standing: Standing) -> dict[str, Any]:
    """The ChatMember of the Bot API."""
    body: dict[str, Any] = {"user": user, "status": str(standing)}
    match standing:
        case Standing.CREATOR:
            body["is_anonymous"] = False
        case Standing.ADMINISTRATOR:
            body |= _RIGHTS
        case Standing.KICKED:
            body["until_date"] = 0
        case Standing.MEMBER | Standing.LEFT:
            pass
    return body

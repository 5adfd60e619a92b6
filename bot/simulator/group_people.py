"""What people do with groups: found them, add the bot, promote it, throw it out."""

import random
import re
from collections.abc import Iterable

from bot.simulator.chats import SentMessage
from bot.simulator.errors import NotPossible
from bot.simulator.groups import Group, Standing
from bot.simulator.messages import Service
from bot.simulator.sending_people import SendingPeople
from bot.simulator.telling import set_standing, tell_service

LONGEST_TITLE = 128
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class GroupPeople(SendingPeople):
    """People among themselves; every deed is done by somebody."""

    def create_group(
        self, title: str, *, by: int, members: Iterable[int] = (), with_bot: bool = False
    ) -> Group:
        """Found a group; the bot is in it from the beginning if wanted."""
        title = title.strip()
        if not 1 <= len(title) <= LONGEST_TITLE:
            raise NotPossible("a group needs a title of up to 128 letters")
        people = dict.fromkeys([by, *members])
        if strangers := [person for person in people if person not in self.people]:
            raise NotPossible(f"nobody here has the id {strangers[0]}")
        group_id = min([-4_000_000_000, *(group.id for group in self.groups if not group.is_super)])
        group = Group(group_id - random.randint(1, 999), _instance(), title=title)
        group.standings = dict.fromkeys(people, Standing.MEMBER)
        group.standings[by] = Standing.CREATOR
        self.chats[group.id] = group
        if with_bot:
            set_standing(self, group, self.bot_id, Standing.MEMBER, by)
        tell_service(self, group, Service("group_chat_created"), by)
        self.emit("group", chat_id=group.id)
        return group

    def add_bot(self, group_id: int, *, by: int, payload: str | None = None) -> SentMessage | None:
        """Add the bot; a payload makes it the link t.me/<bot>?startgroup=<payload>.

        The link also sends the command that carries the payload.
        """
        if payload is not None and not _PAYLOAD.fullmatch(payload):
            raise NotPossible("a link carries up to 64 of A-Z a-z 0-9 _ -")
        group = self._group_with(group_id, by)
        if not group.standing(self.bot_id).is_inside:
            set_standing(self, group, self.bot_id, Standing.MEMBER, by)
            tell_service(self, group, Service("new_chat_members", (self.bot_id,)), by)
        if payload is None:
            return None
        text = f"/start@{self.username} {payload}".strip()
        return self.send_text(by, text, chat_id=group_id)

    def kick_bot(self, group_id: int, *, by: int) -> None:
        """Throw the bot out; from now on it can write nothing here."""
        self._remove(self._group_led(group_id, by), self.bot_id, by)

    def add_member(self, group_id: int, person_id: int, *, by: int) -> None:
        """Bring somebody into the group, or join it oneself."""
        group = self.group(group_id) if by == person_id else self._group_with(group_id, by)
        if person_id not in self.people or group.migrated_to is not None:
            raise NotPossible("nobody can be added there")
        if not group.standing(person_id).is_inside:
            set_standing(self, group, person_id, Standing.MEMBER, by)
            tell_service(self, group, Service("new_chat_members", (person_id,)), by)

    def remove_member(self, group_id: int, person_id: int, *, by: int) -> None:
        """Take somebody out of the group, or leave it oneself."""
        leaves = by == person_id
        group = self._group_with(group_id, by) if leaves else self._group_led(group_id, by)
        self._remove(group, person_id, by)

    def promote(self, group_id: int, user_id: int, *, by: int) -> None:
        """Make a person or the bot an administrator with the usual rights."""
        self._restand(group_id, user_id, Standing.MEMBER, Standing.ADMINISTRATOR, by)

    def demote(self, group_id: int, user_id: int, *, by: int) -> None:
        """Make an administrator a member again."""
        self._restand(group_id, user_id, Standing.ADMINISTRATOR, Standing.MEMBER, by)

    def migrate_group(self, group_id: int, *, by: int) -> Group:
        """Turn a group into a supergroup: a new chat with a new id, and the old one is closed."""
        old = self._group_led(group_id, by)
        if old.is_super:
            raise NotPossible("this is a supergroup already")
        new_id = -1_002_000_000_000 - random.randint(1, 999_999_999)
        new = Group(new_id, _instance(), title=old.title, standings=dict(old.standings))
        self.chats[new.id] = new
        tell_service(self, old, Service("migrate_to_chat_id", chat_id=new.id), by)
        old.migrated_to = new.id
        tell_service(self, new, Service("migrate_from_chat_id", chat_id=old.id), None)
        self.emit("group", chat_id=old.id)
        self.emit("group", chat_id=new.id)
        return new

    def _remove(self, group: Group, user_id: int, by: int) -> None:
        if not group.standing(user_id).is_inside:
            raise NotPossible("who is not in the group cannot leave it")
        if group.standing(user_id) is Standing.CREATOR and by != user_id:
            raise NotPossible("nobody removes the founder")
        service = Service("left_chat_member", (user_id,))
        if user_id == self.bot_id:
            # The bot still gets the message of its own end.
            tell_service(self, group, service, by)
        # A small group bans nobody; only a bot that was thrown out is told so.
        banned = by != user_id and (group.is_super or user_id == self.bot_id)
        gone = Standing.KICKED if banned else Standing.LEFT
        set_standing(self, group, user_id, gone, by)
        if user_id != self.bot_id:
            tell_service(self, group, service, by)

    def _restand(
        self, group_id: int, user_id: int, before: Standing, after: Standing, by: int
    ) -> None:
        group = self._group_led(group_id, by)
        if group.standing(user_id) is not before:
            raise NotPossible(f"only a {before} can become a {after}")
        set_standing(self, group, user_id, after, by)

    def _group_with(self, group_id: int, person_id: int) -> Group:
        self.open_chat(person_id, group_id)
        return self.group(group_id)

    def _group_led(self, group_id: int, person_id: int) -> Group:
        group = self._group_with(group_id, person_id)
        if not group.standing(person_id).is_in_charge:
            raise NotPossible("only those in charge of the group may do that")
        return group


def _instance() -> str:
    return str(random.randint(-(2**62), 2**62))

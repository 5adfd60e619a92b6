"""Telegram's side: the state behind the Bot API, and what its methods work with."""

import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.simulator.chats import Chat, Press
from bot.simulator.errors import NotPossible, Refused, bad_request, forbidden
from bot.simulator.faults import Faults
from bot.simulator.files import FileKind, Files
from bot.simulator.groups import ANONYMOUS, Group, Standing
from bot.simulator.limits import Limits
from bot.simulator.media import Media, media_of
from bot.simulator.messages import Service, StoredMessage
from bot.simulator.methods import answer
from bot.simulator.parameters import Upload
from bot.simulator.people import Person, Profile
from bot.simulator.polls import Poll
from bot.simulator.snapshot import Keeper
from bot.simulator.updates import DAY, PRESS_LIVES_FOR, Updates
from bot.simulator.webhook import Delivery

Event = dict[str, Any]
Listener = Callable[[Event], None]


class LocalTelegram:
    """One bot, a few people and their chats and groups, as Telegram's servers hold them."""

    def __init__(
        self,
        *,
        token: str,
        username: str = "xinno_demo_bot",
        now: Callable[[], datetime] | None = None,
        state_file: Path | None = None,
    ) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.now = now or (lambda: datetime.now(UTC))
        self.machine_time: Callable[[], float] = time.monotonic
        self.people: dict[int, Person] = {}
        self.profile = Profile()
        self.files = Files()
        self.faults = Faults()
        self.limits = False
        self.limiter = Limits(self._machine_time)
        self.updates = Updates(self._machine_time)
        self.delivery = Delivery(self.updates, self.call)
        self.updates.on_change = self._updates_changed
        self.chats: dict[int, Chat] = {}
        self.polls: dict[str, Poll] = {}
        self.presses: dict[str, Press] = {}
        self._listeners: list[Listener] = []
        self.last_message_id = 0
        self._keeper: Keeper | None = None
        if state_file is not None:
            self._keeper = Keeper(self, state_file)
            self._keeper.load()

    async def call(
        self,
        method: str,
        params: dict[str, Any],
        files: dict[str, Upload] | None = None,
        *,
        token: str | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Answer a call as Telegram's server would: an HTTP status and a body.

        Raises BrokenLine when a planned fault breaks the line instead.
        """
        known = token is None or secrets.compare_digest(token.encode(), self.token.encode())
        if not known:
            unauthorized = Refused(401, "Unauthorized")
            return unauthorized.status, unauthorized.as_answer()
        try:
            return 200, await answer(self, method, params, files)
        except Refused as refused:
            return refused.status, refused.as_answer()

    async def close(self) -> None:
        """Stop delivering and write the state down."""
        self.updates.release_poll()
        await self.delivery.stop()
        if self._keeper is not None:
            self._keeper.save(at_the_end=True)

    def me(self) -> dict[str, Any]:
        """The bot as the sender of its messages."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.bot_name(),
            "username": self.username,
        }

    def bot_name(self) -> str:
        """The bot's name for those whose language nobody asks."""
        return self.profile.said(self.profile.names, None, self.username)

    def chat_of(self, person_id: int) -> Chat:
        """The private chat of a person, empty at first."""
        if person_id not in self.people:
            raise NotPossible(f"nobody here has the id {person_id}")
        if person_id not in self.chats:
            instance = str(random.randint(-(2**62), 2**62))
            self.chats[person_id] = Chat(person_id, instance)
        return self.chats[person_id]

    @property
    def groups(self) -> list[Group]:
        """All groups, those left behind by a migration included."""
        return [chat for chat in self.chats.values() if isinstance(chat, Group)]

    def group(self, group_id: int) -> Group:
        """A group that is known to exist."""
        chat = self.chats.get(group_id)
        if not isinstance(chat, Group):
            raise NotPossible(f"there is no group {group_id}")
        return chat

    def reachable_chat(self, chat_id: int) -> Chat:
        """The chat a bot may write into, or Telegram's reason why it may not."""
        chat = self.chats.get(chat_id)
        if isinstance(chat, Group):
            return self._reachable_group(chat)
        if chat_id not in self.people:
            raise bad_request("chat not found")
        chat = self.chat_of(chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def _reachable_group(self, group: Group) -> Group:
        if self.bot_id not in group.standings:
            raise bad_request("chat not found")
        if group.migrated_to is not None:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": group.migrated_to},
            )
        if group.standing(self.bot_id) is Standing.KICKED:
            raise forbidden(f"bot was kicked from the {group.kind} chat")
        if not group.standing(self.bot_id).is_inside:
            raise forbidden(f"bot is not a member of the {group.kind} chat")
        return group

    def newest_date(self) -> datetime | None:
        """When the newest message in any chat was sent; None where there is none."""
        sent = (message.date for chat in self.chats.values() for message in chat.messages.values())
        return max(sent, default=None)

    def find_message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """The message, unless it was deleted or never was."""
        chat = self.chats.get(chat_id)
        return None if chat is None else chat.messages.get(message_id)

    def store(self, chat: Chat, *, from_bot: bool, sender_id: int | None = None) -> StoredMessage:
        """A new empty message at the end of a chat; ids grow over all chats but supergroups."""
        counter: LocalTelegram | Group = self
        if isinstance(chat, Group) and chat.is_super:
            counter = chat
        counter.last_message_id += 1
        message = StoredMessage(
            message_id=counter.last_message_id,
            chat_id=chat.id,
            from_bot=from_bot,
            date=self.now(),
            sender_id=sender_id,
        )
        chat.messages[message.message_id] = message
        chat.action_until = 0.0
        return message

    @property
    def messages_stored(self) -> int:
        """How many messages there ever were, to see whether one came."""
        return self.last_message_id + sum(group.last_message_id for group in self.groups)

    def media(self, file_id: str, kind: FileKind) -> Media:
        """A file that is known, as what it is, if it can be sent where this kind is wanted."""
        file = self.files.find(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        # Documents and videos pass for each other, and stay what they are.
        if FileKind.PHOTO in {file.kind, kind} and file.kind is not kind:
            raise bad_request(f"can't use file of type {file.kind} as {kind}")
        return media_of(file)

    def chat_body(self, chat: Chat) -> dict[str, Any]:
        """A chat as the Bot API shows it."""
        return chat.as_chat() if isinstance(chat, Group) else self.people[chat.id].as_chat()

    def user_body(self, user_id: int) -> dict[str, Any]:
        """A person or the bot as the Bot API shows them."""
        return self.me() if user_id == self.bot_id else self.people[user_id].as_user()

    def message_body(self, message: StoredMessage, *, with_reply: bool = True) -> dict[str, Any]:
        """A message as the Bot API shows it, one level of reply deep."""
        chat = self.chat_body(self.chats[message.chat_id])
        more: dict[str, Any] = {}
        reply = None
        if with_reply and message.reply_to is not None:
            answered = self.find_message(message.chat_id, message.reply_to)
            if answered is not None:
                reply = self.message_body(answered, with_reply=False)
        if message.from_bot:
            sender = self.me()
        elif message.sender_id is not None:
            sender = self.user_body(message.sender_id)
        else:
            sender, more["sender_chat"] = ANONYMOUS, chat
        if message.poll_id is not None:
            more["poll"] = self.polls[message.poll_id].as_telegram()
        if message.service is not None:
            more |= self._service_body(message.service)
        return message.as_telegram(sender=sender, chat=chat, reply=reply, more=more)

    def _service_body(self, service: Service) -> dict[str, Any]:
        if service.chat_id is not None:
            return {service.kind: service.chat_id}
        users = [self.user_body(user_id) for user_id in service.user_ids]
        match service.kind:
            case "new_chat_members":
                return {service.kind: users}
            case "left_chat_member":
                return {service.kind: users[0]}
            case _:
                return {service.kind: True}

    def close_due_polls(self) -> None:
        """End the polls whose time has passed, and tell the bot of its own."""
        now = self.now()
        for poll in self.polls.values():
            if not poll.closed and poll.closes_at is not None and poll.closes_at <= now:
                self.close_poll(poll)

    def close_poll(self, poll: Poll) -> None:
        """Take no more votes."""
        poll.closed = True
        self.tell_poll(poll)

    def tell_poll(self, poll: Poll) -> None:
        """A poll changed: the bot hears of its own, everybody sees it."""
        if poll.from_bot:
            self.updates.put("poll", poll.as_telegram(), lane=f"poll:{poll.id}", lives_for=DAY)
        self.emit_in(poll.chat_id, "message", message_id=poll.message_id)

    def find_press(self, callback_id: str) -> Press | None:
        """The press, while Telegram still takes an answer to it."""
        press = self.presses.get(callback_id)
        if press is None or self.machine_time() - press.pressed_at > PRESS_LIVES_FOR:
            return None
        return press

    def emit(self, kind: str, person_id: int | None = None, **facts: object) -> None:
        """Tell the listeners what changed, and have the state written down soon."""
        event = {"kind": kind, "person_id": person_id, **facts}
        for listener in list(self._listeners):
            listener(event)
        if self._keeper is not None:
            self._keeper.soon()

    def emit_in(self, chat_id: int, kind: str, **facts: object) -> None:
        """Tell the listeners what changed in a chat, which may be a group."""
        if chat_id < 0:
            self.emit(f"group_{kind}", None, chat_id=chat_id, **facts)
        else:
            self.emit(kind, chat_id, **facts)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear of every change; the returned function ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _machine_time(self) -> float:
        # Asked anew each time, so that a test may put in a clock of its own.
        return self.machine_time()

    def _updates_changed(self) -> None:
        self.delivery.wake()
        self.emit("updates")

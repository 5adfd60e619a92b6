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
from bot.simulator.files import Files
from bot.simulator.limits import Limits
from bot.simulator.messages import Document, StoredMessage
from bot.simulator.methods import answer
from bot.simulator.parameters import Upload
from bot.simulator.people import Person, Profile
from bot.simulator.snapshot import Keeper
from bot.simulator.updates import PRESS_LIVES_FOR, Updates
from bot.simulator.webhook import Delivery

Event = dict[str, Any]
Listener = Callable[[Event], None]


class LocalTelegram:
    """One bot and the private chats of a few people, as Telegram's servers hold them."""

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
        name = self.profile.said(self.profile.names, None, self.username)
        return {"id": self.bot_id, "is_bot": True, "first_name": name, "username": self.username}

    def chat_of(self, person_id: int) -> Chat:
        """The chat of a person, empty at first."""
        if person_id not in self.people:
            raise NotPossible(f"nobody here has the id {person_id}")
        if person_id not in self.chats:
            instance = str(random.randint(-(2**62), 2**62))
            self.chats[person_id] = Chat(person_id, instance)
        return self.chats[person_id]

    def reachable_chat(self, chat_id: int) -> Chat:
        """The chat a bot may write into, or Telegram's reason why it may not."""
        if chat_id not in self.people:
            raise bad_request("chat not found")
        chat = self.chat_of(chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def find_message(self, chat_id: int, message_id: int) -> StoredMessage | None:
        """The message, unless it was deleted or never was."""
        chat = self.chats.get(chat_id)
        return None if chat is None else chat.messages.get(message_id)

    def store(self, chat: Chat, *, from_bot: bool) -> StoredMessage:
        """A new empty message at the end of a chat; ids grow over all chats of the bot."""
        self.last_message_id += 1
        message = StoredMessage(
            message_id=self.last_message_id,
            chat_id=chat.person_id,
            from_bot=from_bot,
            date=self.now(),
        )
        chat.messages[message.message_id] = message
        chat.action_until = 0.0
        return message

    def add_document(self, name: str, content: bytes) -> Document:
        """Keep an uploaded file as a document."""
        return self.document(self.files.add(name, content).file_id)

    def document(self, file_id: str) -> Document:
        """A file that is known, as a document."""
        file = self.files.find(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        size = len(file.content)
        return Document(file.file_id, file.name, file.mime_type, size, self.files.content)

    def message_body(self, message: StoredMessage, *, with_reply: bool = True) -> dict[str, Any]:
        """A message as the Bot API shows it, one level of reply deep."""
        person = self.people[message.chat_id]
        reply = None
        if with_reply and message.reply_to is not None:
            answered = self.find_message(message.chat_id, message.reply_to)
            if answered is not None:
                reply = self.message_body(answered, with_reply=False)
        sender = self.me() if message.from_bot else person.as_user()
        return message.as_telegram(sender=sender, chat=person.as_chat(), reply=reply)

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

"""The simulator as its users hold it: a local Telegram, and what people do in it."""

import random
import re
from typing import Any

from bot.simulator.chats import CallbackAnswer, Press, SentMessage, inaccessible
from bot.simulator.errors import NotPossible
from bot.simulator.group_people import GroupPeople
from bot.simulator.groups import Standing, chat_member
from bot.simulator.messages import StoredMessage
from bot.simulator.people import Person
from bot.simulator.updates import DAY, PRESS_LIVES_FOR
from bot.simulator.voting_people import VotingPeople

PRESSES_KEPT = 10_000
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Simulator(GroupPeople, VotingPeople):
    """Telegram as one bot and a few people see it.

    ``now`` is business time and dates the messages; waiting, limits and expiry are measured
    in machine time, which nobody moves.
    """

    def add_person(
        self,
        *,
        first_name: str,
        language: str | None,
        last_name: str | None = None,
        username: str | None = None,
        person_id: int | None = None,
        note: str = "",
        zone: str | None = None,
    ) -> Person:
        """Let somebody have an account; with a known id the person already there stays."""
        if person_id is not None and person_id in self.people:
            return self.people[person_id]
        if person_id is None:
            person_id = max([5_000_000_000, *self.people]) + random.randint(1, 999)
        person = Person(person_id, first_name, language, last_name, username, note, zone)
        self.people[person_id] = person
        self.emit("person", person_id)
        return person

    def open_link(self, person_id: int, payload: str = "") -> SentMessage:
        """A person opens t.me/<bot>?start=<payload> and taps START; a block is lifted by it."""
        if not _PAYLOAD.fullmatch(payload):
            raise NotPossible("a link carries up to 64 of A-Z a-z 0-9 _ -")
        if self.chat_of(person_id).blocked:
            self.unblock(person_id)
        return self.send_text(person_id, f"/start {payload}".strip())

    def press(
        self,
        person_id: int,
        message_id: int,
        *,
        row: int,
        column: int,
        chat_id: int | None = None,
    ) -> str:
        """Press a button: the id of the callback query, or the address or text it gives."""
        message = self.find_message(chat_id or person_id, message_id)
        try:
            button = ([] if message is None else message.buttons)[row][column]
        except IndexError:
            raise NotPossible(f"no button there in message {message_id}") from None
        if button.data is None:
            return button.url or button.copies or ""
        return self.press_data(person_id, message_id, button.data, chat_id=chat_id)

    def press_data(
        self, person_id: int, message_id: int, data: str, *, chat_id: int | None = None
    ) -> str:
        """A press with any data, as a changed client can send it, even on a deleted message."""
        chat = self.open_chat(person_id, chat_id)
        message = self.find_message(chat.id, message_id)
        press = Press(
            id=str(random.getrandbits(62)),
            person_id=person_id,
            chat_id=chat.id,
            message_id=message_id,
            data=data,
            pressed_at=self.machine_time(),
        )
        self.presses[press.id] = press
        if len(self.presses) > PRESSES_KEPT:
            del self.presses[next(iter(self.presses))]
        shown = (
            inaccessible(message_id, self.chat_body(chat))
            if message is None
            else self.message_body(message)
        )
        self.updates.put(
            "callback_query",
            {
                "id": press.id,
                "from": self.user_body(person_id),
                "message": shown,
                "chat_instance": chat.instance,
                "data": data,
            },
            lane=f"press:{person_id}",
            lives_for=PRESS_LIVES_FOR,
        )
        facts = {"message_id": message_id, "data": data, "press_id": press.id}
        self.emit("press", person_id, chat_id=chat.id, **facts)
        return press.id

    def block(self, person_id: int) -> None:
        """A person blocks the bot; from now on it can write nothing here."""
        self._set_blocked(person_id, blocked=True)

    def unblock(self, person_id: int) -> None:
        """A person lets the bot back in."""
        self._set_blocked(person_id, blocked=False)

    def push_raw(self, kind: str, body: dict[str, Any]) -> int | None:
        """Queue an update of any kind and shape, as a newer Telegram might send it."""
        return self.updates.put(kind, body, lane="raw", lives_for=DAY)

    def chat(self, chat_id: int) -> list[StoredMessage]:
        """The messages of a person's chat or of a group, in order."""
        chat = self.group(chat_id) if chat_id < 0 else self.chat_of(chat_id)
        return list(chat.messages.values())

    def answer_of(self, callback_id: str) -> CallbackAnswer | None:
        """What the bot answered to a press; None while it has not."""
        press = self.presses.get(callback_id)
        return None if press is None else press.answer

    def take_updates(self) -> list[dict[str, Any]]:
        """All waiting updates, as a test's intake takes them; they count as confirmed."""
        taken = [pending.body for pending in self.updates]
        self.updates.clear()
        return taken

    def _set_blocked(self, person_id: int, *, blocked: bool) -> None:
        chat = self.chat_of(person_id)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        person = self.people[person_id]
        left = chat_member(self.me(), Standing.KICKED)
        there = chat_member(self.me(), Standing.MEMBER)
        self.updates.put(
            "my_chat_member",
            {
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": int(self.now().timestamp()),
                "old_chat_member": there if blocked else left,
                "new_chat_member": left if blocked else there,
            },
            lane=f"member:{person_id}",
            lives_for=DAY,
        )
        self.emit("person", person_id)

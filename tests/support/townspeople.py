"""Many people at once, who look at their screens and go on: a load that behaves like people."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.simulator.errors import NotPossible
from bot.simulator.messages import StoredMessage
from bot.simulator.state import Simulator
from bot.simulator.telegram_side import Event

PATIENCE = 8.0
"""Seconds after which a person who sees nothing happen opens the link again."""

HAS_A_PLACE = ("Your place is confirmed", "You are number", "You are registered already")
PRESSED = ("Continue", "No, thank you", "Register")


class Townspeople:
    """Everybody wants to the same event, by its link."""

    def __init__(self, simulator: Simulator, people: list[int], *, payload: str) -> None:
        """Nobody does anything yet."""
        self._simulator = simulator
        self._people = people
        self._payload = payload
        self._news = {person: asyncio.Event() for person in people}
        self._tasks: list[asyncio.Task[None]] = []
        self._unhear = simulator.listen(self._hear)
        self.after_messages: list[tuple[int, Callable[[], None]]] = []
        self.messages = 0

    def begin(self) -> None:
        """All of them take out their phones."""
        self._tasks = [asyncio.create_task(self._live(person)) for person in self._people]

    async def done(self) -> None:
        """Wait until all have a seat or a number."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """All of them put their phones away."""
        self._unhear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def once(self, messages: int, deed: Callable[[], None]) -> None:
        """Do something in the very moment in which so many messages more have come."""
        self.after_messages.append((self.messages + messages, deed))

    def _hear(self, event: Event) -> None:
        person = event["person_id"]
        if event["kind"] != "message" or person not in self._news:
            return
        message = self._simulator.find_message(person, event["message_id"])
        if message is None or not message.from_bot:
            return
        self._news[person].set()
        self.messages += 1
        for number, deed in [*self.after_messages]:
            if self.messages >= number:
                self.after_messages.remove((number, deed))
                deed()

    async def _live(self, person: int) -> None:
        self._simulator.open_link(person, self._payload)
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._news[person].wait()
            except TimeoutError:
                self._simulator.open_link(person, self._payload)
                continue
            self._news[person].clear()
            seen = [said for said in self._simulator.chat(person) if said.from_bot]
            if any(words in message.text for message in seen for words in HAS_A_PLACE):
                return
            with contextlib.suppress(NotPossible):
                self._go_on(person, seen[-1])

    def _go_on(self, person: int, message: StoredMessage) -> None:
        labels = {
            button.text: (row, column)
            for row, buttons in enumerate(message.buttons)
            for column, button in enumerate(buttons)
        }
        for label in PRESSED:
            if label in labels:
                row, column = labels[label]
                self._simulator.press(person, message.message_id, row=row, column=column)
                return
        data = [button.data or "" for buttons in message.buttons for button in buttons]
        if any(item.startswith("o:") for item in data):
            self._simulator.press(person, message.message_id, row=0, column=0)
        elif any(item.startswith("oc:") for item in data):
            self._simulator.send_text(person, f"Person {person}")

"""Updates on their way to the bot: numbering, filtering, long polling, and the webhook's facts."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import Refused

DAY = 24 * 60 * 60.0
# A button press nobody fetched is worthless after this; Telegram throws it away.
PRESS_LIVES_FOR = 150.0
LONGEST_WAIT = 50.0
# These come only to bots that name them.
ASKED_FOR_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Pending:
    """One update that the bot has not confirmed yet."""

    update_id: int
    body: dict[str, Any]
    # Updates of one lane are delivered one after the other, lanes in parallel.
    lane: str
    expires_at: float


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed to, and how the last attempts went."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error_at: int | None = None
    last_error: str | None = None


class Updates:
    """The queue between people and the bot."""

    def __init__(self, machine_time: Callable[[], float] = time.monotonic) -> None:
        self._time = machine_time
        self._waiting: dict[int, Pending] = {}
        self._poller: asyncio.Future[None] | None = None
        self.next_id = random.randint(100_000_000, 900_000_000)
        self.allowed: list[str] = []
        self.webhook: Webhook | None = None
        self.on_change: Callable[[], None] = lambda: None

    def put(self, kind: str, body: dict[str, Any], *, lane: str, lives_for: float) -> int | None:
        """Queue an update; None when the bot has not asked for this kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ASKED_FOR_ONLY
        if not wanted:
            return None
        update_id = self.next_id
        self.next_id += 1
        update = {"update_id": update_id, kind: body}
        self._waiting[update_id] = Pending(update_id, update, lane, self._time() + lives_for)
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self.on_change()
        return update_id

    def __len__(self) -> int:
        self._forget_expired()
        return len(self._waiting)

    def __iter__(self) -> Iterator[Pending]:
        self._forget_expired()
        return iter(list(self._waiting.values()))

    def restore(self, body: dict[str, Any], lane: str) -> None:
        """Put back an update from an earlier run."""
        update_id = int(body["update_id"])
        self._waiting[update_id] = Pending(update_id, body, lane, self._time() + DAY)

    def confirm(self, update_id: int) -> None:
        """The bot has this one; it will not be shown again."""
        if self._waiting.pop(update_id, None) is not None:
            self.on_change()

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self.on_change()

    def first_of_lanes(self) -> dict[str, Pending]:
        """The oldest update of each lane."""
        first: dict[str, Pending] = {}
        for pending in self:
            first.setdefault(pending.lane, pending)
        return first

    async def poll(self, *, offset: int, limit: int, wait_for: float) -> list[dict[str, Any]]:
        """getUpdates: confirm below the offset, then wait for something to hand out."""
        if self.webhook is not None:
            raise _conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self.end_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        self._move(offset)
        if self._waiting or wait_for <= 0:
            return self._first(limit)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = waiter
        try:
            await asyncio.wait({waiter}, timeout=min(wait_for, LONGEST_WAIT))
        finally:
            if self._poller is waiter:
                self._poller = None
        if waiter.done():
            waiter.result()  # raises the conflict that ended the wait
        return self._first(limit)

    def end_poll(self, reason: str) -> None:
        """Answer a waiting getUpdates with 409: the newcomer wins, as at Telegram."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(_conflict(reason))
        self._poller = None

    def _first(self, limit: int) -> list[dict[str, Any]]:
        return [pending.body for pending in self][:limit]

    def _move(self, offset: int) -> None:
        if offset > 0:
            gone = [update_id for update_id in self._waiting if update_id < offset]
        elif offset < 0:
            gone = list(self._waiting)[:offset]
        else:
            gone = []
        for update_id in gone:
            del self._waiting[update_id]
        if gone:
            self.on_change()

    def _forget_expired(self) -> None:
        now = self._time()
        for pending in [p for p in self._waiting.values() if p.expires_at <= now]:
            del self._waiting[pending.update_id]


def _conflict(reason: str) -> Refused:
    return Refused(409, f"Conflict: {reason}")

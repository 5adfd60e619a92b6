"""Updates on their way to the bot: numbering, filtering, long polling, and the webhook's facts."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
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
        self._lanes: dict[str, dict[int, Pending]] = {}
        # Looking through the whole queue at every step would make a long queue slow.
        self._nothing_expires_before = float("inf")
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
        self._add({"update_id": update_id, kind: body}, lane, lives_for)
        self.release_poll()
        self.on_change()
        return update_id

    def restore(self, body: dict[str, Any], lane: str) -> None:
        """Put back an update from an earlier run."""
        self._add(body, lane, DAY)

    def __len__(self) -> int:
        self._forget_expired()
        return len(self._waiting)

    def __iter__(self) -> Iterator[Pending]:
        self._forget_expired()
        return iter(list(self._waiting.values()))

    def __contains__(self, pending: Pending) -> bool:
        self._forget_expired()
        return pending.update_id in self._waiting

    def first_of_lanes(self) -> Iterator[Pending]:
        """The oldest update of each lane, the longest waiting lane first."""
        self._forget_expired()
        for lane in list(self._lanes.values()):
            yield next(iter(lane.values()))

    def confirm(self, update_id: int) -> None:
        """The bot has this one; it will not be shown again."""
        self._forget([update_id] if update_id in self._waiting else [])

    def clear(self) -> None:
        """Forget everything that waits."""
        self._forget(list(self._waiting))

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

    def release_poll(self) -> None:
        """Let a waiting getUpdates answer with what there is."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _first(self, limit: int) -> list[dict[str, Any]]:
        self._forget_expired()
        return [pending.body for pending in islice(self._waiting.values(), limit)]

    def _move(self, offset: int) -> None:
        if offset > 0:
            self._forget([update_id for update_id in self._waiting if update_id < offset])
        elif offset < 0:
            self._forget(list(self._waiting)[:offset])

    def _add(self, body: dict[str, Any], lane: str, lives_for: float) -> None:
        update_id, expires_at = int(body["update_id"]), self._time() + lives_for
        pending = Pending(update_id, body, lane, expires_at)
        self._waiting[update_id] = pending
        self._lanes.setdefault(lane, {})[update_id] = pending
        self._nothing_expires_before = min(self._nothing_expires_before, expires_at)

    def _forget(self, update_ids: list[int]) -> None:
        for update_id in update_ids:
            pending = self._waiting.pop(update_id)
            lane = self._lanes[pending.lane]
            del lane[update_id]
            if not lane:
                del self._lanes[pending.lane]
        if update_ids:
            self.on_change()

    def _forget_expired(self) -> None:
        now = self._time()
        if now < self._nothing_expires_before:
            return
        waiting = self._waiting.values()
        expired = [pending.update_id for pending in waiting if pending.expires_at <= now]
        left = (pending.expires_at for pending in waiting if pending.expires_at > now)
        self._nothing_expires_before = min(left, default=float("inf"))
        self._forget(expired)


def _conflict(reason: str) -> Refused:
    return Refused(409, f"Conflict: {reason}")

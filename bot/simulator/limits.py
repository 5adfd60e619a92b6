"""Telegram's sending limits, measured in machine time."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.simulator.errors import too_many_requests

PER_SECOND_OVERALL = 30
CHAT_BURST = 5
PER_MINUTE_IN_GROUP = 20


@dataclass(slots=True)
class _Window:
    """At most so many within a span; the oldest leaves first."""

    most: int
    span: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
        # An album may have gone beyond the limit; then more than one has to leave.
        too_many = len(self.times) - self.most
        return self.times[too_many] + self.span - now if too_many >= 0 else 0.0


@dataclass(slots=True)
class _Bucket:
    """One a second, with a few saved up."""

    saved: float
    at: float

    def wait(self, now: float) -> float:
        self.saved = min(float(CHAT_BURST), self.saved + now - self.at)
        self.at = now
        return 0.0 if self.saved >= 1.0 else 1.0 - self.saved


class Limits:
    """Counts what is sent and refuses what Telegram would refuse."""

    def __init__(self, machine_time: Callable[[], float]) -> None:
        self._time = machine_time
        self._overall = _Window(PER_SECOND_OVERALL, 1.0)
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, _Window] = {}

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Count messages to a chat, or raise 429 and count nothing.

        An album goes through when there is room for one, and all its items count.
        """
        now = self._time()
        waits = [self._overall.wait(now)]
        if chat_id < 0:
            group = self._groups.setdefault(chat_id, _Window(PER_MINUTE_IN_GROUP, 60.0))
            waits.append(group.wait(now))
        else:
            bucket = self._chats.setdefault(chat_id, _Bucket(float(CHAT_BURST), now))
            waits.append(bucket.wait(now))
        if (longest := max(waits)) > 0:
            raise too_many_requests(max(1, math.ceil(longest)))
        self._overall.times.extend([now] * messages)
        if chat_id < 0:
            self._groups[chat_id].times.extend([now] * messages)
        else:
            self._chats[chat_id].saved -= messages

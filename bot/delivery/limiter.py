"""How fast messages may go: one budget for the bot, one for each chat, two lanes.

Telegram allows about 30 messages a second over all chats, one a second in a chat with short
bursts, and twenty a minute in a group; a 429 is the only authority. Answers go first. Bulk goes at
an even pace, so that the next free moment is never far, and uses the whole budget while nobody
answers. Times are the machine's monotonic clock.
"""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CHAT_BURST = 4.0
CHAT_RATE = 1.0
CHATS_REMEMBERED = 5_000
GROUP_MOST = 20
GROUP_SPAN = 60.0
"""Telegram counts groups, whose ids are negative, by the minute."""
BULK_BURST = 0.05
"""Bulk may catch up so many seconds of its pace at once, not more: it must leave gaps."""
RESERVE = 0.2
"""Most of the budget, as a share, that bulk leaves to answers while many of them come."""
LOWEST_RATE = 1.0
CLIMB = 0.5
"""By how much a second the rate climbs back after Telegram asked for less."""
LOOK_AGAIN = 0.5
"""Longest sleep, in seconds, after which a waiting call sees that the assistant stops."""


class Lane(StrEnum):
    """Who waits: an answer to a press, or a promise that has time."""

    INTERACTIVE = "interactive"
    BULK = "bulk"


@dataclass
class _Window:
    """What passed within the last so many seconds."""

    span: float
    times: deque[float] = field(default_factory=deque)

    def count(self, now: float) -> int:
        while self.times and self.times[0] <= now - self.span:
            self.times.popleft()
        return len(self.times)

    def until_below(self, most: int, now: float) -> float:
        """Return after how many seconds fewer than `most` stand in the window."""
        surplus = self.count(now) - most
        return self.times[surplus] + self.span - now if surplus >= 0 else 0.0


class Limiter:
    """Lets callers pass at the pace that Telegram bears."""

    def __init__(
        self,
        rate: float,
        *,
        chat_rate: float = CHAT_RATE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin with so many messages a second over all chats, and in each chat."""
        self._chat_rate = chat_rate
        self._top = rate
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._all = _Window(1.0)
        self._answers = _Window(1.0)
        self._bulk_from = clock()  # the moment of bulk's next turn at its even pace
        self._at = clock()
        self._paused_until = 0.0
        self._chats: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._groups: OrderedDict[int, _Window] = OrderedDict()
        self._waiting_answers = 0
        self._is_closing = False

    @property
    def rate(self) -> float:
        """Messages a second at present."""
        return self._rate

    @property
    def paused_for(self) -> float:
        """Seconds until sending may go on."""
        return max(self._paused_until - self._clock(), 0.0)

    def pause(self, seconds: float) -> None:
        """Telegram said 429: nothing goes for so long, whatever else is in flight; then slower.

        What was in flight together is refused together, so it slows the rate once.
        """
        now = self._clock()
        if now >= self._paused_until:
            self._rate = max(self._rate / 2, LOWEST_RATE)
        self._paused_until = max(self._paused_until, now + seconds)
        self._at = self._bulk_from = self._paused_until  # till then the rate does not climb
        # As if all went evenly until then: after a pause nothing goes in a burst.
        self._all.times = deque(
            self._paused_until + (number - self._most) / self._most
            for number in range(1, self._most + 1)
        )

    def close(self) -> None:
        """The assistant stops: bulk waits no longer, and nobody waits for the end of a pause."""
        self._is_closing = True

    async def pass_through(self, chat_id: int, lane: Lane, *, patience: float = math.inf) -> bool:
        """Wait until one message may go to this chat; False when its turn does not come in time."""
        answers = lane is Lane.INTERACTIVE
        begun = self._clock()
        is_counted = False
        try:
            while (delay := self._take(chat_id, lane)) > 0:
                if delay > patience - (self._clock() - begun) or (
                    self._is_closing and (not answers or self.paused_for)
                ):
                    return False
                # Who waits for the chat's own pace must not hold up the others' messages.
                counts = answers and self._lacks_budget()
                self._waiting_answers += counts - is_counted
                is_counted = counts
                await self._sleep(min(delay, LOOK_AGAIN))
            return True
        finally:
            self._waiting_answers -= is_counted

    def _lacks_budget(self) -> bool:
        now = self._clock()
        return now < self._paused_until or self._all.until_below(self._most, now) > 0

    @property
    def _most(self) -> int:
        return max(int(self._rate), 1)

    def _take(self, chat_id: int, lane: Lane) -> float:
        """Let one pass and return 0, or return after how many seconds to ask again."""
        now = self._clock()
        if now < self._paused_until:
            return self._paused_until - now
        self._climb(now)
        wait = max(self._budget_wait(lane, now), self._chat_wait(chat_id, now))
        if wait > 0:
            return wait
        self._all.times.append(now)
        if lane is Lane.INTERACTIVE:
            self._answers.times.append(now)
        else:
            # What was missed is made up for, but never in one burst.
            self._bulk_from = max(self._bulk_from, now - BULK_BURST) + 1 / self._rate
        self._note(chat_id, now)
        return 0.0

    def _budget_wait(self, lane: Lane, now: float) -> float:
        if lane is Lane.INTERACTIVE:
            return self._all.until_below(self._most, now)
        if self._waiting_answers:
            return 1 / self._rate
        # Where many answer, more will: their share of the last second is kept for the next one.
        kept = int(min(self._answers.count(now) / 4, self._rate * RESERVE))
        most = max(self._most - kept, 1)
        return max(self._bulk_from - now, self._all.until_below(most, now))

    def _chat_wait(self, chat_id: int, now: float) -> float:
        if chat_id < 0:
            window = self._groups.get(chat_id)
            return window.until_below(GROUP_MOST, now) if window else 0.0
        return (1.0 - self._chat_tokens(chat_id, now)) / self._chat_rate

    def _note(self, chat_id: int, now: float) -> None:
        if chat_id < 0:
            self._groups.setdefault(chat_id, _Window(GROUP_SPAN)).times.append(now)
            _remember(self._groups, chat_id)
        else:
            self._chats[chat_id] = (self._chat_tokens(chat_id, now) - 1.0, now)
            _remember(self._chats, chat_id)

    def _climb(self, now: float) -> None:
        self._rate = min(self._rate + CLIMB * max(now - self._at, 0.0), self._top)
        self._at = max(now, self._at)

    def _chat_tokens(self, chat_id: int, now: float) -> float:
        tokens, at = self._chats.get(chat_id, (CHAT_BURST, now))
        return min(tokens + (now - at) * self._chat_rate, CHAT_BURST)


def _remember(chats: OrderedDict[int, Any], chat_id: int) -> None:
    """Keep the chats that were written to last; the others have long had their rest."""
    chats.move_to_end(chat_id)
    if len(chats) > CHATS_REMEMBERED:
        chats.popitem(last=False)

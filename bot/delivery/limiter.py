"""How fast messages may go: one budget for the bot, one for each chat, two lanes.

Telegram allows about 30 messages a second over all chats and one a second in a chat, with short
bursts; a 429 is the only authority. The interactive lane goes first and has a reserve, so that an
answer never waits behind an announcement. Times are the machine's monotonic clock.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

CHAT_BURST = 4.0
CHAT_RATE = 1.0
CHATS_REMEMBERED = 5_000
RESERVE = 0.2
"""Share of the budget that bulk leaves to answers."""
LOWEST_RATE = 1.0
CLIMB = 0.5
"""By how much a second the rate climbs back after Telegram asked for less."""


class Lane(StrEnum):
    """Who waits: an answer to a press, or a promise that has time."""

    INTERACTIVE = "interactive"
    BULK = "bulk"


class Limiter:
    """Lets callers pass at the pace that Telegram bears."""

    def __init__(
        self,
        rate: float,
        *,
        chat_rate: float = CHAT_RATE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with so many messages a second over all chats, and in each chat."""
        self._chat_rate = chat_rate
        self._top = rate
        self._rate = rate
        self._clock = clock
        self._tokens = rate
        self._at = clock()
        self._paused_until = 0.0
        self._chats: OrderedDict[int, tuple[float, float]] = OrderedDict()
        self._waiting_answers = 0

    @property
    def rate(self) -> float:
        """Messages a second at present."""
        return self._rate

    @property
    def paused_for(self) -> float:
        """Seconds until sending may go on."""
        return max(self._paused_until - self._clock(), 0.0)

    def pause(self, seconds: float) -> None:
        """Telegram said 429: nothing goes for so long, whatever else is in flight; then slower."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)
        self._rate = max(self._rate / 2, LOWEST_RATE)
        self._tokens = 0.0

    async def pass_through(self, chat_id: int, lane: Lane) -> None:
        """Wait until one message may go to this chat."""
        answers = lane is Lane.INTERACTIVE
        self._waiting_answers += answers
        try:
            # The bucket fills by itself: there is no event to wait for.
            while (delay := self._take(chat_id, lane)) > 0:  # noqa: ASYNC110
                await asyncio.sleep(delay)
        finally:
            self._waiting_answers -= answers

    def _take(self, chat_id: int, lane: Lane) -> float:
        """Take a token and return 0, or return after how many seconds to ask again."""
        now = self._clock()
        if now < self._paused_until:
            return self._paused_until - now
        self._refill(now)
        floor = 0.0
        if lane is Lane.BULK:
            if self._waiting_answers:
                return 1 / self._rate
            floor = self._rate * RESERVE
        missing = 1.0 + floor - self._tokens
        chat_tokens = self._chat_tokens(chat_id, now)
        wait = max(missing / self._rate, (1.0 - chat_tokens) / self._chat_rate)
        if wait > 0:
            return wait
        self._tokens -= 1.0
        self._chats[chat_id] = (chat_tokens - 1.0, now)
        self._chats.move_to_end(chat_id)
        if len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)
        return 0.0

    def _refill(self, now: float) -> None:
        elapsed = now - self._at
        self._at = now
        self._rate = min(self._rate + CLIMB * elapsed, self._top)
        self._tokens = min(self._tokens + elapsed * self._rate, max(self._rate, 2.0))

    def _chat_tokens(self, chat_id: int, now: float) -> float:
        tokens, at = self._chats.get(chat_id, (CHAT_BURST, now))
        return min(tokens + (now - at) * self._chat_rate, CHAT_BURST)

"""How fast messages may go: one budget for the bot, one for each chat, two lanes.

Telegram allows about 30 messages a second over all chats and one a second in a chat, with short
bursts; a 429 is the only authority. The interactive lane goes first and has a reserve, so that an
answer never waits behind an announcement. Times are the machine's monotonic clock.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import StrEnum

CHAT_BURST = 4.0
CHAT_RATE = 1.0
CHATS_REMEMBERED = 5_000
RESERVE = 0.2
"""Share of the budget that bulk leaves to answers."""
LOWEST_RATE = 1.0
CLIMB = 0.5
"""By how much a second the rate climbs back after Telegram asked for less."""
LOOK_AGAIN = 0.5
"""Longest sleep, in seconds, after which a waiting call sees that the assistant stops."""


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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Begin with so many messages a second over all chats, and in each chat."""
        self._chat_rate = chat_rate
        self._top = rate
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._tokens = rate
        self._at = clock()
        self._paused_until = 0.0
        self._chats: OrderedDict[int, tuple[float, float]] = OrderedDict()
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
        self._tokens = 0.0
        self._at = self._paused_until  # nothing is saved up, and the rate does not climb, till then

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
        return self.paused_for > 0 or self._tokens < 1.0

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
        elapsed = max(now - self._at, 0.0)
        self._at = now
        self._rate = min(self._rate + CLIMB * elapsed, self._top)
        self._tokens = min(self._tokens + elapsed * self._rate, max(self._rate, 2.0))

    def _chat_tokens(self, chat_id: int, now: float) -> float:
        tokens, at = self._chats.get(chat_id, (CHAT_BURST, now))
        return min(tokens + (now - at) * self._chat_rate, CHAT_BURST)

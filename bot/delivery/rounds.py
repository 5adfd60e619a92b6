"""Work that goes in rounds: claim what is due under a lease, call Telegram, record how it ended.

What announcements take back, what groups hear and the files that were asked for are worked so: one
round after the other while there is something to do, and the next when somebody wakes it. Notices
have a loop of their own, because their rounds overlap.
"""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot

from bot.delivery.health import Health
from bot.delivery.limiter import Limiter
from bot.telegram.errors import caught
from xinno_core.database import Database

IDLE_SECONDS = 1.0
MOST_RECORDINGS = 30
"""How often the end of a call is written down again while the database is away."""


@dataclass(frozen=True)
class Means:
    """What all share who call Telegram: one pace, and one opinion of how it is."""

    database: Database
    bot: Bot
    limiter: Limiter
    health: Health
    now: Callable[[], datetime]
    report: Callable[[Exception], None]


class Rounds(ABC):
    """Works round after round, until told to stop."""

    def __init__(self, means: Means) -> None:
        """Begin nothing yet."""
        self._database = means.database
        self._bot = means.bot
        self._limiter = means.limiter
        self._health = means.health
        self._now = means.now
        self._report = means.report
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()

    @abstractmethod
    async def _work_round(self) -> int:
        """Work what is due as one round; return how much it was, 0 to wait for more."""

    def wake(self) -> None:
        """There may be something due."""
        self._wake.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until told to stop; what is on the wire is finished and recorded."""
        self._stopping = stopping
        while not stopping.is_set():
            self._wake.clear()  # before looking, so that what comes meanwhile wakes again
            with caught() as outage:
                if await self.work():
                    continue
            if outage.error is not None:  # the database is away: reported, and tried again
                self._report(outage.error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)

    async def drain(self) -> int:
        """Work all that is due now; return how much it was."""
        total = 0
        while done := await self.work():
            total += done
        return total

    async def work(self) -> int:
        """Work one round, unless Telegram takes nothing at present; return how much it was."""
        if self._limiter.paused_for or self._health.is_doubtful or self._health.token_refused:
            return 0
        return await self._work_round()


async def until_recorded(
    record: Callable[[], Awaitable[object]], report: Callable[[Exception], None]
) -> None:
    """Write down how a call ended, again and again while the database is away.

    What Telegram has must not be sent once more only because nobody could note it.
    """
    for _ in range(MOST_RECORDINGS):
        with caught() as outage:
            await record()
        if outage.error is None:
            return
        report(outage.error)
        await asyncio.sleep(IDLE_SECONDS)

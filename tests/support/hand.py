"""A machine clock that a test turns by hand, with those who sleep on it."""

import asyncio
import time


class HandClock:
    """Stands still until it is advanced; whoever sleeps wakes when their time has come."""

    def __init__(self) -> None:
        self.time = time.monotonic()  # so that it can take over from the machine's
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        """What the clock shows."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Sleep until the clock was advanced so far."""
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.time + seconds, waker))
        await waker

    @property
    def sleeping(self) -> int:
        """How many sleep now."""
        return sum(not waker.done() for _, waker in self._sleepers)

    async def settle(self) -> None:
        """Let everybody who is awake go on until they sleep or are done."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def advance(self, seconds: float, *, step: float = 0.01) -> None:
        """Turn the clock in small steps, so that nobody oversleeps much."""
        await self.settle()
        end = self.time + seconds
        while self.time < end:
            self.time = min(self.time + step, end)
            due = [waker for at, waker in self._sleepers if at <= self.time + 1e-9]
            self._sleepers = [(at, waker) for at, waker in self._sleepers if at > self.time + 1e-9]
            for waker in due:
                if not waker.done():
                    waker.set_result(None)
            if due:
                await self.settle()

"""Which tick runs how often; no rule is inside, and nothing is remembered here.

Everything due is a row. A tick that is late, missing or doubled therefore changes nothing but
the moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


@dataclass(frozen=True)
class Tick:
    """One bounded run of scheduled work: what, and every how many seconds."""

    name: str
    run: Callable[[], Awaitable[int]]
    seconds: float


class Ticker:
    """The ticks as they run; started with the program and stopped before its connections close."""

    def __init__(self, ticks: tuple[Tick, ...]) -> None:
        """Plan the ticks; nothing runs yet."""
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        for tick in ticks:
            self._scheduler.add_job(
                self._run, "interval", args=(tick,), seconds=tick.seconds, id=tick.name
            )

    def start(self) -> None:
        """Run each tick from now on, first after its interval."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Begin no tick any more, and let what is under way come to its end.

        The library can only cancel a coroutine, which would tear a tick off in the middle.
        """
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # what was submitted just now has begun after this
        await asyncio.gather(*self._running)
        self._scheduler.shutdown(wait=False)

    async def _run(self, tick: Tick) -> None:
        work = asyncio.create_task(_work(tick), name=tick.name)
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        await work


async def _work(tick: Tick) -> None:
    try:
        done = await tick.run()
    except Exception as error:  # the next round tries again
        log.exception("tick_failed", tick=tick.name, error=type(error).__name__)
        return
    if done:
        log.info("tick", tick=tick.name, done=done)

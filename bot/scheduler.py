"""Which tick runs how often; no rule is inside, and nothing is remembered here.

Everything due is a row. A tick that is late, missing or doubled therefore changes nothing but
the moment.
"""

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
    seconds: int


def schedule(ticks: tuple[Tick, ...]) -> AsyncIOScheduler:
    """Return a scheduler that runs the ticks; starting and stopping it is the runtime's."""
    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for tick in ticks:
        scheduler.add_job(_run, "interval", args=(tick,), seconds=tick.seconds, id=tick.name)
    return scheduler


async def _run(tick: Tick) -> None:
    try:
        done = await tick.run()
    except Exception as error:  # the next round tries again
        log.exception("tick_failed", tick=tick.name, error=type(error).__name__)
        return
    if done:
        log.info("tick", tick=tick.name, done=done)

"""Charts are drawn in a process of their own, so that meanwhile everybody else is answered."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import structlog

from xinno_core.texts.charts import Chart

log = structlog.get_logger()


class Charts:
    """One process that draws, started when the first chart is asked for."""

    def __init__(self) -> None:
        """Nothing runs yet: most days nobody looks at results."""
        self._process: ProcessPoolExecutor | None = None

    async def draw(self, chart: Chart) -> bytes | None:
        """Return the picture; None where it can't be drawn: the numbers stand beside it as text."""
        if self._process is None:
            # A forked process would hold our connections and locks.
            context = multiprocessing.get_context("spawn")
            self._process = ProcessPoolExecutor(max_workers=1, mp_context=context)
        process = self._process
        try:
            return await asyncio.get_running_loop().run_in_executor(process, _draw, chart)
        except (BrokenProcessPool, ImportError, OSError) as error:
            log.warning("chart_not_drawn", error=type(error).__name__)
            if self._process is process:  # the next one gets a new process
                self._process = None
            process.shutdown(wait=False, cancel_futures=True)
            return None

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            await asyncio.to_thread(process.shutdown, cancel_futures=True)


def _draw(chart: Chart) -> bytes | None:
    from bot.drawing import draw  # noqa: PLC0415 (only the process that draws loads the library)

    return draw(chart)

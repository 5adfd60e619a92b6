"""The program's side of the process that makes a file: started, watched, and ended."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from xinno_core.services.exports import Wish

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""What the process needs of our surroundings; the bot's token is none of it."""


@dataclass(frozen=True)
class Made:
    """The file is whole."""

    rows: int
    size: int
    suffix: str
    peak: int  # of its memory, in KiB


@dataclass(frozen=True)
class NotMade:
    """There is no file, and why."""

    reason: str
    error: str = ""


@dataclass(frozen=True)
class Died:
    """The process ended without a word, by whatever hand: another may do better."""

    error: str


Ending = Made | NotMade | Died


@dataclass
class Watched:
    """How far a process is."""

    done: int = 0
    total: int | None = None
    ending: Made | NotMade | None = field(default=None)


@dataclass(frozen=True)
class Order:
    """What a process is to make, and from what."""

    wish: Wish
    database_url: str
    secret: bytes
    now: datetime
    out: Path  # in a folder of its own, where whatever is left goes with it

    def as_json(self) -> bytes:
        """Write it down for the process."""
        wish = self.wish
        told: dict[str, Any] = {
            "database_url": self.database_url,
            "secret": self.secret.hex(),
            "span": wish.where.span.value,
            "id": wish.where.id,
            "kind": wish.kind.value,
            "format": wish.format.value,
            "separator": wish.separator.value,
            "language": wish.language,
            "now": self.now.isoformat(),
            "out": str(self.out),
            "folder": str(self.out.parent),
        }
        return json.dumps(told).encode() + b"\n"


async def run(
    order: Order,
    *,
    every: float,
    watch: Callable[[Watched], Any],
) -> Ending | None:
    """Let a process make the file; `watch` is awaited every few seconds, and a False ends it.

    None means that it was not wanted to its end.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.export_worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(order.out.parent),
    )
    seen = Watched()
    reading = asyncio.create_task(_read(process, order, seen))
    try:
        while not (await asyncio.wait({reading}, timeout=every))[0]:
            if not await watch(seen):
                return None
        await reading
        await process.wait()
    finally:
        await _end(process, reading)
    return seen.ending or Died(f"exit {process.returncode}")


async def _read(process: asyncio.subprocess.Process, order: Order, seen: Watched) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(ConnectionError):  # it died at once: its ending says so
        process.stdin.write(order.as_json())
        await process.stdin.drain()
        process.stdin.close()
    while line := await process.stdout.readline():
        said = json.loads(line)
        if "done" in said:
            seen.done, seen.total = said["done"], said["total"]
        elif "reason" in said:
            seen.ending = NotMade(said["reason"], said.get("error", ""))
        else:
            seen.ending = Made(said["rows"], said["size"], said["suffix"], said["peak"])


async def _end(process: asyncio.subprocess.Process, reading: asyncio.Task[None]) -> None:
    """Leave nothing running, whatever happened."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if not reading.done():
        reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading
    await process.wait()


def _environment(folder: Path) -> dict[str, str]:
    root = Path(__file__).parent.parent
    paths = [str(root), *(path for path in sys.path if path)]
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONIOENCODING": "utf-8",
        "TMPDIR": str(folder),  # what a library leaves beside the file goes with it
    }

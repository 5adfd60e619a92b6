"""The process that makes a file: found, held still in the middle of its work, and let go."""

import asyncio
import os
import signal
import time
from pathlib import Path

from tests.support.waiting import until

MODULE = b"bot.export_worker"
PATIENCE = 60.0


class Maker:
    """One process that was held still while it wrote."""

    def __init__(self, pid: int) -> None:
        """It stands still already."""
        self._pid = pid

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal; one that stands still hears most of them when it goes on."""
        os.kill(self._pid, number)

    def go_on(self) -> None:
        """Let it work."""
        self.tell(signal.SIGCONT)

    def kill(self) -> None:
        """End it in the middle, as a machine that runs out of memory does."""
        self.tell(signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until it works no more, whoever looks after the dead on this machine."""
        await until(lambda: _state(self._pid) in {"", "Z"}, "the process to be gone")


async def held(program: int, folder: Path) -> Maker:
    """Wait until a process of the program writes beside the file, and hold it still."""
    await until(lambda: _find(program) is not None, "a process that makes a file", seconds=PATIENCE)
    pid = _find(program)
    assert pid is not None
    await asyncio.to_thread(_hold, pid, folder)
    return Maker(pid)


def _hold(pid: int, folder: Path) -> None:
    """Look as often as can be: it writes for no longer than the blink of an eye."""
    end = time.monotonic() + PATIENCE
    while not _is_writing(folder) and time.monotonic() < end:
        pass
    os.kill(pid, signal.SIGSTOP)
    assert _is_writing(folder), "it was too quick to be held"


def _is_writing(folder: Path) -> bool:
    return any(names for place, _, names in os.walk(folder) if Path(place).name.startswith("tmp"))


def _find(program: int) -> int | None:
    """Return the newest process of a program that makes a file and is not dead."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and _parent(int(place.name)) == program:
            try:
                is_maker = MODULE in (place / "cmdline").read_bytes()
            except OSError:  # it has just ended
                continue
            if is_maker:
                found.append(int(place.name))
    return max(found, default=None)


def _state(pid: int) -> str:
    return (_stat(pid) or [""])[0]


def _parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def _stat(pid: int) -> list[str]:
    """Return what Linux says of a process after its name; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:
        return []

"""A town for a measurement: a Telegram in this process, people who tap, and what they see when.

The program that is measured runs as a process of its own, so that only its own work counts as its
own; whoever taps has no part in the announcement, so that what comes to them is an answer.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.simulator.server import serve
from bot.simulator.state import Simulator
from bot.simulator.telegram_side import Event

TOKEN = "1000001:simulator-token-for-local-use-only"  # noqa: S105 (opens nothing anywhere)
ROOT = Path(__file__).parent.parent.parent
STOPS_WITHIN = 30.0
LONGEST_ANSWER = 10.0
"""Seconds after which a tap counts as not answered, and as having waited so long."""


@dataclass
class Town:
    """What came to whom, and when, on this process's clock."""

    simulator: Simulator
    url: str
    folder: Path
    recipients: list[int] = field(default_factory=list)
    tappers: list[int] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)  # of the announcement's messages
    waits: list[float] = field(default_factory=list)  # of taps, until their answer was there
    wishes: tuple[str, ...] = ()  # the data of the buttons that are tapped in turn
    _taps: Counter[int] = field(default_factory=Counter)
    _answered: dict[int, asyncio.Event] = field(default_factory=dict)
    _reached: set[int] = field(default_factory=set)
    _everybody: asyncio.Event = field(default_factory=asyncio.Event)

    def populate(self, *, recipients: int, tappers: int) -> None:
        """Let people have accounts, and have opened the bot."""
        for number in range(recipients + tappers):
            person = self.simulator.add_person(first_name=f"Person {number}", language="en").id
            self.simulator.open_link(person, "")
            (self.recipients if number < recipients else self.tappers).append(person)
        self.simulator.take_updates()
        self._answered = {person: asyncio.Event() for person in self.tappers}
        self.simulator.listen(self._hear)

    async def ask(self, person: int, text: str) -> bool:
        """Let a tapper write something, and wait for the screen that answers it."""
        return await self._answer_to(person, lambda: self.simulator.send_text(person, text))

    async def tap(self, person: int) -> bool:
        """Let a tapper press a button of the newest screen, and note how long the answer took."""
        shown = self.simulator.chat(person)[-1]
        # In turn, so that no answer equals the screen before: Telegram would show nothing new.
        data = self.wishes[self._taps[person] % len(self.wishes)]
        self._taps[person] += 1
        begun = time.perf_counter()
        is_answered = await self._answer_to(
            person, lambda: self.simulator.press_data(person, shown.message_id, data)
        )
        self.waits.append(time.perf_counter() - begun)
        return is_answered

    async def tap_in_turn(self, every_seconds: float, until: asyncio.Event) -> None:
        """Let one after the other tap at an even pace, whether the answers come soon or not."""
        taps: set[asyncio.Task[bool]] = set()
        at = time.perf_counter()
        for person in itertools.cycle(self.tappers):
            if until.is_set():
                break
            task = asyncio.create_task(self.tap(person))
            taps.add(task)
            task.add_done_callback(taps.discard)
            at += every_seconds
            await asyncio.sleep(max(at - time.perf_counter(), 0))
        await asyncio.gather(*taps)

    async def all_reached(self, *, within: float) -> bool:
        """Wait until every recipient has the announcement."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._everybody.wait(), within)
        return self._everybody.is_set()

    @property
    def sent_a_second(self) -> float:
        """How many of the announcement's messages came in a second, from the first to the last."""
        span = self.arrivals[-1] - self.arrivals[0]
        return (len(self.arrivals) - 1) / span if span else 0.0

    @property
    def reached(self) -> int:
        """How many recipients have the announcement."""
        return len(self._reached)

    @property
    def most_in_a_second(self) -> int:
        """The most messages of the announcement that came within any one second."""
        most = first = 0
        for last, at in enumerate(self.arrivals):
            while self.arrivals[first] <= at - 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _hear(self, event: Event) -> None:
        person = event["person_id"]
        if person in self._answered:
            if event["kind"] in {"message", "edit"} and self._is_from_bot(event):
                self._answered[person].set()
        elif event["kind"] == "message" and person is not None and self._is_from_bot(event):
            self.arrivals.append(time.perf_counter())
            self._reached.add(person)
            if len(self._reached) == len(self.recipients):
                self._everybody.set()

    def _is_from_bot(self, event: Event) -> bool:
        message = self.simulator.find_message(event["person_id"], event["message_id"])
        return message is not None and message.from_bot

    async def _answer_to(self, person: int, deed: Callable[[], object]) -> bool:
        answered = self._answered[person]
        answered.clear()
        deed()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_ANSWER):
                await answered.wait()
                return True
        return False


@contextlib.asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """Serve a Telegram on this machine, with a folder for what the program keeps."""
    simulator = Simulator(token=TOKEN)
    served = await serve(simulator, port=0)
    with tempfile.TemporaryDirectory(prefix="xinno-bench-") as folder:
        try:
            yield Town(simulator, served.url, Path(folder))
        finally:
            await served.close()


@contextlib.asynccontextmanager
async def running(
    town: Town, *words: str, environment: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python program in the town's folder, and tell it to stop at the end."""
    with (town.folder / "output").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *words),
            cwd=town.folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOPS_WITHIN)
            except TimeoutError:
                process.kill()
                await process.wait()


def cpu_seconds(pid: int) -> float:
    """Return how much time of the processor a process has used by now."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

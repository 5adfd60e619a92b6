"""The program as people start it: `./xinno` in a fresh clone, as a process of its own."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
MOST_TOLD = 4000
LOOKS = 0.05
TROUBLE = re.compile(r"\[(warning|error|critical)|Traceback|never awaited", re.IGNORECASE)


def clone(to: Path) -> Path:
    """Copy what a clone would hold once all is committed, and nothing that a run leaves behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if not (ROOT / name).is_file():
            continue  # about to be removed
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, to / name)
    return to


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """`./xinno`, with settings of its own and none of this machine's."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    http_port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    def environment(self) -> dict[str, str]:
        """The settings, and the environment of these tests, so that nothing is installed again."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("XINNO_")}
        return kept | {
            "XINNO_VENV": sys.prefix,
            "XINNO_HTTP_PORT": str(self.http_port),
            **self.settings,
        }

    async def carry_out(self, *words: str) -> tuple[int, str]:
        """Run a command to its end; its status and all that it said."""
        process = await asyncio.create_subprocess_exec(
            str(self.folder / "xinno"),
            *words,
            cwd=self.folder,
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    async def start(self, *words: str, until: str) -> float:
        """Start a command that stays, and wait for a sentence; the seconds that took."""
        began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(self.folder / "xinno"),
                *words,
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        before = self.output().count(until)
        while self.output().count(until) == before:
            assert self._process.returncode is None, self.output()
            assert time.monotonic() - began < PATIENCE, self.output()
            await asyncio.sleep(LOOKS)
        return time.monotonic() - began

    async def up(self, *, until: str = "Stop with Ctrl+C") -> float:
        """`./xinno up`; the seconds to the first answer on /healthz."""
        began = time.monotonic()
        starting = asyncio.create_task(self.start("up", until=until))
        try:
            while not await self._is_alive():
                if starting.done():
                    starting.result()
                assert time.monotonic() - began < PATIENCE, self.output()
                await asyncio.sleep(LOOKS)
            took = time.monotonic() - began
            await starting
        finally:
            starting.cancel()
        return took

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Stop it in any case, and let a failure tell what it said last."""
        try:
            yield
        except BaseException as error:
            error.add_note(f"{self.folder.name} said:\n{self.output()[-MOST_TOLD:]}")
            raise
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Ask it politely to end, which is no failure."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(30):
                assert await process.wait() == 0, self.output()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise

    def output(self) -> str:
        """All that it said, over all its starts."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def trouble(self) -> list[str]:
        """The lines that tell of something wrong."""
        return [line for line in self.output().splitlines() if TROUBLE.search(line)]

    @property
    def _log(self) -> Path:
        return self.folder.parent / f"{self.folder.name}-{self.http_port}.log"

    async def _is_alive(self) -> bool:
        address = f"http://127.0.0.1:{self.http_port}/healthz"
        try:
            async with aiohttp.ClientSession() as http, http.get(address) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

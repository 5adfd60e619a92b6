"""The real program as a process of its own, to be started, told to stop, and killed."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp

from tests.support.waiting import until

ROOT = Path(__file__).parent.parent.parent


class Program:
    """`python -m bot`, in a folder of its own, with nothing of this process's settings."""

    def __init__(self, folder: Path, *, api: str, token: str, database_url: str) -> None:
        """Prepare; nothing runs yet."""
        self.folder = folder
        self.port = free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "XINNO_BOT_TOKEN": token,
            "XINNO_TELEGRAM_API": api,
            "XINNO_DATABASE_URL": database_url,
            "XINNO_HTTP_PORT": str(self.port),
            "XINNO_RATE_LIMIT": "1000",
            "XINNO_LOG_LEVEL": "warning",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def output(self) -> str:
        """Everything all runs have written, to either stream."""
        return (self.folder / "output").read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    async def command(self, *words: str) -> int:
        """Run a command to its end and return its status."""
        await self._begin(*words)
        return await self.ended()

    async def start(self) -> None:
        """Start to run, and wait until it is ready."""
        await self._begin("run")
        await until(self._is_ready, "the program to be ready")

    async def _begin(self, *words: str) -> None:
        with (self.folder / "output").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *words),
                cwd=self.folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()

    def terminate(self) -> None:
        """Ask it to stop in order."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    async def ended(self, *, within: float = 30) -> int:
        """Wait for its end and return the status."""
        assert self._process is not None
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def close(self) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            raise AssertionError(f"the program has ended:\n{self.output}")
        if "The assistant runs" not in self.output:
            return False
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""The assistant's own web part and loops in the test's process, and a hand that posts to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.web import SECRET_HEADER, WEBHOOK_PATH, create_app
from tests.support.world import World
from xinno_core.database import Database

WEBHOOK_SECRET = "a-secret-between-telegram-and-us"


@dataclass(frozen=True)
class Webhook:
    """Posts updates as Telegram does."""

    client: TestClient[Any, Any]

    async def post(self, update: object) -> int:
        """Post one update with the secret; return the status."""
        async with self.client.post(
            WEBHOOK_PATH, json=update, headers={SECRET_HEADER: WEBHOOK_SECRET}
        ) as answer:
            await answer.read()
            return answer.status

    async def post_all(self, updates: list[dict[str, Any]]) -> list[int]:
        """Post all at the same moment."""
        return list(await asyncio.gather(*(self.post(update) for update in updates)))

    async def post_bytes(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """Post anything at all; without headers of its own, with the secret."""
        given = {SECRET_HEADER: WEBHOOK_SECRET} if headers is None else headers
        async with self.client.post(WEBHOOK_PATH, data=BytesIO(body), headers=given) as answer:
            await answer.read()
            return answer.status

    async def is_alive(self) -> bool:
        """Ask whether the process answers at all."""
        async with self.client.get("/healthz") as answer:
            return answer.status == 200

    async def ready(self) -> tuple[int, dict[str, Any]]:
        """Ask whether all is well."""
        async with self.client.get("/readyz") as answer:
            return answer.status, await answer.json()


@contextlib.asynccontextmanager
async def webhook_of(world: World, *, database: Database | None = None) -> AsyncIterator[Webhook]:
    """Serve the real web application on a port of this machine."""
    app = create_app(
        database=database or world.database,
        readiness=world.assistant.missing,
        webhook_secret=WEBHOOK_SECRET,
        stored=world.assistant.workers.wake,
        secret=world.secret,
        now=lambda: world.now,
    )
    async with TestClient(TestServer(app)) as client:
        yield Webhook(client)


@contextlib.asynccontextmanager
async def running(world: World, *, tasks: int = 8) -> AsyncIterator[None]:
    """Let workers and sender run as they do in the program, and stop them in order."""
    stopping = asyncio.Event()
    assistant = world.assistant
    async with asyncio.TaskGroup() as group:
        group.create_task(assistant.workers.run(tasks=tasks, stopping=stopping))
        group.create_task(assistant.sender.run(stopping))
        try:
            yield
        finally:
            stopping.set()
            assistant.workers.wake()
            assistant.sender.wake()

"""Pushing updates to the bot's webhook, with Telegram's order, patience and back-off."""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.simulator.updates import Pending, Updates, Webhook

ANSWER_WITHIN = 60.0
LONGEST_RETRY_AFTER = 3600.0
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the name, not a secret

Execute = Callable[[str, dict[str, Any]], Awaitable[object]]
Pause = Callable[[float], Awaitable[None]]


class Delivery:
    """Delivers what waits, one update at a time within a lane, lanes in parallel.

    The work runs in one task that exists only while something waits, so that a simulator
    nobody gave a webhook needs no closing.
    """

    def __init__(self, updates: Updates, execute: Execute, pause: Pause = asyncio.sleep) -> None:
        self._updates = updates
        self._execute = execute
        self.pause = pause
        self._runner: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Something waits, or the webhook changed; without a running loop it waits on."""
        if self._updates.webhook is None or not len(self._updates):
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._news.set()
        if self._runner is None or self._runner.done():
            self._runner = loop.create_task(self._run(), name="simulator webhook delivery")
            self._runner.add_done_callback(self._ended)

    def _ended(self, runner: asyncio.Task[None]) -> None:
        # What came while the runner was closing its connections found it still alive.
        if runner is self._runner and not runner.cancelled() and runner.exception() is None:
            self.wake()

    async def stop(self) -> None:
        """Stop delivering; what was not confirmed stays queued."""
        runner, self._runner = self._runner, None
        if runner is not None and not runner.done():
            runner.cancel()
            await asyncio.gather(runner, return_exceptions=True)

    async def _run(self) -> None:
        lanes: dict[str, asyncio.Task[None]] = {}
        timeout = ClientTimeout(total=ANSWER_WITHIN)
        async with ClientSession(timeout=timeout, cookie_jar=DummyCookieJar()) as session:
            try:
                while (webhook := self._updates.webhook) is not None:
                    self._news.clear()
                    lanes = {lane: task for lane, task in lanes.items() if not task.done()}
                    for pending in self._updates.first_of_lanes():
                        if len(lanes) >= webhook.max_connections:
                            break
                        if pending.lane not in lanes:
                            lanes[pending.lane] = asyncio.create_task(
                                self._deliver(session, webhook, pending)
                            )
                    if not lanes:
                        return
                    news = asyncio.create_task(self._news.wait())
                    await asyncio.wait({news, *lanes.values()}, return_when="FIRST_COMPLETED")
                    news.cancel()
            finally:
                for task in lanes.values():
                    task.cancel()
                await asyncio.gather(*lanes.values(), return_exceptions=True)

    async def _deliver(self, session: ClientSession, webhook: Webhook, pending: Pending) -> None:
        failures = 0
        longest = random.uniform(60.0, 120.0)
        while pending in self._updates:
            asked_to_wait = await self._attempt(session, webhook, pending)
            if asked_to_wait is None:
                self._updates.confirm(pending.update_id)
                return
            # The first repeat comes at once, then 2, 4, 8 ... seconds.
            back_off = 0.0 if failures == 0 else min(2.0**failures, longest)
            await self.pause(max(back_off, asked_to_wait))
            failures += 1

    async def _attempt(
        self, session: ClientSession, webhook: Webhook, pending: Pending
    ) -> float | None:
        """None when the bot took it, otherwise the seconds it asked to wait."""
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            async with session.post(
                webhook.url, json=pending.body, headers=headers, allow_redirects=False
            ) as answer:
                body = await answer.read()
                status = answer.status
                retry_after = answer.headers.get("Retry-After", "")
        except TimeoutError:
            self._failed(webhook, "Read timeout expired")
            return 0.0
        except ClientConnectorError:
            self._failed(webhook, "Connection refused")
            return 0.0
        except ClientError as error:
            self._failed(webhook, f"Connection reset: {type(error).__name__}")
            return 0.0
        if 200 <= status < 300:
            await self._answer_in_body(body)
            return None
        try:
            phrase = HTTPStatus(status).phrase
        except ValueError:
            phrase = "Unknown"
        self._failed(webhook, f"Wrong response from the webhook: {status} {phrase}")
        return min(float(retry_after), LONGEST_RETRY_AFTER) if retry_after.isdigit() else 0.0

    def _failed(self, webhook: Webhook, reason: str) -> None:
        webhook.last_error_at = int(time.time())
        webhook.last_error = reason

    async def _answer_in_body(self, body: bytes) -> None:
        """A 200 may carry one call; its result is told to nobody."""
        try:
            call = json.loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(method := call.pop("method", None), str):
            await self._execute(method, call)

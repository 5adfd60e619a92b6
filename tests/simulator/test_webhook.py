"""How updates reach a bot that has a webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.simulator import Simulator
from tests.simulator.conftest import ANNA, JAN, Bot


class Endpoint:
    """The bot's own server: keeps what came, and answers as the test tells it."""

    def __init__(self) -> None:
        self.url = ""
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.news = asyncio.Condition()
        self.open = asyncio.Event()
        self.open.set()

    async def handle(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.append(await request.json())
        async with self.news:
            self.news.notify_all()
        await self.open.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many requests have come."""
        async with self.news, asyncio.timeout(10):
            await self.news.wait_for(lambda: len(self.came) >= count)
        return self.came


@pytest.fixture
async def endpoint(simulator: Simulator) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    app = web.Application()
    app.router.add_post("/hook", endpoint.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield endpoint
    endpoint.open.set()
    await simulator.close()
    await runner.cleanup()


async def delivered(simulator: Simulator) -> None:
    """Until nothing waits any more."""
    done = asyncio.Event()
    stop = simulator.listen(lambda _event: None if len(simulator.updates) else done.set())
    if len(simulator.updates):
        async with asyncio.timeout(10):
            await done.wait()
    stop()


async def test_updates_come_with_the_secret(
    simulator: Simulator, bot: Bot, endpoint: Endpoint
) -> None:
    simulator.send_text(ANNA, "before")
    await bot.does("setWebhook", url=endpoint.url, secret_token="s3cret")
    simulator.send_text(ANNA, "after")
    await delivered(simulator)
    assert [update["message"]["text"] for update in endpoint.came] == ["before", "after"]
    assert endpoint.secrets == ["s3cret", "s3cret"]


async def test_a_failed_delivery_is_repeated_at_once_and_then_ever_more_slowly(
    simulator: Simulator, bot: Bot, endpoint: Endpoint
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    simulator.delivery.pause = pause
    endpoint.answers = [
        *(web.Response(status=503) for _ in range(4)),
        web.Response(status=503, headers={"Retry-After": "30"}),
    ]
    simulator.send_text(ANNA, "hi")
    await bot.does("setWebhook", url=endpoint.url)
    await delivered(simulator)
    assert pauses == [0.0, 2.0, 4.0, 8.0, 30.0]
    assert len({update["update_id"] for update in endpoint.came}) == 1
    facts = await bot.does("getWebhookInfo")
    assert facts["pending_update_count"] == 0
    assert facts["last_error_message"] == (
        "Wrong response from the webhook: 503 Service Unavailable"
    )


async def test_one_chat_waits_for_its_turn_while_others_go_ahead(
    simulator: Simulator, bot: Bot, endpoint: Endpoint
) -> None:
    """While Anna's first text hangs, her second waits; Jan's text and her press do not."""
    endpoint.open.clear()
    await bot.does("setWebhook", url=endpoint.url)
    simulator.send_text(ANNA, "first")
    simulator.send_text(ANNA, "second")
    simulator.send_text(JAN, "hello")
    simulator.press_data(ANNA, 1, "press")
    came = await endpoint.until(3)
    texts = {update.get("message", {}).get("text", "press") for update in came}
    assert texts == {"first", "hello", "press"}
    endpoint.open.set()
    await delivered(simulator)
    assert endpoint.came[-1]["message"]["text"] == "second"


async def test_no_more_connections_than_allowed(
    simulator: Simulator, bot: Bot, endpoint: Endpoint
) -> None:
    endpoint.open.clear()
    await bot.does("setWebhook", url=endpoint.url, max_connections=1)
    simulator.send_text(ANNA, "one")
    simulator.send_text(JAN, "two")
    await endpoint.until(1)
    assert len(endpoint.came) == 1
    endpoint.open.set()
    await delivered(simulator)
    assert len(endpoint.came) == 2


async def test_an_answer_may_carry_one_call(
    simulator: Simulator, bot: Bot, endpoint: Endpoint
) -> None:
    endpoint.answers = [
        web.json_response({"method": "sendMessage", "chat_id": ANNA, "text": "at once"})
    ]
    await bot.does("setWebhook", url=endpoint.url)
    simulator.send_text(ANNA, "hi")
    await delivered(simulator)
    assert [message.text for message in simulator.chat(ANNA)] == ["hi", "at once"]


async def test_nobody_listens_and_the_update_stays(simulator: Simulator, bot: Bot) -> None:
    tried = asyncio.Event()

    async def pause(_seconds: float) -> None:
        tried.set()
        await asyncio.Event().wait()

    simulator.delivery.pause = pause
    await bot.does("setWebhook", url="http://127.0.0.1:9/", max_connections=7)
    simulator.send_text(ANNA, "hi")
    await tried.wait()
    facts = await bot.does("getWebhookInfo")
    assert facts["last_error_message"] == "Connection refused"
    assert (facts["pending_update_count"], facts["max_connections"]) == (1, 7)
    await bot.does("deleteWebhook")
    assert len(await bot.does("getUpdates")) == 1
    assert await bot.does("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 1,
    }

"""How updates reach a bot that polls."""

import asyncio

from bot.simulator import Simulator
from tests.simulator.conftest import ANNA, Bot, Clocks


async def waiting(simulator: Simulator) -> None:
    """Until a getUpdates waits for something to happen."""
    while simulator.updates._poller is None:
        await asyncio.sleep(0)


async def test_what_is_not_confirmed_comes_again(simulator: Simulator, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        simulator.send_text(ANNA, text)
    first = await bot.does("getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert await bot.does("getUpdates", limit=2) == first
    rest = await bot.does("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]


async def test_a_negative_offset_keeps_only_the_last(simulator: Simulator, bot: Bot) -> None:
    for text in ("one", "two", "three"):
        simulator.send_text(ANNA, text)
    kept = await bot.does("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in kept] == ["three"]
    assert await bot.does("getUpdates") == kept


async def test_a_waiting_poll_ends_with_the_first_news(simulator: Simulator, bot: Bot) -> None:
    poll = asyncio.create_task(bot.does("getUpdates", timeout=50))
    await waiting(simulator)
    simulator.send_text(ANNA, "news")
    (update,) = await poll
    assert update["message"]["text"] == "news"


async def test_the_first_of_two_pollers_is_told_of_the_conflict(
    simulator: Simulator, bot: Bot
) -> None:
    first = asyncio.create_task(bot.is_refused("getUpdates", timeout=50))
    await waiting(simulator)
    assert await bot.does("getUpdates") == []
    assert (await first).startswith("Conflict: terminated by other getUpdates request")


async def test_polling_and_a_webhook_exclude_each_other(simulator: Simulator, bot: Bot) -> None:
    poll = asyncio.create_task(bot.is_refused("getUpdates", timeout=50))
    await waiting(simulator)
    await bot.does("setWebhook", url="http://127.0.0.1:9/")
    assert await poll == "Conflict: terminated by setWebhook request"
    refusal = await bot.is_refused("getUpdates")
    assert refusal.startswith("Conflict: can't use getUpdates method while webhook is active")
    await bot.does("deleteWebhook")
    assert await bot.does("getUpdates") == []


async def test_only_wanted_kinds_are_kept_and_the_wish_is_remembered(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    await bot.does("getUpdates", allowed_updates=["callback_query"])
    assert simulator.send_text(anna, "unheard").update_id is None
    await bot.does("getUpdates")  # says nothing of kinds, so the wish stays
    simulator.press_data(anna, 1, "heard")
    assert [list(update)[1] for update in simulator.take_updates()] == ["callback_query"]
    await bot.does("getUpdates", allowed_updates=[])
    assert simulator.send_text(anna, "heard again").update_id is not None


async def test_updates_wait_a_day_and_presses_two_and_a_half_minutes(
    simulator: Simulator, bot: Bot, anna: int, clocks: Clocks
) -> None:
    simulator.send_text(anna, "hi")
    simulator.press_data(anna, 1, "x")
    clocks.wait(150)
    assert len(await bot.does("getUpdates")) == 1
    clocks.wait(24 * 3600)
    assert await bot.does("getUpdates") == []

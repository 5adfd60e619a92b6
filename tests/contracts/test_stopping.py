"""The program is asked to stop while it works: what is under way comes to its end."""

import asyncio

import pytest

from bot.scheduler import Tick, Ticker
from tests.support.posting import webhook_of
from tests.support.world import World

SOON = 0.01


async def test_a_tick_under_way_is_finished_before_the_connections_close(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A stop in the middle of a tick tears nothing off, and is nothing to be logged as an error."""
    begun, may_end, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def long_work() -> int:
        begun.set()
        await may_end.wait()
        ended.set()
        return 0

    ticker = Ticker((Tick("long_work", long_work, SOON),))
    ticker.start()
    await asyncio.wait_for(begun.wait(), 5)
    stopping = asyncio.create_task(ticker.stop())
    await asyncio.sleep(0)
    may_end.set()
    await stopping

    assert ended.is_set()
    await asyncio.sleep(0)  # the library tells of a torn job one round later
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_no_tick_begins_after_the_stop() -> None:
    """A program that stops claims nothing new."""
    rounds = 0
    first = asyncio.Event()

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        first.set()
        return 0

    ticker = Ticker((Tick("work", work, SOON),))
    ticker.start()
    await asyncio.wait_for(first.wait(), 5)
    await ticker.stop()
    seen = rounds
    first.clear()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(first.wait(), SOON * 5)
    assert rounds == seen
    await ticker.stop()  # a second time is no mistake


async def test_who_is_asked_to_stop_says_so_before_anything_ends(world: World) -> None:
    """A balancer sends nobody here any more while the last calls come to their end."""
    async with webhook_of(world) as webhook:
        assert (await webhook.ready())[0] == 200
        world.assistant.stop()
        status, said = await webhook.ready()
    assert (status, list(said["reasons"])) == (503, ["stopping"])

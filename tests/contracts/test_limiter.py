"""How fast messages go, on a clock that is turned by hand."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery.limiter import CHAT_BURST, Lane, Limiter
from tests.support.hand import HandClock


class Street:
    """A limiter, and those who want to pass."""

    def __init__(self, rate: float) -> None:
        self.clock = HandClock()
        self.limiter = Limiter(rate, clock=self.clock.now, sleep=self.clock.sleep)
        self.passed: list[tuple[float, int, Lane]] = []
        self.given_up: list[int] = []
        self._tasks: list[asyncio.Task[None]] = []

    def wants(self, chat: int, lane: Lane, **more: float) -> None:
        """Somebody wants to send to a chat."""

        async def go() -> None:
            if await self.limiter.pass_through(chat, lane, **more):
                self.passed.append((self.clock.time, chat, lane))
            else:
                self.given_up.append(chat)

        self._tasks.append(asyncio.create_task(go()))

    def count(self, lane: Lane) -> int:
        """How many of a lane have passed."""
        return sum(way is lane for _, _, way in self.passed)

    async def close(self) -> None:
        """Send the rest home."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    made = Street(10)
    yield made
    await made.close()


async def test_no_more_pass_than_the_rate_allows(street: Street) -> None:
    for chat in range(100):
        street.wants(chat, Lane.INTERACTIVE)
    await street.clock.settle()
    assert len(street.passed) == 10
    await street.clock.advance(5)
    assert 58 <= len(street.passed) <= 60


async def test_bulk_leaves_a_reserve_to_answers(street: Street) -> None:
    for chat in range(100):
        street.wants(chat, Lane.BULK)
    await street.clock.settle()
    assert street.count(Lane.BULK) == 8
    street.wants(1001, Lane.INTERACTIVE)
    street.wants(1002, Lane.INTERACTIVE)
    await street.clock.settle()
    assert street.count(Lane.INTERACTIVE) == 2  # at once, though a hundred were there before


async def test_answers_go_before_bulk(street: Street) -> None:
    for chat in range(40):
        street.wants(chat, Lane.BULK)
    for chat in range(40, 60):
        street.wants(chat, Lane.INTERACTIVE)
    await street.clock.settle()
    bulk_before = street.count(Lane.BULK)
    await street.clock.advance(1.5)
    assert street.count(Lane.INTERACTIVE) > 14
    assert street.count(Lane.BULK) == bulk_before
    await street.clock.advance(10)
    assert street.count(Lane.BULK) == 40


async def test_a_chat_hears_one_message_a_second_after_a_short_burst(street: Street) -> None:
    for _ in range(10):
        street.wants(7, Lane.INTERACTIVE)
    await street.clock.settle()
    assert len(street.passed) == CHAT_BURST
    await street.clock.advance(3.2)
    assert len(street.passed) == CHAT_BURST + 3


async def test_one_who_presses_without_end_holds_up_nobody_else(street: Street) -> None:
    """A past bug: waiting for the own chat's pace counted as an answer that waits."""
    for _ in range(30):
        street.wants(7, Lane.INTERACTIVE)
    for chat in range(100, 130):
        street.wants(chat, Lane.BULK)
    await street.clock.advance(5)
    assert street.count(Lane.BULK) == 30


async def test_nothing_passes_during_a_pause_and_then_it_goes_slower(street: Street) -> None:
    for chat in range(3):
        street.wants(chat, Lane.BULK)
    await street.clock.settle()
    assert len(street.passed) == 3  # on the wire; that they end well must lift no pause
    street.limiter.pause(7)
    for chat in range(10, 110):
        street.wants(chat, Lane.INTERACTIVE if chat % 2 else Lane.BULK)
    await street.clock.advance(6.99)
    assert len(street.passed) == 3
    await street.clock.advance(1.01)
    assert 2 <= len(street.passed) - 3 <= 5  # half of ten a second, and nothing was saved up


async def test_refusals_of_one_moment_slow_down_once(street: Street) -> None:
    for _ in range(20):
        street.limiter.pause(2)
    assert street.limiter.rate == 5


async def test_the_rate_climbs_back_only_after_the_pause(street: Street) -> None:
    street.limiter.pause(60)
    await street.clock.advance(60)
    street.wants(1, Lane.BULK)
    await street.clock.advance(0.5)
    assert street.limiter.rate < 6
    await street.clock.advance(20)
    street.wants(2, Lane.BULK)
    await street.clock.settle()
    assert street.limiter.rate == 10


async def test_a_longer_pause_is_not_cut_by_a_shorter_one(street: Street) -> None:
    street.limiter.pause(30)
    street.limiter.pause(1)
    assert street.limiter.paused_for == 30


async def test_whose_patience_is_too_short_gives_up_at_once(street: Street) -> None:
    street.limiter.pause(60)
    street.wants(1, Lane.BULK, patience=10)
    await street.clock.settle()
    assert street.given_up == [1]


async def test_at_the_end_nobody_of_bulk_waits(street: Street) -> None:
    for chat in range(100):
        street.wants(chat, Lane.BULK)
    street.wants(500, Lane.INTERACTIVE)
    await street.clock.settle()
    street.limiter.close()
    await street.clock.advance(0.6)
    assert len(street.passed) + len(street.given_up) == 101
    assert street.count(Lane.INTERACTIVE) == 1

"""How fast messages go, on a clock that is turned by hand."""

import asyncio
import itertools
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
        self.waited: list[tuple[float, Lane]] = []
        self.given_up: list[int] = []
        self._tasks: list[asyncio.Task[None]] = []

    def wants(self, chat: int, lane: Lane, **more: float) -> None:
        """Somebody wants to send to a chat."""

        begun = self.clock.time

        async def go() -> None:
            if await self.limiter.pass_through(chat, lane, **more):
                self.passed.append((self.clock.time, chat, lane))
                self.waited.append((self.clock.time - begun, lane))
            else:
                self.given_up.append(chat)

        self._tasks.append(asyncio.create_task(go()))

    def count(self, lane: Lane) -> int:
        """How many of a lane have passed."""
        return sum(way is lane for _, _, way in self.passed)

    def waits(self, lane: Lane) -> list[float]:
        """How long each of a lane waited."""
        return [seconds for seconds, way in self.waited if way is lane]

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
    await street.clock.advance(5.1)
    assert len(street.passed) == 60


async def test_bulk_uses_everything_while_nobody_answers(street: Street) -> None:
    for chat in range(200):
        street.wants(chat, Lane.BULK)
    await street.clock.advance(10)
    assert 98 <= street.count(Lane.BULK) <= 101


async def test_bulk_goes_at_an_even_pace_and_an_answer_gets_the_next_moment(street: Street) -> None:
    for chat in range(200):
        street.wants(chat, Lane.BULK)
    await street.clock.advance(3)
    times = [at for at, _, _ in street.passed]
    gaps = [later - sooner for sooner, later in itertools.pairwise(times[1:])]
    assert max(gaps) < 0.15
    assert min(gaps) > 0.04
    asked_at = street.clock.time
    street.wants(1001, Lane.INTERACTIVE)
    await street.clock.advance(0.5)
    (answered_at,) = [at for at, chat, _ in street.passed if chat == 1001]
    assert answered_at - asked_at <= 0.12  # at ten a second, though hundreds were there before


async def test_bulk_leaves_more_room_where_many_answer(street: Street) -> None:
    """Eight answer each second: of the next moments some are kept, and bulk still goes on."""
    for chat in range(400):
        street.wants(chat, Lane.BULK)
    for moment in range(40):
        for chat in range(2):
            street.wants(1000 + 10 * moment + chat, Lane.INTERACTIVE)
        await street.clock.advance(0.25)
    assert street.count(Lane.INTERACTIVE) == 80
    assert max(street.waits(Lane.INTERACTIVE)[16:]) < 0.3  # once it is known that many answer
    assert street.count(Lane.BULK) > 0


async def test_in_any_second_no_more_pass_than_the_rate(street: Street) -> None:
    """Also after a rest: what was not used before is not saved up."""
    for chat in range(60):
        street.wants(chat, Lane.BULK if chat % 2 else Lane.INTERACTIVE)
    await street.clock.advance(8)
    times = [at for at, _, _ in street.passed]
    assert len(times) == 60
    assert all(later - sooner > 0.99 for sooner, later in zip(times, times[10:], strict=False))


async def test_a_group_hears_twenty_messages_a_minute(street: Street) -> None:
    for _ in range(30):
        street.wants(-100, Lane.BULK)
    street.wants(-200, Lane.BULK)
    await street.clock.advance(20, step=0.05)
    assert sum(chat == -100 for _, chat, _ in street.passed) == 20
    assert any(chat == -200 for _, chat, _ in street.passed)  # another group waits for nothing
    await street.clock.advance(45, step=0.05)
    assert sum(chat == -100 for _, chat, _ in street.passed) == 30


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
    await street.clock.advance(0.4)
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

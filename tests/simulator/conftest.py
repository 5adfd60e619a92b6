"""A simulator with two people in it, a bot's hand on its Bot API, and a real port."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.server import Served, serve

TOKEN = "1000001:simulator-token-abcdefghijklmnopqrstuv"
ANNA, JAN = 5_000_000_001, 5_000_000_002


@dataclass
class Clocks:
    """Business time and machine time, each moved by hand."""

    business: datetime = field(default_factory=lambda: datetime(2026, 11, 3, 17, 5, tzinfo=UTC))
    machine: float = 1000.0

    def now(self) -> datetime:
        return self.business

    def wait(self, seconds: float) -> None:
        """Let machine time pass."""
        self.machine += seconds

    def travel(self, **span: float) -> None:
        """Let business time pass."""
        self.business += timedelta(**span)


@dataclass
class Bot:
    """A bot without any library: it calls, and is told yes or no."""

    simulator: Simulator

    async def does(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401  as JSON is
        """The result of a call that must work."""
        files = parameters.pop("files", None)
        status, answer = await self.simulator.call(method, parameters, files)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def is_refused(self, method: str, **parameters: Any) -> str:  # noqa: ANN401  as JSON is
        """The reason why a call does not work."""
        status, answer = await self.simulator.call(method, parameters)
        assert not answer["ok"], answer
        assert status == answer["error_code"]
        return str(answer["description"])


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def simulator(clocks: Clocks) -> Simulator:
    """Anna and Jan have accounts; neither has written to the bot yet."""
    simulator = Simulator(token=TOKEN, now=clocks.now)
    simulator.machine_time = lambda: clocks.machine
    simulator.add_person(first_name="Anna", language="it", person_id=ANNA, note="demo")
    simulator.add_person(
        first_name="Jan", last_name="Novák", username="jan_n", language="de", person_id=JAN
    )
    return simulator


@pytest.fixture
def bot(simulator: Simulator) -> Bot:
    return Bot(simulator)


@pytest.fixture
def anna(simulator: Simulator) -> int:
    """Anna has tapped START, and the bot has seen it."""
    simulator.open_link(ANNA)
    simulator.take_updates()
    return ANNA


@pytest.fixture
async def served(simulator: Simulator) -> AsyncIterator[Served]:
    """The simulator on a real port."""
    served = await serve(simulator, port=0)
    yield served
    await served.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session

"""The demo's clock only goes forward, however the program ended."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import demo
from bot.runtime import Assistant, Setup
from bot.simulator import Simulator
from bot.simulator.request import SimulatorRequest
from bot.simulator.server import DEMO_TOKEN
from tests.support.databases import Databases
from tests.support.world import SECRET
from xinno_core.clock import MovableClock
from xinno_core.database import Database
from xinno_core.services import markers

MINUTE = timedelta(minutes=1)


class Machine:
    """The clock of the machine, which runs on while the demo does not."""

    def __init__(self) -> None:
        self.time = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    """A database of a demo, which lives on SQLite alone; its events would only take time here."""
    with databases.fresh("sqlite") as url:
        database = Database(url)
        async with database.writing() as session:
            await markers.put(session, markers.DEMO, {})
        await database.close()
        yield url


async def moved(url: str, clock: MovableClock, by: timedelta) -> None:
    """Somebody moves the demo's clock; then the program is gone without a word."""
    simulator = Simulator(token=DEMO_TOKEN, now=clock.now)
    assistant = Assistant(
        Setup(
            database_url=url,
            token=DEMO_TOKEN,
            api_root="http://simulator",
            clock=clock,
            is_demo=True,
            secret=SECRET,
            request=SimulatorRequest(simulator),
        )
    )
    await assistant.start()
    try:
        await assistant.move_to(clock.now() + by)
    finally:
        await assistant.close()


async def test_it_goes_on_after_the_last_thing_seen(url: str) -> None:
    """A past bug: only the jump was kept, and the minutes since came a second time."""
    machine = Machine()
    clock = await demo.prepare(url, machine=machine)
    await moved(url, clock, timedelta(hours=1))
    machine.time += 7 * MINUTE
    seen = clock.now()
    assert seen == datetime(2027, 3, 8, 10, 7, tzinfo=UTC)

    machine.time += MINUTE
    again = await demo.prepare(url, machine=machine)
    assert again.now() == seen + MINUTE
    machine.time += 3 * MINUTE
    assert (await demo.prepare(url, machine=machine)).now() == seen + 4 * MINUTE


async def test_no_message_is_left_in_the_future(url: str, tmp_path: Path) -> None:
    """The machine's clock was set back, or the demo is of before: the newest message counts."""
    machine = Machine()
    clock = await demo.prepare(url, machine=machine)
    await moved(url, clock, timedelta(hours=1))
    machine.time += 7 * MINUTE
    kept = tmp_path / "telegram.json"
    simulator = Simulator(token=DEMO_TOKEN, now=clock.now, state_file=kept)
    simulator.add_person(first_name="Anna", language="it", person_id=demo.PEOPLE[0].id)
    simulator.open_link(demo.PEOPLE[0].id)
    seen = clock.now()
    await simulator.close()

    machine.time -= timedelta(days=1)
    again = await demo.prepare(url, machine=machine)
    demo.not_before(again, Simulator(token=DEMO_TOKEN, now=again.now, state_file=kept))
    assert again.now() == seen

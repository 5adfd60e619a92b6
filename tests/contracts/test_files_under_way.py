"""What becomes of a file when its process, its program or its asker stops in the middle."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.simulator.faults import FaultKind
from bot.simulator.server import serve
from tests.support.hand import HandClock
from tests.support.making import held
from tests.support.program import Program
from tests.support.reporting import answer, surveyed, workbook
from tests.support.waiting import until
from tests.support.world import TOKEN, Actor, World
from xinno_core.models import ExportJob, ExportState
from xinno_core.services import export_jobs, key_check, markers

MANY, FEW = 3000, 5
"""Many answers take a moment to be written."""


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which everything lies that is not to stay."""
    folder = tmp_path / "beside"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


async def choosing(world: World, *, rows: int = MANY) -> Actor:
    """Lena, who looks at what there is to export of an event with so many answers."""
    event = await surveyed(world)
    await answer(world, event, *({"useful": 1 + at % 5, "words": str(at)} for at in range(rows)))
    lena = await world.lead("Lena")
    await lena.type("/export")
    await lena.press(next(one for one in lena.screen.labels if "Collab Talks" in one))
    return lena


async def jobs(world: World) -> list[ExportJob]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(ExportJob).order_by(ExportJob.id)))


def files(lena: Actor) -> list[bytes]:
    """The files that have come, in their order."""
    chat = lena.world.simulator.chat(lena.id)
    return [one.document.content for one in chat if one.document is not None]


def rows_of(lena: Actor) -> list[int]:
    """How many answers stand in each file that has come."""
    return [len(workbook(file)["Responses"]) - 1 for file in files(lena)]


# ── the person wants it no more ──────────────────────────────────────────────────────────────
async def test_cancelled_while_it_is_made_a_file_leaves_nothing_and_can_be_asked_for_anew(
    world: World, beside: Path
) -> None:
    lena = await choosing(world)
    await lena.press("Answers, Excel")
    making = asyncio.create_task(world.assistant.file_making.drain())
    maker = await held(os.getpid(), beside)
    await lena.press("Cancel")
    assert "Cancelled: no file is made." in lena.screen.text
    await lena.press("More files")
    await lena.press("Answers, Excel")
    assert "the file is being made" in lena.screen.text
    await maker.gone()
    assert files(lena) == []
    assert await making == 2
    assert rows_of(lena) == [MANY]
    assert [job.state for job in await jobs(world)] == [ExportState.CANCELLED, ExportState.DONE]
    assert list(beside.iterdir()) == []


async def test_how_far_it_was_never_covers_that_it_is_cancelled(world: World, beside: Path) -> None:
    """What was to be shown waits for its turn, and meanwhile somebody presses Cancel."""
    lena = await choosing(world)
    await lena.press("Answers, Excel")
    clock, limiter = HandClock(), world.assistant.limiter
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    making = asyncio.create_task(world.assistant.file_making.drain())
    maker = await held(os.getpid(), beside)
    limiter.pause(15)
    await until(lambda: clock.sleeping > 0, "how far it is to wait for its turn")
    async with world.database.writing() as session:  # as a press does whose screen is overtaken
        (job,) = await jobs(world)
        lead = await world.person(session, lena)
        await export_jobs.cancel(session, participant=lead, job_id=job.id, now=world.now)
    await clock.advance(20, step=0.5)
    await making
    await maker.gone()
    assert "Cancelled: no file is made." in lena.sees()
    assert "rows are written" not in lena.sees()


# ── the process dies ─────────────────────────────────────────────────────────────────────────
async def test_a_process_that_is_killed_once_costs_nothing_but_time(
    world: World, beside: Path
) -> None:
    lena = await choosing(world)
    await lena.press("Answers, Excel")
    making = asyncio.create_task(world.assistant.file_making.drain())
    (await held(os.getpid(), beside)).kill()
    await making
    assert rows_of(lena) == [MANY]
    assert "sent. Rows in the file: 3000" in lena.sees()
    (job,) = await jobs(world)
    assert (job.state, job.attempts) == (ExportState.DONE, 2)
    assert list(beside.iterdir()) == []


async def test_a_process_that_is_killed_each_time_ends_in_words(world: World, beside: Path) -> None:
    lena = await choosing(world)
    await lena.press("Answers, Excel")
    making = asyncio.create_task(world.assistant.file_making.drain())
    for _ in range(3):
        maker = await held(os.getpid(), beside)
        maker.kill()
        await maker.gone()
    await making
    assert files(lena) == []
    assert "The file could not be made." in lena.sees()
    (job,) = await jobs(world)
    assert (job.state, job.reason) == (ExportState.FAILED, "gave_up")
    assert list(beside.iterdir()) == []


async def test_a_stop_that_reaches_the_process_is_the_programs_to_decide(
    world: World, beside: Path
) -> None:
    """Ctrl+C and some supervisors tell every process of the program; a file is not lost by it."""
    lena = await choosing(world)
    await lena.press("Answers, Excel")
    making = asyncio.create_task(world.assistant.file_making.drain())
    maker = await held(os.getpid(), beside)
    for number in (signal.SIGTERM, signal.SIGINT):
        maker.tell(number)
    maker.go_on()
    await making
    assert rows_of(lena) == [MANY]
    assert [job.attempts for job in await jobs(world)] == [1]


# ── Telegram takes nothing ───────────────────────────────────────────────────────────────────
async def test_a_file_that_must_wait_for_telegram_comes_when_the_pause_is_over(
    world: World,
) -> None:
    """A past bug: whoever had asked was told that it could not be made, or nothing at all."""
    lena = await choosing(world, rows=FEW)
    await lena.press("Answers, Excel")
    clock, limiter = HandClock(), world.assistant.limiter
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendDocument", retry_after=60
    )
    await world.tick()
    assert files(lena) == []
    assert "could not be made" not in lena.sees()
    await clock.advance(70, step=1)
    await world.tick()
    assert rows_of(lena) == [FEW]
    assert [job.attempts for job in await jobs(world)] == [1]


async def test_a_file_for_which_telegram_is_not_there_comes_when_it_is_back(world: World) -> None:
    lena = await choosing(world, rows=FEW)
    await lena.press("Answers, Excel")
    world.simulator.faults.add(kind=FaultKind.CONNECT_REFUSED, method="sendDocument", times=4)
    await world.tick()
    assert rows_of(lena) == [FEW]
    assert "could not be made" not in lena.sees()


# ── the machine stops ────────────────────────────────────────────────────────────────────────
async def test_what_was_left_when_the_machine_stopped_is_removed_a_day_later(
    world: World, beside: Path
) -> None:
    """Program and process died together: nobody was there to remove what people had answered."""
    days_ago = time.time() - 2 * 86_400
    for name in ("xinno-export-left", "xinno-export-new", "of-somebody-else"):
        (beside / name).mkdir()
        (beside / name / "file").write_text("Anna", encoding="utf-8")
        if name != "xinno-export-new":
            os.utime(beside / name, (days_ago, days_ago))
    await world.tick()
    assert {path.name for path in beside.iterdir()} == {"xinno-export-new", "of-somebody-else"}


# ── the program stops ────────────────────────────────────────────────────────────────────────
class House:
    """A world whose assistant is a process of its own."""

    def __init__(self, world: World, program: Program, beside: Path) -> None:
        self.world, self.program, self.beside = world, program, beside

    async def arrived(self, lena: Actor) -> None:
        """Wait until the file is there and noted, and stop in order: no second one comes."""

        async def is_noted() -> bool:
            return [job.state for job in await jobs(self.world)] == [ExportState.DONE]

        await until(is_noted, "the file to be sent", seconds=60)
        self.program.terminate()
        assert await self.program.ended() == 0, self.program.output
        assert rows_of(lena) == [MANY]
        assert list(self.beside.iterdir()) == []


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A house whose program does not run yet."""
    world = World(database_url, start=datetime.now(UTC))
    await world.open()
    served = await serve(world.simulator, port=0)
    program = Program(tmp_path, api=served.url, token=TOKEN, database_url=database_url)
    beside = tmp_path / "beside"
    beside.mkdir()
    program.environment["TMPDIR"] = str(beside)
    yield House(world, program, beside)
    await program.close()
    await served.close()
    await world.close()


async def asking(house: House) -> Actor:
    """Lena, who has asked for a file that the program makes once it runs."""
    lena = await choosing(house.world)
    await lena.press("Answers, Excel")
    async with house.world.database.writing() as session:  # the program has a key of its own
        marker = await markers.find(session, key_check.KEY)
        assert marker is not None
        await markers.drop(session, key_check.KEY, unless_other_than=marker)
    return lena


async def test_asked_to_stop_the_program_makes_the_file_after_its_next_start(house: House) -> None:
    lena = await asking(house)
    await house.program.start()
    maker = await held(house.program.pid, house.beside)
    house.program.terminate()
    assert await house.program.ended() == 0, house.program.output
    await maker.gone()
    assert files(lena) == []
    assert list(house.beside.iterdir()) == []
    assert [(job.state, job.attempts) for job in await jobs(house.world)] == [
        (ExportState.PLANNED, 0)
    ]
    await house.program.start()
    await house.arrived(lena)


async def test_a_program_that_is_killed_leaves_no_process_and_no_file_behind(house: House) -> None:
    """The process finds that nobody listens, and takes with it what it has written."""
    lena = await asking(house)
    await house.program.start()
    maker = await held(house.program.pid, house.beside)
    house.program.kill()
    assert await house.program.ended() == -signal.SIGKILL
    maker.go_on()
    await maker.gone()
    assert files(lena) == []
    assert list(house.beside.iterdir()) == []
    async with house.world.database.writing() as session:  # its lease runs out
        past = datetime.now(UTC) - timedelta(minutes=5)
        await session.execute(update(ExportJob).values(lease_until=past))
    await house.program.start()
    await house.arrived(lena)

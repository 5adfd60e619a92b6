"""The token is known to two: whoever set it, and Telegram. Nothing that is written shows it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.faults import FaultKind
from bot.simulator.server import serve
from bot.simulator.state import Simulator
from tests.support.databases import Databases
from tests.support.program import ROOT, Program
from tests.support.waiting import until

OURS = "7000007:AAF-our-token-of-no-worth-at-all-000000"
THEIRS = "7000007:AAF-their-token-is-another-one-00000000"
SECRET = "a-webhook-secret-nobody-must-read"


@pytest.fixture
async def simulator() -> AsyncIterator[tuple[Simulator, str]]:
    """A Telegram that knows another token."""
    made = Simulator(token=THEIRS)
    served = await serve(made, port=0)
    yield made, served.url
    await served.close()


@pytest.fixture
async def program(
    simulator: tuple[Simulator, str], databases: Databases, tmp_path: Path
) -> AsyncIterator[Program]:
    """The program with our token, telling as much as it can."""
    with databases.fresh("sqlite") as database_url:
        made = Program(tmp_path, api=simulator[1], token=OURS, database_url=database_url)
        made.environment |= {"XINNO_LOG_LEVEL": "debug", "XINNO_WEBHOOK_SECRET": SECRET}
        yield made
        await made.close()


def is_silent(program: Program) -> bool:
    """Whether nothing of a secret was written, not even the half that signs."""
    return not any(part in program.output for part in (OURS, OURS.split(":")[1], SECRET, "AAF-"))


async def test_a_refused_token_at_the_start_ends_with_one_line_that_does_not_show_it(
    program: Program,
) -> None:
    assert await program.command("run") == 1
    assert program.output.count("Telegram refuses the token") == 1
    assert "Traceback" not in program.output
    assert is_silent(program)


@pytest.mark.parametrize("shape", ["console", "json"])
async def test_a_token_refused_later_stops_the_polling_and_is_not_shown(
    simulator: tuple[Simulator, str], program: Program, shape: str
) -> None:
    telegram, _ = simulator
    telegram.token = OURS
    program.environment["XINNO_LOG_FORMAT"] = shape
    await program.start()
    telegram.faults.add(kind=FaultKind.UNAUTHORIZED, times=None)
    telegram.updates.end_poll("by the test")
    await until(lambda: "token_refused" in program.output, "the refusal to be logged")
    program.terminate()
    assert await program.ended() == 0
    assert is_silent(program)


def test_a_crash_does_not_show_the_token() -> None:
    """The last words of a program are written by Python itself, past every log."""
    crash = (
        "from bot import logs\n"
        f"logs.configure(level='debug', shape='console', secrets=({SECRET!r},))\n"
        f"raise RuntimeError('https://api.telegram.org/bot{OURS}/getMe {SECRET}')"
    )
    crashed = subprocess.run(
        [sys.executable, "-c", crash], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert crashed.returncode == 1
    assert "api.telegram.org/bot[token]/getMe [secret]" in crashed.stderr
    assert not any(secret in crashed.stdout + crashed.stderr for secret in (OURS, SECRET, "AAF-"))


async def test_doctor_says_what_is_wrong_and_not_with_which_token(program: Program) -> None:
    assert await program.command("doctor") == 1
    assert "Telegram: refuses the token" in program.output
    assert is_silent(program)

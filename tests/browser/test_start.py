"""Starting from a fresh clone: how long it takes, and what is refused."""

from pathlib import Path

import pytest

from bot.simulator.server import DEMO_TOKEN
from tests.browser.program import Program, clone, free_port

SECONDS = 10.0
"""Twice what is promised, for a machine that has other work as well."""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The demo in a fresh clone, in an environment that is ready."""
    return Program(clone(tmp_path / "clone"), {"XINNO_SIMULATOR_PORT": str(free_port())})


async def test_it_answers_soon_and_keeps_demo_and_token_apart(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two starts of the demo, measured; with a token its database is refused in one sentence."""
    took = []
    for _ in range(2):
        took.append(await program.up())
        await program.stop()
    first, second = took
    with capsys.disabled():
        print(f"\n./xinno up answers after {first:.1f} s, then {second:.1f} s")  # noqa: T201
    assert second < SECONDS
    assert program.trouble == []

    program.settings |= {
        "XINNO_BOT_TOKEN": DEMO_TOKEN,
        "XINNO_TELEGRAM_API": f"http://127.0.0.1:{free_port()}",
        "XINNO_DATABASE_URL": "sqlite+aiosqlite:///xinno-demo.db",
    }
    status, said = await program.carry_out("up")
    assert status == 1
    assert said.strip() == (
        "xinno: this database holds demo data and is not used with a token; "
        "name another one in XINNO_DATABASE_URL"
    )

"""The simulator by itself, as its own program."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from bot.simulator.server import run_alone
run_alone(0, state_file=Path(sys.argv[1]))
"""


async def test_it_says_how_to_connect_and_keeps_its_state_when_stopped(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    """A bot connects with what was printed; a polite stop is a clean end."""
    kept = tmp_path / "state.json"
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(kept)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert program.stdout is not None
    async with asyncio.timeout(30):
        lines = [(await program.stdout.readline()).decode().split() for _ in range(3)]
        url, token, chat = (line[-1] for line in lines)
        async with http.get(f"{url}/bot{token}/getMe") as answer:
            assert (await answer.json())["result"]["is_bot"] is True
        async with http.get(f"{chat}chat/state") as answer:
            state = await answer.json()
        assert [person["name"] for person in state["people"]] == ["Anna", "Jan", "Eva"]
        assert state["clock"] is None
        program.send_signal(signal.SIGTERM)
        _, errors = await program.communicate()
    assert (program.returncode, errors) == (0, b"")
    assert len(json.loads(kept.read_text())["people"]) == 3

"""The process beside the program that makes one file: `python -m bot.export_worker`.

What it needs comes as one JSON object on standard input, never as an argument that other people of
the machine could read; how far it is goes to standard output, one JSON object a line. When nobody
reads that any more, the program is dead: the file is for nobody, and goes.
"""

import asyncio
import gc
import json
import os
import shutil
import signal
import sys
import time
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.exporting import Form, suffix, write_file
from bot.memory import peak_kib
from xinno_core.database import Database
from xinno_core.errors import XinnoError
from xinno_core.services import export_opening, exports
from xinno_core.services.export_answers import TooFewAnswers
from xinno_core.services.export_jobs import FAILED, TOO_FEW, TOO_LARGE
from xinno_core.services.exports import Format, Kind, Separator, Span, Where
from xinno_core.texts.sav import TooLargeError

NICENESS = 10
EVERY = 0.2
"""Seconds between two lines about how far it is."""


def main() -> None:
    """Make the file that standard input asks for."""
    sys.excepthook = _say_bug
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a stop may reach us, too: the program decides
    os.nice(NICENESS)  # people who wait for an answer in the chat go first
    gc.freeze()  # what is loaded stays; looking through it again and again would take time
    gc.set_threshold(50_000)
    order = json.load(sys.stdin)
    try:
        _say(_made(order))
    except BrokenPipeError:  # nobody is left to send what was made, or to remove it
        shutil.rmtree(order["folder"], ignore_errors=True)


def _made(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return asyncio.run(make(order))
    except TooLargeError:
        return {"reason": TOO_LARGE}
    except BrokenPipeError:
        raise
    except (OSError, SQLAlchemyError, XinnoError) as error:
        # Its name alone: the text could hold what people wrote.
        return {"reason": FAILED, "error": type(error).__name__}


async def make(order: dict[str, Any]) -> dict[str, Any]:
    """Make a file, and return what came of it."""
    database = Database(order["database_url"], pool_size=1)
    out = Path(order["out"])
    form = Form(
        Format(order["format"]),
        Separator(order["separator"]),
        order["language"],
        datetime.fromisoformat(order["now"]),
    )
    try:
        async with database.reading() as session:
            scope = await exports.find_scope_of(session, Where(Span(order["span"]), order["id"]))
            export = await export_opening.open_export(
                session,
                kind=Kind(order["kind"]),
                scope=scope,
                secret=bytes.fromhex(order["secret"]),
                now=form.now,
            )
            if isinstance(export, TooFewAnswers):
                return {"reason": TOO_FEW}
            with out.open("wb") as file:  # noqa: ASYNC230 (nothing else runs in this process)
                rows = await write_file(export, form, file, Pace())
            ending = suffix(export, form.format)
    finally:
        await database.close()
    return {
        "rows": rows,
        "size": out.stat().st_size,  # noqa: ASYNC240 (see above)
        "suffix": ending,
        "peak": peak_kib(),
    }


class Pace:
    """Says how far it is, but not at every batch."""

    def __init__(self) -> None:
        """Say nothing yet."""
        self._said = time.monotonic()

    def __call__(self, done: int, total: int | None) -> None:
        """Say how many rows are written, if it is time."""
        if time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            _say({"done": done, "total": total})


def _say_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say which error of ours it was and where: its text could hold what people wrote."""
    frames = traceback.extract_tb(trace)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    _say({"reason": FAILED, "error": f"{kind.__name__} {where}"})


def _say(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

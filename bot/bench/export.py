"""How files are made: by our process and by the plain way, from the same rows, in one run.

The comparison does the same work: the same query, the same labels and codes, the same guard
against formulas, into the same kind of file. What both wrote is compared before anything is said.
"""

import asyncio
import json
import random
import resource
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import export_process
from bot.bench import export_plain
from bot.export_process import Made, Order, Watched
from xinno_core.blueprints.read import packaged, read
from xinno_core.database import Database, migrate
from xinno_core.errors import XinnoError
from xinno_core.models import Survey, SurveyMode, Wave, WaveEnd
from xinno_core.services import events
from xinno_core.services.blueprints import import_blueprint
from xinno_core.services.exports import Format, Kind, Separator, Span, Where, Wish

TICK = 0.001
COMPARED = 2000
"""Lines of both files that are laid side by side."""

WORDS = (
    "Très utile, und weiter so – děkuji moc za všechno",
    "Żółta łódka, più esempi pratici per favore",
    "Ďakujem, bolo to veľmi dobre pripravené; ostáva už len čas",
    "Meer tijd voor vragen, en graag een pauze",
    "=1+1",
    "line one\nline two",
    'She said "yes", and so did I',
)
QUESTIONS: list[dict[str, Any]] = [
    {"key": "useful", "kind": "rating", "text": {"en": "How useful was it?"}},
    {"key": "clear", "kind": "rating", "text": {"en": "How clear was it?"}},
    {
        "key": "again",
        "kind": "single",
        "text": {"en": "Would you come again?"},
        "options": [
            {"key": key, "label": {"en": label}}
            for key, label in (("sure", "Surely"), ("maybe", "Perhaps"), ("never", "Never"))
        ],
    },
    {
        "key": "heard",
        "kind": "single",
        "text": {"en": "How did you hear of it?"},
        "options": [
            {"key": key, "label": {"en": label}}
            for key, label in (("friend", "From a friend"), ("web", "On the web"))
        ],
    },
    {
        "key": "next",
        "kind": "multiple",
        "text": {"en": "What next?"},
        "options": [
            {"key": key, "label": {"en": label}}
            for key, label in (("train", "Training"), ("meet", "A meeting"), ("read", "Reading"))
        ],
    },
    {"key": "people", "kind": "number", "text": {"en": "How many work with you?"}},
    {"key": "words", "kind": "text", "text": {"en": "In your words?"}},
]
"""With wave and version they make twelve columns."""


@dataclass(frozen=True)
class Figures:
    """What one way of making one file took."""

    way: str
    format: str
    rows: int
    seconds: float
    cpu_seconds: float
    cpu_beside_ours: float  # 1: as much as the other way
    idle_mb: float
    peak_mb: float
    above_idle_mb: float
    file_mb: float
    loop_blocked_ms: float | None  # of the program meanwhile


@dataclass(frozen=True)
class Taken:
    """What a process took."""

    seconds: float
    cpu: float
    peak: int
    blocked: float | None = None


async def measure(*, rows: int, sheet_rows: int) -> list[Figures]:
    """Make a CSV file and a workbook of so many rows, each way in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite+aiosqlite:///{folder / 'bench.db'}"
        await asyncio.to_thread(migrate, url)
        surveys = await _prepare(url, folder / "bench.db", (rows, sheet_rows))
        found: list[Figures] = []
        for format_, number, (event, survey) in zip(
            (Format.CSV, Format.XLSX), (rows, sheet_rows), surveys, strict=True
        ):
            ours, theirs = folder / f"ours.{format_.value}", folder / f"theirs.{format_.value}"
            idle = (await _plain("idle", url, ours)).peak
            our = await _ours(url, event, format_, ours)
            plain_idle = (await _plain(f"idle-{format_.value}", url, theirs)).peak
            plain = await _plain(format_.value, str(folder / "bench.db"), theirs, survey)
            _compare(ours, theirs, format_)
            found += [
                _figures("x-Inno", format_, number, our, our.cpu / plain.cpu, idle, ours),
                _figures(
                    export_plain.NAMES[format_.value],
                    *(format_, number, plain, 1.0, plain_idle, theirs),
                ),
            ]
        return found


def _figures(
    way: str, format_: Format, rows: int, took: Taken, share: float, idle: int, file: Path
) -> Figures:
    return Figures(
        way=way,
        format=format_.value,
        rows=rows,
        seconds=round(took.seconds, 2),
        cpu_seconds=round(took.cpu, 2),
        cpu_beside_ours=round(share, 3),
        idle_mb=round(idle / 1024, 1),
        peak_mb=round(took.peak / 1024, 1),
        above_idle_mb=round((took.peak - idle) / 1024, 1),
        file_mb=round(file.stat().st_size / 1e6, 2),
        loop_blocked_ms=None if took.blocked is None else round(1000 * took.blocked, 1),
    )


async def _ours(url: str, event: int, format_: Format, out: Path) -> Taken:
    """Let our process make a file, as it is made for the chat, and watch our own event loop."""
    wish = Wish(Where(Span.EVENT, event), Kind.ANSWERS, format_, "en", Separator.COMMA)
    order = Order(wish, url, b"bench", datetime.now(UTC), out)

    async def go_on(seen: Watched) -> bool:
        return True

    over = asyncio.Event()
    ticking = asyncio.create_task(_tick(over))
    begun, before = time.monotonic(), _children_cpu()
    ending = await export_process.run(order, every=2.0, watch=go_on)
    seconds, cpu = time.monotonic() - begun, _children_cpu() - before
    over.set()
    if not isinstance(ending, Made):
        msg = f"the file was not made: {ending}"
        raise XinnoError(msg)
    return Taken(seconds, cpu, ending.peak, await ticking)


async def _tick(over: asyncio.Event) -> float:
    """Return the longest time for which the event loop did not come round, beyond the wait."""
    longest, last = 0.0, time.monotonic()
    while not over.is_set():
        await asyncio.sleep(TICK)
        now = time.monotonic()
        longest = max(longest, now - last - TICK)
        last = now
    return longest


async def _plain(what: str, database: str, out: Path, survey: int = 0) -> Taken:
    begun, before = time.monotonic(), _children_cpu()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.bench.export_plain", what, database, str(survey), str(out)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    if process.returncode:
        msg = f"the comparison failed: {what}"
        raise XinnoError(msg)
    return Taken(time.monotonic() - begun, _children_cpu() - before, int(said))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _compare(ours: Path, theirs: Path, format_: Format) -> None:
    """Make sure that both have done the same work."""
    if format_ is Format.XLSX:
        names = ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml")
        texts = [export_plain.cells(file, name) for name in names for file in (ours, theirs)]
        same = texts[0] == texts[1] and texts[2] == texts[3]
    else:
        same = all(
            _lines(ours, name) == _lines(theirs, name)
            for name in ("responses.csv", "responses-codes.csv")
        )
    if not same:
        msg = f"the two {format_.value} files do not hold the same"
        raise XinnoError(msg)


def _lines(file: Path, name: str) -> list[bytes]:
    with zipfile.ZipFile(file) as archive, archive.open(name) as entry:
        next(entry)  # headings: the comparison need not know our words
        return [line for line, _ in zip(entry, range(COMPARED), strict=False)]


async def _prepare(url: str, path: Path, sizes: tuple[int, ...]) -> list[tuple[int, int]]:
    """Make an event with a survey for each size, and fill it; return both their numbers."""
    database = Database(url)
    made: list[tuple[int, int]] = []
    now = datetime.now(UTC)
    try:
        async with database.writing() as session:
            files = sorted(packaged())
            for file, size in zip(files, sizes, strict=False):
                blueprint = read(file)
                await import_blueprint(session, blueprint, now=now)
                event = await events.find_by_key(session, blueprint.event.key)
                if event is None:
                    msg = f"{file.stem} makes no event that could be exported"
                    raise XinnoError(msg)
                survey = Survey(
                    event_id=event.id,
                    key="bench",
                    mode=SurveyMode.ANONYMOUS,
                    title={"en": "Bench"},
                    questions=QUESTIONS,
                    closes_days_after=1,
                    closes_at=now - timedelta(days=1),
                    ended_at=now,
                    wave=2,
                )
                session.add(survey)
                await session.flush()
                session.add(
                    Wave(
                        survey_id=survey.id,
                        number=1,
                        outcome=WaveEnd.OPENED,
                        ended_at=now,
                        version=1,
                        responses=size,
                    )
                )
                made.append((event.id, survey.id))
    finally:
        await database.close()
    await asyncio.to_thread(_fill, path, made, sizes)
    return made


def _fill(path: Path, made: list[tuple[int, int]], sizes: tuple[int, ...]) -> None:
    chance = random.Random(8)  # noqa: S311 (made-up answers)
    with sqlite3.connect(path) as connection:
        for (_, survey), size in zip(made, sizes, strict=True):
            connection.executemany(
                "INSERT INTO response (id, survey_id, wave, version, answers, is_linked) "
                "VALUES (?, ?, 1, 1, ?, 0)",
                _responses(chance, survey, size),
            )
    connection.close()


def _responses(chance: random.Random, survey: int, size: int) -> Iterator[tuple[str, int, str]]:
    for _ in range(size):
        said = {one["key"]: _answer(chance, one) for one in QUESTIONS}
        if chance.random() < 0.05:
            del said["heard"]  # not asked
        yield f"{chance.getrandbits(128):032x}", survey, json.dumps(said)


def _answer(chance: random.Random, question: dict[str, Any]) -> object:
    if (drawn := chance.random()) < 0.05:
        return {"missing": "skipped" if drawn < 0.03 else "refused"}
    match question["kind"]:
        case "rating":
            return chance.randint(1, 5)
        case "number":
            return chance.randint(0, 500)
        case "single":
            return chance.choice(question["options"])["key"]
        case "multiple":
            keys = [option["key"] for option in question["options"]]
            return chance.sample(keys, chance.randint(1, len(keys)))
    return f"{chance.choice(WORDS)} {chance.randint(1, 10**6)}"

"""How an announcement and answers share one bot: ours beside the library's plain way.

Both tell the same number of people at the same rate, while somebody taps at an even pace. What
counts is how soon a tap is answered meanwhile, and how much of the rate that taps leave is used.
"""

import asyncio
import contextlib
import statistics
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
from sqlalchemy import insert

from bot.bench.town import TOKEN, Town, cpu_seconds, free_port, running, town
from handlers.chat.buttons import pack
from xinno_core.blueprints.read import packaged, read
from xinno_core.database import Database, migrate
from xinno_core.errors import XinnoError
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    NoticeClass,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import events, freezing
from xinno_core.services.blueprints import import_blueprint
from xinno_core.texts.actions import OpenEvents, OpenMenu

RATE = 30.0
TAPPERS = 20
TAP_EVERY = 0.5
FORMAT, EVENT = "collab-talks", "collab-talks-gmunden"
READY_WITHIN = 60.0
"""Seconds that a start may take on a busy machine."""
SLACK = 3.0
"""How many times the shortest possible span the announcement may take."""


@dataclass(frozen=True)
class Figures:
    """What one way of announcing achieved."""

    way: str
    people: int
    reached: int
    sent_a_second: float
    share_of_rate: float  # of what the taps left
    taps: int
    tap_median_ms: float
    tap_p95_ms: float
    most_in_a_second: int
    cpu_ms_a_message: float


async def measure(*, people: int = 2_000) -> list[Figures]:
    """Announce to so many people, each way in turn."""
    return [await _ours(people), await _plain(people)]


async def _ours(people: int) -> Figures:
    async with town() as place:
        place.populate(recipients=people, tappers=TAPPERS)
        # The first screen shows the events already: what shows nothing new would be no answer.
        place.wishes = (pack(OpenMenu()), pack(OpenEvents(0)))
        url = f"sqlite+aiosqlite:///{place.folder / 'bench.db'}"
        await asyncio.to_thread(migrate, url)
        database = Database(url)
        try:
            broadcast_id = await _prepare(database, place)
            port = free_port()
            environment = {
                "XINNO_BOT_TOKEN": TOKEN,
                "XINNO_TELEGRAM_API": place.url,
                "XINNO_DATABASE_URL": url,
                "XINNO_HTTP_PORT": str(port),
                "XINNO_RATE_LIMIT": str(RATE),
                "XINNO_LOG_LEVEL": "warning",
            }
            async with running(place, "-m", "bot", "run", environment=environment) as process:
                await _ready(port)
                return await _run(
                    "x-Inno", place, process.pid, lambda: _release(database, broadcast_id)
                )
        finally:
            await database.close()


async def _plain(people: int) -> Figures:
    async with town() as place:
        place.populate(recipients=people, tappers=TAPPERS)
        place.wishes = ("1",)
        names = place.folder / "recipients"
        words = ("-m", "bot.bench.plain", place.url, TOKEN, str(names))

        lines = "\n".join(str(person) for person in place.recipients)
        names.write_text(lines, encoding="ascii")

        async def release() -> None:
            place.simulator.send_text(place.tappers[0], "/announce")

        async with running(place, *words, environment={}) as process:
            return await _run("python-telegram-bot + AIORateLimiter", place, process.pid, release)


async def _run(way: str, place: Town, pid: int, release: Callable[[], Awaitable[None]]) -> Figures:
    for person in place.tappers:
        if not await _patiently(place, person):
            output = (place.folder / "output").read_text(encoding="utf-8", errors="replace")
            msg = f"{way} does not answer:\n{output[-2000:]}"
            raise XinnoError(msg)
    place.waits.clear()
    before = cpu_seconds(pid)
    over = asyncio.Event()
    await release()
    tapping = asyncio.create_task(place.tap_in_turn(TAP_EVERY, over))
    people = len(place.recipients)
    await place.all_reached(within=people / RATE * SLACK + 30)
    over.set()
    await tapping
    left = RATE - 1 / TAP_EVERY
    waits = sorted(place.waits)
    return Figures(
        way=way,
        people=people,
        reached=place.reached,
        sent_a_second=round(place.sent_a_second, 2),
        share_of_rate=round(place.sent_a_second / left, 3),
        taps=len(waits),
        tap_median_ms=round(1000 * statistics.median(waits), 1),
        tap_p95_ms=round(1000 * waits[int(0.95 * (len(waits) - 1))], 1),
        most_in_a_second=place.most_in_a_second,
        cpu_ms_a_message=round(1000 * (cpu_seconds(pid) - before) / max(place.reached, 1), 2),
    )


async def _patiently(place: Town, person: int) -> bool:
    """Ask until there is an answer: a program that has just begun may not hear yet."""
    for _ in range(int(READY_WITHIN / 10) + 1):
        if await place.ask(person, "/events"):
            return True
    return False


async def _ready(port: int) -> None:
    """Wait until the program says that it is ready."""
    async with asyncio.timeout(READY_WITHIN), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)


async def _prepare(database: Database, place: Town) -> int:
    """Register everybody for an event of the packaged formats, and freeze an announcement."""
    now = datetime.now(UTC)
    file = next(file for file in packaged() if file.stem == FORMAT)
    async with database.writing() as session:
        await import_blueprint(session, read(file), now=now)
        event = await events.find_by_key(session, EVENT)
        if event is None:
            msg = f"the format {FORMAT} makes no event that could be announced to"
            raise XinnoError(msg)
        everybody = [*place.recipients, *place.tappers]
        found = await session.scalars(
            insert(Participant).returning(Participant.id, sort_by_parameter_order=True),
            [
                {
                    "telegram_id": person,
                    "language": "en",
                    "reachable": True,
                    "created_at": now,
                    "welcomed_at": now,
                }
                for person in everybody
            ],
        )
        ids = found.all()
        await session.execute(
            insert(Registration),
            [
                {
                    "event_id": event.id,
                    "participant_id": participant_id,
                    "role": event.roles[0]["key"],
                    "state": RegistrationState.CONFIRMED,
                    "answers": {},
                    "created_at": now,
                    "confirmed_at": now,
                }
                for participant_id in ids[: len(place.recipients)]
            ],
        )
        broadcast = Broadcast(
            draft_key="bench",
            event_id=event.id,
            author_id=ids[-1],
            state=BroadcastState.PAUSED,
            notice_class=NoticeClass.CRITICAL,  # at any hour of the day at which it is measured
            audience={"states": [RegistrationState.CONFIRMED.value]},
            content={
                "en": {"parts": [{"kind": "text", "html": "The door is in the yard."}]},
            },
            created_at=now,
            starts_at=now,
            confirmed_at=now,
        )
        session.add(broadcast)
        await session.flush()
        await freezing.freeze(session, broadcast, due_at=now - timedelta(seconds=1))
        return broadcast.id


async def _release(database: Database, broadcast_id: int) -> None:
    async with database.writing() as session:
        broadcast = await session.get_one(Broadcast, broadcast_id)
        broadcast.state = BroadcastState.RUNNING

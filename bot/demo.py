"""The demo: a whole pilot in the browser, with people, a clock one can move, and made-up guests.

It has a database and a simulator of its own, needs no token and no network, and says everywhere
that it is a demo. What was done in it survives a restart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import keys
from bot.runtime import Assistant, Setup
from bot.scheduler import Tick
from bot.serving import run_until_stopped
from bot.settings import Settings
from bot.simulator.server import DEMO_TOKEN, serve
from bot.simulator.state import Simulator
from xinno_core.blueprints.read import packaged, read
from xinno_core.clock import MovableClock, machine_time
from xinno_core.database import Database, only_process
from xinno_core.errors import WrongSettingError, XinnoError
from xinno_core.services import access, demo_guests, markers, visits
from xinno_core.services.blueprints import import_blueprint

DATABASE_URL = "sqlite+aiosqlite:///xinno-demo.db"
TELEGRAM_FILE = Path("xinno-demo-telegram.json")
KEY_FILE = Path("xinno-demo.key")
BOT_USERNAME = "xinno_demo_bot"
ZONE = "Europe/Berlin"
"""The time that the demo's clock shows: all seven partners live by it."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Role:
    """A role that a demo person has from the start."""

    name: str
    region: str | None = None
    pilot: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody to be in the browser."""

    id: int
    name: str
    language: str
    note: str
    role: Role | None = None


PEOPLE = (
    Person(5_000_000_001, "Anna", "it", "participant, demo"),
    Person(5_000_000_002, "Jan", "de", "participant, demo"),
    Person(5_000_000_003, "Eva", "en", "participant, demo"),
    Person(5_000_000_004, "Zuzana", "sk", "participant, demo"),
    Person(5_000_000_005, "Marek", "pl", "participant, demo"),
    Person(5_000_000_006, "Petra", "cs", "participant, demo"),
    Person(5_000_000_007, "Lotte", "nl", "participant, demo"),
    Person(
        5_000_000_011, "Katrin", "de", "organiser Chemnitz, demo", Role("organiser", "chemnitz")
    ),
    Person(5_000_000_012, "Paolo", "it", "organiser Padova, demo", Role("organiser", "padova")),
    Person(
        5_000_000_013,
        "Tereza",
        "cs",
        "organiser Karlovy Vary, demo",
        Role("organiser", "karlovy-vary"),
    ),
    Person(
        5_000_000_014, "Tomáš", "cs", "door staff Karlovy Vary, demo", Role("staff", "karlovy-vary")
    ),
    Person(5_000_000_021, "Lena", "en", "pilot lead, demo", Role("lead", pilot="pilot-1")),
)


async def run(settings: Settings, *, say: Say) -> None:
    """Run simulator, assistant and web on this machine until stopped."""
    if not settings.http_host.startswith("127.") and settings.http_host not in {"localhost", "::1"}:
        msg = "the demo listens on this machine only; leave XINNO_HTTP_HOST out"
        raise WrongSettingError(msg)
    with only_process(DATABASE_URL):
        clock = await prepare(DATABASE_URL)
        simulator = Simulator(
            token=DEMO_TOKEN, username=BOT_USERNAME, now=clock.now, state_file=TELEGRAM_FILE
        )
        not_before(clock, simulator)
        for person in PEOPLE:
            simulator.add_person(
                first_name=person.name,
                language=person.language,
                person_id=person.id,
                note=person.note,
                zone=ZONE,
            )
        assistant = DemoAssistant(
            Setup(
                database_url=DATABASE_URL,
                token=DEMO_TOKEN,
                api_root=f"http://127.0.0.1:{settings.simulator_port}",
                clock=clock,
                rate_limit=settings.rate_limit,
                # A jump in time brings weeks of messages at once; nobody wants to wait for them.
                chat_rate=settings.rate_limit,
                is_demo=True,
                secret=keys.load(KEY_FILE),
                http_port=settings.http_port,
                public_url=f"http://127.0.0.1:{settings.http_port}",
            )
        )
        try:
            served = await serve(simulator, port=settings.simulator_port, clock=assistant)
        except OSError:
            msg = (
                f"port {settings.simulator_port} is taken: stop what runs there, "
                "or name another one in XINNO_SIMULATOR_PORT"
            )
            raise WrongSettingError(msg) from None
        try:
            await run_until_stopped(assistant, started=lambda: _tell(say, served.url, settings))
        finally:
            await served.close()


class DemoAssistant(Assistant):
    """The assistant, with made-up guests who answer surveys so that there is something to see."""

    def ticks(self) -> tuple[Tick, ...]:
        """Add the guests' answers to the ticks."""
        return (*super().ticks(), Tick("guests", self._in_business_time(demo_guests.answer), 5))


async def prepare(
    database_url: str, *, machine: Callable[[], datetime] = machine_time
) -> MovableClock:
    """Fill the demo database on the first start, and return its clock, gone on since."""
    database = Database(database_url)
    try:
        async with database.writing() as session:
            if await markers.find(session, markers.DEMO) is None:
                await _fill(session, now=machine())
            kept = await markers.find(session, markers.CLOCK)
    finally:
        await database.close()
    if kept is None:
        return MovableClock(machine=machine)
    return MovableClock.going_on(kept, machine=machine)


def not_before(clock: MovableClock, simulator: Simulator) -> None:
    """Let no message stand in the future, also where the machine's clock was set back meanwhile."""
    newest = simulator.newest_date()
    if newest is not None and newest > clock.now():
        clock.set(newest)


async def _fill(session: AsyncSession, *, now: datetime) -> None:
    for file in packaged():
        outcome = await import_blueprint(session, read(file), now=now)
        if outcome.problems:
            raise XinnoError("; ".join(outcome.problems))
    for person in PEOPLE:
        if person.role is not None:
            await access.grant_by_id(
                session,
                telegram_id=person.id,
                role=person.role.name,
                region_key=person.role.region,
                pilot_key=person.role.pilot,
                now=now,
            )
    await demo_guests.invite_to_all(session, now=now)
    await markers.put(session, markers.DEMO, {"since": now.isoformat()})


def _tell(say: Say, chat: str, settings: Settings) -> None:
    say("The demo runs; everything in it is made up.")
    for person in PEOPLE:
        say(f"  {person.name} ({person.language}, {person.note}): {chat}/?person={person.id}")
    everybody = ",".join(str(person.id) for person in PEOPLE)
    say(f"All of them side by side: {chat}/?people={everybody}")
    link = f"{chat}/?person={PEOPLE[0].id}&start={visits.EVENT_LINK}course-padova-1"
    say(f"An invitation to try:     {link}")
    say(f"Health:                   http://127.0.0.1:{settings.http_port}/healthz")
    say("Stop with Ctrl+C; what was done stays for the next start.")

"""The program is killed while people register, and nobody loses anything by it.

The real program runs as a process of its own, against a Telegram in the test's process. What was
acknowledged has its effect exactly once; what was promised is sent once, or is unknown after its
one repeat.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.simulator.server import serve
from bot.simulator.state import Simulator
from tests.support.program import Program
from tests.support.townspeople import Townspeople
from tests.support.waiting import until
from xinno_core.database import Database
from xinno_core.models import (
    Inbox,
    InboxState,
    Limit,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import participants, profile, visits

TOKEN = "1000001:test-token-of-no-worth-at-all-0000000"
SECRET = "a-secret-between-telegram-and-us"
PEOPLE, NEWCOMERS, SEATS = 200, 6, 60
PATIENCE = 90.0
"""Seconds that so many people may take to come so far, on a busy machine."""
GRACE = 30.0
"""Seconds that the container gives the program to stop."""

BLUEPRINT = """\
blueprint: 1
key: talks
format: talks
pilot: {{key: pilot-1, name: {{en: Pilot}}}}
region:
  key: gmunden
  name: {{en: Gmunden}}
  organiser: {{name: CREARE, country: AT}}
  zone: Europe/Vienna
  languages: [en]
  data_protection:
    controller: {{en: CREARE}}
    contact: privacy@example.org
    authority: {{en: Austrian authority}}
event:
  key: talks-1
  title: {{en: Collab Talks}}
  summary: {{en: Duos on stage.}}
  lead_language: en
  languages: [en]
  place: {{name: Saal, address: Gmunden}}
  starts: {{on: {day}, at: "18:00"}}
  lasts: 2h
roles:
  - {{key: visitor, label: {{en: Visitor}}}}
limits:
  - {{key: hall, label: {{en: Hall}}, roles: [visitor], seats: {seats}}}
"""


class Town:
    """One installation in a process of its own, its Telegram, and the people who use it."""

    def __init__(self, program: Program, simulator: Simulator, database_url: str) -> None:
        self.program = program
        self.simulator = simulator
        self.database = Database(database_url)
        self.people: list[int] = []
        self.first_update = simulator.updates.next_id

    async def prepare(self, people: int, *, seats: int) -> Townspeople:
        """Import the event, and let people have accounts; most have been here before."""
        day = (datetime.now(UTC) + timedelta(days=40)).date()
        file = self.program.folder / "talks.yaml"
        file.write_text(BLUEPRINT.format(day=day, seats=seats), encoding="utf-8")
        assert await self.program.command("import", str(file)) == 0, self.program.output
        self.people = [
            self.simulator.add_person(first_name=f"Person {number}", language="en").id
            for number in range(people)
        ]
        now = datetime.now(UTC)
        async with self.database.writing() as session:
            for person in self.people[NEWCOMERS:]:
                known = await participants.meet(
                    session, telegram_id=person, language_code="en", now=now
                )
                visits.pass_notice(known, now=now)
                answers = {"profile_name": f"Person {person}", "profile_organisation": "Firm"}
                answers |= {"profile_type": "sme", "profile_sector": "creative"}
                await profile.save(session, participant=known, answers=answers)
        return Townspeople(self.simulator, self.people, payload="e_talks-1")

    async def kill_and_start_again(self) -> None:
        """Start a new process as soon as the old one is dead."""
        assert await self.program.ended(within=PATIENCE) == -9
        if not self.database.is_sqlite:
            # Leases of the dead run out by themselves, after 15 and 75 seconds. That they are
            # waited for would prove nothing more, so their time is over now.
            past = datetime.now(UTC) - timedelta(minutes=5)
            async with self.database.writing() as session:
                for table in (Inbox, Notice):
                    await session.execute(
                        update(table).where(table.lease_until.is_not(None)).values(lease_until=past)
                    )
        await self.program.start()

    async def is_quiet(self) -> bool:
        """Whether every update was worked and every promise has come to its end."""
        if len(self.simulator.updates):
            return False
        async with self.database.reading() as session:
            is_open = select(Inbox.id).where(Inbox.state == InboxState.OPEN).limit(1)
            under_way = (NoticeState.PLANNED, NoticeState.HELD, NoticeState.SENDING)
            is_due = select(Notice.id).where(Notice.state.in_(under_way)).limit(1)
            return await session.scalar(is_open) is None and await session.scalar(is_due) is None

    async def check(self, *, seats: int) -> None:
        """Count everything that can be counted."""
        people = len(self.people)
        async with self.database.reading() as session:
            inbox = (await session.execute(select(Inbox.update_id, Inbox.state))).all()
            registrations = (await session.scalars(select(Registration))).all()
            taken = await session.scalar(select(func.sum(Limit.taken)))
            notices = (await session.scalars(select(Notice))).all()
            known = await session.scalars(select(Participant))
            ids = {participant.id: participant.telegram_id for participant in known}
        issued = set(range(self.first_update, self.simulator.updates.next_id))
        assert {row.update_id for row in inbox} == issued
        assert {row.state for row in inbox} == {InboxState.DONE}

        states = Counter(row.state for row in registrations)
        assert states == {
            RegistrationState.CONFIRMED: min(seats, people),
            **({RegistrationState.WAITLISTED: people - seats} if people > seats else {}),
        }
        assert taken == min(seats, people)
        numbers = sorted(row.queue_number for row in registrations if row.queue_number)
        assert numbers == [*range(1, people - seats + 1)]

        confirmed = {
            row.participant_id for row in registrations if row.state is RegistrationState.CONFIRMED
        }
        assert {notice.kind for notice in notices} == {NoticeKind.CONFIRMATION}
        assert sorted(notice.participant_id for notice in notices) == sorted(confirmed)
        for notice in notices:
            self._check_copies(notice, ids[notice.participant_id] or 0)
        with_seat = {ids[participant] for participant in confirmed}
        assert all(not self._copies(person) for person in self.people if person not in with_seat)

    def _check_copies(self, notice: Notice, person: int) -> None:
        copies = self._copies(person)
        told = f"{notice.state} after {notice.attempts} tries, {copies} copies"
        if notice.attempts == 1:
            assert (notice.state, copies) == (NoticeState.SENT, 1), told
        else:
            assert notice.attempts == 2, told
            assert notice.state in {NoticeState.SENT, NoticeState.UNKNOWN}, told
            assert copies <= 2, told
            assert copies >= 1 or notice.state is NoticeState.UNKNOWN, told

    def _copies(self, person: int) -> int:
        shown = self.simulator.chat(person)
        return sum("Confirmation of registration" in said.text for said in shown if said.from_bot)


@pytest.fixture(params=["polling", "webhook"])
def intake(request: pytest.FixtureRequest) -> str:
    """How updates come in; each way acknowledges in its own manner."""
    return str(request.param)


@pytest.fixture
async def town(database_url: str, tmp_path: Path, intake: str) -> AsyncIterator[Town]:
    """A town whose assistant does not run yet."""
    simulator = Simulator(token=TOKEN)
    served = await serve(simulator, port=0)
    program = Program(tmp_path, api=served.url, token=TOKEN, database_url=database_url)
    if intake == "webhook":
        program.environment |= {
            "XINNO_WEBHOOK_URL": f"http://127.0.0.1:{program.port}",
            "XINNO_WEBHOOK_SECRET": SECRET,
        }
        # Telegram comes again after 2, 4, 8 ... seconds; here it is always soon.
        simulator.delivery.pause = lambda seconds: asyncio.sleep(min(seconds, 0.3))
    made = Town(program, simulator, database_url)
    yield made
    await program.close()
    await made.database.close()
    await served.close()


async def killed(town: Town, *, kills: int, seed: int) -> None:
    """Two hundred register; the program is killed in the middle of answering somebody."""
    chance = random.Random(seed)
    crowd = await town.prepare(PEOPLE, seats=SEATS)
    await town.program.start()
    crowd.begin()
    for _ in range(kills):
        crowd.once(chance.randint(10, 3 * PEOPLE // (kills + 2)), town.program.kill)
        await town.kill_and_start_again()
    await crowd.done()
    await until(town.is_quiet, "all that was promised")
    await crowd.close()
    town.program.terminate()
    assert await town.program.ended() == 0, town.program.output
    await town.check(seats=SEATS)


# One way for each database: what differs between the ways does not depend on the database.
@pytest.mark.parametrize(
    "database_url, intake",
    [("sqlite", "polling"), ("postgresql", "webhook")],
    indirect=["database_url", "intake"],
)
@pytest.mark.timeout(300)
async def test_a_kill_while_two_hundred_register_loses_and_doubles_nothing(town: Town) -> None:
    await killed(town, kills=1, seed=2027)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2])
async def test_ten_kills_while_two_hundred_register_lose_and_double_nothing(
    town: Town, seed: int
) -> None:
    await killed(town, kills=10, seed=seed)


@pytest.mark.parametrize("intake", ["polling"], indirect=True)
async def test_asked_to_stop_it_stops_in_order_and_goes_on_later(town: Town) -> None:
    """SIGTERM in the middle: exit 0 within the grace, nothing unknown, nothing half done."""
    crowd = await town.prepare(30, seats=30)
    await town.program.start()
    crowd.begin()
    crowd.once(40, town.program.terminate)
    assert await town.program.ended(within=GRACE) == 0, town.program.output
    async with town.database.reading() as session:
        states = set(await session.scalars(select(Notice.state)))
    assert states <= {NoticeState.PLANNED, NoticeState.SENT}
    await town.program.start()
    await crowd.done()
    await until(town.is_quiet, "all that was promised")
    await crowd.close()
    await town.check(seats=30)
    async with town.database.reading() as session:
        assert set(await session.scalars(select(Notice.attempts))) == {1}

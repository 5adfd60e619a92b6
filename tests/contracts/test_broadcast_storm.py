"""An announcement to a thousand people, through a Telegram that fails in every way there is.

The real program is killed in the middle, again and again. Nobody gets it twice, nobody is
forgotten, and what nobody can know is exactly what was under way at a kill or was answered with
something that proves nothing.
"""

import asyncio
import functools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.simulator.faults import FaultKind
from bot.simulator.server import serve
from bot.simulator.state import Simulator
from tests.support import building
from tests.support.program import Program
from tests.support.waiting import until
from xinno_core.database import Database
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Notice,
    NoticeClass,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import freezing

TOKEN = "1000001:test-token-of-no-worth-at-all-0000000"
WORDS = "The door is in the yard."
AMBIGUOUS = (
    (FaultKind.SERVER_ERROR, False),
    (FaultKind.SERVER_ERROR, True),
    (FaultKind.BROKEN_JSON, True),
    (FaultKind.CONNECT_REFUSED, False),  # the line is cut: nobody knows whether before or after
    (FaultKind.CONNECT_REFUSED, True),
    (FaultKind.ACCEPT_THEN_HANG, True),
)
HANGING = 0.02
"""Share of the ambiguous answers that are silence: each takes the program's whole patience."""
RETRY_AFTER = 2
ON_THE_WAY = 0.5
"""Seconds within which a call may still arrive that had begun before the program heard the 429."""


@dataclass
class Call:
    """One call as Telegram saw it: when it came, to whom, and what it got."""

    began_at: float
    ended_at: float
    chat: int
    status: int | None  # None: no answer that anybody could read


@dataclass
class Storm:
    """The program, its Telegram, the audience, and everything that was called."""

    program: Program
    simulator: Simulator
    database: Database
    people: list[int] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    at_kills: set[int] = field(default_factory=set)  # under way when the program died
    ambiguous: set[int] = field(default_factory=set)  # chats whose call will prove nothing
    refused: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    broadcast_id: int = 0

    def listen(self) -> None:
        """Write down every call for a message."""
        answer = self.simulator.call

        async def call(method: str, params: dict[str, Any], *more: Any, **named: Any) -> Any:  # noqa: ANN401
            if method != "sendMessage":
                return await answer(method, params, *more, **named)
            began, status = time.monotonic(), None
            try:
                status, body = await answer(method, params, *more, **named)
                return status, body
            finally:
                ended = time.monotonic()
                self.calls.append(Call(began, ended, int(params["chat_id"]), status))

        self.simulator.call = call  # type: ignore[method-assign]

    async def prepare(self, people: int, *, chance: random.Random) -> None:
        """Register everybody, freeze the announcement, and plan what goes wrong for whom."""
        self.people = [
            self.simulator.add_person(first_name=f"Person {number}", language="en").id
            for number in range(people)
        ]
        for person in self.people:
            self.simulator.open_link(person, "")
        self.simulator.take_updates()
        await self._announce()
        for person in self.people:
            self._plan(person, chance)
        for _ in range(4):
            self.simulator.faults.add(
                kind=FaultKind.TOO_MANY_REQUESTS,
                chat_id=chance.choice(sorted(set(self.people) - self.blocked - self.refused)),
                method="sendMessage",
                retry_after=RETRY_AFTER,
            )

    async def _announce(self) -> None:
        now = datetime.now(UTC)
        async with self.database.writing() as session:
            event = await building.event(
                session,
                title="Collab Talks",
                now=now,
                starts_local=(now + timedelta(days=20)).replace(tzinfo=None),
                seats=len(self.people),
            )
            known = [
                Participant(
                    telegram_id=person,
                    language="en",
                    reachable=True,
                    created_at=now,
                    welcomed_at=now,
                )
                for person in self.people
            ]
            session.add_all(known)
            await session.flush()
            session.add_all(
                Registration(
                    event_id=event.id,
                    participant_id=person.id,
                    role="visitor",
                    state=RegistrationState.CONFIRMED,
                    answers={},
                    created_at=now,
                    confirmed_at=now,
                )
                for person in known
            )
            broadcast = Broadcast(
                draft_key="storm",
                event_id=event.id,
                author_id=known[0].id,
                state=BroadcastState.RUNNING,
                notice_class=NoticeClass.CRITICAL,
                audience={"states": ["confirmed"]},
                content={"en": {"parts": [{"kind": "text", "html": WORDS}]}},
                starts_at=now,
                created_at=now,
                confirmed_at=now,
            )
            session.add(broadcast)
            await session.flush()
            self.broadcast_id = broadcast.id
            assert await freezing.freeze(session, broadcast, due_at=now) == len(self.people)

    def _plan(self, person: int, chance: random.Random) -> None:
        dice, faults = chance.random(), self.simulator.faults
        if dice < 0.04:
            self.blocked.add(person)
            self.simulator.block(person)
            self.simulator.take_updates()
        elif dice < 0.07:
            self.refused.add(person)
            faults.add(kind=FaultKind.BAD_REQUEST, chat_id=person, method="sendMessage")
        elif dice < 0.13:
            kind, done = chance.choice(AMBIGUOUS[:-1])
            if chance.random() < HANGING:
                kind, done = AMBIGUOUS[-1]
            self.ambiguous.add(person)
            faults.add(kind=kind, chat_id=person, method="sendMessage", done_first=done)

    async def kill_and_start_again(self) -> None:
        """Kill it as soon as some more have been written to, and see what was under way."""
        self.program.kill()
        assert await self.program.ended(within=90) == -9
        async with self.database.writing() as session:
            under_way = await session.scalars(
                select(Participant.telegram_id)
                .join(Notice, Notice.participant_id == Participant.id)
                .where(Notice.state == NoticeState.SENDING)
            )
            self.at_kills.update(person for person in under_way if person)
            if not self.database.is_sqlite:
                past = datetime.now(UTC) - timedelta(minutes=5)
                await session.execute(
                    update(Notice).where(Notice.lease_until.is_not(None)).values(lease_until=past)
                )
        await self.program.start()

    async def is_over(self) -> bool:
        """Whether nothing of the announcement is left to send."""
        async with self.database.reading() as session:
            open_states = (NoticeState.PLANNED, NoticeState.HELD, NoticeState.SENDING)
            left = await session.scalar(
                select(Notice.id)
                .where(Notice.broadcast_id == self.broadcast_id, Notice.state.in_(open_states))
                .limit(1)
            )
            return left is None

    def copies(self) -> Counter[int]:
        """How many copies each person has."""
        return Counter(
            person
            for person in self.people
            for message in self.simulator.chat(person)
            if message.from_bot and WORDS in message.text
        )

    async def check(self) -> None:
        """Count everything that can be counted."""
        async with self.database.reading() as session:
            rows = (
                await session.execute(
                    select(Participant.telegram_id, Notice.state, Notice.reason)
                    .join(Notice, Notice.participant_id == Participant.id)
                    .where(Notice.broadcast_id == self.broadcast_id)
                )
            ).all()
        assert len(rows) == len(self.people)
        ends = {person: state for person, state, _ in rows if person}
        copies = self.copies()
        assert max(copies.values()) == 1
        by_state = {
            state: {who for who, end in ends.items() if end is state} for state in NoticeState
        }
        sums = {state: len(who) for state, who in by_state.items() if who}
        assert sum(sums.values()) == len(self.people), sums
        assert set(sums) <= {
            NoticeState.SENT,
            NoticeState.FAILED,
            NoticeState.UNKNOWN,
            NoticeState.SKIPPED,
        }
        # What nobody can know: under way at a kill, or answered with something that proves nothing.
        assert by_state[NoticeState.UNKNOWN] == self.at_kills | (
            self.ambiguous - by_state[NoticeState.SKIPPED]
        )
        settled = self.blocked | self.refused
        assert by_state[NoticeState.FAILED] == settled - self.at_kills
        assert all(copies[person] == 1 for person in by_state[NoticeState.SENT])
        assert not any(copies[person] for person in by_state[NoticeState.FAILED])
        self._check_pauses()

    def _check_pauses(self) -> None:
        asked = [call for call in self.calls if call.status == 429]
        assert asked, "Telegram never asked for a pause"
        # A kill may come before the program has written down what it was told.
        pauses = [call.ended_at for call in asked if call.chat not in self.at_kills]
        for begun in pauses:
            too_soon = [
                call.began_at - begun
                for call in self.calls
                if begun + ON_THE_WAY < call.began_at < begun + RETRY_AFTER
            ]
            assert not too_soon, too_soon[:5]


@pytest.fixture
async def storm(database_url: str, tmp_path: Path) -> AsyncIterator[Storm]:
    """An installation whose assistant does not run yet."""
    simulator = Simulator(token=TOKEN)
    program_port = await serve(simulator, port=0)
    program = Program(tmp_path, api=program_port.url, token=TOKEN, database_url=database_url)
    program.environment["XINNO_RATE_LIMIT"] = "300"
    made = Storm(program, simulator, Database(database_url))
    made.listen()
    yield made
    await program.close()
    await made.database.close()
    await program_port.close()


async def weathered(storm: Storm, *, people: int, kills: int, seed: int) -> None:
    """Send it all, with kills in the middle."""
    chance = random.Random(seed)
    await storm.prepare(people, chance=chance)
    await storm.program.start()
    for number in range(kills):
        goal = (number + 1) * people // (kills + 2)
        await until(functools.partial(_reached, storm, goal), f"{goal} to be written to")
        await asyncio.sleep(chance.random() / 5)
        await storm.kill_and_start_again()
    await until(storm.is_over, "the announcement to be over", seconds=240)
    storm.program.terminate()
    assert await storm.program.ended() == 0, storm.program.output
    await storm.check()


async def _reached(storm: Storm, goal: int) -> bool:
    return len({call.chat for call in storm.calls}) >= goal


# On one database here, and on both in the long runs: what is proved is the sender's order.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(300)
async def test_an_announcement_through_faults_and_a_kill_reaches_each_at_most_once(
    storm: Storm,
) -> None:
    await weathered(storm, people=120, kills=1, seed=2027)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_thousand_through_faults_and_five_kills_at_most_once_each(
    storm: Storm, seed: int
) -> None:
    await weathered(storm, people=1000, kills=5, seed=seed)

"""Fifty people want ten seats in the same moment: ten have one, forty have a number.

The same rush on an engine without our safeguards sells more seats than there are. It is the
control: it shows that the rush is a rush, and that the safeguards are what holds.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_events
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from tests.support.posting import running, webhook_of
from tests.support.waiting import until
from tests.support.world import SECRET, World
from xinno_core.database import Database
from xinno_core.models import (
    Event,
    Inbox,
    InboxState,
    Limit,
    NoticeKind,
    NoticeState,
    Registration,
    RegistrationState,
)
from xinno_core.models import Notice as NoticeRow
from xinno_core.services import events, forms, inbox, registration

PEOPLE, SEATS, TASKS = 50, 10, 8


pytestmark = pytest.mark.both


async def test_ten_of_fifty_get_a_seat_and_forty_a_number(world: World) -> None:
    """Each seat is given once, each number is given once, each confirmation is sent once."""
    talk = await world.event("Collab Talks", seats=SEATS)
    await _rush(world, talk, through=world.database)

    assert world.errors == []
    found = await _registrations(world, talk)
    confirmed = [row for row in found if row.state is RegistrationState.CONFIRMED]
    waiting = [row for row in found if row.state is RegistrationState.WAITLISTED]
    assert (len(confirmed), len(waiting)) == (SEATS, PEOPLE - SEATS)
    assert sorted(row.queue_number or 0 for row in waiting) == [*range(1, PEOPLE - SEATS + 1)]
    assert await world.seats_left(talk) == 0

    said = ["\n".join(_shown(world, person)) for person in world.simulator.people]
    assert sum("Your place is confirmed" in chat for chat in said) == SEATS
    numbers = [re.findall(r"You are number (\d+) on the waiting list", chat) for chat in said]
    assert sorted(int(number) for found in numbers for number in found) == [*range(1, 41)]
    assert sorted(chat.count("Confirmation of registration") for chat in said) == [
        *[0] * (PEOPLE - SEATS),
        *[1] * SEATS,
    ]
    async with world.database.reading() as session:
        notices = (await session.scalars(select(NoticeRow))).all()
    assert {notice.kind for notice in notices} == {NoticeKind.CONFIRMATION}
    assert {notice.state for notice in notices} == {NoticeState.SENT}
    assert len(notices) == SEATS


async def test_other_processes_beside_the_program_oversell_nothing(world: World) -> None:
    """A command at the keyboard opens the same database: it waits, and fails at nothing."""
    talk = await world.event("Collab Talks", seats=SEATS)
    people = await world.participants(*(f"Person {number}" for number in range(20)))
    others = [Database(world.database.url) for _ in range(4)]

    async def register(number: int) -> None:
        async with others[number % 4].writing() as session:
            await registration.register(
                session,
                participant=await world.person(session, people[number]),
                event_id=talk.id,
                role="visitor",
                now=world.now,
            )

    await asyncio.gather(*map(register, range(20)))
    for other in others:
        await other.close()
    found = await _registrations(world, talk)
    assert sum(row.state is RegistrationState.CONFIRMED for row in found) == SEATS
    assert sorted(row.queue_number or 0 for row in found)[SEATS:] == [*range(1, SEATS + 1)]


async def test_control_without_the_safeguards_more_than_ten_are_confirmed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stock engine, no row lock, no CHECK, and eight that read before the first one writes."""
    talk = await world.event("Collab Talks", seats=SEATS)
    safe = world.database
    stock = await _stock(safe.url)
    _work_on(world, stock)
    # Only registering loses its safeguards; that an update is claimed once is proved elsewhere.
    monkeypatch.setattr(inbox, "claim", _on(safe, inbox.claim))
    monkeypatch.setattr(events, "lock", lambda query: query)
    monkeypatch.setattr(registration, "list_limits", _together(TASKS, events.list_limits))
    # Leaving an open form writes, and a write first would make the others wait before they read.
    monkeypatch.setattr(forms, "leave", _nothing)
    world.expects_errors = True  # such as "database is locked": the price of no safeguards

    try:
        await _rush(world, talk, through=safe)
    finally:
        await stock.close()
    _work_on(world, safe)
    found = await _registrations(world, talk)
    confirmed = [row for row in found if row.state is RegistrationState.CONFIRMED]
    assert len(confirmed) > SEATS


async def _rush(world: World, talk: Event, *, through: Database) -> None:
    """Everybody looks at the event; then all press Register at once, and all is worked."""
    people = await world.participants(*(f"Person {number}" for number in range(PEOPLE)))
    for person in people:
        await person.open_link(f"e_{talk.key}")
    for person in people:
        message = world.simulator.chat(person.id)[-1]
        row, column = message.button("Register")
        world.simulator.press(person.id, message.message_id, row=row, column=column)
    updates = world.simulator.take_updates()
    assert len(updates) == PEOPLE
    async with webhook_of(world, database=through) as webhook, running(world, tasks=TASKS):
        assert await webhook.post_all(updates) == [200] * PEOPLE
        await until(lambda: _is_quiet(through), "all updates worked and all confirmations sent")


async def _is_quiet(database: Database) -> bool:
    async with database.reading() as session:
        is_open = select(Inbox.id).where(Inbox.state == InboxState.OPEN).limit(1)
        is_due = (
            select(NoticeRow.id)
            .where(NoticeRow.state.in_([NoticeState.PLANNED, NoticeState.SENDING]))
            .limit(1)
        )
        return await session.scalar(is_open) is None and await session.scalar(is_due) is None


async def _registrations(world: World, talk: Event) -> Sequence[Registration]:
    async with world.database.reading() as session:
        found = await session.scalars(select(Registration).where(Registration.event_id == talk.id))
        return found.all()


def _shown(world: World, person: int) -> list[str]:
    return [message.text for message in world.simulator.chat(person) if message.from_bot]


# ── the control: what there would be without us ──────────────────────────────────────────────
async def _stock(url: str) -> Database:
    """The database as the library opens it when nobody thinks about it."""
    stock = Database(url, secret=SECRET)
    await stock.close()
    engine = create_async_engine(url)  # a pool of five and ten more, transactions as the driver's
    if stock.is_sqlite:
        # There is no DROP CONSTRAINT here; a connection can only be told not to look.
        @sqlalchemy_events.listens_for(engine.sync_engine, "connect")
        def look_away(connection: Any, _record: object) -> None:  # noqa: ANN401 (driver's own)
            connection.execute("PRAGMA ignore_check_constraints=ON")
    else:
        async with engine.begin() as connection:
            name = "ck_limit_never_oversold"
            await connection.execute(text(f'ALTER TABLE "limit" DROP CONSTRAINT {name}'))
    stock._writer = stock._reader = engine
    stock._write = stock._read = async_sessionmaker(
        engine, expire_on_commit=False, info=stock._write.kw["info"]
    )
    return stock


def _work_on(world: World, database: Database) -> None:
    world.database = database
    world.assistant.workers._database = database


def _on(safe: Database, claim: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def claim_safely(_session: AsyncSession, **more: Any) -> Any:  # noqa: ANN401 (passed on)
        async with safe.writing() as session:
            return await claim(session, **more)

    return claim_safely


def _together(
    number: int, read: Callable[..., Awaitable[Sequence[Limit]]]
) -> Callable[..., Awaitable[Sequence[Limit]]]:
    """Let the first few read their limits before any of them goes on."""
    everybody = asyncio.Barrier(number)
    arrived = 0

    async def read_together(session: AsyncSession, event_id: int) -> Sequence[Limit]:
        limits = await read(session, event_id)
        nonlocal arrived
        arrived += 1
        if arrived <= number:
            await everybody.wait()
        return limits

    return read_together


async def _nothing(*_given: object, **_more: object) -> None:
    return None

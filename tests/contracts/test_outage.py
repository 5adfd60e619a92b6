"""The database is away for ten seconds: Telegram is told to come again, and nothing is lost."""

import asyncio
import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Protocol

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from tests.contracts.conftest import Logged
from tests.support.databases import Databases
from tests.support.groups import GroupChat, linked_group
from tests.support.posting import Webhook, running, webhook_of
from tests.support.reporting import answer, surveyed
from tests.support.waiting import until
from tests.support.world import World
from xinno_core.models import (
    ExportJob,
    ExportState,
    GroupPost,
    Inbox,
    InboxState,
    Notice,
    NoticeState,
    Registration,
)
from xinno_core.services import event_groups, group_posts
from xinno_core.services.contents import Content, TextPart

AWAY_FOR = 10.0
ANSWERS_WITHIN = 5.0
PEOPLE = 12


class Outage(Protocol):
    """A database that can be taken away."""

    url: str

    def away(self) -> AbstractAsyncContextManager[None]:
        """Take it away for a while."""
        ...


class Locked:
    """A SQLite file in which somebody else writes and does not end."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._path = make_url(url).database or ""

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Hold the one lock that all writers need."""
        other = sqlite3.connect(
            self._path, isolation_level=None, timeout=10, check_same_thread=False
        )
        try:
            await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
            yield
        finally:
            other.close()


class Line:
    """A PostgreSQL behind a line that can be cut, or go silent."""

    def __init__(self, url: str, *, silent: bool) -> None:
        parsed = make_url(url)
        self._socket = f"{parsed.query['host']}/.s.PGSQL.5432"
        self._name = parsed.database
        self._silent = silent
        self._is_up = True
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.url = ""

    async def open(self) -> None:
        """Let connections in."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"postgresql+asyncpg://postgres@127.0.0.1:{self._port}/{self._name}"

    async def close(self) -> None:
        """Let nobody in, and cut who is in."""
        assert self._server is not None
        self._server.close()
        self._cut()

    @contextlib.asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Refuse connections, or take them and say nothing."""
        if self._silent:
            self._is_up = False
        else:
            await self.close()
        try:
            yield
        finally:
            if self._silent:
                self._is_up = True
                self._cut()
            else:
                await self.open()

    def _cut(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._socket)
        self._ends |= {writer, back}
        await asyncio.gather(
            self._carry(reader, back), self._carry(there, writer), return_exceptions=True
        )
        for end in (writer, back):
            end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await until(lambda: self._is_up, "the line to be up again", seconds=60)
            writer.write(data)
            await writer.drain()
        writer.close()


@pytest.fixture(
    params=[
        "sqlite is locked",
        "postgresql refuses",
        pytest.param("postgresql is silent", marks=pytest.mark.long),
    ]
)
async def outage(request: pytest.FixtureRequest, databases: Databases) -> AsyncIterator[Outage]:
    """A database of each kind, with what really happens to it."""
    kind, _, how = request.param.partition(" ")
    if kind == "sqlite":
        with databases.fresh("sqlite") as url:
            yield Locked(url)
        return
    with databases.fresh("postgresql") as url:
        line = Line(url, silent=how == "is silent")
        await line.open()
        yield line
        await line.close()


@pytest.fixture
async def world(outage: Outage) -> AsyncIterator[World]:
    """An installation on a database that can go away."""
    made = World(outage.url)
    await made.open()
    yield made
    await made.close()


async def test_ten_seconds_without_a_database_lose_and_double_nothing(
    world: World, outage: Outage, logged: Logged
) -> None:
    world.expects_errors = True
    talk = await world.event("Collab Talks", seats=PEOPLE)
    people = await world.participants(*(f"Person {number}" for number in range(PEOPLE)))
    for person in people:
        await person.open_link(f"e_{talk.key}")
    for person in people:
        shown = world.simulator.chat(person.id)[-1]
        row, column = shown.button("Register")
        world.simulator.press(person.id, shown.message_id, row=row, column=column)
    updates = world.simulator.take_updates()

    async with webhook_of(world) as webhook, running(world):
        assert await webhook.post_all(updates[:4]) == [200] * 4  # promised, and now it goes away
        begun = time.monotonic()
        async with outage.away():
            while time.monotonic() - begun < AWAY_FOR:
                asked = time.monotonic()
                assert await webhook.post_all(updates[4:]) == [503] * (PEOPLE - 4)
                assert time.monotonic() - asked < ANSWERS_WITHIN
                assert await webhook.is_alive()
                await until(partial(_is_past, asked + 1), "a second to pass")
        back = time.monotonic()
        for update in updates[4:]:  # Telegram comes again, until it hears yes
            await until(partial(_is_taken, webhook, update), "the database to be back")
        await until(lambda: _is_quiet(world), "all updates worked and all confirmations sent")
        assert time.monotonic() - back < 15
    logged.take_errors("update_not_stored")

    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Registration)) == PEOPLE
        inbox = Counter(await session.scalars(select(Inbox.state)))
        notices = Counter(await session.scalars(select(Notice.state)))
    assert set(inbox) == {InboxState.DONE}
    assert notices == {NoticeState.SENT: PEOPLE}
    copies = [person.sees().count("Confirmation of registration") for person in people]
    assert copies == [1] * PEOPLE
    assert await world.seats_left(talk) == 0


async def test_what_has_its_turn_while_the_database_is_away_goes_when_it_is_back(
    world: World, outage: Outage
) -> None:
    """A past bug: what was claimed and could not be marked as being sent had failed for good."""
    world.expects_errors = True
    talk = await world.event("Collab Talks", seats=PEOPLE)
    people = await world.participants(*(f"Person {number}" for number in range(PEOPLE)))
    for person in people:
        await person.press("Register", on=talk)
    limiter = world.assistant.limiter
    limiter._waiting_answers = 1  # answers go first: what is claimed waits for its turn
    async with running(world):
        await until(lambda: _is_claimed(world), "a batch to be claimed")
        async with outage.away():
            limiter._waiting_answers = 0
            await until(partial(_is_past, time.monotonic() + 2), "two seconds to pass")
        await until(lambda: _is_quiet(world), "all confirmations sent", seconds=60)
    async with world.database.reading() as session:
        found = await session.execute(select(Notice.state, Notice.attempts))
        ends = Counter((state, attempts) for state, attempts in found)
    assert ends == {(NoticeState.SENT, 1): PEOPLE}
    copies = [person.sees().count("Confirmation of registration") for person in people]
    assert copies == [1] * PEOPLE


@pytest.mark.parametrize("outage", ["postgresql refuses"], indirect=True)
async def test_a_group_that_moves_while_the_database_is_away_gets_its_post_when_it_is_back(
    world: World, outage: Outage
) -> None:
    """A past bug: nobody could write down where the group was now, and the post had failed."""
    world.expects_errors = True
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    talkers = await linked_group(world, talk, olga)
    async with world.database.writing() as session:
        group = await event_groups.get_present(session, talk.id)
        await group_posts.promise(
            session,
            group_id=group.id,
            content=Content((TextPart("Doors open at six"),)),
            dedup_prefix="post:test",
            due_at=world.now,
        )
    moved = GroupChat(world, world.simulator.migrate_group(talkers.id, by=olga.id).id)
    world.simulator.take_updates()  # that it moved is learned by posting alone
    limiter = world.assistant.limiter
    limiter._waiting_answers = 1  # answers go first: what is claimed waits for its turn
    posting = asyncio.create_task(world.assistant.posting.drain())
    await until(lambda: _is_being_posted(world), "the post to be claimed")
    async with outage.away():
        limiter._waiting_answers = 0
        await until(lambda: bool(world.errors), "the outage to be noticed")
    await posting
    assert [post.partition("\n\n")[2][:17] for post in moved.posts] == ["Doors open at six"]
    async with world.database.reading() as session:
        posts = (await session.execute(select(GroupPost.state, GroupPost.attempts))).all()
        assert (await event_groups.get_present(session, talk.id)).chat_id == moved.id
    assert set(posts) == {(NoticeState.SENT, 1)}


@pytest.mark.parametrize("outage", ["postgresql refuses"], indirect=True)
async def test_a_file_that_came_while_the_database_was_away_does_not_come_twice(
    world: World, outage: Outage
) -> None:
    """A past bug: it had come, and below it one read that it could not be made."""
    world.expects_errors = True
    event = await surveyed(world)
    await answer(world, event, *({"useful": mark} for mark in range(1, 6)))
    lena = await world.lead("Lena")
    await lena.press_data(f"zx:event:{event.id}:answers:csv:en:comma")
    making = asyncio.create_task(world.assistant.file_making.drain())
    await until(lambda: _is_file(world, ExportState.RUNNING), "the file to be made")
    world.assistant.limiter.pause(5)
    await until(lambda: _is_file(world, ExportState.SENDING), "the file to wait for its turn")
    async with outage.away():
        await until(lambda: bool(world.errors), "the outage to be noticed")
    await making
    assert sum(said.document is not None for said in world.simulator.chat(lena.id)) == 1
    assert "sent. Rows in the file: 5" in lena.sees()
    assert await _is_file(world, ExportState.DONE)


async def _is_file(world: World, state: ExportState) -> bool:
    async with world.database.reading() as session:
        return await session.scalar(select(ExportJob.state)) is state


async def _is_claimed(world: World) -> bool:
    async with world.database.reading() as session:
        held = select(Notice.id).where(Notice.lease_holder.is_not(None)).limit(1)
        return await session.scalar(held) is not None


async def _is_being_posted(world: World) -> bool:
    async with world.database.reading() as session:
        held = select(GroupPost.id).where(GroupPost.state == NoticeState.SENDING)
        return await session.scalar(held) is not None


def _is_past(moment: float) -> bool:
    return time.monotonic() > moment


async def _is_taken(webhook: Webhook, update: object) -> bool:
    return await webhook.post(update) == 200


async def _is_quiet(world: World) -> bool:
    async with world.database.reading() as session:
        is_open = select(Inbox.id).where(Inbox.state == InboxState.OPEN).limit(1)
        under_way = (NoticeState.PLANNED, NoticeState.SENDING)
        is_due = select(Notice.id).where(Notice.state.in_(under_way)).limit(1)
        return await session.scalar(is_open) is None and await session.scalar(is_due) is None

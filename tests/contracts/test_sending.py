"""Every promise ends in one of three ways, and no way of Telegram's sends it once too often."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery import sender as sender_module
from bot.simulator.faults import FaultKind
from bot.simulator.server import serve
from bot.telegram.errors import Verdict, classify
from bot.telegram.request import DEFAULT_TIMEOUT, AiohttpRequest
from tests.contracts.conftest import Logged
from tests.support import announcing
from tests.support.hand import HandClock
from tests.support.posting import webhook_of
from tests.support.waiting import until
from tests.support.world import TOKEN, Actor, World
from xinno_core.models import Event, NoticeKind, NoticeState
from xinno_core.models import Notice as NoticeRow
from xinno_core.services import notices, outbox, participants
from xinno_core.services.contents import TextPart
from xinno_core.services.notices import Attempt

MANY = 10
"""Fewer than are claimed in one round: all are on their way together."""


async def crowd(world: World, number: int) -> tuple[Event, list[Actor]]:
    """So many people who have just registered: each is owed a confirmation."""
    talk = await world.event("Collab Talks", seats=None)
    people = await world.participants(*(f"Person {each}" for each in range(number)))
    for person in people:
        await person.press("Register", on=talk)
    return talk, people


async def rows(world: World, kind: NoticeKind | None = None) -> Sequence[NoticeRow]:
    async with world.database.reading() as session:
        query = select(NoticeRow).order_by(NoticeRow.id)
        return (await session.scalars(query.where(NoticeRow.kind == kind) if kind else query)).all()


async def only(world: World, kind: NoticeKind) -> NoticeRow:
    (found,) = await rows(world, kind)
    return found


def copies(person: Actor, words: str = "Confirmation of registration") -> int:
    """How often a person has got a message with these words."""
    shown = person.world.simulator.chat(person.id)
    return sum(words in message.text for message in shown if message.from_bot)


async def promise(
    world: World, person: Actor, talk: Event, kind: NoticeKind, later: timedelta = timedelta()
) -> None:
    """Owe a person a notice of this kind, now or later."""
    if kind is NoticeKind.BROADCAST:
        olga = await world.organiser("Olga")
        await announcing.running(world, talk, olga, {"en": [TextPart("Bring a card.")]})
        return
    async with world.database.writing() as session:
        row = await participants.find_by_telegram(session, person.id)
        assert row is not None
        await outbox.promise(
            session,
            participant_id=row.id,
            kind=kind,
            dedup_key=f"test:{kind}:{row.id}",
            event_id=talk.id,
            due_at=world.now + later,
            params={"exercise": "xse-4", "until": (world.now + timedelta(hours=1)).isoformat()},
        )


# ── 429: Telegram wants silence ──────────────────────────────────────────────────────────────
async def test_after_a_429_nothing_goes_until_the_pause_is_over(world: World) -> None:
    """The third is refused; what goes on after that was on the wire already."""
    _, people = await crowd(world, MANY)
    clock = HandClock()
    limiter, sender = world.assistant.limiter, world.assistant.sender
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendMessage", chat_id=people[2].id, retry_after=7
    )
    await sender.drain()
    gone = sum(map(copies, people))
    assert gone < MANY
    await clock.advance(6.9, step=0.1)
    await sender.drain()
    assert sum(map(copies, people)) == gone
    await clock.advance(0.2, step=0.1)
    sending = asyncio.create_task(sender.drain())
    while not sending.done():
        await until(lambda: sending.done() or clock.sleeping > 0, "the sender to go on")
        await clock.advance(0.5, step=0.1)
    await sending
    assert [copies(person) for person in people] == [1] * MANY
    assert {row.state for row in await rows(world)} == {NoticeState.SENT}


async def test_a_pause_survives_a_restart(world: World) -> None:
    _, people = await crowd(world, 3)
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendMessage", retry_after=3600
    )
    await world.tick()
    assert sum(map(copies, people)) == 0
    await world.restart()
    assert world.assistant.limiter.paused_for > 3500
    await world.tick()
    assert sum(map(copies, people)) == 0
    assert "paused by Telegram" in (await world.assistant.missing())["sending"]


async def test_a_pause_told_to_a_screen_survives_a_restart_too(world: World) -> None:
    person = await world.participant("Anna")
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendMessage", retry_after=3600
    )
    await person.type("hello")
    await world.tick()
    await world.restart()
    assert world.assistant.limiter.paused_for > 3500


async def test_a_429_does_not_use_up_the_one_repeat(world: World) -> None:
    """A past bug: a try that was certainly none counted, and the unknown was not repeated."""
    _, (person,) = await crowd(world, 1)
    world.simulator.faults.add(
        kind=FaultKind.TOO_MANY_REQUESTS, method="sendMessage", retry_after=60
    )
    world.simulator.faults.add(kind=FaultKind.DROP, method="sendMessage")
    await world.assistant.sender.drain()
    world.assistant.limiter._clock = lambda: time.monotonic() + 61  # a minute later
    await world.assistant.sender.drain()
    assert copies(person) == 1
    row = await only(world, NoticeKind.CONFIRMATION)
    assert (row.state, row.attempts) == (NoticeState.SENT, 2)


async def test_what_waits_too_long_for_its_turn_goes_back_before_its_lease_ends(
    world: World,
) -> None:
    """A past bug: it waited on with a lease that had run out, was taken again, and went twice."""
    _, (person,) = await crowd(world, 1)
    limiter = world.assistant.limiter
    limiter._waiting_answers = 1  # somebody's answers go first, without end
    clock = HandClock()
    limiter._clock, limiter._sleep = clock.now, clock.sleep
    sending = asyncio.create_task(world.assistant.sender.send_due())
    await until(lambda: clock.sleeping == 1, "the sender to wait for its turn")
    await clock.advance(sender_module.PATIENCE + 1, step=0.5)
    await sending
    row = await only(world, NoticeKind.CONFIRMATION)
    assert (row.state, row.attempts) == (NoticeState.PLANNED, 0)
    a_call = sender_module.PATIENCE + 2 * DEFAULT_TIMEOUT
    assert notices.LEASE.total_seconds() > 2 * a_call  # two: with markup and without
    limiter._waiting_answers = 0
    await world.tick()
    assert copies(person) == 1


# ── 403: the person does not want us ─────────────────────────────────────────────────────────
async def test_who_blocks_us_is_left_alone_until_they_come_back(world: World) -> None:
    talk, (person, other) = await crowd(world, 2)
    await promise(world, person, talk, NoticeKind.THANKS, later=timedelta(days=1))
    world.simulator.faults.add(kind=FaultKind.BLOCKED, method="sendMessage", chat_id=person.id)
    await world.tick()
    confirmation = next(row for row in await rows(world) if row.reason == "blocked")
    assert confirmation.state is NoticeState.FAILED
    thanks = await only(world, NoticeKind.THANKS)
    assert (thanks.state, thanks.reason) == (NoticeState.SKIPPED, "unreachable")
    assert (copies(person), copies(other)) == (0, 1)
    await promise(world, person, talk, NoticeKind.CHANGED)
    await world.tick()
    assert (await only(world, NoticeKind.CHANGED)).state is NoticeState.SKIPPED

    await person.open_link()
    await promise(world, person, talk, NoticeKind.REMINDER)
    await world.tick()
    assert (await only(world, NoticeKind.REMINDER)).state is NoticeState.SENT


async def test_blocking_is_heard_of_before_anything_is_sent(world: World) -> None:
    _, (person,) = await crowd(world, 1)
    world.simulator.block(person.id)
    await world.respond(person)
    row = await only(world, NoticeKind.CONFIRMATION)
    assert (row.state, row.reason) == (NoticeState.SKIPPED, "unreachable")


# ── nobody knows ─────────────────────────────────────────────────────────────────────────────
REPEATED = {
    NoticeKind.CONFIRMATION,
    NoticeKind.REMINDER,
    NoticeKind.OFFER,
    NoticeKind.CHANGED,
    NoticeKind.CANCELLED,
    NoticeKind.ENQUIRY,
    NoticeKind.ENQUIRY_ANSWER,
    NoticeKind.BROADCAST_SECOND,
    NoticeKind.BROADCAST_STOPPED,
    NoticeKind.PHOTO_WITHDRAWN,
}
"""Where missing is worse than doubling."""
WITHOUT_PROOF = [
    pytest.param(FaultKind.ACCEPT_THEN_HANG, 1, id="taken, then silence"),
    pytest.param(FaultKind.BROKEN_JSON, 1, id="taken, then a broken answer"),
    pytest.param(FaultKind.SERVER_ERROR, 0, id="502 with a page"),
    pytest.param(FaultKind.DROP, 0, id="the line breaks"),
]


@pytest.mark.parametrize("fault, arrives", WITHOUT_PROOF)
@pytest.mark.parametrize(
    "kind",
    [NoticeKind.CONFIRMATION, NoticeKind.REMINDER, NoticeKind.EXERCISE, NoticeKind.BROADCAST],
)
async def test_an_ending_without_proof_is_unknown_after_at_most_one_repeat(
    world: World, kind: NoticeKind, fault: FaultKind, arrives: int
) -> None:
    talk = await world.event("Collab Talks", seats=None)
    person = await world.participant("Anna", exercises=True)
    await person.press("Register", on=talk)
    if kind is not NoticeKind.CONFIRMATION:
        await world.tick()
        await promise(world, person, talk, kind)
    before = len(world.simulator.chat(person.id))
    world.simulator.faults.add(kind=fault, method="sendMessage", times=None)
    for _ in range(4):
        await world.assistant.sender.drain()
    tries = 2 if kind in REPEATED else 1
    row = await only(world, kind)
    assert (row.state, row.attempts) == (NoticeState.UNKNOWN, tries)
    assert len(world.simulator.chat(person.id)) - before == tries * arrives
    assert outbox.REPEATS_ONCE == REPEATED


async def test_one_silence_then_an_answer_makes_two_copies_at_most(world: World) -> None:
    _, (person,) = await crowd(world, 1)
    world.simulator.faults.add(kind=FaultKind.ACCEPT_THEN_HANG, method="sendMessage")
    await world.tick()
    row = await only(world, NoticeKind.CONFIRMATION)
    assert (row.state, row.attempts, copies(person)) == (NoticeState.SENT, 2, 2)


async def test_ten_without_proof_in_a_row_stop_the_sending_until_a_probe_works(
    world: World, monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    """An outage of Telegram must not turn everything due into unknowns."""
    monkeypatch.setattr(sender_module, "PROBE_SECONDS", 0.0)
    talk, people = await crowd(world, 16)
    await world.tick()
    await promise(world, people[0], talk, NoticeKind.BROADCAST)
    for method in ("sendMessage", "getMe"):
        world.simulator.faults.add(kind=FaultKind.SERVER_ERROR, method=method, times=None)
    for _ in range(3):
        await world.assistant.sender.drain()
    states = [row.state for row in await rows(world, NoticeKind.BROADCAST)]
    assert states.count(NoticeState.UNKNOWN) == 10
    assert states.count(NoticeState.PLANNED) == 6
    assert "telegram_not_there" in str(logged)

    world.simulator.faults.clear()
    await world.tick()
    # So many without proof have also stopped the announcement; somebody lets it go on.
    assert sum(copies(person, "Bring a card.") for person in people) == 0
    await announcing.resume(world, "Olga")
    await world.tick()
    states = [row.state for row in await rows(world, NoticeKind.BROADCAST)]
    assert states.count(NoticeState.SENT) == 6
    assert sum(copies(person, "Bring a card.") for person in people) == 6


# ── certainly not, and our own fault ─────────────────────────────────────────────────────────
async def test_a_refused_connection_then_an_open_one_sends_once(world: World) -> None:
    _, people = await crowd(world, 3)
    world.simulator.faults.add(kind=FaultKind.CONNECT_REFUSED, method="sendMessage", times=5)
    await world.tick()
    assert [copies(person) for person in people] == [1, 1, 1]
    assert {(row.state, row.attempts) for row in await rows(world)} == {(NoticeState.SENT, 1)}


async def test_refused_markup_goes_once_more_without_it_and_is_logged_as_ours(
    world: World, logged: Logged
) -> None:
    _, (person,) = await crowd(world, 1)
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="sendMessage",
        description="can't parse entities: unsupported start tag",
    )
    await world.tick()
    assert copies(person) == 1
    assert world.simulator.chat(person.id)[-1].entities == []
    assert len(logged.take_errors("markup_refused")) == 1
    world.simulator.faults.add(
        kind=FaultKind.BAD_REQUEST,
        method="sendMessage",
        description="can't parse entities: unsupported start tag",
        times=None,
    )
    await promise(world, person, (await world.event("Second", seats=1)), NoticeKind.OFFER_EXPIRED)
    await world.tick()
    assert (await only(world, NoticeKind.OFFER_EXPIRED)).state is NoticeState.FAILED
    assert len(logged.take_errors("markup_refused")) == 1


async def test_a_refused_token_stops_all_sending_and_readiness_says_so(
    world: World, logged: Logged
) -> None:
    _, people = await crowd(world, 5)
    fault = world.simulator.faults.add(kind=FaultKind.UNAUTHORIZED, method="sendMessage", times=100)
    await world.tick()
    await world.tick()
    assert fault.times == 99  # one request, and no other after its answer
    assert sum(map(copies, people)) == 0
    assert {row.state for row in await rows(world)} == {NoticeState.PLANNED}
    async with webhook_of(world) as webhook:
        status, said = await webhook.ready()
    assert (status, "refuses the token" in said["reasons"]["telegram"]) == (503, True)
    assert len(logged.take_errors("token_refused")) == 1
    assert TOKEN not in str(logged)


async def test_a_token_refused_to_a_screen_is_seen_in_readiness(
    world: World, logged: Logged
) -> None:
    person = await world.participant("Anna")
    world.simulator.faults.add(kind=FaultKind.UNAUTHORIZED, times=None)
    await person.type("hello")
    assert "refuses the token" in (await world.assistant.missing())["telegram"]
    assert TOKEN not in str(logged)


async def test_the_same_promise_made_twice_is_one_message(world: World) -> None:
    talk, (person,) = await crowd(world, 1)
    for _ in range(2):
        await promise(world, person, talk, NoticeKind.THANKS)
    await world.tick()
    assert (await only(world, NoticeKind.THANKS)).state is NoticeState.SENT


# ── leases ───────────────────────────────────────────────────────────────────────────────────
async def test_a_late_end_of_a_lost_lease_changes_nothing(world: World) -> None:
    """A sender that stood still past its lease must not undo what another has begun."""
    await crowd(world, 1)
    async with world.database.writing() as session:
        (due,) = (await notices.claim(session, holder="slow", now=world.now)).to_send
        assert await notices.begin(session, due.id, holder="slow")
    async with world.database.writing() as session:
        await session.execute(
            update(NoticeRow).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        )
        assert await notices.end_stale_leases(session, now=world.now) == 1
    async with world.database.writing() as session:
        assert len((await notices.claim(session, holder="quick", now=world.now)).to_send) == 1
        assert not await notices.begin(session, due.id, holder="slow")
        assert await notices.begin(session, due.id, holder="quick")
    async with world.database.writing() as session:
        slow = Attempt(due.id, "slow", now=world.now)
        await notices.put_back(session, slow, reason="late")
    row = await only(world, NoticeKind.CONFIRMATION)
    assert (row.state, row.lease_holder) == (NoticeState.SENDING, "quick")
    async with world.database.writing() as session:
        quick = Attempt(due.id, "quick", now=world.now, telegram_ids=(1,))
        await notices.record_sent(session, quick)
    assert (await only(world, NoticeKind.CONFIRMATION)).state is NoticeState.SENT


async def test_what_was_claimed_and_not_begun_is_no_mystery_after_a_crash(world: World) -> None:
    """Only what was on the wire is in doubt; the rest of a batch is simply due again."""
    _, people = await crowd(world, 3)
    async with world.database.writing() as session:
        first, *_ = (await notices.claim(session, holder="dead", now=world.now)).to_send
        assert await notices.begin(session, first.id, holder="dead")
    async with world.database.writing() as session:
        # More than a minute has passed; a database with one process does not wait for that.
        if not world.database.is_sqlite:
            past = datetime(2020, 1, 1, tzinfo=UTC)
            await session.execute(update(NoticeRow).values(lease_until=past))
    await world.restart()
    await world.tick()
    assert sorted(map(copies, people)) == [1, 1, 1]
    assert sorted(row.attempts for row in await rows(world)) == [1, 1, 2]


async def test_two_senders_never_take_the_same_notice(world: World) -> None:
    await crowd(world, 12)

    async def claim(holder: str) -> list[int]:
        async with world.database.writing() as session:
            claimed = await notices.claim(session, holder=holder, now=world.now, limit=4)
            return [due.id for due in claimed.to_send]

    taken = await asyncio.gather(*(claim(f"sender-{number}") for number in range(4)))
    ids = [each for some in taken for each in some]
    assert len(ids) == len(set(ids)) > 0


# ── what an answer proves ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "error, verdict",
    [
        (RetryAfter(7), Verdict.TOO_MANY),
        (NetworkError("Too Many Requests (429)"), Verdict.TOO_MANY),
        (Forbidden("Forbidden: bot was blocked by the user"), Verdict.BLOCKED),
        (Forbidden("Forbidden: user is deactivated"), Verdict.BLOCKED),
        (BadRequest("Bad Request: chat not found"), Verdict.BLOCKED),
        (BadRequest("Bad Request: message is not modified: same content"), Verdict.UNCHANGED),
        (BadRequest("Bad Request: message to edit not found"), Verdict.GONE),
        (BadRequest("Query is too old and response timeout expired"), Verdict.GONE),
        (BadRequest("Bad Request: can't parse entities: no end tag"), Verdict.MARKUP),
        (BadRequest("Bad Request: message is too long"), Verdict.REFUSED),
        (ChatMigrated(-100), Verdict.REFUSED),
        (InvalidToken("Unauthorized"), Verdict.TOKEN),
        (TimedOut(), Verdict.UNKNOWN),
        (NetworkError("Bad Gateway"), Verdict.UNKNOWN),
        (TelegramError("Internal Server Error: restart"), Verdict.UNKNOWN),
    ],
    ids=repr,
)
def test_each_error_proves_one_thing(error: TelegramError, verdict: Verdict) -> None:
    assert classify(error).verdict is verdict


# ── what the transport can know ──────────────────────────────────────────────────────────────
@dataclass
class Line:
    """A bot on the real transport, and an address."""

    bot: Bot
    close: Callable[[], Awaitable[Any]]


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def _silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()  # until the caller gives up
    writer.close()


async def _half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.close()


@pytest.fixture
async def call() -> AsyncIterator[Callable[[str], Awaitable[TelegramError | None]]]:
    """Make one call on the real transport and return how it failed."""
    request = AiohttpRequest(timeout=0.3)

    async def make(address: str) -> TelegramError | None:
        bot = Bot(TOKEN, base_url=f"{address}/bot", request=request, get_updates_request=request)
        try:
            await bot.send_message(1, "hello")
        except TelegramError as error:
            return error
        return None

    yield make
    await request.shutdown()


@pytest.mark.parametrize(
    "answer, verdict",
    [
        pytest.param(_hang_up, Verdict.UNKNOWN, id="hangs up"),
        pytest.param(_silence, Verdict.UNKNOWN, id="says nothing"),
        pytest.param(_half, Verdict.UNKNOWN, id="breaks off"),
    ],
)
async def test_a_line_that_was_open_proves_nothing(
    call: Callable[[str], Awaitable[TelegramError | None]], answer: Answer, verdict: Verdict
) -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await call(f"http://127.0.0.1:{port}")
    server.close()
    await server.wait_closed()
    assert error is not None
    assert classify(error).verdict is verdict
    assert TOKEN not in f"{error!r} {error.__cause__!r}"


async def test_a_closed_door_proves_that_nothing_was_sent(
    call: Callable[[str], Awaitable[TelegramError | None]],
) -> None:
    server = await asyncio.start_server(_silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    error = await call(f"http://127.0.0.1:{port}")
    assert error is not None
    assert classify(error).verdict is Verdict.NOT_SENT


async def test_over_the_wire_a_refused_token_is_told_from_all_else(
    world: World, call: Callable[[str], Awaitable[TelegramError | None]]
) -> None:
    world.simulator.token = "1000001:another-token-of-no-worth-at-all-0000000"
    served = await serve(world.simulator, port=0)
    error = await call(served.url)
    await served.close()
    assert error is not None
    assert classify(error).verdict is Verdict.TOKEN

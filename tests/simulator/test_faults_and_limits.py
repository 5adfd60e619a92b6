"""Things that go wrong on purpose, and sending too much."""

import asyncio

import aiohttp
import pytest
from telegram import Bot as LibraryBot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.simulator import Simulator, SimulatorRequest
from bot.simulator.faults import FaultKind
from bot.simulator.server import Served
from tests.simulator.conftest import JAN, TOKEN, Bot, Clocks


@pytest.fixture
async def library_bot(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> LibraryBot:
    # Without it the library warns of its own RetryAfter.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    request = SimulatorRequest(simulator)
    return LibraryBot(TOKEN, request=request, get_updates_request=request)


@pytest.mark.parametrize(
    "kind, error, stored",
    [
        (FaultKind.TOO_MANY_REQUESTS, RetryAfter, False),
        (FaultKind.BLOCKED, Forbidden, False),
        (FaultKind.BAD_REQUEST, BadRequest, False),
        (FaultKind.UNAUTHORIZED, InvalidToken, False),
        (FaultKind.SERVER_ERROR, NetworkError, False),
        (FaultKind.BROKEN_JSON, TelegramError, True),
        (FaultKind.CONNECT_REFUSED, NetworkError, False),
        (FaultKind.ACCEPT_THEN_HANG, TimedOut, True),
        (FaultKind.DROP, TimedOut, False),
    ],
)
async def test_a_fault_surfaces_as_the_library_expects_of_a_transport(
    simulator: Simulator,
    library_bot: LibraryBot,
    anna: int,
    kind: FaultKind,
    error: type[TelegramError],
    stored: bool,
) -> None:
    simulator.faults.add(kind=kind, method="sendMessage", chat_id=anna)
    async with library_bot:
        with pytest.raises(error) as raised:
            await library_bot.send_message(anna, "once")
        assert (simulator.chat(anna)[-1].text == "once") is stored
        await library_bot.send_message(anna, "twice")  # the fault was for one call
    is_connect_error = isinstance(raised.value.__cause__, ConnectionRefusedError)
    assert is_connect_error is (kind == FaultKind.CONNECT_REFUSED)


async def test_a_fault_meets_only_the_calls_it_was_planned_for(
    simulator: Simulator, bot: Bot, anna: int
) -> None:
    simulator.open_link(JAN)
    simulator.faults.add(kind="blocked", method="sendMessage", chat_id=JAN, times=None)
    await bot.does("sendMessage", chat_id=anna, text="x")
    for _ in range(3):
        await bot.is_refused("sendMessage", chat_id=JAN, text="x")
    simulator.faults.clear()
    await bot.does("sendMessage", chat_id=JAN, text="x")


async def test_over_http_a_hang_is_silence_and_a_refusal_a_cut_line(
    simulator: Simulator, served: Served, http: aiohttp.ClientSession, anna: int
) -> None:
    url = f"{served.url}/bot{TOKEN}/sendMessage"
    body = {"chat_id": anna, "text": "x"}
    simulator.faults.add(kind="connect_refused")
    simulator.faults.add(kind="accept_then_hang")
    simulator.faults.add(kind="server_error")
    simulator.faults.add(kind="too_many_requests", retry_after=7)
    with pytest.raises(aiohttp.ClientError):
        await http.post(url, json=body)
    stored = asyncio.Event()
    simulator.listen(lambda event: stored.set() if event["kind"] == "message" else None)
    call = asyncio.create_task(http.post(url, json=body))
    await stored.wait()
    assert not call.done()
    call.cancel()
    async with http.post(url, json=body) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    async with http.post(url, json=body) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
        assert (await answer.json())["parameters"] == {"retry_after": 7}
    assert [message.text for message in simulator.chat(anna)] == ["/start", "x"]


async def test_a_chat_takes_a_short_burst_and_then_one_a_second(
    simulator: Simulator, bot: Bot, anna: int, clocks: Clocks
) -> None:
    simulator.limits = True
    for _ in range(5):
        await bot.does("sendMessage", chat_id=anna, text="x")
    status, answer = await simulator.call("sendMessage", {"chat_id": anna, "text": "x"})
    assert (status, answer["parameters"]) == (429, {"retry_after": 1})
    assert answer["description"] == "Too Many Requests: retry after 1"
    clocks.wait(1)
    await bot.does("sendMessage", chat_id=anna, text="x")
    await bot.is_refused("sendMessage", chat_id=anna, text="x")


async def test_all_chats_together_take_thirty_a_second(
    simulator: Simulator, bot: Bot, clocks: Clocks
) -> None:
    simulator.limits = True
    people = [simulator.add_person(first_name=str(n), language=None).id for n in range(31)]
    for person in people:
        simulator.open_link(person)
    for person in people[:30]:
        await bot.does("sendMessage", chat_id=person, text="x")
    refusal = await bot.is_refused("sendMessage", chat_id=people[30], text="x")
    assert refusal == "Too Many Requests: retry after 1"
    clocks.wait(1)
    await bot.does("sendMessage", chat_id=people[30], text="x")


def test_a_group_takes_twenty_a_minute(simulator: Simulator, clocks: Clocks) -> None:
    for _ in range(20):
        simulator.limiter.spend(-100)
        clocks.wait(1)
    with pytest.raises(Exception, match="retry after 40"):
        simulator.limiter.spend(-100)

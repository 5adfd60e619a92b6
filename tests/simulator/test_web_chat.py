"""The web chat's endpoints: what a browser and browser-less drivers use, and who may not."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.simulator import Simulator
from bot.simulator.calendar_card import calendar_card
from bot.simulator.server import Served, serve
from tests.simulator.conftest import ANNA, JAN, TOKEN, Bot, Clocks

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Rome\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nSUMMARY:Open Innovation\\, part 1\r\nDTSTART;TZID=Europe/Rome:20261105T180000"
    b"\r\nDTEND;TZID=Europe/Rome:20261105T200000\r\nLOCATION:Via Trie\r\n ste 63\r\n"
    b"BEGIN:VALARM\r\nSUMMARY:not this\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class Port:
    """A clock with one thing due in three hours, which tells Anna."""

    def __init__(self, clocks: Clocks, bot: Bot) -> None:
        self.clocks = clocks
        self.bot = bot
        self.due = clocks.now() + timedelta(hours=3)
        self.may_go = asyncio.Event()
        self.may_go.set()

    def now(self) -> datetime:
        return self.clocks.now()

    async def next_due(self, after: datetime) -> datetime | None:
        return self.due if self.due > after else None

    async def move_to(self, instant: datetime) -> None:
        await self.may_go.wait()
        if self.clocks.now() < self.due <= instant:
            self.clocks.business = self.due
            await self.bot.does("sendMessage", chat_id=ANNA, text="Soon")
        self.clocks.business = instant


@pytest.fixture
async def port(clocks: Clocks, bot: Bot, anna: int) -> Port:
    return Port(clocks, bot)


@pytest.fixture
async def with_clock(simulator: Simulator, port: Port) -> AsyncIterator[str]:
    served = await serve(simulator, port=0, clock=port)
    yield served.url
    await served.close()


async def test_a_driver_without_a_browser_can_do_what_people_do(
    simulator: Simulator, served: Served, http: aiohttp.ClientSession, bot: Bot
) -> None:
    """Someone is added, starts by a link, writes, presses, and blocks the bot."""
    facts = {"first_name": "Olena", "language": "uk", "note": "lead"}
    async with http.post(f"{served.url}/chat/people", json=facts) as answer:
        assert answer.status == 201
        person = (await answer.json())["id"]
    chat = f"{served.url}/chat/{person}"
    async with http.post(f"{chat}/start", json={"payload": "abc"}) as answer:
        assert answer.status == 200
    async with http.post(f"{chat}/text", json={"text": "hello"}) as answer:
        assert (await answer.json())["update_id"] is not None
    buttons = [
        {"text": "Yes", "callback_data": "y"},
        {"text": "Site", "url": "https://x.org"},
    ]
    sent = await bot.does(
        "sendMessage", chat_id=person, text="?", reply_markup={"inline_keyboard": [buttons]}
    )
    press = {"message_id": sent["message_id"], "row": 0, "column": 0}
    async with http.post(f"{chat}/press", json=press) as answer:
        press_id = (await answer.json())["press_id"]
    async with http.post(f"{chat}/press", json=press | {"column": 1}) as answer:
        assert (await answer.json())["url"] == "https://x.org/"
    async with http.post(f"{chat}/press", json=press | {"data": "forged"}) as answer:
        assert "press_id" in await answer.json()
    await bot.does("answerCallbackQuery", callback_query_id=press_id, text="Noted")
    async with http.get(f"{served.url}/chat/presses/{press_id}") as answer:
        assert (await answer.json())["answer"] == {"text": "Noted", "show_alert": False}
    async with http.post(f"{chat}/block", json={"blocked": True}) as answer:
        assert (await answer.json())["blocked"] is True
    async with http.get(chat) as answer:
        body = await answer.json()
    assert [message["text"] for message in body["messages"]] == ["/start abc", "hello", "?"]
    kinds = [list(update)[1] for update in simulator.take_updates()]
    assert kinds == ["message", "message", "callback_query", "callback_query", "my_chat_member"]


@pytest.mark.parametrize(
    "path, body, status",
    [
        ("people", {"first_name": " "}, 400),
        ("people", {"first_name": 7}, 400),
        (f"{ANNA}/text", {"text": ""}, 400),
        (f"{ANNA}/start", {"payload": "a b"}, 400),
        (f"{ANNA}/press", {"message_id": "1"}, 400),
        (f"{ANNA}/press", {"message_id": 1, "row": 0, "column": 0}, 400),
        (f"{ANNA}/press", {"message_id": 1, "row": -1, "column": 0}, 400),
        ("42/text", {"text": "x"}, 404),
        ("clock", {"to": "next"}, 404),
        ("faults", {"kind": "nonsense"}, 400),
    ],
)
async def test_wrong_orders_are_refused(
    served: Served, http: aiohttp.ClientSession, path: str, body: dict[str, object], status: int
) -> None:
    async with http.post(f"{served.url}/chat/{path}", json=body) as answer:
        assert answer.status == status


@pytest.mark.parametrize("path", ["/", "/chat/state", "/chat.js", "/bot1:x/getMe"])
async def test_a_name_that_only_resolves_to_this_machine_is_refused(
    served: Served, http: aiohttp.ClientSession, path: str
) -> None:
    """A page elsewhere could otherwise read the chats by way of its own name."""
    headers = {"Host": "evil.example"}
    async with http.get(served.url + path, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_other_pages_give_no_orders(
    simulator: Simulator, served: Served, http: aiohttp.ClientSession, origin: str
) -> None:
    for path in (f"/chat/{ANNA}/text", f"/bot{TOKEN}/setMyName"):
        url = served.url + path
        async with http.post(url, json={"text": "x"}, headers={"Origin": origin}) as answer:
            assert answer.status == 403
    async with http.post(f"{served.url}/chat/{ANNA}/text", data='{"text":"x"}') as answer:
        assert answer.status == 415
    assert simulator.chat(ANNA) == []
    own = {"Origin": served.url}
    async with http.post(f"{served.url}/chat/{ANNA}/text", json={"text": "x"}, headers=own) as ok:
        assert ok.status == 200


async def test_a_picture_on_another_page_is_no_call(
    served: Served, http: aiohttp.ClientSession, bot: Bot
) -> None:
    """The demo's token is known to all, so a browser's word on who asks is listened to."""
    call = f"{served.url}/bot{TOKEN}/setMyName?name=changed"
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with http.get(call, headers=headers) as answer:
        assert answer.status == 403
    assert await bot.does("getMyName") == {"name": "xinno_demo_bot"}
    async with http.get(f"{served.url}/?person={ANNA}", headers=headers) as answer:
        assert answer.status == 200


async def test_every_page_brings_its_policy_and_everything_from_here(
    served: Served, http: aiohttp.ClientSession
) -> None:
    async with http.get(served.url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "http://" not in page
    assert "https://" not in page
    for name in ("chat.css", "chat.js", "column.js", "message.js", "clock.js", "icon.svg"):
        async with http.get(f"{served.url}/{name}") as answer:
            assert answer.status == 200
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with http.get(f"{served.url}/secrets.js") as answer:
        assert answer.status == 404
        assert "Content-Security-Policy" in answer.headers


async def test_a_file_of_the_bot_runs_nothing_here(
    simulator: Simulator, served: Served, http: aiohttp.ClientSession, bot: Bot, anna: int
) -> None:
    for name, shown in (("page.html", False), ("list.csv", True), ("día.ics", False)):
        await bot.does(
            "sendDocument", chat_id=anna, document="attach://f", files={"f": (name, b"<script>")}
        )
        document = simulator.chat(anna)[-1].document
        assert document is not None
        async with http.get(f"{served.url}/chat/files/{document.file_id}") as answer:
            kind = "inline" if shown else "attachment"
            assert answer.headers["Content-Disposition"].startswith(kind)
            assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
            assert await answer.read() == b"<script>"


def test_a_calendar_file_becomes_a_card() -> None:
    assert calendar_card(CALENDAR) == {
        "cancelled": False,
        "title": "Open Innovation, part 1",
        "starts": {"wall": "2026-11-05T18:00", "zone": "Europe/Rome"},
        "ends": {"wall": "2026-11-05T20:00", "zone": "Europe/Rome"},
        "place": "Via Trieste 63",
    }
    cancelled = CALENDAR.replace(b"METHOD:PUBLISH", b"METHOD:CANCEL")
    card = calendar_card(
        cancelled.replace(b";TZID=Europe/Rome:20261105T180000", b":20261105T170000Z")
    )
    assert card is not None
    assert (card["cancelled"], card["starts"]["zone"]) == (True, "UTC")
    assert calendar_card(b"\xff not a calendar") is None


async def test_a_browser_hears_of_every_change(
    served: Served, simulator: Simulator, http: aiohttp.ClientSession, bot: Bot, anna: int
) -> None:
    """First the whole state, then a message, its edit and its end, each as it happens."""
    async with http.get(f"{served.url}/chat/events") as stream, asyncio.timeout(10):

        async def heard(kind: str) -> dict[str, object]:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    event: dict[str, object] = json.loads(line[6:])
                    if event["kind"] == kind:
                        return event
            raise AssertionError(f"the line ended before {kind}")

        state = await heard("state")
        assert state["clock"] is None
        sent = await bot.does("sendMessage", chat_id=anna, text="one")
        assert (await heard("message"))["message"]["text"] == "one"  # type: ignore[index]
        where = {"chat_id": anna, "message_id": sent["message_id"]}
        await bot.does("editMessageText", **where, text="two")
        assert (await heard("message"))["message"]["edited"] is True  # type: ignore[index]
        await bot.does("deleteMessage", **where)
        assert (await heard("deleted"))["message_id"] == sent["message_id"]
        press = simulator.press_data(anna, 1, "x")
        assert (await heard("press"))["press_id"] == press
        await bot.does("answerCallbackQuery", callback_query_id=press, text="t", show_alert=True)
        assert (await heard("answer"))["show_alert"] is True
        await bot.does("sendChatAction", chat_id=anna, action="typing")
        assert (await heard("action"))["action"] == "typing"
        simulator.block(anna)
        assert (await heard("person"))["person"]["blocked"] is True  # type: ignore[index]


async def test_the_clock_goes_to_the_next_thing_due_and_there_it_happens(
    simulator: Simulator, with_clock: str, http: aiohttp.ClientSession, port: Port
) -> None:
    url = f"{with_clock}/chat/clock"
    async with http.post(url, json={"to": "next"}) as answer:
        body = await answer.json()
    assert (body["moved"], body["now"]) == (True, port.due.isoformat())
    assert body["arrived"] == 1  # counted where it happens, not as it comes in beside the answer
    assert simulator.chat(ANNA)[-1].text == "Soon"
    async with http.post(url, json={"to": "next"}) as answer:
        assert (await answer.json())["moved"] is False
    for to, span in (("+1h", timedelta(hours=1)), ("+1d", timedelta(days=1))):
        before = port.now()
        async with http.post(url, json={"to": to}) as answer:
            assert (await answer.json())["moved"] is True
        assert port.now() == before + span
    async with http.post(url, json={"to": "2026-12-24T18:00:00+01:00"}) as answer:
        assert (await answer.json())["now"] == "2026-12-24T17:00:00+00:00"


@pytest.mark.parametrize("to", ["", "soon", "2026-12-24T18:00", "2020-01-01T00:00:00Z"])
async def test_the_clock_goes_nowhere_else(
    with_clock: str, http: aiohttp.ClientSession, port: Port, to: str
) -> None:
    before = port.now()
    async with http.post(f"{with_clock}/chat/clock", json={"to": to}) as answer:
        assert answer.status == 409
    assert port.now() == before


async def test_one_move_at_a_time_and_it_outlives_the_one_who_asked(
    simulator: Simulator, with_clock: str, http: aiohttp.ClientSession, port: Port
) -> None:
    url = f"{with_clock}/chat/clock"
    port.may_go.clear()
    arrived = asyncio.Event()
    simulator.listen(lambda event: arrived.set() if event["kind"] == "message" else None)
    first = asyncio.create_task(http.post(url, json={"to": "next"}))
    while True:
        async with http.get(f"{with_clock}/chat/state") as answer:
            if (await answer.json())["clock"]["moving"]:
                break
    async with http.post(url, json={"to": "+1h"}) as answer:
        assert (answer.status, await answer.text()) == (409, "the clock is moving already")
    first.cancel()
    port.may_go.set()
    async with asyncio.timeout(10):
        await arrived.wait()


async def test_faults_can_be_planned_from_outside(
    served: Served, http: aiohttp.ClientSession, bot: Bot, anna: int
) -> None:
    fault = {"kind": "too_many_requests", "method": "sendMessage", "retry_after": 3, "times": None}
    async with http.post(f"{served.url}/chat/faults", json=fault) as answer:
        assert answer.status == 201
    await bot.is_refused("sendMessage", chat_id=anna, text="x")
    async with http.delete(f"{served.url}/chat/faults") as answer:
        assert answer.status == 200
    await bot.does("sendMessage", chat_id=anna, text="x")


async def test_the_simulator_listens_here_only_and_says_when_the_port_is_taken(
    simulator: Simulator,
) -> None:
    for host in ("0.0.0.0", "192.168.1.1", "example.org", "::"):
        with pytest.raises(ValueError, match="this machine only"):
            await serve(simulator, port=0, host=host)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            await serve(simulator, port=taken.getsockname()[1])


@pytest.mark.parametrize("how", ["query", "form", "json"])
async def test_calls_may_come_as_query_form_or_json(
    simulator: Simulator, served: Served, http: aiohttp.ClientSession, anna: int, how: str
) -> None:
    simulator.open_link(JAN)
    url = f"{served.url}/bot{TOKEN}/SENDMESSAGE"
    values = {"chat_id": str(anna), "text": "<b>x</b>", "parse_mode": "html"}
    send: dict[str, Any] = {
        "form": {"data": values},
        "json": {"json": values},
        "query": {"params": values},
    }
    verb = "GET" if how == "query" else "POST"
    async with http.request(verb, url, **send[how]) as answer:
        assert (await answer.json())["ok"] is True
    assert simulator.chat(anna)[-1].html == "<b>x</b>"

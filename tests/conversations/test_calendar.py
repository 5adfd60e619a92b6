"""Stories of calendars: what is put into them, moved in them, taken out of them, and fetched.

Every file is read back by a library that has nothing to do with the one that writes it.
"""

import contextlib
import itertools
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from aiohttp.test_utils import TestClient
from sqlalchemy import Engine, select, update
from sqlalchemy import event as listening
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot import logs
from handlers.chat.buttons import pack
from tests.support import building
from tests.support.calendars import Store, read
from tests.support.posting import webhook_of
from tests.support.world import Actor, World
from xinno_core.models import Event, EventSession
from xinno_core.services import calendar
from xinno_core.texts import actions
from xinno_core.texts.calendar_zones import zone_component

BERLIN = ZoneInfo("Europe/Berlin")
LINK = "https://meet.example.org/talks"


@pytest.fixture
async def web(world: World) -> AsyncIterator[TestClient[Any, Any]]:
    """Somebody outside who fetches addresses."""
    async with webhook_of(world) as served:
        yield served.client


# ── files ────────────────────────────────────────────────────────────────────────────────────
async def test_an_entry_is_put_in_moved_taken_out_brought_back_and_cancelled(world: World) -> None:
    """One UID through it all, a higher SEQUENCE each time, and nothing is left in the end."""
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    await world.tick()
    files = [await _file(jan, talk)]
    assert Store().take(*files).only.starts == talk.starts_at

    await _change(world, talk, starts_at=talk.starts_at + timedelta(days=1))
    files.append(await _file(jan, talk))
    assert Store().take(*files).only.starts == talk.starts_at + timedelta(days=1)

    await _change(world, talk, place={"name": "Town hall", "room": "Sala 2", "address": "Market 1"})
    files.append(await _file(jan, talk))
    assert Store().take(*files).only.where == "Town hall, Sala 2, Market 1"

    await _free(jan, talk)
    await jan.press("Remove from my calendar")
    files.append(jan.screen.document)
    assert Store().take(*files).shown == []

    await jan.press("Register", on=talk)
    files.append(await _file(jan, talk))
    assert Store().take(*files).only.where == "Town hall, Sala 2, Market 1"

    await _cancel(world, talk)
    await jan.press("Remove from my calendar")
    files.append(jan.screen.document)
    store = Store().take(*files)
    assert store.shown == []
    assert len(store.known) == 1
    sequences = [entry.sequence for file in files for entry in read(file)]
    assert sequences == sorted(set(sequences))


async def test_files_may_arrive_in_any_order(world: World) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    files = [await _file(jan, talk)]
    await _free(jan, talk)
    await jan.press("Remove from my calendar")
    files.append(jan.screen.document)
    await jan.press("Register", on=talk)
    await _change(world, talk, starts_at=talk.starts_at + timedelta(hours=1))
    files.append(await _file(jan, talk))
    for order in itertools.permutations(files):
        assert Store().take(*order).only.starts == talk.starts_at + timedelta(hours=1)

    await _cancel(world, talk)
    files.append(await _file(jan, talk))
    for order in itertools.permutations(files):
        assert Store().take(*order).shown == []


async def test_other_words_leave_the_sequence_and_still_arrive(world: World) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    store = Store().take(await _file(jan, talk))
    before = store.only
    await world.advance(hours=1)
    async with world.database.writing() as session:
        await session.execute(update(Event).values(title={"en": "Collab Talks, again"}))
    after = store.take(await _file(jan, talk)).only
    assert (after.title, after.sequence) == ("Collab Talks, again", before.sequence)


async def test_two_people_have_entries_of_their_own(world: World) -> None:
    """One calendar may hold those of a couple; taking one out leaves the other."""
    talk = await world.event("Collab Talks")
    jan, eva = await world.participants("Jan", "Eva")
    for actor in (jan, eva):
        await actor.press("Register", on=talk)
    store = Store().take(await _file(jan, talk), await _file(eva, talk))
    assert len(store.shown) == 2
    await _free(jan, talk)
    await jan.press("Remove from my calendar")
    assert store.take(jan.screen.document).only.uid == read(await _file(eva, talk))[0].uid


async def test_who_waits_has_no_entry(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await eva.press_data(pack(actions.GetCalendarFile(talk.id)))
    assert "as soon as your place is confirmed" in eva.screen.text
    await eva.press_data(pack(actions.RemoveFromCalendar(talk.id)))
    assert "nothing to take out" in eva.screen.text
    await eva.press("Leave the waiting list", on=talk)
    await eva.press("Yes, leave the list")
    assert "Remove from my calendar" not in eva.screen.labels


async def test_whoever_comes_back_only_to_wait_may_still_take_the_entry_out(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    store = Store().take(await _file(jan, talk))
    await eva.press("Register", on=talk)
    await _free(jan, talk)
    await jan.press("Register", on=talk)
    assert "number 1 on the waiting list" in jan.screen.text
    await jan.press_data(pack(actions.RemoveFromCalendar(talk.id)))
    assert store.take(jan.screen.document).shown == []


async def test_someone_who_was_never_there_gets_no_file(world: World) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    for action in (actions.GetCalendarFile, actions.RemoveFromCalendar):
        for event_id in (talk.id, 999):
            await jan.press_data(pack(action(event_id)))
            assert "You have no place at this event" in jan.screen.text


async def test_a_course_is_an_entry_a_day_for_the_days_of_ones_role(world: World) -> None:
    """Both changes of the hour lie inside; the days are at the same time on the wall."""
    course = await world.event(
        "Course",
        starts_local=datetime(2027, 3, 27, 14),
        roles=(building.VISITOR, building.SPEAKER),
        sessions=(
            _day("day-1", datetime(2027, 3, 27, 14)),
            _day("day-2", datetime(2027, 3, 28, 14), place={"room": "Sala 2"}),
            _day("day-3", datetime(2027, 10, 30, 14)),
            _day("day-4", datetime(2027, 10, 31, 14)),
            _day("rehearsal", datetime(2027, 3, 26, 9), roles=("speaker",)),
        ),
    )
    jan = await world.participant("Jan")
    await jan.press("Register as: Visitor", on=course)
    store = Store().take(await _file(jan, course))
    assert [entry.starts.astimezone(BERLIN).replace(tzinfo=None) for entry in store.shown] == [
        datetime(2027, 3, 27, 14),
        datetime(2027, 3, 28, 14),
        datetime(2027, 10, 30, 14),
        datetime(2027, 10, 31, 14),
    ]
    assert [entry.starts.hour for entry in store.shown] == [13, 12, 12, 13]
    assert [entry.title for entry in store.shown][1] == "Course · Day 2"
    assert [entry.where for entry in store.shown][1] == "Town hall, Sala 2, Market 1"

    await _change(world, course, session="day-2", starts_at=_utc(2027, 3, 28, 15))
    store.take(await _file(jan, course))
    assert len(store.shown) == 4
    assert store.shown[1].starts == _utc(2027, 3, 28, 15)
    await _free(jan, course)
    await jan.press("Remove from my calendar")
    assert store.take(jan.screen.document).shown == []


async def test_each_half_hour_around_a_change_of_the_clocks_is_itself(world: World) -> None:
    """Also the hour that the clocks show twice, and the first one after that which they skip."""
    changes = _utc(2027, 3, 28, 1), _utc(2027, 10, 31, 1)
    times = [at + timedelta(minutes=30 * half) for at in changes for half in range(-5, 6)]
    course = await world.event(
        "Course", sessions=tuple(_day(f"s{number}", None) for number in range(len(times)))
    )
    for number, at in enumerate(times):
        await _change(
            world, course, session=f"s{number}", starts_at=at, ends_at=at + timedelta(minutes=45)
        )
    jan = await world.participant("Jan")
    await jan.press("Register", on=course)
    entries = Store().take(await _file(jan, course)).shown
    assert [entry.starts for entry in entries] == times
    assert [entry.ends - entry.starts for entry in entries] == [timedelta(minutes=45)] * len(times)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Tokyo"]
)
def test_a_zone_says_of_each_of_its_days_what_it_is(zone: str) -> None:
    """With the same rule each year, with other days each year, and without any change."""
    written = zone_component(zone, 2027, 2028).to_ical().decode()
    told = vobject.readOne(written).transformToNative().tzinfo
    for day in range(2 * 365):
        at = datetime(2027, 1, 1, 12) + timedelta(days=day)
        assert at.replace(tzinfo=told).utcoffset() == at.replace(tzinfo=ZoneInfo(zone)).utcoffset()


async def test_a_chosen_workshop_comes_goes_and_comes_back(world: World) -> None:
    """The event stays an entry of its own; the workshop is one as long as there is a seat."""
    day = await world.event("Open day", sessions=({"key": "pitching", "seats": 1},))
    workshop = await _session(world, day, "pitching")
    jan, eva = await world.participants("Jan", "Eva")
    for actor in (jan, eva):
        await actor.press("Register", on=day)
    store = Store().take(await _file(jan, day))
    assert store.only.title == "Open day"
    sequences = []
    for _ in range(2):
        await jan.press_data(pack(actions.ChooseSession(workshop)))
        store.take(await _file(jan, day))
        assert {entry.title for entry in store.shown} == {"Open day", "Open day · Pitching"}
        sequences.append(max(entry.sequence for entry in store.shown))
        await jan.press_data(pack(actions.LeaveSession(workshop)))
        await jan.press_data(pack(actions.RemoveFromCalendar(day.id)))
        assert store.take(jan.screen.document).only.title == "Open day"
    assert sequences == sorted(set(sequences))
    assert len(store.known) == 2

    await jan.press_data(pack(actions.ChooseSession(workshop)))
    await eva.press_data(pack(actions.ChooseSession(workshop)))  # waits for a seat
    assert Store().take(await _file(eva, day)).only.title == "Open day"
    store.take(await _file(jan, day))
    await _free(jan, day)
    await jan.press("Remove from my calendar")
    assert store.take(jan.screen.document).shown == []


async def test_the_link_of_an_online_event_is_for_those_who_take_part(world: World) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await _change(world, talk, place={"name": "Online", "link": LINK})
    await jan.press("Register", on=talk)
    entry = Store().take(await _file(jan, talk)).only
    assert (entry.where, entry.link) == (f"Online, {LINK}", LINK)
    assert LINK in entry.about
    await _change(world, talk, place={"name": "Town hall", "address": "Market 1", "link": LINK})
    entry = Store().take(await _file(jan, talk)).only
    assert (entry.where, entry.link) == ("Town hall, Market 1", LINK)
    await _free(jan, talk)
    await jan.press("Remove from my calendar")
    assert LINK.encode() not in jan.screen.document.replace(b"\r\n ", b"")


# ── an address to subscribe to ───────────────────────────────────────────────────────────────
async def test_an_address_shows_what_one_is_registered_for(
    world: World, web: TestClient[Any, Any]
) -> None:
    """In the person's language, with what was given back as cancelled for thirty days."""
    talk, evening = await world.event("Collab Talks"), await world.event("Evening", seats=1)
    jan, eva = await world.participant("Jan", language="de"), await world.participant("Eva")
    await eva.press("Register", on=evening)
    for event in (talk, evening):
        await jan.press_data(pack(actions.Register(event.id, "visitor")))
    path = await _address(jan)
    status, content = await _fetch(web, path)
    assert status == 200
    assert Store().take(content).only.title == "Collab Talks (de)"  # the other is only a wait
    assert read(content)[0].uid == read(await _file(jan, talk))[0].uid

    store = Store().take(content)
    await jan.press_data(pack(actions.FreePlace(talk.id)))
    assert store.take((await _fetch(web, path))[1]).shown == []
    await world.advance(days=29)
    assert [entry.is_cancelled for entry in read((await _fetch(web, path))[1])] == [True]
    await world.advance(days=2)
    assert read((await _fetch(web, path))[1]) == []


async def test_a_cancelled_event_is_shown_as_such_for_thirty_days(
    world: World, web: TestClient[Any, Any]
) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    path = await _address(jan)
    await _cancel(world, talk)
    assert [entry.is_cancelled for entry in read((await _fetch(web, path))[1])] == [True]
    await world.advance(days=31)
    assert read((await _fetch(web, path))[1]) == []


async def test_an_address_that_ended_is_like_one_that_never_was(
    world: World, web: TestClient[Any, Any]
) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    old = await _address(jan)
    await jan.press("New address")
    new = _path(jan.screen.text)
    assert new != old
    await jan.press_data(pack(actions.RenewAddress(0)))  # the same press once more
    assert _path(jan.screen.text) == new

    nowhere = await _fetch(web, "/nowhere")
    assert nowhere[0] == 404
    signature = new.split("_", 1)[1]
    for path in (old, f"/calendar/2_{signature}", f"/calendar/999_{signature}", "/calendar/x.ics"):
        assert await _fetch(web, path) == nowhere
    assert (await _fetch(web, new))[0] == 200

    await jan.type("/forget")
    await jan.press("Yes, erase")
    assert await _fetch(web, new) == nowhere


async def test_a_calendar_fetches_only_what_is_new(
    world: World, web: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, jan = await world.event("Collab Talks"), await world.participant("Jan")
    await jan.press("Register", on=talk)
    path = await _address(jan)
    async with web.get(path) as answer:
        assert answer.content_type == "text/calendar"
        assert answer.charset == "utf-8"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        known = answer.headers["ETag"]
    await world.advance(hours=1)
    async with web.get(path, headers={"If-None-Match": known}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
        assert answer.headers["ETag"] == known
    await _change(world, talk, starts_at=talk.starts_at + timedelta(hours=1))
    async with web.get(path, headers={"If-None-Match": known}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != known


async def test_an_address_reads_each_table_once_and_no_more_than_it_may(
    world: World, web: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    jan = await world.participant("Jan")
    for number in range(5):
        event = await world.event(
            f"Talk {number}",
            starts_local=world.local(days=10 + number),
            sessions=(_day("day-1", None), _day("day-2", None), {"key": "workshop"}),
        )
        await jan.press_data(pack(actions.Register(event.id, "visitor")))
        await jan.press_data(pack(actions.ChooseSession(await _session(world, event, "workshop"))))
    path = await _address(jan)
    with _counted() as statements:
        _, content = await _fetch(web, path)
    assert len(read(content)) == 15
    read_from = [re.findall(r"FROM (\w+)", statement)[0] for statement in statements]
    assert sorted(read_from) == sorted(set(read_from))

    monkeypatch.setattr(calendar, "MOST_ENTRIES", 4)
    newest = [entry.title.split(" · ")[0] for entry in Store().take(content).shown][-4:]
    _, content = await _fetch(web, path)
    assert [entry.title.split(" · ")[0] for entry in Store().take(content).shown] == newest


async def test_no_address_stands_in_a_log(
    world: World, web: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when the database is away, nor when something of ours is wrong."""
    jan = await world.participant("Jan")
    path = await _address(jan)
    with capture_logs() as written:
        for error, status in (
            (OperationalError("select", {}, OSError("away")), 503),
            (RuntimeError("something of ours"), 500),
        ):
            monkeypatch.setattr(calendar, "find_feed", _raising(error))
            assert (await _fetch(web, path))[0] == status
    assert [entry["event"] for entry in written] == ["calendar_not_read", "request_failed"]
    assert path.removesuffix(".ics") not in str(written)

    record = logging.LogRecord("any", logging.ERROR, "", 0, f"GET {path} by somebody", (), None)
    line = logs.Redact(logging.Formatter(), ()).format(record)
    assert line == "GET /calendar/[address] by somebody"


# ── how the stories are told ─────────────────────────────────────────────────────────────────
def _utc(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def _day(key: str, starts_local: datetime | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"key": key, "starts_local": starts_local, "by_choice": False, **more}


async def _file(actor: Actor, event: Event) -> bytes:
    await actor.press_data(pack(actions.GetCalendarFile(event.id)))
    return actor.screen.document


async def _free(actor: Actor, event: Event) -> None:
    await actor.press("Free my place", on=event)
    await actor.press("Yes, free my place")


async def _cancel(world: World, event: Event) -> None:
    olga = await world.organiser("Olga")
    await olga.press_data(pack(actions.CancelEvent(event.id)))
    await world.tick()


async def _change(
    world: World,
    event: Event,
    *,
    session: str | None = None,
    **values: Any,  # noqa: ANN401 (columns)
) -> None:
    """Change an event or one of its sessions, and note it for calendars, as whoever moves does."""
    if "starts_at" in values and "ends_at" not in values:
        values["ends_at"] = values["starts_at"] + timedelta(hours=2)
    async with world.database.writing() as writing:
        if session is None:
            await writing.execute(update(Event).where(Event.id == event.id).values(**values))
        else:
            of = (EventSession.event_id == event.id, EventSession.key == session)
            await writing.execute(update(EventSession).where(*of).values(**values))
        await writing.execute(
            update(Event)
            .where(Event.id == event.id)
            .values(calendar_sequence=Event.calendar_sequence + 1)
        )


async def _session(world: World, event: Event, key: str) -> int:
    async with world.database.reading() as session:
        found = await session.scalar(
            select(EventSession.id).where(
                EventSession.event_id == event.id, EventSession.key == key
            )
        )
    assert found is not None
    return found


async def _address(actor: Actor) -> str:
    await actor.press_data(pack(actions.OpenMine()))
    await actor.press_data(pack(actions.OpenSubscription()))
    return _path(actor.screen.text)


def _path(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8080(/calendar/\S+)", text)
    assert found is not None, text
    return found[1]


async def _fetch(web: TestClient[Any, Any], path: str) -> tuple[int, bytes]:
    async with web.get(path) as answer:
        return answer.status, await answer.read()


@contextlib.contextmanager
def _counted() -> Iterator[list[str]]:
    """Note every statement that reads."""
    statements: list[str] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 (the library's)
        if arguments[2].startswith("SELECT"):
            statements.append(re.sub(r"\s+", " ", arguments[2]))

    listening.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        listening.remove(Engine, "before_cursor_execute", note)


def _raising(error: Exception) -> Callable[..., Awaitable[None]]:
    async def find_feed(*_: object, **__: object) -> None:
        raise error

    return find_feed

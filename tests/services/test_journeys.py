"""When a journey's messages come: over the change of the hour, after a move, after a downtime."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.support import building
from tests.support.waiting import until
from tests.support.world import World
from xinno_core.models import (
    Anchor,
    Event,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Region,
    Rule,
)
from xinno_core.services import journeys
from xinno_core.services.events import set_times
from xinno_core.services.journey_times import Line
from xinno_core.services.quiet import local_instant

ZONES = ["Europe/Berlin", "Europe/Rome", "Europe/Warsaw"]


def rule(key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    return {"key": key, **more}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def is_held_up(world: World) -> bool:
    """Whether somebody waits for a lock; on SQLite, writers wait before they even begin."""
    if world.database.is_sqlite:
        return True
    async with world.database.reading() as session:
        return bool(await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


async def notices(world: World, kind: NoticeKind = NoticeKind.REMINDER) -> Sequence[Notice]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Notice).where(Notice.kind == kind).order_by(Notice.due_at, Notice.id)
        )
        return found.all()


# ── the two kinds of offset ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "starts, offset, due",
    [
        # a day before at six: the wall clock stays, whatever really passes
        ("2027-03-28 18:00", {"days": -1, "at": time(18)}, "2027-03-27 17:00"),
        ("2027-03-29 18:00", {"days": -1, "at": time(18)}, "2027-03-28 16:00"),
        ("2027-10-31 18:00", {"days": -1, "at": time(18)}, "2027-10-30 16:00"),
        ("2027-11-01 18:00", {"days": -1, "at": time(18)}, "2027-10-31 17:00"),
        # 24 hours before: as much time as that, whatever the wall clock shows
        ("2027-03-28 18:00", {"hours": -24}, "2027-03-27 16:00"),
        ("2027-10-31 18:00", {"hours": -24}, "2027-10-30 17:00"),
        # an hour that does not exist, and one that comes twice
        ("2027-03-29 18:00", {"days": -1, "at": time(2, 30)}, "2027-03-28 01:30"),
        ("2027-11-01 18:00", {"days": -1, "at": time(2, 30)}, "2027-10-31 00:30"),
        # after the end
        ("2027-03-27 18:00", {"days": 1, "at": time(10), "anchor": Anchor.END}, "2027-03-28 08:00"),
        ("2027-03-27 18:00", {"hours": 24, "anchor": Anchor.END}, "2027-03-28 19:00"),
    ],
)
def test_days_keep_the_wall_clock_and_hours_keep_what_passes(
    zone: str, starts: str, offset: dict[str, Any], due: str
) -> None:
    event = Event(closes_hours_before=0)
    set_times(event, datetime.fromisoformat(starts), timedelta(hours=2), zone)
    made = Rule(**{"anchor": Anchor.START, "notice_class": NoticeClass.OPTIONAL, **offset})
    assert Line(made, event, Region()).moment().due_at == utc(due)


@pytest.mark.parametrize(
    "starts, hours, due",
    [
        ("2027-03-10 18:00", -2, "2027-03-10 15:00"),
        # at 08:30 the reminder of two hours before would come at 08:00, when all is decided
        ("2027-03-10 08:30", -2, "2027-03-09 18:45"),
        ("2027-03-10 07:30", -2, "2027-03-09 18:45"),
        ("2027-03-28 08:30", -2, "2027-03-27 18:45"),
        # at ten it is early enough to wait for the morning: the gate holds it until then
        ("2027-03-10 10:00", -3, "2027-03-10 06:00"),
    ],
)
def test_a_reminder_that_the_night_would_make_useless_comes_before_it(
    starts: str, hours: int, due: str
) -> None:
    event = Event(closes_hours_before=0)
    set_times(event, datetime.fromisoformat(starts), timedelta(hours=2), "Europe/Berlin")
    region = Region(quiet_from=time(20), quiet_to=time(8))
    made = Rule(
        anchor=Anchor.START,
        hours=hours,
        kind=NoticeKind.REMINDER,
        notice_class=NoticeClass.SERVICE,
    )
    assert Line(made, event, region).moment().due_at == utc(due)


async def test_a_reminder_for_an_early_morning_arrives_the_evening_before(world: World) -> None:
    breakfast = await world.event(
        "Breakfast",
        starts_local=world.local(days=3, hour=8, minute=30),
        rules=(rule("soon", hours=-2),),
    )
    anna = await world.participant("Anna")
    await anna.press("Register", on=breakfast)
    await world.advance(days=4)
    (reminder,) = await notices(world)
    assert reminder.sent_at == local_instant(
        world.local(days=-2, hour=19, minute=45), "Europe/Berlin"
    )


# ── who gets it, and how often ───────────────────────────────────────────────────────────────
async def test_who_registers_after_a_reminder_was_due_never_gets_it(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(rule("week", days=-7, at=time(10)),))
    early, late = await world.participants("Early", "Late")
    await early.press("Register", on=talk)
    await world.advance(days=4)
    await late.press("Register", on=talk)
    await world.advance(days=10)
    assert len(await notices(world)) == 1
    assert "Collab Talks" in early.sees()
    assert all("Reminder" not in notice.text for notice in late.notices)


async def test_expanding_a_rule_twice_and_at_once_makes_nothing_twice(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(rule("day", days=-1, at=time(10)),))
    for person in await world.participants("Anna", "Jan", "Eva"):
        await person.press("Register", on=talk)
    world.clock.set(world.now + timedelta(days=9, hours=3))

    async def plan() -> int:
        async with world.database.writing() as session:
            return await journeys.plan(session, now=world.now)

    assert sum(await asyncio.gather(*(plan() for _ in range(6)))) == 3
    assert await plan() == 0
    assert len(await notices(world)) == 3


async def test_a_rule_for_one_role_reaches_only_that_role(world: World) -> None:
    speaker = {"key": "speaker", "label": {"en": "Speaker"}}
    talk = await world.event(
        "Collab Talks",
        roles=(building.VISITOR, speaker),
        rules=(rule("slides", days=-2, at=time(10), roles=["speaker"]),),
    )
    anna, jan = await world.participants("Anna", "Jan")
    await anna.press("Register as: Visitor", on=talk)
    await jan.press("Register as: Speaker", on=talk)
    await world.advance(days=9)
    (reminder,) = await notices(world)
    assert reminder.state is NoticeState.SENT
    assert len(jan.notices) == len(anna.notices) + 1


# ── after a move, after a downtime ───────────────────────────────────────────────────────────
async def test_after_a_move_what_was_not_sent_comes_at_its_new_time(world: World) -> None:
    rules = (rule("week", days=-7, at=time(10)), rule("day", days=-1, at=time(10)))
    talk = await world.event("Collab Talks", rules=rules)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=5)  # the first has been sent
    assert len(await notices(world)) == 1

    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        set_times(event, event.starts_local + timedelta(days=20), timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        await journeys.reckon(session, event, now=world.now)
    await world.advance(days=30)
    found = await notices(world)
    assert [notice.state for notice in found] == [NoticeState.SENT] * 3
    assert [notice.due_at for notice in found] == [
        utc("2027-03-11 09:00"),
        utc("2027-03-31 08:00"),
        utc("2027-04-06 08:00"),
    ]


async def test_after_a_move_to_sooner_a_past_rule_stays_silent(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(rule("week", days=-7, at=time(10)),))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        set_times(event, event.starts_local - timedelta(days=6), timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        await journeys.reckon(session, event, now=world.now)
    await world.advance(days=10)
    assert await notices(world) == []


async def test_a_move_in_the_moment_of_expanding_loses_no_reminder(world: World) -> None:
    """A past bug: the tick and the organiser wrote the same rule, and its new time was lost."""
    talk = await world.event("Collab Talks", rules=(rule("week", days=-7, at=time(10)),))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    world.clock.set(world.now + timedelta(days=4))

    async def move() -> None:
        async with world.database.writing() as session:
            event = await session.get_one(Event, talk.id)
            set_times(
                event, event.starts_local + timedelta(days=20), timedelta(hours=2), event.zone
            )
            event.schedule_revision += 1
            await journeys.reckon(session, event, now=world.now)

    async with world.database.writing() as ticking:
        assert await journeys.plan(ticking, now=world.now) == 1
        moving = asyncio.create_task(move())
        await until(lambda: is_held_up(world), "the organiser to wait for the tick")
    await moving
    await world.advance(days=30)
    sent = [notice for notice in await notices(world) if notice.state is NoticeState.SENT]
    assert sent[-1].due_at - sent[0].due_at in (timedelta(), timedelta(days=20))
    assert sent[-1].due_at == utc("2027-03-31 08:00")


async def test_after_three_days_down_each_person_hears_of_each_kind_once(world: World) -> None:
    """What came due meanwhile is told once, by its newest message; nothing storms."""
    exercises = {"kind": NoticeKind.EXERCISE, "notice_class": NoticeClass.OPTIONAL}
    rules = (
        *(rule(f"r{day}", days=-day, at=time(10)) for day in (9, 8, 7, 6)),
        rule("x9", days=-9, at=time(11), exercise="xse-4", **exercises),
        rule("x7", days=-7, at=time(11), exercise="xse-4", **exercises),
    )
    talk = await world.event("Collab Talks", starts_local=world.local(days=10), rules=rules)
    people = [await world.participant(name, exercises=True) for name in ("Anna", "Jan")]
    for person in people:
        await person.press("Register", on=talk)
    await world.tick()
    before = [len(person.notices) for person in people]
    world.clock.set(world.now + timedelta(days=4, hours=4))
    await world.tick()
    assert [len(person.notices) for person in people] == [each + 2 for each in before]
    due = [*await notices(world), *await notices(world, NoticeKind.EXERCISE)]
    states = Counter((notice.state, notice.reason) for notice in due)
    assert states == {
        (NoticeState.SENT, None): 4,
        (NoticeState.SKIPPED, "superseded"): 6,
        (NoticeState.SKIPPED, "too_late"): 2,  # an exercise is of use for two days
    }


async def test_back_after_the_start_no_reminder_is_sent(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(rule("day", days=-1, at=time(10)),))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    world.clock.set(world.now + timedelta(days=11))
    await world.tick()
    (reminder,) = await notices(world)
    assert (reminder.state, reminder.reason) == (NoticeState.SKIPPED, "too_late")


async def test_after_a_night_of_holding_only_the_newest_reminder_is_sent(world: World) -> None:
    """A past bug: two that were held until eight were equally old then, and both came."""
    rules = (
        rule("evening", days=-3, at=time(21)),
        rule("late", days=-3, at=time(23)),
        rule("after", days=-2, at=time(8)),
    )
    talk = await world.event("Collab Talks", rules=rules)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=8, hours=2)
    found = {notice.dedup_key.split(":")[1]: notice for notice in await notices(world)}
    assert len(found) == 3
    assert sum("Reminder" in notice.text for notice in anna.notices) == 1
    assert [notice.reason for notice in found.values()].count("superseded") == 2


async def test_an_event_cancelled_a_second_before_reminds_nobody(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(rule("day", days=-1, at=time(10)),))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    due = local_instant(world.local(days=9, hour=10), "Europe/Berlin")
    await world.move_to(due - timedelta(seconds=1))
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.CANCELLED
    await world.advance(days=3)
    assert await notices(world) == []
    assert not any("Reminder" in notice.text for notice in anna.notices)


async def test_a_reminder_that_was_made_is_dropped_when_the_event_is_cancelled(
    world: World,
) -> None:
    """The gate is asked when it is sent, not when it is made."""
    talk = await world.event("Collab Talks", rules=(rule("evening", days=-3, at=time(21)),))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=7, hour=23), "Europe/Berlin"))
    (held,) = await notices(world)
    assert held.state is NoticeState.HELD
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.CANCELLED
    await world.advance(days=1)
    (dropped,) = await notices(world)
    assert (dropped.state, dropped.reason) == (NoticeState.SKIPPED, "event_cancelled")

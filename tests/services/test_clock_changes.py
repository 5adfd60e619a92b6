"""The clocks change, the nights of a region change, and nobody is there for days: once, and right.

The tables of single instants stand in test_journeys.py and test_journey_moments.py; here whole
messages travel over the nights on which an hour is missing, or comes twice.
"""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.support.journeys import live_in, note, notices_of, rule
from tests.support.world import Actor, World
from xinno_core.models import Anchor, Event, NoticeState, Region, RuleClock
from xinno_core.services import journeys
from xinno_core.services.events import set_times
from xinno_core.services.quiet import local_instant, wall_time

BERLIN, AUCKLAND = "Europe/Berlin", "Pacific/Auckland"
LINES = (
    rule("day", days=-1, at=time(10)),
    rule("hours", hours=-24),
    note("own", days=-1, at=time(9), clock=RuleClock.PERSON),
    note("after", anchor=Anchor.END, days=1, at=time(10)),
    note("passed", anchor=Anchor.END, hours=15),
)


@pytest.mark.parametrize(
    "starts, hours, own",
    [
        # forward: 24 hours before seven in the evening it is six; back: it is eight, and quiet
        ("2027-03-28 19:00", ["27 10:00", "27 18:00", "29 10:00", "29 12:00"], "27 09:00"),
        ("2027-10-31 19:00", ["30 10:00", "31 08:00", "01 10:00", "01 12:00"], "30 09:00"),
    ],
)
async def test_messages_around_a_change_of_the_hour_come_once_and_right(
    world: World, starts: str, hours: list[str], own: str
) -> None:
    """For one who is in Berlin, and for one in Auckland, whose clocks change on other days."""
    begins = datetime.fromisoformat(starts)
    world.clock.set(begins.replace(hour=9, tzinfo=UTC) - timedelta(days=5))
    talk = await world.event("Collab Talks", starts_local=begins, rules=LINES)
    anna, aroha = await world.participants("Anna", "Aroha")
    await live_in(world, aroha, AUCKLAND)
    for person in (anna, aroha):
        await person.press("Register", on=talk)
    await world.advance(days=10)
    came = await _walls(world, anna, BERLIN)
    assert came == dict(zip(("day", "hours", "after", "passed"), hours, strict=True)) | {"own": own}
    # Where she is the event begins on the next morning, and the line means the day before that.
    assert (await _walls(world, aroha, AUCKLAND))["own"] == f"{begins.day} 09:00"


async def test_a_reminder_whose_hour_lies_behind_the_start_is_not_sent_after_it(
    world: World,
) -> None:
    """An event moved to an early hour: its reminder of the same morning comes the evening before.

    And a reader far in the west, where the line's hour comes when all is over, gets none.
    """
    lines = (
        rule("dawn", days=0, at=time(7)),
        rule("own", days=0, at=time(14), clock=RuleClock.PERSON),
    )
    talk = await world.event("Collab Talks", rules=lines)
    ben = await world.participant("Ben")
    await live_in(world, ben, "America/New_York")
    await ben.press("Register", on=talk)
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        early = event.starts_local.replace(hour=5, minute=30)
        set_times(event, early, timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        await journeys.reckon(session, event, now=world.now)
    await world.advance(days=12)
    found = {one.params["rule"]: one for one in await notices_of(world)}
    assert await _walls(world, ben, BERLIN) == {"dawn": "17 19:45"}
    assert (found["own"].state, found["own"].reason) == (NoticeState.SKIPPED, "too_late")


@pytest.mark.parametrize(
    "nights, came",
    [
        ((time(22), time(8)), "10 21:45"),  # they begin later now, and so does the last moment
        ((time(18), time(9)), "10 17:45"),
        ((time(0), time(0)), "11 06:30"),
    ],
)
async def test_what_the_night_would_spoil_follows_the_nights_of_the_region(
    world: World, nights: tuple[time, time], came: str
) -> None:
    """A past bug: reckoned with the old nights, it came after the start, or not at all."""
    lines = (rule("soon", hours=-2),)
    starts = world.local(days=3, hour=8, minute=30)
    talk = await world.event("Breakfast", starts_local=starts, rules=lines)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    async with world.database.writing() as session:
        region = (await session.scalars(select(Region))).one()
        region.quiet_from, region.quiet_to = nights
        await session.flush()
        await journeys.follow_quiet_hours(session, region.id, now=world.now)
    await world.advance(days=4)
    assert await _walls(world, anna, BERLIN) == {"soon": came}


async def test_other_nights_never_lengthen_the_use_of_a_reminder(world: World) -> None:
    """A region whose nights change in the moment in which a reminder waits for them."""
    lines = (rule("soon", hours=-2),)
    starts = world.local(days=3, hour=8, minute=30)
    talk = await world.event("Breakfast", starts_local=starts, rules=lines)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    async with world.database.writing() as session:
        region = (await session.scalars(select(Region))).one()
        region.quiet_from, region.quiet_to = time(18), time(9)
    await world.advance(days=4)
    (made,) = await notices_of(world)
    assert made.useful_until == local_instant(starts, BERLIN)
    assert (made.state, made.reason) == (NoticeState.SKIPPED, "too_late")


async def test_who_travels_west_after_their_message_does_not_get_it_again(world: World) -> None:
    """Where they are now its hour comes once more; what was said was said."""
    lines = (rule("own", days=-1, at=time(10), clock=RuleClock.PERSON),)
    talk = await world.event("Collab Talks", rules=lines)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=9, hour=11), BERLIN))
    assert await _walls(world, anna, BERLIN) == {"own": "17 10:00"}
    await live_in(world, anna, "America/New_York")
    await world.advance(days=2)
    assert await _walls(world, anna, BERLIN) == {"own": "17 10:00"}


async def test_back_after_three_days_one_reminder_speaks_for_all_events(world: World) -> None:
    """Of what is overdue, one message for each person and kind, and the night is kept."""
    anna = await world.participant("Anna")
    for number, days in enumerate((4, 5, 6)):
        lines = (rule("before", days=-3, at=time(10)), note("word", days=-4, at=time(10)))
        talk = await world.event(f"Talk {number}", starts_local=world.local(days=days), rules=lines)
        await anna.press("Register", on=talk)
    world.clock.set(local_instant(world.local(days=3, hour=23), BERLIN))
    await world.restart()
    await world.tick()
    assert not any("Reminder" in one.text or "Note" in one.text for one in anna.notices)
    await world.advance(days=1)
    sent = [one for one in await notices_of(world) if one.state is NoticeState.SENT]
    assert sorted(one.kind.value for one in sent) == ["note", "reminder"]
    (reminder,) = (one for one in anna.notices if "Reminder" in one.text)
    assert reminder.text.count("You also have a place") == 2


async def _walls(world: World, actor: Actor, zone: str) -> dict[str, str]:
    """When a person got each line, on the wall clock of a zone; none may come twice."""
    async with world.database.reading() as session:
        person = (await world.person(session, actor)).id
    sent = [
        one
        for one in await notices_of(world)
        if one.participant_id == person and one.state is NoticeState.SENT and one.sent_at
    ]
    keys = [one.params["rule"] for one in sent]
    assert len(keys) == len(set(keys))
    walls = [wall_time(one.sent_at, zone) for one in sent if one.sent_at]
    return {key: wall.strftime("%d %H:%M") for key, wall in zip(keys, walls, strict=True)}

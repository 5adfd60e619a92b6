"""Stories of who was there: noted by name, page by page, at an event and at its sessions."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.reporting import register
from tests.support.world import Actor, World
from xinno_core.models import (
    Attendance,
    Audit,
    Event,
    EventSession,
    Participant,
    Registration,
    Role,
)
from xinno_core.services import access, attendance
from xinno_core.services.attendance import Sheet, TooEarly

COURSE: tuple[dict[str, Any], ...] = (
    {"key": "day-1", "by_choice": False},
    {"key": "shop", "seats": 5},
)


async def staff(world: World, name: str = "Stan", *, of: str = "chemnitz") -> Actor:
    actor = await world.participant(name)
    async with world.database.writing() as session:
        await building.region(session, of)
        await access.grant(
            session,
            participant=await world.person(session, actor),
            role=Role.STAFF,
            region_key=of,
            pilot_key=None,
            now=world.now,
        )
    return actor


async def come(world: World, event: Event, *names: str) -> list[Actor]:
    people = await world.participants(*names)
    for person in people:
        await person.press("Register", on=event)
    return people


async def begin(world: World, event: Event) -> None:
    await world.move_to(event.starts_at)


async def rows(world: World) -> list[tuple[str, str]]:
    """Who is noted where."""
    async with world.database.reading() as session:
        found = await session.execute(
            select(Participant.name, Attendance.place)
            .join_from(Attendance, Registration)
            .join(Participant, Participant.id == Registration.participant_id)
            .order_by(Attendance.id)
        )
        return [(name or "", place) for name, place in found]


def pressed(actor: Actor, label: str) -> str:
    for row in actor.screen.message.buttons:
        for button in row:
            if button.text.startswith(label):
                return button.data or ""
    raise AssertionError(f"no {label!r} among {actor.screen.labels}")


async def test_staff_note_who_was_there_and_take_it_back(world: World) -> None:
    """Stan opens the list at the door: Anna came, Ben did not, and a slip is put right."""
    talk = await world.event()
    stan = await staff(world)
    anna, _ = await come(world, talk, "Anna", "Ben")
    await begin(world, talk)
    await stan.press_data(f"we:{talk.id}")
    await stan.press("Who was there")
    assert "Noted: 0 of 2" in stan.screen.text
    assert "Firm of Anna · Visitor" in stan.screen.text
    before = stan.screen.message.message_id
    await stan.press("Was there: Anna")
    await stan.press("Was there: Ben")
    assert "Noted: 2 of 2" in stan.screen.text
    await stan.press("Was not there: Ben")
    assert "Noted: 1 of 2" in stan.screen.text
    assert "Anna, Firm of Anna · Visitor · noted" in stan.screen.text
    assert stan.screen.message.message_id == before
    assert await rows(world) == [("Anna", "event")]
    await anna.type("/mydata")
    assert "The organiser noted that you were there." in anna.screen.text
    await anna.press("Download")
    assert b'"attended": [\n' in anna.screen.document
    async with world.database.reading() as session:
        verbs = (await session.scalars(select(Audit.verb).order_by(Audit.id))).all()
    assert verbs[-3:] == ["note_attendance", "note_attendance", "unnote_attendance"]


async def test_a_button_says_what_is_to_hold(world: World) -> None:
    """Two at the door press the same old button: Anna is noted once, and stays noted."""
    talk = await world.event()
    stan, sven = await staff(world), await staff(world, "Sven")
    await come(world, talk, "Anna")
    await begin(world, talk)
    await stan.press_data(f"n:{talk.id}")
    yes = pressed(stan, "Was there: Anna")
    for actor in (stan, sven, stan):
        await actor.press_data(yes)
        assert "Noted: 1 of 1" in actor.screen.text
    no = pressed(stan, "Was not there: Anna")
    await stan.press_data(no)
    await sven.press_data(no)
    assert await rows(world) == []
    async with world.database.reading() as session:
        verbs = (await session.scalars(select(Audit.verb).where(Audit.verb.contains("note")))).all()
    assert verbs == ["note_attendance", "unnote_attendance"]


async def test_two_at_once_note_once(world: World) -> None:
    talk = await world.event()
    stan = await staff(world)
    await come(world, talk, "Anna")
    await begin(world, talk)
    await stan.press_data(f"n:{talk.id}")
    registration = int(pressed(stan, "Was there: Anna").split(":")[1])

    async def note() -> Sheet | TooEarly:
        async with world.database.writing() as session:
            return await attendance.note(
                session,
                participant=await world.person(session, stan),
                registration_id=registration,
                was_there=True,
                now=world.now,
            )

    for shown in await asyncio.gather(*(note() for _ in range(4))):
        assert isinstance(shown, Sheet)
        assert shown.noted == 1
    assert await rows(world) == [("Anna", "event")]


async def test_all_on_a_page_are_those_that_were_seen(world: World) -> None:
    """Ten are expected; the page that Stan sees is noted whole, one that changed is not."""
    talk = await world.event(seats=20)
    stan = await staff(world)
    await register(world, talk, 9)
    anna, _ = await world.participants("AAnna", "ABen")
    await anna.press("Register", on=talk)
    await begin(world, talk)
    await stan.press_data(f"n:{talk.id}")
    everybody = pressed(stan, "All on this page")
    await anna.type("/forget")
    await anna.press("Yes, erase")
    await stan.press_data(everybody)
    assert "Nothing was noted: the list has changed since." in stan.screen.text
    assert await rows(world) == []
    await stan.press("All on this page")
    assert "Noted: 8 of 9" in stan.screen.text
    assert not any(label.startswith("All on") for label in stan.screen.labels)
    await stan.press("Page 2")
    assert "Noted: 8 of 9" in stan.screen.text
    assert len(await rows(world)) == 8


async def test_being_at_a_session_is_being_at_the_event(world: World) -> None:
    """Olga notes the workshop: it counts at the event, and is taken back where it was noted."""
    course = await world.event(sessions=COURSE)
    olga = await world.organiser("Olga")
    anna, _ = await come(world, course, "Anna", "Ben")
    async with world.database.reading() as session:
        shop = await session.scalar(select(EventSession.id).where(EventSession.key == "shop"))
    await choose(anna, course)
    await begin(world, course)
    await olga.press_data(f"n:{course.id}")
    assert "The event as a whole: 0" in olga.screen.labels
    await olga.press("Day 1")
    assert "Noted: 0 of 2" in olga.screen.text
    await olga.press("Other sessions")
    await olga.press("Shop")
    assert "Ben" not in olga.screen.text
    await olga.press("Was there: Anna")
    await olga.press("Other sessions")
    assert olga.screen.labels[:3] == ["The event as a whole: 1", "Day 1: 0", "Shop: 1"]
    await olga.press("The event as a whole")
    assert "Anna, Firm of Anna · Visitor · noted at a session" in olga.screen.text
    assert "Noted: 1 of 2" in olga.screen.text
    assert [label for label in olga.screen.labels if "there:" in label] == ["Was there: Ben"]
    assert await rows(world) == [("Anna", f"session:{shop}")]


async def choose(actor: Actor, course: Event) -> None:
    await actor.open_link(f"e_{course.key}")
    await actor.press("Workshops")
    await actor.press("Choose: Shop")


async def test_nobody_is_noted_before_the_day(world: World) -> None:
    """Not the evening before; from midnight on; and an hour ahead of an event at midnight."""
    talk = await world.event(starts_local=world.local(days=3, hour=18))
    early = await world.event("Early", starts_local=world.local(days=3, hour=0, minute=30))
    stan = await staff(world)
    await come(world, talk, "Anna")
    await stan.press_data(f"we:{talk.id}")
    assert "Who was there" not in stan.screen.labels
    await stan.press_data(f"n:{talk.id}")
    assert "Attendance can be noted from this time on: Thursday, 11 March" in stan.screen.text
    async with world.database.reading() as session:
        registration = await session.scalar(select(Registration.id))
    await stan.press_data(f"nn:{registration}:0:1:0")
    assert "from this time on" in stan.screen.text
    assert await rows(world) == []
    opens = attendance.opens_at(talk.starts_at, talk.zone)
    assert (talk.starts_at - opens).total_seconds() == 18 * 3600
    assert (
        attendance.opens_at(early.starts_at, early.zone)
        == early.starts_at - attendance.BEFORE_THE_START
    )
    await world.move_to(opens)
    await stan.press_data(f"nn:{registration}:0:1:0")
    assert await rows(world) == [("Anna", "event")]


@pytest.mark.parametrize("who", ["participant", "staff of another region", "lead"])
async def test_others_find_no_list(world: World, who: str) -> None:
    talk = await world.event()
    await come(world, talk, "Anna")
    await begin(world, talk)
    async with world.database.reading() as session:
        registration = await session.scalar(select(Registration.id))
    if who == "participant":
        actor = await world.participant("Petra")
    elif who == "lead":
        actor = await world.lead("Lena")
    else:
        actor = await staff(world, of="padova")
    for data in (f"n:{talk.id}", f"nl:{talk.id}:0:0", f"nn:{registration}:0:1:0"):
        await actor.press_data(data)
        assert "no longer valid" in actor.screen.text
    await actor.press_data(f"na:{talk.id}:0:0:x")
    assert "no longer valid" in actor.screen.text
    assert await rows(world) == []


async def test_who_is_not_expected_can_not_be_noted(world: World) -> None:
    """A forged button: somebody without a place, and a session of another event."""
    talk, other = await world.event(seats=1), await world.event("Other", sessions=COURSE)
    stan = await staff(world)
    await come(world, talk, "Anna", "Ben")  # Ben waits
    await begin(world, talk)
    async with world.database.reading() as session:
        numbers = (await session.scalars(select(Registration.id).order_by(Registration.id))).all()
        foreign = await session.scalar(
            select(EventSession.id).where(EventSession.event_id == other.id)
        )
    await stan.press_data(f"nn:{numbers[1]}:0:1:0")
    assert "Noted: 0 of 1" in stan.screen.text
    await stan.press_data(f"nn:{numbers[0]}:{foreign}:1:0")
    assert "no longer valid" in stan.screen.text
    assert await rows(world) == []


async def test_the_evidence_stays_without_the_person(world: World) -> None:
    """Anna was there and is erased later: the row says that somebody was."""
    talk = await world.event()
    stan, olga = await staff(world), await world.organiser("Olga")
    (anna,) = await come(world, talk, "Anna")
    await begin(world, talk)
    await stan.press_data(f"n:{talk.id}")
    await stan.press("Was there: Anna")
    await world.advance(days=1)
    for actor in (anna, stan):
        await actor.type("/forget")
        await actor.press("Yes, erase")
    assert await rows(world) == [("", "event")]
    await olga.press_data(f"n:{talk.id}")
    assert "Noted: 1 of 1" in olga.screen.text
    assert "Anna" not in olga.screen.text
    async with world.database.reading() as session:
        assert (await session.scalars(select(Attendance.noted_by))).all() == [None]
        found = [
            one async for batch in attendance.rows(session, event_ids=[talk.id]) for one in batch
        ]
    assert [(one.name, one.session_id, one.role) for one in found] == [(None, None, "visitor")]


async def test_the_rows_of_the_export_name_who_was_where(world: World) -> None:
    course = await world.event(sessions=COURSE)
    other = await world.event("Other")
    olga = await world.organiser("Olga")
    await come(world, course, "Anna")
    await come(world, other, "Ben")
    await begin(world, course)
    for event in (course, other):
        await olga.press_data(f"nl:{event.id}:0:0")
        await olga.press("Was there")
    async with world.database.reading() as session:
        found = [
            one async for batch in attendance.rows(session, event_ids=[course.id]) for one in batch
        ]
    assert [(one.name, one.organisation) for one in found] == [("Anna", "Firm of Anna")]
    assert found[0].event_id == course.id

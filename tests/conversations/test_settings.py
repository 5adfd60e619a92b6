"""Stories of people who say how they want to be written to, and are taken at their word."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.contents import changed, contents
from tests.support.reporting import QUESTIONS
from tests.support.world import Actor, World
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import (
    Event,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Preference,
    Registration,
    RegistrationState,
    Topic,
)
from xinno_core.services import journeys, outbox
from xinno_core.services import notices as sending
from xinno_core.texts.paging import fits_half
from xinno_core.texts.translator import translator

INVALID = "This button is no longer valid. Here is the current menu."
EXERCISE = {
    "kind": NoticeKind.EXERCISE,
    "notice_class": NoticeClass.OPTIONAL,
    "exercise": "xse-4",
    "useful_hours": 24 * 30,
}


def exercise(key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    return {**EXERCISE, "key": key, **more}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def fates(world: World, kind: NoticeKind) -> list[tuple[NoticeState, str | None]]:
    return [(one.state, one.reason) for one in await notices(world, kind)]


async def notices(world: World, kind: NoticeKind) -> Sequence[Notice]:
    async with world.database.reading() as session:
        found = await session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
        return found.all()


async def registered(world: World, talk: Event, name: str = "Eva") -> Actor:
    """Somebody with a place who wants exercises."""
    person = await world.participant(name, exercises=True)
    await person.press("Register", on=talk)
    await world.tick()
    return person


# ── the screen ───────────────────────────────────────────────────────────────────────────────
async def test_without_a_word_the_house_and_the_organiser_decide(world: World) -> None:
    eva = await world.participant("Eva")
    await eva.type("/settings")
    assert "Optional messages: at most 2 a week" in eva.screen.text
    assert "Quiet hours: as the organiser of each event has them" in eva.screen.text
    assert "Switched off" not in eva.screen.text
    assert "Paused" not in eva.screen.text
    async with world.database.reading() as session:
        assert (await session.scalars(select(Preference))).all() == []  # looking stores nothing


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
async def test_the_settings_fit_a_phone(world: World, language: str) -> None:
    """A past bug: thirteen buttons below each other, and erasing right below looking."""
    eva = await world.participant("Eva", language=language)
    await eva.type("/settings")
    t = translator(language).plain
    rows = [[button.text for button in row] for row in eva.screen.message.buttons]
    assert len(rows) < sum(map(len, rows))
    assert rows[-1] == [t.gettext("Erase my data")]
    assert t.gettext("My data") not in rows[-2]
    for row in rows:
        assert len(row) == 1 or all(map(fits_half, row))


async def test_everything_is_set_in_one_message(world: World) -> None:
    eva = await world.participant("Eva")
    await eva.type("/settings")
    message = eva.screen.message.message_id
    for label in ("Topics", "Switch off: Surveys", "Switch off: Announcements", "All settings"):
        await eva.press(label)
    assert "Switched off: Surveys, Announcements" in eva.screen.text
    for label in ("How often", "1 a week", "All settings", "Quiet hours", "22:00–07:00"):
        await eva.press(label)
    assert "22:00–07:00 (chosen)" in eva.screen.labels
    for label in ("All settings", "I may be seen on pictures"):
        await eva.press(label)
    assert "I may be seen on pictures of events: yes" in eva.screen.text
    assert "Optional messages: at most 1 a week" in eva.screen.text
    assert "Quiet hours: 22:00–07:00" in eva.screen.text
    assert eva.screen.message.message_id == message

    await eva.press("Topics")
    await eva.press("Switch on: Surveys")
    assert "Surveys: on" in eva.screen.text
    assert "Announcements: off" in eva.screen.text


async def test_a_double_tap_is_one(world: World) -> None:
    """Each button says what is to hold, so a second tap changes nothing back."""
    eva = await world.participant("Eva")
    for data in ("st:surveys:0", "sv:3", "si:20", "sz:weeks", "sz:none", "sz:open"):
        await eva.press_data(data)
        once = await contents(world)
        world.clock.set(world.now + timedelta(seconds=1))
        await eva.press_data(data)
        assert not changed(once, await contents(world)), data


async def test_a_second_tap_does_not_make_a_pause_longer(world: World) -> None:
    eva = await world.participant("Eva")
    await eva.press_data("sz:weeks")
    assert "nothing optional comes before Monday, 22 March 2027" in eva.screen.text
    world.clock.set(world.now + timedelta(days=3))
    await eva.press_data("sz:weeks")
    assert "nothing optional comes before Monday, 22 March 2027" in eva.screen.text
    await eva.press("End the pause")
    assert "Paused" not in eva.screen.text


@pytest.mark.parametrize(
    "data", ["sv:4", "sv:-1", "sw:0", "sw:4", "st:places:0", "st::1", "si:19", "si:", "sz:years"]
)
async def test_a_forged_button_changes_nothing(world: World, data: str) -> None:
    eva = await world.participant("Eva")
    before = await contents(world)
    await eva.press_data(data)
    assert eva.screen.text.startswith(INVALID)
    assert not changed(before, await contents(world))


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("21:00-07:30", "21:00–07:30"),
        ("21–7", "21:00–07:00"),
        (" 9.30 - 12.00 ", "09:30–12:00"),
        ("22:00-24:00", "22:00–00:00"),
        ("9:00-7:00", "09:00–07:00"),  # two hours remain
    ],
)
async def test_hours_of_ones_own_are_typed(world: World, typed: str, shown: str) -> None:
    eva = await world.participant("Eva")
    await eva.type("/settings")
    await eva.press("Quiet hours")
    await eva.press("Other hours")
    await eva.type(typed)
    assert f"Quiet hours: {shown}" in eva.screen.text
    await eva.press("As the organiser has them")
    assert "Quiet hours: as the organiser of each event has them" in eva.screen.text


@pytest.mark.parametrize("typed", ["at night", "25:00-07:00", "21:00", "08:00-08:00", "21:60-7:00"])
async def test_what_are_no_hours_is_said_and_asked_again(world: World, typed: str) -> None:
    eva = await world.participant("Eva")
    await eva.press_data("sy")
    await eva.type(typed)
    assert "Please write two different times of day with a dash" in eva.screen.text
    await eva.type("21-7")
    assert "Quiet hours: 21:00–07:00" in eva.screen.text


@pytest.mark.parametrize("typed", ["00:00-23:59", "0-23", "9:00-7:01", "07:00-06:00"])
async def test_quiet_hours_leave_some_of_the_day(world: World, typed: str) -> None:
    """A past bug: such hours were taken without a word, and nothing came in time any more."""
    eva = await world.participant("Eva")
    await eva.press_data("sy")
    await eva.type(typed)
    assert "Please leave at least two hours of the day" in eva.screen.text
    await eva.type("/settings")
    assert "Quiet hours: as the organiser of each event has them" in eva.screen.text


# ── taken at one's word ──────────────────────────────────────────────────────────────────────
async def test_at_most_two_optional_messages_come_in_seven_days(world: World) -> None:
    """Five exercises in a row: two this week, one a day, and two the week after."""
    rules = tuple(exercise(f"x{day}", days=day, at=time(10)) for day in range(-9, -4))
    talk = await world.event("Collab Talks", starts_local=world.local(days=10), rules=rules)
    await registered(world, talk)
    await world.advance(days=14)
    sent = [one for one in await notices(world, NoticeKind.EXERCISE) if one.sent_at]
    days = [one.sent_at.date() for one in sent if one.sent_at]
    assert len(days) >= 3
    assert len(set(days)) == len(days)
    assert not [day for day in days if day.weekday() >= 5]
    for one in days:
        assert sum(one - timedelta(days=6) <= other <= one for other in days) <= 2


async def test_what_goes_in_the_same_moment_counts(world: World) -> None:
    """Two of different events are due at once; only one of them goes that day."""
    rule = exercise("x", days=-2, at=time(10))
    talks = [
        await world.event(f"Talk {number}", starts_local=world.local(days=4), rules=(rule,))
        for number in (1, 2)
    ]
    eva = await world.participant("Eva", exercises=True)
    for talk in talks:
        await eva.press("Register", on=talk)
    await world.move_to(utc("2027-03-10 12:00"))
    assert await fates(world, NoticeKind.EXERCISE) == [
        (NoticeState.SENT, None),
        (NoticeState.HELD, "cap_day"),
    ]
    await world.move_to(utc("2027-03-11 07:00"))
    assert {state for state, _ in await fates(world, NoticeKind.EXERCISE)} == {NoticeState.SENT}


@pytest.mark.parametrize(
    "state, counts",
    [
        (NoticeState.SENT, True),
        (NoticeState.UNKNOWN, True),
        (NoticeState.SENDING, True),
        (NoticeState.PLANNED, True),  # claimed, and about to be sent
        (NoticeState.RECALLED, True),
        (NoticeState.FAILED, False),
        (NoticeState.SKIPPED, False),
    ],
)
async def test_what_may_have_come_counts(world: World, state: NoticeState, counts: bool) -> None:
    rules = (exercise("a", days=-3, at=time(10)), exercise("b", days=-3, at=time(16)))
    talk = await world.event("Collab Talks", starts_local=world.local(days=4), rules=rules)
    await registered(world, talk)
    await world.move_to(utc("2027-03-09 10:00"))
    async with world.database.writing() as session:
        first = await session.scalar(select(Notice).where(Notice.kind == NoticeKind.EXERCISE))
        assert first is not None
        first.state, first.sent_at, first.ended_at = state, None, world.now
        first.lease_until = datetime(2999, 1, 1, tzinfo=UTC)  # somebody is at it
    await world.move_to(utc("2027-03-09 16:00"))
    second = (await fates(world, NoticeKind.EXERCISE))[-1]
    assert second == ((NoticeState.HELD, "cap_day") if counts else (NoticeState.SENT, None))


async def test_fewer_of_these_is_one_step_with_a_way_back(world: World) -> None:
    rules = (exercise("x", days=-3, at=time(10)),)
    talk = await world.event("Collab Talks", starts_local=world.local(days=4), rules=rules)
    eva = await registered(world, talk)
    assert "Fewer of these" not in eva.notices[-1].labels  # a confirmation is not optional
    await world.advance(days=2)
    assert "Exercise of two minutes" in eva.notices[-1].text
    button = next(
        one.data or ""
        for row in eva.notices[-1].message.buttons
        for one in row
        if one.text == "Fewer of these"
    )
    await eva.press("Fewer of these")
    assert "Optional messages: at most 1 a week" in eva.screen.text
    assert "Exercise of two minutes" in eva.sees()  # and the exercise stays where it is
    await eva.press_data(button)
    assert "Optional messages: at most 1 a week" in eva.screen.text  # a second tap is no step
    await eva.press("Back to how it was")
    assert "Optional messages: at most 2 a week" in eva.screen.text
    await eva.press("None at all")
    assert "Optional messages: none" in eva.screen.text


async def test_a_second_tap_on_fewer_of_these_brings_no_second_message(world: World) -> None:
    rules = (exercise("x", days=-3, at=time(10)),)
    talk = await world.event("Collab Talks", starts_local=world.local(days=4), rules=rules)
    eva = await registered(world, talk)
    await world.advance(days=2)
    card = eva.notices[-1]
    for _ in range(2):
        world.simulator.press(
            eva.id, card.message.message_id, row=card.labels.index("Fewer of these"), column=0
        )
    await world.respond(eva)
    assert eva.sees().count("Fewer it is.") == 1


async def test_with_no_pace_nothing_optional_comes(world: World) -> None:
    talk = await world.event("Collab Talks", rules=(exercise("x", days=-3, at=time(10)),))
    eva = await registered(world, talk)
    await eva.press_data("sv:0")
    await world.advance(days=11)
    assert await fates(world, NoticeKind.EXERCISE) == [(NoticeState.SKIPPED, "pace_off")]


async def test_the_end_of_a_pause_lets_go_what_waited(world: World) -> None:
    """Held until the end of the pause, it does not wait for it when the pause is ended."""
    talk = await world.event(
        "Collab Talks",
        starts_local=world.local(days=4),
        rules=(exercise("x", days=-3, at=time(10)),),
    )
    eva = await registered(world, talk)
    await eva.press_data("sz:weeks")
    await world.move_to(utc("2027-03-10 10:00"))
    (held,) = await notices(world, NoticeKind.EXERCISE)
    assert (held.state, held.reason) == (NoticeState.HELD, "paused")
    assert held.due_at == utc("2027-03-22 09:00")
    async with world.database.reading() as session:
        assert await outbox.next_due(session, after=world.now) == held.due_at
    await eva.press_data("sz:none")
    await world.tick()
    assert await fates(world, NoticeKind.EXERCISE) == [(NoticeState.SENT, None)]


async def test_own_quiet_hours_hold_a_reminder(world: World) -> None:
    rules = ({"key": "day", "days": -2, "at": time(9)},)
    talk = await world.event("Collab Talks", starts_local=world.local(days=4), rules=rules)
    eva = await registered(world, talk)
    await eva.press_data("sy")
    await eva.type("20:00-11:30")
    await world.move_to(utc("2027-03-10 10:29:59"))
    assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.HELD, "quiet_hours")]
    await world.move_to(utc("2027-03-10 10:30"))
    assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.SENT, None)]
    assert "Reminder" in eva.notices[-1].text


@pytest.mark.parametrize("topic", [Topic.REMINDERS, Topic.SURVEYS])
async def test_a_topic_that_is_off_is_silent_and_the_others_are_not(
    world: World, topic: Topic
) -> None:
    rules = (
        {"key": "day", "days": -1, "at": time(9)},
        {"key": "ask", "kind": NoticeKind.SURVEY, "days": -1, "at": time(10)},
    )
    talk = await world.event(
        "Collab Talks", starts_local=world.local(days=4), rules=rules, survey=QUESTIONS
    )
    eva = await registered(world, talk)
    await eva.press_data(f"st:{topic.value}:0")
    await world.advance(days=5)
    for kind, of in ((NoticeKind.REMINDER, Topic.REMINDERS), (NoticeKind.SURVEY, Topic.SURVEYS)):
        silent = (NoticeState.SKIPPED, "muted")
        assert await fates(world, kind) == [silent if of is topic else (NoticeState.SENT, None)]


@pytest.mark.parametrize("leaves", [False, True])
async def test_a_reminder_waits_until_the_survey_is_answered(world: World, leaves: bool) -> None:
    """Eva is asked how it was when the reminder of another event is due; unless she has left."""
    past = await world.event(
        "Past Talks",
        starts_local=world.local(days=1, hour=10),
        rules=({"key": "ask", "kind": NoticeKind.SURVEY, "days": 0, "at": time(13)},),
        survey=QUESTIONS,
    )
    talk = await world.event(
        "Collab Talks",
        starts_local=world.local(days=3),
        rules=({"key": "day", "days": -2, "at": time(13, 5)},),
    )
    eva = await world.participant("Eva")
    for event in (past, talk):
        await eva.press("Register", on=event)
    await world.move_to(utc("2027-03-09 12:00"))
    await eva.press("Give feedback")
    await eva.press("To the questions")
    if leaves:
        await eva.type("/help")
    await world.move_to(utc("2027-03-09 12:05"))
    if leaves:
        assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.SENT, None)]
        return
    assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.HELD, "busy")]
    await world.move_to(utc("2027-03-09 12:09:59"))
    assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.HELD, "busy")]
    await world.move_to(utc("2027-03-09 12:10"))
    assert await fates(world, NoticeKind.REMINDER) == [(NoticeState.SENT, None)]


async def test_own_data_name_the_settings_and_erasing_takes_them(world: World) -> None:
    eva = await world.participant("Eva")
    for data in ("st:news:0", "sv:1", "si:22", "sz:weeks"):
        await eva.press_data(data)
    await eva.type("/mydata")
    for words in (
        "Optional messages: at most 1 a week",
        "Quiet hours: 22:00–07:00",
        "Switched off: Announcements",
        "Paused: nothing optional comes before Monday, 22 March 2027.",
    ):
        assert words in eva.screen.text
    await eva.press("Download as a file")
    for kept in (b'"pace": 1', b'"starts": "22:00:00"', b'"news"', b'"2027-03-22T'):
        assert kept in eva.screen.document
    await eva.type("/forget")
    await eva.press("Yes, erase my data")
    async with world.database.reading() as session:
        assert (await session.scalars(select(Preference))).all() == []


# ── after a standstill ───────────────────────────────────────────────────────────────────────
DAY_BEFORE = ({"key": "day", "days": -2, "at": time(10)},)


async def test_after_a_standstill_one_reminder_names_all_events(world: World) -> None:
    """Two days down: three reminders are overdue, the first event's goes and names the others."""
    later, first, given_back = [
        await world.event(title, starts_local=world.local(days=day), rules=DAY_BEFORE)
        for title, day in (("Later Talks", 4), ("First Talks", 3), ("Free Talks", 4))
    ]
    eva = await world.participant("Eva")
    for talk in (later, first, given_back):
        await eva.press("Register", on=talk)
    await world.tick()
    before = len(eva.notices)
    world.clock.set(utc("2027-03-10 15:00"))
    await world.tick()
    assert len(eva.notices) == before + 1
    text = eva.notices[-1].text
    assert "First Talks" in text
    assert "You also have a place: Later Talks, Friday, 12 March 2027, 18:00" in text
    assert "You also have a place: Free Talks" in text
    assert sorted(await fates(world, NoticeKind.REMINDER), key=str) == sorted(
        [(NoticeState.SENT, None), *[(NoticeState.SKIPPED, "superseded")] * 2], key=str
    )


async def test_however_small_the_batch_what_is_overdue_is_decided_together(world: World) -> None:
    """Once decided one by one, the reminder that goes would not know of those before it."""
    eva = await world.participant("Eva")
    for title, day in (("Later Talks", 4), ("First Talks", 3)):
        talk = await world.event(title, starts_local=world.local(days=day), rules=DAY_BEFORE)
        await eva.press("Register", on=talk)
    await world.tick()
    world.clock.set(utc("2027-03-10 15:00"))
    async with world.database.writing() as session:
        await journeys.plan(session, now=world.now)
        claimed = await sending.claim(session, holder="test", now=world.now, limit=1)
        (one,) = claimed.to_send
        assert one.card is not None
        assert one.card.title["en"] == "First Talks"
        assert [card.title["en"] for card in one.also] == ["Later Talks"]
        assert claimed.skipped == 1


async def test_what_would_be_dropped_anyway_silences_nobody(world: World) -> None:
    """Eva has lost her place at the first event: it must not take the other reminder's turn."""
    first, later = [
        await world.event(title, starts_local=world.local(days=day), rules=DAY_BEFORE)
        for title, day in (("First Talks", 3), ("Later Talks", 4))
    ]
    eva = await world.participant("Eva")
    for talk in (first, later):
        await eva.press("Register", on=talk)
    await world.tick()
    world.clock.set(utc("2027-03-10 15:00"))
    async with world.database.writing() as session:
        await journeys.plan(session, now=world.now)
        own = await session.scalar(select(Registration).where(Registration.event_id == first.id))
        assert own is not None
        own.state = RegistrationState.CANCELLED
    await world.tick()
    assert eva.notices[-1].text.startswith("Reminder")
    assert "Later Talks" in eva.notices[-1].text
    assert "First Talks" not in eva.notices[-1].text


async def test_a_place_given_back_meanwhile_is_not_named(world: World) -> None:
    """The reminder is held for the night; in the morning it knows what has become of the others."""
    talks = [
        await world.event(title, starts_local=world.local(days=day), rules=DAY_BEFORE)
        for title, day in (("First Talks", 4), ("Later Talks", 4), ("Last Talks", 4))
    ]
    eva = await world.participant("Eva")
    for talk in talks:
        await eva.press("Register", on=talk)
    await world.tick()
    world.clock.set(utc("2027-03-10 21:00"))
    await world.tick()
    assert (NoticeState.HELD, "quiet_hours") in await fates(world, NoticeKind.REMINDER)
    await eva.press_data(f"f:{talks[1].id}")
    await world.move_to(utc("2027-03-11 07:00"))
    assert "You also have a place: Last Talks" in eva.notices[-1].text
    assert "Later Talks" not in eva.notices[-1].text


@pytest.mark.parametrize("late, comes", [(timedelta(minutes=30), 2), (timedelta(minutes=31), 1)])
async def test_what_is_a_little_late_is_no_standstill(
    world: World, late: timedelta, comes: int
) -> None:
    """Half an hour is still a busy morning."""
    eva = await world.participant("Eva")
    for title in ("One", "Two"):
        talk = await world.event(title, starts_local=world.local(days=3), rules=DAY_BEFORE)
        await eva.press("Register", on=talk)
    await world.tick()
    before = len(eva.notices)
    world.clock.set(utc("2027-03-09 09:00") + late)
    await world.tick()
    assert len(eva.notices) - before == comes

"""Stories of change: an event or a session gets another time or place, or does not take place."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.changing import ask_move, ask_session, carried, manage, skip_all
from tests.support.world import Actor, Screen, World
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Registration,
    RegistrationState,
    Rule,
)
from xinno_core.services import journeys

REMINDERS = (
    {"key": "week-before", "days": -7, "at": time(10)},
    {"key": "hours-before", "hours": -2},
)
CHANGED = "This event has changed"


async def test_a_move_tells_everyone_registered_once(world: World) -> None:
    """Who has a seat and who waits are told; who left is not; reminders are made anew."""
    talk = await world.event("Collab Talks", seats=1, rules=REMINDERS)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for actor in (petr, jan, eva):
        await actor.press("Register", on=talk)
    await petr.press("Free my place", on=talk)
    await petr.press("Yes, free my place")
    await world.tick()
    await jan.press("Take the seat")
    await world.tick()
    await world.advance(days=4)  # the first reminder is out
    assert "Reminder" in jan.notices[-1].text

    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    assert "2 people get one message about it." in olga.screen.text
    assert "Confirmed: 1 · offered: 0 · waiting: 1 · requests: 0" in olga.screen.text
    assert "2 planned messages get their new times." in olga.screen.text
    _forget_notices(jan, eva, petr)
    await olga.press("Change it, and tell them")
    assert "Changed. 2 people get a message about it." in olga.screen.text
    await world.tick()
    assert [_says(notice, CHANGED) for notice in jan.notices] == [True]
    assert "New: Tuesday, 20 April 2027, 17:00" in jan.notices[0].text
    assert "New: Side room, Market 2" in jan.notices[0].text
    assert [_says(notice, CHANGED) for notice in eva.notices] == [True]
    assert petr.notices == []

    await world.move_to((await _event(world, talk)).starts_at - timedelta(hours=1))
    reminders = [notice for notice in jan.notices if _says(notice, "Reminder")]
    assert len(reminders) == 2
    moved = await _event(world, talk)
    assert (moved.schedule_revision, moved.calendar_sequence) == (1, 1)
    assert moved.ends_at - moved.starts_at == timedelta(hours=2)
    assert "latitude" not in moved.place


async def test_a_time_is_read_as_it_is_written_for_an_announcement(world: World) -> None:
    """A past bug: "4.12. 19:00" was right for an announcement, and refused here."""
    olga = await world.organiser("Olga", language="de")
    ways = ("20.4. 17:00", "20.4.2027, 17.00 Uhr", "20. April, 17 Uhr", "20.04.2027 17:00")
    for number, typed in enumerate(ways):
        talk = await world.event(f"Talk {number}", key=f"talk-{number}")
        await olga.press_data(f"mv:{talk.id}")
        assert "18.03.2027 18:00" in olga.screen.text  # the example, and what stays with Skip
        await olga.type(typed)
        while "Überspringen" in olga.screen.labels:
            await olga.press("Überspringen")
        assert "Neu: Dienstag, 20. April 2027, 17:00" in olga.screen.text, typed


async def test_a_day_with_two_meanings_is_not_guessed(world: World) -> None:
    """March the fourth here, April the third there."""
    talk, olga = await world.event("Collab Talks"), await world.organiser("Olga")
    await olga.press_data(f"mv:{talk.id}")
    await olga.type("03/04/2027 18:00")
    assert "can be read as two different days" in olga.screen.text
    assert "like this: 18 March 2027, 18:00" in olga.screen.text
    await olga.type("3 April 2027, 18:00")
    assert "two different days" not in olga.screen.text


# ── what is said ─────────────────────────────────────────────────────────────────────────────
async def test_only_what_changed_is_said_in_each_ones_language(world: World) -> None:
    """The day is another, the house is not: nobody reads about the house."""
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    eva = await world.participant("Eva", language="de")
    for actor in (jan, eva):
        await actor.press_data(f"r:{talk.id}:visitor")
    await world.tick()
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    assert "So far: Thursday, 18 March 2027, 18:00–20:00" in olga.screen.text
    assert "New: Tuesday, 20 April 2027, 17:00–19:00" in olga.screen.text
    assert "Town hall" not in olga.screen.text
    _forget_notices(jan, eva)
    await olga.press("Change it, and tell them")
    await world.tick()
    (told,) = jan.notices
    assert "Collab Talks" in told.text
    assert "So far: Thursday, 18 March 2027, 18:00–20:00" in told.text
    assert "New: Tuesday, 20 April 2027, 17:00–19:00 (Berlin, CEST)" in told.text
    assert "Town hall" not in told.text
    assert "Room" not in told.text
    assert told.labels == ["Keep my place", "New calendar file", "Free my place"]
    (told,) = eva.notices
    assert "Collab Talks (de)" in told.text
    assert "Dienstag, 20. April 2027, 17:00" in told.text


async def test_who_does_not_free_the_place_reads_the_change_again(world: World) -> None:
    """No once led to the event's card, which does not say what has changed."""
    talk = await world.event("Collab Talks")
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.tick()
    told = (jan.notices[-1].text, jan.notices[-1].labels)
    await jan.press("Free my place")
    await jan.press("No, keep it")
    assert (jan.screen.text, jan.screen.labels) == told


async def test_a_room_is_named_changed_and_taken_back(world: World) -> None:
    """Nothing else is said, and the journey stays as it is."""
    talk = await world.event("Collab Talks", rules=REMINDERS)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    for typed, said in (
        ("Room 1", "Room\nNew: Room 1"),
        ("Room 2", "Room\nSo far: Room 1\nNew: Room 2"),
        ("-", "Room\nSo far: Room 2\nNew: none is named"),
    ):
        await world.tick()
        _forget_notices(jan)
        await olga.press_data(f"mv:{talk.id}")
        for _ in range(3):
            await olga.press("Skip")
        await olga.type(typed)
        assert said in olga.screen.text
        assert "journey" not in olga.screen.text
        await olga.press("Change it, and tell them")
        await world.tick()
        (told,) = jan.notices
        assert said in told.text
        assert "When" not in told.text
        assert "Where" not in told.text
    place = (await _event(world, talk)).place
    assert "room" not in place
    assert place["latitude"] == 50.8  # it is the same house


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("name", ["Online", "online", "Online-Treffen"])
async def test_an_online_event_is_called_online_once(
    world: World, language: str, name: str
) -> None:
    """A past bug: "Online, online"."""
    talk = await world.event("Collab Talks")
    await _set_place(world, talk, {"name": name, "link": "https://meet.example.org/old"})
    jan = await world.participant("Jan", language=language)
    await jan.press_data(f"ev:{talk.id}")
    assert name in jan.screen.text
    assert jan.screen.text.casefold().count("online") == 1


async def test_the_link_of_an_online_event_is_told_only_with_a_seat(world: World) -> None:
    """It is asked for only where there is one, and has to be an address."""
    talk = await world.event("Collab Talks", seats=1)
    await _set_place(world, talk, {"name": "Online", "link": "https://meet.example.org/old"})
    jan, eva, olga = [
        *await world.participants("Jan", "Eva"),
        await world.organiser("Olga"),
    ]
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await world.tick()
    _forget_notices(jan, eva)
    await olga.press_data(f"mv:{talk.id}")
    assert "Question 1 of 3" in olga.screen.text  # no address and no room
    await olga.press("Skip")
    await olga.press("Skip")
    await olga.type("meet.example.org/new")
    assert "Please write the whole address" in olga.screen.text
    await olga.type("https://meet.example.org/new")
    assert "1 person gets one message about it." in olga.screen.text
    await olga.press("Change it, and tell them")
    await world.tick()
    assert "New: https://meet.example.org/new" in jan.notices[0].text
    assert eva.notices == []
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.tick()
    assert "meet.example.org" not in eva.notices[0].text
    assert eva.notices[0].labels == ["Stay on the waiting list", "Leave the waiting list"]
    await eva.press("Stay on the waiting list")
    assert "You stay on the waiting list." in eva.screen.text


async def test_news_of_today_and_tomorrow_comes_at_night_other_news_in_the_morning(
    world: World,
) -> None:
    soon = await world.event("Soon", starts_local=world.local(days=1, hour=9))
    later = await world.event("Later")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    for event in (soon, later):
        await jan.press("Register", on=event)
    await world.tick()
    world.clock.set(datetime(2027, 3, 8, 21, 0, tzinfo=UTC))  # 22:00 at the place
    _forget_notices(jan)
    for event in (soon, later):
        await ask_move(olga, event, starts="2027-03-19 10:00", place=False)
        await olga.press("Change it, and tell them")
    await world.tick()
    assert ["Soon" in notice.text for notice in jan.notices] == [True]
    await world.advance(hours=10)
    assert ["Later" in notice.text for notice in jan.notices] == [False, True]
    classes = {one.event_id: one.notice_class for one in await _notices(world, NoticeKind.CHANGED)}
    assert classes == {soon.id: NoticeClass.CRITICAL, later.id: NoticeClass.SERVICE}


# ── an earlier change that nobody has read ───────────────────────────────────────────────────
async def test_of_two_changes_in_one_night_people_read_one_difference(world: World) -> None:
    """It begins where they last heard of it, and not where the second change began."""
    talk = await world.event("Collab Talks")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await world.tick()
    await _night(world)
    _forget_notices(jan)
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.tick()
    await ask_move(olga, talk, place=True)
    assert "1 message about an earlier change is replaced" in olga.screen.text
    await olga.press("Change it, and tell them")
    await world.tick()
    eva = await world.participant("Eva")  # comes in between, and knows nothing of the old time
    await eva.press("Register", on=talk)
    await ask_move(olga, talk, starts="2027-04-21 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.advance(hours=12)
    (told,) = [notice for notice in jan.notices if _says(notice, CHANGED)]
    assert "So far: Thursday, 18 March 2027, 18:00–20:00" in told.text
    assert "New: Wednesday, 21 April 2027, 17:00–19:00" in told.text
    assert "So far: Town hall, Market 1" in told.text
    assert "New: Side room, Market 2" in told.text
    (told,) = [notice for notice in eva.notices if _says(notice, CHANGED)]
    assert "So far: Tuesday, 20 April 2027, 17:00–19:00" in told.text
    assert "Side room" not in told.text
    found = Counter((one.state, one.reason) for one in await _notices(world, NoticeKind.CHANGED))
    assert found == {(NoticeState.SENT, None): 2, (NoticeState.SKIPPED, "superseded"): 2}


async def test_news_that_waits_is_left_alone_by_what_concerns_others(world: World) -> None:
    """In one night both workshops move: each reads about the own one, and nobody twice."""
    fair, (pottery, print_) = await _fair(world)
    jan, eva = await world.participants("Jan", "Eva")
    for actor, slot in ((jan, print_), (eva, pottery)):
        await actor.press("Register", on=fair)
        await actor.press_data(f"gc:{slot.id}:0")
    olga = await world.organiser("Olga")
    await world.tick()
    await _night(world)
    for slot in (print_, pottery):
        await ask_session(olga, slot, starts="2027-03-18 20:00")
        assert "1 person gets one message about it." in olga.screen.text
        assert "is replaced" not in olga.screen.text
        await olga.press("Change it, and tell them")
        await world.tick()
    _forget_notices(jan, eva)
    await world.advance(hours=12)
    assert ["Session: Print" in notice.text for notice in jan.notices] == [True]
    assert ["Session: Pottery" in notice.text for notice in eva.notices] == [True]


async def test_a_change_that_is_taken_back_unread_is_never_told(world: World) -> None:
    """What was asked before it counts again: Jan has still not answered to the first one."""
    talk = await world.event("Collab Talks")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.tick()
    await _night(world)
    await ask_move(olga, talk, starts="2027-04-21 17:00", place=False)
    await olga.press("Change it, and tell them")
    await world.tick()
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    assert "0 people get one message" in olga.screen.text
    assert "1 message about an earlier change is replaced" in olga.screen.text
    await olga.press("Change it")
    await world.advance(hours=12)
    assert sum(_says(notice, CHANGED) for notice in jan.notices) == 1
    await manage(olga, talk)
    assert "Not answered to the last change: 1" in olga.screen.text
    await jan.press("Keep my place")
    await manage(olga, talk)
    assert "Not answered" not in olga.screen.text


# ── answers ──────────────────────────────────────────────────────────────────────────────────
async def test_the_organiser_sees_who_has_not_answered_after_each_answer(world: World) -> None:
    talk = await world.event("Collab Talks", seats=3)
    jan, eva, petr, ada, ben = await world.participants("Jan", "Eva", "Petr", "Ada", "Ben")
    for actor in (jan, eva, petr, ada):  # Ada waits, and is not asked
        await actor.press("Register", on=talk)
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    await olga.press("Change it, and tell them")
    await world.tick()
    assert await _silent(olga, talk) == [
        "Eva, Firm of Eva",
        "Jan, Firm of Jan",
        "Petr, Firm of Petr",
    ]
    await jan.press("Keep my place")
    assert "Your place stays yours." in jan.screen.text
    assert await _silent(olga, talk) == ["Eva, Firm of Eva", "Petr, Firm of Petr"]
    await eva.press("Free my place")
    assert "Free your place?" in eva.screen.text  # here, too, one is asked first
    assert await _silent(olga, talk) == ["Eva, Firm of Eva", "Petr, Firm of Petr"]
    await eva.press("Yes, free my place")
    assert await _silent(olga, talk) == ["Petr, Firm of Petr"]
    await world.tick()
    await ada.press("Take the seat")
    await ben.press("Register", on=talk)  # knows the new time already
    assert await _silent(olga, talk) == ["Petr, Firm of Petr"]
    await eva.press("Register", on=talk)
    assert await _silent(olga, talk) == ["Petr, Firm of Petr"]
    await petr.press("Keep my place")
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await world.tick()
    await ben.press("Take the seat")
    await manage(olga, talk)
    assert "Confirmed: 3" in olga.screen.text
    assert "Not answered" not in olga.screen.text
    await olga.press_data(f"mu:{talk.id}:0")
    assert "Everyone who was asked has answered." in olga.screen.text


async def test_a_yes_to_the_older_of_two_changes_is_no_answer_to_the_newer(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    yes = []
    for day in (20, 21):
        await ask_move(olga, talk, starts=f"2027-04-{day} 17:00", place=False)
        await olga.press("Change it, and tell them")
        await world.tick()
        yes.append(_carried(jan.notices[-1], "Keep my place"))
    await jan.press_data(yes[0])
    assert "has changed once more since that message" in jan.screen.text
    assert "21 April 2027" in jan.screen.text
    assert await _silent(olga, talk) == ["Jan, Firm of Jan"]
    await jan.press("Keep my place")
    assert "Your place stays yours." in jan.screen.text
    await jan.press_data(yes[1])
    assert "Your place stays yours." in jan.screen.text
    await jan.press_data(f"k:{talk.id}:999")  # made up: it answers nothing that is still to come
    await ask_move(olga, talk, starts="2027-04-22 17:00", place=False)
    await olga.press("Change it, and tell them")
    assert await _silent(olga, talk) == ["Jan, Firm of Jan"]


async def test_keeping_what_is_not_there_keeps_nothing(world: World) -> None:
    talk = await world.event("Collab Talks")
    draft = await world.event("Night Shift", state=EventState.DRAFT)
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    for event_id in (talk.id, draft.id, 999):
        await eva.press_data(f"k:{event_id}:0")
        assert "You have no place at this event." in eva.screen.text
    olga = await world.organiser("Olga")
    await manage(olga, talk)
    await olga.press("Cancel event")
    await olga.press("Yes, cancel the event")
    await jan.press_data(f"k:{talk.id}:0")
    assert "This event is cancelled." in jan.screen.text


async def test_the_list_of_those_who_have_not_answered_turns_its_pages(world: World) -> None:
    talk = await world.event("Collab Talks", seats=40)
    people = [await world.participant(f"Guest {number:02}") for number in range(31)]
    for person in people:
        await person.press_data(f"r:{talk.id}:visitor")
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    await olga.press("Change it, and tell them")
    await manage(olga, talk)
    await olga.press("Not answered: 31")
    assert "Guest 29" in olga.screen.text
    assert "Guest 30" not in olga.screen.text
    assert olga.screen.labels == ["Page 2", "Back to the event"]  # names are not later or earlier
    await olga.press("Page 2")
    assert "Guest 30" in olga.screen.text
    assert "Guest 29" not in olga.screen.text
    assert olga.screen.labels == ["Page 1", "Back to the event"]
    world.clock.set(datetime(2027, 4, 21, tzinfo=UTC))
    await manage(olga, talk)
    assert "State: over" in olga.screen.text
    assert "Not answered" not in olga.screen.text


# ── sessions ─────────────────────────────────────────────────────────────────────────────────
async def test_the_move_of_a_workshop_tells_those_who_chose_it(world: World) -> None:
    """Eva holds a seat in it, Petr waits for one, Jan is in the other one."""
    fair, (pottery, print_) = await _fair(world)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr", language="en")
    for actor, slot in ((jan, print_), (eva, pottery), (petr, pottery)):
        await actor.press("Register", on=fair)
        await actor.press_data(f"gc:{slot.id}:0")
    await world.tick()
    olga = await world.organiser("Olga")
    _forget_notices(jan, eva, petr)
    await manage(olga, fair)
    await olga.press("Change time or place")
    assert "If the whole event moves, its sessions move along" in olga.screen.text
    await olga.press("Thu 18 Mar, 18:00 · Pottery")
    assert "When does this session start: Pottery?" in olga.screen.text
    await olga.type("2027-03-18 21:00")
    await olga.type("Kiln")
    assert "Session: Pottery" in olga.screen.text
    assert "2 people get one message about it." in olga.screen.text
    await olga.press("Change it, and tell them")
    await world.tick()
    assert jan.notices == []
    for actor in (eva, petr):
        (told,) = actor.notices
        assert "Session: Pottery" in told.text
        assert "So far: Thursday, 18 March 2027, 18:00–19:00" in told.text
        assert "New: Thursday, 18 March 2027, 21:00–22:00" in told.text
        assert "Room\nNew: Kiln" in told.text
        assert "When" not in told.text
        assert told.text.count("Session:") == 1
        # Another one may suit better: that comes before giving the whole place back.
        assert told.labels[-2:] == ["Workshops", "Free my place"]
    moved = await _event(world, fair)
    assert (moved.starts_at, moved.ends_at) == (fair.starts_at, fair.ends_at + timedelta(hours=2))
    assert await _silent(olga, fair) == ["Eva, Firm of Eva", "Petr, Firm of Petr"]


async def test_the_move_of_a_days_session_tells_those_whose_role_takes_part(world: World) -> None:
    rehearsal: dict[str, Any] = {
        "key": "rehearsal",
        "by_choice": False,
        "roles": ("speaker",),
        "starts_local": world.local(days=10, hour=19),
    }
    roles = (building.VISITOR, building.SPEAKER)
    talk = await world.event("Collab Talks", roles=roles, sessions=(rehearsal,))
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register as: Visitor", on=talk)
    await eva.press("Register as: Speaker", on=talk)
    await world.tick()
    _forget_notices(jan, eva)
    olga = await world.organiser("Olga")
    (slot,) = await _slots(world, talk)
    await ask_session(olga, slot, starts="2027-03-18 18:30")
    assert "1 person gets one message about it." in olga.screen.text
    await olga.press("Change it, and tell them")
    await world.tick()
    assert jan.notices == []
    assert "Session: Rehearsal" in eva.notices[0].text


async def test_the_link_of_a_session_on_the_web_is_no_news_when_its_hour_is(world: World) -> None:
    """Once, where the event itself had no link, the old one of the session was told as new."""
    place = {"name": "Online", "link": "https://meet.example.org/day"}
    day = {"key": "day", "by_choice": False, "place": place}
    late = {"starts_local": world.local(days=10, hour=19)}
    talk = await world.event(sessions=({**day, **late},))
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await world.tick()
    _forget_notices(jan)
    (slot,) = await _slots(world, talk)
    await ask_session(olga, slot, starts="2027-03-18 18:30")
    await olga.press("Change it, and tell them")
    await world.tick()
    assert "Session: Day" in jan.notices[0].text
    assert "meet.example.org" not in jan.notices[0].text


async def test_a_course_moves_with_all_its_days_over_the_change_of_the_hour(world: World) -> None:
    """Each day keeps its time on the wall, and who comes reads one line about all of them."""
    course = await _course(world)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=course)
    await world.tick()
    _forget_notices(jan)
    await ask_move(olga, course, starts="2027-03-25 18:00", place=False)
    assert "The sessions of the event move along with it." in olga.screen.text
    await olga.press("Change it, and tell them")
    await world.tick()
    (told,) = jan.notices
    assert "The sessions of the event move along with it." in told.text
    assert "Session:" not in told.text
    days = await _slots(world, course)
    assert [f"{day.starts_local:%m-%d %H:%M}" for day in days] == ["03-25 18:00", "04-01 18:00"]
    assert [day.starts_at.hour for day in days] == [17, 16]
    moved = await _event(world, course)
    assert (moved.starts_at, moved.ends_at) == (days[0].starts_at, days[-1].ends_at)


async def test_an_unread_move_of_a_day_is_told_with_that_of_its_course(world: World) -> None:
    course = await _course(world)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=course)
    await world.tick()
    await _night(world)
    _forget_notices(jan)
    second = (await _slots(world, course))[1]
    await ask_session(olga, second, starts="2027-03-26 19:00")
    await olga.press("Change it, and tell them")
    await world.tick()
    await ask_move(olga, course, starts="2027-03-19 18:00", place=False)
    await olga.press("Change it, and tell them")
    await world.advance(hours=12)
    (told,) = jan.notices
    assert "So far: Thursday, 18 March 2027, 18:00" in told.text
    assert "Session: Day 2\nSo far: Thursday, 25 March 2027, 18:00–19:00\n" in told.text
    assert "New: Saturday, 27 March 2027, 19:00–20:00" in told.text
    assert "move along" not in told.text


async def test_an_event_begins_with_its_first_session_and_ends_with_its_last(
    world: World,
) -> None:
    """The first evening falls out and comes last: then the second one opens the course."""
    course = await _course(world)
    olga = await world.organiser("Olga")
    first = (await _slots(world, course))[0]
    await ask_session(olga, first, starts="2027-04-01 18:00")
    await olga.press("Change it")
    days = await _slots(world, course)
    assert [day.key for day in days] == ["day-2", "day-1"]
    moved = await _event(world, course)
    assert (moved.starts_at, moved.ends_at) == (days[0].starts_at, days[1].ends_at)
    await ask_session(olga, days[1], starts="2027-03-25 20:00")
    await olga.press("Change it")
    assert (await _event(world, course)).ends_at == days[0].starts_at + timedelta(hours=3)


async def test_a_session_moves_neither_into_the_past_nor_before_the_first_day(
    world: World,
) -> None:
    course = await _course(world)
    olga = await world.organiser("Olga")
    first, second = await _slots(world, course)
    await olga.press_data(f"ms:{course.id}:{second.id}")
    await olga.type("2027-03-17 18:00")
    assert "before the first day of the event" in olga.screen.text
    assert "When does this session start: Day 2?" in olga.screen.text
    await ask_session(olga, second)
    assert "Time and place stay as they are" in olga.screen.text
    await ask_session(olga, second, starts="2027-03-19 18:00")
    world.clock.set(datetime(2027, 3, 20, tzinfo=UTC))
    await olga.press("Change it")
    assert "The new time is past" in olga.screen.text
    assert (await _event(world, course)).schedule_revision == 0
    await olga.press_data(f"ms:{course.id}:{first.id}")  # over by now
    assert "This button is no longer valid" in olga.screen.text
    await olga.press_data(f"mv:{course.id}")
    assert "When does the event start?" not in olga.screen.text  # it has begun


async def test_a_time_that_has_passed_meanwhile_is_asked_for_again(world: World) -> None:
    """Once, the room that had been written was lost with it."""
    course = await _course(world)
    olga = await world.organiser("Olga")
    (_, second) = await _slots(world, course)
    await olga.press_data(f"ms:{course.id}:{second.id}")
    await olga.type("2027-03-19 18:00")
    world.clock.set(datetime(2027, 3, 20, tzinfo=UTC))
    await olga.type("Attic")
    assert "This time is past. Please write a time to come." in olga.screen.text
    assert "Your answer so far: 19 March 2027, 18:00" in olga.screen.text
    await olga.type("2027-03-26 18:00")
    assert "Your answer so far: Attic" in olga.screen.text
    await olga.press("Keep")
    assert "New: Friday, 26 March 2027, 18:00–19:00" in olga.screen.text
    assert "New: Attic" in olga.screen.text


async def test_a_day_ends_no_earlier_because_a_session_begins_earlier(world: World) -> None:
    """Once, a session of the afternoon moved to eight let the day end a quarter to five."""
    sessions = (
        {"key": "talks", "by_choice": False, "hours": 1},
        {"key": "lab", "by_choice": False, "starts_local": world.local(days=10, hour=13)},
    )
    day = await world.event(
        "Day", starts_local=world.local(days=10, hour=10), hours=7, sessions=sessions
    )
    olga = await world.organiser("Olga")
    lab = (await _slots(world, day))[1]
    await ask_session(olga, lab, starts="2027-03-18 08:00")
    assert "New: Thursday, 18 March 2027, 08:00–17:00" in olga.screen.text
    await olga.press("Change it")
    moved = await _event(world, day)
    assert (moved.starts_local.hour, moved.ends_at) == (8, day.ends_at)


async def test_a_preview_names_the_new_end_of_the_event(world: World) -> None:
    """People read of the session alone; the organiser sees that the evening gets longer."""
    _, (pottery, _) = await _fair(world)
    olga = await world.organiser("Olga")
    await ask_session(olga, pottery, starts="2027-03-18 21:00")
    said = "End: Thursday, 18 March 2027, 20:00 → Thursday, 18 March 2027, 22:00"
    assert said in olga.screen.text
    await olga.press("Leave it as it is")
    await ask_session(olga, pottery, room="Kiln")
    assert "End: " not in olga.screen.text


async def test_who_has_another_seat_at_the_new_time_reads_which(world: World) -> None:
    """Eva has a seat in both, Petr only waits for one, and Jan is in the other alone."""
    sessions = (
        {"key": "pottery", "seats": 5},
        {"key": "print", "seats": 1, "starts_local": world.local(days=10, hour=19)},
    )
    fair = await world.event("Fair", sessions=sessions)
    pottery, print_ = await _slots(world, fair)
    eva, petr, jan = await world.participants("Eva", "Petr", "Jan")
    for actor, chosen in ((eva, (pottery, print_)), (petr, (pottery, print_)), (jan, (pottery,))):
        await actor.press("Register", on=fair)
        for slot in chosen:
            await actor.press_data(f"gc:{slot.id}:0")
    await world.tick()
    _forget_notices(eva, petr, jan)
    olga = await world.organiser("Olga")
    await ask_session(olga, pottery, starts="2027-03-18 19:30")
    await olga.press("Change it, and tell them")
    await world.tick()
    assert "At that time you also have: Print" in eva.notices[0].text
    for actor in (petr, jan):
        assert "Session: Pottery" in actor.notices[0].text
        assert "At that time" not in actor.notices[0].text


async def test_a_session_of_another_event_is_not_there(world: World) -> None:
    course = await _course(world)
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    (slot, _) = await _slots(world, course)
    await olga.press_data(f"ms:{talk.id}:{slot.id}")
    assert "This button is no longer valid" in olga.screen.text


async def test_a_second_yes_to_the_move_of_a_session_does_nothing(world: World) -> None:
    """The assistant is killed after each step, and the last step is tapped twice."""
    course = await _course(world)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=course)
    (_, second) = await _slots(world, course)
    await olga.press_data(f"ms:{course.id}:{second.id}")
    for typed in ("2027-03-26 18:00", "Attic"):
        await world.restart()
        await olga.type(typed)
    await world.restart()
    yes = carried(olga, "Change it")
    await olga.press_data(yes)
    assert "Changed. 1 person gets a message about it." in olga.screen.text
    await world.restart()
    await olga.press_data(yes)
    assert "This step is done already" in olga.screen.text
    await world.tick()
    assert sum(_says(notice, CHANGED) for notice in jan.notices) == 1
    assert (await _slots(world, course))[1].place == {"room": "Attic"}


# ── numbers ──────────────────────────────────────────────────────────────────────────────────
async def test_the_numbers_of_a_preview_are_those_of_the_ledger(world: World) -> None:
    """Looking at it changes nothing; saying yes does exactly what it said."""
    rules = (
        *REMINDERS,
        {"key": "early", "days": -9, "at": time(9)},
        {"key": "evening", "days": -8, "at": time(21)},  # made, and held until the morning
    )
    talk = await world.event("Collab Talks", seats=2, rules=rules)
    jan, eva, petr, ada = await world.participants("Jan", "Eva", "Petr", "Ada")
    for actor in (jan, eva, petr, ada):
        await actor.press("Register", on=talk)
    await world.move_to(datetime(2027, 3, 10, 21, 0, tzinfo=UTC))
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    olga = await world.organiser("Olga")
    before = await _everything(world)
    await ask_move(olga, talk, starts="2027-03-12 09:00", place=False)
    said = olga.screen.text
    assert await _everything(world) == before
    rules_before = await _rules(world, talk)
    waiting = [one for one in await _notices(world, NoticeKind.REMINDER) if _waits(one)]
    assert len(waiting) == 1

    await olga.press("Change it, and tell them")
    assert _figures(olga.screen.text) == _figures(said)
    told = await _notices(world, NoticeKind.CHANGED)
    rules_after = await _rules(world, talk)
    moved = [key for key in rules_after if rules_after[key][0] != rules_before[key][0]]
    to_come = [key for key in moved if not rules_after[key][1]]
    silent = [key for key in moved if rules_after[key][1] and not rules_before[key][1]]
    dropped = [one for one in await _notices(world, NoticeKind.REMINDER) if one.id == waiting[0].id]
    assert [one.reason for one in dropped] == ["event_moved"]
    assert (len(told), len(to_come), len(silent)) == (3, 1, 1)
    assert "3 people get one message about it." in said
    assert "Confirmed: 1 · offered: 0 · waiting: 2 · requests: 0" in said
    assert "1 planned message gets its new time." in said
    assert "1 planned message is dropped, because its time would be past." in said
    assert "1 message that waits to be sent is dropped." in said


async def test_a_message_whose_time_stays_is_no_business_of_a_move(world: World) -> None:
    """A workshop moves in the night; the reminder that waits for eight o'clock still comes."""
    rules = ({"key": "evening", "days": -8, "at": time(21)},)
    fair, (pottery, _) = await _fair(world, rules=rules)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=fair)
    await world.move_to(datetime(2027, 3, 10, 21, 0, tzinfo=UTC))
    await ask_session(olga, pottery, starts="2027-03-18 21:00")
    assert "is dropped" not in olga.screen.text
    await olga.press("Change it")
    await world.advance(hours=12)
    assert sum(_says(notice, "Reminder") for notice in jan.notices) == 1


async def test_a_preview_counts_offers_that_end_with_the_start(world: World) -> None:
    """Eva's seat was held until tomorrow; the event moves to tonight, and begins without it."""
    talk = await world.event("Collab Talks", seats=1)
    jan, eva = await world.participants("Jan", "Eva")
    olga = await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await world.tick()
    await ask_move(olga, talk, starts="2027-03-08 18:00")
    assert "1 offer of a seat ends earlier" in olga.screen.text
    await olga.press("Change it, and tell them")
    moved = await _event(world, talk)
    await world.tick()
    assert "A seat is held for you until Monday, 8 March 2027, 18:00" in eva.notices[-1].text
    world.clock.set(moved.starts_at)
    await eva.press("Take the seat")
    assert "This offer has ended" in eva.screen.text


# ── previews that are over ───────────────────────────────────────────────────────────────────
async def test_a_second_yes_to_a_move_does_nothing(world: World) -> None:
    talk = await world.event("Collab Talks")
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    yes = carried(olga, "Change it")
    await olga.press_data(yes)
    await olga.press_data(yes)
    assert "This step is done already" in olga.screen.text
    await world.tick()
    assert sum(_says(notice, CHANGED) for notice in jan.notices) == 1
    assert (await _event(world, talk)).schedule_revision == 1


async def test_a_yes_to_an_older_preview_changes_nothing(world: World) -> None:
    """Olga goes back and writes another day; the first preview no longer counts."""
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    older = carried(olga, "Change it")
    for _ in range(4):
        await olga.press("Back")
    await olga.type("2027-04-21 17:00")
    await skip_all(olga)
    assert "21 April 2027" in olga.screen.text
    await olga.press_data(older)
    assert "This step is done already, or the event has changed" in olga.screen.text
    assert (await _event(world, talk)).schedule_revision == 0


async def test_of_two_organisers_the_slower_one_looks_again(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga, otto = await world.organiser("Olga"), await world.organiser("Otto")
    await ask_move(olga, talk, starts="2027-04-20 17:00")
    await ask_move(otto, talk, starts="2027-04-21 17:00")
    await olga.press("Change it")
    await otto.press("Change it")
    assert "the event has changed since" in otto.screen.text
    assert (await _event(world, talk)).starts_local.day == 20


async def test_a_preview_that_waited_too_long_moves_nothing_into_the_past(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-03-09 17:00")
    await world.advance(days=2)
    await olga.press("Change it")
    assert "The new time is past" in olga.screen.text
    assert (await _event(world, talk)).schedule_revision == 0


async def test_a_move_that_moves_nothing_says_so(world: World) -> None:
    talk = await world.event("Collab Talks")
    olga = await world.organiser("Olga")
    await manage(olga, talk)
    await olga.press("Change time or place")
    await skip_all(olga)
    assert "Time and place stay as they are" in olga.screen.text


# ── cancelling ───────────────────────────────────────────────────────────────────────────────
async def test_a_cancelled_event_tells_everyone_registered_once(world: World) -> None:
    """Reminders fall silent, registrations stay, and a second yes tells nobody again."""
    roles = (building.VISITOR, building.SPEAKER | {"register": "approval"})
    limits = ({"key": "room", "seats": 1, "roles": ["visitor"]},)
    talk = await world.event("Collab Talks", roles=roles, limits=limits, rules=REMINDERS)
    jan, eva, ada = await world.participants("Jan", "Eva", "Ada")
    await jan.press("Register as: Visitor", on=talk)
    await eva.press("Register as: Visitor", on=talk)
    await ada.press_data(f"r:{talk.id}:speaker")
    olga = await world.organiser("Olga")
    before = await _everything(world)
    await manage(olga, talk)
    await olga.press("Cancel event")
    said = olga.screen.text
    assert await _everything(world) == before
    assert "3 people get one message about it." in said
    assert "Confirmed: 1 · offered: 0 · waiting: 1 · requests: 1" in said
    assert "2 planned messages are not sent any more." in said
    assert "1 message that waits to be sent is dropped." in said  # Jan's confirmation
    yes = carried(olga, "Yes, cancel the event")
    await olga.press_data(yes)
    assert "Cancelled. 3 people get a message about it." in olga.screen.text
    assert _figures(olga.screen.text) == _figures(said)
    await olga.press_data(yes)
    assert "cancelled or over already" in olga.screen.text
    await world.advance(days=20)
    for actor in (jan, eva, ada):
        assert sum(_says(notice, "This event is cancelled") for notice in actor.notices) == 1
        assert not any(_says(notice, "Reminder") for notice in actor.notices)
    await manage(olga, talk)
    assert "Confirmed: 1 · offered: 0 · waiting: 1" in olga.screen.text
    assert "waits for your answer" not in olga.screen.text  # there is nothing left to decide
    assert not any(label.startswith("Requests") for label in olga.screen.labels)
    found = await _notices(world, NoticeKind.CONFIRMATION)
    assert {one.reason for one in found if one.state is NoticeState.SKIPPED} == {"event_cancelled"}


async def test_the_offers_of_a_cancelled_event_end_at_once(world: World) -> None:
    talk = await world.event("Collab Talks", seats=1)
    jan, eva, olga = [*await world.participants("Jan", "Eva"), await world.organiser("Olga")]
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await world.tick()
    await manage(olga, talk)
    await olga.press("Cancel event")
    assert "1 offer of a seat ends." in olga.screen.text
    await olga.press("Yes, cancel the event")
    await world.tick()
    assert await _states(world, talk) == {RegistrationState.CANCELLED: 2}
    assert sum(_says(notice, "This event is cancelled") for notice in eva.notices) == 1
    assert not any(_says(notice, "The time for your offered seat") for notice in eva.notices)


@pytest.mark.parametrize("hours, comes_at_night", [(34, True), (60, False)])
async def test_a_cancelling_disturbs_the_night_only_when_it_is_soon(
    world: World, hours: int, comes_at_night: bool
) -> None:
    starts = world.local(hour=10) + timedelta(hours=hours)
    talk = await world.event("Collab Talks", starts_local=starts)
    jan, olga = await world.participant("Jan"), await world.organiser("Olga")
    await jan.press("Register", on=talk)
    await world.tick()
    await _night(world)
    await manage(olga, talk)
    await olga.press("Cancel event")
    await olga.press("Yes, cancel the event")
    await world.tick()
    assert _says(jan.notices[-1], "This event is cancelled") is comes_at_night
    await world.advance(hours=12)
    assert _says(jan.notices[-1], "This event is cancelled")


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _fair(world: World, **more: Any) -> tuple[Event, list[EventSession]]:  # noqa: ANN401
    """An evening with two workshops to choose; in the first one there is one seat."""
    sessions = ({"key": "pottery", "seats": 1}, {"key": "print", "seats": 5})
    fair = await world.event("Fair", sessions=sessions, **more)
    return fair, await _slots(world, fair)


async def _course(world: World) -> Event:
    """Two evenings, a week apart; the clocks change three days after the second."""
    sessions = (
        {"key": "day-1", "by_choice": False},
        {"key": "day-2", "by_choice": False, "starts_local": world.local(days=17)},
    )
    course = await world.event("Course", sessions=sessions)
    async with world.database.writing() as session:
        stored = await session.get_one(Event, course.id)
        last = (await session.scalars(select(EventSession).order_by(EventSession.id))).all()[-1]
        stored.ends_at, stored.ends_local = last.ends_at, last.ends_local
        await journeys.reckon(session, stored, now=world.now)
        return stored


async def _night(world: World) -> None:
    """Move the clock to ten in the evening at the place of the event."""
    await world.move_to(world.now.replace(hour=21, minute=0))


def _forget_notices(*actors: Actor) -> None:
    for actor in actors:
        actor.notices.clear()


def _says(notice: Screen, words: str) -> bool:
    return words in notice.text


def _waits(notice: Notice) -> bool:
    return notice.state in {NoticeState.PLANNED, NoticeState.HELD}


def _figures(text: str) -> set[str]:
    """Return the lines of a screen that say what is done with messages and seats."""
    about = ("journey", "waits to be sent", "offer of a seat", "earlier change")
    return {line for line in text.split("\n") if any(word in line for word in about)}


def _carried(screen: Screen, label: str) -> str:
    buttons = [button for row in screen.message.buttons for button in row]
    return next(button.data or "" for button in buttons if button.text == label)


async def _silent(olga: Actor, event: Event) -> list[str]:
    """Who has not answered, as the list says it."""
    await olga.press_data(f"mu:{event.id}:0")
    lines = [line for line in olga.screen.text.split("\n") if line.startswith("· ")]
    await manage(olga, event)
    if lines:
        assert f"Not answered to the last change: {len(lines)}" in olga.screen.text
    return [line.removeprefix("· ") for line in lines]


async def _event(world: World, event: Event) -> Event:
    async with world.database.reading() as session:
        return await session.get_one(Event, event.id)


async def _slots(world: World, event: Event) -> list[EventSession]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(EventSession)
            .where(EventSession.event_id == event.id)
            .order_by(EventSession.starts_at, EventSession.id)
        )
        return list(found)


async def _notices(world: World, kind: NoticeKind) -> list[Notice]:
    async with world.database.reading() as session:
        found = await session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
        return list(found)


async def _rules(world: World, event: Event) -> dict[str, tuple[datetime, bool]]:
    async with world.database.reading() as session:
        found = await session.scalars(select(Rule).where(Rule.event_id == event.id))
        return {rule.key: (rule.due_at, rule.expanded) for rule in found}


async def _states(world: World, event: Event) -> dict[RegistrationState, int]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Registration.state).where(Registration.event_id == event.id)
        )
        return dict(Counter(found))


async def _set_place(world: World, event: Event, place: dict[str, str]) -> None:
    async with world.database.writing() as session:
        (await session.get_one(Event, event.id)).place = place


async def _everything(world: World) -> list[str]:
    """Return everything that a change could touch."""
    async with world.database.reading() as session:
        return [
            repr(row)
            for table in (Event, EventSession, Notice, Registration, Rule)
            for row in await session.execute(select(table.__table__))
        ]

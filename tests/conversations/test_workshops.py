"""Stories of workshops that people choose: seats of their own, the queue for them, and swapping."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.chat.buttons import pack
from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    EventState,
    NoticeClass,
    NoticeKind,
    Rule,
)
from xinno_core.services import journeys, workshops
from xinno_core.services.workshops import ChoiceWaits, Chosen
from xinno_core.texts.actions import ChooseSession, LeaveSession, SwapSession, TakeSession

EXHIBITOR = {"key": "exhibitor", "label": {"en": "Exhibitor"}}
VISITOR = {"key": "visitor", "label": {"en": "Visitor"}}


async def test_workshops_are_named_chosen_and_given_back_in_one_place(world: World) -> None:
    """Eva reads of them, registers, chooses one, and gives it back; the message stays the same."""
    expo = await _expo(world, clay=2, wood=1)
    eva = await world.participant("Eva")
    await eva.open_link(f"e_{expo.key}")
    assert "Workshops to choose from: Clay, Wood" in eva.screen.text
    assert "With a confirmed place you can choose until: Thursday, 18 March" in eva.screen.text
    await eva.press("Workshops")
    assert "as soon as your place at the event is confirmed" in eva.screen.text
    assert eva.screen.labels == ["Open the event"]

    await eva.press("Register", on=expo)
    assert "There are workshops to choose from, until: Thursday, 18 March" in eva.screen.text
    await world.tick()
    assert "There are workshops to choose from, until:" in eva.notices[-1].text
    await eva.press("Choose workshops")
    shown = eva.screen.message.message_id
    assert "Clay · Thursday, 18 March 2027, 18:00–19:00 · Room 2" in eva.screen.text
    assert "2 free seats" in eva.screen.text
    await eva.press("Choose: Clay")
    assert "You have a seat in: Clay" in eva.screen.text
    assert "1 free seat\nYou have a seat here." in eva.screen.text
    await eva.press("Leave: Clay")
    assert "Free your seat in this workshop: Clay?" in eva.screen.text
    await eva.press("No, keep it")
    assert "You have a seat here." in eva.screen.text
    await eva.press("Leave: Clay")
    await eva.press("Yes, free my seat")
    assert "Your seat is free for someone else now" in eva.screen.text
    assert "You have a seat here." not in eva.screen.text
    assert eva.screen.message.message_id == shown
    await eva.press("Choose: Clay")  # coming back
    assert "You have a seat in: Clay" in eva.screen.text


async def test_a_full_workshop_has_a_queue_and_offers_of_its_own(world: World) -> None:
    """Jan leaves, Eva is asked, and her place at the event was never in question."""
    expo = await _expo(world, clay=1)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    for person in (jan, eva, petr):
        await _register(person, expo)
    await jan.press("Choose: Clay")
    await _open(eva, expo)
    assert "Full; nobody is waiting" in eva.screen.text
    await eva.press("Wait for: Clay")
    assert "You are number 1 on the waiting list of: Clay" in eva.screen.text
    assert "Full at the moment: Seats in Clay." in eva.screen.text
    await _open(petr, expo)
    assert "Full; 1 person is waiting" in petr.screen.text
    await petr.press("Wait for: Clay")
    assert "You are number 2 on the waiting list of: Clay" in petr.screen.text

    await _open(jan, expo)
    await jan.press("Leave: Clay")
    await jan.press("Yes, free my seat")
    await world.tick()
    assert "A seat in a workshop is free for you." in eva.notices[-1].text
    assert "\nClay · Thursday, 18 March" in eva.notices[-1].text
    await eva.press("No, pass it on")
    assert "The offer goes to the next person" in eva.screen.text
    await world.tick()
    assert "A seat in a workshop is free for you." in petr.notices[-1].text
    await petr.press("Take the seat")
    assert "You have a seat in: Clay" in petr.screen.text
    await eva.open_link(f"e_{expo.key}")
    assert "Your place is confirmed." in eva.screen.text


async def test_an_offer_that_ran_out_says_which_workshop(world: World) -> None:
    expo = await _expo(world, clay=1)
    jan, eva = await world.participants("Jan", "Eva")
    await _register(jan, expo)
    await jan.press("Choose: Clay")
    await _register(eva, expo)
    await eva.press("Wait for: Clay")
    await _open(jan, expo)
    await jan.press("Leave: Clay")
    await jan.press("Yes, free my seat")
    await world.tick()
    await world.advance(hours=25)
    assert "the seat in this workshop is no longer held for you" in eva.notices[-1].text
    assert "next person" not in eva.notices[-1].text
    assert "\nClay · Thursday, 18 March" in eva.notices[-1].text
    await eva.press("Take the seat")
    assert "This offer has ended" in eva.screen.text


async def test_seats_at_the_same_time_are_asked_about(world: World) -> None:
    """Eva is warned, keeps what she has, swaps, and in the end takes both."""
    expo = await _expo(world, clay=5, wood=5)
    eva = await world.participant("Eva")
    await _register(eva, expo)
    await eva.press("Choose: Clay")
    await eva.press("Choose: Wood")
    assert "You have another seat at that time. Nothing has changed yet." in eva.screen.text
    assert "You have: Clay" in eva.screen.text
    await eva.press("Leave it as it is")
    assert eva.screen.text.count("You have a seat here.") == 1
    await eva.press("Choose: Wood")
    await eva.press("Swap: take Wood")
    assert "You have a seat in: Wood" in eva.screen.text
    assert "Leave: Wood" in eva.screen.labels
    assert "Choose: Clay" in eva.screen.labels
    await eva.press("Choose: Clay")
    await eva.press("Take it as well")
    assert eva.screen.text.count("You have a seat here.") == 2


async def test_a_swap_never_gives_a_seat_away_for_a_number(world: World) -> None:
    """The warning is a day old; by now the other workshop is full."""
    expo = await _expo(world, clay=5, wood=1)
    eva, jan = await world.participants("Eva", "Jan")
    await _register(eva, expo)
    await eva.press("Choose: Clay")
    await eva.press("Choose: Wood")
    await _register(jan, expo)
    await jan.press("Choose: Wood")
    await eva.press("Swap: take Wood")
    assert "You are number 1 on the waiting list of: Wood" in eva.screen.text
    assert "Leave: Clay" in eva.screen.labels
    assert eva.screen.text.count("You have a seat here.") == 1


async def test_an_offer_at_the_time_of_another_seat_asks(world: World) -> None:
    """Eva waited for Wood and chose Clay meanwhile: the seat is held until she has decided."""
    expo = await _expo(world, clay=5, wood=1)
    jan, eva = await world.participants("Jan", "Eva")
    await _register(jan, expo)
    await jan.press("Choose: Wood")
    await _register(eva, expo)
    await eva.press("Wait for: Wood")
    await eva.press("Choose: Clay")
    await _open(jan, expo)
    await jan.press("Leave: Wood")
    await jan.press("Yes, free my seat")
    await world.tick()
    await eva.press("Take the seat")
    assert "You have another seat at that time" in eva.screen.text
    await world.restart()
    await eva.press("Swap: take Wood")
    assert "You have a seat in: Wood" in eva.screen.text
    assert "Choose: Clay" in eva.screen.labels


async def test_two_people_on_the_last_seat(world: World) -> None:
    """Both press at once: one has it, the other is number 1."""
    expo = await _expo(world, clay=1)
    people = await world.participants("Jan", "Eva")
    for person in people:
        await _register(person, expo)
    clay = await _session(world, "clay")

    async def press(actor: Actor) -> Any:  # noqa: ANN401 (outcomes)
        async with world.database.writing() as session:
            person = await world.person(session, actor)
            return await workshops.choose(
                session, participant=person, session_id=clay, now=world.now
            )

    outcomes = await asyncio.gather(*(press(actor) for actor in people))
    assert {type(one) for one in outcomes} == {Chosen, ChoiceWaits}


async def test_double_taps_and_old_buttons_change_nothing(world: World) -> None:
    expo = await _expo(world, clay=1)
    jan, eva = await world.participants("Jan", "Eva")
    await _register(jan, expo)
    clay = await _session(world, "clay")
    for _ in range(2):
        await jan.press_data(_data(ChooseSession(clay)))
    assert "You have a seat already in: Clay" in jan.screen.text
    await _register(eva, expo)
    for _ in range(2):
        await eva.press_data(_data(ChooseSession(clay)))
    assert "You are already number 1 on the waiting list of: Clay" in eva.screen.text
    for _ in range(2):
        await jan.press_data(_data(LeaveSession(clay)))
    assert "You have no seat in this workshop: Clay" in jan.screen.text
    for _ in range(2):
        await eva.press_data(_data(TakeSession(clay)))
    assert "You have a seat already in: Clay" in eva.screen.text
    await jan.press_data(_data(TakeSession(clay)))
    assert "This offer has ended" in jan.screen.text


@pytest.mark.parametrize("action", [ChooseSession, SwapSession, TakeSession, LeaveSession])
async def test_what_is_not_there_is_not_there(world: World, action: Any) -> None:  # noqa: ANN401
    """A forged number, a draft's workshop, a common session: none of them says anything."""
    await _expo(world, clay=1)
    draft = await world.event("Night Shift", state=EventState.DRAFT, sessions=({"key": "dark"},))
    eva = await world.participant("Eva")
    for session_id in (999, await _session(world, "dark", draft)):
        await eva.press_data(_data(action(session_id)))
        assert "This button is no longer valid." in eva.screen.text


async def test_a_workshop_for_exhibitors_is_not_for_visitors(world: World) -> None:
    expo = await world.event(
        "Expo",
        roles=(VISITOR, EXHIBITOR),
        sessions=({"key": "stands", "roles": ("exhibitor",)}, {"key": "clay"}),
    )
    eva = await world.participant("Eva")
    await eva.press("Register as: Visitor", on=expo)
    await eva.press("Choose workshops")
    assert "Stands" not in eva.screen.text
    await eva.press_data(_data(ChooseSession(await _session(world, "stands"))))
    assert "not open for your role" in eva.screen.text


async def test_who_has_no_place_can_not_choose(world: World) -> None:
    """Not a newcomer, and not someone who waits for a place at the event."""
    expo = await _expo(world, seats=1, clay=5)
    jan, eva = await world.participants("Jan", "Eva")
    clay = await _session(world, "clay")
    await _register(jan, expo)
    await eva.press_data(_data(ChooseSession(clay)))
    assert "as soon as your place at the event is confirmed" in eva.screen.text
    await eva.press("Register", on=expo)
    await eva.press_data(_data(ChooseSession(clay)))
    assert "as soon as your place at the event is confirmed" in eva.screen.text


async def test_giving_the_place_back_frees_the_workshop(world: World) -> None:
    expo = await _expo(world, clay=1)
    jan, eva = await world.participants("Jan", "Eva")
    await _register(jan, expo)
    await jan.press("Choose: Clay")
    await _register(eva, expo)
    await eva.press("Wait for: Clay")
    await jan.press("Free my place", on=expo)
    await jan.press("Yes, free my place")
    await world.tick()
    assert "A seat in a workshop is free for you." in eva.notices[-1].text


async def test_in_the_last_two_hours_a_free_seat_is_for_whoever_comes(world: World) -> None:
    """Eva waits, Jan leaves an hour before: nothing is offered, and her tap takes the seat."""
    expo = await _expo(world, clay=1)
    jan, eva = await world.participants("Jan", "Eva")
    await _register(jan, expo)
    await jan.press("Choose: Clay")
    await _register(eva, expo)
    await eva.press("Wait for: Clay")
    await world.move_to(expo.starts_at - timedelta(hours=1))
    told = len(eva.notices)
    await _open(jan, expo)
    await jan.press("Leave: Clay")
    await jan.press("Yes, free my seat")
    await world.tick()
    assert len(eva.notices) == told
    await _open(eva, expo)
    await eva.press("Choose: Clay")
    assert "You have a seat in: Clay" in eva.screen.text


async def test_after_the_start_nothing_can_be_changed(world: World) -> None:
    expo = await _expo(world, clay=5, wood=5)
    eva = await world.participant("Eva")
    await _register(eva, expo)
    await eva.press("Choose: Clay")
    await world.move_to(expo.starts_at)
    await eva.press("Leave: Clay")
    await eva.press("Yes, free my seat")
    assert "It is too late to change this workshop: Clay" in eva.screen.text
    assert "The time to choose is over." in eva.screen.text
    assert eva.screen.labels == ["Open the event"]
    await eva.press_data(_data(ChooseSession(await _session(world, "wood"))))
    assert "It is too late to change this workshop: Wood" in eva.screen.text


async def test_the_card_and_the_reminder_name_what_was_chosen(world: World) -> None:
    expo = await _expo(world, clay=1, rules=({"key": "day-before", "hours": -24},))
    eva, jan = await world.participants("Eva", "Jan")
    await _register(eva, expo)
    await eva.press("Choose: Clay")
    await _register(jan, expo)
    await jan.press("Wait for: Clay")
    await eva.open_link(f"e_{expo.key}")
    assert "Your workshops:\nClay · Thursday, 18 March" in eva.screen.text
    await jan.open_link(f"e_{expo.key}")
    assert "Room 2 (on the waiting list)" in jan.screen.text
    await world.move_to(expo.starts_at - timedelta(hours=23))
    assert "Your workshops:\nClay" in eva.notices[-1].text
    assert "Your workshops" not in jan.notices[-1].text


async def test_a_course_names_its_dates(world: World) -> None:
    """Sessions in which everybody takes part are no choice: they stand on the card."""
    course = await world.event(
        "Course",
        sessions=(
            {"key": "day-one", "by_choice": False},
            {"key": "day-two", "by_choice": False, "starts_local": world.local(days=17)},
        ),
    )
    eva = await world.participant("Eva")
    await eva.press("Register", on=course)
    assert "Choose workshops" not in eva.screen.labels
    await eva.open_link(f"e_{course.key}")
    assert "Dates:\nDay one · Thursday, 18 March 2027, 18:00–19:00" in eva.screen.text
    assert "Day two · Thursday, 25 March 2027, 18:00–19:00" in eva.screen.text
    assert "Workshops" not in eva.screen.labels


async def test_a_reminder_of_one_day_says_which(world: World) -> None:
    """Before the second day of a course, its title, time and link stand on top."""
    course = await world.event("Course")
    async with world.database.writing() as session:
        second = await building.slot(
            session,
            course,
            key="day-two",
            by_choice=False,
            starts_local=world.local(days=17),
            place={"link": "https://meet.example/two"},
        )
        event = await session.get_one(Event, course.id)
        event.ends_at, event.ends_local = second.ends_at, second.ends_local
        session.add(_hours_before(event, second))
        await session.flush()
        await journeys.reckon(session, event, now=world.now)
    eva = await world.participant("Eva")
    await eva.press("Register", on=course)
    await world.move_to(second.starts_at - timedelta(hours=2))
    assert "Time until the start: 3 hours" in eva.notices[-1].text
    assert "Day two · Thursday, 25 March 2027, 18:00–19:00" in eva.notices[-1].text
    assert "Link: https://meet.example/two" in eva.notices[-1].text


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _expo(
    world: World,
    *,
    seats: int = 10,
    rules: tuple[dict[str, Any], ...] = (),
    **workshops: int,
) -> Event:
    """An event with workshops at the same time, each with its seats."""
    return await world.event(
        "Expo",
        seats=seats,
        rules=rules,
        sessions=tuple(
            {"key": key, "seats": number, "place": {"room": "Room 2"}}
            for key, number in workshops.items()
        ),
    )


def _hours_before(event: Event, of: EventSession) -> Rule:
    return Rule(
        event_id=event.id,
        session_id=of.id,
        key="before-each.day-two",
        kind=NoticeKind.REMINDER,
        notice_class=NoticeClass.SERVICE,
        anchor=Anchor.START,
        hours=-3,
        roles=[],
        text={},
        due_at=event.starts_at,
    )


async def _register(actor: Actor, event: Event) -> None:
    await actor.press("Register", on=event)
    await actor.press("Choose workshops")


async def _open(actor: Actor, event: Event) -> None:
    await actor.press("Workshops", on=event)


async def _session(world: World, key: str, of: Event | None = None) -> int:
    async with world.database.reading() as session:
        query = select(EventSession.id).where(EventSession.key == key)
        if of is not None:
            query = query.where(EventSession.event_id == of.id)
        found = await session.scalar(query)
    assert found is not None
    return found


def _data(action: Any) -> str:  # noqa: ANN401 (actions)
    return pack(action)

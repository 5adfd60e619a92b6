"""Stories of seats that are taken, freed and passed on."""

from datetime import timedelta

from tests.support import building
from tests.support.world import World
from xinno_core.models import Event, EventState
from xinno_core.services.events import registration_closes_at

QUESTION = ({"key": "topic", "text": {"en": "Which topic?"}},)


async def test_a_freed_seat_is_offered_to_the_first_in_the_queue(world: World) -> None:
    """Eva waits, Jan frees his place, Eva is asked, and only her yes gives her the seat."""
    talk = await world.event("Collab Talks", seats=1)
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    await jan.press("Register", on=talk)
    assert "Your place is confirmed" in jan.screen.text
    await eva.press("Register", on=talk)
    assert "number 1 on the waiting list" in eva.screen.text

    await jan.press("Free my place", on=talk)
    await jan.press("Yes, free my place")
    await world.tick()
    assert "A seat is held for you until" in eva.notices[-1].text

    await petr.press("Register", on=talk)  # a newcomer does not overtake
    assert "number 1 on the waiting list" in petr.screen.text
    assert await world.seats_left(talk) == 0
    await eva.press("Take the seat")
    assert "Your place is confirmed" in eva.screen.text
    await world.tick()
    assert "Confirmation of registration" in eva.notices[-1].text
    assert await world.seats_left(talk) == 0


async def test_the_queue_explains_itself(world: World) -> None:
    """Jan learns his number, what is full, how long an offer holds, and what happens at night."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan = await world.participants("Eva", "Jan")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    for told in (
        "You are number 1 on the waiting list.",
        "Full at the moment: Room.",
        "only your yes makes the place yours",
        "24 hours; from two days before the start for 12 hours; from one day before for 1 hour",
        "At night nothing is offered",
        "In the last two hours before the start nothing is offered",
    ):
        assert told in jan.screen.text
    await jan.type("/my")
    assert "You are number 1 on the waiting list." in jan.screen.text


async def test_an_offer_that_is_passed_on_was_never_a_place(world: World) -> None:
    """Once, whoever said no to an offer was thanked for freeing a place they never had."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan, petr = await world.participants("Eva", "Jan", "Petr")
    for person in (eva, jan, petr):
        await person.press("Register", on=talk)
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    assert "Your place is free for someone else now." in eva.screen.text
    await world.tick()
    await jan.open_link(f"e_{talk.key}")
    await jan.press("No, pass it on")
    assert "The seat that is held for you goes to the next person." in jan.screen.text
    await jan.press("Yes, pass it on")
    assert "The offer goes to the next person." in jan.screen.text
    assert "Your place is free" not in jan.screen.text
    await world.tick()
    assert "A seat is held for you until" in petr.notices[-1].text


async def test_in_the_last_two_hours_who_waits_sees_the_free_place(world: World) -> None:
    """Registration has closed, yet Jan has waited for it: his tap takes the place, Petr's can't."""
    talk = await world.event("Collab Talks", seats=1, questions=QUESTION)
    async with world.database.writing() as session:
        row = await session.get_one(Event, talk.id)
        row.registration_closes_at = registration_closes_at(row.starts_at, 2)
    eva, jan, petr = await world.participants("Eva", "Jan", "Petr")
    for person in (eva, jan):
        await person.press("Register", on=talk)
        await person.type("Robots")
    await petr.open_link(f"e_{talk.key}")
    await world.move_to(talk.starts_at - timedelta(hours=1))
    await jan.open_link(f"e_{talk.key}")
    assert "Take a free place" not in jan.screen.labels
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await world.tick()
    assert not jan.notices
    await petr.press("Register")  # on the card of before
    assert "Registration for this event is closed." in petr.screen.text
    await petr.open_link(f"e_{talk.key}")
    assert "Registration for this event is closed." in petr.screen.text
    assert "free place" not in petr.screen.text
    assert "Register" not in petr.screen.labels
    await jan.open_link(f"e_{talk.key}")
    assert "A place is free now. It goes to whoever takes it first." in jan.screen.text
    await jan.press("Take a free place")
    assert "Your place is confirmed." in jan.screen.text
    assert await world.answers_of(jan) == {"topic": "Robots"}
    assert await world.seats_left(talk) == 0


async def test_only_limits_that_concern_someone_are_shown(world: World) -> None:
    """Eva comes from a small firm: neither the seats of schools nor those of speakers are hers."""
    limits = (
        {"key": "room", "seats": 30, "label": {"en": "Room"}},
        {"key": "small", "seats": 5, "label": {"en": "Kept"}, "targets": ["sme", "bso"]},
        {"key": "schools", "seats": 5, "label": {"en": "For schools"}, "targets": ["edu"]},
        {"key": "stage", "seats": 3, "label": {"en": "On stage"}, "roles": ["speaker"]},
    )
    speaker = building.SPEAKER | {"register": "invited"}
    talk = await world.event("Talks", limits=limits, roles=(building.VISITOR, speaker))
    eva = await world.participant("Eva")
    await eva.open_link(f"e_{talk.key}")
    assert "Room: 30 free places" in eva.screen.text
    assert "Kept (for: Small or medium-sized firm, freelancer, Chamber of" in eva.screen.text
    assert "For schools" not in eva.screen.text
    assert "On stage" not in eva.screen.text


async def test_an_online_event_gives_its_link_to_those_with_a_place(world: World) -> None:
    place = {"name": "Video call", "link": "https://meet.example/abc", "room": "Room 1"}
    talk = await world.event("Collab Talks", seats=1)
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).place = place
    eva, jan = await world.participants("Eva", "Jan")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    await jan.open_link(f"e_{talk.key}")
    assert "Where: Video call, Room 1, online" in jan.screen.text
    assert "meet.example" not in jan.sees()
    await world.tick()
    assert "Link: https://meet.example/abc" in eva.notices[-1].text
    await eva.open_link(f"e_{talk.key}")
    assert "Link: https://meet.example/abc" in eva.screen.text


async def test_what_is_over_can_not_be_given_back(world: World) -> None:
    """Once, a place was "free for someone else" after the doors had closed, and presence kept."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan = await world.participants("Eva", "Jan")
    await eva.press("Register", on=talk)
    await world.move_to(talk.ends_at)
    for old in (f"f:{talk.id}", f"fa:{talk.id}", f"c:{talk.id}:coming"):
        await eva.press_data(old)
        assert "This event is over." in eva.screen.text
        assert "Collab Talks" in eva.screen.text
    assert await world.seats_left(talk) == 0
    for person in (eva, jan):
        await person.open_link(f"e_{talk.key}")
        assert "This event is over." in person.screen.text
        assert "Your place is confirmed" not in person.screen.text
        assert person.screen.labels == ["All events", "Ask the organiser"]


async def test_a_cancelled_event_is_nobodys_place(world: World) -> None:
    """Once, /my said that the place was confirmed, and an old offer said to register again."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan, petr = await world.participants("Eva", "Jan", "Petr")
    for person in (eva, jan, petr):
        await person.press("Register", on=talk)
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await world.tick()
    await jan.press("Take the seat")
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.CANCELLED
    for person, labels in (
        (jan, ["Remove from my calendar", "All events", "Ask the organiser"]),
        (petr, ["All events", "Ask the organiser"]),
    ):
        for old in (f"t:{talk.id}", f"r:{talk.id}:visitor"):
            await person.press_data(old)
            assert "Registration for this event is closed." in person.screen.text
        await person.type("/my")
        assert "This event is cancelled." in person.screen.text
        await person.open_link(f"e_{talk.key}")
        assert "This event is cancelled." in person.screen.text
        assert person.screen.labels == labels
        for wrong in ("Your place is confirmed", "waiting list"):
            assert wrong not in person.screen.text


async def test_a_seat_kept_for_the_queue_is_not_shown_as_free(world: World) -> None:
    """A seat freed at night stays with the queue: the card and the number say so to Petr."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan, petr = await world.participants("Eva", "Jan", "Petr")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    await world.move_to(world.now + timedelta(hours=13))
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await petr.open_link(f"e_{talk.key}")
    assert "Room: the free places go to those who wait" in petr.screen.text
    assert "1 free place" not in petr.screen.text
    await petr.press("Register")
    assert "The free places belong to those who wait: Room." in petr.screen.text
    assert "Full at the moment" not in petr.screen.text


async def test_an_offer_answers_whoever_asks_again(world: World) -> None:
    """Once, the old card said that a seat was held, with nothing to take it by."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan = await world.participants("Eva", "Jan")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await jan.press_data(f"r:{talk.id}:visitor")
    assert "A seat is held for you until" in jan.screen.text
    assert jan.screen.labels == ["Take the seat", "No, pass it on"]


async def test_an_offer_that_ran_out_promises_the_seat_to_nobody(world: World) -> None:
    """Nobody else waits: the seat is free, and Jan can simply register again."""
    talk = await world.event("Collab Talks", seats=1)
    eva, jan = await world.participants("Eva", "Jan")
    await eva.press("Register", on=talk)
    await jan.press("Register", on=talk)
    await eva.press("Free my place", on=talk)
    await eva.press("Yes, free my place")
    await world.tick()
    await world.advance(hours=25)
    assert "the seat is no longer held for you" in jan.notices[-1].text
    assert "next person" not in jan.notices[-1].text
    await jan.press_data(f"t:{talk.id}")
    assert "the seat is no longer held for you" in jan.screen.text
    await jan.press("Register", on=talk)
    assert "Your place is confirmed." in jan.screen.text


async def test_the_confirmation_of_a_course_names_its_dates_and_a_zone_in_the_readers_language(
    world: World,
) -> None:
    days = ({"key": "day-one", "by_choice": False}, {"key": "labs"})
    course = await world.event("Course", sessions=days, zone="Europe/Prague")
    eva = await world.participant("Eva", language="cs")
    await eva.open_link(f"e_{course.key}")
    assert "(Praha, " in eva.screen.text
    jan = await world.participant("Jan")
    await jan.press("Register", on=course)
    await world.tick()
    assert "Dates:\nDay one · Thursday, 18 March" in jan.notices[-1].text
    assert "Labs" not in jan.notices[-1].text

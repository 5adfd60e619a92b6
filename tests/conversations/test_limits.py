"""Stories of seats after publishing: more of them, fewer, and the pause of offers."""

import asyncio

import pytest
from sqlalchemy import select

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.models import Audit, Event, Limit, Registration, RegistrationState
from xinno_core.services import limits, registration
from xinno_core.services.limits import SeatsSet


async def open_seats(organiser: Actor, event: Event) -> None:
    await organiser.press_data(f"we:{event.id}")
    await organiser.press("Seats")


async def change(organiser: Actor, event: Event, seats: str) -> None:
    await open_seats(organiser, event)
    await organiser.press("Change seats: Room")
    await organiser.type(seats)


async def queue(world: World, event: Event, *names: str) -> list[Actor]:
    people = await world.participants(*names)
    for person in people:
        await person.press("Register", on=event)
    return people


async def states(world: World) -> list[str]:
    async with world.database.reading() as session:
        found = await session.scalars(select(Registration).order_by(Registration.id))
        return [one.state.value for one in found]


async def test_more_seats_are_offered_at_once(world: World) -> None:
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    _, eva, petr, _ = await queue(world, talk, "Jan", "Eva", "Petr", "Ada")
    await open_seats(olga, talk)
    assert "Seats: 1 · taken: 1, of them offered: 0 · waiting: 3" in olga.screen.text
    await olga.press("Change seats: Room")
    assert "Now there are: 1" in olga.screen.text
    await olga.type("3")
    assert "Changed. 2 people are offered a seat at once." in olga.screen.text
    assert "Seats: 3 · taken: 3, of them offered: 2 · waiting: 1" in olga.screen.text
    await world.tick()
    for person in (eva, petr):
        assert "A place is free for you." in person.notices[-1].text
    await olga.press_data("op:2")
    assert "Why: there are more seats" in olga.screen.text


async def test_fewer_seats_than_are_held_are_refused_with_names(world: World) -> None:
    """Twelve hold a seat; ten are named, the others counted, and nothing changes."""
    talk, olga = await world.event(seats=20), await world.organiser("Olga")
    await queue(world, talk, *(f"P{number:02}" for number in range(12)))
    await change(olga, talk, "11")
    assert "Not changed. Seats asked for: 11. Seats held or offered: 12." in olga.screen.text
    assert "· P00" in olga.screen.text
    assert "· P09" in olga.screen.text
    assert "P10" not in olga.screen.text
    assert "and 2 more" in olga.screen.text
    await change(olga, talk, "12")
    assert "Changed. Nobody is offered a seat by it now." in olga.screen.text
    assert await world.seats_left(talk) == 0


async def test_an_offer_counts_as_held(world: World) -> None:
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    await queue(world, talk, "Jan", "Eva")
    await change(olga, talk, "2")
    await change(olga, talk, "1")
    assert "Seats held or offered: 2." in olga.screen.text
    assert "· Eva" in olga.screen.text
    assert "more" not in olga.screen.text


async def test_a_room_bears_fifteen_percent_more(world: World) -> None:
    limit = {"key": "room", "seats": 20, "room": 30}
    talk, olga = await world.event(limits=(limit,)), await world.organiser("Olga")
    await change(olga, talk, "35")
    assert "The room bears at most: 34." in olga.screen.text
    await change(olga, talk, "34")
    assert "The room holds: 30 · given out beyond that: 4" in olga.screen.text
    await change(olga, talk, "34")
    assert "It is so already" in olga.screen.text


@pytest.mark.parametrize("typed", ["0", "-1", "many", "1.5", "10000000", ""])
async def test_what_is_no_number_of_seats_is_asked_again(world: World, typed: str) -> None:
    talk, olga = await world.event(seats=7), await world.organiser("Olga")
    await change(olga, talk, typed or "\u200b")
    assert "How many seats are there?" in olga.screen.text
    assert await world.seats_left(talk) == 7


async def test_a_restart_and_a_second_tap_in_the_form_change_nothing_twice(world: World) -> None:
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    await queue(world, talk, "Jan", "Eva", "Petr")
    await open_seats(olga, talk)
    await olga.press("Change seats: Room")
    await world.restart()
    await olga.type("2")
    await olga.type("3")  # nothing asks any more
    assert "I am a program" in olga.screen.text
    await olga.press_data(f"oc:seats.{await limit_id(world)}")
    assert await states(world) == ["confirmed", "offered", "waitlisted"]


@pytest.mark.parametrize("how", ["cancelled", "over"])
async def test_seats_of_an_ended_event_stay(world: World, how: str) -> None:
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    await open_seats(olga, talk)
    await olga.press("Change seats: Room")
    if how == "cancelled":
        async with world.database.writing() as session:
            event = await session.get_one(Event, talk.id)
            event.state = type(event.state).CANCELLED
    else:
        world.clock.set(talk.ends_at)
    await olga.type("5")
    assert "its seats stay as they are" in olga.screen.text
    assert "Change seats: Room" not in olga.screen.labels
    await olga.press_data(f"uo:{talk.id}:1")
    assert "its seats stay as they are" in olga.screen.text
    await olga.press_data(f"un:{await limit_id(world)}")
    assert "Seats: Collab Talks" in olga.screen.text
    assert await world.seats_left(talk) == 1


async def test_paused_offers_wait_with_the_list(world: World) -> None:
    """While offers are paused a seat that is given back stays; then the first in line gets it."""
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    jan, eva = await queue(world, talk, "Jan", "Eva")
    await open_seats(olga, talk)
    await olga.press("Pause offers")
    assert "Offers are paused. Free seats stay with the waiting list" in olga.screen.text
    await olga.press_data(f"uo:{talk.id}:1")
    assert "It is so already" in olga.screen.text
    await jan.press_data(f"f:{talk.id}")
    await world.advance(days=2)
    assert await states(world) == ["cancelled", "waitlisted"]
    petr = await world.participant("Petr")
    await petr.press("Register", on=talk)
    assert "number 2 on the waiting list" in petr.screen.text
    await olga.press_data(f"we:{talk.id}")
    assert "Offers are paused" in olga.screen.text
    await olga.press("Waiting list")
    assert "Offers are paused" in olga.screen.text
    assert "a seat is free, and is offered soon" in olga.screen.text
    await olga.press_data(f"uo:{talk.id}:0")
    assert "Offers go on. 1 person is offered a seat at once." in olga.screen.text
    await world.tick()
    assert "A place is free for you." in eva.notices[-1].text
    await olga.press_data(f"uo:{talk.id}:0")
    assert "It is so already" in olga.screen.text
    async with world.database.reading() as session:
        verbs = list(await session.scalars(select(Audit.verb).order_by(Audit.id)))
    assert verbs[-2:] == ["pause_offers", "resume_offers"]


async def test_a_raise_by_night_keeps_the_seats_for_the_morning(world: World) -> None:
    talk, olga = await world.event(seats=1), await world.organiser("Olga")
    _, eva = await queue(world, talk, "Jan", "Eva")
    await world.advance(hours=12)
    await change(olga, talk, "2")
    assert "Nobody is offered a seat by it now." in olga.screen.text
    await world.advance(hours=12)
    assert "A place is free for you." in eva.notices[-1].text


async def test_a_limit_of_a_group_counts_its_own(world: World) -> None:
    """Two limits overlap: the second is for firms alone, and names only who holds it."""
    overlapping = (
        {"key": "room", "seats": 10},
        {"key": "firms", "label": {"en": "Firms"}, "targets": ["sme"], "seats": 1},
        {"key": "speakers", "label": {"en": "Speakers"}, "roles": ["speaker"], "seats": 3},
    )
    talk = await world.event(limits=overlapping, roles=(building.VISITOR, building.SPEAKER))
    olga = await world.organiser("Olga")
    for name, role in (("Jan", "visitor"), ("Eva", "speaker")):
        await (await world.participant(name)).press_data(f"r:{talk.id}:{role}")
    await open_seats(olga, talk)
    assert "Firms\nSeats: 1 · taken: 1, of them offered: 0 · waiting: 1" in olga.screen.text
    assert "Speakers\nSeats: 3 · taken: 0, of them offered: 0 · waiting: 1" in olga.screen.text
    await olga.press_data(f"we:{talk.id}")
    assert "Firms: 1 of 1 taken, 0 free, 1 waiting" in olga.screen.text


async def test_seats_and_registrations_at_once_never_oversell(world: World) -> None:
    """Olga raises and lowers while people register: the database and the seats agree."""
    talk, olga = await world.event(seats=2), await world.organiser("Olga")
    people = await world.participants(*(f"P{number}" for number in range(6)))
    number = await limit_id(world)

    async def register(actor: Actor) -> object:
        async with world.database.writing() as session:
            return await registration.register(
                session,
                participant=await world.person(session, actor),
                event_id=talk.id,
                role="visitor",
                now=world.now,
            )

    async def set_seats(seats: int) -> object:
        async with world.database.writing() as session:
            return await limits.set_seats(
                session,
                participant=await world.person(session, olga),
                limit_id=number,
                seats=seats,
                now=world.now,
            )

    outcomes = await asyncio.gather(
        *(register(person) for person in people[:3]),
        set_seats(5),
        *(register(person) for person in people[3:]),
        set_seats(3),
    )
    async with world.database.reading() as session:
        limit = await session.get_one(Limit, number)
        held = [
            one
            for one in await session.scalars(select(Registration))
            if one.state in {RegistrationState.CONFIRMED, RegistrationState.OFFERED}
        ]
    assert limit.taken == len(held) <= limit.seats
    assert any(isinstance(outcome, SeatsSet) for outcome in outcomes)


async def limit_id(world: World) -> int:
    async with world.database.reading() as session:
        found = await session.scalar(select(Limit.id).order_by(Limit.id).limit(1))
    assert found is not None
    return found

"""Stories of seats that are taken, freed and passed on."""

from tests.support.world import World


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

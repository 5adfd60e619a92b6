"""Stories of changes that concern people without a chat: no message to them is promised."""

from sqlalchemy import update

from tests.support.changing import ask_move, manage
from tests.support.journeys import crowd
from tests.support.world import Actor, World
from xinno_core.models import Event, Participant


async def scene(world: World) -> tuple[Event, Actor]:
    """Jan reads; Eva has blocked the assistant, and three more have never had a chat."""
    talk = await world.event("Collab Talks", seats=None)
    jan, eva = await world.participants("Jan", "Eva")
    for actor in (jan, eva):
        await actor.press("Register", on=talk)
    await world.tick()
    await crowd(world, talk, 3, since=world.now)
    async with world.database.writing() as session:
        await session.execute(
            update(Participant).where(Participant.name == "Eva").values(reachable=False)
        )
    return talk, await world.organiser("Olga")


async def test_a_move_promises_only_messages_that_can_arrive(world: World) -> None:
    """A past bug: five people were to get a message, and four of them had no chat."""
    talk, olga = await scene(world)
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    for said in ("1 person gets one message", "Confirmed: 1 ·", "4 more people cannot be reached"):
        assert said in olga.screen.text
    await olga.press("Change it, and tell them")
    assert "Changed. 1 person gets a message about it." in olga.screen.text
    assert "4 more people cannot be reached" in olga.screen.text
    await manage(olga, talk)
    await olga.press("Cancel event")
    assert "1 person gets one message" in olga.screen.text
    assert "4 more people cannot be reached" in olga.screen.text
    await olga.press("Yes, cancel the event")
    assert "Cancelled. 1 person gets a message about it." in olga.screen.text
    assert "4 more people cannot be reached" in olga.screen.text


async def test_a_move_that_reaches_nobody_promises_to_tell_nobody(world: World) -> None:
    talk = await world.event("Collab Talks", seats=None)
    await crowd(world, talk, 1, since=world.now)
    olga = await world.organiser("Olga")
    await ask_move(olga, talk, starts="2027-04-20 17:00", place=False)
    assert "0 people get one message" in olga.screen.text
    assert "1 more person cannot be reached" in olga.screen.text
    assert "Change it" in olga.screen.labels

"""Stories of a reminder that is answered: it stays what it was, and says what was answered."""

from datetime import time

from sqlalchemy import update

from tests.support.journeys import rule
from tests.support.world import Actor, World
from xinno_core.models import Event

DIRECTIONS = "Meet at the gate; doors open 15 minutes before."


async def reminded(world: World) -> tuple[Actor, Event]:
    """Anna has her reminder of the day, with the organiser's line in it."""
    talk = await world.event("Collab Talks", rules=(rule("day", days=0, at=time(9)),))
    async with world.database.writing() as session:
        place = {**talk.place, "link": "https://meet.example/x", "directions": {"en": DIRECTIONS}}
        await session.execute(update(Event).where(Event.id == talk.id).values(place=place))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=10, hours=-1)
    assert DIRECTIONS in anna.notices[-1].text
    assert anna.notices[-1].labels == ["Coming", "I will be late", "Free my place"]
    return anna, talk


async def test_an_answered_reminder_keeps_what_it_tells(world: World) -> None:
    """The organiser's line and the link once went with the first tap."""
    anna, _ = await reminded(world)
    reminder = anna.notices[-1]
    told = reminder.text.replace("Are you coming?", "")
    await anna.press("Coming")
    assert anna.screen.message.message_id == reminder.message.message_id
    assert anna.screen.text.startswith(told.strip())
    assert "Good to know: you are coming." in anna.screen.text
    assert anna.screen.labels == ["I will be late", "Free my place"]
    await anna.press("I will be late")
    assert anna.screen.text.startswith(told.strip())
    assert "Good to know: you will be a little late." in anna.screen.text
    assert anna.screen.labels == ["Coming", "Free my place"]


async def test_who_keeps_the_place_has_the_reminder_back(world: World) -> None:
    """No once turned it into the event's card, where nothing asks whether one comes."""
    anna, _ = await reminded(world)
    before = anna.notices[-1].text
    await anna.press("Free my place")
    await anna.press("No, keep it")
    assert anna.screen.text == before
    assert anna.screen.labels == ["Coming", "I will be late", "Free my place"]
    await anna.press("I will be late")
    late = (anna.screen.text, anna.screen.labels)
    await anna.press("Free my place")
    await world.restart()
    await anna.press("No, keep it")
    assert (anna.screen.text, anna.screen.labels) == late


async def test_a_reminder_of_what_is_over_does_not_come_back(world: World) -> None:
    anna, _ = await reminded(world)
    await anna.press("Free my place")
    await world.advance(days=1)
    await anna.press("No, keep it")
    assert "This event is over." in anna.screen.text
    assert "Coming" not in anna.screen.labels


async def test_nobody_reads_the_reminder_of_another(world: World) -> None:
    """A changed client names the event; the link in the reminder is for those with a place."""
    anna, talk = await reminded(world)
    mallory = await world.participant("Mallory")
    await mallory.press_data(f"fk:{talk.id}", message_id=anna.notices[-1].message.message_id)
    assert "https://meet.example/x" not in mallory.screen.text
    assert DIRECTIONS not in mallory.screen.text

"""What a pause of a journey has set aside comes back with it, and nothing else does."""

from collections.abc import Awaitable, Callable
from datetime import time, timedelta

from tests.support.journeys import note, notices_of
from tests.support.world import Actor, World
from xinno_core.models import Event, NoticeState, Rule
from xinno_core.services import journey_desk, journeys
from xinno_core.services.events import set_times
from xinno_core.services.quiet import local_instant

BERLIN = "Europe/Berlin"
LATE = (note("late", days=-3, at=time(21)),)
"""Made at nine in the evening, and held until the morning."""


async def scene(world: World) -> tuple[Event, Actor, Actor]:
    """A note is held over the night, and the journey is paused then."""
    olga = await world.organiser("Olga")
    talk = await world.event("Collab Talks", rules=LATE)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=7, hour=22), BERLIN))
    (made,) = await notices_of(world)
    assert made.state is NoticeState.HELD
    await turn(world, olga, journey_desk.pause, event_id=talk.id)
    return talk, anna, olga


async def turn(
    world: World,
    olga: Actor,
    verb: Callable[..., Awaitable[object]],
    **more: object,
) -> None:
    """Let the organiser do something."""
    async with world.database.writing() as session:
        person = await world.person(session, olga)
        await verb(session, participant=person, now=world.now, **more)


async def fates(world: World) -> list[tuple[NoticeState, str | None]]:
    """What became of what the journey made."""
    await world.advance(days=2)
    return [(one.state, one.reason) for one in await notices_of(world)]


async def test_what_was_set_aside_comes_when_the_journey_goes_on(world: World) -> None:
    talk, _, olga = await scene(world)
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=True)
    assert await fates(world) == [(NoticeState.SENT, None)]


async def test_what_was_left_out_once_does_not_come_after_another_pause(world: World) -> None:
    talk, _, olga = await scene(world)
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=False)
    await world.advance(hours=1)
    await turn(world, olga, journey_desk.pause, event_id=talk.id)
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=True)
    assert await fates(world) == [(NoticeState.SKIPPED, "journey_paused")]


async def test_a_line_that_is_off_does_not_come_back_with_its_journey(world: World) -> None:
    talk, _, olga = await scene(world)
    async with world.database.writing() as session:
        (made,) = await notices_of(world)
        (await session.get_one(Rule, made.rule_id)).stopped_at = world.now
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=True)
    assert await fates(world) == [(NoticeState.SKIPPED, "journey_paused")]


async def test_who_left_and_came_back_in_the_pause_gets_nothing_from_before(world: World) -> None:
    talk, anna, olga = await scene(world)
    await anna.press("Free my place", on=talk)
    await anna.press("Yes")
    await anna.press("Register", on=talk)
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=True)
    assert await fates(world) == [(NoticeState.SKIPPED, "journey_paused")]


async def test_after_a_move_in_the_pause_only_the_new_time_counts(world: World) -> None:
    talk, _, olga = await scene(world)
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        later = event.starts_local + timedelta(days=5)
        set_times(event, later, timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        done = await journeys.reckon(session, event, now=world.now)
    assert done.dropped == 1
    await turn(world, olga, journey_desk.resume, event_id=talk.id, send=True)
    assert await fates(world) == [(NoticeState.SKIPPED, "event_moved")]
    await world.advance(days=5)
    first, second = await notices_of(world)
    assert (first.reason, second.state) == ("event_moved", NoticeState.SENT)

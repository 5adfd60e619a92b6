"""Stories of an organiser who looks at an event's messages, pauses them, and switches one off."""

import asyncio
from datetime import time, timedelta

import pytest
from sqlalchemy import select, text

from tests.support.journeys import note, notices_of, rule
from tests.support.waiting import until
from tests.support.world import Actor, World
from xinno_core.models import (
    Anchor,
    Event,
    EventState,
    NoticeKind,
    NoticeState,
    Rule,
    RuleClock,
)
from xinno_core.services import copying, drafting, journey_desk, journeys

RULES = (
    rule("week", days=-7, at=time(10)),
    rule("five", days=-5, at=time(10)),
    note("four", days=-4, at=time(10)),
    rule("day", days=-1, at=time(10)),
    note("welcome", anchor=Anchor.REGISTRATION, hours=30),
    note("waiting", days=-2, at=time(10), states=["waitlisted"], clock=RuleClock.PERSON),
)


async def scene(world: World) -> tuple[Actor, Actor, Event]:
    talk = await world.event("Collab Talks", rules=RULES)
    olga = await world.organiser("Olga")
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    return olga, anna, talk


async def open_journey(olga: Actor, talk: Event) -> None:
    await olga.press_data(f"we:{talk.id}")
    await olga.press("Messages of this event")


async def test_an_organiser_sees_what_is_sent_when_and_to_whom(world: World) -> None:
    olga, anna, talk = await scene(world)
    await open_journey(olga, talk)
    said = olga.screen.text
    assert said.startswith("Messages of this event: Collab Talks")
    assert "Note\nWhen: 30 hours after each registration\nTo: everybody with a place" in said
    assert "Reminder\nWhen: Thursday, 11 March 2027, 10:00" in said
    assert "Waits for the end of quiet hours" in said
    assert "To come. People it is for now: 1" in said
    assert "each reader’s own clock" in said
    assert "To: the waiting list" in said
    await olga.press("Page 2")
    assert "Reminder\nWhen: Wednesday, 17 March 2027, 10:00" in olga.screen.text

    await world.advance(days=4)
    await open_journey(olga, talk)
    assert "Sent: 1 · waiting: 0 · not sent: 0" in olga.screen.text
    assert len(anna.notices) == 3  # the confirmation, the welcome, a week before


async def test_a_line_shows_what_it_says_in_each_language(world: World) -> None:
    olga, _, talk = await scene(world)
    await open_journey(olga, talk)
    await olga.press("Sun 14 Mar · Note")
    assert "For readers of English it looks like this:" in olga.screen.text
    assert "Note four." in olga.screen.text
    await olga.press("Preview: German")
    assert "For readers of German it looks like this:" in olga.screen.text
    assert "Notiz four." in olga.screen.text
    await olga.press("Messages of this event")
    await olga.press("Thu 11 Mar · Reminder")
    assert "Time until the start: 1 week" in olga.screen.text


async def test_what_falls_due_in_a_pause_is_left_out(world: World) -> None:
    olga, anna, talk = await scene(world)
    await open_journey(olga, talk)
    await olga.press("Pause these messages")
    assert "Paused. No message of this list is sent until you let it go on." in olga.screen.text
    await olga.press_data(f"yp:{talk.id}")  # an old button
    assert "It is so already" in olga.screen.text
    before = len(anna.notices)
    await world.advance(days=7)
    assert len(anna.notices) == before + 1  # the confirmation; nothing of the journey
    await open_journey(olga, talk)
    assert "3 messages have fallen due meanwhile." in olga.screen.text
    await olga.press("Go on, leave out what was missed")
    assert "It goes on. What fell due meanwhile is left out." in olga.screen.text
    await world.advance(days=10)
    assert [one.params["rule"] for one in await notices_of(world)] == ["day"]


async def test_what_fell_due_in_a_pause_is_sent_where_the_organiser_wants_it(world: World) -> None:
    """The newest of each kind; the welcome, too, although Anna's own moment is past."""
    olga, anna, talk = await scene(world)
    await olga.press_data(f"yp:{talk.id}")
    await world.advance(days=7)
    late = await world.participant("Late")
    await late.press("Register", on=talk)
    await open_journey(olga, talk)
    await olga.press("Go on, send what was missed")
    assert "is sent now where it is still of use" in olga.screen.text
    before = len(anna.notices)
    await world.tick()
    assert len(anna.notices) - before <= 2
    found = {(one.params["rule"], one.state) for one in await notices_of(world)}
    assert {key for key, _ in found} == {"week", "five", "four", "welcome"}
    assert ("week", NoticeState.SKIPPED) in found
    assert ("five", NoticeState.SENT) in found
    ids = {one.participant_id for one in await notices_of(world)}
    async with world.database.reading() as session:
        assert (await world.person(session, late)).id not in ids


async def test_what_was_about_to_be_sent_waits_for_the_pause_too(world: World) -> None:
    evening = rule("evening", days=-3, at=time(21))
    talk = await world.event("Collab Talks", rules=(evening,))
    olga = await world.organiser("Olga")
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=7, hours=12)
    (held,) = await notices_of(world)
    assert held.state is NoticeState.HELD
    await olga.press_data(f"yp:{talk.id}")
    assert "1 message was about to be sent, and waits, too." in olga.screen.text
    await world.advance(days=1)
    (held,) = await notices_of(world)
    assert (held.state, held.reason) == (NoticeState.SKIPPED, "journey_paused")
    await olga.press_data(f"yr:{talk.id}:1")
    await world.advance(hours=12)
    (held,) = await notices_of(world)
    assert held.state is NoticeState.SENT


async def test_a_pause_in_the_moment_of_a_tick_holds_what_the_tick_makes(world: World) -> None:
    olga, _, talk = await scene(world)
    world.clock.set(world.now + timedelta(days=4))

    async def pause() -> None:
        async with world.database.writing() as session:
            await journey_desk.pause(
                session,
                participant=await world.person(session, olga),
                event_id=talk.id,
                now=world.now,
            )

    async with world.database.writing() as ticking:
        assert await journeys.plan(ticking, now=world.now) == 2
        pausing = asyncio.create_task(pause())
        await until(lambda: _is_held_up(world), "the organiser to wait for the tick")
    await pausing
    found = [(one.state, one.reason) for one in await notices_of(world)]
    assert found == [(NoticeState.SKIPPED, "journey_paused")] * 2


async def test_a_line_is_switched_off_and_on(world: World) -> None:
    """What fell due while it was off stays unsaid; a second press does nothing."""
    olga, anna, talk = await scene(world)
    await open_journey(olga, talk)
    await olga.press("Thu 11 Mar · Reminder")
    await olga.press("Switch it off")
    assert "Switched off" in olga.screen.text
    await world.advance(days=4)
    await olga.press("Switch it on")
    assert "Nobody gets it" in olga.screen.text
    await world.advance(days=10)
    made = {one.params["rule"] for one in await notices_of(world)}
    assert made == {"five", "four", "day", "welcome"}
    line = await _rule(world, "five")
    await olga.press_data(f"yx:{line.id}:0:en")
    assert "Sent: 1" in olga.screen.text  # it has spoken: there is nothing to switch off
    assert (await _rule(world, "five")).stopped_at is None
    assert anna.notices


async def test_a_draft_keeps_silent_and_what_is_past_when_it_is_published(world: World) -> None:
    """Published late: a week before is past by then; and nobody hears of it afterwards."""
    talk = await world.event("Collab Talks", rules=RULES)
    olga = await world.organiser("Olga")
    async with world.database.writing() as session:
        person = await world.person(session, olga)
        starts = world.local(days=10).isoformat()
        copied = await copying.copy(
            session,
            participant=person,
            event_id=talk.id,
            answers={"new_starts": starts},
            now=world.now,
        )
    await world.advance(days=4)
    async with world.database.writing() as session:
        person = await world.person(session, olga)
        await drafting.publish(session, participant=person, event_id=copied.draft.id, now=world.now)
    async with world.database.reading() as session:
        found = await session.execute(
            select(Rule.key, Rule.expanded).where(Rule.event_id == copied.draft.id)
        )
        assert {key for key, is_done in found if is_done} == {"week"}
    async with world.database.reading() as session:
        draft = await session.get_one(Event, copied.draft.id)
    anna = await world.participant("Anna")
    await anna.press("Register", on=draft)
    await world.advance(days=10)
    made = [one for one in await notices_of(world) if one.event_id == draft.id]
    assert {one.params["rule"] for one in made} == {"five", "four", "day", "welcome"}


async def test_a_copy_says_nothing_while_it_is_a_draft(world: World) -> None:
    """Nobody can be registered there; but even then nothing would be made."""
    _, anna, talk = await scene(world)
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.DRAFT
    await world.advance(days=9)
    assert await notices_of(world) == []
    assert len(anna.notices) == 1


async def test_a_line_with_nothing_to_propose_says_so(world: World) -> None:
    again = rule("again", kind=NoticeKind.NEXT, anchor=Anchor.END, days=1, at=time(10))
    talk = await world.event("Collab Talks", rules=(again,))
    olga = await world.organiser("Olga")
    await open_journey(olga, talk)
    await olga.press("Fri 19 Mar · Next date")
    assert "There is nothing to say yet: no next date is open." in olga.screen.text


@pytest.mark.parametrize("data", ["yj:{event}:0", "yl:{rule}:en", "yx:{rule}:0:en", "yp:{event}"])
async def test_a_journey_of_another_region_is_not_there(world: World, data: str) -> None:
    _, _, talk = await scene(world)
    otto = await world.organiser("Otto", of="leipzig")
    line = await _rule(world, "week")
    await otto.press_data(data.format(event=talk.id, rule=line.id))
    mine = otto.screen.text
    await otto.press_data(data.format(event=999, rule=999))
    assert otto.screen.text == mine
    assert (await _rule(world, "week")).stopped_at is None


async def _rule(world: World, key: str) -> Rule:
    async with world.database.reading() as session:
        found = await session.scalar(select(Rule).where(Rule.key == key))
        assert found is not None
        return found


async def _is_held_up(world: World) -> bool:
    if world.database.is_sqlite:
        return True
    async with world.database.reading() as session:
        return bool(await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

"""What is said to come is what then comes, and what came too soon for somebody is named."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.journeys import crowd, live_in, note, notices_of, rule, statements
from tests.support.world import Actor, World
from xinno_core.models import (
    Anchor,
    Event,
    NoticeClass,
    NoticeKind,
    Purpose,
    Rule,
    RuleClock,
    Series,
)
from xinno_core.services import journeys
from xinno_core.services.events import set_times
from xinno_core.services.forecast import forecast
from xinno_core.services.journeys import Planned
from xinno_core.services.participants import give_consent
from xinno_core.services.quiet import local_instant

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"
OPTIONAL = {"notice_class": NoticeClass.OPTIONAL}
ASKED = (
    {"key": "u", "kind": "text", "text": {"en": "Useful?", "de": "Nützlich?", "it": "Utile?"}},
)
LINES = (
    rule("week", days=-7, at=time(10)),
    rule("soon", hours=-2),
    rule("own-day", days=-1, at=time(12), clock=RuleClock.PERSON),
    note("welcome", anchor=Anchor.REGISTRATION, hours=26),
    note("second-day", anchor=Anchor.REGISTRATION, days=2, at=time(15)),
    note("own-third", anchor=Anchor.REGISTRATION, days=3, at=time(9), clock=RuleClock.PERSON),
    note("published", anchor=Anchor.PUBLICATION, hours=30),
    note("waiting", days=-3, at=time(10), states=["waitlisted"]),
    note("all", days=-4, at=time(10), states=["confirmed", "waitlisted"]),
    rule("thanks", kind=NoticeKind.THANKS, anchor=Anchor.END, days=1, at=time(11)),
    rule("ask", kind=NoticeKind.SURVEY, survey="feedback", anchor=Anchor.END, hours=1),
    rule(
        "call", kind=NoticeKind.SURVEY, survey="feedback", anchor=Anchor.SURVEY_CLOSING, hours=-30
    ),
    rule("again", kind=NoticeKind.NEXT, anchor=Anchor.END, days=2, at=time(10), **OPTIONAL),
)
"""Every kind of moment and clock."""


async def ahead(world: World, event: Event, *people: Actor) -> list[Planned]:
    async with world.database.reading() as session:
        stored = await session.get_one(Event, event.id)
        ids = [(await world.person(session, one)).id for one in people]
        return await journeys.upcoming(session, event=stored, participant_ids=ids, now=world.now)


async def passed(world: World, event: Event, *people: Actor) -> list[str]:
    async with world.database.reading() as session:
        stored = await session.get_one(Event, event.id)
        ids = [(await world.person(session, one)).id for one in people]
        found = await journeys.passed_by(session, event=stored, participant_ids=ids, now=world.now)
        return [one.key for one in found]


def facts(found: list[Planned]) -> set[tuple[Any, ...]]:
    return {
        (one.participant_id, one.rule_id, one.kind, one.notice_class, one.due_at, one.useful_until)
        for one in found
    }


async def made(world: World) -> set[tuple[Any, ...]]:
    return {
        (one.participant_id, one.rule_id, one.kind, one.notice_class, one.due_at, one.useful_until)
        for one in await notices_of(world)
    }


async def expand_until(world: World, until: datetime) -> None:
    """Let only the journey tick, at each moment it names itself: nothing is sent or held."""
    while True:
        async with world.database.writing() as session:
            await journeys.plan(session, now=world.now)
            due = await journeys.next_due(session, after=world.now)
        if due is None or due > until:
            return
        world.clock.set(due)


async def scene(world: World) -> tuple[Event, list[Actor]]:
    """Four people in three zones, one of them on the waiting list, and a next evening."""
    talk = await world.event("Collab Talks", seats=3, rules=LINES, survey=ASKED)
    again = await world.event("Next Talks", starts_local=world.local(days=40))
    async with world.database.writing() as session:
        series = Series(region_id=talk.region_id, key="talks", title={"en": "Talks"})
        session.add(series)
        await session.flush()
        await session.execute(
            update(Event).where(Event.id.in_([talk.id, again.id])).values(series_id=series.id)
        )
    people = []
    for name, zone in (
        ("Anna", None),
        ("Ben", NEW_YORK),
        ("Aroha", AUCKLAND),
        ("Eva", BERLIN),
    ):
        actor = await world.participant(name)
        if zone:
            await live_in(world, actor, zone)
        await actor.press("Register", on=talk)
        people.append(actor)
        world.clock.set(world.now + timedelta(minutes=20))
    return talk, people


async def test_what_is_said_to_come_is_what_then_comes(world: World) -> None:
    talk, people = await scene(world)
    said = await ahead(world, talk, *people)
    assert {one.key for one in said} == {line["key"] for line in LINES}
    await expand_until(world, talk.ends_at + timedelta(days=30))
    assert await made(world) == facts(said)
    assert await ahead(world, talk, *people) == []


@pytest.mark.parametrize("days", [1, 3, 6, 9, 11])
async def test_it_is_also_so_in_the_middle_and_after_a_move(world: World, days: int) -> None:
    talk, people = await scene(world)
    await expand_until(world, world.now + timedelta(days=days))
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        if days < 9:
            start = event.starts_local + timedelta(days=2, hours=1)
            set_times(event, start, timedelta(hours=3), event.zone)
            event.schedule_revision += 1
            await journeys.reckon(session, event, now=world.now)
    before = await made(world)
    said = await ahead(world, talk, *people)
    assert said
    await expand_until(world, talk.ends_at + timedelta(days=30))
    assert await made(world) - before == facts(said)


async def test_the_forecast_for_many_is_a_handful_of_statements(world: World) -> None:
    talk = await world.event("Collab Talks", seats=None, rules=LINES, survey=ASKED)
    await crowd(world, talk, 200, since=world.now, zones=(BERLIN, NEW_YORK))
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        with statements(world) as seen:
            found = await journeys.upcoming(
                session, event=event, participant_ids=range(1, 400), now=world.now
            )
    assert len(found) > 200 * 9
    assert len([one for one in seen if not one.startswith("BEGIN")]) <= 6


async def test_what_was_due_before_somebody_came_is_named(world: World) -> None:
    rules = (
        rule("week", days=-7, at=time(10)),
        rule("own", days=-5, at=time(10), clock=RuleClock.PERSON),
        note("waiting", days=-6, at=time(10), states=["waitlisted"]),
        rule("day", days=-1, at=time(10)),
    )
    talk = await world.event("Collab Talks", seats=2, rules=rules)
    early, late, waits = await world.participants("Early", "Late", "Waits")
    await live_in(world, late, AUCKLAND)
    await early.press("Register", on=talk)
    # Ten in the evening in Berlin: in Auckland it is ten already, on the next day.
    await world.move_to(local_instant(world.local(days=5, hour=23), BERLIN))
    await late.press("Register", on=talk)
    await waits.press("Register", on=talk)
    assert await passed(world, talk, early) == []
    assert await passed(world, talk, late) == ["week", "own"]
    assert await passed(world, talk, waits) == ["waiting"]
    assert [one.key for one in await ahead(world, talk, late)] == ["day"]
    assert [one.key for one in await ahead(world, talk, early)] == ["day"]
    await world.advance(days=10)
    assert await passed(world, talk, early) == []
    assert await passed(world, talk, late) == ["week", "own"]


async def test_a_draft_a_pause_and_a_line_that_is_off_promise_nothing(world: World) -> None:
    rules = (rule("week", days=-7, at=time(10)), rule("day", days=-1, at=time(10)))
    talk = await world.event("Collab Talks", rules=rules)
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        event.journey_paused_at = world.now
        line = await session.scalar(select(Rule).where(Rule.key == "week"))
        assert line is not None
        line.stopped_at = world.now
    assert [(one.key, one.is_paused) for one in await ahead(world, talk, anna)] == [("day", True)]
    async with world.database.reading() as session:
        assert await journeys.next_due(session, after=world.now) is None


async def test_two_evenings_that_lead_to_the_same_one_propose_it_once(world: World) -> None:
    """Also in the forecast: of the earlier one, and of nothing once it was made."""
    again = {"kind": NoticeKind.NEXT, "anchor": Anchor.END, "at": time(10), **OPTIONAL}
    first = await world.event(
        "First", starts_local=world.local(days=1), rules=(rule("again", days=1, **again),)
    )
    second = await world.event(
        "Second", starts_local=world.local(days=1, hour=20), rules=(rule("again", days=2, **again),)
    )
    third = await world.event("Third", starts_local=world.local(days=40))
    async with world.database.writing() as session:
        series = Series(region_id=first.region_id, key="talks", title={"en": "Talks"})
        session.add(series)
        await session.flush()
        await session.execute(
            update(Event)
            .where(Event.id.in_([first.id, second.id, third.id]))
            .values(series_id=series.id)
        )
    anna = await world.participant("Anna")
    for each in (first, second):
        await anna.press("Register", on=each)
    async with world.database.writing() as session:
        person = await world.person(session, anna)
        await give_consent(
            session, participant=person, purpose=Purpose.INVITATIONS, given=True, now=world.now
        )
    assert await _proposals(world, anna) == ["first"]
    await world.move_to(first.ends_at + timedelta(days=1))
    assert await _proposals(world, anna) == []
    assert len(await notices_of(world, NoticeKind.NEXT)) == 1


async def _proposals(world: World, actor: Actor) -> list[str | None]:
    async with world.database.reading() as session:
        person = await world.person(session, actor)
        ahead = await forecast(session, participant_id=person.id, now=world.now)
    return [one.event_key for one in ahead if one.kind is NoticeKind.NEXT]

"""From which moments a journey counts, and on whose clock: tables of times, and short stories."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.support.journeys import crowd, live_in, note, notices_of, rule, statements
from tests.support.world import Actor, World
from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Region,
    Rule,
    RuleClock,
    Survey,
)
from xinno_core.services import journeys
from xinno_core.services.events import set_times
from xinno_core.services.journey_times import Line
from xinno_core.services.quiet import local_instant, wall_time

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"
QUIET = Region(quiet_from=time(20), quiet_to=time(8))
SURVEY = (
    {"key": "useful", "kind": "text", "text": {"en": "Useful?", "de": "Nützlich?", "it": "Utile?"}},
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def a_line(starts: str, zone: str = BERLIN, survey: Survey | None = None, **rule_: Any) -> Line:  # noqa: ANN401 (columns)
    event = Event(closes_hours_before=0, published_at=utc("2027-03-01 12:00"))
    set_times(event, datetime.fromisoformat(starts), timedelta(hours=2), zone)
    optional = {"kind": NoticeKind.NOTE, "notice_class": NoticeClass.OPTIONAL}
    return Line(Rule(**{**optional, **rule_}), event, QUIET, survey=survey)


# ── tables ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "zone, since, offset, due",
    [
        # registered the evening before the clocks go forward: hours pass, days keep the wall clock
        (BERLIN, "2027-03-27 17:00", {"hours": 24}, "2027-03-28 17:00"),
        (BERLIN, "2027-03-27 17:00", {"days": 1, "at": time(18)}, "2027-03-28 16:00"),
        (BERLIN, "2027-10-30 16:00", {"hours": 24}, "2027-10-31 16:00"),
        (BERLIN, "2027-10-30 16:00", {"days": 1, "at": time(18)}, "2027-10-31 17:00"),
        # in New York the clocks change on other days
        (NEW_YORK, "2027-03-13 23:00", {"hours": 24}, "2027-03-14 23:00"),
        (NEW_YORK, "2027-03-13 23:00", {"days": 1, "at": time(18)}, "2027-03-14 22:00"),
        (NEW_YORK, "2027-11-06 22:00", {"days": 1, "at": time(18)}, "2027-11-07 23:00"),
        # and in Auckland the other way round
        (AUCKLAND, "2027-04-03 05:00", {"days": 1, "at": time(18)}, "2027-04-04 06:00"),
        (AUCKLAND, "2027-09-25 06:00", {"days": 1, "at": time(18)}, "2027-09-26 05:00"),
        # an hour that is skipped moves forward; of a doubled one it is the first
        (BERLIN, "2027-03-27 12:00", {"days": 1, "at": time(2, 30)}, "2027-03-28 01:30"),
        (BERLIN, "2027-10-30 12:00", {"days": 1, "at": time(2, 30)}, "2027-10-31 00:30"),
        (NEW_YORK, "2027-03-13 12:00", {"days": 1, "at": time(2, 30)}, "2027-03-14 07:30"),
        (NEW_YORK, "2027-11-06 12:00", {"days": 1, "at": time(1, 30)}, "2027-11-07 05:30"),
    ],
)
@pytest.mark.parametrize("clock", RuleClock)
def test_so_long_after_each_registration(
    clock: RuleClock, zone: str, since: str, offset: dict[str, Any], due: str
) -> None:
    """By the clock of the place, or of the person, wherever the event is."""
    of_event = zone if clock is RuleClock.EVENT else "Asia/Tokyo"
    of_person = "Asia/Tokyo" if clock is RuleClock.EVENT else zone
    line = a_line("2027-12-20 18:00", of_event, anchor=Anchor.REGISTRATION, clock=clock, **offset)
    assert line.due(of_person, utc(since)).due_at == utc(due)


@pytest.mark.parametrize(
    "offset, due",
    [
        ({"hours": -24}, "2027-03-27 19:00"),  # the survey closes at 21:00 of the changed clock
        ({"days": -1, "at": time(18)}, "2027-03-27 17:00"),
        ({"days": 0, "at": time(10)}, "2027-03-28 08:00"),
    ],
)
def test_so_long_before_a_survey_closes(offset: dict[str, Any], due: str) -> None:
    survey = Survey(closes_days_after=14)
    line = a_line("2027-03-14 18:00", survey=survey, anchor=Anchor.SURVEY_CLOSING, **offset)
    assert line.event.ends_at + timedelta(days=14) == utc("2027-03-28 19:00")
    assert line.moment().due_at == utc(due)


@pytest.mark.parametrize(
    "offset, due",
    [
        ({"hours": 2}, "2027-03-01 14:00"),
        ({"days": 3, "at": time(9)}, "2027-03-04 08:00"),
        ({"days": 28, "at": time(9)}, "2027-03-29 07:00"),
    ],
)
def test_so_long_after_the_publication(offset: dict[str, Any], due: str) -> None:
    line = a_line("2027-06-10 18:00", anchor=Anchor.PUBLICATION, **offset)
    assert line.moment().due_at == utc(due)


@pytest.mark.parametrize(
    "zone, due",
    [
        (BERLIN, "2027-03-27 09:00"),
        (None, "2027-03-27 09:00"),  # who has told no zone is where the event is
        (NEW_YORK, "2027-03-27 14:00"),
        (AUCKLAND, "2027-03-27 21:00"),  # there it begins on the day after
    ],
)
def test_ten_o_clock_where_each_one_is(zone: str | None, due: str) -> None:
    line = a_line(
        "2027-03-28 18:00", anchor=Anchor.START, clock=RuleClock.PERSON, days=-1, at=time(10)
    )
    assert line.due(zone).due_at == utc(due)
    assert line.first() <= utc(due) <= line.last()


# ── stories: each one's own clock ────────────────────────────────────────────────────────────
async def test_each_one_is_reminded_at_ten_by_their_own_clock(world: World) -> None:
    """Once each, whoever ticks how often, and also who came while others had theirs already."""
    talk = await world.event(
        "Collab Talks",
        rules=(rule("day", days=-1, at=time(10), clock=RuleClock.PERSON),),
        starts_local=world.local(days=10),
    )
    zones = {"Anna": BERLIN, "Ben": NEW_YORK, "Aroha": AUCKLAND}
    for name, zone in zones.items():
        actor = await world.participant(name)
        await live_in(world, actor, zone)
        await actor.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=9, hour=9), BERLIN))
    late = await world.participant("Lea")
    await late.press("Register", on=talk)  # in Berlin it is not yet ten
    await world.move_to(local_instant(world.local(hour=23), BERLIN))
    hana = await world.participant("Hana")
    await live_in(world, hana, AUCKLAND)
    await hana.press("Register", on=talk)  # where she is it was due an hour ago
    await world.advance(days=3)
    found = [wall_time(one.due_at, BERLIN).strftime("%d %H:%M") for one in await notices_of(world)]
    # In Auckland the event begins on the 19th, at six in the morning.
    assert found == ["17 10:00", "17 10:00", "17 15:00", "17 22:00"]
    assert all(one.state is NoticeState.SENT for one in await notices_of(world))


async def test_an_own_clock_is_looked_at_once_a_minute_and_never_twice(world: World) -> None:
    talk = await world.event(
        "Collab Talks", rules=(rule("day", days=-1, at=time(10), clock=RuleClock.PERSON),)
    )
    await crowd(world, talk, 12, since=world.now, zones=(BERLIN, NEW_YORK, AUCKLAND, None))
    moment = local_instant(world.local(days=9, hour=10), BERLIN)
    made, asked = [], []
    for seconds in (0, 5, 10, 65, 3600):
        world.clock.set(moment + timedelta(seconds=seconds))
        async with world.database.writing() as session:
            with statements(world) as seen:
                made.append(await journeys.plan(session, now=world.now))
        asked.append(len([one for one in seen if not one.startswith("BEGIN")]))
    assert asked[1:3] == [1, 1]  # in the same minute nothing is looked at again
    assert asked[3] > 1
    assert made == [6, 0, 0, 0, 0]  # Berlin, and those who have told no zone
    for hours in (5, 12):
        world.clock.set(moment + timedelta(hours=hours))
        assert await _plan(world) == 3
    assert await _plan(world) == 0


async def test_a_move_lets_own_clocks_begin_anew(world: World) -> None:
    talk = await world.event(
        "Collab Talks", rules=(rule("day", days=-1, at=time(10), clock=RuleClock.PERSON),)
    )
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=9, hour=12), BERLIN))
    assert len(await notices_of(world)) == 1
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        set_times(event, event.starts_local + timedelta(days=5), timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        done = await journeys.reckon(session, event, now=world.now)
    assert (done.retimed, done.silenced, done.dropped) == (1, 0, 0)
    await world.advance(days=10)
    first, second = await notices_of(world)
    assert second.due_at - first.due_at == timedelta(days=5)


# ── stories: each one's own beginning ────────────────────────────────────────────────────────
async def test_a_welcome_comes_some_hours_after_each_registration(world: World) -> None:
    welcome = note("welcome", anchor=Anchor.REGISTRATION, hours=3)
    talk = await world.event("Collab Talks", rules=(welcome,))
    came = []
    for name in ("Anna", "Jan", "Eva"):
        person = await world.participant(name)
        await person.press("Register", on=talk)
        came.append(world.now)
        await world.advance(hours=1, minutes=10)
    await world.advance(days=1)
    found = await notices_of(world)
    assert [one.due_at for one in found] == [at + timedelta(hours=3) for at in came]
    assert [one.sent_at for one in found] == [at + timedelta(hours=3) for at in came]
    assert await _plan(world) == 0


async def test_a_welcome_is_not_said_again_after_a_move_or_by_another_tick(world: World) -> None:
    welcome = note("welcome", anchor=Anchor.REGISTRATION, hours=3)
    talk = await world.event("Collab Talks", rules=(welcome,))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(hours=4)
    async with world.database.writing() as session:
        event = await session.get_one(Event, talk.id)
        set_times(event, event.starts_local + timedelta(days=5), timedelta(hours=2), event.zone)
        event.schedule_revision += 1
        done = await journeys.reckon(session, event, now=world.now)
    assert (done.retimed, done.dropped) == (0, 0)
    await world.advance(days=20)
    assert len(await notices_of(world)) == 1


async def test_who_comes_back_is_welcomed_to_the_new_place(world: World) -> None:
    welcome = note("welcome", anchor=Anchor.REGISTRATION, hours=3)
    talk = await world.event("Collab Talks", rules=(welcome,))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(hours=1)
    await anna.press("Free my place", on=talk)
    await anna.press("Yes, free my place")
    await world.advance(days=1)
    assert await notices_of(world) == []
    await anna.press("Register", on=talk)
    came = world.now
    await world.advance(days=1)
    assert [one.due_at for one in await notices_of(world)] == [came + timedelta(hours=3)]


async def test_what_counts_from_a_registration_ends_with_the_event(world: World) -> None:
    """A welcome after the event would be a joke; and nobody is looked for any more."""
    welcome = note("welcome", anchor=Anchor.REGISTRATION, hours=5)
    talk = await world.event(
        "Collab Talks", rules=(welcome,), starts_local=world.local(days=0, hour=12)
    )
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=2)
    assert await notices_of(world) == []
    async with world.database.reading() as session:
        assert await session.scalar(select(Rule.expanded).where(Rule.event_id == talk.id))


async def test_days_after_a_registration_are_days_of_the_calendar(world: World) -> None:
    welcome = note("welcome", anchor=Anchor.REGISTRATION, days=1, at=time(11))
    own = note("own", anchor=Anchor.REGISTRATION, days=1, at=time(11), clock=RuleClock.PERSON)
    talk = await world.event("Collab Talks", rules=(welcome, own))
    ben = await world.participant("Ben")
    await live_in(world, ben, NEW_YORK)
    await world.advance(hours=2)
    await ben.press("Register", on=talk)
    await world.advance(days=5)
    found = {one.params["rule"]: one.due_at for one in await notices_of(world)}
    # At eleven in Berlin it is six in New York, and it waits for the morning there.
    assert wall_time(found["welcome"], NEW_YORK).strftime("%d %H:%M") == "09 08:00"
    assert wall_time(found["own"], NEW_YORK).strftime("%d %H:%M") == "09 11:00"


async def test_after_a_downtime_each_welcome_keeps_its_own_time_and_use(world: World) -> None:
    welcome = note("welcome", anchor=Anchor.REGISTRATION, hours=3, useful_hours=48)
    talk = await world.event("Collab Talks", rules=(welcome,))
    people = await world.participants("Anna", "Jan")
    await people[0].press("Register", on=talk)
    first = world.now
    world.clock.set(world.now + timedelta(hours=2))
    await people[1].press("Register", on=talk)
    world.clock.set(world.now + timedelta(hours=48))
    await world.tick()
    found = await notices_of(world)
    assert [one.due_at - first for one in found] == [timedelta(hours=3), timedelta(hours=5)]
    assert [one.useful_until - one.due_at for one in found if one.useful_until] == [
        timedelta(hours=48)
    ] * 2


# ── stories: the waiting list, a publication, a last call ────────────────────────────────────
async def test_a_note_to_the_waiting_list_reaches_who_waits_by_then(world: World) -> None:
    """Not who has a place, and not who joined the list after it was due."""
    line = note("waiting", days=-2, at=time(10), states=["waitlisted"])
    talk = await world.event("Collab Talks", seats=1, rules=(line,))
    jan, eva, petr = await world.participants("Jan", "Eva", "Petr")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    world.clock.set(local_instant(world.local(days=8, hour=10), BERLIN) + timedelta(minutes=1))
    await petr.press("Register", on=talk)
    await world.tick()
    (made,) = await notices_of(world)
    assert (made.participant_id, made.state) == (await _id(world, eva), NoticeState.SENT)
    assert "Note waiting." in eva.notices[-1].text


async def test_who_left_the_list_since_is_not_told(world: World) -> None:
    """The note was held over the night; in the morning there is nobody to tell it to."""
    line = note("waiting", days=-2, at=time(22), states=["waitlisted"])
    talk = await world.event("Collab Talks", seats=1, rules=(line,))
    jan, eva = await world.participants("Jan", "Eva")
    await jan.press("Register", on=talk)
    await eva.press("Register", on=talk)
    await world.move_to(local_instant(world.local(days=8, hour=23), BERLIN))
    await eva.press("Leave the waiting list", on=talk)
    await eva.press("Yes")
    await world.advance(days=1)
    (made,) = await notices_of(world)
    assert (made.state, made.reason) == (NoticeState.SKIPPED, "place_freed")


async def test_a_workshop_is_recalled_only_to_who_had_the_seat_by_then(world: World) -> None:
    talk = await world.event(
        "Collab Talks",
        sessions=({"key": "shop", "seats": 5},),
        rules=(rule("soon", days=-2, at=time(10)),),
    )
    async with world.database.writing() as session:
        shop = select(EventSession.id).where(EventSession.event_id == talk.id)
        await session.execute(update(Rule).values(session_id=shop.scalar_subquery()))
    anna, jan = await world.participants("Anna", "Jan")
    for person in (anna, jan):
        await person.press("Register", on=talk)
        await person.press("Choose workshops")
    await anna.press("Choose: Shop")
    world.clock.set(local_instant(world.local(days=8, hour=10), BERLIN) + timedelta(minutes=1))
    await jan.press("Choose: Shop")  # while nobody ticked
    await world.tick()
    assert [one.participant_id for one in await notices_of(world)] == [await _id(world, anna)]


async def test_a_last_call_reaches_who_has_not_answered(world: World) -> None:
    call = rule(
        "last-call",
        kind=NoticeKind.SURVEY,
        survey="feedback",
        anchor=Anchor.SURVEY_CLOSING,
        hours=-24,
    )
    talk = await world.event("Collab Talks", survey=SURVEY, rules=(call,))
    anna = await world.participant("Anna")
    await anna.press("Register", on=talk)
    await world.advance(days=30)
    (made,) = await notices_of(world)
    assert made.useful_until == talk.ends_at + timedelta(days=14)
    # It was due at nine in the evening, and waited for the morning.
    assert wall_time(made.due_at, BERLIN).strftime("%d.%m. %H:%M") == "01.04. 08:00"
    assert made.state is NoticeState.SENT
    assert "Answers can be given until: Thursday, 1 April 2027, 21:00" in anna.notices[-1].text


# ── how much it costs ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("number", [10, 1000])
async def test_a_tick_asks_the_same_few_things_however_many_people_there_are(
    world: World, number: int
) -> None:
    """Three lines are due at once: for all, on each one's clock, from each one's registration."""
    lines = (
        rule("day", days=-1, at=time(10)),
        note("own", days=-1, at=time(10), clock=RuleClock.PERSON),
        note("welcome", anchor=Anchor.REGISTRATION, hours=24),
    )
    talk = await world.event("Collab Talks", seats=None, rules=lines)
    due = local_instant(world.local(days=9, hour=10), BERLIN)
    await world.move_to(due - timedelta(days=2))
    await crowd(world, talk, number, since=due - timedelta(days=1), zones=(BERLIN, None))
    world.clock.set(due)
    async with world.database.writing() as session:
        with statements(world) as seen:
            assert await journeys.plan(session, now=due) == 3 * number
    asked = [one for one in seen if not one.startswith(("BEGIN", "COMMIT"))]
    inserts = [one for one in asked if one.startswith("INSERT")]
    # two INSERT … SELECT, and one INSERT for each 500 whose registration it counts from
    assert len(inserts) == 2 + (number + 499) // 500
    assert len(asked) - len(inserts) <= 12
    async with world.database.writing() as session:
        with statements(world) as seen:
            assert await journeys.plan(session, now=due) == 0
    assert len([one for one in seen if not one.startswith("BEGIN")]) == 1  # nothing is due


async def test_lines_that_are_not_due_cost_one_question(world: World) -> None:
    """Nothing is read of lines that lie ahead."""
    lines = tuple(rule(f"r{one}", days=-1, at=time(10)) for one in range(40))
    await world.event("Collab Talks", rules=lines)
    async with world.database.writing() as session:
        with statements(world) as seen:
            assert await journeys.plan(session, now=world.now) == 0
    assert len([one for one in seen if not one.startswith("BEGIN")]) == 1


async def _plan(world: World) -> int:
    async with world.database.writing() as session:
        return await journeys.plan(session, now=world.now)


async def _id(world: World, actor: Actor) -> int:
    async with world.database.reading() as session:
        return (await world.person(session, actor)).id

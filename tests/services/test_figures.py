"""Small figures stay hidden, also from those who can add and who know the rule."""

import itertools
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support.reporting import register
from tests.support.world import World
from xinno_core.models import (
    Attendance,
    Event,
    EventState,
    Organisation,
    Participant,
    Pilot,
    Registration,
    RegistrationState,
)
from xinno_core.services.figure_rows import Measure, Part
from xinno_core.services.figure_tables import Level
from xinno_core.services.figures import Figures, read_within
from xinno_core.services.small_cells import at_least_five, hide_small

Shown = tuple[int | None, tuple[int | None, ...]]
"""A total, and its parts."""


@pytest.mark.parametrize(
    "numbers, shown",
    [
        ((7, 8, 9), (7, 8, 9)),
        ((0, 9), (0, 9)),
        ((3,), (None,)),
        ((9, 2), (None, None)),  # 2 would follow from 11 - 9
        ((9, 8, 2), (None, 8, None)),
        ((9, 3, 4), (9, None, None)),
        ((9, 4, 4), (None, None, None)),  # 8 in two parts under 5 can only be 4 and 4
        ((1, 1, 1, 9, 8), (None, None, None, None, 8)),
        ((1, 1, 1, 1, 1, 0), (None,) * 6),
        ((0, 0), (0, 0)),
        ((2, 1, 0), (None, None, None)),  # the total itself is small
    ],
)
def test_a_small_number_is_hidden_together_with_what_gives_it_away(
    numbers: tuple[int, ...], shown: tuple[int | None, ...]
) -> None:
    assert tuple(hide_small(dict(enumerate(numbers))).values()) == shown


@pytest.mark.parametrize("parts, total", [(1, 14), (2, 24), (3, 22), (4, 15)])
def test_no_hidden_number_follows_from_what_is_shown(parts: int, total: int) -> None:
    """Try all worlds: whatever is shown, each hidden number could be one of several."""
    worlds: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(total + 1), repeat=parts):
        if sum(numbers) <= total:
            shown = tuple(hide_small(dict(enumerate(numbers))).values())
            worlds[at_least_five(sum(numbers)), shown].append(numbers)
    for (_, shown), possible in worlds.items():
        for at, number in enumerate(shown):
            if number is None:
                assert len({numbers[at] for numbers in possible}) > 1, (shown, possible)
            else:
                assert number == 0 or number >= 5


# ── counted in the database ──────────────────────────────────────────────────────────────────
@dataclass
class Town:
    """A pilot of three regions and six events, and what is known of everybody in it."""

    events: list[Event]
    rows: list[tuple[int, int, int, str, Measure]]  # person, firm, event, country, measure

    def of(self, places: set[int], measure: Measure) -> list[tuple[int, int, int, str, Measure]]:
        return [row for row in self.rows if row[2] in places and row[4] is measure]


async def town(world: World, people: int = 200) -> Town:
    """Everybody comes to one to three events; at two of them nobody noted who was there."""
    chance = random.Random(7)
    events = [
        await world.event(
            f"Talk {number}",
            in_region=("chemnitz", "chemnitz", "chemnitz", "padova", "padova", "kosice")[number],
            starts_local=world.local(days=-3),
            seats=None,
        )
        for number in range(6)
    ]
    made = Town(events, [])
    async with world.database.writing() as session:
        firms = [
            Organisation(
                name=f"Firm {number}",
                name_key=f"firm {number}",
                type=chance.choice(("sme", "sme", "hei", "large")),
                sector="creative",
                country=chance.choice(("DE", "DE", "IT", "SK", "")),
            )
            for number in range(60)
        ]
        session.add_all(firms)
        await session.flush()
        for _ in range(people):
            firm = chance.choice(firms)
            person = Participant(
                name="Secret Person",
                language="de",
                organisation_id=firm.id,
                created_at=world.now,
            )
            session.add(person)
            await session.flush()
            for event in chance.sample(events, chance.choice((1, 1, 2, 3))):
                measure = await come(session, world, person, event, chance)
                if event.id in {events[4].id, events[5].id} and measure is not Measure.CANCELLED:
                    measure = Measure.CONFIRMED
                made.rows.append((person.id, firm.id, event.id, firm.country, measure))
        noted = select(Registration.id).where(
            Registration.event_id.in_([events[4].id, events[5].id])
        )
        await session.execute(delete(Attendance).where(Attendance.registration_id.in_(noted)))
    return made


async def come(
    session: AsyncSession, world: World, person: Participant, event: Event, chance: random.Random
) -> Measure:
    measure = chance.choice(
        (Measure.ATTENDED, Measure.ATTENDED, Measure.ATTENDED, Measure.NO_SHOW, Measure.CANCELLED)
    )
    is_cancelled = measure is Measure.CANCELLED
    registration = Registration(
        event_id=event.id,
        participant_id=person.id,
        role="visitor",
        state=RegistrationState.CANCELLED if is_cancelled else RegistrationState.CONFIRMED,
        answers={},
        created_at=world.now,
        confirmed_at=world.now,
    )
    session.add(registration)
    await session.flush()
    if measure is Measure.ATTENDED:
        session.add(Attendance(registration_id=registration.id, place="event", at=world.now))
        session.add(Attendance(registration_id=registration.id, place="x", at=world.now))
    return measure


async def everything(world: World) -> dict[tuple[Level, int], Figures]:
    async with world.database.reading() as session:
        pilot = await session.scalar(select(Pilot.id))
        found = await read_within(session, level=Level.PILOT, id_=pilot or 0, now=world.now)
    return {(one.place.level, one.place.id): one for one in found}


async def test_what_is_shown_is_exact_at_all_levels(world: World) -> None:
    """Participations, different people and organisations, by country: as counted by hand."""
    made = await town(world)
    found = await everything(world)
    assert [level for level, _ in found] == [Level.PILOT, *[Level.REGION] * 3, *[Level.EVENT] * 6]
    whole = next(iter(found.values()))
    assert whole.totals[Measure.ATTENDED]
    assert whole.heads[Measure.ATTENDED].persons
    shown = 0
    for (level, id_), figures in found.items():
        places = {
            event.id
            for event in made.events
            if level is Level.PILOT
            or id_ == (event.id if level is Level.EVENT else event.region_id)
        }
        for measure in Measure:
            rows = made.of(places, measure)
            heads = figures.heads[measure]
            assert figures.totals[measure] in {None, len(rows)}
            assert heads.persons in {None, len({row[0] for row in rows})}
            assert heads.organisations in {None, len({row[1] for row in rows})}
            for line in figures.lines:
                if line.part is Part.COUNTRY:
                    number = len([row for row in rows if row[3] == line.key])
                    assert line.numbers[measure] in {None, number}
                    shown += line.numbers[measure] is not None and number > 0
    assert shown > 20  # hiding everything would be no art


async def test_a_few_queries_whatever_the_size(world: World) -> None:
    """Two hundred people, or forty: the same number of queries, and no row of a person."""
    counts: list[int] = []
    for people in (10, 60):
        await town(world, people) if not counts else await more(world, people)
        asked: list[str] = []
        engine = world.database._reader.sync_engine

        def note(*args: Any, asked: list[str] = asked) -> None:  # noqa: ANN401 (driver's own)
            asked.append(args[2])

        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        await everything(world)
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 25


async def more(world: World, people: int) -> None:
    async with world.database.reading() as session:
        event = (await session.scalars(select(Event))).first()
    assert event is not None
    await register(world, event, people)


async def test_nobody_failed_to_come_where_nobody_was_noted(world: World) -> None:
    """Before the end, and where attendance was never noted, a place is just a place."""
    talk = await world.event(starts_local=world.local(hour=9))
    await register(world, talk, 12)
    await world.move_to(talk.ends_at)

    async def totals() -> tuple[int | None, ...]:
        found = (await everything(world))[Level.EVENT, talk.id].totals
        return tuple(found[one] for one in (Measure.CONFIRMED, Measure.ATTENDED, Measure.NO_SHOW))

    assert await totals() == (12, 0, 0)
    async with world.database.writing() as session:
        for number in (await session.scalars(select(Registration.id).limit(7))).all():
            session.add(Attendance(registration_id=number, place="event", at=world.now))
    assert await totals() == (0, 7, 5)
    async with world.database.reading() as session:
        pilot = await session.scalar(select(Pilot.id)) or 0
        early = await read_within(
            session, level=Level.PILOT, id_=pilot, now=talk.ends_at - timedelta(seconds=1)
        )
    assert early[0].totals[Measure.CONFIRMED] == 5
    assert early[0].totals[Measure.NO_SHOW] == 0


async def test_drafts_are_not_counted(world: World) -> None:
    draft = await world.event("Draft", state=EventState.DRAFT)
    await register(world, draft, 9)
    found = await everything(world)
    assert (Level.EVENT, draft.id) not in found
    assert all(one.totals[Measure.CONFIRMED] == 0 for one in found.values())

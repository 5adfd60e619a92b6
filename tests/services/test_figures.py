"""Figures: exact at each level and by each part, whatever the size."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from tests.support.reporting import register
from tests.support.world import World
from xinno_core.models import (
    Attendance,
    Channel,
    Event,
    EventState,
    Organisation,
    Participant,
    Pilot,
    Registration,
    RegistrationState,
)
from xinno_core.services.figure_rows import OUTCOMES, Level, Measure, Outcome, Part
from xinno_core.services.figures import Count, Figures, Place, read_within

MEASURES = (Measure.REGISTERED, Measure.ATTENDED, Measure.NO_SHOW)
ROLES = ("visitor", "helper")
OTHER_ROLES = ("visitor", "exhibitor")


@dataclass
class Row:
    """One registration."""

    event: Event
    person: int
    firm: int
    outcome: Outcome
    parts: dict[Part, str]


@dataclass
class Town:
    """A pilot of three regions and six events, and what is known of everybody in it."""

    events: list[Event]
    rows: list[Row]

    def count(self, place: Place, measure: Measure, **of: str) -> Count:
        """Count by hand."""
        rows = [
            row
            for row in self.rows
            if place.id
            in {Level.EVENT: [row.event.id], Level.REGION: [row.event.region_id]}.get(
                place.level, [place.id]
            )
            and row.outcome in OUTCOMES[measure]
            and all(row.parts[Part(part)] == key for part, key in of.items())
        ]
        return Count(len(rows), len({row.person for row in rows}), len({row.firm for row in rows}))


async def town(world: World, people: int = 200) -> Town:
    """Everybody comes to one to three events; at two of them nobody noted who was there."""
    chance = random.Random(7)
    events = [
        await world.event(
            f"Talk {number}",
            in_region=("chemnitz", "chemnitz", "chemnitz", "padova", "padova", "kosice")[number],
            starts_local=world.local(days=-3),
            seats=None,
            roles=tuple(
                {"key": key, "label": {"en": key.title()}}
                for key in (ROLES if number % 2 else OTHER_ROLES)
            ),
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
                country=chance.choice(("DE", "DE", "IT", "SK", "JP", "")),
            )
            for number in range(60)
        ]
        links = {
            event.id: [
                Channel(
                    event_id=event.id, name=name, code=f"{event.id}{name}", created_at=world.now
                )
                for name in ("chamber", "fair")
            ]
            for event in events
        }
        session.add_all((*firms, *[link for of in links.values() for link in of]))
        await session.flush()
        for _ in range(people):
            firm = chance.choice(firms)
            person = Participant(
                name="Secret Person",
                language=chance.choice(("de", "de", "it")),
                organisation_id=firm.id,
                created_at=world.now,
            )
            session.add(person)
            await session.flush()
            for event in chance.sample(events, chance.choice((1, 1, 2, 3))):
                outcome = chance.choice((*[Outcome.ATTENDED] * 3, *Outcome))
                if outcome in {Outcome.OPEN, Outcome.NO_SHOW}:
                    outcome = Outcome.NO_SHOW
                is_noted = event.id not in {events[4].id, events[5].id}
                if not is_noted and outcome in {Outcome.ATTENDED, Outcome.NO_SHOW}:
                    outcome = Outcome.OPEN
                channel = chance.choice((None, *links[event.id]))
                role = chance.choice([role["key"] for role in event.roles])
                session.add(
                    registration := registered(world, person, event, role, outcome, channel)
                )
                await session.flush()
                if outcome is Outcome.ATTENDED:
                    session.add_all(noted(world, registration))
                made.rows.append(
                    Row(
                        event,
                        person.id,
                        firm.id,
                        outcome,
                        {
                            Part.ROLE: role,
                            Part.TYPE: firm.type,
                            Part.SECTOR: firm.sector,
                            Part.COUNTRY: firm.country,
                            Part.LANGUAGE: person.language,
                            Part.CHANNEL: channel.name if channel else "",
                        },
                    )
                )
    return made


def registered(
    world: World,
    person: Participant,
    event: Event,
    role: str,
    outcome: Outcome,
    channel: Channel | None,
) -> Registration:
    """Return a registration of which this is to come."""
    state = {
        Outcome.CANCELLED: RegistrationState.CANCELLED,
        Outcome.QUEUED: RegistrationState.REQUESTED,
    }.get(outcome, RegistrationState.CONFIRMED)
    return Registration(
        event_id=event.id,
        participant_id=person.id,
        role=role,
        state=state,
        answers={},
        channel_id=channel.id if channel else None,
        created_at=world.now,
        confirmed_at=world.now,
    )


def noted(world: World, registration: Registration) -> list[Attendance]:
    """Note somebody twice, at the event and at a session: that is one who came."""
    return [
        Attendance(registration_id=registration.id, place=place, at=world.now)
        for place in ("event", "x")
    ]


async def everything(world: World) -> dict[tuple[Level, int], Figures]:
    async with world.database.reading() as session:
        pilot = await session.scalar(select(Pilot.id))
        found = await read_within(session, level=Level.PILOT, id_=pilot or 0, now=world.now)
    return {(one.place.level, one.place.id): one for one in found}


async def test_figures_are_exact_at_all_levels_and_by_every_part(world: World) -> None:
    """Participations, different people and organisations: as counted by hand, ones and twos too."""
    made = await town(world)
    found = await everything(world)
    assert [level for level, _ in found] == [Level.PILOT, *[Level.REGION] * 3, *[Level.EVENT] * 6]
    small = 0
    for figures in found.values():
        for measure in Measure:
            assert figures.totals[measure] == made.count(figures.place, measure)
            for line in figures.lines:
                expected = made.count(figures.place, measure, **{line.part.value: line.key})
                assert line.counts[measure] == expected, line
                small += 0 < expected.participations < 5
        for part in Part:
            lines = [line for line in figures.lines if line.part is part]
            assert len({line.key for line in lines}) == len(lines)
            for measure in Measure:
                total = sum(line.counts[measure].participations for line in lines)
                assert total == figures.totals[measure].participations
    assert small > 20


async def test_a_region_has_the_roles_and_the_links_of_its_events(world: World) -> None:
    await town(world, 20)
    for figures in (await everything(world)).values():
        roles = {line.key: line.card for line in figures.lines if line.part is Part.ROLE}
        assert len(roles) == (2 if figures.place.level is Level.EVENT else len(roles))
        for key, card in roles.items():
            assert card is not None
            assert card.role(key) is not None
        links = [line.key for line in figures.lines if line.part is Part.CHANNEL]
        assert links == ["", "chamber", "fair"]


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
    assert counts[0] == counts[1] < 30


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

    async def totals() -> tuple[int, ...]:
        found = (await everything(world))[Level.EVENT, talk.id].totals
        return tuple(found[one].participations for one in MEASURES)

    assert await totals() == (12, 0, 0)
    async with world.database.writing() as session:
        for number in (await session.scalars(select(Registration.id).limit(7))).all():
            session.add(Attendance(registration_id=number, place="event", at=world.now))
    assert await totals() == (12, 7, 5)
    async with world.database.reading() as session:
        pilot = await session.scalar(select(Pilot.id)) or 0
        early = await read_within(
            session, level=Level.PILOT, id_=pilot, now=talk.ends_at - timedelta(seconds=1)
        )
    assert early[0].totals[Measure.REGISTERED].participations == 12
    assert early[0].totals[Measure.NO_SHOW].participations == 0


async def test_drafts_are_not_counted(world: World) -> None:
    draft = await world.event("Draft", state=EventState.DRAFT)
    await register(world, draft, 9)
    found = await everything(world)
    assert (Level.EVENT, draft.id) not in found
    assert all(one.totals[Measure.REGISTERED] == Count() for one in found.values())

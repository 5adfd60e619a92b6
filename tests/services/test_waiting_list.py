"""The waiting list, whatever people do in whatever order; and what comes of an offer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support import building
from tests.support.world import Actor, World
from xinno_core.database import Database
from xinno_core.models import (
    Event,
    EventState,
    Limit,
    Notice,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import registration, waiting_list
from xinno_core.services.registration import (
    AcceptOutcome,
    AlreadyRegistered,
    Confirmed,
    Freed,
    NoSuchEvent,
    NothingToFree,
    OfferGone,
    RegistrationClosed,
    Waitlisted,
)
from xinno_core.services.seats import NO_OFFERS_WITHIN

CANCELLED, CONFIRMED, OFFERED, WAITS = (
    RegistrationState.CANCELLED,
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.WAITLISTED,
)
OFFER_HOLDS = timedelta(hours=24)
T = TypeVar("T")


# ── what comes of an offer ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "later, outcome",
    [
        (timedelta(), Confirmed),
        (OFFER_HOLDS - timedelta(seconds=1), Confirmed),
        (OFFER_HOLDS, OfferGone),  # whether or not the tick has been there
        (OFFER_HOLDS + timedelta(days=1), OfferGone),
    ],
)
async def test_an_offer_is_good_until_the_second_it_names(
    world: World, later: timedelta, outcome: type[AcceptOutcome]
) -> None:
    talk, jan = await _offered(world)
    world.clock.set(world.now + later)
    assert type(await _accept(world, jan, talk)) is outcome
    await world.tick()
    assert (await _row(world, jan)).state is (CONFIRMED if outcome is Confirmed else CANCELLED)
    assert await world.seats_left(talk) == (0 if outcome is Confirmed else 1)


async def test_only_an_offer_can_be_taken(world: World) -> None:
    talk, jan = await _offered(world)
    eva, petr = await world.participants("Eva", "Petr")
    await eva.press("Register", on=talk)
    waits = await _accept(world, eva, talk)
    assert isinstance(waits, AlreadyRegistered)
    assert (waits.state, waits.number) == (WAITS, 1)
    assert isinstance(await _accept(world, petr, talk), OfferGone)
    assert isinstance(await _accept(world, jan, talk), Confirmed)
    again = await _accept(world, jan, talk)
    assert isinstance(again, AlreadyRegistered)
    assert again.state is CONFIRMED
    missing = Event(id=999)
    assert isinstance(await _accept(world, jan, missing), NoSuchEvent)


async def test_an_offer_of_a_cancelled_event_is_gone(world: World) -> None:
    talk, jan = await _offered(world)
    async with world.database.writing() as session:
        (await session.get_one(Event, talk.id)).state = EventState.CANCELLED
    assert isinstance(await _accept(world, jan, talk), RegistrationClosed)
    await world.advance(hours=25)
    assert (await _row(world, jan)).state is CANCELLED
    assert not await _notices(world, NoticeKind.OFFER_EXPIRED)  # they heard that it is cancelled


@pytest.mark.parametrize("state", [CONFIRMED, OFFERED, WAITS])
async def test_whatever_is_held_can_be_given_back_once(
    world: World, state: RegistrationState
) -> None:
    talk, jan = await _offered(world)
    if state is CONFIRMED:
        await _accept(world, jan, talk)
    elif state is WAITS:
        jan = await world.participant("Eva")
        await jan.press("Register", on=talk)
    given = await _free(world, jan, talk)
    assert isinstance(given, Freed)
    assert given.was is state
    assert isinstance(await _free(world, jan, talk), NothingToFree)


async def test_who_comes_back_keeps_the_row_and_is_told_again(world: World) -> None:
    """A second confirmation is a promise of its own, not the first one found again."""
    talk = await world.event("Collab Talks", seats=1)
    jan = await world.participant("Jan")
    await jan.press("Register", on=talk)
    first = await _row(world, jan)
    await _free(world, jan, talk)
    await jan.press("Register", on=talk)
    second = await _row(world, jan)
    assert (second.id, second.created_at) == (first.id, first.created_at)
    assert second.revision > first.revision
    told = await _notices(world, NoticeKind.CONFIRMATION)
    assert len({notice.dedup_key for notice in told}) == 2


async def test_an_offer_that_ends_at_night_passes_on_in_the_morning(world: World) -> None:
    """Jan's offer of 19:30 ends at half past seven; nobody is woken, and Eva is next at eight."""
    talk = await world.event("Collab Talks", seats=1, starts_local=world.local(days=2))
    anna, jan, eva = await world.participants("Anna", "Jan", "Eva")
    for person in (anna, jan, eva):
        await person.press("Register", on=talk)
    await world.move_to(datetime(2027, 3, 8, 18, 30, tzinfo=UTC))
    await _free(world, anna, talk)
    assert (await _row(world, jan)).offered_until == datetime(2027, 3, 9, 6, 30, tzinfo=UTC)
    await world.move_to(datetime(2027, 3, 9, 6, 59, tzinfo=UTC))
    assert [(await _row(world, one)).state for one in (jan, eva)] == [CANCELLED, WAITS]
    assert "no longer held" not in jan.sees()
    await world.move_to(datetime(2027, 3, 9, 7, 0, tzinfo=UTC))
    assert (await _row(world, eva)).state is OFFERED
    assert "the seat is no longer held for you" in jan.notices[-1].text
    assert "A seat is held for you" in eva.notices[-1].text


# ── whatever people do ───────────────────────────────────────────────────────────────────────
ROLES = ({"key": "visitor", "label": {"en": "V"}}, {"key": "maker", "label": {"en": "M"}})
LIMITS = ({"key": "hall", "seats": 3}, {"key": "benches", "roles": ["maker"], "seats": 1})
PEOPLE = range(7)


def test_no_order_of_steps_sells_a_seat_twice_or_lets_a_newcomer_pass(database_url: str) -> None:
    """Two limits that overlap, people who come, go, accept or forget, by day and by night."""
    with asyncio.Runner() as runner:
        database = Database(database_url, secret=b"a key for the machine")
        people = runner.run(_people(database))

        class Hall(_Hall):
            def __init__(self) -> None:
                super().__init__(runner, database, people)

        try:
            run_state_machine_as_test(
                Hall,
                settings=settings(
                    max_examples=12,
                    stateful_step_count=25,
                    deadline=None,
                    phases=(Phase.generate,),  # the steps of a failure are few enough
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())


class _Hall(RuleBasedStateMachine):
    """One event with its people; every step is a transaction of its own."""

    def __init__(self, runner: asyncio.Runner, database: Database, people: tuple[int, ...]) -> None:
        super().__init__()
        self.runner, self.database, self.people = runner, database, people
        self.now = datetime(2027, 3, 8, 9, tzinfo=UTC)
        self.event = self.runner.run(self._begin())
        self.before: dict[int, Registration] = {}
        for who, role in enumerate(("maker", "visitor", "visitor", "maker", "visitor")):
            self._do(registration.register, who, role=role)  # full, and two wait
        self.before = self.rows()

    @rule(who=st.sampled_from(PEOPLE), role=st.sampled_from(["visitor", "maker"]))
    def registers(self, who: int, role: str) -> None:
        waiting = self._waiting()
        outcome = self._do(registration.register, who, role=role)
        if isinstance(outcome, Confirmed) and not self._is_late():
            assert not waiting, "a newcomer overtook those who wait"  # all wait for the hall
        if isinstance(outcome, Waitlisted):
            assert outcome.number == len(waiting) + 1
        self._check_offers()

    @rule(who=st.sampled_from(PEOPLE))
    def gives_back(self, who: int) -> None:
        self._do(registration.free_place, who)
        self._check_offers()

    @rule(who=st.sampled_from(PEOPLE))
    def accepts(self, who: int) -> None:
        held = self.rows().get(self.people[who])
        good = held is not None and held.state is OFFERED and held.offered_until is not None
        outcome = self._do(registration.accept_offer, who)
        if isinstance(outcome, Confirmed):
            assert good
            assert held is not None
            assert held.offered_until is not None
            assert held.offered_until > self.now
        self._check_offers()

    @precondition(lambda self: self.now < self.event.starts_at)
    @rule(hours=st.sampled_from([12, 1, 6, 30]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.runner.run(
            self._write(lambda session: waiting_list.expire_offers(session, now=self.now))
        )
        self._check_offers()
        self.before = self.rows()
        self.runner.run(
            self._write(lambda session: waiting_list.make_offers(session, now=self.now))
        )
        self._check_offers()

    @invariant()
    def no_seat_is_sold_twice(self) -> None:
        rows = self.rows().values()
        for limit in self._limits():
            held = sum(row.holds_seat and limit.bounds(row.role, "sme") for row in rows)
            assert limit.taken == held <= limit.seats

    @invariant()
    def the_queue_keeps_its_order(self) -> None:
        """Nobody's number changes while they wait, and no number is given twice."""
        rows = self.rows()
        numbers = [row.queue_number for row in rows.values() if row.queue_number is not None]
        assert len(numbers) == len(set(numbers))
        for person, row in rows.items():
            earlier = self.before.get(person)
            if earlier is not None and earlier.state is WAITS and row.state is WAITS:
                assert row.queue_number == earlier.queue_number
        self.before = rows

    def rows(self) -> dict[int, Registration]:
        """Who stands where."""
        query = select(Registration).where(Registration.event_id == self.event.id)

        async def read(session: AsyncSession) -> dict[int, Registration]:
            return {row.participant_id: row for row in await session.scalars(query)}

        return self.runner.run(self._write(read))

    def _check_offers(self) -> None:
        """Whoever was offered a seat just now was the first in the queue who could have one."""
        rows = self.rows()
        fresh = [
            row
            for person, row in rows.items()
            if row.state is OFFERED
            and (person not in self.before or self.before[person].state is WAITS)
        ]
        if fresh:
            assert not self._is_late()
            assert 8 <= (self.now + timedelta(hours=1)).hour < 20, "offered at night"
        limits = self._limits()
        for row in (row for row in rows.values() if row.state is WAITS):
            later = [one for one in fresh if (one.queue_number or 0) > (row.queue_number or 0)]
            # without those who came later, there would still have been no room
            had_none = any(
                limit.taken - sum(limit.bounds(one.role, "sme") for one in later) >= limit.seats
                for limit in limits
                if limit.bounds(row.role, "sme")
            )
            assert had_none or not later, "passed over"

    def _waiting(self) -> list[Registration]:
        return [row for row in self.rows().values() if row.state is WAITS]

    def _is_late(self) -> bool:
        return self.now >= self.event.starts_at - NO_OFFERS_WITHIN

    def _limits(self) -> list[Limit]:
        query = select(Limit).where(Limit.event_id == self.event.id)

        async def read(session: AsyncSession) -> list[Limit]:
            return list(await session.scalars(query))

        return self.runner.run(self._write(read))

    def _do(self, verb: Callable[..., Awaitable[T]], who: int, **more: Any) -> T:  # noqa: ANN401
        async def work(session: AsyncSession) -> T:
            person = await session.get_one(Participant, self.people[who])
            return await verb(
                session, participant=person, event_id=self.event.id, now=self.now, **more
            )

        return self.runner.run(self._write(work))

    async def _begin(self) -> Event:
        async with self.database.writing() as session:
            count = len((await session.scalars(select(Event.id))).all())
            return await building.event(
                session,
                title=f"Hall {count}",
                now=self.now,
                starts_local=datetime(2027, 3, 12, 18),  # Friday, four days ahead
                roles=ROLES,
                limits=LIMITS,
            )

    async def _write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with self.database.writing() as session:
            return await work(session)


async def _people(database: Database) -> tuple[int, ...]:
    async with database.writing() as session:
        made = [
            Participant(language="en", created_at=datetime(2027, 3, 8, tzinfo=UTC)) for _ in PEOPLE
        ]
        session.add_all(made)
        await session.flush()
        return tuple(person.id for person in made)


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _offered(world: World) -> tuple[Event, Actor]:
    """An event whose only seat is offered to Jan."""
    talk = await world.event("Collab Talks", seats=1)
    anna, jan = await world.participants("Anna", "Jan")
    for person in (anna, jan):
        await person.press("Register", on=talk)
    await _free(world, anna, talk)
    return talk, jan


async def _accept(world: World, person: Actor, event: Event) -> AcceptOutcome:
    async with world.database.writing() as session:
        return await registration.accept_offer(
            session,
            participant=await world.person(session, person),
            event_id=event.id,
            now=world.now,
        )


async def _free(world: World, person: Actor, event: Event) -> registration.FreeOutcome:
    async with world.database.writing() as session:
        return await registration.free_place(
            session,
            participant=await world.person(session, person),
            event_id=event.id,
            now=world.now,
        )


async def _row(world: World, person: Actor) -> Registration:
    async with world.database.reading() as session:
        one = await world.person(session, person)
        found = await session.scalar(
            select(Registration).where(Registration.participant_id == one.id)
        )
    assert found is not None
    return found


async def _notices(world: World, kind: NoticeKind) -> list[Notice]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Notice).where(Notice.kind == kind)))


async def test_events_where_nothing_can_be_offered_keep_no_other_from_its_turn(
    world: World,
) -> None:
    """A free hall and full benches may stay so for weeks; one such event is enough to see it."""
    await _stuck(world, "Stuck")
    talk = await world.event("Collab Talks", seats=1, starts_local=world.local(days=6))
    anna, jan = await world.participants("Anna", "Jan")
    for person in (anna, jan):
        await person.press("Register", on=talk)
    await world.move_to(datetime(2027, 3, 8, 21, tzinfo=UTC))
    await _free(world, anna, talk)
    morning = datetime(2027, 3, 9, 8, tzinfo=UTC)
    async with world.database.writing() as session:
        assert await waiting_list.make_offers(session, now=morning, limit=1) == 1


async def _stuck(world: World, title: str) -> None:
    """An event with a free seat in the hall, and somebody who waits for a bench."""
    event = await world.event(title, roles=ROLES, limits=LIMITS)
    for name in ("Mia", "Mo"):
        person = await world.participant(name)
        async with world.database.writing() as session:
            await registration.register(
                session,
                participant=await world.person(session, person),
                event_id=event.id,
                role="maker",
                now=world.now,
            )

"""Registration whole, whatever people and organisers do in whatever order, and two at a time.

The rules of the queue are said here a second time, over what the tables hold before and after each
step, and the machine looks for an order of steps that breaks one of them.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.support import building
from xinno_core.database import Database
from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    Limit,
    Notice,
    NoticeKind,
    Organisation,
    Participant,
    Registration,
    RegistrationState,
    RegistrationStep,
    Role,
    SessionSeat,
)
from xinno_core.services import (
    access,
    approvals,
    copying,
    forms,
    limits,
    moving,
    pairs,
    privacy,
    registration,
    waiting_list,
    workshops,
)
from xinno_core.services.form_standing import Asking
from xinno_core.services.registration import Confirmed, Waitlisted
from xinno_core.services.seats import NO_OFFERS_WITHIN

CANCELLED, CONFIRMED, OFFERED, WAITS = (
    RegistrationState.CANCELLED,
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.WAITLISTED,
)
ZONE = ZoneInfo("Europe/Berlin")
SECRET = b"a key for the machine"
T = TypeVar("T")

ROLES = (
    {"key": "visitor", "label": {"en": "Visitor"}},
    {"key": "maker", "label": {"en": "Maker"}},
    {"key": "guest", "label": {"en": "Guest"}, "register": "approval"},
)
LIMITS = (
    {"key": "hall", "seats": 3},
    {"key": "benches", "roles": ["maker"], "seats": 1},
    {"key": "firms", "targets": ["sme"], "seats": 3},
)
PEOPLE = range(7)
TARGETS = ("sme", "lpa", "sme", "lpa", "sme", "lpa", "sme")
who = st.sampled_from(PEOPLE)
role = st.sampled_from(["visitor", "maker", "guest"])


def test_no_order_of_steps_breaks_a_rule_of_the_queue(database_url: str) -> None:
    """A handful of stories in each run."""
    _explore(database_url, examples=10, steps=25)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_two_thousand_stories_break_no_rule_of_the_queue(database_url: str) -> None:
    """Two thousand stories of at most thirty steps."""
    _explore(database_url, examples=2000, steps=30)


def _explore(database_url: str, *, examples: int, steps: int) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url, secret=b"a key for the machine")
        organiser = runner.run(_organiser(database))

        class Registering(_Registering):
            def __init__(self) -> None:
                super().__init__(runner, database, organiser)

        try:
            run_state_machine_as_test(
                Registering,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    deadline=None,
                    phases=(Phase.generate,),  # the steps of a failure are few enough
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())


@dataclass(frozen=True)
class Place:
    """A claim as the tables hold it: of whom, for what, how it stands."""

    key: tuple[int, int | None]  # registration, session
    person: int
    role: str
    target: str
    session: int | None
    state: RegistrationState
    number: int | None
    pair: int | None
    until: datetime | None
    revision: int  # grows with each change of state

    def is_bound_by(self, limit: Limit) -> bool:
        return limit.bounds(self.role, self.target, self.session)


@dataclass(frozen=True)
class Stand:
    """Everything the rules speak of, as it is between two steps."""

    places: dict[tuple[int, int | None], Place]
    limits: tuple[Limit, ...]
    paused: bool
    starts_at: datetime

    def waiting(self) -> list[tuple[Place, ...]]:
        """Who waits: alone, or two together at the later of their numbers."""
        groups: dict[object, list[Place]] = {}
        for place in self.places.values():
            if place.state is WAITS:
                tied = place.session is None and place.pair is not None
                groups.setdefault(("pair", place.pair) if tied else place.key, []).append(place)
        return sorted(
            (tuple(group) for group in groups.values()),
            key=lambda group: max(place.number or 0 for place in group),
        )

    def short(self, group: Sequence[Place], *, without: Sequence[Place] = ()) -> set[int]:
        """The limits without room for all of a group, had some others no seat."""
        return {
            limit.id
            for limit in self.limits
            if (needed := sum(place.is_bound_by(limit) for place in group))
            and limit.taken - sum(place.is_bound_by(limit) for place in without) + needed
            > limit.seats
        }


class _Registering(RuleBasedStateMachine):
    """One event with its people; every step is a transaction of its own, or two at once."""

    def __init__(self, runner: asyncio.Runner, database: Database, organiser: int) -> None:
        super().__init__()
        self.runner, self.database, self.organiser = runner, database, organiser
        self.now = datetime(2027, 3, 8, 9, tzinfo=UTC)

    @initialize(hour=st.sampled_from([9, 9, 9, 22]), paused=st.sampled_from([False] * 4 + [True]))
    def begins(self, hour: int, paused: bool) -> None:
        """A full event with a queue, by day or by night, and a workshop with a single seat."""
        self.event_id, self.workshop_id, self.people = self.runner.run(self._begin())

        async def work(session: AsyncSession) -> None:
            for person, as_role in enumerate(("maker", "visitor", "visitor", "maker", "visitor")):
                await self._registering(person, as_role)(session)
            for person in (0, 1):
                await workshops.choose(
                    session,
                    participant=await session.get_one(Participant, self.people[person]),
                    session_id=self.workshop_id,
                    now=self.now,
                )

        self._write(work)
        self.now = self.now.replace(hour=hour)
        if paused:
            self.pauses_or_resumes(pause=True)
        self.before = self._stand()

    # ── what people do ───────────────────────────────────────────────────────────────────────
    @rule(who=who, role=role)
    def registers(self, who: int, role: str) -> None:
        outcome = self._register(who, role)
        if isinstance(outcome, Confirmed):
            self._check_nobody_overtaken((self.people[who], None))

    @rule(who=who)
    def gives_back(self, who: int) -> None:
        self._do(registration.free_place, self._pick(who, CONFIRMED))

    @rule(who=who)
    def leaves_the_queue(self, who: int) -> None:
        self._do(registration.free_place, self._pick(who, WAITS, OFFERED))

    @rule(who=who)
    def accepts(self, who: int) -> None:
        who = self._pick(who, OFFERED)
        before = self._of(who)
        outcome = self._do(registration.accept_offer, who)
        if isinstance(outcome, Confirmed):
            assert before is not None
            assert before.state is OFFERED
            assert before.until is not None
            assert before.until > self.now

    @rule(who=who)
    def chooses_the_workshop(self, who: int) -> None:
        before = self._of(who, self.workshop_id)
        self._workshop(workshops.choose, who)
        after = self._of(who, self.workshop_id, now=self._stand())
        came = after is not None and after.state is CONFIRMED
        if came and (before is None or before.state is CANCELLED):
            self._check_nobody_overtaken((self.people[who], self.workshop_id))

    @rule(who=who)
    def leaves_the_workshop(self, who: int) -> None:
        self._workshop(workshops.leave, self._pick(who, CONFIRMED, session=self.workshop_id))

    @rule(who=who)
    def accepts_the_workshop(self, who: int) -> None:
        self._workshop(workshops.accept_offer, self._pick(who, OFFERED, session=self.workshop_id))

    @rule(who=who, other=who)
    def comes_with(self, who: int, other: int) -> None:
        """By the link of one, the other registers, or says yes where they are registered."""
        who, other = self._pick(who, WAITS), self._pick(other, WAITS)
        place = self._of(other)
        if place is None or who == other:
            return
        link = pairs.payload(SECRET, registration_id=place.key[0])

        async def work(session: AsyncSession) -> None:
            person = await session.get_one(Participant, self.people[who])
            await pairs.arrive(session, participant=person, payload=link, secret=SECRET)
            await pairs.join(session, participant=person, event_id=self.event_id, now=self.now)

        self._write(work)
        if isinstance(self._register(who, "visitor"), Confirmed):
            self._check_nobody_overtaken((self.people[who], None))

    @rule(who=who)
    def comes_alone(self, who: int) -> None:
        async def work(session: AsyncSession) -> None:
            person = await session.get_one(Participant, self.people[who])
            await pairs.come_alone(
                session, participant=person, event_id=self.event_id, now=self.now
            )

        self._write(work)

    @rule(who=who)
    def is_erased(self, who: int) -> None:
        """The person is erased; somebody new stands in the machine's line for them."""
        who = self._pick(who, CONFIRMED)

        async def work(session: AsyncSession) -> None:
            person = await session.get_one(Participant, self.people[who])
            await privacy.forget(session, participant=person, now=self.now)

        self._write(work)
        self.people[who] = self._write(lambda session: _person(session, TARGETS[who], now=self.now))

    # ── twice, and two at once ───────────────────────────────────────────────────────────────
    @rule(who=who, role=role)
    def taps_twice(self, who: int, role: str) -> None:
        """The second tap finds what the first one did."""
        self._register(who, role)
        once = self._stand()
        self._register(who, role)
        assert self._stand().places == once.places

    @rule(who=who, other=who, role=role)
    def two_workers_register(self, who: int, other: int, role: str) -> None:
        self._both(self._registering(who, role), self._registering(other, role))

    @rule(who=who, other=who)
    def two_workers_free_and_register(self, who: int, other: int) -> None:
        async def frees(session: AsyncSession) -> None:
            person = await session.get_one(Participant, self.people[who])
            await registration.free_place(
                session, participant=person, event_id=self.event_id, now=self.now
            )

        self._both(frees, self._registering(other, "visitor"))

    # ── what organisers do ───────────────────────────────────────────────────────────────────
    @rule(who=who)
    def is_approved(self, who: int) -> None:
        self._decide(approvals.approve, self._pick(who, RegistrationState.REQUESTED))

    @rule(who=who)
    def is_declined(self, who: int) -> None:
        self._decide(approvals.decline, self._pick(who, RegistrationState.REQUESTED))

    @precondition(lambda self: self.now < self.before.starts_at)
    @rule(which=st.sampled_from(range(4)), by=st.sampled_from([2, 1, -1, -2]))
    def changes_a_limit(self, which: int, by: int) -> None:
        limit = self._stand().limits[which]
        wanted = max(limit.seats + by, 1)

        async def work(session: AsyncSession) -> object:
            return await limits.set_seats(
                session,
                participant=await session.get_one(Participant, self.organiser),
                limit_id=limit.id,
                seats=wanted,
                now=self.now,
            )

        self._write(work)
        seats = {one.id: one.seats for one in self._stand().limits}[limit.id]
        assert seats == (limit.seats if wanted < limit.taken else wanted)

    @rule(pause=st.booleans())
    def pauses_or_resumes(self, pause: bool) -> None:
        verb = limits.pause_offers if pause else limits.resume_offers

        async def work(session: AsyncSession) -> None:
            organiser = await session.get_one(Participant, self.organiser)
            await verb(session, participant=organiser, event_id=self.event_id, now=self.now)

        self._write(work)

    @rule(days=st.sampled_from([-1, 1, 3]))
    def is_moved(self, days: int) -> None:
        starts = self._stand().starts_at.astimezone(ZONE) + timedelta(days=days)

        async def work(session: AsyncSession) -> None:
            organiser = await session.get_one(Participant, self.organiser)
            named: dict[str, Any] = {"participant": organiser, "now": self.now}
            form = await moving.find_form(session, event_id=self.event_id, **named)
            if form is None:
                return
            asking = await forms.begin(session, form=form, **named)
            while isinstance(asking, Asking):
                if asking.field.key == "new_starts":
                    wall = starts.strftime("%Y-%m-%d %H:%M")
                    asking = await forms.type_answer(session, form=form, text=wall, **named)
                    if isinstance(asking, Asking) and asking.problem is not None:
                        await forms.cancel(session, participant=organiser, topic=form.topic)
                        return  # in the past by now
                else:
                    asking = await forms.press_skip(session, form=form, at=asking.at, **named)
            event = await session.get_one(Event, self.event_id)
            await moving.move(
                session,
                event_id=self.event_id,
                revision=event.schedule_revision,
                draft_key=asking.draft_key,
                **named,
            )

        self._write(work)

    @rule()
    def is_copied(self) -> None:
        """The copy has nobody in it, and the original is as it was."""
        before = self._stand()
        copy = self.runner.run(self._copy())
        assert self._stand().places == before.places
        taken = self._read(select(func.sum(Limit.taken)).where(Limit.event_id == copy))
        assert [tuple(row) for row in taken] == [(0,)]

    # ── what time does ───────────────────────────────────────────────────────────────────────
    @precondition(lambda self: self.now < self.before.starts_at)
    @rule(hours=st.sampled_from([24, 1, 25, 12]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        held = [place.until for place in self.before.places.values() if place.state is OFFERED]
        self._write(lambda session: waiting_list.expire_offers(session, now=self.now))
        stand = self._stand()
        self._check_offers(stand)
        if any(until is not None and until <= self.now for until in held):
            # what ended is passed on at once, not when the next tick looks
            self._check_nothing_forgotten(stand)
        self.before = stand
        self._write(lambda session: waiting_list.make_offers(session, now=self.now))

    # ── the rules of the queue ───────────────────────────────────────────────────────────────
    @invariant()
    def the_rules_hold(self) -> None:
        """All of them, over what the step before left and what this one did."""
        stand = self._stand()
        self._check_seats(stand)
        self._check_numbers(stand)
        self._check_offers(stand)
        self._check_nothing_forgotten(stand)
        self.before = stand

    def teardown(self) -> None:
        """At the end of a story, count what people were told, and leave nothing behind."""
        if hasattr(self, "event_id"):
            self._check_told_once()
            self._write(self._close)

    async def _close(self, session: AsyncSession) -> None:
        (await session.get_one(Event, self.event_id)).state = EventState.CANCELLED

    def _check_seats(self, stand: Stand) -> None:
        """No seat is sold twice, and every seat that is counted is somebody's."""
        held = [one for one in stand.places.values() if one.state in {CONFIRMED, OFFERED}]
        for limit in stand.limits:
            counted = sum(place.is_bound_by(limit) for place in held)
            assert limit.taken == counted <= limit.seats, limit.key

    def _check_numbers(self, stand: Stand) -> None:
        """Nobody's number changes while they wait, and no number is given twice."""
        numbers = [one.number for one in stand.places.values() if one.number is not None]
        assert len(numbers) == len(set(numbers))
        for key, place in stand.places.items():
            earlier = self.before.places.get(key)
            if earlier is not None and earlier.state is place.state is WAITS:
                came_back = place.revision > earlier.revision  # left and returned in one step
                assert came_back or place.number == earlier.number

    def _check_offers(self, stand: Stand) -> None:
        """Whoever was offered a seat just now was the first in the queue who could have one."""
        fresh = [
            place
            for key, place in stand.places.items()
            if place.state is OFFERED
            and (key not in self.before.places or self.before.places[key].state is not OFFERED)
        ]
        if fresh:
            assert self._may_offer(stand), "offered at night, late, or while paused"

        def rank(place: Place) -> int:
            together = [one for one in fresh if place.pair is not None and one.pair == place.pair]
            return max(
                one.number or 0 for one in (place, *together) if one.session is None or one is place
            )

        for group in stand.waiting():
            own = max(place.number or 0 for place in group)
            later = [place for place in fresh if rank(place) > own]
            assert not later or stand.short(group, without=later), "passed over"

    def _check_nothing_forgotten(self, stand: Stand) -> None:
        """While it may be offered, no seat stays free that someone waits for."""
        if self._may_offer(stand):
            for group in stand.waiting():
                assert stand.short(group), "a free seat was not offered"

    def _check_told_once(self) -> None:
        """There is one message for each time somebody got a seat or an offer, and no other."""
        steps = Counter(
            (person, state)
            for person, state, session in self._read(
                select(
                    Registration.participant_id,
                    RegistrationStep.state,
                    RegistrationStep.session_id,
                )
                .join(Registration, Registration.id == RegistrationStep.registration_id)
                .where(Registration.event_id == self.event_id)
            )
            if session is None or state is OFFERED
        )
        told = Counter(
            (person, kind)
            for person, kind in self._read(
                select(Notice.participant_id, Notice.kind).where(Notice.event_id == self.event_id)
            )
        )
        for person in {person for person, _ in (*steps, *told)} - {self.organiser}:
            assert told[person, NoticeKind.OFFER] == steps[person, OFFERED]
            assert told[person, NoticeKind.CONFIRMATION] == steps[person, CONFIRMED]

    def _check_nobody_overtaken(self, newcomer: tuple[int, int | None]) -> None:
        """A newcomer took no seat that someone already waited for."""
        person, session = newcomer
        before, stand = self.before, self._stand()
        if self.now >= before.starts_at - NO_OFFERS_WITHIN:
            return  # it goes to whoever comes first
        taken = next(
            place
            for place in stand.places.values()
            if (place.person, place.session) == (person, session)
        )
        for group in before.waiting():
            if any(place.key == taken.key for place in group):
                continue
            shared = {
                limit.id
                for limit in before.limits
                if taken.is_bound_by(limit) and any(one.is_bound_by(limit) for one in group)
            }
            short = before.short(group)
            assert not shared or (short and not short & shared), "a newcomer overtook"

    def _may_offer(self, stand: Stand) -> bool:
        hour = self.now.astimezone(ZONE).time()
        by_day = time(8) <= hour < time(20)
        return by_day and not stand.paused and self.now < stand.starts_at - NO_OFFERS_WITHIN

    def _pick(self, who: int, *states: RegistrationState, session: int | None = None) -> int:
        """Somebody who stands so, by the number drawn; whoever was drawn where nobody does."""
        fitting = [
            index
            for index, person in enumerate(self.people)
            for place in self.before.places.values()
            if (place.person, place.session) == (person, session) and place.state in states
        ]
        return fitting[who % len(fitting)] if fitting else who

    # ── short ways ───────────────────────────────────────────────────────────────────────────
    def _register(self, who: int, role: str) -> object:
        outcome = self._write(self._registering(who, role))
        if isinstance(outcome, Waitlisted):
            assert outcome.number >= 1
        return outcome

    def _registering(self, who: int, role: str) -> Callable[[AsyncSession], Awaitable[object]]:
        async def work(session: AsyncSession) -> object:
            return await registration.register(
                session,
                participant=await session.get_one(Participant, self.people[who]),
                event_id=self.event_id,
                role=role,
                now=self.now,
            )

        return work

    def _do(self, verb: Callable[..., Awaitable[T]], who: int) -> T:
        async def work(session: AsyncSession) -> T:
            person = await session.get_one(Participant, self.people[who])
            return await verb(session, participant=person, event_id=self.event_id, now=self.now)

        return self._write(work)

    def _workshop(self, verb: Callable[..., Awaitable[object]], who: int) -> object:
        async def work(session: AsyncSession) -> object:
            person = await session.get_one(Participant, self.people[who])
            return await verb(
                session, participant=person, session_id=self.workshop_id, now=self.now
            )

        return self._write(work)

    def _decide(self, verb: Callable[..., Awaitable[object]], who: int) -> None:
        place = self._of(who)
        if place is None:
            return

        async def work(session: AsyncSession) -> object:
            organiser = await session.get_one(Participant, self.organiser)
            return await verb(
                session, participant=organiser, registration_id=place.key[0], now=self.now
            )

        self._write(work)

    def _both(self, *works: Callable[[AsyncSession], Awaitable[object]]) -> None:
        async def run() -> None:
            await asyncio.gather(*(self._writing(work) for work in works))

        self.runner.run(run())

    def _of(
        self, who: int, session: int | None = None, *, now: Stand | None = None
    ) -> Place | None:
        person = self.people[who]
        return next(
            (
                place
                for place in (now or self.before).places.values()
                if (place.person, place.session) == (person, session)
            ),
            None,
        )

    def _stand(self) -> Stand:
        return self.runner.run(self._read_stand())

    async def _read_stand(self) -> Stand:
        async with self.database.reading() as session:
            event = await session.get_one(Event, self.event_id)
            rows = (
                await session.scalars(select(Registration).where(Registration.event_id == event.id))
            ).all()
            seats = await session.scalars(
                select(SessionSeat).where(SessionSeat.registration_id.in_([r.id for r in rows]))
            )
            own = {row.id: row for row in rows}
            found: list[tuple[Registration, int | None, Registration | SessionSeat]] = [
                *((row, None, row) for row in rows),
                *((own[seat.registration_id], seat.session_id, seat) for seat in seats),
            ]
            of = await session.scalars(
                select(Limit).where(Limit.event_id == event.id).order_by(Limit.id)
            )
            return Stand(
                {
                    (row.id, at): Place(
                        (row.id, at),
                        row.participant_id,
                        row.role,
                        row.target,
                        at,
                        held.state,
                        held.queue_number,
                        row.pair,
                        held.offered_until,
                        held.revision,
                    )
                    for row, at, held in found
                },
                tuple(of),
                event.offers_paused,
                event.starts_at,
            )

    def _read(self, query: Any) -> list[Any]:  # noqa: ANN401 (SQL)
        async def run() -> list[Any]:
            async with self.database.reading() as session:
                return list((await session.execute(query)).all())

        return self.runner.run(run())

    def _write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        return self.runner.run(self._writing(work))

    async def _writing(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with self.database.writing() as session:
            return await work(session)

    async def _copy(self) -> int:
        async with self.database.writing() as session:
            organiser = await session.get_one(Participant, self.organiser)
            copied = await copying.copy(
                session,
                participant=organiser,
                event_id=self.event_id,
                answers={"new_starts": "2027-05-12T18:00"},
                now=self.now,
            )
            made = await session.get_one(Event, copied.draft.id)
            assert made.state is EventState.DRAFT
            return made.id

    async def _begin(self) -> tuple[int, int, list[int]]:
        async with self.database.writing() as session:
            count = await session.scalar(select(func.count()).select_from(Event))
            starts = datetime(2027, 3, 12, 18)
            event = await building.event(
                session,
                title=f"Hall {count}",
                now=self.now,
                starts_local=starts,
                roles=ROLES,
                limits=LIMITS,
            )
            workshop = EventSession(
                event_id=event.id,
                key="paint",
                title={"en": "Paint"},
                summary={},
                by_choice=True,
                roles=[],
                place={},
                starts_local=starts,
                ends_local=starts + timedelta(hours=1),
                starts_at=event.starts_at,
                ends_at=event.starts_at + timedelta(hours=1),
            )
            session.add(workshop)
            await session.flush()
            session.add(
                Limit(
                    event_id=event.id,
                    session_id=workshop.id,
                    key="paint",
                    label={"en": "Paint"},
                    roles=[],
                    targets=[],
                    seats=1,
                )
            )
            people = [await _person(session, target, now=self.now) for target in TARGETS]
            return event.id, workshop.id, people


async def _person(session: AsyncSession, target: str, *, now: datetime) -> int:
    name = f"firm of {target}"
    firm = await session.scalar(select(Organisation).where(Organisation.name_key == name))
    if firm is None:
        firm = Organisation(name=name, name_key=name, type=target, sector="creative")
        session.add(firm)
        await session.flush()
    person = Participant(language="en", name="N", organisation_id=firm.id, created_at=now)
    session.add(person)
    await session.flush()
    return person.id


async def _organiser(database: Database) -> int:
    now = datetime(2027, 3, 8, tzinfo=UTC)
    async with database.writing() as session:
        person = Participant(language="en", name="Organiser", telegram_id=5_000_000, created_at=now)
        session.add(person)
        await building.region(session)
        await session.flush()
        await access.grant(
            session,
            participant=person,
            role=Role.ORGANISER,
            region_key="chemnitz",
            pilot_key=None,
            now=now,
        )
        return person.id

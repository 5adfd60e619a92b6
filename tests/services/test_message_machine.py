"""Messages keep their promises, whatever people, organisers, Telegram and time do in any order.

The promises are said a second time in tests/support/promises.py, over what the ledger and the
chats hold, and the machine looks for an order of steps that breaks one of them. Each story ends
with the forecast of each person: time passes, and nothing else may come than was told.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.simulator.faults import FaultKind
from tests.support.databases import KINDS, Databases, Kind
from tests.support.promises import described
from tests.support.season import ZONES, Season
from tests.support.world import World
from xinno_core.models import (
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Purpose,
    Registration,
    Topic,
)
from xinno_core.services.forecast import forecast
from xinno_core.services.quiet import local_instant

PEOPLE = 4
STARTS = (
    datetime(2027, 3, 8, 9, tzinfo=UTC),
    datetime(2027, 3, 22, 9, tzinfo=UTC),  # Easter and the change of the hour come
    datetime(2027, 10, 25, 9, tzinfo=UTC),  # and the other one
)
who = st.sampled_from(range(PEOPLE))
event = st.sampled_from(range(3))
hours = st.sampled_from([1, 3, 6, 13, 24, 26, 48, 72])


def test_no_order_of_steps_breaks_a_promise(databases: Databases) -> None:
    """A handful of stories in each run."""
    _explore(databases, "sqlite", examples=3, steps=20)


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("kind", KINDS)
def test_many_stories_break_no_promise(databases: Databases, kind: Kind) -> None:
    """As many stories of at most forty steps as end within a quarter of an hour."""
    _explore(databases, kind, examples=60 if kind == "sqlite" else 30, steps=40)


async def test_the_promises_hear_of_an_exercise_that_a_move_sends_again(world: World) -> None:
    """The order of steps that once broke them: it came, the event moved, and it came again."""
    season = Season(world)
    await season.begin(people=1)
    await season.consent(0, Purpose.EXERCISES, given=True)
    await season.register(0, 0)
    await season.travel(timedelta(days=2, hours=8))
    assert await _exercises(world) == ["xse-4"]
    await season.move(0, timedelta(days=2))
    await season.travel(timedelta(days=3))
    assert await _exercises(world) == ["xse-4"]


async def _exercises(world: World) -> list[str]:
    async with world.database.reading() as session:
        found = await session.scalars(
            select(Notice)
            .where(Notice.kind == NoticeKind.EXERCISE, Notice.state == NoticeState.SENT)
            .order_by(Notice.id)
        )
        return [one.params["exercise"] for one in found]


def _explore(databases: Databases, kind: Kind, *, examples: int, steps: int) -> None:
    with asyncio.Runner() as runner:

        class Messaging(_Messaging):
            def __init__(self) -> None:
                super().__init__(runner, databases, kind)

        run_state_machine_as_test(
            Messaging,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                phases=(Phase.generate,),  # the steps of a failure are few enough
                suppress_health_check=list(HealthCheck),
            ),
        )


class _Messaging(RuleBasedStateMachine):
    """A season with its people; after each step all that is due is done, and looked at."""

    def __init__(self, runner: asyncio.Runner, databases: Databases, kind: Kind) -> None:
        super().__init__()
        self.runner = runner
        self.lent = databases.fresh(kind)
        self.has_begun = self.has_failed = False

    @initialize(starts=st.sampled_from(STARTS), zones=st.tuples(who, st.sampled_from(ZONES)))
    def begins(self, starts: datetime, zones: tuple[int, str]) -> None:
        """Events are ahead, and some have a place already."""
        self.world = World(self.lent.__enter__(), start=starts)
        self.season = Season(self.world)
        self.has_begun = True

        async def work() -> None:
            await self.world.open()
            await self.season.begin(people=PEOPLE)
            await self.season.live_in(*zones)
            for person in range(PEOPLE):
                await self.season.consent(person, Purpose.EXERCISES, given=person != 1)
                await self.season.consent(person, Purpose.INVITATIONS, given=True)
                await self.season.register(person, 0)
                await self.season.register(person, 1)

        self._step(work)

    # ── what people do ───────────────────────────────────────────────────────────────────────
    @rule(who=who, event=event, role=st.sampled_from(["visitor"] * 3 + ["guest"]))
    def registers(self, who: int, event: int, role: str) -> None:
        self._step(lambda: self.season.register(who, event, role))

    @rule(who=who, event=event)
    def leaves(self, who: int, event: int) -> None:
        self._step(lambda: self.season.leave(who, event))

    @rule(who=who, event=event)
    def leaves_and_comes_back(self, who: int, event: int) -> None:
        async def work() -> None:
            await self.season.leave(who, event)
            await self.season.register(who, event)

        self._step(work)

    @rule(who=who)
    def accepts(self, who: int) -> None:
        self._step(lambda: self.season.accept(who, 1))

    @rule(who=who)
    def chooses_the_workshop(self, who: int) -> None:
        self._step(lambda: self.season.choose_workshop(who))

    @rule(who=who, pace=st.integers(0, 3))
    def wants_another_pace(self, who: int, pace: int) -> None:
        self._step(lambda: self.season.set_pace(who, pace))

    @rule(
        who=who,
        hours=st.sampled_from([None, (18, 8), (22, 7), (0, 0), (9, 17), (6, 23), (12, 13)]),
    )
    def wants_other_hours(self, who: int, hours: tuple[int, int] | None) -> None:
        self._step(lambda: self.season.set_hours(who, hours))

    @rule(who=who, length=st.sampled_from(["weeks", "open", "none", "none"]))
    def wants_a_pause(self, who: int, length: str) -> None:
        self._step(lambda: self.season.set_pause(who, length))

    @rule(who=who, topic=st.sampled_from(Topic), on=st.booleans())
    def switches_a_topic(self, who: int, topic: Topic, on: bool) -> None:
        self._step(lambda: self.season.switch_topic(who, topic, on=on))

    @rule(
        who=who,
        purpose=st.sampled_from([Purpose.EXERCISES, Purpose.INVITATIONS]),
        given=st.booleans(),
    )
    def agrees_or_not(self, who: int, purpose: Purpose, given: bool) -> None:
        self._step(lambda: self.season.consent(who, purpose, given=given))

    @rule(who=who, zone=st.sampled_from([None, *ZONES]))
    def goes_away(self, who: int, zone: str | None) -> None:
        self._step(lambda: self.season.live_in(who, zone))

    @rule(who=who)
    def answers(self, who: int) -> None:
        self._step(lambda: self.season.answer(who))

    @rule(who=who)
    def begins_to_answer(self, who: int) -> None:
        self._step(lambda: self.season.begin_answering(who))

    @rule(who=who, heard=st.booleans())
    def blocks(self, who: int, heard: bool) -> None:
        self._step(lambda: self.season.block(who, heard=heard))

    @rule(who=who)
    def unblocks(self, who: int) -> None:
        self._step(lambda: self.season.unblock(who))

    # ── what organisers do ───────────────────────────────────────────────────────────────────
    @rule(approve=st.booleans())
    def decides(self, approve: bool) -> None:
        self._step(lambda: self.season.decide(approve=approve))

    @rule(event=event, hours=st.sampled_from([-48, -24, -3, -1, 1, 5, 24, 120]))
    def moves_an_event(self, event: int, hours: int) -> None:
        self._step(lambda: self.season.move(event, timedelta(hours=hours)))

    @rule(key=st.sampled_from(["shop", "stage"]), hours=st.sampled_from([-2, 1, 20, -20]))
    def moves_a_session(self, key: str, hours: int) -> None:
        self._step(lambda: self.season.move_session(key, timedelta(hours=hours)))

    @rule(event=event)
    def pauses_a_journey(self, event: int) -> None:
        self._step(lambda: self.season.pause_journey(event))

    @rule(event=event, send=st.booleans())
    def resumes_a_journey(self, event: int, send: bool) -> None:
        self._step(lambda: self.season.resume_journey(event, send=send))

    @rule(number=st.integers(0, 24), on=st.booleans())
    def switches_a_line(self, number: int, on: bool) -> None:
        self._step(lambda: self.season.switch_rule(number, on=on))

    @rule(night=st.sampled_from([(20, 8), (22, 8), (18, 9), (23, 6), (0, 0)]))
    def has_other_quiet_hours(self, night: tuple[int, int]) -> None:
        self._step(lambda: self.season.quieten(*night))

    @precondition(lambda self: self.has_begun and len(self.cancelled) < 2)
    @rule(event=event, sure=st.sampled_from([False, False, True]))
    def cancels_an_event(self, event: int, sure: bool) -> None:
        if sure:
            self.cancelled.add(event)
            self._step(lambda: self.season.cancel(event))

    @rule(
        event=event,
        of_class=st.sampled_from(
            [NoticeClass.CRITICAL, NoticeClass.SERVICE, NoticeClass.OPTIONAL, NoticeClass.OPTIONAL]
        ),
        topic=st.sampled_from([Topic.NEWS, Topic.MEDIA]),
        states=st.sampled_from([["confirmed"], ["confirmed", "waitlisted"], ["cancelled"]]),
    )
    def announces(self, event: int, of_class: NoticeClass, topic: Topic, states: list[str]) -> None:
        self._step(lambda: self.season.announce(event, of_class, topic, states))

    @rule()
    def lets_announcements_go_on(self) -> None:
        self._step(self.season.resume_announcements)

    # ── what time and machines do ────────────────────────────────────────────────────────────
    @rule()
    def night_falls(self) -> None:
        """Until half past ten, when much waits for the morning."""
        now = self.world.now
        night = local_instant(self.world.local(hour=22, minute=30), "Europe/Berlin")
        self._step(lambda: self.season.travel((night - now) % timedelta(days=1)))

    @rule(hours=hours)
    def time_passes(self, hours: int) -> None:
        self._step(lambda: self.season.travel(timedelta(hours=hours)))

    @rule(minutes=st.sampled_from([1, 2, 10, 25]))
    def minutes_pass(self, minutes: int) -> None:
        self._step(lambda: self.season.travel(timedelta(minutes=minutes)))

    @rule(hours=st.sampled_from([1, 6, 20, 72, 73, 120]))
    def nobody_is_there_for_a_while(self, hours: int) -> None:
        self._step(lambda: self.season.be_down(timedelta(hours=hours)))

    @rule()
    def restarts(self) -> None:
        self._step(self.world.restart)

    @rule(who=who, kind=st.sampled_from([FaultKind.ACCEPT_THEN_HANG, FaultKind.DROP]))
    def an_answer_is_lost(self, who: int, kind: FaultKind) -> None:
        self._step(lambda: self.season.lose_an_answer(who, kind))

    # ── the end ──────────────────────────────────────────────────────────────────────────────
    def teardown(self) -> None:
        """What is told to come is what comes."""
        if not self.has_begun:
            return
        try:
            if not self.has_failed:
                self.runner.run(self._what_is_told_comes())
        finally:
            self.runner.run(self.world.close())
            self.lent.__exit__(None, None, None)

    async def _what_is_told_comes(self) -> None:
        world = self.world
        world.simulator.faults.clear()
        await self.season.hear_of_blocks()
        await self.season.travel(timedelta(minutes=30))  # what begins in a minute has begun
        stood, began = await self._stands(), world.now
        told: set[tuple[Any, ...]] = set()
        ahead: dict[int, int] = {}
        async with world.database.reading() as session:
            last_id = max(await session.scalars(select(Notice.id)), default=0)
            for person in self.season.people:
                for one in await forecast(session, participant_id=person, now=world.now):
                    ahead[person] = ahead.get(person, 0) + 1
                    if not one.is_left_out:
                        told.add((person, one.kind, one.event_id, one.at))
        await world.move_to(began + timedelta(days=50))
        stand = await self.season.promises.look()
        same = {key for key, revision in (await self._stands()).items() if stood[key] == revision}
        quiet = {
            person
            for person in self.season.people
            if all(key in same for key in stood if key[1] == person)
        }
        came = {
            (one.participant_id, one.kind, one.event_id, one.sent_at)
            for one in stand.notices
            if one.state is NoticeState.SENT
            and one.sent_at is not None
            and one.sent_at > began
            and (one.id <= last_id or one.rule_id is not None)
        }
        told = {one for one in told if one[0] in quiet}
        came = {one for one in came if one[0] in quiet}
        for key in sorted(told ^ came, key=str):
            fates = [
                described(one)
                for one in stand.notices
                if (one.participant_id, one.kind, one.event_id) == key[:3]
            ]
            wrong = "told, and did not come" if key in told else "came, and was not told"
            raise AssertionError("\n".join([f"{wrong}: {key}", *fates]))

    async def _stands(self) -> dict[tuple[int, int], int]:
        """How often each registration has changed."""
        async with self.world.database.reading() as session:
            found = await session.execute(
                select(Registration.event_id, Registration.participant_id, Registration.revision)
            )
            return {(of, person): revision for of, person, revision in found}

    def _step(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async def run() -> None:
            await work()
            await self.season.settle()

        try:
            self.runner.run(run())
        except BaseException:
            self.has_failed = True
            raise

    @property
    def cancelled(self) -> set[int]:
        """The events that were called off."""
        found: set[int] = self.__dict__.setdefault("_cancelled", set())
        return found

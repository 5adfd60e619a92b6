"""Sixty days of two hundred people with everything on: each message keeps its promises."""

import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.simulator.faults import FaultKind
from tests.support.databases import Databases
from tests.support.promises import Stand, by_class_and_state
from tests.support.season import ZONES, Season
from tests.support.world import World
from xinno_core.blueprints.read import packaged, read
from xinno_core.models import (
    Event,
    EventState,
    NoticeClass,
    NoticeKind,
    Purpose,
    Region,
    Topic,
)
from xinno_core.services.blueprints import import_blueprint

PEOPLE, DAYS = 200, 60


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_sixty_days_of_two_hundred_people_keep_every_promise(
    databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    with databases.fresh("sqlite") as url:
        world = World(url)
        await world.open()
        try:
            stand = await Sixty(world).live(people=PEOPLE, days=DAYS)
        finally:
            await world.close()
    with capsys.disabled():
        told = f"{PEOPLE} people, {DAYS} days, {len(stand.notices)} messages promised"
        sys.stdout.write(f"\n{told}\n{by_class_and_state(stand.notices)}\n")
    counted = Counter(one.kind for one in stand.notices)
    assert {NoticeKind.REMINDER, NoticeKind.EXERCISE, NoticeKind.BROADCAST} <= counted.keys()


class Sixty:
    """People who come, wish, answer and go, by chance."""

    def __init__(self, world: World, *, seed: int = 1) -> None:
        self.world = world
        self.season = Season(world)
        self.random = random.Random(seed)
        self.roles: dict[int, list[str]] = {}

    async def live(self, *, people: int, days: int) -> Stand:
        """Let the days pass; the promises are tried twice a day."""
        season = self.season
        await season.begin(people=people)
        await self._import_formats()
        for who in range(people):
            await self._arrive(who)
        for day in range(days):
            for hours in (10.5, 13.5):
                for _ in range(people // 8):
                    await self.random.choice(self._deeds())(self.random.randrange(people))
                if day % 10 == 3:
                    await self.world.restart()
                await season.settle()
                await season.travel(timedelta(hours=hours))
            if day in {20, 41}:
                await season.be_down(timedelta(hours=72))
        return await season.promises.look()

    async def _import_formats(self) -> None:
        for path in packaged():
            async with self.world.database.writing() as session:
                outcome = await import_blueprint(session, read(path), now=self.world.now)
                assert not outcome.problems, outcome.problems
        async with self.world.database.reading() as session:
            found = await session.scalars(
                select(Event).where(Event.state == EventState.PUBLISHED).order_by(Event.id)
            )
            events = found.all()
            regions = (await session.scalars(select(Region.key))).all()
        for region in regions:
            await self.season.organise(region)
        self.season.events += [one.id for one in events if one.id not in self.season.events]
        self.roles = {one.id: [str(role["key"]) for role in one.roles] for one in events}

    async def _arrive(self, who: int) -> None:
        """Say what one agrees to, and where one lives."""
        chance = self.random.random
        for purpose in (Purpose.EXERCISES, Purpose.INVITATIONS):
            await self.season.consent(who, purpose, given=chance() < 0.7)
        if chance() < 0.3:
            await self.season.live_in(who, self.random.choice(ZONES))
        if chance() < 0.4:
            await self._registers(who)

    def _deeds(self) -> list[Callable[[int], Awaitable[None]]]:
        return [
            *[self._registers] * 12,
            *[self._wishes] * 5,
            self._leaves,
            self.season.answer,
            self.season.begin_answering,
            self.season.choose_workshop,
            self._is_out_of_reach,
            self.season.unblock,
            self._loses_an_answer,
            self._organises,
        ]

    async def _registers(self, who: int) -> None:
        event = self.random.randrange(len(self.season.events))
        role = self.random.choice(self.roles[self.season.events[event]])
        await self.season.register(who, event, role)

    async def _leaves(self, who: int) -> None:
        await self.season.leave(who, self.random.randrange(len(self.season.events)))

    async def _wishes(self, who: int) -> None:
        season, choose = self.season, self.random.choice
        wishes: list[Callable[[], Awaitable[None]]] = [
            lambda: season.set_pace(who, choose([0, 1, 2, 3, 3])),
            lambda: season.set_hours(who, choose([None, (18, 8), (22, 7), (0, 0), (12, 13)])),
            lambda: season.set_pause(who, choose(["weeks", "open", "none", "none"])),
            lambda: season.switch_topic(who, choose(list(Topic)), on=choose([True, False])),
            lambda: season.consent(who, Purpose.EXERCISES, given=choose([True, True, False])),
            lambda: season.live_in(who, choose([None, *ZONES])),
        ]
        await choose(wishes)()

    async def _is_out_of_reach(self, who: int) -> None:
        await self.season.block(who, heard=self.random.random() < 0.5)

    async def _loses_an_answer(self, who: int) -> None:
        kinds = [FaultKind.ACCEPT_THEN_HANG, FaultKind.DROP]
        await self.season.lose_an_answer(who, self.random.choice(kinds))

    async def _organises(self, _who: int) -> None:
        season, choose = self.season, self.random.choice
        event = self.random.randrange(len(self.season.events))
        deeds: list[Callable[[], Awaitable[None]]] = [
            lambda: season.decide(approve=True),
            lambda: season.move(event, timedelta(hours=choose([-24, -2, 3, 24, 120]))),
            lambda: season.pause_journey(event),
            lambda: season.resume_journey(event, send=True),
            lambda: season.resume_journey(event, send=False),
            lambda: season.quieten(*choose([(20, 8), (22, 8), (18, 9)])),
            season.resume_announcements,
            lambda: self._announce(choose(list(NoticeClass)[:1] + [*NoticeClass][2:])),
            lambda: self._announce(NoticeClass.OPTIONAL),
        ]
        await choose(deeds)()

    async def _announce(self, of_class: NoticeClass) -> None:
        event = self.random.randrange(len(self.season.events))
        await self.season.announce(event, of_class, Topic.NEWS, ["confirmed", "waitlisted"])

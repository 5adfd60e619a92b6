"""Figures of announcements add up, whatever happens to those announcements."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import acting, sender
from bot.simulator.faults import FaultKind
from tests.support import announcing
from tests.support.world import Actor, World
from xinno_core.models import NoticeState
from xinno_core.services import acts, broadcasts, corrections
from xinno_core.services.broadcast_figures import Figures
from xinno_core.services.composing import Sent, SentKind

FAULTS = [
    (FaultKind.DROP, "sendMessage"),
    (FaultKind.ACCEPT_THEN_HANG, "sendMessage"),
    (FaultKind.SERVER_ERROR, "sendMessage"),
    (FaultKind.BROKEN_JSON, "sendMessage"),
    (FaultKind.BAD_REQUEST, "sendMessage"),
    (FaultKind.BLOCKED, "sendMessage"),
    (FaultKind.CONNECT_REFUSED, "sendMessage"),
    (FaultKind.DROP, "deleteMessage"),
    (FaultKind.BAD_REQUEST, "deleteMessage"),
    (FaultKind.BLOCKED, "deleteMessage"),
    (FaultKind.SERVER_ERROR, "editMessageText"),
    (FaultKind.BLOCKED, "editMessageText"),
]
NEW = "Something else."


class Life:
    """One announcement with a random fate, and those who steer it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.resent = False
        self.one = 0
        self.olga: Actor
        self.people: list[Actor] = []

    async def begin(self) -> None:
        """Somebody announces something to a crowd, of whom some have gone."""
        talk = await self.world.event("Collab Talks", seats=None)
        self.olga = await self.world.organiser("Olga")
        number = self.random.randint(4, 9)
        self.people = await announcing.crowd(self.world, talk, number, languages=("en", "de", "it"))
        for person in self.random.sample(self.people, self.random.randint(0, 2)):
            self.world.simulator.block(person.id)
        self.world.simulator.take_updates()
        self.one = await announcing.running(self.world, talk, self.olga)

    async def happen(self) -> None:
        """Something happens."""
        things: list[Callable[[], Awaitable[Any]]] = [
            self.world.assistant.sender.send_due,
            self.world.assistant.sender.send_due,
            self.world.assistant.acting.work,
            self.world.restart,
            self.fault,
            self.fault,
            self.pass_time,
            lambda: self.turn(broadcasts.pause),
            lambda: self.turn(broadcasts.resume),
            lambda: self.turn(broadcasts.resume),
            lambda: self.turn(broadcasts.cancel) if self.random.random() < 0.3 else self.fault(),
            lambda: self.turn(acts.recall) if self.random.random() < 0.3 else self.fault(),
            self.correct,
            self.resend,
        ]
        await self.random.choice(things)()

    async def turn(self, verb: Callable[..., Awaitable[Any]]) -> Any:  # noqa: ANN401 (outcomes)
        """An organiser presses something."""
        async with self.world.database.writing() as session:
            return await verb(
                session,
                participant=await self.world.person(session, self.olga),
                broadcast_id=self.one,
                now=self.world.now,
            )

    async def resend(self) -> None:
        """The unknown get it again: from then on somebody may have it twice."""
        outcome = await self.turn(broadcasts.resend_unknown)
        self.resent = self.resent or isinstance(outcome, broadcasts.Turned)

    async def correct(self) -> None:
        """New words, in whatever state it is."""
        begun = await self.turn(corrections.begin)
        if not isinstance(begun, corrections.Correction):
            return
        async with self.world.database.writing() as session:
            asked: dict[str, Any] = {
                "participant": await self.world.person(session, self.olga),
                "broadcast_id": self.one,
                "now": self.world.now,
            }
            words = Sent(SentKind.TEXT, text=NEW, html=NEW)
            await corrections.take(session, sent=words, **asked)
            await corrections.confirm(session, version=begun.progress.version, **asked)

    async def fault(self) -> None:
        """Something goes wrong with the next calls."""
        kind, method = self.random.choice(FAULTS)
        times = self.random.randint(1, 3)
        self.world.simulator.faults.add(kind=kind, method=method, times=times)

    async def pass_time(self) -> None:
        """Minutes go by, or days."""
        minutes = self.random.choice([1, 5, 60, 2 * 24 * 60])
        self.world.clock.set(self.world.now + timedelta(minutes=minutes))

    async def end(self) -> None:
        """Everything works again, and somebody lets it go on."""
        self.world.simulator.faults.clear()
        self.world.clock.set(self.world.now.replace(hour=11) + timedelta(days=1))
        for _ in range(3):
            await self.turn(broadcasts.resume)
            await self.world.tick()


def added_up(figures: Figures) -> int:
    """Return the sum of what the figures part the audience into."""
    return (
        figures.arrived
        + figures.waiting
        + figures.unknown
        + sum(figures.failed.values())
        + sum(figures.skipped.values())
    )


@pytest.mark.parametrize("seed", range(10))
async def test_the_figures_add_up_to_the_audience_whatever_happens(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random faults, turns and restarts; at each step everybody stands in exactly one place."""
    monkeypatch.setattr(sender, "BATCH", 3)
    monkeypatch.setattr(acting, "BATCH", 2)
    monkeypatch.setattr(sender, "PROBE_SECONDS", 0.0)
    life = Life(world, seed)
    await life.begin()
    for _ in range(25):
        await life.happen()
        figures = await announcing.figures_of(world, life.one)
        assert added_up(figures) == figures.audience == len(life.people)
        by_language = figures.languages.values()
        assert sum(readers.audience for readers in by_language) == figures.audience
        assert sum(readers.arrived for readers in by_language) == figures.arrived
        assert figures.arrived == figures.left + figures.recalled
    await life.end()
    figures = await announcing.figures_of(world, life.one)
    assert added_up(figures) == figures.audience == len(life.people)
    assert (figures.waiting, figures.asked) == (0, 0)
    for person in life.people:
        row = await announcing.notice_of(world, life.one, person)
        has_old, has_new = announcing.seen(person), announcing.seen(person, NEW)
        if not life.resent:
            assert has_old + has_new <= 1
        if row.state is NoticeState.RECALLED:
            assert has_old + has_new == 0 or life.resent
        if row.state is NoticeState.CORRECTED:
            assert has_new >= 1
        if row.state is NoticeState.SENT:
            assert has_old + has_new >= 1


async def test_one_query_answers_for_many(world: World) -> None:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    await announcing.crowd(world, talk, 2)
    ids = [await announcing.sent(world, talk, olga) for _ in range(3)]
    async with world.database.reading() as session:
        found = await broadcasts.list_of_event(
            session,
            participant=await world.person(session, olga),
            event_id=talk.id,
            now=world.now,
        )
    assert [one.broadcast_id for one in found.found] == ids[::-1]
    assert all(one.figures.arrived == 2 for one in found.found)


NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "figures, ran, expected",
    [
        (Figures(audience=100, waiting=60, last_minute=30), 10, 2),
        (Figures(audience=100, waiting=60, last_minute=30), 0.5, 1),  # only just begun
        (Figures(audience=100, waiting=60), 10, None),
        (Figures(audience=100, arrived=100), 10, None),
    ],
)
def test_the_forecast_comes_from_the_pace_of_the_last_minute(
    figures: Figures, ran: float, expected: float | None
) -> None:
    ready = figures.forecast(NOW, since=NOW - timedelta(minutes=ran))
    assert ready == (None if expected is None else NOW + timedelta(minutes=expected))


def test_the_forecast_waits_for_those_who_are_held() -> None:
    """Half of them sleep; the last one goes when their quiet hours end."""
    morning = NOW + timedelta(hours=9)
    figures = Figures(
        audience=100, waiting=60, last_minute=30, held={"quiet_hours": 30}, held_until=morning
    )
    assert figures.forecast(NOW, since=NOW - timedelta(hours=1)) == morning

"""The life of an announcement: nothing goes twice, nothing is lost, whoever presses what when."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot.delivery import sender as sender_module
from bot.simulator.faults import FaultKind
from tests.support import announcing
from tests.support.announcing import figures_of, seen, state_of
from tests.support.world import Actor, World
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Audit,
    Broadcast,
    BroadcastState,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Region,
)
from xinno_core.services import broadcast_ticks, broadcasts, seconding
from xinno_core.services.broadcasts import (
    Already,
    NeedsSecond,
    NoAudience,
    NotNow,
    OwnAnnouncement,
    Progress,
    Turn,
    Turned,
    TurnOutcome,
)
from xinno_core.services.seconding import SecondOutcome

Verb = Callable[..., Awaitable[TurnOutcome]]


async def scene(world: World, people: int) -> tuple[Event, Actor, list[Actor]]:
    talk, olga = await world.event("Collab Talks", seats=None), await world.organiser("Olga")
    return talk, olga, await announcing.crowd(world, talk, people)


async def turn(world: World, verb: Verb, broadcast_id: int, by: Actor) -> TurnOutcome:
    async with world.database.writing() as session:
        return await verb(
            session,
            participant=await world.person(session, by),
            broadcast_id=broadcast_id,
            now=world.now,
        )


async def begin(world: World) -> int:
    async with world.database.writing() as session:
        return await broadcast_ticks.begin_due(session, now=world.now)


async def key_of(world: World, broadcast_id: int) -> str:
    async with world.database.reading() as session:
        return (await session.get_one(Broadcast, broadcast_id)).draft_key


async def told(world: World, kind: NoticeKind) -> list[str]:
    """The reasons for which somebody was told."""
    async with world.database.reading() as session:
        query = select(Notice).where(Notice.kind == kind).order_by(Notice.id)
        return [row.params.get("reason", "") for row in await session.scalars(query)]


# ── the yes and the minute after it ──────────────────────────────────────────────────────────
async def test_nothing_goes_within_the_minute_in_which_it_can_be_undone(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    launched = await announcing.launch(world, one, olga)
    assert isinstance(launched, Progress)
    assert (launched.state, launched.figures.waiting) == (BroadcastState.SCHEDULED, 1)
    await world.advance(seconds=59)
    assert seen(jan) == 0
    await world.advance(seconds=1)
    assert seen(jan) == 1
    assert await state_of(world, one) is BroadcastState.DONE


async def test_undone_in_time_it_is_a_draft_again_and_an_old_yes_is_void(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    key = await key_of(world, one)
    await announcing.launch(world, one, olga)
    assert isinstance(await turn(world, broadcasts.undo, one, olga), Turned)
    assert isinstance(await turn(world, broadcasts.undo, one, olga), Already)
    await world.advance(hours=1)
    assert (seen(jan), await announcing.audience_of(world, one)) == (0, 0)
    assert await state_of(world, one) is BroadcastState.DRAFT
    assert await key_of(world, one) != key


async def test_undoing_makes_way_for_a_newer_draft(world: World) -> None:
    """Another announcement is being written by then: this one is dropped, that one stays."""
    talk, olga, _ = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    newer = await announcing.draft(world, talk, olga)
    await turn(world, broadcasts.undo, one, olga)
    assert await state_of(world, one) is BroadcastState.CANCELLED
    assert await state_of(world, newer) is BroadcastState.DRAFT


async def test_the_audience_is_frozen_at_the_yes(world: World) -> None:
    talk, olga, _ = await scene(world, 2)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    (late,) = await announcing.crowd(world, talk, 1)
    await world.advance(minutes=2)
    assert (seen(late), await announcing.audience_of(world, one)) == (0, 2)


async def test_a_guest_without_a_chat_is_no_audience(world: World) -> None:
    """A past bug: the draft said one, the announcement two, for a guest of the demo counted."""
    talk, olga, (_, guest) = await scene(world, 2)
    async with world.database.writing() as session:
        (await world.person(session, guest)).telegram_id = None
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    assert await announcing.audience_of(world, one) == 1


async def test_many_yeses_at_once_are_one(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.draft(world, talk, olga)
    await asyncio.gather(*(announcing.launch(world, one, olga) for _ in range(8)))
    assert await announcing.audience_of(world, one) == 3
    await world.advance(minutes=2)
    assert [seen(person) for person in people] == [1, 1, 1]


async def test_for_nobody_it_stays_a_draft(world: World) -> None:
    talk, olga, _ = await scene(world, 0)
    one = await announcing.draft(world, talk, olga)
    assert isinstance(await announcing.launch(world, one, olga), NoAudience)
    assert await state_of(world, one) is BroadcastState.DRAFT


async def test_it_starts_at_the_time_that_was_chosen(world: World) -> None:
    talk, olga, (jan,) = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga, starts_at=world.now + timedelta(hours=3))
    await world.advance(hours=2, minutes=59)
    assert seen(jan) == 0
    await world.advance(minutes=1)
    assert seen(jan) == 1


@pytest.mark.parametrize(
    "verb",
    [
        broadcasts.undo,
        broadcasts.pause,
        broadcasts.resume,
        broadcasts.cancel,
        broadcasts.resend_unknown,
    ],
)
async def test_who_organises_another_region_finds_nothing(world: World, verb: Verb) -> None:
    talk, olga, _ = await scene(world, 1)
    other = await world.organiser("Oda", of="padova")
    one = await announcing.running(world, talk, olga)
    with pytest.raises(NotFoundError):
        await turn(world, verb, one, other)


# ── late, paused, cancelled ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "minutes, state", [(9, BroadcastState.RUNNING), (12, BroadcastState.PAUSED)]
)
async def test_what_starts_too_late_asks_its_author_first(
    world: World, minutes: int, state: BroadcastState
) -> None:
    talk, olga, _ = await scene(world, 1)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    world.clock.set(world.now + timedelta(minutes=minutes))  # nobody was there to begin it
    assert await begin(world) == 1
    assert await state_of(world, one) is state
    expected = ["late"] if state is BroadcastState.PAUSED else []
    assert await told(world, NoticeKind.BROADCAST_STOPPED) == expected


async def test_a_downtime_in_the_middle_asks_its_author_before_it_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "BATCH", 2)
    talk, olga, people = await scene(world, 5)
    one = await announcing.running(world, talk, olga)
    await world.assistant.sender.send_due()
    await world.assistant.close()
    world.clock.set(world.now + timedelta(hours=1))
    await world.restart()
    await world.tick()
    assert sum(map(seen, people)) == 2
    assert await told(world, NoticeKind.BROADCAST_STOPPED) == ["late"]
    await turn(world, broadcasts.resume, one, olga)
    await world.tick()
    assert [seen(person) for person in people] == [1] * 5


async def test_a_short_restart_goes_on_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "BATCH", 2)
    talk, olga, people = await scene(world, 5)
    one = await announcing.running(world, talk, olga)
    await world.assistant.sender.send_due()
    await world.restart()
    await world.tick()
    assert [seen(person) for person in people] == [1] * 5
    assert await state_of(world, one) is BroadcastState.DONE


async def test_paused_nothing_goes_and_resumed_nobody_gets_it_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "BATCH", 2)
    talk, olga, people = await scene(world, 5)
    one = await announcing.running(world, talk, olga)
    await world.assistant.sender.send_due()
    assert isinstance(await turn(world, broadcasts.pause, one, olga), Turned)
    assert isinstance(await turn(world, broadcasts.pause, one, olga), Already)
    await world.advance(days=1)
    assert sum(map(seen, people)) == 2
    await turn(world, broadcasts.resume, one, olga)
    await world.tick()
    assert [seen(person) for person in people] == [1] * 5


async def test_cancelled_in_the_middle_the_rest_is_skipped_and_adds_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "BATCH", 2)
    talk, olga, people = await scene(world, 5)
    one = await announcing.running(world, talk, olga)
    await world.assistant.sender.send_due()
    outcomes = await asyncio.gather(*(turn(world, broadcasts.cancel, one, olga) for _ in range(4)))
    assert sum(isinstance(outcome, Turned) for outcome in outcomes) == 1
    await world.tick()
    figures = await figures_of(world, one)
    assert (figures.arrived, figures.skipped, figures.waiting) == (2, {"cancelled": 3}, 0)
    assert sum(map(seen, people)) == 2
    assert isinstance(await turn(world, broadcasts.resume, one, olga), NotNow)


async def test_two_organisers_at_once_leave_one_state(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    otto = await world.organiser("Otto")
    one = await announcing.running(world, talk, olga)
    await asyncio.gather(
        turn(world, broadcasts.pause, one, olga),
        turn(world, broadcasts.cancel, one, otto),
        turn(world, broadcasts.resume, one, otto),
        turn(world, broadcasts.pause, one, otto),
    )
    await world.tick()
    assert await state_of(world, one) is BroadcastState.CANCELLED
    figures = await figures_of(world, one)
    assert figures.audience == figures.arrived + sum(figures.skipped.values()) == len(people)


# ── when sending fails ───────────────────────────────────────────────────────────────────────
async def test_when_half_of_the_last_do_not_arrive_it_pauses_and_asks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "BATCH", 4)
    talk, olga, people = await scene(world, 16)
    one = await announcing.running(world, talk, olga)
    fault = world.simulator.faults.add(kind=FaultKind.BAD_REQUEST, method="sendMessage", times=None)
    await world.assistant.sender.drain()
    assert await state_of(world, one) is BroadcastState.PAUSED
    assert await told(world, NoticeKind.BROADCAST_STOPPED) == ["failing"]
    figures = await figures_of(world, one)
    assert (sum(figures.failed.values()), figures.waiting) == (12, 4)
    fault.times = 1
    await world.advance(minutes=5)
    await turn(world, broadcasts.resume, one, olga)
    await world.tick()
    assert sum(map(seen, people)) == 3  # what failed before the pause does not stop it again
    assert await state_of(world, one) is BroadcastState.DONE


async def test_those_who_blocked_us_do_not_stop_it(world: World) -> None:
    talk, olga, people = await scene(world, 14)
    one = await announcing.running(world, talk, olga)
    for person in people[:12]:
        world.simulator.block(person.id)
    world.simulator.take_updates()
    await world.tick()
    assert await state_of(world, one) is BroadcastState.DONE
    assert (await figures_of(world, one)).failed == {"blocked": 12}


async def test_the_unknown_are_sent_again_only_when_somebody_says_so(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    one = await announcing.running(world, talk, olga)
    world.simulator.faults.add(kind=FaultKind.DROP, method="sendMessage", chat_id=people[0].id)
    await world.tick()
    assert [seen(person) for person in people] == [0, 1, 1]
    assert (await figures_of(world, one)).unknown == 1
    await world.advance(minutes=5)
    outcomes = [await turn(world, broadcasts.resend_unknown, one, olga) for _ in range(2)]
    assert [isinstance(outcome, Turned) for outcome in outcomes] == [True, False]
    await world.tick()
    assert [seen(person) for person in people] == [1, 1, 1]
    assert await state_of(world, one) is BroadcastState.DONE
    assert len(await told(world, NoticeKind.BROADCAST_DONE)) == 2


# ── the second yes ───────────────────────────────────────────────────────────────────────────
async def _from(world: World, people: int) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Region).values(second_from=people))


async def _second(
    world: World,
    verb: Callable[..., Awaitable[SecondOutcome]],
    one: int,
    by: Actor,
    key: str,
) -> SecondOutcome:
    async with world.database.writing() as session:
        return await verb(
            session,
            participant=await world.person(session, by),
            broadcast_id=one,
            draft_key=key,
            now=world.now,
        )


async def test_to_many_it_waits_for_another_organiser(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    otto = await world.organiser("Otto")
    await _from(world, 3)
    one = await announcing.draft(world, talk, olga)
    outcome = await announcing.launch(world, one, olga)
    assert isinstance(outcome, NeedsSecond)
    assert (outcome.people, outcome.others) == (3, ("Otto",))
    await world.advance(minutes=30)
    assert sum(map(seen, people)) == 0
    key = await key_of(world, one)
    assert isinstance(await _second(world, broadcasts.second, one, olga, key), OwnAnnouncement)
    assert isinstance(await _second(world, broadcasts.second, one, otto, "older"), NotNow)
    assert isinstance(await _second(world, broadcasts.second, one, otto, key), Turned)
    assert isinstance(await _second(world, broadcasts.second, one, otto, key), Already)
    await world.advance(seconds=59)
    assert sum(map(seen, people)) == 0
    await world.advance(seconds=1)
    assert sum(map(seen, people)) == 3


async def test_sent_back_it_is_a_draft_and_its_author_is_told(world: World) -> None:
    talk, olga, people = await scene(world, 3)
    otto = await world.organiser("Otto")
    await _from(world, 3)
    one = await announcing.draft(world, talk, olga)
    await announcing.launch(world, one, olga)
    key = await key_of(world, one)
    assert isinstance(await _second(world, broadcasts.send_back, one, otto, key), Turned)
    await world.advance(hours=1)
    assert await state_of(world, one) is BroadcastState.DRAFT
    assert (sum(map(seen, people)), await announcing.audience_of(world, one)) == (0, 0)
    assert await told(world, NoticeKind.BROADCAST_STOPPED) == [Turn.SENT_BACK]


async def test_with_nobody_else_there_nothing_is_frozen(world: World) -> None:
    talk, olga, _ = await scene(world, 3)
    await _from(world, 3)
    one = await announcing.draft(world, talk, olga)
    outcome = await announcing.launch(world, one, olga)
    assert isinstance(outcome, NeedsSecond)
    assert outcome.others == ()
    assert await state_of(world, one) is BroadcastState.DRAFT
    assert await announcing.audience_of(world, one) == 0


async def test_two_hundred_need_a_second_yes_unless_the_region_says_otherwise(
    world: World,
) -> None:
    talk, olga, _ = await scene(world, 2)
    one = await announcing.draft(world, talk, olga)
    assert isinstance(await announcing.launch(world, one, olga), Progress)
    async with world.database.reading() as session:
        region = await session.scalar(select(Region))
        assert region is not None
        assert broadcasts.threshold(region) == 200
    async with world.database.writing() as session:
        await seconding.set_threshold(session, region_key="chemnitz", people=2, now=world.now)
    two = await announcing.draft(world, talk, olga)
    assert isinstance(await announcing.launch(world, two, olga), NeedsSecond)


async def test_every_turn_stands_in_the_audit(world: World) -> None:
    talk, olga, _ = await scene(world, 1)
    one = await announcing.running(world, talk, olga)
    for verb in (broadcasts.pause, broadcasts.resume, broadcasts.cancel):
        await turn(world, verb, one, olga)
    async with world.database.reading() as session:
        verbs = await session.scalars(
            select(Audit.verb)
            .where(Audit.verb.startswith("announce"), Audit.actor_id.is_not(None))
            .order_by(Audit.id)
        )
        assert list(verbs) == [
            "announce",
            "announcement_paused",
            "announcement_resumed",
            "announcement_cancelled",
        ]
        people = select(func.count()).select_from(Participant)
        assert await session.scalar(people) == 2


async def test_an_interrupted_sending_is_not_taken_for_a_failing_one(world: World) -> None:
    """A past bug in the making: twelve were on their way when the process died."""
    talk, olga, _ = await scene(world, 14)
    one = await announcing.running(world, talk, olga)
    async with world.database.writing() as session:
        await session.execute(
            update(Notice)
            .where(Notice.broadcast_id == one, Notice.id % 7 != 0)
            .values(state=NoticeState.UNKNOWN, reason="interrupted", ended_at=world.now)
        )
    async with world.database.writing() as session:
        assert await broadcast_ticks.pause_failing(session, now=world.now) == 0

"""An update has its effect exactly once, whoever works it, however often, and however late."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from bot.telegram import intake
from tests.support.world import World
from xinno_core.models import Inbox, InboxState, Participant
from xinno_core.services import inbox
from xinno_core.services.inbox import Work

NOBODY: frozenset[str] = frozenset()


async def stored(world: World, *people: str) -> None:
    """One open update for each of these, in this order."""
    async with world.database.writing() as session:
        for number, person in enumerate(people):
            assert await inbox.store(
                session, update_id=500 + number, person_key=person, payload='{"update_id": 1}'
            )


async def claimed(world: World, holder: str, busy: frozenset[str] = NOBODY) -> Work | None:
    async with world.database.writing() as session:
        return await inbox.claim(session, holder=holder, busy=busy)


async def lease_over(world: World) -> None:
    """Let every lease have run out."""
    async with world.database.writing() as session:
        await session.execute(update(Inbox).values(lease_until=datetime(2020, 1, 1, tzinfo=UTC)))


async def row(world: World) -> Inbox:
    async with world.database.reading() as session:
        return (await session.scalars(select(Inbox))).one()


async def test_an_update_is_stored_once(world: World) -> None:
    await stored(world, "anna")
    async with world.database.writing() as session:
        assert not await inbox.store(session, update_id=500, person_key="x", payload="{}")
    assert (await row(world)).person_key == "anna"


async def test_one_update_goes_to_one_worker(world: World) -> None:
    await stored(world, "anna", "jan", "eva")
    found = await asyncio.gather(*(claimed(world, f"worker-{number}") for number in range(8)))
    ids = [work.id for work in found if work is not None]
    assert sorted(ids) == sorted(set(ids))
    assert 1 <= len(ids) <= 3


async def test_one_persons_updates_wait_for_each_other(world: World) -> None:
    await stored(world, "anna", "anna", "jan")
    first = await claimed(world, "one")
    other = await claimed(world, "two")
    assert (first and first.person_key, other and other.person_key) == ("anna", "jan")
    assert await claimed(world, "three") is None
    async with world.database.writing() as session:
        assert first is not None
        assert await inbox.finish(session, first)
    assert await claimed(world, "three", frozenset({"anna"})) is None  # the screen is on its way
    second = await claimed(world, "three")
    assert second is not None
    assert (second.person_key, second.id) == ("anna", first.id + 1)


async def test_whose_lease_has_run_out_has_no_effect(world: World) -> None:
    """The slow one wrote something; when it wants to finish, its whole work is rolled back."""
    await stored(world, "anna")
    slow = await claimed(world, "slow")
    await lease_over(world)
    quick = await claimed(world, "quick")
    assert slow is not None
    assert quick is not None
    async with world.database.writing() as session:
        assert await inbox.finish(session, quick)
    async with world.database.writing() as session:
        assert not await inbox.finish(session, slow)
    assert (await row(world)).state is InboxState.DONE


async def test_a_late_failure_does_not_put_aside_what_another_has_done(world: World) -> None:
    """A past bug: it parked the finished update, and told the person that nothing was done."""
    await stored(world, "anna")
    await claimed(world, "first")
    await lease_over(world)
    await claimed(world, "second")
    await lease_over(world)
    slow = await claimed(world, "slow")
    assert slow is not None
    assert slow.is_last_attempt
    async with world.database.writing() as session:
        await session.execute(update(Inbox).values(attempts=4, lease_holder="quick"))
        quick = Work(slow.id, slow.payload, slow.person_key, 4, "quick")
        assert await inbox.finish(session, quick)
    async with world.database.writing() as session:
        assert not await inbox.fail(session, slow, error="TooLate")
    assert (await row(world)).state is InboxState.DONE


async def test_an_update_that_kills_the_process_is_put_aside_too(world: World) -> None:
    await stored(world, "anna", "anna")
    for _ in range(inbox.MOST_ATTEMPTS):
        assert await claimed(world, "doomed") is not None
        await lease_over(world)
    assert await claimed(world, "next") is None  # which puts it aside
    following = await claimed(world, "next")
    assert following is not None
    async with world.database.reading() as session:
        states = (await session.scalars(select(Inbox.state).order_by(Inbox.id))).all()
    assert states == [InboxState.PARKED, InboxState.OPEN]


async def test_an_effect_and_its_mark_stand_or_fall_together(world: World) -> None:
    """A real worker whose lease is taken away in the middle leaves nothing behind."""
    stranger = world.newcomer("Stranger")
    world.simulator.open_link(stranger.id)
    (made,) = world.simulator.take_updates()
    await intake.store(world.database, made)
    slow = await claimed(world, "slow")
    assert slow is not None
    await lease_over(world)
    quick = await claimed(world, "quick")
    assert quick is not None
    await world.assistant.workers._work(slow)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Participant)) == 0
    await world.assistant.workers._work(quick)
    async with world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Participant)) == 1
    assert stranger.sees().count("Welcome to the x-Inno assistant.") == 1


async def test_what_was_done_long_ago_is_forgotten_and_nothing_else(world: World) -> None:
    """Anna's update is four days old, Jan's of today, Eva's old but still waits for its turn."""
    await stored(world, "anna", "jan", "eva")
    for _ in range(2):
        work = await claimed(world, "one")
        assert work is not None
        async with world.database.writing() as session:
            assert await inbox.finish(session, work)
    four_days_ago = datetime.now(UTC) - timedelta(days=4)
    async with world.database.writing() as session:
        old = Inbox.update_id.in_([500, 502])
        await session.execute(update(Inbox).where(old).values(received_at=four_days_ago))
    await world.tick()
    async with world.database.reading() as session:
        left = await session.scalars(select(Inbox.update_id).order_by(Inbox.id))
        assert left.all() == [501, 502]
    async with world.database.writing() as session:
        assert not await inbox.store(session, update_id=501, person_key="jan", payload="{}")

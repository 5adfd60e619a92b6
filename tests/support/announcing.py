"""Announcements in tests: a crowd that is registered, a draft, the yes to it, and its figures."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from tests.support.world import Actor, World
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    Notice,
    NoticeClass,
    Participant,
    Recipient,
    Registration,
    RegistrationState,
    Topic,
)
from xinno_core.services import broadcast_figures, broadcast_ticks, broadcasts
from xinno_core.services.broadcast_figures import Figures
from xinno_core.services.broadcasts import Launched
from xinno_core.services.contents import Content, Part, TextPart, as_json

WORDS = "The door is in the yard."


async def crowd(
    world: World, event: Event, number: int, *, languages: Sequence[str] = ("en",)
) -> list[Actor]:
    """So many people with a confirmed place, each reading one of the languages."""
    people = [
        await world.participant(f"Person {each}", language=languages[each % len(languages)])
        for each in range(number)
    ]
    async with world.database.writing() as session:
        for actor in people:
            session.add(
                Registration(
                    event_id=event.id,
                    participant_id=(await world.person(session, actor)).id,
                    role="visitor",
                    state=RegistrationState.CONFIRMED,
                    answers={},
                    created_at=world.now,
                    confirmed_at=world.now,
                )
            )
    return people


async def draft(
    world: World, event: Event, author: Actor, contents: Mapping[str, Sequence[Part]] | None = None
) -> int:
    """A draft to everyone with a confirmed place; return its id."""
    written: Mapping[str, Sequence[Part]] = contents or {"en": [TextPart(WORDS)]}
    async with world.database.writing() as session:
        row = Broadcast(
            draft_key=secrets.token_hex(8),
            event_id=event.id,
            author_id=(await world.person(session, author)).id,
            state=BroadcastState.DRAFT,
            notice_class=NoticeClass.SERVICE,
            topic=Topic.NEWS,
            audience={"states": [RegistrationState.CONFIRMED.value]},
            content={code: as_json(Content(tuple(parts))) for code, parts in written.items()},
            fallback={},
            created_at=world.now,
        )
        session.add(row)
        await session.flush()
        return row.id


async def launch(
    world: World, broadcast_id: int, author: Actor, *, starts_at: datetime | None = None
) -> Launched:
    """The last yes of its author."""
    async with world.database.writing() as session:
        return await broadcasts.launch(
            session,
            broadcast=await session.get_one(Broadcast, broadcast_id),
            author=await world.person(session, author),
            now=world.now,
            starts_at=starts_at,
        )


async def running(
    world: World, event: Event, author: Actor, contents: Mapping[str, Sequence[Part]] | None = None
) -> int:
    """An announcement that has begun and of which nothing has gone yet; return its id."""
    broadcast_id = await draft(world, event, author, contents)
    await launch(world, broadcast_id, author)
    world.clock.set(world.now + broadcasts.UNDO)
    async with world.database.writing() as session:
        assert await broadcast_ticks.begin_due(session, now=world.now) == 1
    return broadcast_id


async def sent(
    world: World, event: Event, author: Actor, contents: Mapping[str, Sequence[Part]] | None = None
) -> int:
    """An announcement that everyone has; return its id."""
    broadcast_id = await running(world, event, author, contents)
    await world.tick()
    return broadcast_id


async def resume(world: World, name: str) -> None:
    """The only announcement there is goes on, because somebody with this name says so."""
    async with world.database.writing() as session:
        by = await session.scalar(select(Participant).where(Participant.name == name))
        one = await session.scalar(select(Broadcast.id))
        assert by is not None
        assert one is not None
        outcome = await broadcasts.resume(session, participant=by, broadcast_id=one, now=world.now)
        assert isinstance(outcome, broadcasts.Turned)


async def state_of(world: World, broadcast_id: int) -> BroadcastState:
    """Where it stands."""
    async with world.database.reading() as session:
        return (await session.get_one(Broadcast, broadcast_id)).state


async def figures_of(world: World, broadcast_id: int) -> Figures:
    """Its figures."""
    async with world.database.reading() as session:
        found = await broadcast_figures.read_figures(session, {broadcast_id}, now=world.now)
        return found[broadcast_id]


async def notices_of(world: World, broadcast_id: int) -> Sequence[Notice]:
    """What it owes to each, in the order of its people."""
    async with world.database.reading() as session:
        query = select(Notice).where(Notice.broadcast_id == broadcast_id)
        return (await session.scalars(query.order_by(Notice.participant_id))).all()


async def notice_of(world: World, broadcast_id: int, person: Actor) -> Notice:
    """What it owes to one person."""
    async with world.database.reading() as session:
        found = await session.scalar(
            select(Notice)
            .join(Participant, Participant.id == Notice.participant_id)
            .where(Notice.broadcast_id == broadcast_id, Participant.telegram_id == person.id)
        )
        assert found is not None
        return found


async def audience_of(world: World, broadcast_id: int) -> int:
    """How many people were frozen as its audience."""
    async with world.database.reading() as session:
        query = select(Recipient).where(Recipient.broadcast_id == broadcast_id)
        return len((await session.scalars(query)).all())


def seen(person: Actor, words: str = WORDS) -> int:
    """How many messages with these words stand in a person's chat now."""
    shown = person.world.simulator.chat(person.id)
    said = (one.text or one.caption or "" for one in shown if one.from_bot)
    return sum(words in text for text in said)

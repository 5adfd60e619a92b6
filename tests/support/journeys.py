"""Short verbs for stories of journeys: lines, people in other zones, many people, statements."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import event as hooks
from sqlalchemy import insert, select

from tests.support.world import Actor, World
from xinno_core.models import (
    Event,
    Notice,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
)


def rule(key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    """A line of a journey; a reminder unless said otherwise."""
    return {"key": key, **more}


def note(key: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    """A line that says its own key."""
    return {
        "key": key,
        "kind": NoticeKind.NOTE,
        "text": {"en": f"Note {key}.", "de": f"Notiz {key}.", "it": f"Nota {key}."},
        **more,
    }


async def live_in(world: World, actor: Actor, zone: str) -> None:
    """Let somebody be in a zone."""
    async with world.database.writing() as session:
        (await world.person(session, actor)).zone = zone


async def notices_of(world: World, kind: NoticeKind | None = None) -> Sequence[Notice]:
    """What rules have made, in the order of their times."""
    query = select(Notice).where(Notice.rule_id.is_not(None))
    if kind is not None:
        query = query.where(Notice.kind == kind)
    async with world.database.reading() as session:
        found = await session.scalars(query.order_by(Notice.due_at, Notice.id))
        return found.all()


async def crowd(
    world: World,
    event: Event,
    number: int,
    *,
    since: datetime,
    zones: Sequence[str | None] = (None,),
) -> None:
    """Many people with a place, since then."""
    async with world.database.writing() as session:
        people = [
            {
                "name": f"Guest {place}",
                "language": "en",
                "reachable": True,
                "zone": zones[place % len(zones)],
                "created_at": since,
            }
            for place in range(number)
        ]
        ids = (await session.scalars(insert(Participant).returning(Participant.id), people)).all()
        rows = [
            {
                "event_id": event.id,
                "participant_id": person,
                "role": "visitor",
                "state": RegistrationState.CONFIRMED,
                "answers": {},
                "created_at": since,
                "confirmed_at": since,
            }
            for person in ids
        ]
        await session.execute(insert(Registration), rows)


@contextlib.contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    seen: list[str] = []

    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    engine = world.database._writer.sync_engine
    hooks.listen(engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        hooks.remove(engine, "before_cursor_execute", see)

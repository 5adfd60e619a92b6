"""The audience of an announcement: frozen at the yes, thawed when the yes is taken back.

One recipient row and one notice each, in two statements however many they are. The notices wait
until their announcement runs; see `notices.is_let_go`.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    GroupPost,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Recipient,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services.audiences import select_people
from xinno_core.services.outbox import WAITING

UNDO = timedelta(seconds=60)
"""So long after the last yes nothing goes yet: the only undo that is honest."""


async def freeze(session: AsyncSession, broadcast: Broadcast, *, due_at: datetime) -> int:
    """Owe the message to everyone whom it is for now; return how many they are."""
    wanted = select_people(broadcast.audience, broadcast.event_id)
    # Guests of the demo have no chat and never will: they are no audience.
    in_chat = select(literal(broadcast.id), Participant.id).where(
        Participant.id.in_(wanted), Participant.telegram_id.is_not(None)
    )
    people = await change(
        session, insert(Recipient).from_select(["broadcast_id", "participant_id"], in_chat)
    )
    await session.execute(
        insert(Notice).from_select(
            [
                "participant_id",
                "event_id",
                "broadcast_id",
                "kind",
                "notice_class",
                "dedup_key",
                "params",
                "due_at",
                "state",
                "attempts",
                "telegram_ids",
                "parts_sent",
                "version",
            ],
            select(
                Recipient.participant_id,
                literal(broadcast.event_id),
                literal(broadcast.id),
                literal(NoticeKind.BROADCAST, Notice.kind.type),
                literal(broadcast.notice_class, Notice.notice_class.type),
                literal(f"broadcast:{broadcast.id}:") + cast(Recipient.participant_id, String),
                literal({}, Json),
                literal(due_at, Instant()),
                literal(NoticeState.PLANNED, Notice.state.type),
                literal(0),
                literal([], Json),
                literal(0),
                literal(0),
            ).where(Recipient.broadcast_id == broadcast.id),
        )
    )
    return people


async def thaw(session: AsyncSession, broadcast_id: int) -> None:
    """Owe it to nobody any more: nothing of it has been sent."""
    await session.execute(delete(GroupPost).where(GroupPost.broadcast_id == broadcast_id))
    await session.execute(delete(Notice).where(Notice.broadcast_id == broadcast_id))
    await session.execute(delete(Recipient).where(Recipient.broadcast_id == broadcast_id))


async def back_to_draft(session: AsyncSession, broadcast: Broadcast) -> None:
    """Take the yes back from an announcement of which nothing has gone.

    Its author writes one draft of an event at a time: where another was begun since, an empty one
    gives way, and beside one with words in it this one is cancelled instead.
    """
    other = await session.scalar(
        select(Broadcast).where(
            Broadcast.event_id == broadcast.event_id,
            Broadcast.author_id == broadcast.author_id,
            Broadcast.state == BroadcastState.DRAFT,
        )
    )
    await thaw(session, broadcast.id)
    if other is not None and other.content:
        broadcast.state = BroadcastState.CANCELLED
        return
    if other is not None:
        other.state = BroadcastState.CANCELLED
        await session.flush()
    started_at_once = (
        broadcast.starts_at
        and broadcast.confirmed_at
        and (broadcast.starts_at - broadcast.confirmed_at <= UNDO)
    )
    if started_at_once:
        broadcast.starts_at = None
    broadcast.state = BroadcastState.DRAFT
    broadcast.confirmed_at = broadcast.seconded_by = None
    broadcast.draft_key = secrets.token_hex(8)  # an old yes must not start it again
    await session.flush()


async def set_due(session: AsyncSession, broadcast_id: int, due_at: datetime) -> None:
    """Let what waits be due at this moment; what is held for quiet hours stays held."""
    await session.execute(
        update(Notice)
        .where(Notice.broadcast_id == broadcast_id, Notice.state == NoticeState.PLANNED)
        .values(due_at=due_at)
    )


async def skip_rest(session: AsyncSession, broadcast_id: int, *, now: datetime) -> int:
    """Drop what waits; what is on its way ends as it ends."""
    return await change(
        session,
        update(Notice)
        .where(Notice.broadcast_id == broadcast_id, Notice.state.in_(WAITING))
        .values(state=NoticeState.SKIPPED, reason="cancelled", ended_at=now),
    )

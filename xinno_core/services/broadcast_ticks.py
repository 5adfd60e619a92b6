"""What happens to announcements by itself: they begin, they stop when something is wrong, they end.

Each tick is idempotent, locks what it turns, and passes over what somebody else is turning.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, lock
from xinno_core.models import Broadcast, BroadcastState, Notice, NoticeKind, NoticeState
from xinno_core.services import outbox, seconding
from xinno_core.services.outbox import WAITING

LATE = timedelta(minutes=10)
"""What could not go for so long may have become wrong: its author is asked."""

LOOKED_AT = 20
FAILING_FROM = 10
"""So many of the last that ended without arriving stop an announcement."""

NOT_OUR_FAULT = ("blocked", "chat_not_found", "interrupted")
"""Reasons that say something about the person, or about a restart, and nothing about sending."""


class Stop(StrEnum):
    """Why an announcement paused by itself."""

    LATE = "late"
    FAILING = "failing"


async def turn_over(session: AsyncSession, *, now: datetime) -> int:
    """Begin what is due, stop what is late or fails, end what is finished."""
    return (
        await begin_due(session, now=now)
        + await pause_stalled(session, now=now)
        + await skip_left_over(session, now=now)
        + await close_finished(session, now=now)
    )


async def begin_due(session: AsyncSession, *, now: datetime) -> int:
    """Let scheduled announcements run whose time has come; ask about those that are late."""
    due = await _lock_all(
        session,
        select(Broadcast).where(
            Broadcast.state == BroadcastState.SCHEDULED, Broadcast.starts_at <= now
        ),
    )
    for row in due:
        if row.starts_at is not None and now - row.starts_at > LATE:
            await _pause(session, row, Stop.LATE, now=now)
        else:
            row.state = BroadcastState.RUNNING
    await session.flush()
    return len(due)


async def pause_stalled(session: AsyncSession, *, now: datetime) -> int:
    """Ask about running announcements that stood still: the assistant or Telegram was away."""
    overdue = _notices(Notice.state.in_(WAITING), Notice.due_at < now - LATE)
    moving = _notices(
        or_(Notice.state == NoticeState.SENDING, Notice.ended_at >= now - LATE),
    )
    stalled = await _lock_all(
        session,
        select(Broadcast).where(
            Broadcast.state == BroadcastState.RUNNING,
            Broadcast.starts_at < now - LATE,
            overdue,
            ~moving,
        ),
    )
    for row in stalled:
        await _pause(session, row, Stop.LATE, now=now)
    return len(stalled)


async def pause_failing(session: AsyncSession, *, now: datetime) -> int:
    """Stop announcements of which half of the last messages did not arrive."""
    is_bad = Notice.state.in_((NoticeState.FAILED, NoticeState.UNKNOWN)) & or_(
        Notice.reason.is_(None), Notice.reason.not_in(NOT_OUR_FAULT)
    )
    newest = (
        select(
            Notice.broadcast_id,
            is_bad.label("is_bad"),
            func.row_number()
            .over(
                partition_by=Notice.broadcast_id,
                order_by=(Notice.ended_at.desc(), Notice.id.desc()),
            )
            .label("place"),
        )
        .join(Broadcast, Broadcast.id == Notice.broadcast_id)
        .where(
            Broadcast.state == BroadcastState.RUNNING,
            Notice.ended_at >= Broadcast.starts_at,  # what ended before a pause has been judged
            Notice.state.in_((NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN)),
        )
        .subquery()
    )
    failing = await _lock_all(
        session,
        select(Broadcast).where(
            Broadcast.state == BroadcastState.RUNNING,
            Broadcast.id.in_(
                select(newest.c.broadcast_id)
                .where(newest.c.place <= LOOKED_AT, newest.c.is_bad)
                .group_by(newest.c.broadcast_id)
                .having(func.count() >= FAILING_FROM)
            ),
        ),
    )
    for row in failing:
        await _pause(session, row, Stop.FAILING, now=now)
    return len(failing)


async def skip_left_over(session: AsyncSession, *, now: datetime) -> int:
    """Drop what came back unsent after its announcement was cancelled."""
    cancelled = select(Broadcast.id).where(Broadcast.state == BroadcastState.CANCELLED)
    return await change(
        session,
        update(Notice)
        .where(Notice.state.in_(WAITING), Notice.broadcast_id.in_(cancelled))
        .values(state=NoticeState.SKIPPED, reason="cancelled", ended_at=now),
    )


async def close_finished(session: AsyncSession, *, now: datetime) -> int:
    """End announcements of which nothing is left to send, and tell their authors."""
    left = _notices(Notice.state.in_((*WAITING, NoticeState.SENDING)))
    finished = await _lock_all(
        session, select(Broadcast).where(Broadcast.state == BroadcastState.RUNNING, ~left)
    )
    for row in finished:
        row.state = BroadcastState.DONE
        await outbox.promise(
            session,
            participant_id=row.author_id,
            kind=NoticeKind.BROADCAST_DONE,
            # One for each time it was set going: a resending ends, too.
            dedup_key=f"broadcast_done:{row.id}:{row.starts_at:%Y%m%dT%H%M%S.%f}",
            event_id=row.event_id,
            due_at=now,
            params={"broadcast_id": row.id},
        )
    await session.flush()
    return len(finished)


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next scheduled announcement begins."""
    return await session.scalar(
        select(func.min(Broadcast.starts_at)).where(
            Broadcast.state == BroadcastState.SCHEDULED, Broadcast.starts_at > after
        )
    )


async def _pause(session: AsyncSession, row: Broadcast, why: Stop, *, now: datetime) -> None:
    row.state, row.reason = BroadcastState.PAUSED, why
    await session.flush()
    await seconding.tell_author(session, row, why, now=now)


async def _lock_all(session: AsyncSession, query: Select[Broadcast]) -> Sequence[Broadcast]:
    found = lock(query.order_by(Broadcast.id), skip_locked=True)
    return (await session.scalars(found.execution_options(populate_existing=True))).all()


def _notices(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Notice.id).where(Notice.broadcast_id == Broadcast.id, *conditions).exists()

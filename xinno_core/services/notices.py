"""From a promise in the ledger to what the texts need, and back to its fate.

`claim` reads everything a batch needs in a handful of queries, asks the gate, and takes a lease on
what may go. `begin` marks one of them as being sent right before its call, so that a process that
dies leaves in doubt only what was on the wire: a lease that runs out while a notice is being sent
ends as unknown, because Telegram has no key by which a second try would be one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, lock, machine_time
from xinno_core.models import Broadcast, BroadcastState, Notice, NoticeState
from xinno_core.services import catching_up, gate
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.deciding import URGENCY, decide_all
from xinno_core.services.due_notices import due_notice_of
from xinno_core.services.outbox import REPEATS_ONCE, WAITING
from xinno_core.services.participants import mark_unreachable

LEASE = timedelta(seconds=75)
"""Longer than the longest way to an end: twice waiting for the turn, twice a call."""


@dataclass(frozen=True)
class Claimed:
    """What one round found: notices to send, and how many were held or skipped."""

    to_send: tuple[DueNotice, ...]
    held: int
    skipped: int

    @property
    def found(self) -> int:
        """How many were due."""
        return len(self.to_send) + self.held + self.skipped


@dataclass(frozen=True)
class Attempt:
    """One try to send a notice: which, by whom, and what Telegram has of it by now."""

    notice_id: int
    holder: str
    now: datetime
    telegram_ids: tuple[int, ...] = ()
    parts_sent: int = 0
    version: int = 0


async def claim(session: AsyncSession, *, holder: str, now: datetime, limit: int = 25) -> Claimed:
    """Take due notices to send; the others of the batch are held or skipped with a reason."""
    due: Sequence[Notice] = (
        await session.scalars(
            lock(
                select(Notice)
                .where(
                    Notice.state.in_(WAITING), Notice.due_at <= now, is_let_go(), _is_free(session)
                )
                .order_by(_urgency(), Notice.due_at, Notice.id)
                .limit(limit),
                skip_locked=True,
            )
        )
    ).all()
    if not due:
        return Claimed((), 0, 0)
    due = [*due, *await catching_up.read_overdue_beside(session, due, now=now)]
    background = await read_background(session, due, now=now)
    lease_until = await session.scalar(select(machine_time(session)))
    to_send: list[DueNotice] = []
    held = skipped = 0
    for notice, decision in decide_all(background, due, now=now):
        match decision:
            case gate.Send():
                background.pictures.freeze(notice)
                if not notice.parts_sent:
                    notice.act = None  # what goes now is the newest version, whole
                notice.lease_holder = holder
                notice.lease_until = lease_until + LEASE if lease_until else None
                to_send.append(due_notice_of(background, notice))
            case gate.Hold(until, reason):
                notice.state, notice.reason, notice.due_at = NoticeState.HELD, reason, until
                held += 1
            case gate.Skip(reason):
                notice.state, notice.reason, notice.ended_at = NoticeState.SKIPPED, reason, now
                skipped += 1
    await session.flush()
    return Claimed(tuple(to_send), held, skipped)


async def begin(session: AsyncSession, notice_id: int, *, holder: str) -> bool:
    """Mark a claimed notice as being sent, right before the call.

    False when it must not go any more: its announcement was paused or cancelled since, it was
    dropped, or the lease ran out and somebody else has it.
    """
    return bool(
        await change(
            session,
            update(Notice)
            .where(
                Notice.id == notice_id,
                Notice.state.in_(WAITING),
                Notice.lease_holder == holder,
                is_let_go(),
            )
            .values(state=NoticeState.SENDING, attempts=Notice.attempts + 1)
            .execution_options(synchronize_session=False),
        )
    )


async def release(session: AsyncSession, notice_id: int, *, holder: str) -> None:
    """Give back a claimed notice whose call has not begun: it is due as before."""
    await session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state.in_(WAITING), Notice.lease_holder == holder)
        .values(lease_until=None, lease_holder=None)
        .execution_options(synchronize_session=False)
    )


async def record_sent(session: AsyncSession, attempt: Attempt) -> None:
    """Telegram has it: all its messages."""
    await _end(session, attempt, NoticeState.SENT, sent_at=attempt.now, ended_at=attempt.now)


async def record_failed(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """Telegram refused it for good."""
    await _end(session, attempt, NoticeState.FAILED, reason=reason, ended_at=attempt.now)


async def record_blocked(
    session: AsyncSession, attempt: Attempt, *, participant_id: int, reason: str
) -> None:
    """Telegram refused it because the person is not to be reached."""
    await record_failed(session, attempt, reason=reason)
    await mark_unreachable(session, participant_id)


async def put_back(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """It was certainly not sent: it is due again, and this try does not count.

    Of several messages the first may have gone; the next try goes on after them.
    """
    await _end(session, attempt, NoticeState.PLANNED, reason=reason, attempts=Notice.attempts - 1)


async def record_unknown(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """Nobody knows whether Telegram has it; some kinds are repeated once, the others never."""
    await _end(session, attempt, _unknown_or_again(), reason=reason, ended_at=attempt.now)


async def end_stale_leases(session: AsyncSession, *, now: datetime, everyones: bool = False) -> int:
    """End as unknown what a process that died was sending.

    `everyones` at the start of the only process: whatever is being sent, or was claimed and not
    begun, belongs to a dead one.
    """
    if everyones:
        claimed = update(Notice).where(Notice.state.in_(WAITING), Notice.lease_until.is_not(None))
        await session.execute(claimed.values(lease_until=None, lease_holder=None))
    stale = update(Notice).where(Notice.state == NoticeState.SENDING)
    if not everyones:
        stale = stale.where(Notice.lease_until < machine_time(session))
    ended = stale.values(
        state=_unknown_or_again(),
        reason="interrupted",
        ended_at=now,
        lease_until=None,
        lease_holder=None,
    )
    return await change(session, ended)


def _is_free(session: AsyncSession) -> ColumnElement[bool]:
    """Say in SQL that nobody holds a notice who may still send it."""
    return or_(Notice.lease_until.is_(None), Notice.lease_until < machine_time(session))


def is_let_go() -> ColumnElement[bool]:
    """Say in SQL that no announcement holds a notice back: one that is paused sends nothing."""
    running = select(Broadcast.id).where(Broadcast.state == BroadcastState.RUNNING)
    return or_(Notice.broadcast_id.is_(None), Notice.broadcast_id.in_(running))


def _urgency() -> Any:  # noqa: ANN401 (an SQL expression)
    return case(*((Notice.kind == kind, rank) for kind, rank in URGENCY.items()), else_=0)


def _unknown_or_again() -> Any:  # noqa: ANN401 (an SQL expression)
    return case(
        (
            Notice.kind.in_(REPEATS_ONCE) & (Notice.attempts < 2),
            NoticeState.PLANNED.value,
        ),
        else_=NoticeState.UNKNOWN.value,
    )


async def _end(
    session: AsyncSession,
    attempt: Attempt,
    state: Any,  # noqa: ANN401 (a state, or an SQL expression for it)
    *,
    reason: str | None = None,
    **values: object,
) -> None:
    """Record how a try ended; nothing when the lease ran out and the notice is no longer its."""
    await session.execute(
        update(Notice)
        .where(
            Notice.id == attempt.notice_id,
            Notice.state == NoticeState.SENDING,
            Notice.lease_holder == attempt.holder,
        )
        .values(
            state=state,
            reason=reason,
            telegram_ids=list(attempt.telegram_ids),
            parts_sent=attempt.parts_sent,
            version=attempt.version,
            lease_until=None,
            lease_holder=None,
            **values,
        )
        .execution_options(synchronize_session=False)
    )

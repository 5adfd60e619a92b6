"""Taking back and putting right what was sent: asked for once, done until it is certain.

A recall deletes what Telegram still lets a bot delete, and puts a line in the place of the rest; a
correction edits in place. What is to be done stands as `act` on each notice, and is tried again
until its end is known, because deleting or editing twice does no harm. A sending is never repeated
like that: see `notices`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, lock, machine_time
from xinno_core.models import Broadcast, BroadcastState, Notice, NoticeAct, NoticeState, Participant
from xinno_core.services import broadcasts
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.broadcast_figures import DELETABLE
from xinno_core.services.broadcast_progress import (
    Turn,
    TurnOutcome,
    already,
    lock_organised,
    not_now,
    turned,
)
from xinno_core.services.due_notices import due_notice_of
from xinno_core.services.outbox import WAITING

LEASE = timedelta(seconds=75)
HAVE_IT = (NoticeState.SENT, NoticeState.CORRECTED)
"""States in which a person has the message, and has it still."""

BEFORE_ANY = {BroadcastState.DRAFT, BroadcastState.CONFIRMING, BroadcastState.SCHEDULED}
"""States in which nothing has gone: to undo it is enough."""


@dataclass(frozen=True)
class DueAct:
    """One message to be taken back or put right."""

    due: DueNotice
    act: NoticeAct
    is_young: bool  # Telegram lets a bot still delete it


@dataclass(frozen=True)
class ActAttempt:
    """One try at an act: on which notice, by whom."""

    notice_id: int
    act: NoticeAct
    holder: str
    version: int = 0


async def recall(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Take an announcement back from everyone who has it, and send it to nobody else."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.recalled_at is not None:
        return await already(session, Turn.RECALLED, row, event, actor=participant, now=now)
    if row.state in BEFORE_ANY:
        return await not_now(session, row, event, actor=participant, now=now)
    if row.state in {BroadcastState.RUNNING, BroadcastState.PAUSED}:
        await broadcasts.stop(session, row, now=now)
    row.recalled_at = now
    await session.flush()
    await _ask(session, row.id, NoticeAct.RECALL)
    return await turned(session, Turn.RECALLED, row, event, actor=participant, now=now)


async def ask_to_correct(
    session: AsyncSession, row: Broadcast, *, languages: Collection[str]
) -> None:
    """Have the newest version shown to those who read these languages and have an earlier one.

    The row is locked and has its new version; for everybody else nothing has changed.
    """
    await _unclaim(session, row.id)
    readers = select(Participant.id).where(Participant.language.in_(languages))
    await _ask(session, row.id, NoticeAct.CORRECT, Notice.participant_id.in_(readers))
    await session.execute(
        update(Notice)
        .where(
            Notice.broadcast_id == row.id,
            Notice.state.in_(HAVE_IT),
            Notice.version == row.version - 1,
            Notice.participant_id.not_in(readers),
        )
        .values(version=row.version)
    )


async def _unclaim(session: AsyncSession, broadcast_id: int) -> None:
    """Take back what was claimed with the earlier words and has not begun: it is claimed anew."""
    await session.execute(
        update(Notice)
        .where(Notice.broadcast_id == broadcast_id, Notice.state.in_(WAITING))
        .values(lease_until=None, lease_holder=None)
    )


async def claim(
    session: AsyncSession, *, holder: str, now: datetime, limit: int = 25
) -> tuple[DueAct, ...]:
    """Take messages on which something is still to be done."""
    asked = (
        await session.scalars(
            lock(
                select(Notice)
                .where(
                    Notice.act.is_not(None),
                    Notice.state.not_in((*WAITING, NoticeState.SENDING)),
                    or_(Notice.lease_until.is_(None), Notice.lease_until < machine_time(session)),
                )
                .order_by(Notice.id)
                .limit(limit),
                skip_locked=True,
            ).execution_options(populate_existing=True)
        )
    ).all()
    if not asked:
        return ()
    background = await read_background(session, asked, now=now)
    started = await session.scalar(select(machine_time(session)))
    taken = []
    for notice in asked:
        notice.lease_holder = holder
        notice.lease_until = started + LEASE if started else None
        # Of what did not arrive whole, nobody has written down when its first part went.
        is_young = notice.sent_at is None or now - notice.sent_at < DELETABLE
        if notice.act is not None:
            taken.append(DueAct(due_notice_of(background, notice), notice.act, is_young))
    await session.flush()
    return tuple(taken)


async def record_done(session: AsyncSession, attempt: ActAttempt) -> None:
    """It is certain: taken back, or put right."""
    ends = {NoticeAct.RECALL: NoticeState.RECALLED, NoticeAct.CORRECT: NoticeState.CORRECTED}
    values = {"version": attempt.version} if attempt.act is NoticeAct.CORRECT else {}
    await _end(session, attempt, _where_held(ends[attempt.act].value, Notice.state), None, **values)


async def record_kept(session: AsyncSession, attempt: ActAttempt, *, why: str) -> None:
    """It can't be done: the person has it as it was, for this reason."""
    await _end(session, attempt, Notice.state, f"{attempt.act}_{why}")


async def put_back(session: AsyncSession, attempt: ActAttempt) -> None:
    """Nobody knows, or its turn did not come: it is tried again."""
    await session.execute(
        update(Notice).where(*_is_its(attempt)).values(lease_until=None, lease_holder=None)
    )


async def release_all(session: AsyncSession) -> int:
    """At the start of the only process: whatever is held belongs to one that died."""
    held = update(Notice).where(Notice.act.is_not(None), Notice.state != NoticeState.SENDING)
    return await change(session, held.values(lease_until=None, lease_holder=None))


async def _ask(
    session: AsyncSession, broadcast_id: int, act: NoticeAct, *among: ColumnElement[bool]
) -> None:
    """Ask for an act on what was sent, wholly or in part, and on what is just being sent.

    One statement, so that a message whose sending ends meanwhile is met in either state. Who was
    at work on an earlier act loses the lease: the newer one counts.
    """
    is_sending = Notice.state == NoticeState.SENDING
    in_part = and_(Notice.parts_sent > 0, Notice.state != NoticeState.RECALLED)
    await session.execute(
        update(Notice)
        .where(
            Notice.broadcast_id == broadcast_id,
            or_(Notice.state.in_(HAVE_IT), is_sending, in_part),
            *among,
        )
        .values(
            act=act,
            lease_until=case((is_sending, Notice.lease_until), else_=null()),
            lease_holder=case((is_sending, Notice.lease_holder), else_=null()),
        )
    )


async def _end(
    session: AsyncSession,
    attempt: ActAttempt,
    state: Any,  # noqa: ANN401 (an SQL expression)
    reason: str | None,
    **values: object,
) -> None:
    await session.execute(
        update(Notice)
        .where(*_is_its(attempt))
        .values(
            state=state,
            # What failed or is unknown, and of which a part was taken back, keeps its own reason.
            reason=_where_held(reason, Notice.reason),
            act=None,
            lease_until=None,
            lease_holder=None,
            **values,
        )
    )


def _where_held(value: Any, otherwise: Any) -> Any:  # noqa: ANN401 (SQL expressions)
    return case((Notice.state.in_(HAVE_IT), value), else_=otherwise)


def _is_its(attempt: ActAttempt) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL that the notice is still this try's, and nothing newer was asked meanwhile."""
    return (
        Notice.id == attempt.notice_id,
        Notice.act == attempt.act,
        Notice.lease_holder == attempt.holder,
    )

"""Catching up after a long downtime: of what is overdue, one message for each person and kind.

Whoever was away for three days wants to know what holds now, not what would have been said each
day. Only rules pile up like that; what a person asked for, or an organiser writes, is sent anyway.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock, machine_time
from xinno_core.models import Event, Notice, NoticeKind
from xinno_core.services.outbox import WAITING

OVERDUE_AFTER = timedelta(minutes=30)
"""What was held has the end of its wait as its time, so being held is no delay."""

MOST_ALSO = 8
"""Other events that one reminder names, beside its own."""


async def read_overdue_beside(
    session: AsyncSession, due: Collection[Notice], *, now: datetime
) -> Sequence[Notice]:
    """Return, locked, what else is overdue for the same people and kinds.

    Decided together with the batch: one of them goes, and may speak for the others.
    """
    late = [one for one in due if _is_overdue(one, now)]
    if not late:
        return ()
    found = await session.scalars(
        lock(
            select(Notice)
            .where(
                *_overdue(now),
                tuple_(Notice.participant_id, Notice.kind).in_(
                    {(one.participant_id, one.kind) for one in late}
                ),
                Notice.id.not_in([one.id for one in due]),
                # What somebody else may be sending right now is not waiting any more.
                or_(Notice.lease_until.is_(None), Notice.lease_until < machine_time(session)),
            )
            .order_by(Notice.due_at, Notice.id),
            skip_locked=True,
        )
    )
    return found.all()


def overtaken(
    notices: Iterable[Notice],
    events: Mapping[int, Event],
    *,
    may_go: Callable[[Notice], bool],
    now: datetime,
) -> frozenset[int]:
    """Return the ids of what is overdue and gives way to another; a reminder takes them along.

    `may_go` tells whether a notice would be dropped anyway: such a one must not silence another.
    """
    groups: dict[tuple[int, NoticeKind], list[Notice]] = {}
    for notice in notices:
        if _is_overdue(notice, now) and may_go(notice):
            groups.setdefault((notice.participant_id, notice.kind), []).append(notice)
    given_way: set[int] = set()
    for (_, kind), group in groups.items():
        is_reminder = kind is NoticeKind.REMINDER
        group.sort(key=lambda one: _start(one, events) if is_reminder else _newest_first(one))
        first, *others = group
        given_way |= {one.id for one in others}
        if is_reminder:
            _take_along(first, others)
    return frozenset(given_way)


def _take_along(first: Notice, others: Iterable[Notice]) -> None:
    """Let the reminder that goes name the events of the others, too."""
    also = dict.fromkeys(first.params.get("also", ()))
    for one in others:
        also |= dict.fromkeys((one.event_id, *one.params.get("also", ())))
    ids = [event_id for event_id in also if event_id not in {None, first.event_id}]
    if ids:
        first.params = {**first.params, "also": ids[:MOST_ALSO]}


def _is_overdue(notice: Notice, now: datetime) -> bool:
    return notice.rule_id is not None and notice.due_at < now - OVERDUE_AFTER


def _overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.rule_id.is_not(None),
        Notice.state.in_(WAITING),
        Notice.due_at < now - OVERDUE_AFTER,
    )


def _start(notice: Notice, events: Mapping[int, Event]) -> tuple[float, int]:
    event = events.get(notice.event_id or 0)
    return (event.starts_at.timestamp() if event else float("inf"), notice.id)


def _newest_first(notice: Notice) -> tuple[float, int]:
    return (-notice.due_at.timestamp(), -notice.id)

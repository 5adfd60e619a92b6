"""What a person will still be sent, and when, if nothing changes: told before it happens.

The same steps that a tick and the gate take are taken ahead of time, on copies: what waits and
what the journeys will still make is decided from due instant to due instant. So the forecast is no
second opinion, and what it says is what then comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Registration,
    Rule,
)
from xinno_core.services import gate, journeys
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import Background
from xinno_core.services.deciding import decide_all, in_order
from xinno_core.services.gate import Reason
from xinno_core.services.journeys import Planned
from xinno_core.services.notices import is_let_go
from xinno_core.services.outbox import WAITING

MOST_STEPS = 500
"""A forecast ends after so many moments, so that a mistake can't run for ever."""


@dataclass(frozen=True)
class Expected:
    """One message that will come, or will be left out, at a moment."""

    kind: NoticeKind
    event_id: int | None
    event_key: str | None
    rule_key: str | None
    at: datetime
    is_left_out: bool
    reason: Reason | None  # why it is left out, or why it comes later than planned
    notice_id: int | None  # of the row that waits already


async def forecast(
    session: AsyncSession, *, participant_id: int, now: datetime
) -> tuple[Expected, ...]:
    """Return what this person will still be sent, soonest first."""
    waiting = await session.scalars(
        select(Notice).where(
            Notice.participant_id == participant_id, Notice.state.in_(WAITING), is_let_go()
        )
    )
    rows = [_copy(one) for one in waiting]
    known = {row.id for row in rows}
    rows += _as_notices(
        await _planned(session, participant_id, now=now), above=max(known, default=0)
    )
    if not rows:
        return ()
    background = await read_background(session, rows, now=now)
    keys = await _rule_keys(session, rows)
    return tuple(
        Expected(
            kind=row.kind,
            event_id=row.event_id,
            event_key=event.key if (event := background.events.get(row.event_id or 0)) else None,
            rule_key=keys.get(row.rule_id or 0),
            at=row.due_at,
            is_left_out=row.state is NoticeState.SKIPPED,
            reason=Reason(row.reason) if row.reason in set(Reason) else None,
            notice_id=row.id if row.id in known else None,
        )
        for row in _lived_through(rows, background, now=now)
    )


def _lived_through(
    rows: Iterable[Notice], background: Background, *, now: datetime
) -> list[Notice]:
    """Let the time of each come, and note on the copies what becomes of them."""
    pending, ended, at = list(rows), list[Notice](), now
    for _ in range(MOST_STEPS):
        if not pending:
            break
        at = max(at, min(row.due_at for row in pending))
        due = in_order(row for row in pending if row.due_at <= at)
        for row, decision in decide_all(background.at(at, due), due, now=at):
            match decision:
                case gate.Hold(until, reason):
                    row.due_at, row.reason = until, reason
                case gate.Skip(reason):
                    row.due_at, row.state, row.reason = at, NoticeState.SKIPPED, reason
                case gate.Send():
                    row.due_at, row.state = at, NoticeState.SENT
        ended += [row for row in due if row.state not in WAITING]
        pending = [row for row in pending if row.state in WAITING]
    return ended


async def _planned(
    session: AsyncSession, participant_id: int, *, now: datetime
) -> Sequence[tuple[Event, Planned]]:
    """Return what journeys will still make for this person at each event."""
    events = await session.scalars(
        select(Event)
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Registration.participant_id == participant_id,
            Event.state == EventState.PUBLISHED,
            select(Rule.id).where(Rule.event_id == Event.id, Rule.expanded.is_(False)).exists(),
        )
        .order_by(Event.id)
    )
    return [
        (event, planned)
        for event in events.all()
        for planned in await journeys.upcoming(
            session, event=event, participant_ids=[participant_id], now=now
        )
        if not planned.is_paused
    ]


def _as_notices(planned: Sequence[tuple[Event, Planned]], *, above: int) -> list[Notice]:
    """Return them as the tick would make them: in the order of their times.

    Two evenings may propose the same next one; the first to come does it for both.
    """
    ordered = sorted(planned, key=lambda one: (one[1].due_at, one[1].rule_id))
    first: dict[int, Planned] = {}
    for _, one in ordered:
        first.setdefault(one.params.get("next_event_id", 0), one)
    ordered = [
        (event, one)
        for event, one in ordered
        if "next_event_id" not in one.params or first[one.params["next_event_id"]] is one
    ]
    return [
        Notice(
            id=above + number,
            participant_id=one.participant_id,
            event_id=event.id,
            rule_id=one.rule_id,
            kind=one.kind,
            notice_class=one.notice_class,
            params=dict(one.params),
            due_at=one.due_at,
            useful_until=one.useful_until,
            state=NoticeState.PLANNED,
        )
        for number, (event, one) in enumerate(ordered, start=1)
    ]


def _copy(notice: Notice) -> Notice:
    """Return a row of its own, which no session knows and nothing stores."""
    columns: Any = inspect(Notice).column_attrs
    return Notice(**{column.key: getattr(notice, column.key) for column in columns})


async def _rule_keys(session: AsyncSession, rows: Iterable[Notice]) -> dict[int, str]:
    ids = {row.rule_id for row in rows if row.rule_id is not None}
    found = await session.execute(select(Rule.id, Rule.key).where(Rule.id.in_(ids)))
    return dict(found.all())

"""What became of an announcement, in figures that add up to its audience.

One query answers for one announcement or for many; screens, exports and the ledger read it here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Broadcast, Notice, NoticeState, Participant
from xinno_core.services.outbox import WAITING

DELETABLE = timedelta(hours=48)
"""So long Telegram lets a bot take its messages away; after that they can only be replaced."""

A_WHILE = timedelta(minutes=1)
"""Over which the pace is measured."""

ARRIVED = (NoticeState.SENT, NoticeState.CORRECTED, NoticeState.RECALLED)
"""States of what Telegram has, or has had."""

TRIED = (*ARRIVED, NoticeState.FAILED, NoticeState.UNKNOWN)
"""States in which a try to send has ended."""


@dataclass(frozen=True)
class Readers:
    """Those who read one language: how many they are, and how many of them have got it."""

    audience: int = 0
    arrived: int = 0


@dataclass(frozen=True)
class Figures:
    """How many of an announcement's audience stand where.

    `arrived`, `waiting`, `failed`, `skipped` and `unknown` add up to `audience`; what is under a
    heading of them says more about a part of it.
    """

    audience: int = 0
    arrived: int = 0
    waiting: int = 0
    unknown: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)  # by reason
    skipped: Mapping[str, int] = field(default_factory=dict)  # by reason
    held: Mapping[str, int] = field(default_factory=dict)  # by reason, of those who wait
    languages: Mapping[str, Readers] = field(default_factory=dict)
    # Of what has arrived:
    corrected: int = 0
    recalled: int = 0
    earlier: int = 0  # has an earlier version, and nothing was taken back
    asked: int = 0  # is still to be put right or taken back
    fast: int = 0  # young enough to be deleted, if it were taken back now
    kept: Mapping[str, int] = field(default_factory=dict)  # could not be changed, by reason
    # The pace:
    last_minute: int = 0
    held_until: datetime | None = None

    @property
    def left(self) -> int:
        """How many have it still, in whatever version."""
        return self.arrived - self.recalled

    @property
    def too_old(self) -> int:
        """How many have it, and can only be shown a line in its place."""
        return self.left - self.fast

    def forecast(self, now: datetime, *, since: datetime | None) -> datetime | None:
        """Return when the last is reached at the pace of the last minute; None without a pace."""
        held = sum(self.held.values())
        soon = self.waiting - held
        if not soon:
            return self.held_until if held else None
        pace = self.pace(now, since=since)
        if not pace:
            return None
        ready = now + timedelta(minutes=soon / pace)
        return max(ready, self.held_until) if self.held_until else ready

    def pace(self, now: datetime, *, since: datetime | None) -> float:
        """Return messages a minute; who began only just is not counted as slow."""
        ran = now - since if since is not None else A_WHILE
        return self.last_minute * (A_WHILE / min(max(ran, timedelta(seconds=1)), A_WHILE))


async def read_figures(
    session: AsyncSession, broadcast_ids: Collection[int], *, now: datetime
) -> dict[int, Figures]:
    """Return the figures of each of these announcements."""
    if not broadcast_ids:
        return {}
    is_earlier = Notice.version < Broadcast.version
    found = await session.execute(
        select(
            Notice.broadcast_id,
            Notice.state,
            Notice.reason,
            Participant.language,
            Notice.act,
            is_earlier.label("is_earlier"),
            func.count().label("number"),
            _how_many(Notice.ended_at > now - A_WHILE).label("lately"),
            _how_many(Notice.sent_at > now - DELETABLE).label("fast"),
            func.max(Notice.due_at).label("due_at"),
        )
        .join(Participant, Participant.id == Notice.participant_id)
        .join(Broadcast, Broadcast.id == Notice.broadcast_id)
        .where(Notice.broadcast_id.in_(broadcast_ids))
        .group_by(
            Notice.broadcast_id,
            Notice.state,
            Notice.reason,
            Participant.language,
            Notice.act,
            is_earlier,
        )
        .order_by(Notice.reason, Participant.language)
    )
    sums = {one: _Sums() for one in broadcast_ids}
    for row in found:
        sums[row.broadcast_id].add(row)
    return {one: sum_.figures() for one, sum_ in sums.items()}


@dataclass
class _Sums:
    """The groups of one announcement, being added up."""

    states: dict[NoticeState, int] = field(default_factory=dict)
    reasons: dict[tuple[NoticeState, str], int] = field(default_factory=dict)
    languages: dict[str, Readers] = field(default_factory=dict)
    earlier: int = 0
    asked: int = 0
    fast: int = 0
    lately: int = 0
    held_until: datetime | None = None

    def add(self, row: Any) -> None:  # noqa: ANN401 (a row of the query above)
        state, number, has_it = row.state, row.number, row.state in ARRIVED
        self.states[state] = self.states.get(state, 0) + number
        if row.reason is not None:
            key = (state, row.reason)
            self.reasons[key] = self.reasons.get(key, 0) + number
        readers = self.languages.get(row.language, Readers())
        self.languages[row.language] = Readers(
            readers.audience + number, readers.arrived + (number if has_it else 0)
        )
        if has_it and state is not NoticeState.RECALLED:
            self.earlier += number if row.is_earlier else 0
            self.asked += number if row.act is not None else 0
            self.fast += row.fast or 0
        if state in TRIED:
            self.lately += row.lately or 0
        if state is NoticeState.HELD:
            self.held_until = max(filter(None, (self.held_until, row.due_at)))

    def figures(self) -> Figures:
        """Return what they add up to."""
        number = self.states.get
        return Figures(
            audience=sum(self.states.values()),
            arrived=sum(number(state, 0) for state in ARRIVED),
            waiting=sum(number(state, 0) for state in (*WAITING, NoticeState.SENDING)),
            unknown=number(NoticeState.UNKNOWN, 0),
            failed=self._by_reason(NoticeState.FAILED),
            skipped=self._by_reason(NoticeState.SKIPPED),
            held=self._by_reason(NoticeState.HELD),
            languages=self.languages,
            corrected=number(NoticeState.CORRECTED, 0),
            recalled=number(NoticeState.RECALLED, 0),
            earlier=self.earlier,
            asked=self.asked,
            fast=self.fast,
            kept=self._reasons_of(NoticeState.SENT, NoticeState.CORRECTED),
            last_minute=self.lately,
            held_until=self.held_until,
        )

    def _reasons_of(self, *states: NoticeState) -> dict[str, int]:
        found: dict[str, int] = {}
        for (state, reason), number in self.reasons.items():
            if state in states:
                found[reason] = found.get(reason, 0) + number
        return found

    def _by_reason(self, state: NoticeState) -> dict[str, int]:
        found = self._reasons_of(state)
        without = self.states.get(state, 0) - sum(found.values())
        return found | ({"": without} if without else {})


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

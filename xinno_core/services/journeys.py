"""Journeys: what is sent before and after an event, and when.

A rule knows its due instant; a tick makes notices only of rules that are due. Work therefore grows
with what is due, never with what exists. A rule with a time for each person knows the first moment
at which it may be due for somebody, and until when those times have been looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, lock
from xinno_core.models import (
    Anchor,
    Event,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Rule,
)
from xinno_core.services import journey_expansion
from xinno_core.services.journey_lines import (
    PAUSED,
    list_surveys,
    read_lines,
    rules_of,
    running,
    speaks,
)
from xinno_core.services.journey_people import list_following
from xinno_core.services.journey_times import Line, closing_of
from xinno_core.services.journeys_ahead import Planned, next_due, passed_by, upcoming
from xinno_core.services.outbox import WAITING

__all__ = [
    "Line",
    "Planned",
    "Reckoned",
    "closing_of",
    "follow_quiet_hours",
    "next_due",
    "passed_by",
    "plan",
    "reckon",
    "set_time",
    "start",
    "upcoming",
]


@dataclass(frozen=True)
class Reckoned:
    """What new times of an event do to its journey."""

    retimed: int = 0  # lines that get a new time
    silenced: int = 0  # lines whose new time would be past
    dropped: int = 0  # messages that were made and wait to be sent


# ── times ────────────────────────────────────────────────────────────────────────────────────
async def reckon(session: AsyncSession, event: Event, *, now: datetime) -> Reckoned:
    """Derive all times of an event's rules and surveys anew, after it was made or moved.

    What was made and not sent is dropped and made again at its new time; a rule whose new time is
    past stays silent, because the notice of the change tells the same. A rule whose time stays is
    no business of the move: what it has made stays in the queue.
    """
    return await _reckon(session, event, now=now, anew=event.state is EventState.DRAFT)


async def start(session: AsyncSession, event: Event, *, now: datetime) -> Reckoned:
    """Let the rules of an event speak that is published now: what is past stays silent."""
    return await _reckon(session, event, now=now, anew=True)


async def _reckon(session: AsyncSession, event: Event, *, now: datetime, anew: bool) -> Reckoned:
    for survey in await list_surveys(session, [event.id]):
        survey.closes_at = closing_of(survey, event)
    await session.flush()
    lines = await read_lines(session, (await session.scalars(rules_of(event))).all())
    before = [(line.rule.due_at, line.rule.expanded) for line in lines]
    for line in lines:
        set_time(line, now=now, anew=anew)
    moved = [
        (line.rule, was_done)
        for line, (due_at, was_done) in zip(lines, before, strict=True)
        if line.rule.due_at != due_at and not line.counts_from_registration
    ]
    dropped = await change(
        session,
        update(Notice)
        .where(
            Notice.rule_id.in_([rule.id for rule, _ in moved]),
            _waits(event),
            Notice.kind != NoticeKind.NEXT,  # proposes another event, which was not moved
        )
        .values(state=NoticeState.SKIPPED, reason="event_moved"),
    )
    await session.flush()
    return Reckoned(
        retimed=sum(not rule.expanded for rule, _ in moved),
        silenced=sum(rule.expanded and not was_done for rule, was_done in moved),
        dropped=dropped,
    )


def _waits(event: Event) -> ColumnElement[bool]:
    """Say in SQL that a message was made and not sent; what a pause has set aside waits, too."""
    waits = Notice.state.in_(WAITING)
    if event.journey_paused_at is None:
        return waits
    aside = (Notice.state == NoticeState.SKIPPED) & (Notice.reason == PAUSED)
    return or_(waits, aside & (Notice.ended_at >= event.journey_paused_at))


async def follow_quiet_hours(session: AsyncSession, region_id: int, *, now: datetime) -> None:
    """Let what a night would spoil come before the nights of a region as they are now.

    Only lines that lie ahead are touched: what was made already is asked about when it is sent.
    """
    events = select(Event.id).where(
        Event.region_id == region_id, Event.state == EventState.PUBLISHED
    )
    rules = await session.scalars(
        lock(
            select(Rule)
            .where(Rule.event_id.in_(events), Rule.expanded.is_(False), Rule.due_at > now)
            .order_by(Rule.event_id, Rule.id)
        ).execution_options(populate_existing=True)
    )
    for line in await read_lines(session, rules.all()):
        first = line.first()
        if not line.counts_from_registration and first > now:
            line.rule.due_at = first
    await session.flush()


def set_time(line: Line, *, now: datetime, anew: bool = False) -> None:
    """Give a rule the time that follows from its words; with the same time it stays as it is.

    Anew, or with another time, it says nothing of what is past by now.
    """
    rule = line.rule
    if line.counts_from_registration:
        # No move changes when somebody registered. The next tick sees for whom it is due, and when.
        rule.reached_at = now if anew or rule.reached_at is None else rule.reached_at
        rule.due_at, rule.expanded = now, line.last() <= now
        return
    first = line.first()
    if rule.due_at == first and not anew:
        return
    rule.due_at, rule.expanded = first, line.last() <= now
    rule.reached_at = now if line.is_for_each else None


# ── the tick ─────────────────────────────────────────────────────────────────────────────────
async def plan(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Make the notices of rules that are due; running it twice makes nothing twice."""
    while True:
        rules = await _take_due(session, now=now, limit=limit)
        # Whoever pauses a journey takes its rules, too: either the pause is seen here, or what is
        # made here is seen by the pause.
        lines = await read_lines(session, rules, only=running())
        made = await journey_expansion.expand(
            session, lines, following=await list_following(session, lines), now=now
        )
        await session.flush()
        if made or len(rules) < limit or not lines:
            return made


async def _take_due(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Rule]:
    """Lock the rules that are due; those that somebody else works on come with the next tick."""
    found = await session.scalars(
        lock(
            select(Rule)
            .where(
                speaks(),
                Rule.due_at <= now,
                or_(
                    Rule.anchor == Anchor.REGISTRATION,
                    Rule.reached_at.is_(None),
                    # local hours are whole minutes, so each minute is looked at once
                    Rule.reached_at < now.replace(second=0, microsecond=0),
                ),
                Rule.event_id.in_(running()),
            )
            .order_by(Rule.due_at, Rule.id)
            .limit(limit),
            skip_locked=True,
        ).execution_options(populate_existing=True)
    )
    return found.all()

"""What journeys will still say, to whom and when, and what somebody came too late for.

Both are reckoned with what the tick itself uses, so that the forecast is what then happens.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    Participant,
    Registration,
    Rule,
    RuleClock,
)
from xinno_core.models.base import Instant
from xinno_core.services.journey_expansion import Said, said
from xinno_core.services.journey_lines import read_lines, running, speaks
from xinno_core.services.journey_people import (
    ask_of_each,
    has_seat,
    is_heard,
    list_following,
    meant,
    since,
    speaks_to_state,
    zone_of,
)
from xinno_core.services.journey_times import AROUND_THE_WORLD, Line, Moment


@dataclass(frozen=True)
class Planned:
    """A message that a rule makes for a person, if nothing changes."""

    participant_id: int
    rule_id: int
    key: str
    kind: NoticeKind
    notice_class: NoticeClass
    due_at: datetime
    useful_until: datetime
    params: Mapping[str, Any]
    session_id: int | None = None
    is_paused: bool = False  # the organiser has paused the journey: nothing is made until then


async def upcoming(
    session: AsyncSession, *, event: Event, participant_ids: Collection[int], now: datetime
) -> list[Planned]:
    """Return what the journey of an event will still make for people, soonest first."""
    if event.state is not EventState.PUBLISHED:
        return []
    lines = await _lines_of(session, event, speaks())
    following = await list_following(session, lines)
    say = [said(line, following, at=max(line.rule.due_at, now)) for line in lines]
    people = await _ask(session, [this for this in say if not this.is_nothing], participant_ids)
    proposed = await _proposed(session, people)
    return _in_order(
        _planned(this, row, moment)
        for this, row, moment in people
        if this.line.reaches(moment, row.since)
        and not this.line.has_come_by(moment)
        and this.key_for(row.participant_id) not in proposed
    )


async def passed_by(
    session: AsyncSession, *, event: Event, participant_ids: Collection[int], now: datetime
) -> list[Planned]:
    """Return what was due for people before they got their place, so that they never get it."""
    if event.state is EventState.DRAFT:
        return []
    lines = await _lines_of(session, event, Rule.due_at <= now)
    people = await _ask(session, [Said(line, None) for line in lines], participant_ids)
    return _in_order(
        _planned(this, row, moment) for this, row, moment in people if moment.due_at < row.since
    )


async def _lines_of(session: AsyncSession, event: Event, claim: ColumnElement[bool]) -> list[Line]:
    rules = await session.scalars(
        select(Rule).where(Rule.event_id == event.id, claim).order_by(Rule.due_at, Rule.id)
    )
    return await read_lines(session, rules.all())


async def _ask(
    session: AsyncSession, lines: Sequence[Said], participant_ids: Collection[int]
) -> list[tuple[Said, Row[Any], Moment]]:
    """Return whom of these people each line means, and when it is due for them."""
    by_rule = {this.line.rule.id: this for this in lines}

    def question(line: Line) -> Select[Any]:
        return (
            select(
                Registration.participant_id,
                zone_of(line).label("zone"),
                since(line).label("since"),
            )
            .join(Participant, Participant.id == Registration.participant_id)
            .where(
                *meant(line, by_rule[line.rule.id].following),
                Registration.participant_id.in_(participant_ids),
            )
        )

    rows = await ask_of_each(session, [this.line for this in lines], question)
    return [(by_rule[line.rule.id], row, line.due(row.zone, row.since)) for line, row in rows]


async def _proposed(
    session: AsyncSession, people: Iterable[tuple[Said, Row[Any], Moment]]
) -> frozenset[str]:
    """Return which of the proposals were made already: two evenings may lead to the same one."""
    keys = {this.key_for(row.participant_id) for this, row, _ in people if this.following}
    if not keys:
        return frozenset()
    found = await session.scalars(select(Notice.dedup_key).where(Notice.dedup_key.in_(keys)))
    return frozenset(found)


def _planned(this: Said, row: Row[Any], moment: Moment) -> Planned:
    rule = this.line.rule
    return Planned(
        participant_id=row.participant_id,
        rule_id=rule.id,
        key=rule.key,
        kind=rule.kind,
        notice_class=rule.notice_class,
        due_at=moment.due_at,
        useful_until=this.useful_until(moment),
        params=this.params,
        session_id=rule.session_id,
        is_paused=this.line.event.journey_paused_at is not None,
    )


def _in_order(found: Iterable[Planned]) -> list[Planned]:
    return sorted(found, key=lambda one: (one.due_at, one.rule_id, one.participant_id))


# ── when something happens next ──────────────────────────────────────────────────────────────
async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next rule is due that somebody will hear of."""
    for_all = await _next_for_all(session, after=after)
    of_each = await _next_of_each(session, after=after)
    return min((one for one in (for_all, of_each) if one is not None), default=None)


async def _next_of_each(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when a rule is due next that has a time for each person."""

    def question(line: Line) -> Select[Any]:
        waits = timedelta(days=line.rule.days or 0, hours=line.rule.hours or 0)
        counts = line.counts_from_registration
        query = (
            select(
                zone_of(line).label("zone"),
                (since(line) if counts else literal(after, Instant())).label("since"),
            )
            .select_from(Registration)
            .join(Participant, Participant.id == Registration.participant_id)
            .where(*meant(line), *is_heard())
            .distinct()
        )
        return query.where(since(line) > after - waits - AROUND_THE_WORLD) if counts else query

    rules = await session.scalars(
        select(Rule)
        .where(
            speaks(),
            or_(Rule.clock == RuleClock.PERSON, Rule.anchor == Anchor.REGISTRATION),
            Rule.event_id.in_(running()),
        )
        .order_by(Rule.id)
    )
    lines = await read_lines(session, rules.all())
    moments = (
        line.due(row.zone, row.since)
        for line, row in await ask_of_each(session, lines, question)
        if not line.counts_from_registration
        or line.reaches(line.due(row.zone, row.since), row.since)
    )
    return min((moment.due_at for moment in moments if moment.due_at > after), default=None)


async def _next_for_all(session: AsyncSession, *, after: datetime) -> datetime | None:
    heard = (
        select(Registration.id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            Registration.event_id == Event.id,
            speaks_to_state(),
            *is_heard(),
            or_(
                EventSession.id.is_(None),
                EventSession.by_choice.is_(False),
                has_seat(EventSession.id),
            ),
        )
        .correlate(Event, EventSession, Rule)
        .exists()
    )
    later = aliased(Event)
    has_next = (
        select(later.id)
        .where(
            later.series_id == Event.series_id,
            later.state == EventState.PUBLISHED,
            later.starts_at > Event.starts_at,
            later.registration_closes_at > Rule.due_at,
        )
        .correlate(Event, Rule)
        .exists()
    )
    return await session.scalar(
        select(Rule.due_at)
        .join(Event, Event.id == Rule.event_id)
        .outerjoin(EventSession, EventSession.id == Rule.session_id)
        .where(
            speaks(),
            Rule.clock == RuleClock.EVENT,
            Rule.anchor != Anchor.REGISTRATION,
            Rule.due_at > after,
            Event.id.in_(running()),
            heard,
            or_(Rule.kind != NoticeKind.NEXT, has_next),
        )
        .order_by(Rule.due_at)
        .limit(1)
    )

"""Journeys: what is sent before and after an event, and when.

A rule knows its due instant; a tick makes notices only of rules that are due. Work therefore grows
with what is due, never with what exists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from xinno_core.database import change, insert_once, lock
from xinno_core.models import (
    Anchor,
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Region,
    Registration,
    RegistrationState,
    Rule,
    SessionSeat,
    Survey,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services.outbox import WAITING
from xinno_core.services.quiet import local_instant, quiet_end, quiet_start, wall_time
from xinno_core.services.standings import ENDED

USEFUL_AFTER_END = timedelta(days=3)
USEFUL_EXERCISE = timedelta(days=2)
USEFUL_PROPOSAL = timedelta(days=7)
TIME_TO_ACT = timedelta(hours=1)
"""A reminder at eight for an event at half past comes when everything is decided."""


def planned_instant(rule: Rule, event: Event, slot: EventSession | None = None) -> datetime:
    """Return when the rule's words say it is due, counted from its session or from the event.

    Days and a local hour keep the wall clock over the change of the hour; hours are elapsed time.
    """
    of = slot or event
    anchor = of.starts_at if rule.anchor is Anchor.START else of.ends_at
    if rule.hours is not None:
        return anchor + timedelta(hours=rule.hours)
    if rule.days is None or rule.at is None:
        msg = f"rule {rule.key} has no offset"
        raise ValueError(msg)
    day = wall_time(anchor, event.zone).date() + timedelta(days=rule.days)
    return local_instant(datetime.combine(day, rule.at), event.zone)


def closing_of(survey: Survey, event: Event) -> datetime:
    """Return when a survey closes: before the start when it is asked ahead, else after the end."""
    if survey.closes_hours_before is not None:
        return event.starts_at - timedelta(hours=survey.closes_hours_before)
    return event.ends_at + timedelta(days=survey.closes_days_after or 0)


def useful_until(
    rule: Rule, event: Event, survey: Survey | None = None, *, slot: EventSession | None = None
) -> datetime:
    """Return until when the rule's message is of use."""
    planned, of = planned_instant(rule, event, slot), slot or event
    if rule.useful_hours is not None:
        return planned + timedelta(hours=rule.useful_hours)
    if rule.kind is NoticeKind.SURVEY and survey is not None:
        return closing_of(survey, event)
    if rule.kind is NoticeKind.EXERCISE:
        return planned + USEFUL_EXERCISE
    if rule.kind is NoticeKind.NEXT:
        return planned + USEFUL_PROPOSAL
    if planned < of.starts_at:
        return of.starts_at
    return max(of.ends_at, planned) + USEFUL_AFTER_END


def due_instant(
    rule: Rule,
    event: Event,
    region: Region,
    survey: Survey | None = None,
    *,
    slot: EventSession | None = None,
) -> datetime:
    """Return when the rule's messages are made.

    A service message that would wait through the quiet hours past its use (a reminder for an
    event at 08:30) is made before they begin instead.
    """
    planned = planned_instant(rule, event, slot)
    if rule.notice_class is not NoticeClass.SERVICE:
        return planned
    starts, ends = region.quiet_from, region.quiet_to
    end = quiet_end(planned, zone=event.zone, starts=starts, ends=ends)
    useful = useful_until(rule, event, survey, slot=slot)
    if end is None or end + TIME_TO_ACT <= useful:
        return planned
    begin = quiet_start(planned, zone=event.zone, starts=starts, ends=ends)
    return planned if begin is None else begin - timedelta(minutes=15)


async def reckon(session: AsyncSession, event: Event, *, now: datetime) -> int:
    """Derive all times of an event's rules and surveys anew, after it was made or moved.

    What was made and not sent is dropped and made again at its new time; a rule whose new time is
    past stays silent, because the notice of the change tells the same.
    """
    parts = await _parts(session, event)
    for survey in parts.surveys:
        survey.closes_at = closing_of(survey, event)
    # Locked: a rule that a tick expands at this moment is read after it, or its new time is lost.
    rules = await session.scalars(
        lock(select(Rule).where(Rule.event_id == event.id).order_by(Rule.id)).execution_options(
            populate_existing=True
        )
    )
    for rule in rules.all():
        rule.due_at = parts.due_instant(rule)
        rule.expanded = rule.due_at <= now
    dropped = await change(
        session,
        update(Notice)
        .where(
            Notice.event_id == event.id,
            Notice.rule_id.is_not(None),
            Notice.state.in_(WAITING),
            Notice.kind != NoticeKind.NEXT,  # proposes another event, which was not moved
        )
        .values(state=NoticeState.SKIPPED, reason="event_moved"),
    )
    await session.flush()
    return dropped


@dataclass(frozen=True)
class _Parts:
    """An event with what its rules count from."""

    event: Event
    region: Region
    slots: Mapping[int, EventSession]
    surveys: Sequence[Survey]

    def due_instant(self, rule: Rule) -> datetime:
        slot = self.slots[rule.session_id] if rule.session_id is not None else None
        return due_instant(rule, self.event, self.region, self._survey(rule), slot=slot)

    def _survey(self, rule: Rule) -> Survey | None:
        if rule.kind is not NoticeKind.SURVEY:
            return None
        fits = (one for one in self.surveys if rule.survey in {None, one.key})
        return next(fits, None)


async def _parts(session: AsyncSession, event: Event) -> _Parts:
    region = await session.get_one(Region, event.region_id)
    surveys = await session.scalars(
        select(Survey).where(Survey.event_id == event.id).order_by(Survey.id)
    )
    slots = (
        await session.scalars(select(EventSession).where(EventSession.event_id == event.id))
    ).all()
    return _Parts(event, region, {slot.id: slot for slot in slots}, surveys.all())


async def plan(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Make the notices of rules that are due; running it twice makes nothing twice."""
    asked = (
        select(func.min(Survey.id))
        .where(
            Survey.event_id == Rule.event_id,
            Rule.kind == NoticeKind.SURVEY,
            or_(Rule.survey.is_(None), Survey.key == Rule.survey),
        )
        .correlate(Rule)
        .scalar_subquery()
    )
    due = await session.execute(
        select(Rule, Event, EventSession, Survey)
        .join(Event, Event.id == Rule.event_id)
        .outerjoin(EventSession, EventSession.id == Rule.session_id)
        .outerjoin(Survey, Survey.id == asked)
        .where(Rule.expanded.is_(False), Rule.due_at <= now, Event.state == EventState.PUBLISHED)
        .order_by(Rule.due_at, Rule.id)
        .limit(limit)
    )
    made = 0
    for rule, event, slot, survey in due.all():
        if await _take(session, rule):
            made += await _expand(session, _Line(rule, event, slot, survey), now=now)
    return made


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next rule is due that somebody will hear of."""
    heard = (
        select(Registration.id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            Registration.event_id == Event.id,
            Registration.state == RegistrationState.CONFIRMED,
            Participant.telegram_id.is_not(None),
            Participant.reachable.is_(True),
            or_(
                EventSession.id.is_(None),
                EventSession.by_choice.is_(False),
                _has_seat(EventSession.id),
            ),
        )
        .correlate(Event, EventSession)
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
            Rule.expanded.is_(False),
            Rule.due_at > after,
            Event.state == EventState.PUBLISHED,
            heard,
            or_(Rule.kind != NoticeKind.NEXT, has_next),
        )
        .order_by(Rule.due_at)
        .limit(1)
    )


def _has_seat(session_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Say in SQL that a registration has a seat in a session that people choose."""
    return (
        select(SessionSeat.id)
        .where(
            SessionSeat.registration_id == Registration.id,
            SessionSeat.session_id == session_id,
            SessionSeat.state == RegistrationState.CONFIRMED,
        )
        .correlate(Registration, EventSession)
        .exists()
    )


async def _take(session: AsyncSession, rule: Rule) -> bool:
    """Mark the rule expanded; False when it was expanded or moved since it was read."""
    taken = await change(
        session,
        update(Rule)
        .where(Rule.id == rule.id, Rule.expanded.is_(False), Rule.due_at == rule.due_at)
        .values(expanded=True)
        .execution_options(synchronize_session=False),
    )
    return bool(taken)


@dataclass(frozen=True)
class _Line:
    """A rule that is due, with what it speaks of."""

    rule: Rule
    event: Event
    slot: EventSession | None
    survey: Survey | None


async def _expand(session: AsyncSession, line: _Line, *, now: datetime) -> int:
    """Make one notice for each person the rule means, in one statement however many they are.

    Who registered after the due time is not meant: the confirmation told them the same.
    """
    rule, event = line.rule, line.event
    prefix, following = f"rule:{rule.id}:{event.schedule_revision}:", None
    useful = useful_until(rule, event, line.survey, slot=line.slot)
    if rule.kind is NoticeKind.NEXT:
        following = await _next_of_series(session, event, now=now)
        if following is None:
            return 0
        # By the event proposed: two evenings may lead to the same one.
        prefix = f"next:{following.id}:"
        useful = min(useful, following.registration_closes_at)
    people = select(
        Registration.participant_id,
        literal(event.id),
        literal(rule.id),
        literal(rule.kind, Notice.kind.type),
        literal(rule.notice_class, Notice.notice_class.type),
        literal(prefix) + cast(Registration.participant_id, String),
        literal(_params(line, following), Json),
        literal(rule.due_at, Instant()),
        literal(useful, Instant()),
        literal(NoticeState.PLANNED, Notice.state.type),
        literal(0),
        literal([], Json),
    ).where(*_meant(line, following))
    return await change(
        session,
        insert_once(session, Notice).from_select(
            [
                "participant_id",
                "event_id",
                "rule_id",
                "kind",
                "notice_class",
                "dedup_key",
                "params",
                "due_at",
                "useful_until",
                "state",
                "attempts",
                "telegram_ids",
            ],
            people,
        ),
    )


def _params(line: _Line, following: Event | None) -> dict[str, Any]:
    params = {
        "rule": line.rule.key,
        "exercise": line.rule.exercise,
        "survey_id": line.survey.id if line.survey else None,
        "session_id": line.slot.id if line.slot else None,
        "next_event_id": following.id if following else None,
    }
    return {key: value for key, value in params.items() if value is not None}


def _meant(line: _Line, following: Event | None) -> list[ColumnElement[bool]]:
    """Say in SQL whose registration a rule means."""
    rule, slot = line.rule, line.slot
    meant = [
        Registration.event_id == line.event.id,
        Registration.state == RegistrationState.CONFIRMED,
        Registration.confirmed_at <= rule.due_at,
    ]
    meant.extend(
        Registration.role.in_(roles) for roles in (rule.roles, slot.roles if slot else ()) if roles
    )
    if slot is not None and slot.by_choice:
        meant.append(_has_seat(slot.id))
    if following is not None:
        there = aliased(Registration)
        meant.append(
            ~select(there.id)
            .where(
                there.event_id == following.id,
                there.participant_id == Registration.participant_id,
                there.state.not_in(ENDED),
            )
            .exists()
        )
    return meant


async def _next_of_series(session: AsyncSession, event: Event, *, now: datetime) -> Event | None:
    """Return the next event of the series for which one can still register."""
    if event.series_id is None:
        return None
    return await session.scalar(
        select(Event)
        .where(
            Event.series_id == event.series_id,
            Event.state == EventState.PUBLISHED,
            Event.starts_at > event.starts_at,
            Event.registration_closes_at > now,
        )
        .order_by(Event.starts_at, Event.id)
        .limit(1)
    )

"""Journeys: what is sent before and after an event, and when.

A rule knows its due instant; a tick makes notices only of rules that are due. Work therefore grows
with what is due, never with what exists.
"""

from datetime import datetime, timedelta

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock
from xinno_core.models import (
    Anchor,
    Event,
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
    Survey,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services.outbox import WAITING
from xinno_core.services.quiet import local_instant, quiet_end, quiet_start, wall_time

USEFUL_AFTER_END = timedelta(days=3)
USEFUL_EXERCISE = timedelta(days=2)
TIME_TO_ACT = timedelta(hours=1)
"""A reminder at eight for an event at half past comes when everything is decided."""


def planned_instant(rule: Rule, event: Event) -> datetime:
    """Return when the rule's words say it is due.

    Days and a local hour keep the wall clock over the change of the hour; hours are elapsed time.
    """
    anchor = event.starts_at if rule.anchor is Anchor.START else event.ends_at
    if rule.hours is not None:
        return anchor + timedelta(hours=rule.hours)
    if rule.days is None or rule.at is None:
        msg = f"rule {rule.key} has no offset"
        raise ValueError(msg)
    day = wall_time(anchor, event.zone).date() + timedelta(days=rule.days)
    return local_instant(datetime.combine(day, rule.at), event.zone)


def useful_until(rule: Rule, event: Event, survey: Survey | None) -> datetime:
    """Return until when the rule's message is of use."""
    planned = planned_instant(rule, event)
    if rule.useful_hours is not None:
        return planned + timedelta(hours=rule.useful_hours)
    if rule.kind is NoticeKind.SURVEY and survey is not None:
        return survey.closes_at
    if rule.kind is NoticeKind.EXERCISE:
        return planned + USEFUL_EXERCISE
    if planned < event.starts_at:
        return event.starts_at
    return event.ends_at + USEFUL_AFTER_END


def due_instant(rule: Rule, event: Event, region: Region, survey: Survey | None) -> datetime:
    """Return when the rule's messages are made.

    A service message that would wait through the quiet hours past its use (a reminder for an
    event at 08:30) is made before they begin instead.
    """
    planned = planned_instant(rule, event)
    if rule.notice_class is not NoticeClass.SERVICE:
        return planned
    starts, ends = region.quiet_from, region.quiet_to
    end = quiet_end(planned, zone=event.zone, starts=starts, ends=ends)
    if end is None or end + TIME_TO_ACT <= useful_until(rule, event, survey):
        return planned
    begin = quiet_start(planned, zone=event.zone, starts=starts, ends=ends)
    return planned if begin is None else begin - timedelta(minutes=15)


async def reckon(session: AsyncSession, event: Event, *, now: datetime) -> int:
    """Derive all times of an event's rules and surveys anew, after it was made or moved.

    What was made and not sent is dropped and made again at its new time; a rule whose new time is
    past stays silent, because the notice of the change tells the same.
    """
    region = await session.get_one(Region, event.region_id)
    surveys = (await session.scalars(select(Survey).where(Survey.event_id == event.id))).all()
    for survey in surveys:
        survey.closes_at = event.ends_at + timedelta(days=survey.closes_days_after)
    # Locked: a rule that a tick expands at this moment is read after it, or its new time is lost.
    rules = await session.scalars(
        lock(select(Rule).where(Rule.event_id == event.id).order_by(Rule.id)).execution_options(
            populate_existing=True
        )
    )
    for rule in rules.all():
        rule.due_at = due_instant(rule, event, region, surveys[0] if surveys else None)
        rule.expanded = rule.due_at <= now
    dropped = await change(
        session,
        update(Notice)
        .where(Notice.event_id == event.id, Notice.rule_id.is_not(None), Notice.state.in_(WAITING))
        .values(state=NoticeState.SKIPPED, reason="event_moved"),
    )
    await session.flush()
    return dropped


async def count_to_come(session: AsyncSession, event: Event, *, now: datetime) -> int:
    """Count the rules that would still be due if the event stood as given; it need be no row."""
    region = await session.get_one(Region, event.region_id)
    survey = await session.scalar(select(Survey).where(Survey.event_id == event.id).limit(1))
    rules = await session.scalars(select(Rule).where(Rule.event_id == event.id))
    return sum(due_instant(rule, event, region, survey) > now for rule in rules)


async def plan(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Make the notices of rules that are due; running it twice makes nothing twice."""
    due = await session.execute(
        select(Rule, Event, Survey)
        .join(Event, Event.id == Rule.event_id)
        .outerjoin(Survey, Survey.event_id == Event.id)
        .where(Rule.expanded.is_(False), Rule.due_at <= now, Event.state == EventState.PUBLISHED)
        .order_by(Rule.due_at, Rule.id)
        .limit(limit)
    )
    made = 0
    for rule, event, survey in due.all():
        if await _take(session, rule):
            made += await _expand(session, rule, event, survey)
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
        )
        .exists()
    )
    return await session.scalar(
        select(Rule.due_at)
        .join(Event, Event.id == Rule.event_id)
        .where(
            Rule.expanded.is_(False),
            Rule.due_at > after,
            Event.state == EventState.PUBLISHED,
            heard,
        )
        .order_by(Rule.due_at)
        .limit(1)
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


async def _expand(session: AsyncSession, rule: Rule, event: Event, survey: Survey | None) -> int:
    """Make one notice for each person the rule means, in one statement however many they are.

    Who registered after the due time is not meant: the confirmation told them the same.
    """
    params = {
        key: value
        for key, value in (
            ("rule", rule.key),
            ("exercise", rule.exercise),
            ("survey_id", survey.id if survey and rule.kind is NoticeKind.SURVEY else None),
        )
        if value is not None
    }
    prefix = f"rule:{rule.id}:{event.schedule_revision}:"
    people = select(
        Registration.participant_id,
        literal(event.id),
        literal(rule.id),
        literal(rule.kind, Notice.kind.type),
        literal(rule.notice_class, Notice.notice_class.type),
        literal(prefix) + cast(Registration.participant_id, String),
        literal(params, Json),
        literal(rule.due_at, Instant()),
        literal(useful_until(rule, event, survey), Instant()),
        literal(NoticeState.PLANNED, Notice.state.type),
        literal(0),
        literal([], Json),
    ).where(
        Registration.event_id == event.id,
        Registration.state == RegistrationState.CONFIRMED,
        Registration.confirmed_at <= rule.due_at,
    )
    if rule.roles:
        people = people.where(Registration.role.in_(rule.roles))
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

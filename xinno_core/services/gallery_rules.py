"""When an event's gallery goes out: the rule of its journey, or an organiser's own decision.

Each sending is a rule. The next one holds the caption and the articles; when the journey has none,
one is made with the first picture. What was sent once is copied for the next sending, and each
person gets only what is new to them.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Anchor,
    Event,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    Participant,
    Region,
    Registration,
    RegistrationState,
    Rule,
    RuleClock,
)
from xinno_core.services import access, showing
from xinno_core.services.journey_times import Line
from xinno_core.services.pictures import a_day_later
from xinno_core.services.showing import HAS_IT

DAYS_AFTER, AT = 3, time(12, 0)
"""When a gallery goes out for which the journey says nothing."""

MOST_DAYS_LATER = 60
DAY = timedelta(days=1)


class PlanState(StrEnum):
    """When the gallery goes out next."""

    NOTHING = "nothing"  # there is nothing yet, or everything went
    WAITING = "waiting"  # by itself, at a time
    PARKED = "parked"  # only when an organiser says so
    GOING = "going"  # right now


@dataclass(frozen=True)
class Plan:
    """What is to come, and what has been."""

    state: PlanState
    rule_id: int | None = None
    due_at: datetime | None = None
    later: int = 0  # what the rule's offset is a day later
    people: int = 0  # who has a place
    reached: int = 0  # who has got pictures or articles of this event
    is_paused: bool = False  # the event's journey rests
    has_begun: bool = False
    may_go_by_itself: bool = False  # its time is still to come
    key: str = ""  # of what would be sent: a yes is to what was seen


async def find_current(session: AsyncSession, event_id: int) -> Rule | None:
    """Return the rule that brings the gallery next: the first that has not made messages."""
    made = select(Notice.id).where(Notice.rule_id == Rule.id).correlate(Rule).exists()
    return await session.scalar(
        select(Rule)
        .where(Rule.event_id == event_id, Rule.kind == NoticeKind.MEDIA, ~made)
        .order_by(Rule.expanded, Rule.stopped_at.is_not(None), Rule.due_at, Rule.id)
        .limit(1)
    )


async def find_last(session: AsyncSession, event_id: int) -> Rule | None:
    """Return the rule that brought the gallery last."""
    return await session.scalar(
        select(Rule)
        .where(Rule.event_id == event_id, Rule.kind == NoticeKind.MEDIA)
        .order_by(Rule.due_at.desc(), Rule.id.desc())
        .limit(1)
    )


async def ensure(session: AsyncSession, event: Event, *, now: datetime) -> Rule:
    """Return the rule that brings the gallery next, made now when there is none.

    The event is locked. After a first sending the next one waits for the organiser's word.
    """
    current = await find_current(session, event.id)
    if current is not None:
        return current
    last = await find_last(session, event.id)
    number = await session.scalar(
        select(func.count()).select_from(Rule).where(Rule.event_id == event.id)
    )
    made = Rule(
        event_id=event.id,
        key="gallery" if last is None else f"gallery-{number}",
        kind=NoticeKind.MEDIA,
        notice_class=NoticeClass.SERVICE,
        anchor=Anchor.END,
        days=DAYS_AFTER,
        at=AT,
        hours=None,
        roles=list(last.roles) if last else [],
        states=[],
        clock=RuleClock.EVENT,
        text=dict(last.text) if last else {},
        links=list(last.links) if last else [],
    )
    line = Line(made, event, await session.get_one(Region, event.region_id))
    made.due_at = line.first()
    made.expanded = made.due_at <= now
    made.stopped_at = now if last is not None else None
    session.add(made)
    await session.flush()
    return made


async def read_plan(
    session: AsyncSession, event: Event, rule: Rule | None, *, now: datetime
) -> Plan:
    """Return when the gallery of an event goes out, and whom it has reached."""
    meant = [
        Registration.event_id == event.id,
        Registration.state == RegistrationState.CONFIRMED,
    ]
    if rule is not None and rule.roles:
        meant.append(Registration.role.in_(rule.roles))
    people = await session.scalar(select(func.count()).select_from(Registration).where(*meant))
    reached = await session.scalar(
        select(func.count(func.distinct(Notice.participant_id))).where(
            Notice.event_id == event.id,
            Notice.kind == NoticeKind.MEDIA,
            Notice.rule_id.is_not(None),
            Notice.state.in_(HAS_IT),
        )
    )
    return Plan(
        _state(rule, now=now),
        rule.id if rule else None,
        rule.due_at if rule else None,
        later=a_day_later(rule) if rule else 0,
        people=people or 0,
        reached=reached or 0,
        is_paused=event.journey_paused_at is not None,
        has_begun=event.state is EventState.PUBLISHED and event.starts_at <= now,
        may_go_by_itself=rule is not None and rule.due_at > now,
        key=await _key(session, event, rule),
    )


def _state(rule: Rule | None, *, now: datetime) -> PlanState:
    if rule is None:
        return PlanState.NOTHING
    if rule.expanded or rule.stopped_at is not None:
        return PlanState.PARKED
    return PlanState.WAITING if rule.due_at > now else PlanState.GOING


async def _key(session: AsyncSession, event: Event, rule: Rule | None) -> str:
    """Return a short name of what would be sent, another one with every change."""
    shown = (await showing.read_galleries(session, [event.id])).get(event.id, ())
    words = rule or await find_last(session, event.id)
    what = (words.id, rule is None, sorted(words.text.items()), words.links) if words else None
    return hashlib.sha256(repr((shown, what)).encode()).hexdigest()[:10]


# ── sent, put off, left to the organiser ─────────────────────────────────────────────────────
@dataclass(frozen=True)
class OnItsWay:
    """It goes out now; `is_new` False when it was on its way before."""

    people: int
    is_new: bool


@dataclass(frozen=True)
class NotSent:
    """Nothing was sent: it is not what was seen, there is nothing to show, or it is not time."""

    plan: Plan
    is_changed: bool = False


SendOutcome = OnItsWay | NotSent


async def send_now(
    session: AsyncSession, *, participant: Participant, event_id: int, key: str, now: datetime
) -> SendOutcome:
    """Let the gallery go out now to those who have a place; pressed twice is once."""
    event = await access.lock_organised_event(session, participant, event_id)
    rule = await find_current(session, event.id)
    plan = await read_plan(session, event, rule, now=now)
    if plan.state is PlanState.GOING:
        return OnItsWay(plan.people, is_new=False)
    words = rule or await find_last(session, event.id)
    shown = (await showing.read_galleries(session, [event.id])).get(event.id, ())
    if not plan.has_begun or plan.is_paused or not (shown or (words and words.links)):
        return NotSent(plan)
    if key != plan.key:
        return NotSent(plan, is_changed=True)
    rule = rule or await ensure(session, event, now=now)
    rule.anchor, rule.session_id, rule.clock = Anchor.END, None, RuleClock.EVENT
    # Rounded down: a line whose hour is past by what its words say is never made a second time.
    rule.days = rule.at = None
    rule.hours = int((now - event.ends_at) // timedelta(hours=1))
    rule.due_at, rule.expanded, rule.reached_at, rule.stopped_at = now, False, None, None
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="send_media",
        subject=f"event:{event.id}",
        at=now,
        rule=rule.id,
        media=list(shown),
    )
    return OnItsWay(plan.people, is_new=True)


async def set_aside(
    session: AsyncSession, *, participant: Participant, rule_id: int, aside: bool, now: datetime
) -> int:
    """Let a gallery not go out by itself, or let it after all; what went is not touched."""
    event, rule = await _lock_waiting(session, participant, rule_id)
    if rule is not None and (rule.due_at > now or aside):
        rule.stopped_at = now if aside else None
        _record(
            session, participant, event, rule, "set_media_aside" if aside else "let_media_go", now
        )
    return event.id


async def put_off(
    session: AsyncSession, *, participant: Participant, rule_id: int, offset: int, now: datetime
) -> int:
    """Let a gallery go out at another offset, in days or hours as it counts; said twice is once."""
    event, rule = await _lock_waiting(session, participant, rule_id)
    if rule is None or rule.expanded or rule.stopped_at is not None:
        return event.id
    if rule.days is not None and rule.days < offset <= rule.days + MOST_DAYS_LATER:
        rule.days = offset
    elif rule.hours is not None and rule.hours < offset <= rule.hours + 24 * MOST_DAYS_LATER:
        rule.hours = offset
    else:
        return event.id
    line = Line(rule, event, await session.get_one(Region, event.region_id))
    rule.due_at = line.first()
    rule.expanded = rule.due_at <= now
    await session.flush()
    _record(session, participant, event, rule, "put_media_off", now)
    return event.id


async def _lock_waiting(
    session: AsyncSession, participant: Participant, rule_id: int
) -> tuple[Event, Rule | None]:
    """Return the event locked, and the rule if it has made no messages."""
    rule = await session.get(Rule, rule_id)
    if rule is None or rule.kind is not NoticeKind.MEDIA:
        raise NotFoundError
    event = await access.lock_organised_event(session, participant, rule.event_id)
    await session.refresh(rule)
    made = await session.scalar(select(Notice.id).where(Notice.rule_id == rule.id).limit(1))
    return event, rule if made is None else None


def _record(
    session: AsyncSession,
    participant: Participant,
    event: Event,
    rule: Rule,
    verb: str,
    now: datetime,
) -> None:
    access.record(
        session, actor=participant, verb=verb, subject=f"event:{event.id}", at=now, rule=rule.id
    )

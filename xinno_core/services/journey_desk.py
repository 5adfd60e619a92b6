"""An event's journey as its organiser sees it: what is sent when and to whom, paused or let go on.

Whoever changes how a journey runs locks the event and then its rules: a tick that makes messages
at this moment is waited for, and what it has made is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Event,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    RegistrationStep,
    Rule,
    RuleClock,
)
from xinno_core.services import access, outbox
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.due_notices import due_notice_of
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.journey_expansion import said
from xinno_core.services.journey_lines import PAUSED, STOPPED, read_lines, rules_of
from xinno_core.services.journey_people import (
    ask_of_each,
    list_following,
    meant,
    states_of,
)
from xinno_core.services.journey_times import Line

PAGE = 5


class Stand(StrEnum):
    """How a line of the journey stands."""

    TO_COME = "to_come"
    DONE = "done"
    SILENT = "silent"  # its time was past when the event was published, moved, or the line began
    STOPPED = "stopped"


@dataclass(frozen=True)
class LineStand:
    """One line of the journey, with how many it has reached and would reach."""

    rule_id: int
    key: str
    kind: NoticeKind
    notice_class: NoticeClass
    stand: Stand
    due_at: datetime | None  # none where it counts from each registration
    hours: int | None
    days: int | None
    at: time | None
    own_clock: bool  # of each reader
    session: LanguageMap | None
    roles: tuple[str, ...]
    states: tuple[RegistrationState, ...]
    people: int  # whom it means, as things stand
    sent: int = 0
    waiting: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class JourneyBoard:
    """One page of an event's journey."""

    card: EventCard
    lines: tuple[LineStand, ...]
    page: int
    pages: int
    paused_at: datetime | None
    missed: int  # lines that fell due during the pause
    may_pause: bool
    may_switch: bool


@dataclass(frozen=True)
class Paused:
    """Nothing is sent until the organiser lets the journey go on."""

    board: JourneyBoard
    held: int  # messages that were made already, and wait, too


@dataclass(frozen=True)
class Resumed:
    """The journey goes on, and so many lines were left out or are sent now."""

    board: JourneyBoard
    missed: int
    is_sent: bool


@dataclass(frozen=True)
class NothingChanges:
    """It is so already, or there is nothing to pause."""

    board: JourneyBoard


@dataclass(frozen=True)
class LineView:
    """One line by itself, and what it says; nothing where it has nothing to say yet."""

    board: JourneyBoard
    line: LineStand
    language: str
    says: DueNotice | None


PauseOutcome = Paused | NothingChanges
ResumeOutcome = Resumed | NothingChanges


async def find_board(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0, now: datetime
) -> JourneyBoard:
    """Return the journey of an event of an own region."""
    event = await access.get_organised_event(session, participant, event_id)
    return await _read_board(session, event, page=page, now=now)


async def find_line(
    session: AsyncSession, *, participant: Participant, rule_id: int, language: str, now: datetime
) -> LineView:
    """Return one line, and its message as readers of a language will get it."""
    rule = await session.get(Rule, rule_id)
    if rule is None:
        raise NotFoundError
    event = await access.get_organised_event(session, participant, rule.event_id)
    if language not in event.languages:
        raise NotFoundError
    return await _view(session, participant, event, rule, language, now=now)


async def pause(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> PauseOutcome:
    """Let an event's rules make no messages for a while; what they have made waits, too."""
    event = await access.lock_organised_event(session, participant, event_id)
    if event.state is not EventState.PUBLISHED or event.journey_paused_at is not None:
        return NothingChanges(await _read_board(session, event, now=now))
    await session.scalars(rules_of(event))
    event.journey_paused_at = now
    held = await _set_aside(session, Notice.event_id == event.id, reason=PAUSED, now=now)
    await session.flush()
    _record(session, participant, event, "pause_journey", now)
    return Paused(await _read_board(session, event, now=now), held)


async def resume(
    session: AsyncSession, *, participant: Participant, event_id: int, send: bool, now: datetime
) -> ResumeOutcome:
    """Let the rules go on; what fell due meanwhile is left out, or sent now.

    What is sent is made by the next tick, and the gate lets each person have only the newest.
    """
    event = await access.lock_organised_event(session, participant, event_id)
    if event.journey_paused_at is None:
        return NothingChanges(await _read_board(session, event, now=now))
    lines = await read_lines(session, (await session.scalars(rules_of(event))).all())
    missed = _count_missed(event, lines, now=now)
    since, event.journey_paused_at = event.journey_paused_at, None
    if send:
        await _take_up(session, event, since=since, now=now)
    else:
        for line in lines:
            _pass_over(line, now=now)
    await session.flush()
    _record(session, participant, event, "resume_journey", now)
    return Resumed(await _read_board(session, event, now=now), missed, is_sent=send)


async def switch(
    session: AsyncSession,
    *,
    participant: Participant,
    rule_id: int,
    on: bool,
    language: str,
    now: datetime,
) -> LineView:
    """Switch one line off or on; what fell due while it was off stays unsaid."""
    found = await session.get(Rule, rule_id)
    if found is None:
        raise NotFoundError
    event = await access.lock_organised_event(session, participant, found.event_id)
    if language not in event.languages:
        raise NotFoundError
    lines = await read_lines(session, (await session.scalars(rules_of(event))).all())
    line = next((one for one in lines if one.rule.id == rule_id), None)
    if line is None:
        raise NotFoundError
    rule = line.rule
    is_open = _may_switch(event) and not rule.expanded
    if is_open and on is (rule.stopped_at is not None):
        rule.stopped_at = None if on else now
        if on:
            _pass_over(line, now=now)
        else:
            await _set_aside(session, Notice.rule_id == rule.id, reason=STOPPED, now=now)
        await session.flush()
        _record(session, participant, event, "start_rule" if on else "stop_rule", now, rule.key)
    return await _view(session, participant, event, rule, language, now=now)


# ── what is done ─────────────────────────────────────────────────────────────────────────────
async def _set_aside(
    session: AsyncSession, claim: ColumnElement[bool], *, reason: str, now: datetime
) -> int:
    return await change(
        session,
        update(Notice)
        .where(claim, Notice.rule_id.is_not(None), Notice.state.in_(outbox.WAITING))
        .values(state=NoticeState.SKIPPED, reason=reason, ended_at=now),
    )


async def _take_up(session: AsyncSession, event: Event, *, since: datetime, now: datetime) -> int:
    """Let what this pause has set aside wait to be sent again, where it is still of use.

    Not what an earlier pause left out, nor a line that was switched off since, nor for somebody
    who has left since: who comes back comes anew.
    """
    speaking = select(Rule.id).where(Rule.event_id == event.id, Rule.stopped_at.is_(None))
    left = (
        select(Registration.participant_id)
        .join(RegistrationStep, RegistrationStep.registration_id == Registration.id)
        .where(
            Registration.event_id == event.id,
            RegistrationStep.session_id.is_(None),
            RegistrationStep.state == RegistrationState.CANCELLED,
            RegistrationStep.at >= since,
        )
    )
    return await change(
        session,
        update(Notice)
        .where(
            Notice.event_id == event.id,
            Notice.state == NoticeState.SKIPPED,
            Notice.reason == PAUSED,
            Notice.ended_at >= since,
            Notice.rule_id.in_(speaking),
            Notice.participant_id.not_in(left),
            or_(Notice.useful_until.is_(None), Notice.useful_until > now),
        )
        .values(state=NoticeState.PLANNED, reason=None, ended_at=None),
    )


def _pass_over(line: Line, *, now: datetime) -> None:
    """Leave out what fell due by now."""
    rule = line.rule
    if line.is_for_each:
        rule.reached_at = now
    if line.counts_from_registration:
        rule.due_at = now  # the next tick sees for whom it is due next
    rule.expanded = rule.expanded or (line.last() if line.is_for_each else rule.due_at) <= now


def _count_missed(event: Event, lines: Sequence[Line], *, now: datetime) -> int:
    if event.journey_paused_at is None:
        return 0
    return sum(
        (line.last() if line.is_for_each else line.rule.due_at) <= now
        for line in lines
        if not line.rule.expanded and line.rule.stopped_at is None
    )


def _may_switch(event: Event) -> bool:
    return event.state is not EventState.CANCELLED


def _record(
    session: AsyncSession,
    participant: Participant,
    event: Event,
    verb: str,
    now: datetime,
    rule: str | None = None,
) -> None:
    more = {"rule": rule} if rule else {}
    access.record(
        session, actor=participant, verb=verb, subject=f"event:{event.id}", at=now, **more
    )


# ── what is shown ────────────────────────────────────────────────────────────────────────────
async def _read_board(
    session: AsyncSession, event: Event, *, page: int = 0, now: datetime
) -> JourneyBoard:
    rules = await session.scalars(select(Rule).where(Rule.event_id == event.id))
    lines = sorted(
        await read_lines(session, rules.all()),
        key=lambda one: (not one.counts_from_registration, one.moment().due_at, one.rule.id),
    )
    pages = max((len(lines) + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    is_published = event.state is EventState.PUBLISHED
    return JourneyBoard(
        card=await read_card(session, event),
        lines=await _stands(session, shown),
        page=page,
        pages=pages,
        paused_at=event.journey_paused_at,
        missed=_count_missed(event, lines, now=now),
        may_pause=is_published and any(not line.rule.expanded for line in lines),
        may_switch=_may_switch(event),
    )


async def _stands(session: AsyncSession, lines: Sequence[Line]) -> tuple[LineStand, ...]:
    people = {
        line.rule.id: row.number
        for line, row in await ask_of_each(
            session,
            lines,
            lambda line: (
                select(func.count().label("number")).select_from(Registration).where(*meant(line))
            ),
        )
    }
    counted = await session.execute(
        select(Notice.rule_id, Notice.state, func.count())
        .where(Notice.rule_id.in_([line.rule.id for line in lines]))
        .group_by(Notice.rule_id, Notice.state)
    )
    numbers: dict[int | None, dict[NoticeState, int]] = {}
    for rule_id, state, number in counted:
        numbers.setdefault(rule_id, {})[state] = number
    return tuple(
        _stand(line, people[line.rule.id], numbers.get(line.rule.id, {})) for line in lines
    )


GOT = (NoticeState.SENT, NoticeState.CORRECTED, NoticeState.RECALLED, NoticeState.UNKNOWN)
ON_THE_WAY = (*outbox.WAITING, NoticeState.SENDING)


def _stand(line: Line, people: int, numbers: Mapping[NoticeState, int]) -> LineStand:
    rule = line.rule
    got = sum(numbers.get(state, 0) for state in GOT)
    waiting = sum(numbers.get(state, 0) for state in ON_THE_WAY)
    if rule.expanded:
        stand = Stand.DONE if numbers else Stand.SILENT
    else:
        stand = Stand.TO_COME if rule.stopped_at is None else Stand.STOPPED
    return LineStand(
        rule_id=rule.id,
        key=rule.key,
        kind=rule.kind,
        notice_class=rule.notice_class,
        stand=stand,
        due_at=None if line.counts_from_registration else line.due().due_at,
        hours=rule.hours,
        days=rule.days,
        at=rule.at,
        own_clock=rule.clock is RuleClock.PERSON,
        session=line.slot.title if line.slot else None,
        roles=tuple(rule.roles),
        states=states_of(rule.states),
        people=people,
        sent=got,
        waiting=waiting,
        dropped=sum(numbers.values()) - got - waiting,
    )


async def _view(
    session: AsyncSession,
    participant: Participant,
    event: Event,
    rule: Rule,
    language: str,
    *,
    now: datetime,
) -> LineView:
    (line,) = await read_lines(session, [rule])
    (stand,) = await _stands(session, [line])
    says = await _says(session, participant, line, now=now)
    return LineView(
        await _read_board(session, event, now=now),
        stand,
        language,
        replace(says, language=language) if says else None,
    )


async def _says(
    session: AsyncSession, participant: Participant, line: Line, *, now: datetime
) -> DueNotice | None:
    """Return the message as the sender would have it, at the time at which it is due."""
    this = said(line, await list_following(session, [line]), at=now)
    if this.is_nothing:
        return None
    due_at = max(line.moment(since=now).due_at, now)
    notice = Notice(  # never kept: it only says what is to be read
        id=0,
        participant_id=participant.id,
        event_id=line.event.id,
        rule_id=line.rule.id,
        kind=line.rule.kind,
        notice_class=line.rule.notice_class,
        dedup_key="",
        params=this.params,
        due_at=due_at,
        state=NoticeState.PLANNED,
        telegram_ids=[],
        parts_sent=0,
        version=0,
    )
    return due_notice_of(await read_background(session, [notice], now=due_at), notice)

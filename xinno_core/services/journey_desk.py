"""What an organiser does with an event's journey: pause it, let it go on, switch a line off or on.

Whoever changes how a journey runs locks the event and then its rules: a tick that makes messages
at this moment is waited for, and what it has made is seen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Event,
    EventState,
    Notice,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    RegistrationStep,
    Rule,
)
from xinno_core.services import access, outbox
from xinno_core.services.journey_board import (
    JourneyBoard,
    LineView,
    count_missed,
    may_switch,
    read_board,
    read_view,
)
from xinno_core.services.journey_lines import PAUSED, STOPPED, read_lines, rules_of
from xinno_core.services.journey_times import Line


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


PauseOutcome = Paused | NothingChanges
ResumeOutcome = Resumed | NothingChanges


async def pause(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> PauseOutcome:
    """Let an event's rules make no messages for a while; what they have made waits, too."""
    event = await access.lock_organised_event(session, participant, event_id)
    if event.state is not EventState.PUBLISHED or event.journey_paused_at is not None:
        return NothingChanges(await read_board(session, event, now=now))
    await session.scalars(rules_of(event))
    event.journey_paused_at = now
    held = await _set_aside(session, Notice.event_id == event.id, reason=PAUSED, now=now)
    await session.flush()
    _record(session, participant, event, "pause_journey", now)
    return Paused(await read_board(session, event, now=now), held)


async def resume(
    session: AsyncSession, *, participant: Participant, event_id: int, send: bool, now: datetime
) -> ResumeOutcome:
    """Let the rules go on; what fell due meanwhile is left out, or sent now.

    What is sent is made by the next tick, and the gate lets each person have only the newest.
    """
    event = await access.lock_organised_event(session, participant, event_id)
    if event.journey_paused_at is None:
        return NothingChanges(await read_board(session, event, now=now))
    lines = await read_lines(session, (await session.scalars(rules_of(event))).all())
    missed = count_missed(event, lines, now=now)
    since, event.journey_paused_at = event.journey_paused_at, None
    if send:
        await _take_up(session, event, since=since, now=now)
    else:
        for line in lines:
            _pass_over(line, now=now)
    await session.flush()
    _record(session, participant, event, "resume_journey", now)
    return Resumed(await read_board(session, event, now=now), missed, is_sent=send)


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
    is_open = may_switch(event) and not rule.expanded
    if is_open and on is (rule.stopped_at is not None):
        rule.stopped_at = None if on else now
        if on:
            _pass_over(line, now=now)
        else:
            await _set_aside(session, Notice.rule_id == rule.id, reason=STOPPED, now=now)
        await session.flush()
        _record(session, participant, event, "start_rule" if on else "stop_rule", now, rule.key)
    return await read_view(session, participant, event, rule, language, now=now)


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

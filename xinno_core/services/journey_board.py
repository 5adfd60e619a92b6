"""An event's journey as its organiser sees it: what is sent when and to whom, and how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

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
    Rule,
    RuleClock,
)
from xinno_core.models.base import Instant
from xinno_core.services import access, outbox
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.due_notices import due_notice_of
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.journey_expansion import said
from xinno_core.services.journey_lines import read_lines
from xinno_core.services.journey_people import (
    ask_of_each,
    list_following,
    meant,
    states_of,
)
from xinno_core.services.journey_times import Line

PAGE = 5

GOT = (NoticeState.SENT, NoticeState.CORRECTED, NoticeState.RECALLED, NoticeState.UNKNOWN)
ON_THE_WAY = (*outbox.WAITING, NoticeState.SENDING)


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
    sent_at: datetime | None = None  # the last of them: before a move, not when it is due now

    @property
    def went_at(self) -> datetime | None:
        """Return when it went, once nothing more of it is to come."""
        return self.sent_at if self.stand is Stand.DONE else None


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
class LineView:
    """One line by itself, and what it says; nothing where it has nothing to say yet."""

    board: JourneyBoard
    line: LineStand
    language: str
    says: DueNotice | None


async def find_board(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0, now: datetime
) -> JourneyBoard:
    """Return the journey of an event of an own region."""
    event = await access.get_organised_event(session, participant, event_id)
    return await read_board(session, event, page=page, now=now)


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
    return await read_view(session, participant, event, rule, language, now=now)


async def read_board(
    session: AsyncSession, event: Event, *, page: int = 0, now: datetime
) -> JourneyBoard:
    """Return one page of a journey, as it stands."""
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
        missed=count_missed(event, lines, now=now),
        may_pause=is_published and any(not line.rule.expanded for line in lines),
        may_switch=may_switch(event),
    )


async def read_view(
    session: AsyncSession,
    participant: Participant,
    event: Event,
    rule: Rule,
    language: str,
    *,
    now: datetime,
) -> LineView:
    """Return one line by itself, with what it says."""
    (line,) = await read_lines(session, [rule])
    (stand,) = await _stands(session, [line])
    says = await _says(session, participant, line, now=now)
    return LineView(
        await read_board(session, event, now=now),
        stand,
        language,
        replace(says, language=language) if says else None,
    )


def count_missed(event: Event, lines: Sequence[Line], *, now: datetime) -> int:
    """Return how many lines fell due since the journey was paused."""
    if event.journey_paused_at is None:
        return 0
    return sum(
        (line.last() if line.is_for_each else line.rule.due_at) <= now
        for line in lines
        if not line.rule.expanded and line.rule.stopped_at is None
    )


def may_switch(event: Event) -> bool:
    """Tell whether lines of this journey can be switched."""
    return event.state is not EventState.CANCELLED


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
    went = func.coalesce(Notice.sent_at, Notice.ended_at, type_=Instant())
    counted = await session.execute(
        select(Notice.rule_id, Notice.state, func.count(), func.max(went, type_=Instant()))
        .where(Notice.rule_id.in_([line.rule.id for line in lines]))
        .group_by(Notice.rule_id, Notice.state)
    )
    numbers: dict[int | None, dict[NoticeState, int]] = {}
    sent_at: dict[int | None, list[datetime]] = {}
    for rule_id, state, number, last in counted:
        numbers.setdefault(rule_id, {})[state] = number
        if state in GOT and last is not None:
            sent_at.setdefault(rule_id, []).append(last)
    return tuple(
        _stand(
            line,
            people[line.rule.id],
            numbers.get(line.rule.id, {}),
            max(sent_at.get(line.rule.id, ()), default=None),
        )
        for line in lines
    )


def _stand(
    line: Line, people: int, numbers: Mapping[NoticeState, int], sent_at: datetime | None
) -> LineStand:
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
        sent_at=sent_at,
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

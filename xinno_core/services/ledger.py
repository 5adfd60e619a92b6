"""Why somebody got a message, or did not: the ledger of one person, as organisers may read it.

Three parts: what has an end, what waits, and what will still come. What was due before somebody
had a place stands there, too, so that nobody looks for a message that was never theirs.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    Rule,
)
from xinno_core.services import access, journeys
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.forecast import Expected, forecast
from xinno_core.services.journeys import Planned
from xinno_core.services.outbox import FOR_ORGANISERS, WAITING

PAGE = 10
ANNOUNCEMENT_PAUSED = "announcement_paused"
"""Reason of what waits only because its announcement does; it stands in no notice."""
TROUBLE = (NoticeState.FAILED, NoticeState.UNKNOWN, NoticeState.SKIPPED)


@dataclass(frozen=True)
class Entry:
    """One message of the ledger, with its fate."""

    notice_id: int
    kind: NoticeKind
    notice_class: NoticeClass
    event_key: str
    rule_key: str | None
    at: datetime  # when it was sent or ended; of what waits, when it is due
    state: NoticeState
    reason: str | None


@dataclass(frozen=True)
class Ledger:
    """The messages of one person at one event, newest first, and what is still to come."""

    card: EventCard
    registration_id: int
    name: str
    entries: tuple[Entry, ...]
    page: int
    pages: int
    ahead: tuple[Expected, ...]
    missed: tuple[Planned, ...]  # due before the person had a place


@dataclass(frozen=True)
class Line:
    """One person in the list of an event's ledger."""

    registration_id: int
    name: str
    sent: int
    waiting: int
    troubled: int  # failed, not known, or left out


@dataclass(frozen=True)
class LedgerPage:
    """The people of an event with their messages in figures."""

    card: EventCard
    lines: tuple[Line, ...]
    only_troubled: bool
    page: int
    pages: int


@dataclass(frozen=True)
class Choice:
    """An event whose ledger can be read."""

    event_id: int
    title: LanguageMap
    lead: str
    starts_at: datetime
    zone: str


@dataclass(frozen=True)
class Choices:
    """The events of the own regions, the newest first."""

    events: tuple[Choice, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class Found:
    """People of the own regions whose name holds what was typed."""

    words: str
    lines: tuple[tuple[int, str, Choice], ...]  # registration, name, event


async def list_events(session: AsyncSession, *, participant: Participant, page: int = 0) -> Choices:
    """Return the events of the own regions that ever sent something."""
    organised = await access.get_organised_regions(session, participant)
    of_ours = (Event.region_id.in_(organised), Event.state != EventState.DRAFT)
    total = await session.scalar(select(func.count()).select_from(Event).where(*of_ours)) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    events = await session.scalars(
        select(Event)
        .where(*of_ours)
        .order_by(Event.starts_at.desc(), Event.id)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    return Choices(tuple(_choice(event) for event in events), page, pages)


async def list_people(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    only_troubled: bool,
    page: int = 0,
) -> LedgerPage:
    """Return the people of an event of an own region, those with trouble first."""
    event = await access.get_organised_event(session, participant, event_id)
    counts = _counts(event.id).subquery()
    troubled = func.coalesce(counts.c.troubled, 0)
    query = (
        select(
            Registration.id,
            Participant.name,
            func.coalesce(counts.c.sent, 0),
            func.coalesce(counts.c.waiting, 0),
            troubled,
        )
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(counts, counts.c.participant_id == Registration.participant_id)
        .where(Registration.event_id == event.id)
    )
    if only_troubled:
        query = query.where(troubled > 0)
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(
        query.order_by(troubled.desc(), func.lower(Participant.name), Registration.id)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = tuple(Line(key, name or "", *numbers) for key, name, *numbers in found)
    return LedgerPage(await read_card(session, event), lines, only_troubled, page, pages)


async def search(session: AsyncSession, *, participant: Participant, words: str) -> Found:
    """Return people of the own regions by a part of their name."""
    organised = await access.get_organised_regions(session, participant)
    found = await session.execute(
        select(Registration.id, Participant.name, Event)
        .join(Participant, Participant.id == Registration.participant_id)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Event.region_id.in_(organised),
            func.lower(Participant.name).contains(words.lower(), autoescape=True),
        )
        .order_by(func.lower(Participant.name), Event.starts_at.desc())
        .limit(PAGE)
    )
    return Found(words, tuple((key, name or "", _choice(event)) for key, name, event in found))


async def find_ledger(
    session: AsyncSession,
    *,
    participant: Participant,
    registration_id: int,
    now: datetime,
    page: int = 0,
) -> Ledger:
    """Return one person's ledger at an event of an own region; another's is not found."""
    registration = await session.get(Registration, registration_id)
    if registration is None:
        raise NotFoundError
    event = await access.get_organised_event(session, participant, registration.event_id)
    person = await session.get_one(Participant, registration.participant_id)
    ahead = await forecast(session, participant_id=person.id, now=now)
    entries, page, pages = await _entries(
        session,
        person.id,
        event_id=event.id,
        page=page,
        # What waits is told once: with what is to come, and when.
        without={one.notice_id for one in ahead if one.notice_id is not None},
    )
    missed = await journeys.passed_by(session, event=event, participant_ids=[person.id], now=now)
    return Ledger(
        card=await read_card(session, event),
        registration_id=registration.id,
        name=person.name or "",
        entries=entries,
        page=page,
        pages=pages,
        ahead=tuple(one for one in ahead if one.event_id == event.id),
        missed=tuple(missed),
    )


async def find_whole(
    session: AsyncSession, *, telegram_id: int, event_key: str | None, now: datetime
) -> tuple[Sequence[Entry], Sequence[Expected]]:
    """Return all of one person's ledger, or what concerns one event; for who runs the machine."""
    person = await session.scalar(select(Participant).where(Participant.telegram_id == telegram_id))
    if person is None:
        msg = f"nobody with the Telegram id {telegram_id} has written to the assistant"
        raise NotFoundError(msg)
    event_id = None
    if event_key is not None:
        event_id = await session.scalar(select(Event.id).where(Event.key == event_key))
        if event_id is None:
            msg = f"there is no event {event_key!r}"
            raise NotFoundError(msg)
    found = await session.execute(_query(person.id, event_id).order_by(Notice.id))
    ahead = await forecast(session, participant_id=person.id, now=now)
    return (
        [_entry(*row) for row in found],
        [one for one in ahead if event_id in {None, one.event_id}],
    )


def _counts(event_id: int) -> Select[Any, Any, Any, Any]:
    """Return the query of how many messages each person of an event got, waits for, and missed."""

    def number(*states: NoticeState) -> ColumnElement[int]:
        return func.sum(case((Notice.state.in_(states), 1), else_=0))

    return (
        select(
            Notice.participant_id,
            number(NoticeState.SENT, NoticeState.CORRECTED, NoticeState.RECALLED).label("sent"),
            number(*WAITING, NoticeState.SENDING).label("waiting"),
            number(*TROUBLE).label("troubled"),
        )
        .where(Notice.event_id == event_id, Notice.kind.not_in(FOR_ORGANISERS))
        .group_by(Notice.participant_id)
    )


def _query(participant_id: int, event_id: int | None) -> Select[Notice, str, str, BroadcastState]:
    """Return the query of a person's notices with what explains them."""
    query = (
        select(Notice, Rule.key, Event.key, Broadcast.state)
        .outerjoin(Rule, Rule.id == Notice.rule_id)
        .outerjoin(Event, Event.id == Notice.event_id)
        .outerjoin(Broadcast, Broadcast.id == Notice.broadcast_id)
        .where(Notice.participant_id == participant_id)
    )
    return query.where(Notice.event_id == event_id) if event_id is not None else query


async def _entries(
    session: AsyncSession,
    participant_id: int,
    *,
    event_id: int,
    page: int,
    without: Collection[int],
) -> tuple[tuple[Entry, ...], int, int]:
    """Return a page of what concerns one as a participant, the newest first; page and pages."""
    query = _query(participant_id, event_id).where(
        Notice.kind.not_in(FOR_ORGANISERS), Notice.id.not_in(without)
    )
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(query.order_by(Notice.id.desc()).limit(PAGE).offset(page * PAGE))
    return tuple(_entry(*row) for row in found), page, pages


def _entry(
    notice: Notice, rule_key: str | None, event_key: str | None, of: BroadcastState | None
) -> Entry:
    waits = notice.state in WAITING
    reason = notice.reason
    if waits and of is BroadcastState.PAUSED:
        reason = ANNOUNCEMENT_PAUSED
    return Entry(
        notice_id=notice.id,
        kind=notice.kind,
        notice_class=notice.notice_class,
        event_key=event_key or "",
        rule_key=rule_key,
        at=notice.due_at if waits else notice.sent_at or notice.ended_at or notice.due_at,
        state=notice.state,
        reason=reason,
    )


def _choice(event: Event) -> Choice:
    return Choice(event.id, event.title, event.lead_language, event.starts_at, event.zone)

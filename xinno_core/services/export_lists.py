"""Lists and counts to export: registrations, attendance, messages, figures and questions.

Rows are read in batches, so that a file's size is nobody's memory.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Channel,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    EventSession,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Organisation,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import attendance
from xinno_core.services.events import EventCard
from xinno_core.services.exports import BATCH, Scope
from xinno_core.services.figure_rows import Level
from xinno_core.services.figures import Figures, read_figures, read_within


@dataclass(frozen=True)
class Registered:
    """One line of a list of participants."""

    event_id: int
    name: str | None
    organisation: str | None
    type: str | None
    sector: str | None
    role: str
    state: RegistrationState
    channel: str | None  # by which link the person came


@dataclass(frozen=True)
class Attended:
    """One line of a list of those who were there."""

    event_id: int
    name: str | None
    organisation: str | None
    role: str
    session: LanguageMap | None  # title; None for the event itself
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """One line of the ledger; the participant is a number of ours."""

    event_id: int | None
    participant_id: int
    kind: NoticeKind
    notice_class: NoticeClass
    state: NoticeState
    reason: str | None
    attempts: int
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class Questions:
    """How many questions to the organisers are of one kind and in one state."""

    region: str
    event_id: int | None
    kind: EnquiryKind | None  # not sorted
    state: EnquiryState
    number: int


@dataclass(frozen=True)
class FiguresExport:
    """Counts of some events."""

    scope: Scope
    batches: AsyncIterator[Sequence[Figures]]


@dataclass(frozen=True)
class RegistrationsExport:
    """Who is registered for some events."""

    scope: Scope
    batches: AsyncIterator[Sequence[Registered]]


@dataclass(frozen=True)
class AttendanceExport:
    """Who was there."""

    scope: Scope
    batches: AsyncIterator[Sequence[Attended]]


@dataclass(frozen=True)
class DeliveriesExport:
    """What became of the messages around some events."""

    scope: Scope
    batches: AsyncIterator[Sequence[Delivery]]


@dataclass(frozen=True)
class QuestionsExport:
    """Counts of what was asked of the organisers, without texts and names."""

    scope: Scope
    batches: AsyncIterator[Sequence[Questions]]


ListExport = (
    FiguresExport | RegistrationsExport | AttendanceExport | DeliveriesExport | QuestionsExport
)


def open_figures(session: AsyncSession, scope: Scope, *, now: datetime) -> FiguresExport:
    """Open the counts of these events."""
    return FiguresExport(scope, _figures(session, scope, now))


def open_registrations(session: AsyncSession, scope: Scope) -> RegistrationsExport:
    """Open the list of who is registered."""
    return RegistrationsExport(scope, _registered(session, scope))


def open_attendance(session: AsyncSession, scope: Scope) -> AttendanceExport:
    """Open the list of who was there."""
    return AttendanceExport(scope, _attended(session, scope))


def open_deliveries(session: AsyncSession, scope: Scope) -> DeliveriesExport:
    """Open the list of messages."""
    return DeliveriesExport(scope, _deliveries(session, scope))


def open_questions(session: AsyncSession, scope: Scope) -> QuestionsExport:
    """Open the counts of questions."""
    return QuestionsExport(scope, _questions(session, scope))


async def read_in_batches(
    session: AsyncSession, query: Select[*tuple[Any, ...]]
) -> AsyncIterator[Sequence[Any]]:
    """Read rows in batches, from a cursor of the database's where it has one."""
    result = await session.stream(query.execution_options(yield_per=BATCH))
    async for rows in result.partitions():
        yield rows


async def _figures(
    session: AsyncSession, scope: Scope, now: datetime
) -> AsyncIterator[Sequence[Figures]]:
    """Read figures of what was named and of all in it, or of every event."""
    if scope.where is not None:
        level = Level(scope.where.span.value)
        yield await read_within(session, level=level, id_=scope.where.id, now=now)
        return
    for cards in _in_batches(scope.cards):
        yield await read_figures(session, cards, now=now)


async def _registered(session: AsyncSession, scope: Scope) -> AsyncIterator[Sequence[Registered]]:
    query = (
        select(
            Registration.event_id,
            Participant.name,
            Organisation.name,
            Organisation.type,
            Organisation.sector,
            Registration.role,
            Registration.state,
            Channel.name,
        )
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Channel, Channel.id == Registration.channel_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .order_by(Registration.event_id, Registration.id)
    )
    if not scope.is_all:
        query = query.where(Registration.event_id.in_([card.id for card in scope.cards]))
    async for rows in read_in_batches(session, query):
        yield [Registered(*row) for row in rows]


async def _attended(session: AsyncSession, scope: Scope) -> AsyncIterator[Sequence[Attended]]:
    ids = [card.id for card in scope.cards]
    found = await session.execute(
        select(EventSession.id, EventSession.title).where(EventSession.event_id.in_(ids))
    )
    titles = {row[0]: row[1] for row in found}
    async for rows in attendance.rows(session, event_ids=ids):
        yield [
            Attended(
                event_id=row.event_id,
                name=row.name,
                organisation=row.organisation,
                role=row.role,
                session=titles.get(row.session_id or 0),
                at=row.at,
            )
            for row in rows
        ]


async def _deliveries(session: AsyncSession, scope: Scope) -> AsyncIterator[Sequence[Delivery]]:
    query = select(
        Notice.event_id,
        Notice.participant_id,
        Notice.kind,
        Notice.notice_class,
        Notice.state,
        Notice.reason,
        Notice.attempts,
        Notice.due_at,
        Notice.sent_at,
    ).order_by(Notice.id)
    if not scope.is_all:
        query = query.where(Notice.event_id.in_([card.id for card in scope.cards]))
    async for rows in read_in_batches(session, query):
        yield [Delivery(*row) for row in rows]


async def _questions(session: AsyncSession, scope: Scope) -> AsyncIterator[Sequence[Questions]]:
    query = (
        select(Region.key, Enquiry.event_id, Enquiry.kind, Enquiry.state, func.count())
        .join(Region, Region.id == Enquiry.region_id)
        .group_by(Region.key, Enquiry.event_id, Enquiry.kind, Enquiry.state)
        .order_by(Region.key, Enquiry.event_id, Enquiry.kind, Enquiry.state)
    )
    if not scope.is_all:
        ids = [card.id for card in scope.cards]
        regions = select(Event.region_id).where(Event.id.in_(ids if scope.whole_regions else ()))
        about_none = Enquiry.event_id.is_(None) & Enquiry.region_id.in_(regions)
        query = query.where(Enquiry.event_id.in_(ids) | about_none)
    async for rows in read_in_batches(session, query):
        yield [Questions(*row) for row in rows]


def _in_batches(cards: Sequence[EventCard]) -> Iterator[Sequence[EventCard]]:
    for start in range(0, len(cards), BATCH):
        yield cards[start : start + BATCH]

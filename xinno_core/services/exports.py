"""Exports: what leaves the house as a file, and who may have it.

A lead gets answers and counts of the own pilot, both without names; the operator's command line
gets more. Rows are read in batches, so that a file's size is nobody's memory.
"""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.models import (
    Channel,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    EventState,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Organisation,
    Participant,
    Pilot,
    Region,
    Registration,
    RegistrationState,
    Survey,
    Wave,
    WaveEnd,
)
from xinno_core.models import Response as Stored
from xinno_core.services import access, surveys
from xinno_core.services.events import PAGE, EventCard, EventPage, card_of
from xinno_core.services.figures import FEWEST, Figures, at_least_five, read_figures
from xinno_core.services.questions import Field

BATCH = 500


class Kind(StrEnum):
    """What is exported."""

    ANSWERS = "answers"
    COUNTS = "counts"
    REGISTRATIONS = "registrations"
    DELIVERIES = "deliveries"
    QUESTIONS = "questions"


class Format(StrEnum):
    """In which form a file is written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


FOR_LEADS = (Kind.ANSWERS, Kind.COUNTS)
"""Kinds without names: the only ones that leave through the chat."""


@dataclass(frozen=True)
class Scope:
    """The events of an export, and the region or pilot they were chosen by."""

    cards: tuple[EventCard, ...]
    whole_regions: bool = False  # no single event was named: what is about none counts, too
    is_all: bool = False  # nothing was named: what belongs to no event is in it too


@dataclass(frozen=True)
class Asked:
    """One question of a survey, and how many answered it."""

    card: EventCard
    survey_id: int
    column: str
    field: Field
    answers: int


@dataclass(frozen=True)
class Response:
    """What one person said, without the person: column to value."""

    survey_id: int
    values: Mapping[str, Any]


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
class AnswersExport:
    """Answers to the surveys of some events; `withheld` are events with too few of them."""

    scope: Scope
    asked: tuple[Asked, ...]
    withheld: tuple[EventCard, ...]
    batches: AsyncIterator[Sequence[Response]]


@dataclass(frozen=True)
class CountsExport:
    """Counts of some events."""

    scope: Scope
    batches: AsyncIterator[Sequence[Figures]]


@dataclass(frozen=True)
class RegistrationsExport:
    """Who is registered for some events."""

    scope: Scope
    batches: AsyncIterator[Sequence[Registered]]


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


@dataclass(frozen=True)
class TooFewAnswers:
    """Answers are not shown: whoever knows who took part could tell who said what."""

    cards: tuple[EventCard, ...]


Line = Response | Figures | Registered | Delivery | Questions
Export = AnswersExport | CountsExport | RegistrationsExport | DeliveriesExport | QuestionsExport


@dataclass(frozen=True)
class Collected:
    """An export of one event with its lines, for a file that is made after the transaction."""

    kind: Kind
    export: Export
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Overview:
    """What there is to export of one event; None where a number is too small to show."""

    card: EventCard
    answers: int | None
    registrations: Mapping[RegistrationState, int | None]


async def list_led(
    session: AsyncSession, *, participant: Participant, now: datetime, page: int | None = None
) -> EventPage:
    """Return the events of the pilots a person leads, newest first; who leads none is refused.

    Without a page it is that of the event that began last: there is nothing to export before.
    """
    led = (await access.access_of(session, participant)).led
    if not led:
        raise RefusedError
    shown = _shown().where(Region.pilot_id.in_(led))
    total = await session.scalar(select(func.count()).select_from(shown.subquery())) or 0
    if page is None:
        ahead = select(func.count()).select_from(shown.where(Event.starts_at > now).subquery())
        page = (await session.scalar(ahead) or 0) // PAGE
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(
        shown.order_by(None)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(PAGE)
        .offset(page * PAGE)
    )
    return EventPage(tuple(card_of(event, region) for event, region in found), page, pages)


async def get_overview(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> Overview:
    """Return what a lead can export of an event; a foreign one does not exist for them."""
    card = await _get_led_card(session, participant, event_id)
    figures = (await read_figures(session, (card,)))[0]
    found = await _count_responses(session, (card,))
    return Overview(card, at_least_five(sum(found.values())), figures.totals)


async def export_led(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    kind: Kind,
    now: datetime,
) -> Collected | TooFewAnswers:
    """Read an export for the lead of the event's pilot, and record it."""
    if kind not in FOR_LEADS:
        raise NotFoundError
    card = await _get_led_card(session, participant, event_id)
    export = await open_export(session, kind=kind, scope=Scope((card,)))
    if isinstance(export, TooFewAnswers):
        return export
    record(session, actor=participant, kind=kind, subject=f"event:{card.id}", now=now)
    return Collected(
        kind, export, tuple([line async for batch in export.batches for line in batch])
    )


def record(
    session: AsyncSession, *, actor: Participant | None, kind: Kind, subject: str, now: datetime
) -> None:
    """Write into the audit that data left the house."""
    access.record(session, actor=actor, verb="export", subject=subject, at=now, kind=kind.value)


async def find_scope(
    session: AsyncSession,
    *,
    event_key: str | None = None,
    region_key: str | None = None,
    pilot_key: str | None = None,
) -> Scope:
    """Return the events that are named by their keys; all of them when nothing is named."""
    for table, key, what in (
        (Event, event_key, "event"),
        (Region, region_key, "region"),
        (Pilot, pilot_key, "pilot"),
    ):
        if key is not None and not await session.scalar(select(table.id).where(table.key == key)):
            msg = f"there is no {what} {key!r}"
            raise NotFoundError(msg)
    query = _shown()
    if event_key is not None:
        query = query.where(Event.key == event_key)
    if region_key is not None:
        query = query.where(Region.key == region_key)
    if pilot_key is not None:
        query = query.join(Pilot, Pilot.id == Region.pilot_id).where(Pilot.key == pilot_key)
    cards = tuple(card_of(event, region) for event, region in await session.execute(query))
    if not cards:
        msg = "there is no published event to export"
        raise RefusedError(msg)
    return Scope(
        cards,
        whole_regions=event_key is None,
        is_all=event_key is region_key is pilot_key is None,
    )


async def open_export(session: AsyncSession, *, kind: Kind, scope: Scope) -> Export | TooFewAnswers:
    """Open an export; its rows are read while the session is open."""
    match kind:
        case Kind.ANSWERS:
            return await _open_answers(session, scope)
        case Kind.COUNTS:
            return CountsExport(scope, _figures(session, scope))
        case Kind.REGISTRATIONS:
            return RegistrationsExport(scope, _registered(session, scope))
        case Kind.DELIVERIES:
            return DeliveriesExport(scope, _deliveries(session, scope))
        case Kind.QUESTIONS:
            return QuestionsExport(scope, _questions(session, scope))
        case _:
            assert_never(kind)


def format_for_leads(name: str) -> Format:
    """Return the format with this name; one that the chat does not offer raises."""
    found = next((one for one in (Format.XLSX, Format.CSV) if one.value == name), None)
    if found is None:
        raise NotFoundError
    return found


def kind_for_leads(name: str) -> Kind:
    """Return the kind with this name; one that is not for leads raises."""
    kind = next((kind for kind in FOR_LEADS if kind.value == name), None)
    if kind is None:
        raise NotFoundError
    return kind


def _shown() -> Select[Event, Region]:
    """Select the events that people could see; a draft has nothing to export."""
    return (
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .where(Event.state != EventState.DRAFT)
        .order_by(Event.starts_at, Event.id)
    )


async def _get_led_card(
    session: AsyncSession, participant: Participant, event_id: int
) -> EventCard:
    event = await access.find_led_event(session, participant, event_id)
    if event is None or event.state is EventState.DRAFT:
        raise NotFoundError
    return card_of(event, await session.get_one(Region, event.region_id))


async def _count_responses(session: AsyncSession, cards: Sequence[EventCard]) -> dict[int, int]:
    """Return how many people answered each survey of these events, as far as waves are open."""
    found = await session.execute(
        select(Wave.survey_id, func.sum(Wave.responses))
        .join(Survey, Survey.id == Wave.survey_id)
        .where(Survey.event_id.in_([card.id for card in cards]), Wave.outcome == WaveEnd.OPENED)
        .group_by(Wave.survey_id)
    )
    return {row[0]: row[1] for row in found}


# ── answers ──────────────────────────────────────────────────────────────────────────────────
async def _open_answers(session: AsyncSession, scope: Scope) -> AnswersExport | TooFewAnswers:
    by_id = {card.id: card for card in scope.cards}
    responses = await _count_responses(session, scope.cards)
    found = (
        await session.scalars(
            select(Survey).where(Survey.event_id.in_(by_id)).order_by(Survey.event_id, Survey.key)
        )
    ).all()
    shown = [survey for survey in found if responses.get(survey.id, 0) >= FEWEST]
    if not shown:
        return TooFewAnswers(scope.cards)
    withheld = {survey.event_id for survey in found} - {survey.event_id for survey in shown}
    counts = await _count_answers(session, [survey.id for survey in shown])
    one_key = len({survey.key for survey in shown}) == 1
    asked = tuple(
        Asked(
            card=by_id[survey.event_id],
            survey_id=survey.id,
            column=field.key if one_key else f"{survey.key}.{field.key}",
            field=field,
            answers=counts.get((survey.id, field.key), 0),
        )
        for survey in shown
        for field in surveys.fields_of(survey)
    )
    return AnswersExport(
        scope,
        asked,
        tuple(by_id[event_id] for event_id in sorted(withheld)),
        _responses(session, {(one.survey_id, one.field.key): one.column for one in asked}),
    )


def _stored(survey_ids: Collection[int]) -> Select[int, dict[str, Any]]:
    """Select what was said in open waves, in the order of random numbers, which tells nothing."""
    return (
        select(Stored.survey_id, Stored.answers)
        .join(Wave, (Wave.survey_id == Stored.survey_id) & (Wave.number == Stored.wave))
        .where(Stored.survey_id.in_(survey_ids), Wave.outcome == WaveEnd.OPENED)
        .order_by(Stored.id)
    )


async def _count_answers(
    session: AsyncSession, survey_ids: Collection[int]
) -> Counter[tuple[int, str]]:
    counts: Counter[tuple[int, str]] = Counter()
    async for rows in _read(session, _stored(survey_ids)):
        counts.update(
            (survey_id, key)
            for survey_id, answers in rows
            for key, value in answers.items()
            if surveys.missing(value) is None
        )
    return counts


async def _responses(
    session: AsyncSession, columns: Mapping[tuple[int, str], str]
) -> AsyncIterator[Sequence[Response]]:
    async for rows in _read(session, _stored({survey_id for survey_id, _ in columns})):
        yield [
            Response(
                survey_id,
                {
                    columns[survey_id, key]: value
                    for key, value in answers.items()
                    if (survey_id, key) in columns and surveys.missing(value) is None
                },
            )
            for survey_id, answers in rows
        ]


# ── counts, registrations, deliveries ────────────────────────────────────────────────────────
async def _figures(session: AsyncSession, scope: Scope) -> AsyncIterator[Sequence[Figures]]:
    for cards in _in_batches(scope.cards):
        yield await read_figures(session, cards)


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
    async for rows in _read(session, query):
        yield [Registered(*row) for row in rows]


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
    async for rows in _read(session, query):
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
    async for rows in _read(session, query):
        yield [Questions(*row) for row in rows]


async def _read(
    session: AsyncSession, query: Select[*tuple[Any, ...]]
) -> AsyncIterator[Sequence[Any]]:
    """Read rows in batches, from a cursor of the database's where it has one."""
    result = await session.stream(query.execution_options(yield_per=BATCH))
    async for rows in result.partitions():
        yield rows


def _in_batches(cards: Sequence[EventCard]) -> Iterator[Sequence[EventCard]]:
    for start in range(0, len(cards), BATCH):
        yield cards[start : start + BATCH]

"""Exports: what leaves the house as a file, of which events, and who may have it.

Leads get answers and figures of their pilot, without any name; organisers also the lists of their
own region, with the names they need. The operator's command line gets everything.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from xinno_core.errors import NotFoundError, RefusedError
from xinno_core.languages import INTERFACE_LANGUAGES, LanguageMap
from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Pilot,
    Region,
    Survey,
    Wave,
    WaveEnd,
)
from xinno_core.services import access
from xinno_core.services.access import Access
from xinno_core.services.events import PAGE, EventCard, card_of
from xinno_core.services.figures import Counts, read_figures

BATCH = 2000
"""Rows that are read and written at once: enough to be quick, little enough for any memory."""


class Kind(StrEnum):
    """What is exported."""

    ANSWERS = "answers"
    FIGURES = "figures"
    REGISTRATIONS = "registrations"
    ATTENDANCE = "attendance"
    DELIVERIES = "deliveries"
    QUESTIONS = "questions"


class Format(StrEnum):
    """In which form a file is written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    SAV = "sav"


class Separator(StrEnum):
    """What stands between two values of a CSV file, by a name that a button can carry."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def sign(self) -> str:
        """The sign itself."""
        return "," if self is Separator.COMMA else ";"


class Span(StrEnum):
    """How much an export is about."""

    EVENT = "event"
    REGION = "region"
    PILOT = "pilot"


WITHOUT_NAMES = (Kind.ANSWERS, Kind.FIGURES)
"""What leads get."""

OF_A_REGION = (*WITHOUT_NAMES, Kind.REGISTRATIONS, Kind.ATTENDANCE, Kind.DELIVERIES)
"""What organisers get of their own region."""

COMMA_READERS = frozenset({"en"})
"""Elsewhere a comma stands in numbers, and Excel expects semicolons."""


@dataclass(frozen=True)
class Where:
    """One event, region or pilot, by its number."""

    span: Span
    id: int


@dataclass(frozen=True)
class Form:
    """Which language a file speaks, and how its CSV is separated."""

    language: str
    separator: Separator


@dataclass(frozen=True)
class Wish:
    """A file as somebody asks for it."""

    where: Where
    kind: Kind
    format: Format
    language: str
    separator: Separator = Separator.COMMA


@dataclass(frozen=True)
class Scope:
    """The events of an export, and the region or pilot they were chosen by."""

    cards: tuple[EventCard, ...]
    where: Where | None = None  # what was named; left out: all there is
    whole_regions: bool = False  # no single event was named: what is about none counts, too
    is_all: bool = False  # nothing was named: what belongs to no event is in it too


@dataclass(frozen=True)
class Whole:
    """A region or a pilot that can be exported as a whole."""

    where: Where
    name: LanguageMap


@dataclass(frozen=True)
class Exportable:
    """A page of the events that somebody can export, and what can be had as a whole."""

    cards: tuple[EventCard, ...]
    page: int
    pages: int
    wholes: tuple[Whole, ...] = ()


@dataclass(frozen=True)
class Overview:
    """What there is to export; None where a number is too small to show."""

    where: Where
    name: LanguageMap  # of the region or pilot, or the title of the event
    card: EventCard | None  # of the one event
    kinds: tuple[Kind, ...]
    answers: int | None
    registrations: Counts | None  # of one event


def separator_for(language: str) -> Separator:
    """Return what the spreadsheets of these readers expect."""
    return Separator.COMMA if language in COMMA_READERS else Separator.SEMICOLON


def read_where(span: str, id_: int) -> Where:
    """Return what a button is about; something else than an event, region or pilot is not found."""
    try:
        return Where(Span(span), id_)
    except ValueError:
        raise NotFoundError from None


def read_form(language: str, separator: str) -> Form:
    """Return how a file should be written, from what a button says; by default as readers expect.

    A language without an interface, or a separator that there is not, is not found.
    """
    if language not in INTERFACE_LANGUAGES:
        raise NotFoundError
    try:
        return Form(language, Separator(separator) if separator else separator_for(language))
    except ValueError:
        raise NotFoundError from None


def read_wish(where: Where, form: Form, *, kind: str, format_: str) -> Wish:
    """Return what a button asks for; what the chat does not offer is not found."""
    try:
        wish = Wish(where, Kind(kind), Format(format_), form.language, form.separator)
    except ValueError:
        raise NotFoundError from None
    if wish.format in {Format.SAV, Format.JSON} and wish.kind is not Kind.ANSWERS:
        raise NotFoundError
    return wish


async def list_exportable(
    session: AsyncSession, *, participant: Participant, now: datetime, page: int | None = None
) -> Exportable:
    """Return the events that a person can export, newest first; who has no such role is refused.

    Without a page it is that of the event that began last: there is nothing to export before.
    """
    rights = await access.access_of(session, participant)
    if not (rights.led or rights.organised):
        raise RefusedError
    shown = _shown().where(or_(Region.pilot_id.in_(rights.led), Region.id.in_(rights.organised)))
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
    cards = tuple(card_of(event, region) for event, region in found)
    return Exportable(cards, page, pages, await _wholes(session, rights) if total > 1 else ())


async def get_overview(
    session: AsyncSession, *, participant: Participant, where: Where, now: datetime
) -> Overview:
    """Return what a person can export of this; what is not theirs does not exist for them."""
    kinds, name = await _get_allowed(session, participant, where)
    scope = await find_scope_of(session, where)
    answers = await _count_responses(session, where) or None  # no wave has fewer than five
    if where.span is not Span.EVENT:
        return Overview(where, name, None, kinds, answers, None)
    (figures,) = await read_figures(session, scope.cards, parts=(), now=now)
    return Overview(where, name, scope.cards[0], kinds, answers, figures.totals)


async def check_wish(session: AsyncSession, *, participant: Participant, wish: Wish) -> None:
    """Raise where this person may not have this file, as if there were no such thing."""
    kinds, _ = await _get_allowed(session, participant, wish.where)
    if wish.kind not in kinds:
        raise NotFoundError


async def find_name(session: AsyncSession, where: Where) -> LanguageMap:
    """Return the title of an event, or the name of a region or pilot."""
    match where.span:
        case Span.EVENT:
            return (await session.get_one(Event, where.id)).title
        case Span.REGION:
            return (await session.get_one(Region, where.id)).name
        case Span.PILOT:
            return (await session.get_one(Pilot, where.id)).name


async def find_key(session: AsyncSession, where: Where) -> str:
    """Return by which key an event, region or pilot goes: what a file is named after."""
    match where.span:
        case Span.EVENT:
            return (await session.get_one(Event, where.id)).key
        case Span.REGION:
            return (await session.get_one(Region, where.id)).key
        case Span.PILOT:
            return (await session.get_one(Pilot, where.id)).key


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
    where = None
    for table, key, span in (
        (Pilot, pilot_key, Span.PILOT),
        (Region, region_key, Span.REGION),
        (Event, event_key, Span.EVENT),
    ):
        if key is None:
            continue
        found = await session.scalar(select(table.id).where(table.key == key))
        if found is None:
            msg = f"there is no {span.value} {key!r}"
            raise NotFoundError(msg)
        where = Where(span, found)
    query = _shown()
    if event_key is not None:
        query = query.where(Event.key == event_key)
    if region_key is not None:
        query = query.where(Region.key == region_key)
    if pilot_key is not None:
        query = query.join(Pilot, Pilot.id == Region.pilot_id).where(Pilot.key == pilot_key)
    cards = await _cards(session, query)
    if not cards:
        msg = "there is no published event to export"
        raise RefusedError(msg)
    return Scope(
        cards,
        where,
        whole_regions=event_key is None,
        is_all=event_key is region_key is pilot_key is None,
    )


async def find_scope_of(session: AsyncSession, where: Where) -> Scope:
    """Return the events of one event, region or pilot; there may be none."""
    cards = await _cards(session, _shown().where(_column(where.span) == where.id))
    return Scope(cards, where, whole_regions=where.span is not Span.EVENT)


def _shown() -> Select[Event, Region]:
    """Select the events that people could see; a draft has nothing to export."""
    return (
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .where(Event.state != EventState.DRAFT)
        .order_by(Event.starts_at, Event.id)
    )


def _column(span: Span) -> InstrumentedAttribute[int]:
    match span:
        case Span.EVENT:
            return Event.id
        case Span.REGION:
            return Region.id
        case Span.PILOT:
            return Region.pilot_id


async def _cards(session: AsyncSession, query: Select[Event, Region]) -> tuple[EventCard, ...]:
    return tuple(card_of(event, region) for event, region in await session.execute(query))


async def _wholes(session: AsyncSession, rights: Access) -> tuple[Whole, ...]:
    """Return the pilots that a person leads, and the regions they organise or read."""
    pilots = await session.scalars(
        select(Pilot).where(Pilot.id.in_(rights.led)).order_by(Pilot.key)
    )
    regions = await session.scalars(
        select(Region)
        .where(or_(Region.pilot_id.in_(rights.led), Region.id.in_(rights.organised)))
        .order_by(Region.key)
    )
    return (
        *(Whole(Where(Span.PILOT, one.id), one.name) for one in pilots),
        *(Whole(Where(Span.REGION, one.id), one.name) for one in regions),
    )


async def _get_allowed(
    session: AsyncSession, participant: Participant, where: Where
) -> tuple[tuple[Kind, ...], LanguageMap]:
    """Return which kinds of files a person may have of this, and its name; none: not found."""
    rights = await access.access_of(session, participant)
    if where.span is Span.PILOT:
        pilot = await session.get(Pilot, where.id)
        if pilot is None or pilot.id not in rights.led:
            raise NotFoundError
        return WITHOUT_NAMES, pilot.name
    event = await session.get(Event, where.id) if where.span is Span.EVENT else None
    if where.span is Span.EVENT and (event is None or event.state is EventState.DRAFT):
        raise NotFoundError
    region = await session.get(Region, event.region_id if event is not None else where.id)
    if region is None:
        raise NotFoundError
    name = event.title if event is not None else region.name
    if region.id in rights.organised:
        return OF_A_REGION, name
    if region.pilot_id in rights.led:
        return WITHOUT_NAMES, name
    raise NotFoundError


async def _count_responses(session: AsyncSession, where: Where) -> int:
    """Return how many answers to surveys can be given out here."""
    query = (
        select(func.sum(Wave.responses))
        .join(Survey, Survey.id == Wave.survey_id)
        .join(Event, Event.id == Survey.event_id)
        .join(Region, Region.id == Event.region_id)
        .where(
            _column(where.span) == where.id,
            Wave.outcome == WaveEnd.OPENED,
            Event.state != EventState.DRAFT,
        )
    )
    return await session.scalar(query) or 0

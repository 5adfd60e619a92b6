"""Frequent questions as organisers keep them: made of an answered one, written in each language."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import Enquiry, Event, Faq, Participant, Region
from xinno_core.services import access
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Option

MOST_QUESTION = 200
MOST_ANSWER = 700
PAGE = 8
FOR_EVENT, FOR_REGION = "faq_event", "faq_region"


@dataclass(frozen=True)
class Entry:
    """One frequent question, with how often it was shown and how often it helped."""

    id: int
    region: LanguageMap
    event_id: int | None
    title: LanguageMap | None  # of the event
    lead: str
    languages: tuple[str, ...]  # of the event or region, in which it can be written
    question: LanguageMap
    answer: LanguageMap
    shown: int
    helped: int

    @property
    def missing(self) -> tuple[str, ...]:
        """In which languages it is still to be written."""
        return tuple(code for code in self.languages if not self.question.get(code))


@dataclass(frozen=True)
class EntryPage:
    """One page of frequent questions, of all own regions or about one event."""

    event_id: int
    title: LanguageMap | None
    lead: str
    entries: tuple[Entry, ...]
    page: int
    pages: int


async def list_entries(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0
) -> EntryPage:
    """Return the entries of the own regions; with an event, its own and those of its region."""
    query, event = _select().where(Faq.removed_at.is_(None)), None
    if event_id:
        event = await access.get_organised_event(session, participant, event_id)
        query = query.where(Faq.region_id == event.region_id)
        query = query.where(func.coalesce(Faq.event_id, event.id) == event.id)
    else:
        organised = await access.get_organised_regions(session, participant)
        query = query.where(Faq.region_id.in_(organised))
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(query.order_by(Faq.id.desc()).limit(PAGE).offset(page * PAGE))
    return EntryPage(
        event_id=event.id if event else 0,
        title=event.title if event else None,
        lead=event.lead_language if event else "en",
        entries=tuple(_entry(*row) for row in found),
        page=page,
        pages=pages,
    )


async def find_entry(session: AsyncSession, *, participant: Participant, faq_id: int) -> Entry:
    """Return an entry of an own region; another's, or one that was removed, is not found."""
    entry = await access.get_organised_faq(session, participant, faq_id)
    return await _read(session, entry)


async def find_new_form(
    session: AsyncSession, *, participant: Participant, enquiry_id: int
) -> Form:
    """Return what is asked to make an entry of an answered question, in the language it came in.

    Its wording is never taken over: what a person wrote may show who they are.
    """
    enquiry = await access.get_organised_enquiry(session, participant, enquiry_id)
    region = await session.get_one(Region, enquiry.region_id)
    event = await session.get(Event, enquiry.event_id) if enquiry.event_id else None
    language = _first_language(enquiry, region, event)
    scope = Field("faq_scope", FieldKind.SINGLE, options=(Option(FOR_EVENT), Option(FOR_REGION)))
    answer = enquiry.answer or ""
    proposed = {f"faq_answer_{language}": answer} if 0 < len(answer) <= MOST_ANSWER else {}
    return Form(
        topic=f"faqnew.{enquiry.id}",
        fields=((scope,) if event else ()) + _fields(language, source=enquiry.text, is_retold=True),
        audience=Audience.EVERYONE,
        lead=event.lead_language if event else language,
        known=proposed,
    )


async def add(
    session: AsyncSession,
    *,
    participant: Participant,
    enquiry_id: int,
    answers: dict[str, str],
    now: datetime,
) -> Entry:
    """Make an entry; nothing in it leads to the question it came from."""
    enquiry = await access.get_organised_enquiry(session, participant, enquiry_id)
    entry = Faq(
        region_id=enquiry.region_id,
        event_id=enquiry.event_id if answers.get("faq_scope") == FOR_EVENT else None,
        question=_texts(answers, "faq_question_"),
        answer=_texts(answers, "faq_answer_"),
        created_by=participant.id,
        created_at=now,
    )
    session.add(entry)
    await session.flush()
    _record(session, participant, entry, verb="faq_add", now=now)
    return await _read(session, entry)


async def find_form(
    session: AsyncSession, *, participant: Participant, faq_id: int, language: str
) -> Form:
    """Return what is asked to write an entry in one language; what stands there can be kept."""
    entry = await access.get_organised_faq(session, participant, faq_id)
    shown = await _read(session, entry)
    if language not in {*shown.languages, *entry.question}:
        raise NotFoundError
    source = shown.question.get(shown.lead) or next(iter(shown.question.values()), "")
    known = {
        f"faq_question_{language}": entry.question.get(language),
        f"faq_answer_{language}": entry.answer.get(language),
    }
    return Form(
        topic=f"faq.{entry.id}.{language}",
        fields=_fields(language, source="" if known[f"faq_question_{language}"] else source),
        audience=Audience.EVERYONE,
        lead=shown.lead,
        known=known,
    )


async def save(
    session: AsyncSession,
    *,
    participant: Participant,
    faq_id: int,
    answers: dict[str, str],
    now: datetime,
) -> Entry:
    """Keep an entry's words in one language; the other languages stay."""
    entry = await access.lock_organised_faq(session, participant, faq_id)
    entry.question = {**entry.question, **_texts(answers, "faq_question_")}
    entry.answer = {**entry.answer, **_texts(answers, "faq_answer_")}
    _record(session, participant, entry, verb="faq_write", now=now)
    return await _read(session, entry)


async def remove(
    session: AsyncSession, *, participant: Participant, faq_id: int, now: datetime
) -> Entry:
    """Take an entry away from everybody."""
    entry = await access.lock_organised_faq(session, participant, faq_id)
    removed = await _read(session, entry)
    entry.removed_at = now
    _record(session, participant, entry, verb="faq_remove", now=now)
    await session.flush()
    return removed


def _fields(language: str, *, source: str, is_retold: bool = False) -> tuple[Field, ...]:
    return (
        Field(
            f"faq_question_{language}",
            FieldKind.TEXT,
            most=MOST_QUESTION,
            hint=language,
            source=source,
            is_retold=is_retold,
            is_worded=True,
        ),
        Field(
            f"faq_answer_{language}",
            FieldKind.TEXT,
            most=MOST_ANSWER,
            hint=language,
            is_worded=True,
        ),
    )


def _texts(answers: dict[str, str], prefix: str) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value
        for key, value in answers.items()
        if key.startswith(prefix) and value
    }


def _first_language(enquiry: Enquiry, region: Region, event: Event | None) -> str:
    languages = _languages(region, event)
    return enquiry.language if enquiry.language in languages else languages[0]


def _languages(region: Region, event: Event | None) -> tuple[str, ...]:
    spoken = (event.lead_language, *event.languages) if event else tuple(region.languages)
    return tuple(dict.fromkeys(spoken)) or ("en",)


def _select() -> Select[Faq, Region, Event]:
    return (
        select(Faq, Region, Event)
        .join(Region, Region.id == Faq.region_id)
        .outerjoin(Event, Event.id == Faq.event_id)
        .execution_options(populate_existing=True)
    )


async def _read(session: AsyncSession, entry: Faq) -> Entry:
    await session.flush()
    found = await session.execute(_select().where(Faq.id == entry.id))
    return _entry(*found.one())


def _entry(entry: Faq, region: Region, event: Event | None) -> Entry:
    languages = _languages(region, event)
    return Entry(
        id=entry.id,
        region=region.name,
        event_id=event.id if event else None,
        title=event.title if event else None,
        lead=languages[0],
        languages=languages,
        question=entry.question,
        answer=entry.answer,
        shown=entry.shown,
        helped=entry.helped,
    )


def _record(
    session: AsyncSession, participant: Participant, entry: Faq, *, verb: str, now: datetime
) -> None:
    access.record(session, actor=participant, verb=verb, subject=f"faq:{entry.id}", at=now)

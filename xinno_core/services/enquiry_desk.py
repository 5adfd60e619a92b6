"""Questions as organisers see them: lists, one answer for each, sorting, closing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Enquiry,
    EnquiryKind,
    EnquiryState,
    NoticeKind,
    Participant,
)
from xinno_core.services import access, enquiries, outbox
from xinno_core.services.enquiry_cards import EnquiryCard, cards_of, read_card, select_cards
from xinno_core.services.questions import Audience, Field, FieldKind, Form

MOST_CHARACTERS = 2000
PAGE = 8


class Shown(StrEnum):
    """Which questions a list holds."""

    OPEN = "open"
    DONE = "done"
    NEED = "need"
    QUESTION = "question"
    PRAISE = "praise"


@dataclass(frozen=True)
class EnquiryPage:
    """One page of questions, of all own regions or about one event."""

    shown: Shown
    event_id: int
    title: LanguageMap | None  # of the event
    lead: str
    cards: tuple[EnquiryCard, ...]
    page: int
    pages: int
    now: datetime
    counts: Mapping[Shown, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """The person gets this answer."""

    card: EnquiryCard


@dataclass(frozen=True)
class AnsweredBefore:
    """Somebody else was first, and this answer goes nowhere."""

    card: EnquiryCard


@dataclass(frozen=True)
class ClosedNow:
    """It rests without an answer; nobody is told."""

    card: EnquiryCard


@dataclass(frozen=True)
class NothingToClose:
    """It is answered, or closed already."""

    card: EnquiryCard


@dataclass(frozen=True)
class Sorted:
    """It counts as this kind from now on."""

    card: EnquiryCard


AnswerOutcome = Answered | AnsweredBefore
CloseOutcome = ClosedNow | NothingToClose
DeskOutcome = AnswerOutcome | CloseOutcome | Sorted


async def list_enquiries(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    shown: Shown,
    now: datetime,
    page: int = 0,
) -> EnquiryPage:
    """Return one page of questions: open ones oldest first, all others newest first."""
    event = None
    if event_id:
        event = await access.get_organised_event(session, participant, event_id)
        own = (Enquiry.event_id == event.id,)
    else:
        organised = await access.get_organised_regions(session, participant)
        own = (Enquiry.region_id.in_(organised),)
    counts = await _count(session, own)
    pages = max((counts[shown] + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    order = Enquiry.id if shown is Shown.OPEN else Enquiry.id.desc()
    query = select_cards().where(*own, _is_in(shown)).order_by(order)
    cards = await cards_of(session, query.limit(PAGE).offset(page * PAGE))
    return EnquiryPage(
        shown=shown,
        event_id=event.id if event else 0,
        title=event.title if event else None,
        lead=event.lead_language if event else "en",
        cards=tuple(cards),
        page=page,
        pages=pages,
        now=now,
        counts=counts,
    )


async def find_enquiry(
    session: AsyncSession, *, participant: Participant, enquiry_id: int
) -> EnquiryCard:
    """Return one question to an own region; another's is not found."""
    enquiry = await access.get_organised_enquiry(session, participant, enquiry_id)
    return await read_card(session, enquiry)


async def find_form(session: AsyncSession, *, participant: Participant, enquiry_id: int) -> Form:
    """Return what is asked for an answer; whether one is still wanted shows then."""
    enquiry = await access.get_organised_enquiry(session, participant, enquiry_id)
    return Form(
        f"reply.{enquiry.id}",
        (
            Field(
                "reply_text",
                FieldKind.TEXT,
                most=MOST_CHARACTERS,
                source=enquiry.text,
                is_worded=True,
            ),
        ),
        Audience.RECIPIENT,
    )


async def answer(
    session: AsyncSession,
    *,
    participant: Participant,
    enquiry_id: int,
    text: str,
    now: datetime,
) -> AnswerOutcome:
    """Answer a question; of several organisers the first is heard."""
    enquiry = await access.lock_organised_enquiry(session, participant, enquiry_id)
    if not may_answer(enquiry.state, enquiry.answer):
        return AnsweredBefore(await read_card(session, enquiry))
    enquiry.state, enquiry.answer = EnquiryState.ANSWERED, text
    enquiry.answered_by, enquiry.answered_at = participant.id, now
    await session.flush()
    round_ = await enquiries.count_answers(session, enquiry)
    await outbox.promise(
        session,
        participant_id=enquiry.participant_id,
        kind=NoticeKind.ENQUIRY_ANSWER,
        dedup_key=f"enquiry_answer:{enquiry.id}:{round_ + 1}",
        event_id=enquiry.event_id,
        due_at=now,
        params={"enquiry_id": enquiry.id, "region_id": enquiry.region_id},
    )
    _record(session, participant, enquiry, verb="enquiry_answer", now=now)
    return Answered(await read_card(session, enquiry))


async def close(
    session: AsyncSession, *, participant: Participant, enquiry_id: int, now: datetime
) -> CloseOutcome:
    """Let an open question rest without an answer, such as praise or a slip."""
    enquiry = await access.lock_organised_enquiry(session, participant, enquiry_id)
    if enquiry.state is not EnquiryState.OPEN:
        return NothingToClose(await read_card(session, enquiry))
    enquiry.state = EnquiryState.CLOSED
    _record(session, participant, enquiry, verb="enquiry_close", now=now)
    return ClosedNow(await read_card(session, enquiry))


async def sort(
    session: AsyncSession,
    *,
    participant: Participant,
    enquiry_id: int,
    kind: str,
    now: datetime,
) -> Sorted:
    """Say what a question is: needs, questions and praise are counted apart."""
    enquiry = await access.lock_organised_enquiry(session, participant, enquiry_id)
    try:
        enquiry.kind = EnquiryKind(kind)
    except ValueError:
        raise NotFoundError from None
    _record(session, participant, enquiry, verb="enquiry_sort", now=now)
    return Sorted(await read_card(session, enquiry))


def may_answer(state: EnquiryState, answer: str | None) -> bool:
    """Tell whether an answer is wanted: to an open one, or one that was closed without any."""
    return state is EnquiryState.OPEN or (state is EnquiryState.CLOSED and answer is None)


def shown(name: str) -> Shown:
    """Return the list with this name; one that is not ours raises."""
    try:
        return Shown(name)
    except ValueError:
        raise NotFoundError from None


async def count_open(session: AsyncSession, *, event_id: int) -> int:
    """Return how many questions about an event wait for an answer."""
    query = select(func.count()).where(
        Enquiry.event_id == event_id, Enquiry.state == EnquiryState.OPEN
    )
    return await session.scalar(query) or 0


async def count_open_of(session: AsyncSession, region_ids: frozenset[int]) -> int:
    """Return how many questions to these regions wait for an answer."""
    query = select(func.count()).where(
        Enquiry.region_id.in_(region_ids), Enquiry.state == EnquiryState.OPEN
    )
    return await session.scalar(query) or 0


async def _count(
    session: AsyncSession, own: tuple[ColumnElement[bool], ...]
) -> Mapping[Shown, int]:
    found = await session.execute(
        select(Enquiry.state, Enquiry.kind, func.count())
        .where(*own)
        .group_by(Enquiry.state, Enquiry.kind)
    )
    counts = dict.fromkeys(Shown, 0)
    for state, kind, number in found:
        counts[Shown.OPEN if state is EnquiryState.OPEN else Shown.DONE] += number
        if kind is not None:
            counts[Shown(kind.value)] += number
    return counts


def _is_in(shown: Shown) -> ColumnElement[bool]:
    if shown is Shown.OPEN:
        return Enquiry.state == EnquiryState.OPEN
    if shown is Shown.DONE:
        return Enquiry.state != EnquiryState.OPEN
    return Enquiry.kind == EnquiryKind(shown.value)


def _record(
    session: AsyncSession, participant: Participant, enquiry: Enquiry, *, verb: str, now: datetime
) -> None:
    access.record(session, actor=participant, verb=verb, subject=f"enquiry:{enquiry.id}", at=now)

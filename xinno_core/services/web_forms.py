"""A survey in the browser: page by page, on the same dialogue row as in the chat.

Who holds the address is the person it was made for; nothing else is known of them here. Looking
changes nothing: previews fetch addresses, too.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Dialogue,
    Door,
    Event,
    Participant,
    Purpose,
    SurveyMode,
)
from xinno_core.services import forms, own_surveys, participants, survey_visits, surveys
from xinno_core.services.form_standing import read_standing
from xinno_core.services.forms import Filled
from xinno_core.services.own_surveys import KeptAnswers, NothingToErase
from xinno_core.services.questions import Field, FieldKind, Form, Problem
from xinno_core.services.surveys import NotAsked, SurveyClosed, Thanked, TookPartAlready
from xinno_core.services.typed_answers import REFUSED

PREFIX = "q."
"""Before each question's key in what a page sends; `r.` before its refusal."""
REFUSAL_PREFIX = "r."
LINKING, YES, NO = "linking", "yes", "no"


class Go(StrEnum):
    """What a button of a page asks for."""

    BEGIN = "begin"
    NEXT = "next"
    BACK = "back"
    CHANGE = "change"
    ERASE = "erase"  # asks first
    ERASE_NOW = "erase_now"
    KEEP = "keep"


@dataclass(frozen=True)
class Head:
    """What stands above every page of a survey, and how its reader is addressed."""

    title: LanguageMap
    event: LanguageMap
    lead: str
    zone: str
    language: str
    tone: str
    mode: SurveyMode
    closes_at: datetime
    is_guest: bool  # without the chat, so that this page has to do for it


@dataclass(frozen=True)
class Opening:
    """The first page: what becomes of the answers, before any question."""

    head: Head
    number: int  # of questions that are asked at most
    is_linked: bool | None  # what was said to linking by now
    branches: bool = False  # some are asked only after certain answers
    was_erased: bool = False  # there were answers until just now

    @property
    def asks_to_link(self) -> bool:
        """Tell whether linking is to be decided here."""
        is_coded = self.head.mode is SurveyMode.PSEUDONYMOUS
        return is_coded and self.is_linked is None and not self.head.is_guest


@dataclass(frozen=True)
class Questions:
    """A page of questions, with the answers that are known and what is wrong with those given."""

    head: Head
    form: Form
    number: int  # of the page
    fields: tuple[Field, ...]
    answers: Mapping[str, Any]
    before: int  # questions on the pages before
    total: int  # at most, where the form branches
    is_last: bool
    problems: Mapping[str, Problem] = field(default_factory=dict)
    sent: Mapping[str, Sequence[str]] = field(default_factory=dict)  # as it came, to be mended


@dataclass(frozen=True)
class Closing:
    """There is nothing to ask now: answered already, or over."""

    head: Head
    outcome: TookPartAlready | SurveyClosed
    was_erased: bool = False

    @property
    def can_erase(self) -> bool:
        """Tell whether it can be erased here; who has the chat erases there."""
        taken = self.outcome
        return self.head.is_guest and isinstance(taken, TookPartAlready) and taken.can_erase


@dataclass(frozen=True)
class Erasing:
    """The question before answers are erased."""

    head: Head
    kept: KeptAnswers


@dataclass(frozen=True)
class GoTo:
    """It is kept; the browser is sent to a page, without a number to where the person stands."""

    page: int = 0
    was_erased: bool = False


@dataclass(frozen=True)
class Gone:
    """There is nothing at this address, for whatever reason."""


View = Opening | Questions | Closing | Erasing | Gone


@dataclass(frozen=True)
class _Visit:
    """A person, a survey, and how far the one has come in the other."""

    person: Participant
    survey_id: int
    head: Head
    form: Form
    answers: dict[str, Any] | None  # None: not begun
    refused: TookPartAlready | SurveyClosed | None

    def pages(self) -> list[tuple[Field, ...]]:
        """Return the pages up to the first one that is not all answered."""
        found: list[tuple[Field, ...]] = []
        answers, passed = self.answers or {}, dict[str, Any]()
        while page := forms.page(self.form, passed):
            found.append(page)
            if not all(one.is_answered(answers) for one in page):
                break
            passed |= {one.key: answers[one.key] for one in page}
        return found

    def page(self, number: int) -> Questions:
        """Return one page, or the last that can be shown."""
        pages, answers = self.pages(), {**self.form.known, **(self.answers or {})}
        number = min(number or len(pages), len(pages))
        fields = pages[number - 1]
        return Questions(
            self.head,
            self.form,
            number,
            fields,
            answers,
            before=sum(len(page) for page in pages[: number - 1]),
            total=self.form.total(answers),
            is_last=not _may_follow(self.form, fields, answers),
        )


def address_of(
    participant: Participant, survey_id: int, *, secret: bytes, public_url: str, is_demo: bool
) -> str:
    """Return a person's own address of a survey; nothing where it would lead nowhere.

    Telegram refuses a button to a name without a dot, and nobody's phone reaches this machine by
    its loopback: that is for the demo alone, whose browser runs here.
    """
    host = urlsplit(public_url).hostname or ""
    is_here = host.startswith("127.") or "." not in host
    if is_here and not (is_demo and host.startswith("127.")):
        return ""
    return f"{public_url}/f/{surveys.form_token(participant, survey_id, secret)}"


async def view(
    session: AsyncSession,
    *,
    token: str,
    secret: bytes,
    page: int,
    now: datetime,
    was_erased: bool = False,
) -> View:
    """Return what an address shows; nothing is changed by it."""
    visit = await _find(session, token=token, secret=secret, now=now)
    if visit is None:
        return Gone()
    if visit.refused is not None and (visit.answers is None or not _may_change(visit.refused)):
        return Closing(visit.head, visit.refused, was_erased)
    if visit.answers is None:
        consents = await participants.read_consents(session, visit.person)
        return Opening(
            visit.head,
            len(visit.form.fields),
            consents.get(Purpose.LINKING),
            visit.form.branches,
            was_erased,
        )
    return visit.page(page)


async def take(
    session: AsyncSession,
    *,
    token: str,
    secret: bytes,
    page: int,
    sent: Mapping[str, Sequence[str]],
    now: datetime,
) -> View | GoTo:
    """Take what a page sent: what is good is kept whatever else is wrong."""
    visit = await _find(session, token=token, secret=secret, now=now)
    if visit is None:
        return Gone()
    wish = _wish(sent)
    if wish in {Go.ERASE, Go.ERASE_NOW, Go.KEEP}:
        return await _erase(session, visit, wish, now=now)
    visit = await _alone(session, visit, now=now)
    refused = await survey_visits.stop_if_over(
        session,
        participant=visit.person,
        survey_id=visit.survey_id,
        now=now,
        in_form=wish in {Go.NEXT, Go.BACK},
    )
    if refused is not None:
        return await _came_of(session, visit, refused)
    if wish is Go.BEGIN or wish is Go.CHANGE:
        return await _begin(session, visit, sent, now=now)
    if visit.answers is None:  # forgotten meanwhile, or never begun
        return GoTo()
    shown = visit.page(page)
    if page != shown.number:
        return GoTo()
    given = {one.key: _given(one, sent) for one in shown.fields}
    filled = await _fill(session, visit, given, finishes=False, now=now)
    if wish is Go.BACK:
        return GoTo(max(shown.number - 1, 1))
    if filled.problems:
        return dataclasses.replace(shown, problems=filled.problems, sent=sent)
    answers = await _answers(session, visit.person, visit.form, now=now)
    if len(dataclasses.replace(visit, answers=answers).pages()) > shown.number:
        return GoTo(shown.number + 1)
    return await _finish(session, visit, now=now)


async def _alone(session: AsyncSession, visit: _Visit, *, now: datetime) -> _Visit:
    """Wait for whoever answers the same form just now: a page sent twice, or the chat."""
    own = (Dialogue.participant_id == visit.person.id, Dialogue.topic == visit.form.topic)
    await session.execute(lock(select(Dialogue.topic).where(*own)))
    answers = await _answers(session, visit.person, visit.form, now=now)
    return dataclasses.replace(visit, answers=answers)


async def _erase(
    session: AsyncSession, visit: _Visit, wish: Go, *, now: datetime
) -> Erasing | GoTo:
    """Ask before anything is erased, and then erase it; who has the chat erases there."""
    if not visit.head.is_guest or wish is Go.KEEP:
        return GoTo()
    verb = own_surveys.erase if wish is Go.ERASE_NOW else own_surveys.ask_erase
    found = await verb(session, participant=visit.person, survey_id=visit.survey_id, now=now)
    if isinstance(found, NothingToErase):
        return GoTo()
    return GoTo(was_erased=True) if wish is Go.ERASE_NOW else Erasing(visit.head, found)


async def _finish(session: AsyncSession, visit: _Visit, *, now: datetime) -> Closing | GoTo:
    """Hand the answers in: what stands on the last page has been sent."""
    filled = await _fill(session, visit, {}, finishes=True, now=now)
    if filled.complete is not None:
        outcome = await surveys.submit(
            session,
            participant=visit.person,
            survey_id=visit.survey_id,
            answers=filled.complete.answers,
            door=Door.WEB,
            now=now,
        )
        return await _came_of(session, visit, outcome)
    return GoTo()


async def _came_of(
    session: AsyncSession, visit: _Visit, outcome: surveys.SurveyOutcome
) -> Closing | GoTo:
    """Say at once what came too late: the page behind it would not know that it was sent."""
    match outcome:
        case (TookPartAlready() | SurveyClosed()) as late if late.was_begun:
            return Closing(visit.head, late)
        case _:
            return GoTo()


async def _fill(
    session: AsyncSession,
    visit: _Visit,
    given: Mapping[str, Sequence[str]],
    *,
    finishes: bool,
    now: datetime,
) -> Filled:
    return await forms.fill(
        session,
        participant=visit.person,
        form=visit.form,
        given=given,
        finishes=finishes,
        now=now,
    )


async def _answers(
    session: AsyncSession, person: Participant, form: Form, *, now: datetime
) -> dict[str, Any] | None:
    """Return what was answered by now, here or in the chat; None where nothing was begun."""
    row = await session.get(Dialogue, (person.id, form.topic), populate_existing=True)
    standing = read_standing(session, form, row, now=now)
    return standing.answers if standing is not None else None


async def _find(
    session: AsyncSession, *, token: str, secret: bytes, now: datetime
) -> _Visit | None:
    """Return who comes to what; None for an address that is wrong, as for one that never was."""
    found = await surveys.find_by_token(session, token, secret)
    if found is None:
        return None
    person, survey = found
    refused = await surveys.may_answer(session, participant=person, survey_id=survey.id, now=now)
    form = await surveys.find_form(session, survey_id=survey.id, participant=person)
    if form is None or not form.fields or isinstance(refused, NotAsked | Thanked):
        return None
    event = await session.get_one(Event, survey.event_id)
    head = Head(
        title=survey.title,
        event=event.title,
        lead=event.lead_language,
        zone=event.zone,
        language=person.language,
        tone=person.tone,
        mode=survey.mode,
        closes_at=survey.closes_at,
        is_guest=person.telegram_id is None,
    )
    answers = await _answers(session, person, form, now=now)
    return _Visit(person, survey.id, head, form, answers, refused)


async def _begin(
    session: AsyncSession, visit: _Visit, sent: Mapping[str, Sequence[str]], *, now: datetime
) -> GoTo:
    person = visit.person
    if visit.refused is not None:
        entered = await survey_visits.change(
            session, participant=person, survey_id=visit.survey_id, now=now
        )
    else:
        entered = await survey_visits.begin(
            session,
            participant=person,
            survey_id=visit.survey_id,
            is_linked=YES in sent.get(LINKING, ()),
            now=now,
        )
    if isinstance(entered, Form):
        await forms.begin(session, participant=person, form=entered, takes_typed=False, now=now)
        return GoTo(1)
    return GoTo()


def _wish(sent: Mapping[str, Sequence[str]]) -> Go:
    try:
        return Go(sent.get("go", [Go.NEXT.value])[0])
    except ValueError:
        return Go.NEXT


def _may_change(refused: TookPartAlready | SurveyClosed) -> bool:
    return isinstance(refused, TookPartAlready) and refused.can_change


def _may_follow(form: Form, fields: tuple[Field, ...], answers: Mapping[str, Any]) -> bool:
    """Tell whether anything may be asked after a page, whatever is answered on it."""
    open_keys = {one.key for one in fields}
    later = form.fields[form.fields.index(fields[-1]) + 1 :]
    return any(
        one.only_if is None or one.only_if.question in open_keys or one.only_if.is_met(answers)
        for one in later
    )


def _given(asked: Field, sent: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return what a page says to one question, as forms take it."""
    if sent.get(REFUSAL_PREFIX + asked.key):
        return [REFUSED]
    if asked.kind is FieldKind.RANKING:
        return _ranked(asked, sent)
    return [one.replace("\r\n", "\n") for one in sent.get(PREFIX + asked.key, ())]


def _ranked(asked: Field, sent: Mapping[str, Sequence[str]]) -> list[str]:
    """Put options in the order of their ranks; of two on one rank, the first stands twice."""
    by_rank: dict[int, list[str]] = {}
    for option in asked.choices:
        rank = sent.get(f"{PREFIX}{asked.key}.{option.key}", [""])[0]
        if rank.isascii() and rank.isdigit() and len(rank) < 4:
            by_rank.setdefault(int(rank), []).append(option.key)
    return [key for rank in sorted(by_rank) for key in [by_rank[rank][0]] * len(by_rank[rank])]

"""What organisers read of questions: the message of a new one, lists, one question's page."""

from datetime import timedelta
from typing import assert_never

from babel.dates import format_timedelta

from xinno_core.models import EnquiryKind, EnquiryState
from xinno_core.services.enquiry_cards import EnquiryCard
from xinno_core.services.enquiry_desk import (
    Answered,
    AnsweredBefore,
    ClosedNow,
    DeskOutcome,
    EnquiryPage,
    NothingToClose,
    Shown,
    Sorted,
    may_answer,
)
from xinno_core.texts.actions import (
    AddToFaq,
    AnswerEnquiry,
    CloseEnquiry,
    ListEnquiries,
    ListFaq,
    ManageEvent,
    OpenDesk,
    OpenEnquiry,
    SortAs,
    SortEnquiry,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.enquiries import quoted
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs, short, turns
from xinno_core.texts.translator import Html, Translator

MOST_IN_A_LIST = 120
"""Characters of a question that stand in a list."""
MOST_ABOVE_AN_ANSWER = 1200
"""Characters of a question that stand above its answer, which is read whole."""


def asked(t: Translator, card: EnquiryCard) -> Message:
    """Tell an organiser that somebody asks."""
    said = (
        t.gettext("<b>Someone asks you.</b>")
        if card.answer is None
        else t.gettext("<b>Not answered yet, says the person who asked.</b>")
    )
    return Message(
        said + "\n" + "\n\n".join(_about(t, card)),
        rows(
            Button(t.plain.gettext("Answer"), AnswerEnquiry(card.id)),
            Button(t.plain.gettext("Sort"), SortEnquiry(card.id)),
            Button(t.plain.gettext("Close"), CloseEnquiry(card.id)),
        ),
    )


def enquiry(t: Translator, card: EnquiryCard) -> Message:
    """Show one question: who asked, where it stands, and what can be done."""
    parts = [_state(t, card), *_about(t, card)]
    if card.kind is None and not card.is_open:
        parts.append(t.gettext("Please sort it: this helps to see what people need."))
    return Message("\n\n".join(parts), rows(*_page_buttons(t, card)))


def done(t: Translator, outcome: DeskOutcome) -> Message:
    """Say what came of an answer, of closing or of sorting, above the question as it stands."""
    under = enquiry(t, outcome.card)
    return Message(_said(t, outcome) + "\n\n" + under.text, under.buttons)


def sorting(t: Translator, card: EnquiryCard) -> Message:
    """Ask what a question is."""
    return Message(
        t.gettext("<b>What is it?</b>") + "\n\n" + quoted(t, card.text),
        rows(
            *(Button(kind_word(t, kind), SortAs(card.id, kind.value)) for kind in EnquiryKind),
            Button(t.plain.gettext("Back"), OpenEnquiry(card.id)),
        ),
    )


def enquiries(t: Translator, page: EnquiryPage) -> Message:
    """Show one page of questions; each opens with a button."""
    parts = [_head(t, page)]
    if not page.cards:
        parts.append(t.gettext("There is none."))
    parts.extend(_line(t, page, number, card) for number, card in enumerate(page.cards, 1))
    opening = [
        Button(short(f"{number} · {card.text}"), OpenEnquiry(card.id))
        for number, card in enumerate(page.cards, 1)
    ]
    back = (
        Button(t.plain.gettext("Back to the event"), ManageEvent(page.event_id))
        if page.event_id
        else Button(t.plain.gettext("Your events"), OpenDesk())
    )
    return Message(
        "\n\n".join(parts),
        (
            *rows(*opening),
            *turns(
                t,
                page.page,
                page.pages,
                lambda at: ListEnquiries(page.event_id, page.shown.value, at),
            ),
            *pairs(*(_to_list(t, page, shown) for shown in Shown if shown is not page.shown)),
            *rows(Button(t.plain.gettext("Frequent questions"), ListFaq(page.event_id)), back),
        ),
    )


def kind_word(t: Translator, kind: EnquiryKind) -> str:
    """Return the word for what somebody wrote to the organisers."""
    match kind:
        case EnquiryKind.NEED:
            return t.plain.gettext("A need")
        case EnquiryKind.QUESTION:
            return t.plain.gettext("A question")
        case EnquiryKind.PRAISE:
            return t.plain.gettext("Praise")


def _said(t: Translator, outcome: DeskOutcome) -> str:
    match outcome:
        case Answered():
            return t.gettext("<b>Answered.</b> The person gets your words as you wrote them.")
        case AnsweredBefore(card) if card.answered_by:
            return t.gettext(
                "<b>Your answer was not sent:</b> {name} has answered before.",
                name=card.answered_by,
            )
        case AnsweredBefore():
            return t.gettext("<b>Your answer was not sent:</b> somebody has answered before.")
        case ClosedNow():
            return t.gettext("<b>Closed.</b> Nobody is told.")
        case NothingToClose():
            return t.gettext("This question is answered or closed already.")
        case Sorted(card) if card.kind is not None:
            return t.gettext("<b>Sorted:</b> {kind}", kind=kind_word(t, card.kind))
        case Sorted():
            return t.gettext("Not sorted")
        case _:
            assert_never(outcome)


def _about(t: Translator, card: EnquiryCard) -> list[str]:
    """Say who asked what, about which event, and what was answered."""
    name = card.name or t.plain.gettext("(no name given)")
    lines = [
        t.gettext("From: {name}, {organisation}", name=name, organisation=card.organisation)
        if card.organisation
        else t.gettext("From: {name}", name=name)
    ]
    if card.title is not None:
        lines.append(t.gettext("Event: {title}", title=t.plain.show(card.title, card.lead)))
    else:
        lines.append(t.gettext("Region: {region}", region=t.plain.show(card.region, card.lead)))
    lines.append(
        t.gettext(
            "Asked: {when} · reads: {language}",
            when=date_and_time(t, card.created_at, card.zone),
            language=language_name(card.language, t),
        )
    )
    if card.answer is None:
        return ["\n".join(lines), quoted(t, card.text)]
    return ["\n".join(lines), quoted(t, card.text, MOST_ABOVE_AN_ANSWER), _answer(t, card)]


def _answer(t: Translator, card: EnquiryCard) -> str:
    when = date_and_time(t, card.answered_at, card.zone) if card.answered_at else ""
    head = (
        t.gettext("Answered by {name}, {when}:", name=card.answered_by, when=when)
        if card.answered_by
        else t.gettext("Answered, {when}:", when=when)
    )
    return Html(head + "\n" + quoted(t, card.answer or ""))


def _state(t: Translator, card: EnquiryCard) -> str:
    match card.state:
        case EnquiryState.OPEN:
            said = t.gettext("<b>Open question</b>")
        case EnquiryState.ANSWERED:
            said = t.gettext("<b>Answered question</b>")
        case EnquiryState.CLOSED if card.answer is not None:
            said = t.gettext("<b>Answered question</b>, and the person says that it helped")
        case EnquiryState.CLOSED:
            said = t.gettext("<b>Closed without an answer</b>")
    if card.kind is None:
        return said
    return Html(said + "\n" + t.gettext("Sorted as: {kind}", kind=kind_word(t, card.kind)))


def _page_buttons(t: Translator, card: EnquiryCard) -> list[Button | None]:
    wanted = may_answer(card.state, card.answer)
    kinds = (
        [Button(kind_word(t, kind), SortAs(card.id, kind.value)) for kind in EnquiryKind]
        if card.kind is None and not card.is_open
        else [Button(t.plain.gettext("Sort"), SortEnquiry(card.id))]
    )
    return [
        Button(t.plain.gettext("Answer"), AnswerEnquiry(card.id)) if wanted else None,
        *kinds,
        Button(t.plain.gettext("Add to the frequent questions"), AddToFaq(card.id))
        if card.answer is not None
        else None,
        Button(t.plain.gettext("Close"), CloseEnquiry(card.id)) if card.is_open else None,
        Button(t.plain.gettext("Questions"), ListEnquiries(card.event_id or 0, Shown.OPEN.value)),
    ]


def _head(t: Translator, page: EnquiryPage) -> str:
    head = _list_word(t, page.shown, page.counts.get(page.shown, 0))
    if page.title is None:
        return f"<b>{head}</b>"
    title = t.show(page.title, page.lead)
    return f"<b>{head}</b>\n{title}"


def _list_word(t: Translator, shown: Shown, number: int) -> str:
    match shown:
        case Shown.OPEN:
            return t.plain.gettext("Open questions: {number}", number=number)
        case Shown.DONE:
            return t.plain.gettext("Answered and closed: {number}", number=number)
        case Shown.NEED:
            return t.plain.gettext("Needs: {number}", number=number)
        case Shown.QUESTION:
            return t.plain.gettext("Sorted as questions: {number}", number=number)
        case Shown.PRAISE:
            return t.plain.gettext("Praise: {number}", number=number)


def _to_list(t: Translator, page: EnquiryPage, shown: Shown) -> Button:
    label = _list_word(t, shown, page.counts.get(shown, 0))
    return Button(label, ListEnquiries(page.event_id, shown.value))


def _line(t: Translator, page: EnquiryPage, number: int, card: EnquiryCard) -> str:
    about = t.plain.show(card.title or card.region, card.lead)
    age = _age(t, page.now - card.created_at)
    kind = kind_word(t, card.kind) if card.kind else t.plain.gettext("Not sorted")
    # Translators: one line of a list: what sort of question, about which event, how old.
    line = t.gettext("{kind} · {event} · {age}", kind=kind, event=about, age=age)
    cut = card.text if len(card.text) <= MOST_IN_A_LIST else card.text[:MOST_IN_A_LIST] + "…"
    return f"{number}. {line}\n{t.quote(cut)}"


def _age(t: Translator, passed: timedelta) -> str:
    return format_timedelta(max(passed, timedelta(minutes=1)), locale=t.locale)

"""Exports in the chat: which event, what of it, and the file."""

import functools
from datetime import datetime

from xinno_core.services.events import EventPage
from xinno_core.services.exports import Collected, Format, Kind, Overview, TooFewAnswers
from xinno_core.texts import books, sheets
from xinno_core.texts.actions import ChooseExport, Export, OpenExports, OpenMenu
from xinno_core.texts.books import shown_total, state_word
from xinno_core.texts.dates import short_day
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Document, Message, rows
from xinno_core.texts.translator import Translator


def event_list(t: Translator, page: EventPage) -> Message:
    """Show the events of the led pilots, newest first, one button each."""
    menu = (Button(t.plain.gettext("Menu"), OpenMenu()),)
    if not page.cards:
        return Message(t.gettext("<b>Exports</b>\nYour pilot has no event yet."), (menu,))
    buttons: list[tuple[Button, ...]] = [
        (
            Button(
                f"{short_day(t, card.starts_at, card.zone)} · "
                f"{t.plain.show(card.title, card.lead_language)}",
                ChooseExport(card.id),
            ),
        )
        for card in page.cards
    ]
    turns = []
    if page.page > 0:
        turns.append(Button(t.plain.gettext("Later"), OpenExports(page.page)))
    if page.page + 1 < page.pages:
        turns.append(Button(t.plain.gettext("Earlier"), OpenExports(page.page + 2)))
    if turns:
        buttons.append(tuple(turns))
    return Message(
        t.gettext("<b>Exports</b>\nOf which event would you like answers or counts?"),
        (*buttons, menu),
    )


def overview(t: Translator, found: Overview) -> Message:
    """Show how much there is to export of one event, and in which forms."""
    lines = [
        t.gettext("Answers to the survey: {number}", number=shown_total(t, found.answers)),
        *(
            t.gettext(
                "{state}: {number}",
                state=state_word(t, state),
                number=shown_total(t, found.registrations[state]),
            )
            for state in books.STATES
        ),
    ]
    event_id = found.card.id
    return Message(
        facts(t, found.card)
        + "\n\n"
        + "\n".join(lines)
        + "\n\n"
        + t.gettext(
            "The files do not say who answered; own words may still show it. "
            "Numbers from 1 to 4 are not shown, nor any that would give one away."
        ),
        rows(
            Button(t.plain.gettext("Answers, Excel"), Export(event_id, Kind.ANSWERS, Format.XLSX)),
            Button(t.plain.gettext("Answers, CSV"), Export(event_id, Kind.ANSWERS, Format.CSV)),
            Button(t.plain.gettext("Counts, Excel"), Export(event_id, Kind.COUNTS, Format.XLSX)),
            Button(t.plain.gettext("Counts, CSV"), Export(event_id, Kind.COUNTS, Format.CSV)),
            Button(t.plain.gettext("Other events"), OpenExports(0)),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def export_outcome(
    outcome: Collected | TooFewAnswers, t: Translator, *, format_: Format, now: datetime
) -> Message:
    """Send the file, or say why there is none."""
    if isinstance(outcome, TooFewAnswers):
        card = outcome.cards[0]
        return Message(
            t.gettext(
                "<b>{title}</b>\nNot shown: fewer than 5 answers. With so few, it could be told "
                "who said what. The counts can be exported all the same.",
                title=t.plain.show(card.title, card.lead_language),
            ),
            rows(
                Button(t.plain.gettext("Back"), ChooseExport(card.id)),
                Button(t.plain.gettext("Menu"), OpenMenu()),
            ),
        )
    card = outcome.export.scope.cards[0]
    return Message(
        _caption(t, outcome.kind, t.plain.show(card.title, card.lead_language)),
        document=Document(
            f"{card.key}-{outcome.kind.value}{sheets.suffix(format_)}",
            make=functools.partial(_make, outcome, t, format_, now),
        ),
        fresh=True,
    )


def too_few(t: Translator) -> str:
    """Return the one line that says why there are no answers."""
    return t.plain.gettext("not shown: fewer than 5 answers")


def _caption(t: Translator, kind: Kind, title: str) -> str:
    if kind is Kind.ANSWERS:
        return t.gettext(
            "Answers without names: {title}\nThe codebook in the file explains the columns.",
            title=title,
        )
    return t.gettext(
        "Counts: {title}\nNumbers from 1 to 4 are not shown, nor any that would give one away.",
        title=title,
    )


def _make(outcome: Collected, t: Translator, format_: Format, now: datetime) -> bytes:
    """Make the file; runs in a thread, so it touches nothing but what it was given."""
    book = books.book(outcome.export, t, now=now)
    cells = books.cells(outcome.export, t)
    lines = [row for line in outcome.lines for row in cells(line)]
    return sheets.make(book, lines, format_=format_)

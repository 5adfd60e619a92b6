"""The ledger in words: what somebody got, what waits, what will come, and why something did not."""

from collections.abc import Sequence
from datetime import datetime

from xinno_core.models import NoticeKind, NoticeState
from xinno_core.services.events import EventCard
from xinno_core.services.forecast import Expected
from xinno_core.services.journeys import Planned
from xinno_core.services.ledger import (
    Choice,
    Choices,
    Entry,
    Found,
    Ledger,
    LedgerPage,
    Line,
)
from xinno_core.texts.actions import (
    ExplainPerson,
    ManageEvent,
    OpenDesk,
    OpenLedger,
    OpenLedgers,
    OpenPerson,
)
from xinno_core.texts.dates import clock_time, short_day
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import Html, Translator

MOST_AHEAD = 12
"""Messages still to come that one screen tells; who has more is far from the end."""


def events(t: Translator, choices: Choices) -> Message:
    """Ask whose messages are to be explained."""
    said = (
        t.gettext(
            "<b>Why did somebody get a message, or not?</b>\n"
            "Please choose an event, or write: /why and a name"
        )
        if choices.events
        else t.gettext("<b>Why did somebody get a message, or not?</b>\nThere is no event yet.")
    )
    return Message(
        said,
        (
            *rows(*(Button(_label(t, one), OpenLedger(one.event_id, 0)) for one in choices.events)),
            *turns(t, choices.page, choices.pages, OpenLedgers),
            *rows(Button(t.plain.gettext("Your events"), OpenDesk())),
        ),
    )


def people(t: Translator, page: LedgerPage) -> Message:
    """Show the people of an event, those with trouble first."""
    card = page.card
    parts = [t.gettext("<b>Messages: {title}</b>", title=_title(t, card))]
    if not page.lines:
        parts.append(
            t.gettext("Nobody lacks a message.")
            if page.only_troubled
            else t.gettext("Nobody has registered yet.")
        )
    else:
        parts.append(
            t.gettext("After each name: messages that arrived, that wait, that did not arrive.")
        )
    other = (
        Button(t.plain.gettext("Show everybody"), OpenLedger(card.id, 0))
        if page.only_troubled
        else Button(t.plain.gettext("Only those who lack something"), OpenLedger(card.id, 1))
    )
    return Message(
        "\n\n".join(parts),
        (
            *rows(
                *(Button(_figures(one), ExplainPerson(one.registration_id)) for one in page.lines)
            ),
            *turns(
                t,
                page.page,
                page.pages,
                lambda number: OpenLedger(card.id, int(page.only_troubled), number),
            ),
            *rows(
                other,
                Button(t.plain.gettext("Other events"), OpenLedgers()),
                Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
            ),
        ),
    )


def found(t: Translator, shown: Found) -> Message:
    """Show the people whose name holds what was typed."""
    if not shown.lines:
        said = t.gettext(
            "Nobody at your events has a name with: {words}\n"
            "Please check the spelling, or choose an event.",
            words=shown.words,
        )
    else:
        said = t.gettext("<b>Whose messages?</b>\nNames with: {words}", words=shown.words)
    buttons = (
        Button(short(f"{name} · {_label(t, choice)}"), ExplainPerson(key))
        for key, name, choice in shown.lines
    )
    return Message(said, rows(*buttons, Button(t.plain.gettext("Choose an event"), OpenLedgers())))


def person(t: Translator, shown: Ledger) -> Message:
    """Show what one person got, what waits and what will come, each with its reason."""
    card = shown.card
    parts = [
        t.gettext(
            "<b>{name}</b>\nMessages: {title}",
            name=shown.name or t.plain.gettext("(erased)"),
            title=_title(t, card),
        )
    ]
    if shown.page == 0:
        parts += _ahead(t, card, shown.ahead)
    parts += _section(
        t.gettext("<b>So far, the newest first</b>"),
        [_entry_line(t, card, one) for one in shown.entries],
    )
    if shown.page == shown.pages - 1:
        parts += _section(
            t.gettext("<b>Due before the place was confirmed, so not sent</b>"),
            [_missed_line(t, card, one) for one in shown.missed],
        )
    if not shown.entries and not shown.ahead and not shown.missed:
        parts.append(t.gettext("Nothing was sent yet, and nothing is planned."))
    return Message(
        "\n\n".join(parts),
        (
            *turns(
                t,
                shown.page,
                shown.pages,
                lambda number: ExplainPerson(shown.registration_id, number),
            ),
            *rows(
                Button(t.plain.gettext("Open the registration"), OpenPerson(shown.registration_id)),
                Button(t.plain.gettext("Everybody of this event"), OpenLedger(card.id, 0)),
            ),
        ),
    )


def kind_word(t: Translator, kind: NoticeKind) -> str:
    """Return what a message is, in a word or two."""
    words = {
        NoticeKind.CONFIRMATION: t.gettext("confirmation"),
        NoticeKind.OFFER: t.gettext("offer of a place"),
        NoticeKind.OFFER_EXPIRED: t.gettext("end of an offer"),
        NoticeKind.REMINDER: t.gettext("reminder"),
        NoticeKind.THANKS: t.gettext("thanks"),
        NoticeKind.SURVEY: t.gettext("survey"),
        NoticeKind.SURVEY_RESULTS: t.gettext("news of a survey's results"),
        NoticeKind.SURVEY_ACTIONS: t.gettext("what follows from a survey"),
        NoticeKind.EXERCISE: t.gettext("exercise"),
        NoticeKind.NOTE: t.gettext("note from the organiser"),
        NoticeKind.CHANGED: t.gettext("news of a change"),
        NoticeKind.CANCELLED: t.gettext("news of the cancellation"),
        NoticeKind.REQUEST: t.gettext("request for a place"),
        NoticeKind.DECLINED: t.gettext("answer to a request"),
        NoticeKind.WAITLISTED: t.gettext("number on the waiting list"),
        NoticeKind.NEXT: t.gettext("invitation to the next date"),
        NoticeKind.MEDIA: t.gettext("pictures and articles"),
        NoticeKind.MEDIA_MISSING: t.gettext("reminder to add pictures"),
        NoticeKind.PHOTO_WITHDRAWN: t.gettext("a picture was withdrawn"),
        NoticeKind.ENQUIRY: t.gettext("question to the organiser"),
        NoticeKind.ENQUIRY_ANSWER: t.gettext("answer from the organiser"),
        NoticeKind.BROADCAST: t.gettext("announcement"),
        NoticeKind.BROADCAST_TEST: t.gettext("test of an announcement"),
        NoticeKind.BROADCAST_SECOND: t.gettext("request to confirm an announcement"),
        NoticeKind.BROADCAST_STOPPED: t.gettext("an announcement stopped"),
        NoticeKind.BROADCAST_DONE: t.gettext("an announcement is done"),
    }
    return words[kind]


def state_word(t: Translator, state: NoticeState) -> str:
    """Return what became of a message, in a word or two."""
    words = {
        NoticeState.PLANNED: t.gettext("planned"),
        NoticeState.HELD: t.gettext("waits"),
        NoticeState.SENDING: t.gettext("being sent"),
        NoticeState.SENT: t.gettext("sent"),
        NoticeState.FAILED: t.gettext("refused by Telegram"),
        NoticeState.UNKNOWN: t.gettext("not known whether it arrived"),
        NoticeState.SKIPPED: t.gettext("not sent"),
        NoticeState.RECALLED: t.gettext("taken back"),
        NoticeState.CORRECTED: t.gettext("sent and corrected"),
    }
    return words[state]


def _ahead(t: Translator, card: EventCard, ahead: Sequence[Expected]) -> list[str]:
    coming = [one for one in ahead if not one.is_left_out]
    left_out = [one for one in ahead if one.is_left_out]
    return [
        *_section(
            t.gettext("<b>Still to come, if nothing changes</b>"),
            [_expected_line(t, card, one) for one in coming[:MOST_AHEAD]],
        ),
        *_section(
            t.gettext("<b>Will not be sent as things are</b>"),
            [_expected_line(t, card, one) for one in left_out[:MOST_AHEAD]],
        ),
    ]


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return ["\n".join((heading, *lines))] if lines else []


def _entry_line(t: Translator, card: EventCard, entry: Entry) -> str:
    what, at = kind_word(t, entry.kind), _moment(t, entry.at, card.zone)
    state = state_word(t, entry.state)
    if entry.reason is None or entry.state is NoticeState.SENT:
        # Translators: one message of a list: when, what it is, what became of it.
        return t.gettext("{when} · {what}: {state}", when=at, what=what, state=state)
    return t.gettext(
        # Translators: one message of a list: when, what it is, what became of it, and why.
        "{when} · {what}: {state} ({reason})",
        when=at,
        what=what,
        state=state,
        reason=reason_word(t, entry.reason),
    )


def _expected_line(t: Translator, card: EventCard, one: Expected) -> str:
    what, at = kind_word(t, one.kind), _moment(t, one.at, card.zone)
    if one.reason is None:
        # Translators: one message of a list: when, and what it is.
        return t.gettext("{when} · {what}", when=at, what=what)
    return t.gettext(
        # Translators: one message of a list: when, what it is, and why it waits or is left out.
        "{when} · {what} ({reason})",
        when=at,
        what=what,
        reason=reason_word(t, one.reason),
    )


def _missed_line(t: Translator, card: EventCard, one: Planned) -> str:
    return t.gettext(
        "{when} · {what}", when=_moment(t, one.due_at, card.zone), what=kind_word(t, one.kind)
    )


def _figures(line: Line) -> str:
    return short(f"{line.name} · {line.sent} / {line.waiting} / {line.troubled}")


def _label(t: Translator, choice: Choice) -> str:
    title = t.plain.show(choice.title, choice.lead)
    return short(f"{short_day(t, choice.starts_at, choice.zone)} · {title}")


def _title(t: Translator, card: EventCard) -> str:
    return Html(t.show(card.title, card.lead_language))


def _moment(t: Translator, at: datetime, zone: str) -> str:
    return f"{short_day(t, at, zone)}, {clock_time(t, at, zone)}"

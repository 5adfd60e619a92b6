"""What organisers read when they write to the registered: draft, preview, progress."""

from collections.abc import Sequence
from typing import assert_never

from xinno_core.services.announcements import Choice, ConfirmOutcome, Draft, DraftGone
from xinno_core.services.broadcasts import NoAudience, Progress
from xinno_core.services.events import EventCard
from xinno_core.texts.actions import (
    ConfirmAnnouncement,
    FormBack,
    FormCancel,
    ManageEvent,
    OpenDesk,
    PreviewAnnouncement,
    ShowAnnouncement,
    StartAnnouncement,
)
from xinno_core.texts.dates import short_day
from xinno_core.texts.events import facts
from xinno_core.texts.forms import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.notices import count_lines, words
from xinno_core.texts.translator import Html, Translator, translator


def choices(t: Translator, events: Sequence[Choice]) -> Message:
    """Show the events whose registered can be written to."""
    if not events:
        return Message(
            t.gettext(
                "<b>Announcement</b>\nNobody has a confirmed place at an event of yours yet."
            ),
            rows(Button(t.plain.gettext("Your events"), OpenDesk())),
        )
    return Message(
        t.gettext("<b>Announcement</b>\nFor the people of which event?"),
        rows(
            *(Button(_label(t, choice), StartAnnouncement(choice.card.id)) for choice in events),
            Button(t.plain.gettext("Your events"), OpenDesk()),
        ),
    )


def preview(t: Translator, draft: Draft, language: str) -> Message:
    """Show the announcement as its readers in one language will see it, and who gets what."""
    said = t.gettext(
        "<b>Preview</b>: readers of {language} will see this:",
        language=language_name(language, t),
    )
    seen = words(translator(language), dict(draft.text), draft.card)
    others = [code for code in draft.languages if code != language]
    return Message(
        "\n\n".join((said, seen.text, _audience(t, draft))),
        rows(
            Button(
                t.plain.ngettext("Send to {number} person", "Send to {number} people", draft.total),
                ConfirmAnnouncement(draft.card.id, draft.draft_key),
            )
            if draft.total
            else None,
            *(
                Button(
                    t.plain.gettext("Preview: {language}", language=language_name(code, t)),
                    PreviewAnnouncement(draft.card.id, code),
                )
                for code in others
            ),
            Button(t.plain.gettext("Back"), FormBack(draft.topic, draft.question_count)),
            Button(t.plain.gettext("Do not send"), FormCancel(draft.topic)),
        ),
    )


def first_language(draft: Draft, reader: str) -> str:
    """Return in which language the preview begins: the lead's if somebody reads it."""
    lead = draft.card.lead_language
    return next(iter(code for code in (lead, *draft.languages) if code in draft.languages), reader)


def outcome(t: Translator, said: ConfirmOutcome) -> Message:
    """Say what came of sending."""
    match said:
        case Progress():
            return progress(t, said)
        case NoAudience(card):
            return no_audience(t, card)
        case DraftGone(card):
            return Message(
                t.gettext("This preview is out of date: the text was changed or dropped since.")
                + "\n\n"
                + facts(t, card),
                rows(
                    Button(t.plain.gettext("Announce"), StartAnnouncement(card.id)),
                    Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
                ),
            )
        case _:
            assert_never(said)


def no_audience(t: Translator, card: EventCard) -> Message:
    """Say that there is nobody to write to."""
    return Message(
        t.gettext(
            "Nobody with a confirmed place at this event can be reached here, so nothing is sent."
        )
        + "\n\n"
        + facts(t, card),
        rows(Button(t.plain.gettext("Back to the event"), ManageEvent(card.id))),
    )


def progress(t: Translator, shown: Progress) -> Message:
    """Show how far an announcement has come; the figures add up to the audience."""
    said = (
        t.gettext("<b>Your announcement has been sent.</b>")
        if shown.is_done
        else t.gettext("<b>Your announcement is being sent.</b>")
    )
    title = "<b>" + t.show(shown.card.title, shown.card.lead_language) + "</b>"
    return Message(
        said + "\n\n" + title + "\n" + count_lines(t, dict(shown.counts)),
        rows(
            None
            if shown.is_done
            else Button(t.plain.gettext("Refresh"), ShowAnnouncement(shown.broadcast_id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(shown.card.id)),
        ),
        follows=None if shown.is_done else shown.broadcast_id,
    )


def _audience(t: Translator, draft: Draft) -> str:
    if not draft.total:
        return t.gettext(
            "Nobody with a confirmed place can be reached at the moment, so it can't be sent."
        )
    lines = [
        t.ngettext("<b>{number} person gets it:</b>", "<b>{number} people get it:</b>", draft.total)
    ]
    lines.extend(
        _readers(t, code, draft.language_for(code), number) for code, number in draft.people.items()
    )
    if draft.unreached:
        lines.append(
            t.ngettext(
                "{number} more person has no open chat here and does not get it.",
                "{number} more people have no open chat here and do not get it.",
                draft.unreached,
            )
        )
    return Html("\n".join(lines))


def _readers(t: Translator, reads: str, gets: str, number: int) -> str:
    if reads == gets:
        return t.gettext("{language}: {people}", language=language_name(reads, t), people=number)
    return t.ngettext(
        "{language}: {number}, who gets the text in another language and is told so: {other}",
        "{language}: {number}, who get the text in another language and are told so: {other}",
        number,
        language=language_name(reads, t),
        other=language_name(gets, t),
    )


def _label(t: Translator, choice: Choice) -> str:
    card = choice.card
    title = t.plain.show(card.title, card.lead_language)
    return f"{short_day(t, card.starts_at, card.zone)} · {title} ({choice.people})"

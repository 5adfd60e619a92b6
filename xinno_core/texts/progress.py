"""What organisers read of an announcement that was confirmed: where it stands, in figures."""

from collections.abc import Mapping
from datetime import datetime

from babel.numbers import format_percent

from xinno_core.models import BroadcastState
from xinno_core.services.broadcast_figures import Figures, Readers
from xinno_core.services.broadcast_progress import Listing, Progress
from xinno_core.services.broadcast_ticks import Stop
from xinno_core.services.events import EventCard
from xinno_core.services.votes import PollCount
from xinno_core.texts.actions import (
    AskCancelAnnouncement,
    AskRecall,
    AskResend,
    ListAnnouncements,
    ManageEvent,
    PauseAnnouncement,
    ResumeAnnouncement,
    ShowAnnouncement,
    StartAnnouncement,
    StartCorrection,
    UndoAnnouncement,
)
from xinno_core.texts.dates import clock_time, date_and_time, short_day
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs
from xinno_core.texts.reasons import reason_word
from xinno_core.texts.translator import Html, Translator

BLOCKS = 12
"""How long the bar is."""


def progress(t: Translator, shown: Progress, said: str = "") -> Message:
    """Show how far an announcement has come; its figures add up to the audience."""
    parts = [said, _head(t, shown), _title(t, shown.card) + "\n" + _bar(t, shown.figures)]
    parts.append(figure_lines(t, shown.figures))
    if len(shown.figures.languages) > 1:
        parts.append(_by_language(t, shown.figures.languages))
    parts.append(_pace(t, shown))
    parts.extend(_votes(t, poll) for poll in shown.polls)
    return Message(
        Html("\n\n".join(part for part in parts if part)),
        _buttons(t, shown),
        follows=shown.broadcast_id if shown.is_moving else None,
    )


def listing(t: Translator, listed: Listing) -> Message:
    """Show the newest announcements of an event, and where they stand."""
    card, found = listed.card, listed.found
    lines = [t.gettext("<b>Announcements</b>"), _title(t, card)]
    if listed.has_draft:
        lines.append(t.gettext("Your draft waits here: nothing of it has been sent."))
    elif not found:
        lines.append(t.gettext("There is none yet."))
    lines.extend(_line(t, number, shown) for number, shown in enumerate(found, start=1))
    buttons = [
        Button(f"{number} · {_short(t, shown)}", ShowAnnouncement(shown.broadcast_id))
        for number, shown in enumerate(found, start=1)
    ]
    return Message(
        Html("\n\n".join(lines)),
        rows(
            *buttons,
            Button(
                t.plain.gettext("Open the draft")
                if listed.has_draft
                else t.plain.gettext("New announcement"),
                StartAnnouncement(card.id),
            ),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def figure_lines(t: Translator, figures: Figures) -> str:
    """Return the figures of an announcement, which add up to its audience."""
    lines = [
        t.gettext("Audience: {number}", number=figures.audience),
        t.gettext("Sent: {number}", number=figures.arrived),
        *_what_they_have(t, figures),
        t.gettext("Still to send: {number}", number=figures.waiting),
        *_by_reason(t, figures.held),
        t.gettext("Refused by Telegram: {number}", number=sum(figures.failed.values())),
        *_by_reason(t, figures.failed),
        t.gettext("Not sent: {number}", number=sum(figures.skipped.values())),
        *_by_reason(t, figures.skipped),
        t.gettext("Not known whether it arrived: {number}", number=figures.unknown),
    ]
    return Html("\n".join(lines))


def _what_they_have(t: Translator, figures: Figures) -> list[str]:
    lines = (
        (figures.corrected, t.gettext("· put right: {number}", number=figures.corrected)),
        (figures.recalled, t.gettext("· taken back: {number}", number=figures.recalled)),
        (figures.asked, t.gettext("· being changed: {number}", number=figures.asked)),
        (
            figures.earlier,
            t.gettext("· have the earlier version: {number}", number=figures.earlier),
        ),
        *((number, _reason_line(t, reason, number)) for reason, number in figures.kept.items()),
    )
    return [line for number, line in lines if number]


def _by_reason(t: Translator, reasons: Mapping[str, int]) -> list[str]:
    return [_reason_line(t, reason, number) for reason, number in reasons.items() if reason]


def _reason_line(t: Translator, reason: str, number: int) -> str:
    # Translators: one line under a total: a reason, and how many messages it concerns.
    return t.gettext("· {reason}: {number}", reason=reason_word(t, reason), number=number)


def _by_language(t: Translator, languages: Mapping[str, Readers]) -> str:
    lines = [t.gettext("Sent, by language:")]
    lines.extend(
        t.gettext(
            "{language}: {arrived} of {audience}",
            language=language_name(code, t),
            arrived=readers.arrived,
            audience=readers.audience,
        )
        for code, readers in languages.items()
    )
    return Html("\n".join(lines))


def _votes(t: Translator, poll: PollCount) -> str:
    asked = t.gettext(
        "<b>{question}</b>\n{language}, votes: {number}",
        question=poll.question,
        language=language_name(poll.language, t),
        number=poll.total,
    )
    # Translators: one line under a question: an option, and how many have chosen it.
    lines = (
        t.gettext("· {option}: {number}", option=option, number=number)
        for option, number in poll.options
    )
    return Html("\n".join((asked, *lines)))


def _bar(t: Translator, figures: Figures) -> str:
    share = 1 - figures.waiting / figures.audience if figures.audience else 0.0
    full = int(share * BLOCKS)  # the last block is for the last message
    percent = format_percent(int(share * 100) / 100, locale=t.locale)
    return Html("█" * full + "░" * (BLOCKS - full) + " " + percent)


def _pace(t: Translator, shown: Progress) -> str:
    if shown.state is not BroadcastState.RUNNING:
        return ""
    pace = round(shown.figures.pace(shown.now, since=shown.starts_at))
    lines = [t.gettext("Messages a minute: {number}", number=pace)] if pace else []
    ready = shown.figures.forecast(shown.now, since=shown.starts_at)
    if ready is not None:
        when = _when(t, shown, ready)
        lines.append(t.gettext("The last one goes at about: {when}", when=when))
    return Html("\n".join(lines))


def _when(t: Translator, shown: Progress, at: datetime) -> str:
    """Return a time of day, with its date where that is not today's."""
    if short_day(t, at, shown.zone) == short_day(t, shown.now, shown.zone):
        return clock_time(t, at, shown.zone)
    return date_and_time(t, at, shown.zone)


def _head(t: Translator, shown: Progress) -> str:
    if not shown.is_own:
        by = t.gettext("<b>Announcement by {name}</b>", name=shown.author)
        return by + "\n" + t.gettext("State: {state}", state=_state(t, shown)) + _why(t, shown)
    return _own_head(t, shown) + _why(t, shown)


def _own_head(t: Translator, shown: Progress) -> str:
    if shown.is_recalled:
        return t.gettext("<b>Your announcement was taken back.</b>")
    match shown.state:
        case BroadcastState.DRAFT:
            return t.gettext("<b>Your announcement is a draft.</b>")
        case BroadcastState.CONFIRMING:
            return t.gettext("<b>Your announcement waits for the yes of a second organiser.</b>")
        case BroadcastState.SCHEDULED:
            return t.gettext("<b>Your announcement is about to be sent.</b>")
        case BroadcastState.RUNNING:
            return t.gettext("<b>Your announcement is being sent.</b>")
        case BroadcastState.PAUSED:
            return t.gettext("<b>Your announcement is paused.</b>")
        case BroadcastState.CANCELLED:
            return t.gettext("<b>Your announcement was cancelled.</b>")
        case BroadcastState.DONE:
            return t.gettext("<b>Your announcement has been sent.</b>")


def _why(t: Translator, shown: Progress) -> str:
    if shown.state is BroadcastState.SCHEDULED and shown.starts_at is not None:
        when = _when(t, shown, shown.starts_at)
        return "\n" + t.gettext("It starts at {when}. Until then you can undo it.", when=when)
    if shown.state is BroadcastState.PAUSED and shown.reason:
        return "\n" + why_stopped(t, shown.reason)
    return ""


def why_stopped(t: Translator, reason: str) -> str:
    """Say why an announcement paused by itself."""
    if reason == Stop.LATE:
        return t.gettext(
            "It could not be sent in time: the assistant or Telegram was not there. "
            "Please say whether it should still go."
        )
    return t.gettext(
        "Many of the last messages did not arrive, so nothing more is sent for now. "
        "The figures below show why."
    )


def _state(t: Translator, shown: Progress) -> str:
    if shown.is_recalled:
        return t.gettext("taken back")
    match shown.state:
        case BroadcastState.DRAFT:
            return t.gettext("draft")
        case BroadcastState.CONFIRMING:
            return t.gettext("waits for a second yes")
        case BroadcastState.SCHEDULED:
            return t.gettext("about to be sent")
        case BroadcastState.RUNNING:
            return t.gettext("being sent")
        case BroadcastState.PAUSED:
            return t.gettext("paused")
        case BroadcastState.CANCELLED:
            return t.gettext("cancelled")
        case BroadcastState.DONE:
            return t.gettext("sent")


def _title(t: Translator, card: EventCard) -> str:
    return "<b>" + t.show(card.title, card.lead_language) + "</b>"


def _line(t: Translator, number: int, shown: Progress) -> str:
    said = t.gettext(
        "{number}. {author}: {state}",
        number=number,
        author=shown.author,
        state=_state(t, shown),
    )
    figures = shown.figures
    return (
        said
        + "\n"
        + t.gettext(
            "Sent to {arrived} of {audience}", arrived=figures.arrived, audience=figures.audience
        )
    )


def _short(t: Translator, shown: Progress) -> str:
    if shown.starts_at is None:
        return _state(t.plain, shown)
    day, time = (
        short_day(t, shown.starts_at, shown.zone),
        clock_time(t, shown.starts_at, shown.zone),
    )
    return f"{day}, {time} · {_state(t.plain, shown)}"


def _buttons(t: Translator, shown: Progress) -> tuple[tuple[Button, ...], ...]:
    one, state, figures = shown.broadcast_id, shown.state, shown.figures
    undo = Button(t.plain.gettext("Undo"), UndoAnnouncement(one))
    pause = Button(t.plain.gettext("Pause"), PauseAnnouncement(one))
    is_late = shown.reason == Stop.LATE
    go_on = t.plain.gettext("Send now") if is_late else t.plain.gettext("Go on")
    drop = t.plain.gettext("Drop it") if is_late else t.plain.gettext("Stop for good")
    unknown = t.plain.ngettext(
        "Send again to {number} unknown", "Send again to {number} unknown", figures.unknown
    )
    may_change = not shown.is_recalled and figures.audience > 0
    has_it = may_change and figures.left > 0
    paused, running = state is BroadcastState.PAUSED, state is BroadcastState.RUNNING
    ended = state in {BroadcastState.DONE, BroadcastState.CANCELLED}
    return (
        *rows(
            undo if state in {BroadcastState.SCHEDULED, BroadcastState.CONFIRMING} else None,
            pause if running else None,
            Button(go_on, ResumeAnnouncement(one)) if paused else None,
            Button(drop, AskCancelAnnouncement(one)) if paused or running else None,
            Button(unknown, AskResend(one))
            if figures.unknown and may_change and (paused or state is BroadcastState.DONE)
            else None,
        ),
        *pairs(
            Button(t.plain.gettext("Put right"), StartCorrection(one))
            if (may_change and (paused or running)) or (has_it and ended)
            else None,
            Button(t.plain.gettext("Take back"), AskRecall(one)) if has_it else None,
        ),
        *rows(
            Button(t.plain.gettext("Refresh"), ShowAnnouncement(one)) if shown.is_moving else None,
        ),
        *pairs(
            Button(t.plain.gettext("All announcements"), ListAnnouncements(shown.card.id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(shown.card.id)),
        ),
    )

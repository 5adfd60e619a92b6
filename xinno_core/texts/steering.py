"""What organisers read when they steer an announcement: second yes, pause, undo, take back."""

from typing import assert_never

from babel.lists import format_list

from xinno_core.models import BroadcastState
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.broadcast_figures import Figures
from xinno_core.services.broadcast_progress import (
    Already,
    NotNow,
    Progress,
    Turn,
    Turned,
    TurnOutcome,
)
from xinno_core.services.broadcasts import Launched, NeedsSecond, NoAudience, OwnAnnouncement
from xinno_core.services.events import EventCard
from xinno_core.services.seconding import SecondOutcome
from xinno_core.texts.actions import (
    AskCancelAnnouncement,
    CancelAnnouncement,
    ManageEvent,
    RecallAnnouncement,
    ResendUnknown,
    ResumeAnnouncement,
    SecondAnnouncement,
    SendBackAnnouncement,
    ShowAnnouncement,
    StartAnnouncement,
)
from xinno_core.texts.events import facts
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.progress import figure_lines, progress, why_stopped
from xinno_core.texts.translator import Html, Translator


# ── notices ──────────────────────────────────────────────────────────────────────────────────
def done(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell the author that the last message has gone."""
    return Message(
        t.gettext("<b>Your announcement has been sent.</b>")
        + "\n\n"
        + _title(t, card)
        + "\n"
        + figure_lines(t, due.figures or Figures()),
        rows(
            Button(
                t.plain.gettext("Show the figures"), ShowAnnouncement(due.params["broadcast_id"])
            )
        ),
    )


def stopped(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell the author what has become of an announcement without their own doing."""
    reason, broadcast_id = due.params["reason"], due.params["broadcast_id"]
    show = Button(t.plain.gettext("Show the figures"), ShowAnnouncement(broadcast_id))
    if reason == Turn.SECONDED:
        said = t.gettext("<b>A second organiser has said yes to your announcement.</b>")
        return Message(said + "\n\n" + _title(t, card), rows(show))
    if reason == Turn.SENT_BACK:
        said = t.gettext(
            "<b>A second organiser has sent your announcement back.</b>\n"
            "Nothing was sent. It is a draft again: you can change it, or drop it."
        )
        change = Button(t.plain.gettext("Open the draft"), StartAnnouncement(card.id))
        return Message(said + "\n\n" + _title(t, card), rows(change))
    said = t.gettext("<b>Your announcement is paused.</b>") + "\n" + why_stopped(t, reason)
    return Message(
        "\n\n".join((said, _title(t, card) + "\n" + figure_lines(t, due.figures or Figures()))),
        rows(
            Button(t.plain.gettext("Send now"), ResumeAnnouncement(broadcast_id)),
            Button(t.plain.gettext("Drop it"), AskCancelAnnouncement(broadcast_id)),
            show,
        ),
    )


def second_asked(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Ask a second organiser; what is to be sent stands above, as its readers will see it."""
    broadcast_id, draft_key = due.params["broadcast_id"], due.params["draft_key"]
    figures = due.figures or Figures()
    said = t.gettext(
        "<b>{author} wants to send the message above.</b>\n"
        "So many people get it that a second organiser has to say yes, too.",
        author=due.author,
    )
    lines = [t.ngettext("{number} person gets it:", "{number} people get it:", figures.audience)]
    lines.extend(
        t.gettext("{language}: {people}", language=language_name(code, t), people=readers.audience)
        for code, readers in figures.languages.items()
    )
    return Message(
        Html("\n\n".join((said, _title(t, card), "\n".join(lines)))),
        rows(
            Button(t.plain.gettext("Confirm"), SecondAnnouncement(broadcast_id, draft_key)),
            Button(t.plain.gettext("Send back"), SendBackAnnouncement(broadcast_id, draft_key)),
        ),
    )


# ── screens ──────────────────────────────────────────────────────────────────────────────────
def launched(t: Translator, outcome: Launched) -> Message:
    """Say what came of the yes."""
    match outcome:
        case Progress():
            return progress(t, outcome)
        case NoAudience(card):
            return no_audience(t, card)
        case NeedsSecond():
            return _needs_second(t, outcome)
        case _:
            assert_never(outcome)


def no_audience(t: Translator, card: EventCard) -> Message:
    """Say that there is nobody to write to."""
    return Message(
        t.gettext("Nobody would get this announcement, so nothing is sent.")
        + "\n\n"
        + facts(t, card),
        rows(Button(t.plain.gettext("Back to the event"), ManageEvent(card.id))),
    )


def turned(t: Translator, outcome: TurnOutcome | SecondOutcome) -> Message:
    """Say what a press has done, above the figures as they stand."""
    match outcome:
        case Turned(Turn.UNDONE, shown) | Already(Turn.UNDONE, shown):
            return _draft_again(t, shown, t.gettext("<b>Undone.</b> Nothing was sent."))
        case Turned(Turn.SENT_BACK, shown):
            said = t.gettext("<b>Sent back.</b> Nothing was sent, and the author is told.")
            return Message(
                said + "\n\n" + _title(t, shown.card),
                rows(Button(t.plain.gettext("Back to the event"), ManageEvent(shown.card.id))),
            )
        case Turned(Turn.SECONDED, shown) | Already(Turn.SECONDED, shown):
            return progress(t, shown, t.gettext("<b>Confirmed.</b> The author is told."))
        case Turned(turn, shown) | Already(turn, shown):
            return progress(t, shown, _said(t, turn))
        case NotNow(shown):
            said = t.gettext("This is not possible any more: the announcement stands as below.")
            is_own_draft = shown.state is BroadcastState.DRAFT and shown.is_own
            return _draft_again(t, shown, said) if is_own_draft else progress(t, shown, said)
        case OwnAnnouncement(shown):
            said = t.gettext("It is your own announcement: somebody else has to say yes to it.")
            return progress(t, shown, said)
        case _:
            assert_never(outcome)


def ask_cancel(t: Translator, shown: Progress) -> Message:
    """Ask before nobody else gets it."""
    said = t.ngettext(
        "<b>Stop for good?</b> {number} person who waits for it will not get it.",
        "<b>Stop for good?</b> {number} people who wait for it will not get it.",
        shown.figures.waiting,
    )
    kept = t.gettext("Who has it already keeps it, unless you take it back.")
    return _question(
        t,
        shown,
        said + "\n" + kept,
        Button(t.plain.gettext("Yes, stop"), CancelAnnouncement(shown.broadcast_id)),
    )


def ask_recall(t: Translator, shown: Progress) -> Message:
    """Say what taking back can do for whom, and ask."""
    figures = shown.figures
    lines = [
        t.gettext("<b>Take this announcement back?</b>"),
        t.ngettext(
            "It disappears from the chat of {number} person.",
            "It disappears from the chats of {number} people.",
            figures.fast,
        ),
    ]
    if figures.too_old:
        lines.append(
            t.ngettext(
                "For {number} person it is too old to disappear: they see a line in its place.",
                "For {number} people it is too old to disappear: they see a line in its place.",
                figures.too_old,
            )
        )
    if figures.waiting:
        lines.append(
            t.ngettext(
                "{number} person who waits for it will not get it.",
                "{number} people who wait for it will not get it.",
                figures.waiting,
            )
        )
    if figures.unknown:
        lines.append(
            t.ngettext(
                "Of {number} person nobody knows whether they have it: there it can't be taken "
                "back.",
                "Of {number} people nobody knows whether they have it: there it can't be taken "
                "back.",
                figures.unknown,
            )
        )
    if shown.to_group:
        lines.append(
            t.gettext("What stands in the event's group stays there, unless you delete it there.")
        )
    lines.append(t.gettext("What somebody has read already stays read."))
    yes = Button(t.plain.gettext("Yes, take it back"), RecallAnnouncement(shown.broadcast_id))
    return _question(t, shown, "\n".join(lines), yes)


def ask_resend(t: Translator, shown: Progress) -> Message:
    """Say what sending again to the unknown may do, and ask."""
    said = t.ngettext(
        "<b>Send again to {number} person?</b>",
        "<b>Send again to {number} people?</b>",
        shown.figures.unknown,
    )
    why = t.gettext(
        "Telegram gave no answer, so nobody knows whether they have got it. "
        "Some of them may get it twice."
    )
    yes = Button(t.plain.gettext("Yes, send again"), ResendUnknown(shown.broadcast_id))
    return _question(t, shown, said + "\n" + why, yes)


def _question(t: Translator, shown: Progress, said: str, yes: Button) -> Message:
    return Message(
        Html(said) + "\n\n" + _title(t, shown.card),
        rows(yes, Button(t.plain.gettext("No, go back"), ShowAnnouncement(shown.broadcast_id))),
    )


def _needs_second(t: Translator, outcome: NeedsSecond) -> Message:
    card = outcome.card
    said = t.ngettext(
        "<b>A second organiser has to say yes.</b>\n{number} person would get this announcement; "
        "from {threshold} on, one yes is not enough.",
        "<b>A second organiser has to say yes.</b>\n{number} people would get this announcement; "
        "from {threshold} on, one yes is not enough.",
        outcome.people,
        threshold=outcome.threshold,
    )
    back = Button(t.plain.gettext("Back to the event"), ManageEvent(card.id))
    if outcome.others:
        asked = t.gettext("Asked: {names}", names=format_list(outcome.others, locale=t.locale))
        show = Button(t.plain.gettext("Show the figures"), ShowAnnouncement(outcome.broadcast_id))
        return Message("\n\n".join((said, asked, facts(t, card))), rows(show, back))
    nobody = t.gettext(
        "Any other organiser of your region could say it, and at the moment there is none, so "
        "nothing is sent and it stays a draft. Whoever runs the assistant can add an organiser, or "
        "change the number: {region}",
        region=t.plain.show(card.region, card.lead_language),
    )
    draft = Button(t.plain.gettext("Open the draft"), StartAnnouncement(card.id))
    return Message("\n\n".join((said, nobody, facts(t, card))), rows(draft, back))


def _draft_again(t: Translator, shown: Progress, said: str) -> Message:
    again = t.gettext("It is a draft again: you can change it, send it, or drop it.")
    return Message(
        said + " " + again + "\n\n" + _title(t, shown.card),
        rows(
            Button(t.plain.gettext("Open the draft"), StartAnnouncement(shown.card.id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(shown.card.id)),
        ),
    )


def _said(t: Translator, turn: Turn) -> str:
    match turn:
        case Turn.PAUSED:
            return t.gettext("<b>Paused.</b> What is on its way at this moment still arrives.")
        case Turn.RESUMED:
            return t.gettext("<b>It goes on.</b>")
        case Turn.CANCELLED:
            return t.gettext("<b>Stopped.</b> Nobody else gets it.")
        case Turn.RESENT:
            return t.gettext("<b>It is sent again to those of whom nobody knew.</b>")
        case Turn.RECALLED:
            return t.gettext("<b>It is being taken back.</b> The figures show how far this is.")
        case Turn.CORRECTED:
            return t.gettext("<b>It is being put right.</b> The figures show how far this is.")
        case _:
            return ""


def _title(t: Translator, card: EventCard) -> str:
    return "<b>" + t.show(card.title, card.lead_language) + "</b>"

"""What organisers read when they move or cancel an event: what it would do, and what it did."""

from collections.abc import Sequence
from typing import assert_never

from xinno_core.models import EventState
from xinno_core.services.moving import (
    CancelOutcome,
    CancelPreview,
    DraftDiscarded,
    EventCancelled,
    Moved,
    MoveOutcome,
    MovePreview,
    NothingMoves,
    NothingToCancel,
    PreviewOutcome,
    PreviewOutdated,
    StartsInPast,
)
from xinno_core.texts.actions import (
    CancelEvent,
    ConfirmMove,
    FormBack,
    FormCancel,
    ManageEvent,
    OpenDesk,
)
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.organising import above
from xinno_core.texts.translator import Translator


def move_preview(t: Translator, outcome: PreviewOutcome) -> Message:
    """Show what a move would change, and for how many."""
    match outcome:
        case MovePreview():
            return _move_preview(t, outcome)
        case _:
            return _not_moved(t, outcome)


def move_outcome(t: Translator, outcome: MoveOutcome, links: Sequence[tuple[str, str]]) -> Message:
    """Say what came of a move, above the event."""
    match outcome:
        case Moved(shown, people):
            said = t.ngettext(
                "<b>Changed.</b> {number} person gets a message about it.",
                "<b>Changed.</b> {number} people get a message about it.",
                people,
            )
            return above(said, t, shown, links)
        case _:
            return _not_moved(t, outcome)


def ask_cancel(t: Translator, outcome: CancelPreview | NothingToCancel) -> Message:
    """Ask before an event is cancelled or a draft dropped."""
    if isinstance(outcome, NothingToCancel):
        return cancel_outcome(t, outcome)
    shown = outcome.board
    if shown.card.state is EventState.DRAFT:
        question = t.gettext("<b>Delete this draft?</b> It has never been published.")
        yes = t.plain.gettext("Yes, delete the draft")
    else:
        question = t.ngettext(
            "<b>Cancel this event?</b> {number} person will be told at once. This can't be undone.",
            "<b>Cancel this event?</b> {number} people will be told at once. This can't be undone.",
            shown.active,
        )
        yes = t.plain.gettext("Yes, cancel the event")
    return Message(
        question + "\n\n" + facts(t, shown.card),
        rows(
            Button(yes, CancelEvent(shown.card.id)),
            Button(t.plain.gettext("No, keep it"), ManageEvent(shown.card.id)),
        ),
    )


def cancel_outcome(t: Translator, outcome: CancelOutcome) -> Message:
    """Say what came of cancelling."""
    match outcome:
        case EventCancelled(shown, people):
            said = t.ngettext(
                "<b>Cancelled.</b> {number} person is told.",
                "<b>Cancelled.</b> {number} people are told.",
                people,
            )
            return above(said, t, shown)
        case NothingToCancel(shown):
            return above(t.gettext("This event is cancelled or over already."), t, shown)
        case DraftDiscarded(card):
            return Message(
                t.gettext(
                    "The draft is deleted: {title}",
                    title=t.show(card.title, card.lead_language),
                ),
                rows(Button(t.plain.gettext("Your events"), OpenDesk())),
            )
        case _:
            assert_never(outcome)


def _move_preview(t: Translator, preview: MovePreview) -> Message:
    card = preview.before
    parts = [
        t.gettext("<b>As it stands</b>") + "\n" + facts(t, card),
        t.gettext("<b>As it would be</b>") + "\n" + facts(t, preview.after),
    ]
    figures = []
    if card.state is not EventState.DRAFT:
        figures.append(
            t.ngettext(
                "{number} person gets one message about it.",
                "{number} people get one message about it.",
                preview.people,
            )
        )
    if preview.before.starts_at != preview.after.starts_at:
        figures.append(
            t.ngettext(
                "{number} message of the journey gets its new time.",
                "{number} messages of the journey get their new times.",
                preview.messages,
            )
        )
    if preview.silenced:
        figures.append(
            t.ngettext(
                "{number} message of the journey is dropped, because its time would be past.",
                "{number} messages of the journey are dropped, because their time would be past.",
                preview.silenced,
            )
        )
    parts.append("\n".join(figures))
    confirm = ConfirmMove(card.id, card.schedule_revision, preview.draft_key)
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Change it, and tell them"), confirm)
            if preview.people
            else Button(t.plain.gettext("Change it"), confirm),
            Button(t.plain.gettext("Back"), FormBack(preview.topic, preview.question_count)),
            Button(t.plain.gettext("Leave it as it is"), FormCancel(preview.topic)),
        ),
    )


def _not_moved(t: Translator, outcome: NothingMoves | StartsInPast | PreviewOutdated) -> Message:
    match outcome:
        case NothingMoves(shown):
            return above(t.gettext("Time and place stay as they are; nothing to do."), t, shown)
        case StartsInPast(shown):
            said = t.gettext("<b>Not changed.</b> The new time is past. Please write a later one.")
            return above(said, t, shown)
        case PreviewOutdated(shown):
            said = t.gettext(
                "This step is done already, or the event has changed since. "
                "This is how it stands now:"
            )
            return above(said, t, shown)
        case _:
            assert_never(outcome)

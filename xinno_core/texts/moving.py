"""What organisers read when they change or cancel an event: what it would do, and what it did."""

from typing import assert_never

from xinno_core.models import EventState, RegistrationState
from xinno_core.services.cancelling import (
    CancelEffect,
    CancelOutcome,
    CancelPreview,
    DraftDiscarded,
    EventCancelled,
    NothingToCancel,
)
from xinno_core.services.changes import Told
from xinno_core.services.events import EventCard, Slot
from xinno_core.services.form_standing import Asking
from xinno_core.services.moving import (
    BeforeFirstDay,
    Choice,
    Effect,
    Moved,
    MoveOutcome,
    MovePreview,
    NothingMoves,
    NotMoved,
    PreviewOutcome,
    PreviewOutdated,
    StartsInPast,
)
from xinno_core.texts.actions import (
    Action,
    CancelEvent,
    ConfirmMove,
    ConfirmSessionMove,
    FormBack,
    FormCancel,
    ManageEvent,
    MoveEvent,
    MoveSession,
    OpenDesk,
)
from xinno_core.texts.changes import blocks
from xinno_core.texts.dates import clock_time, date_and_time, short_day
from xinno_core.texts.events import facts
from xinno_core.texts.form_problems import before_first_day
from xinno_core.texts.forms import question
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.organising import above
from xinno_core.texts.translator import Translator


def choice(t: Translator, found: Choice) -> Message:
    """Ask whether the whole event is to be changed, or which of its sessions."""
    card = found.board.card
    return Message(
        t.gettext(
            "<b>What changes?</b>\nIf the whole event moves, its sessions move along with it."
        )
        + "\n\n"
        + facts(t, card),
        rows(
            Button(t.plain.gettext("The whole event"), MoveEvent(card.id)),
            *(
                Button(_session_label(t, card, slot), MoveSession(card.id, slot.id))
                for slot in found.slots
            ),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def move_preview(t: Translator, outcome: PreviewOutcome) -> Message:
    """Show what would be otherwise, and what that does."""
    match outcome:
        case MovePreview():
            return _move_preview(t, outcome)
        case Asking() as again:
            return question(again, t)
        case _:
            return _not_moved(t, outcome)


def move_outcome(t: Translator, outcome: MoveOutcome) -> Message:
    """Say what came of a change, above the event."""
    match outcome:
        case Moved(shown, effect):
            said = t.ngettext(
                "<b>Changed.</b> {number} person gets a message about it.",
                "<b>Changed.</b> {number} people get a message about it.",
                effect.told.people,
            )
            lines = [said, *_unheard(t, effect.told), *_figures(t, effect)]
            return above("\n".join(lines), t, shown)
        case _:
            return _not_moved(t, outcome)


def ask_cancel(t: Translator, outcome: CancelPreview | NothingToCancel) -> Message:
    """Ask before an event is cancelled or a draft dropped."""
    if isinstance(outcome, NothingToCancel):
        return cancel_outcome(t, outcome)
    card, effect = outcome.board.card, outcome.effect
    if card.state is EventState.DRAFT:
        parts = [t.gettext("<b>Delete this draft?</b> It has never been published.")]
        yes = t.plain.gettext("Yes, delete the draft")
    else:
        parts = [
            t.gettext("<b>Cancel this event?</b> This can't be undone."),
            "\n".join([_people(t, effect.told), *_cancel_figures(t, effect)]),
        ]
        yes = t.plain.gettext("Yes, cancel the event")
    return Message(
        "\n\n".join([*parts, facts(t, card)]),
        rows(
            Button(yes, CancelEvent(card.id)),
            Button(t.plain.gettext("No, keep it"), ManageEvent(card.id)),
        ),
    )


def cancel_outcome(t: Translator, outcome: CancelOutcome) -> Message:
    """Say what came of cancelling."""
    match outcome:
        case EventCancelled(shown, effect):
            said = t.ngettext(
                "<b>Cancelled.</b> {number} person gets a message about it.",
                "<b>Cancelled.</b> {number} people get a message about it.",
                effect.told.people,
            )
            lines = [said, *_unheard(t, effect.told), *_cancel_figures(t, effect)]
            return above("\n".join(lines), t, shown)
        case NothingToCancel(shown):
            return above(t.gettext("This event is cancelled or over already."), t, shown)
        case DraftDiscarded(card):
            return Message(
                t.gettext(
                    "The draft is deleted: {title}",
                    title=t.plain.show(card.title, card.lead_language),
                ),
                rows(Button(t.plain.gettext("Your events"), OpenDesk())),
            )
        case _:
            assert_never(outcome)


def _session_label(t: Translator, card: EventCard, slot: Slot) -> str:
    day = short_day(t, slot.starts_at, card.zone)
    title = t.plain.show(slot.title, card.lead_language)
    return f"{day}, {clock_time(t, slot.starts_at, card.zone)} · {title}"


def _move_preview(t: Translator, preview: MovePreview) -> Message:
    card, slot = preview.board.card, preview.slot
    title = "<b>" + t.show(card.title, card.lead_language) + "</b>"
    parts = [t.gettext("<b>This would change</b>") + "\n" + title]
    parts += blocks(t, preview.what, card)
    if preview.what.ends is not None:
        before, after = (date_and_time(t, end, card.zone) for end in preview.what.ends)
        parts.append(t.gettext("End: {before} → {after}", before=before, after=after))
    figures = _figures(t, preview.effect)
    if card.state is not EventState.DRAFT:
        figures = [_people(t, preview.effect.told), *figures]
    if figures:
        parts.append("\n".join(figures))
    key, revision = preview.draft_key, card.schedule_revision
    confirm: Action = (
        ConfirmMove(card.id, revision, key)
        if slot is None
        else ConfirmSessionMove(card.id, slot.id, revision, key)
    )
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Change it, and tell them"), confirm)
            if preview.effect.told.people
            else Button(t.plain.gettext("Change it"), confirm),
            Button(t.plain.gettext("Back"), FormBack(preview.topic, preview.question_count)),
            Button(t.plain.gettext("Leave it as it is"), FormCancel(preview.topic)),
        ),
    )


def _people(t: Translator, told: Told) -> str:
    said = t.ngettext(
        "{number} person gets one message about it.",
        "{number} people get one message about it.",
        told.people,
    )
    by_state = t.gettext(
        "Confirmed: {confirmed} · offered: {offered} · waiting: {waiting} · requests: {requested}",
        confirmed=told.states.get(RegistrationState.CONFIRMED, 0),
        offered=told.states.get(RegistrationState.OFFERED, 0),
        waiting=told.states.get(RegistrationState.WAITLISTED, 0),
        requested=told.states.get(RegistrationState.REQUESTED, 0),
    )
    return "\n".join([said, *((by_state,) if told.people else ()), *_unheard(t, told)])


def _unheard(t: Translator, told: Told) -> list[str]:
    """Say how many more it concerns, whom no message reaches."""
    if not told.unheard:
        return []
    return [
        t.ngettext(
            "{number} more person cannot be reached by the assistant. Please tell them yourself.",
            "{number} more people cannot be reached by the assistant. Please tell them yourself.",
            told.unheard,
        )
    ]


def _figures(t: Translator, effect: Effect) -> list[str]:
    """Say what else is done; what concerns nothing is left out."""
    lines = {
        t.ngettext(
            "{number} message about an earlier change is replaced: nobody has read it yet.",
            "{number} messages about an earlier change are replaced: nobody has read them yet.",
            effect.told.replaced,
        ): effect.told.replaced,
        t.ngettext(
            "{number} planned message gets its new time.",
            "{number} planned messages get their new times.",
            effect.retimed,
        ): effect.retimed,
        t.ngettext(
            "{number} planned message is dropped, because its time would be past.",
            "{number} planned messages are dropped, because their time would be past.",
            effect.silenced,
        ): effect.silenced,
        _dropped(t, effect.dropped): effect.dropped,
        t.ngettext(
            "{number} offer of a seat ends earlier: with the start.",
            "{number} offers of seats end earlier: with the start.",
            effect.shortened,
        ): effect.shortened,
        t.ngettext(
            "{number} free seat is offered to the waiting list.",
            "{number} free seats are offered to the waiting list.",
            effect.offered,
        ): effect.offered,
    }
    return [line for line, number in lines.items() if number]


def _cancel_figures(t: Translator, effect: CancelEffect) -> list[str]:
    lines = {
        t.ngettext(
            "{number} planned message is not sent any more.",
            "{number} planned messages are not sent any more.",
            effect.silenced,
        ): effect.silenced,
        _dropped(t, effect.dropped): effect.dropped,
        t.ngettext(
            "{number} offer of a seat ends.", "{number} offers of seats end.", effect.ended
        ): effect.ended,
    }
    return [line for line, number in lines.items() if number]


def _dropped(t: Translator, number: int) -> str:
    return t.ngettext(
        "{number} message that waits to be sent is dropped.",
        "{number} messages that wait to be sent are dropped.",
        number,
    )


def _not_moved(t: Translator, outcome: NotMoved) -> Message:
    match outcome:
        case NothingMoves(shown):
            return above(t.gettext("Time and place stay as they are; nothing to do."), t, shown)
        case StartsInPast(shown):
            said = t.gettext("<b>Not changed.</b> The new time is past. Please write a later one.")
            return above(said, t, shown)
        case BeforeFirstDay(shown):
            said = before_first_day(t, shown.card.starts_at, shown.card.zone)
            return above(said, t, shown)
        case PreviewOutdated(shown):
            said = t.gettext(
                "This step is done already, or the event has changed since. "
                "This is how it stands now:"
            )
            return above(said, t, shown)
        case _:
            assert_never(outcome)

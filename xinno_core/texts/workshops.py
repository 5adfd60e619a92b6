"""What participants read about sessions that they choose: the list, and what came of a press."""

from typing import assert_never

from xinno_core.models import RegistrationState
from xinno_core.services.choices import Choice, Choices
from xinno_core.services.events import EventCard, Slot
from xinno_core.services.workshops import (
    AlreadyChosen,
    ChoiceClosed,
    ChoiceWaits,
    ChooseOutcome,
    Chosen,
    LeaveOutcome,
    Left,
    NeedsPlace,
    NoSuchSession,
    NothingToLeave,
    OfferGone,
    Overlaps,
)
from xinno_core.texts.actions import (
    AskLeaveSession,
    ChooseSession,
    LeaveSession,
    OpenEvent,
    OpenWorkshops,
    SwapSession,
    TakeSession,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.sessions import session_line
from xinno_core.texts.translator import Translator

MOST_SUMMARIES = 1500
"""Where all summaries together are longer, the list goes without them."""


def workshops(t: Translator, found: Choices, said: str = "") -> Message:
    """Show what can be chosen, below what came of a press."""
    card = found.card
    lead = card.lead_language
    title = t.gettext("<b>Workshops: {title}</b>", title=t.plain.show(card.title, lead))
    summaries = sum(len(t.show(one.slot.summary, lead)) for one in found.choices)
    parts = [
        title,
        said,
        _until(t, found),
        *(_choice(t, card, one, with_summary=summaries <= MOST_SUMMARIES) for one in found.choices),
    ]
    buttons: list[Button] = []
    if found.may_choose:
        for one in found.choices:
            buttons.extend(_buttons(t, card, one))
    return Message(
        "\n\n".join(part for part in parts if part),
        rows(*buttons, Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
    )


def choose_outcome(t: Translator, outcome: ChooseOutcome, found: Choices) -> Message:
    """Say what came of choosing, above the list as it is now."""
    if isinstance(outcome, Overlaps):
        return _overlaps(t, outcome, found.card)
    return workshops(t, found, _said(t, outcome, found.card))


def leave_outcome(t: Translator, outcome: LeaveOutcome, found: Choices) -> Message:
    """Say what came of leaving, above the list as it is now."""
    return workshops(t, found, _said(t, outcome, found.card))


def ask_leave(t: Translator, found: Choices, one: Choice) -> Message:
    """Ask before a seat in a session is given back."""
    title = t.plain.show(one.slot.title, found.card.lead_language)
    waits = one.state is RegistrationState.WAITLISTED
    question = (
        t.gettext(
            "<b>Leave the waiting list of: {workshop}?</b> Your number would be lost.",
            workshop=title,
        )
        if waits
        else t.gettext(
            "<b>Free your seat in this workshop: {workshop}?</b> "
            "If someone is waiting, it is offered to them at once.",
            workshop=title,
        )
    )
    yes = t.plain.gettext("Yes, leave the list") if waits else t.plain.gettext("Yes, free my seat")
    return Message(
        question,
        rows(
            Button(yes, LeaveSession(one.slot.id)),
            Button(t.plain.gettext("No, keep it"), OpenWorkshops(found.card.id)),
        ),
    )


def offered_seat_buttons(t: Translator, slot: Slot) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under the offer of a seat in a session."""
    return rows(
        Button(t.plain.gettext("Take the seat"), TakeSession(slot.id)),
        Button(t.plain.gettext("No, pass it on"), LeaveSession(slot.id)),
    )


def offered_seat_gone(t: Translator) -> str:
    """Say that the offer of a seat has ended: whether someone else waits for it or not."""
    return t.gettext(
        "This offer has ended, and the seat in this workshop is no longer held for you. Your place "
        "at the event stays as it is. While the workshop can be chosen, you can ask for it again."
    )


def _said(t: Translator, outcome: ChooseOutcome | LeaveOutcome, card: EventCard) -> str:
    """Return one or two sentences on what a press has led to."""
    if isinstance(outcome, NoSuchSession):
        return t.gettext("There is no such workshop here, or it is not open for your role.")
    title = t.plain.show(outcome.slot.title, card.lead_language)
    match outcome:
        case Chosen():
            return t.gettext("<b>You have a seat in: {workshop}</b>", workshop=title)
        case ChoiceWaits(number=number, full=full):
            return t.gettext(
                "<b>You are number {number} on the waiting list of: {workshop}</b>\n"
                "Full at the moment: {limit}. When a seat becomes free, you will get a message; "
                "only your yes makes it yours.",
                number=number,
                workshop=title,
                limit=t.plain.show(full, card.lead_language),
            )
        case AlreadyChosen(state=state, number=number):
            return _already(t, title, state, number)
        case ChoiceClosed():
            return t.gettext("It is too late to change this workshop: {workshop}", workshop=title)
        case NeedsPlace():
            return t.gettext("You can choose as soon as your place at the event is confirmed.")
        case OfferGone():
            return offered_seat_gone(t) + "\n" + session_line(t, card, outcome.slot)
        case Left(was=was):
            return _left(t, title, was)
        case NothingToLeave():
            return t.gettext("You have no seat in this workshop: {workshop}", workshop=title)
        case Overlaps():
            return ""
        case _:
            assert_never(outcome)


def _already(t: Translator, title: str, state: RegistrationState, number: int | None) -> str:
    if state is RegistrationState.CONFIRMED:
        return t.gettext("You have a seat already in: {workshop}", workshop=title)
    if state is RegistrationState.OFFERED:
        return t.gettext("A seat is held for you already in: {workshop}", workshop=title)
    return t.gettext(
        "You are already number {number} on the waiting list of: {workshop}",
        number=number,
        workshop=title,
    )


def _left(t: Translator, title: str, was: RegistrationState) -> str:
    match was:
        case RegistrationState.WAITLISTED:
            return t.gettext("You are off the waiting list of: {workshop}", workshop=title)
        case RegistrationState.OFFERED:
            return t.gettext(
                "The offer goes to the next person. Thank you for telling us: {workshop}",
                workshop=title,
            )
        case _:
            return t.gettext(
                "Your seat is free for someone else now. Thank you for telling us: {workshop}",
                workshop=title,
            )


def _overlaps(t: Translator, outcome: Overlaps, card: EventCard) -> Message:
    slot, lead = outcome.slot, card.lead_language
    anyway = TakeSession(slot.id, 1) if outcome.is_offered else ChooseSession(slot.id, 1)
    return Message(
        t.gettext("<b>You have another seat at that time.</b> Nothing has changed yet.")
        + "\n\n"
        + t.gettext("New: {session}", session=session_line(t, card, slot))
        + "\n"
        + "\n".join(
            t.gettext("You have: {session}", session=session_line(t, card, other))
            for other in outcome.others
        ),
        rows(
            Button(
                t.plain.gettext("Swap: take {workshop}", workshop=t.plain.show(slot.title, lead)),
                SwapSession(slot.id),
            ),
            Button(t.plain.gettext("Take it as well"), anyway),
            Button(t.plain.gettext("Leave it as it is"), OpenWorkshops(card.id)),
        ),
    )


def _until(t: Translator, found: Choices) -> str:
    card = found.card
    if not found.choices:
        return t.gettext("There is no workshop to choose here.")
    if not any(one.is_open for one in found.choices):
        return t.gettext("The time to choose is over.")
    until = t.gettext(
        "You can choose until: {when}",
        when=date_and_time(t, card.registration_closes_at, card.zone),
    )
    if found.may_choose:
        return until
    return (
        until + "\n" + t.gettext("You can choose as soon as your place at the event is confirmed.")
    )


def _choice(t: Translator, card: EventCard, one: Choice, *, with_summary: bool) -> str:
    lines = [session_line(t, card, one.slot)]
    summary = t.show(one.slot.summary, card.lead_language)
    if summary and with_summary:
        lines.append(summary)
    lines.append(_seats(t, one))
    own = _own(t, card, one)
    if own:
        lines.append("<b>" + own + "</b>")
    return "\n".join(line for line in lines if line)


def _seats(t: Translator, one: Choice) -> str:
    if one.free is None:
        return ""
    if one.free > 0:
        return t.ngettext("{number} free seat", "{number} free seats", one.free)
    if one.waiting:
        return t.ngettext(
            "Full; {number} person is waiting", "Full; {number} people are waiting", one.waiting
        )
    return t.gettext("Full; nobody is waiting")


def _own(t: Translator, card: EventCard, one: Choice) -> str:
    match one.state:
        case RegistrationState.CONFIRMED:
            return t.gettext("You have a seat here.")
        case RegistrationState.OFFERED if one.offered_until is not None:
            return t.gettext(
                "A seat is held for you until {until}.",
                until=date_and_time(t, one.offered_until, card.zone),
            )
        case RegistrationState.WAITLISTED:
            return t.gettext("You are number {number} on the waiting list.", number=one.number)
        case _:
            return ""


def _buttons(t: Translator, card: EventCard, one: Choice) -> list[Button]:
    title, session_id = t.plain.show(one.slot.title, card.lead_language), one.slot.id
    is_free = one.free is None or one.free > 0
    choose = Button(
        t.plain.gettext("Choose: {workshop}", workshop=title), ChooseSession(session_id)
    )
    leave = Button(
        t.plain.gettext("Leave: {workshop}", workshop=title), AskLeaveSession(session_id)
    )
    match one.state:
        case state if state is not None and not one.may_leave:
            return []
        case RegistrationState.CONFIRMED:
            return [leave]
        case RegistrationState.OFFERED:
            take = t.plain.gettext("Take the seat: {workshop}", workshop=title)
            pass_on = t.plain.gettext("No, pass it on: {workshop}", workshop=title)
            return [
                Button(take, TakeSession(session_id)),
                Button(pass_on, LeaveSession(session_id)),
            ]
        case RegistrationState.WAITLISTED:
            return [choose, leave] if one.may_take_now else [leave]
        case _ if not one.is_open:
            return []
        case _ if is_free:
            return [choose]
        case _:
            wait = t.plain.gettext("Wait for: {workshop}", workshop=title)
            return [Button(wait, ChooseSession(session_id))]

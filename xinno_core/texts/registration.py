"""What participants read about getting, waiting for and giving back a place."""

from typing import assert_never

from xinno_core.models import Presence, RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.registration import (
    AcceptOutcome,
    AlreadyRegistered,
    Confirmed,
    Declined,
    Freed,
    FreeOutcome,
    NoSuchEvent,
    NothingToFree,
    OfferGone,
    RegisterOutcome,
    RegistrationClosed,
    Requested,
    Waitlisted,
)
from xinno_core.services.standings import Own
from xinno_core.texts.actions import (
    AskFreePlace,
    FreePlace,
    OpenEvent,
    OpenEvents,
    OpenMine,
    SayPresence,
    TakeSeat,
)
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def register_outcome(outcome: RegisterOutcome | AcceptOutcome, t: Translator) -> Message:
    """Say what came of registering, or of taking an offered seat."""
    match outcome:
        case Confirmed(card):
            return Message(
                t.gettext("<b>Your place is confirmed.</b>")
                + "\n"
                + t.show(card.title, card.lead_language)
                + "\n\n"
                + t.gettext("A confirmation with time and place follows."),
                rows(Button(t.plain.gettext("My registrations"), OpenMine())),
            )
        case Waitlisted(card, number, full):
            return Message(
                t.gettext(
                    "<b>You are number {number} on the waiting list.</b>\n"
                    "Full at the moment: {limit}.",
                    number=number,
                    limit=t.show(full, card.lead_language),
                )
                + "\n\n"
                + t.gettext(
                    "When a place becomes free, it is offered to the first in the list and held "
                    "for a while. You will get a message; only your yes makes it yours."
                )
                + "\n\n"
                + facts(t, card),
                _waiting_buttons(t, card),
            )
        case Requested(card):
            return Message(
                t.gettext(
                    "<b>Your request is with the organiser.</b>\n"
                    "Places in this role are confirmed one by one. You will get a message as soon "
                    "as it is decided."
                )
                + "\n\n"
                + facts(t, card),
                _open(t, card),
            )
        case Declined(card, word):
            return Message(declined(t, card, word), _open(t, card))
        case AlreadyRegistered(card, state, number):
            return Message(_already(t, state, number) + "\n\n" + facts(t, card), _open(t, card))
        case RegistrationClosed(card):
            return Message(
                t.gettext("Registration for this event is closed.") + "\n\n" + facts(t, card),
                rows(Button(t.plain.gettext("Other events"), OpenEvents(0))),
            )
        case OfferGone(card):
            return Message(
                t.gettext(
                    "This offer has ended, and the seat goes to the next person who waits. "
                    "You can register again and join the waiting list."
                )
                + "\n\n"
                + facts(t, card),
                _open(t, card),
            )
        case NoSuchEvent():
            return no_such_event(t)
        case _:
            assert_never(outcome)


def declined(t: Translator, card: EventCard, word: str | None) -> str:
    """Say that the organiser said no, with the organiser's word if there is one."""
    said = t.gettext("<b>The organiser could not give you a place this time.</b>")
    if word:
        said += "\n" + t.gettext("The organiser writes: {word}", word=word)
    return said + "\n\n" + facts(t, card)


def free_outcome(outcome: FreeOutcome, t: Translator) -> Message:
    """Say what came of giving a place back."""
    match outcome:
        case Freed(card, was):
            said = (
                t.gettext("You are off the waiting list.")
                if was is RegistrationState.WAITLISTED
                else t.gettext("Your place is free for someone else now. Thank you for telling us.")
            )
            return Message(
                said
                + "\n\n"
                + facts(t, card)
                + "\n\n"
                + t.gettext("If your plans change, you can register again."),
                _open(t, card),
            )
        case NothingToFree(card):
            return Message(
                t.gettext("You are not registered for this event.") + "\n\n" + facts(t, card),
                _open(t, card),
            )
        case NoSuchEvent():
            return no_such_event(t)
        case _:
            assert_never(outcome)


def ask_free(t: Translator, own: Own) -> Message:
    """Ask before a place is given back."""
    question = (
        t.gettext("<b>Leave the waiting list?</b> Your number would be lost.")
        if own.state is RegistrationState.WAITLISTED
        else t.gettext(
            "<b>Free your place?</b> If someone is waiting, it is offered to them at once."
        )
    )
    yes = (
        t.plain.gettext("Yes, leave the list")
        if own.state is RegistrationState.WAITLISTED
        else t.plain.gettext("Yes, free my place")
    )
    return Message(
        question + "\n\n" + facts(t, own.card),
        rows(
            Button(yes, FreePlace(own.card.id)),
            Button(t.plain.gettext("No, keep it"), OpenEvent(own.card.id)),
        ),
    )


def presence_kept(t: Translator, card: EventCard, presence: Presence) -> Message:
    """Confirm the answer to a reminder."""
    said = (
        t.gettext("Good to know: you are coming.")
        if presence is Presence.COMING
        else t.gettext("Good to know: you will be a little late.")
    )
    other = (
        Button(t.plain.gettext("I will be late"), SayPresence(card.id, Presence.LATE.value))
        if presence is Presence.COMING
        else Button(t.plain.gettext("Coming"), SayPresence(card.id, Presence.COMING.value))
    )
    return Message(
        said + "\n\n" + facts(t, card),
        rows(other, Button(t.plain.gettext("Free my place"), AskFreePlace(card.id))),
    )


def not_registered(t: Translator) -> Message:
    """Answer a press about a place this person does not have."""
    return Message(
        t.gettext("You have no place at this event."),
        rows(Button(t.plain.gettext("Events"), OpenEvents(0))),
    )


def no_such_event(t: Translator) -> Message:
    """Answer for an event that is not there for this person."""
    return Message(
        t.gettext("There is no such event here, or it is no longer shown."),
        rows(Button(t.plain.gettext("Events"), OpenEvents(0))),
    )


def offer_buttons(t: Translator, card: EventCard) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under an offer."""
    return rows(
        Button(t.plain.gettext("Take the seat"), TakeSeat(card.id)),
        Button(t.plain.gettext("No, pass it on"), FreePlace(card.id)),
    )


def _already(t: Translator, state: RegistrationState, number: int | None) -> str:
    if state is RegistrationState.CONFIRMED:
        return t.gettext("You are registered already: your place is confirmed.")
    if state is RegistrationState.OFFERED:
        return t.gettext("A seat is held for you already.")
    return t.gettext("You are on the waiting list already, as number {number}.", number=number)


def _waiting_buttons(t: Translator, card: EventCard) -> tuple[tuple[Button, ...], ...]:
    return rows(
        Button(t.plain.gettext("My registrations"), OpenMine()),
        Button(t.plain.gettext("Leave the waiting list"), AskFreePlace(card.id)),
    )


def _open(t: Translator, card: EventCard) -> tuple[tuple[Button, ...], ...]:
    return rows(
        Button(t.plain.gettext("Open the event"), OpenEvent(card.id)),
        Button(t.plain.gettext("All events"), OpenEvents(0)),
    )

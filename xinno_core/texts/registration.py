"""What participants read about getting, waiting for and giving back a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from xinno_core.models import Presence, Purpose, RegistrationState
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
from xinno_core.services.standings import EventOver, Own
from xinno_core.texts.actions import (
    AskFreePlace,
    FreePlace,
    KeepRegistration,
    OpenEvent,
    OpenEvents,
    OpenMine,
    OpenSettings,
    OpenWorkshops,
    RemoveFromCalendar,
    SayPresence,
    SetConsent,
    TakeSeat,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.events import facts, facts_for_confirmed, workshops_to_choose
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Html, Translator


def register_outcome(
    outcome: RegisterOutcome | AcceptOutcome,
    t: Translator,
    consents: Mapping[Purpose, bool] | None = None,
) -> Message:
    """Say what came of registering, or of taking an offered seat."""
    match outcome:
        case Confirmed(card, role):
            return _confirmed(t, card, role, consents or {})
        case Waitlisted(card):
            return Message(
                _waits(t, outcome) + "\n\n" + how_waiting_works(t) + "\n\n" + facts(t, card),
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
        case AlreadyRegistered(card, RegistrationState.OFFERED, offered_until=until) if until:
            return offer(t, card, until=until)
        case AlreadyRegistered(card, state, number):
            return Message(_already(t, state, number) + "\n\n" + facts(t, card), _open(t, card))
        case RegistrationClosed(card):
            return Message(
                t.gettext("Registration for this event is closed.") + "\n\n" + facts(t, card),
                rows(Button(t.plain.gettext("Other events"), OpenEvents(0))),
            )
        case OfferGone(card):
            return Message(
                offer_gone(t) + "\n\n" + facts(t, card),
                _open(t, card),
            )
        case NoSuchEvent():
            return no_such_event(t)
        case _:
            assert_never(outcome)


def _confirmed(
    t: Translator, card: EventCard, role: str, consents: Mapping[Purpose, bool]
) -> Message:
    """Say that there is a place, and what can be done next: choose, hear of further dates."""
    parts = [
        t.gettext("<b>Your place is confirmed.</b>")
        + "\n"
        + t.show(card.title, card.lead_language),
        t.gettext("A confirmation with time and place follows."),
    ]
    has_workshops = bool(workshops_to_choose(card, role))
    if has_workshops:
        until = date_and_time(t, card.registration_closes_at, card.zone)
        parts.append(t.gettext("There are workshops to choose from, until: {when}", when=until))
    asks = card.series_id is not None and not consents.get(Purpose.INVITATIONS)
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Choose workshops"), OpenWorkshops(card.id))
            if has_workshops
            else None,
            Button(
                t.plain.gettext("Tell me about the next dates"),
                SetConsent(Purpose.INVITATIONS.value, 1, "series"),
            )
            if asks
            else None,
            Button(t.plain.gettext("My registrations"), OpenMine()),
        ),
    )


def how_waiting_works(t: Translator) -> str:
    """Explain the queue before anyone has to ask: who is next, how long, and what at night."""
    lines = [
        t.gettext(
            "A place that becomes free is offered to the first in the list. You get a message, "
            "and only your yes makes the place yours."
        ),
        t.gettext(
            "An offer holds for 24 hours; from two days before the start for 12 hours; from one "
            "day before for 1 hour. At night nothing is offered: the place stays with the list "
            "until the morning."
        ),
        t.gettext(
            "In the last two hours before the start nothing is offered: a free place goes to "
            "whoever comes first. Have a look here then."
        ),
    ]
    return Html("\n".join(lines))


def invitations_on(t: Translator) -> Message:
    """Say that one hears of the next dates from now on."""
    return Message(
        t.gettext(
            "<b>You will hear of the next dates of a series.</b>\n"
            "You can change this at any time under Settings."
        ),
        rows(
            Button(t.plain.gettext("My registrations"), OpenMine()),
            Button(t.plain.gettext("Settings"), OpenSettings()),
        ),
    )


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
            return Message(
                _given_back(t, was)
                + "\n\n"
                + facts(t, card)
                + "\n\n"
                + t.gettext("If your plans change, you can register again."),
                rows(
                    Button(t.plain.gettext("Remove from my calendar"), RemoveFromCalendar(card.id))
                    if was is RegistrationState.CONFIRMED
                    else None
                )
                + _open(t, card),
            )
        case NothingToFree(card):
            return Message(
                t.gettext("You are not registered for this event.") + "\n\n" + facts(t, card),
                _open(t, card),
            )
        case EventOver(card):
            return Message(
                t.gettext("This event is over.") + "\n\n" + facts(t, card),
                rows(Button(t.plain.gettext("Other events"), OpenEvents(0))),
            )
        case NoSuchEvent():
            return no_such_event(t)
        case _:
            assert_never(outcome)


def _given_back(t: Translator, was: RegistrationState) -> str:
    match was:
        case RegistrationState.WAITLISTED:
            return t.gettext("You are off the waiting list.")
        case RegistrationState.OFFERED:
            return t.gettext("The offer goes to the next person. Thank you for telling us.")
        case RegistrationState.REQUESTED:
            return t.gettext("Your request is withdrawn.")
        case _:
            return t.gettext("Your place is free for someone else now. Thank you for telling us.")


def ask_free(t: Translator, own: Own) -> Message:
    """Ask before something is given back."""
    match own.state:
        case RegistrationState.WAITLISTED:
            question = t.gettext("<b>Leave the waiting list?</b> Your number would be lost.")
            yes = t.plain.gettext("Yes, leave the list")
        case RegistrationState.OFFERED:
            question = t.gettext(
                "<b>Pass the offer on?</b> The seat that is held for you goes to the next person."
            )
            yes = t.plain.gettext("Yes, pass it on")
        case RegistrationState.REQUESTED:
            question = t.gettext("<b>Withdraw your request?</b> You can ask again later.")
            yes = t.plain.gettext("Yes, withdraw it")
        case _:
            question = t.gettext(
                "<b>Free your place?</b> If someone is waiting, it is offered to them at once."
            )
            yes = t.plain.gettext("Yes, free my place")
    return Message(
        question + "\n\n" + facts(t, own.card),
        rows(
            Button(yes, FreePlace(own.card.id)),
            Button(t.plain.gettext("No, keep it"), KeepRegistration(own.card.id)),
        ),
    )


def presence_line(t: Translator, presence: Presence) -> str:
    """Return the sentence that takes up the answer to a reminder."""
    if presence is Presence.COMING:
        return t.gettext("Good to know: you are coming.")
    return t.gettext("Good to know: you will be a little late.")


def presence_kept(t: Translator, card: EventCard, presence: Presence) -> Message:
    """Confirm the answer to a reminder whose own words can't be told again."""
    other = (
        Button(t.plain.gettext("I will be late"), SayPresence(card.id, Presence.LATE.value))
        if presence is Presence.COMING
        else Button(t.plain.gettext("Coming"), SayPresence(card.id, Presence.COMING.value))
    )
    return Message(
        presence_line(t, presence) + "\n\n" + facts_for_confirmed(t, card),
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


def offer(t: Translator, card: EventCard, *, until: datetime) -> Message:
    """Offer the seat that is held: as a notice, and to whoever asks for a place meanwhile."""
    return Message(
        t.gettext(
            "<b>A place is free for you.</b>\nA seat is held for you until {until}. "
            "After that it goes to the next person in the list.",
            until=date_and_time(t, until, card.zone),
        )
        + "\n\n"
        + facts(t, card),
        rows(
            Button(t.plain.gettext("Take the seat"), TakeSeat(card.id)),
            Button(t.plain.gettext("No, pass it on"), FreePlace(card.id)),
        ),
    )


def offer_gone(t: Translator) -> str:
    """Say that an offer has ended: whether someone else waits for the seat or not."""
    return t.gettext(
        "This offer has ended, and the seat is no longer held for you. While registration is "
        "open you can register again; if no place is free, you join the waiting list."
    )


def _waits(t: Translator, outcome: Waitlisted) -> str:
    limit = t.plain.show(outcome.full, outcome.card.lead_language)
    if outcome.is_kept:
        return t.gettext(
            "<b>You are number {number} on the waiting list.</b>\n"
            "The free places belong to those who wait: {limit}.",
            number=outcome.number,
            limit=limit,
        )
    return t.gettext(
        "<b>You are number {number} on the waiting list.</b>\nFull at the moment: {limit}.",
        number=outcome.number,
        limit=limit,
    )


def _already(t: Translator, state: RegistrationState, number: int | None) -> str:
    if state is RegistrationState.CONFIRMED:
        return t.gettext("You are registered already: your place is confirmed.")
    if state is RegistrationState.REQUESTED:
        return t.gettext("Your request is with the organiser already.")
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

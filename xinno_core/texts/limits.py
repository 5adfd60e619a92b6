"""What organisers read of seats: how each limit stands, and what came of changing it."""

from typing import assert_never

from xinno_core.services.limits import (
    BelowHeld,
    LimitStand,
    NothingChanges,
    OffersPaused,
    OffersResumed,
    OverRoom,
    PauseOutcome,
    ResumeOutcome,
    SeatBoard,
    SeatsClosed,
    SeatsSet,
    SetOutcome,
)
from xinno_core.texts.actions import ManageEvent, OpenQueue, StartSeats, SwitchOffers
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short
from xinno_core.texts.translator import Html, Translator


def seats(t: Translator, board: SeatBoard) -> Message:
    """Show how each limit stands, one button each to change it."""
    card = board.card
    parts = [
        t.gettext("<b>Seats: {title}</b>", title=t.plain.show(card.title, card.lead_language)),
        *(_stand(t, board, stand) for stand in board.stands),
    ]
    if not board.stands:
        parts.append(t.gettext("Nothing is limited: everybody gets a place."))
    if card.offers_paused:
        parts.append(t.gettext("<b>Offers are paused:</b> free seats stay with the list."))
    switch = (
        Button(t.plain.gettext("Let offers go on"), SwitchOffers(card.id, 0))
        if card.offers_paused
        else Button(t.plain.gettext("Pause offers"), SwitchOffers(card.id, 1))
    )
    change = [
        Button(
            short(t.plain.gettext("Change seats: {label}", label=_label(t.plain, board, stand))),
            StartSeats(stand.id),
        )
        for stand in board.stands
    ]
    return Message(
        "\n\n".join(parts),
        rows(
            *(change if board.may_change else ()),
            switch if board.may_change and board.stands else None,
            Button(t.plain.gettext("Waiting list"), OpenQueue(card.id)),
            Button(t.plain.gettext("Back to the event"), ManageEvent(card.id)),
        ),
    )


def outcome(t: Translator, found: SetOutcome | PauseOutcome | ResumeOutcome) -> Message:
    """Say what came of a change, above the seats as they stand."""
    under = seats(t, found.board)
    return Message(_said(t, found) + "\n\n" + under.text, under.buttons)


def _said(t: Translator, found: SetOutcome | PauseOutcome | ResumeOutcome) -> str:
    match found:
        case SeatsSet(_, _, offered):
            return Html(t.gettext("<b>Changed.</b>") + " " + _offered(t, offered))
        case BelowHeld():
            return _below_held(t, found)
        case OverRoom(_, _, wanted, most):
            return t.gettext(
                "<b>Not changed.</b> Seats asked for: {wanted}. The room bears at most: {most}. "
                "That is 15 % more than it holds.",
                wanted=wanted,
                most=most,
            )
        case NothingChanges():
            return t.gettext("It is so already; nothing to do.")
        case SeatsClosed():
            return t.gettext("This event is cancelled or over; its seats stay as they are.")
        case OffersPaused():
            return t.gettext(
                "<b>Offers are paused.</b> Free seats stay with the waiting list until you let "
                "offers go on. Seats that are offered already are still held."
            )
        case OffersResumed(_, offered):
            return Html(t.gettext("<b>Offers go on.</b>") + " " + _offered(t, offered))
        case _:
            assert_never(found)


def _offered(t: Translator, number: int) -> str:
    if not number:
        return t.gettext("Nobody is offered a seat by it now.")
    return t.ngettext(
        "{number} person is offered a seat at once.",
        "{number} people are offered a seat at once.",
        number,
    )


def _below_held(t: Translator, found: BelowHeld) -> str:
    said = t.gettext(
        "<b>Not changed.</b> Seats asked for: {wanted}. Seats held or offered: {held}. Held by:",
        wanted=found.seats,
        held=found.held,
    )
    names = [f"· {t.quote(name)}" for name in found.names]
    if found.more > 0:
        names.append(t.ngettext("and {number} more", "and {number} more", found.more))
    return Html("\n".join((said, *names)))


def _stand(t: Translator, board: SeatBoard, stand: LimitStand) -> str:
    lines = [
        Html("<b>" + _label(t, board, stand) + "</b>"),
        t.gettext(
            "Seats: {seats} · taken: {taken}, of them offered: {offered} · waiting: {waiting}",
            seats=stand.seats,
            taken=stand.taken,
            offered=stand.offered,
            waiting=stand.waiting,
        ),
    ]
    if stand.room is not None:
        lines.append(
            t.gettext(
                "The room holds: {room} · given out beyond that: {more}",
                room=stand.room,
                more=stand.overbooked,
            )
        )
    return Html("\n".join(lines))


def _label(t: Translator, board: SeatBoard, stand: LimitStand) -> str:
    lead = board.card.lead_language
    slot = next((slot for slot in board.card.slots if slot.id == stand.session_id), None)
    label = t.plain.show(stand.label, lead)
    if slot is None:
        return t.quote(label)
    session = t.plain.show(slot.title, lead)
    return t.gettext("{label} ({session})", label=label, session=session)

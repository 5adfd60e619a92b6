"""What organisers read of the waiting list: who is next, and by which rules."""

from xinno_core.services.events import EventCard
from xinno_core.services.queue import Waiting, WaitingPage
from xinno_core.texts.actions import OpenPerson, OpenQueue
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.people import event_title, role_label, to_event
from xinno_core.texts.translator import Html, Translator


def waiting_list(t: Translator, page: WaitingPage) -> Message:
    """Show who is next, and the rules that everybody may know."""
    card = page.card
    parts = [t.gettext("<b>Waiting list: {title}</b>", title=event_title(t, card))]
    if card.offers_paused:
        parts.append(t.gettext("<b>Offers are paused:</b> free seats stay with the list."))
    if page.waiting:
        parts.append("\n".join(_waiting(t, card, one) for one in page.waiting))
    else:
        parts.append(t.gettext("Nobody waits."))
    parts.append(
        "<i>"
        + t.gettext(
            "A free seat is offered to the first in this order for whom every limit has room, and "
            "held for 24 hours; for 12 hours in the last two days, for one hour on the last day. "
            "Nothing is offered in quiet hours and in the last two hours, when a free seat goes to "
            "whoever comes first."
        )
        + "</i>"
    )
    return Message(
        "\n\n".join(parts),
        (
            *rows(
                *(
                    Button(short(f"{one.number} · {one.name}"), OpenPerson(one.registration_id))
                    for one in page.waiting
                )
            ),
            *turns(t, page.page, page.pages, lambda at: OpenQueue(card.id, at)),
            *rows(to_event(t, card.id)),
        ),
    )


def _waiting(t: Translator, card: EventCard, one: Waiting) -> str:
    role = role_label(t.plain, card, one.role)
    slot = next((slot for slot in card.slots if slot.id == one.session_id), None)
    if slot is not None:
        line = t.gettext(
            "{number}. {name}, {role}. Session: {session}",
            number=one.number,
            name=one.name,
            role=role,
            session=t.plain.show(slot.title, card.lead_language),
        )
    else:
        line = t.gettext("{number}. {name}, {role}", number=one.number, name=one.name, role=role)
    if one.together:
        line += "\n" + t.gettext("· comes together with somebody else who waits")
    if one.full:
        full = ", ".join(t.plain.show(label, card.lead_language) for label in one.full)
        return Html(line + "\n" + t.gettext("· waits for: {limits}", limits=full))
    return Html(line + "\n" + t.gettext("· a seat is free, and is offered soon"))

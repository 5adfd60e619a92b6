"""Events: list and card."""

from xinno_core.models import EventState, RegistrationState
from xinno_core.services.events import EventCard, EventPage
from xinno_core.services.standings import Own
from xinno_core.texts.actions import (
    AskFreePlace,
    GetCalendarFile,
    OpenEvent,
    OpenEvents,
    OpenMenu,
    Register,
    ShowPlace,
    TakeSeat,
)
from xinno_core.texts.dates import date_and_time, short_day, span, zone_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.places import place_line, venue_of
from xinno_core.texts.translator import Html, Translator


def event_list(t: Translator, page: EventPage) -> Message:
    """Show the events to come, one button each."""
    if not page.cards:
        return Message(
            t.gettext("<b>Events</b>\nThere is no event open at the moment. Please look in again."),
            rows(Button(t.plain.gettext("Menu"), OpenMenu())),
        )
    buttons: list[tuple[Button, ...]] = [
        (Button(_label(t, card), OpenEvent(card.id)),) for card in page.cards
    ]
    turns = []
    if page.page > 0:
        turns.append(Button(t.plain.gettext("Earlier"), OpenEvents(page.page - 1)))
    if page.page + 1 < page.pages:
        turns.append(Button(t.plain.gettext("Later"), OpenEvents(page.page + 1)))
    if turns:
        buttons.append(tuple(turns))
    buttons.append((Button(t.plain.gettext("Menu"), OpenMenu()),))
    lines = [
        t.gettext("<b>Events</b>\nChoose one to see more."),
        *(_line(t, card) for card in page.cards),
    ]
    return Message("\n\n".join(lines), tuple(buttons))


def facts(t: Translator, card: EventCard) -> str:
    """Return title, time and place: what every message about an event must say."""
    lines = [
        "<b>" + t.show(card.title, card.lead_language) + "</b>",
        t.gettext(
            "When: {when} ({zone})",
            when=span(t, card.starts_at, card.ends_at, card.zone),
            zone=zone_name(t, card.starts_at, card.zone),
        ),
        t.gettext("Where: {where}", where=place_line(card.place)),
    ]
    return Html("\n".join(lines))


def event_card(t: Translator, card: EventCard, own: Own | None) -> Message:
    """Show one event, and what this person can do about it."""
    chosen = t.content(card.title, card.lead_language)
    parts = [facts(t, card)]
    if chosen.language != t.language:
        parts.append("<i>" + t.gettext("This event is not described in your language.") + "</i>")
    described = (t.show(text, card.lead_language) for text in (card.summary, card.programme))
    parts.extend(text for text in described if text)
    parts.append(
        t.gettext(
            "Organiser: {organiser}\nData protection: {contact}",
            organiser=card.organiser,
            contact=card.contact,
        )
    )
    if card.state is EventState.CANCELLED:
        parts.append("<b>" + t.gettext("This event is cancelled.") + "</b>")
    elif own is None:
        parts.extend(_seats(t, card))
    if own is not None:
        parts.append(own_state(t, own))
    if card.is_demo:
        parts.append("<i>" + t.gettext("Demo event") + "</i>")
    return Message("\n\n".join(parts), rows(*_card_buttons(t, card, own)))


def own_state(t: Translator, own: Own) -> str:
    """Say where this person's registration stands."""
    match own.state:
        case RegistrationState.CONFIRMED:
            return t.gettext("<b>Your place is confirmed.</b>")
        case RegistrationState.OFFERED:
            return t.gettext(
                "<b>A seat is held for you until {until}.</b>",
                until=date_and_time(t, own.offered_until, own.card.zone)
                if own.offered_until
                else "",
            )
        case RegistrationState.WAITLISTED if own.number is not None:
            return t.gettext(
                "<b>You are number {number} on the waiting list.</b>", number=own.number
            )
        case RegistrationState.WAITLISTED:
            return t.gettext("<b>You are on the waiting list.</b>")
        case RegistrationState.REQUESTED:
            return t.gettext("<b>Your request is with the organiser.</b>")
        case RegistrationState.DECLINED:
            return t.gettext("<b>The organiser could not give you a place this time.</b>")
        case RegistrationState.CANCELLED:
            return t.gettext("You are not registered.")


def my_registrations(t: Translator, owned: tuple[Own, ...]) -> Message:
    """Show what this person is registered for."""
    if not owned:
        return Message(
            t.gettext("<b>My registrations</b>\nYou are not registered for an event to come."),
            rows(
                Button(t.plain.gettext("Events"), OpenEvents(0)),
                Button(t.plain.gettext("Menu"), OpenMenu()),
            ),
        )
    lines = [facts(t, own.card) + "\n" + own_state(t, own) for own in owned]
    return Message(
        t.gettext("<b>My registrations</b>") + "\n\n" + "\n\n".join(lines),
        rows(
            *(Button(_label(t, own.card), OpenEvent(own.card.id)) for own in owned),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def _seats(t: Translator, card: EventCard) -> list[str]:
    lines = []
    for seats in card.limits:
        if not any(role.is_open and seats.bounds(role.key) for role in card.roles):
            continue  # seats that this person could not take anyway
        label = t.show(seats.label, card.lead_language)
        left = (
            t.ngettext(
                "{label}: {number} free place",
                "{label}: {number} free places",
                seats.free,
                label=label,
            )
            if seats.free
            else t.gettext("{label}: full; you can join the waiting list", label=label)
        )
        lines.append(left)
    closes = t.gettext(
        "Registration closes: {when}", when=date_and_time(t, card.registration_closes_at, card.zone)
    )
    return ["\n".join([*lines, closes])]


def _card_buttons(t: Translator, card: EventCard, own: Own | None) -> list[Button | None]:
    buttons: list[Button | None] = []
    if card.state is EventState.PUBLISHED and own is None:
        roles = [role for role in card.roles if role.is_open]
        if len(roles) == 1:
            buttons.append(Button(t.plain.gettext("Register"), Register(card.id, roles[0].key)))
        else:
            buttons.extend(
                Button(
                    t.plain.gettext(
                        "Register as: {role}", role=t.plain.show(role.label, card.lead_language)
                    ),
                    Register(card.id, role.key),
                )
                for role in roles
            )
    if own is not None and own.state is RegistrationState.OFFERED:
        buttons.append(Button(t.plain.gettext("Take the seat"), TakeSeat(card.id)))
    if own is not None and own.state is RegistrationState.CONFIRMED:
        buttons.append(Button(t.plain.gettext("Calendar file"), GetCalendarFile(card.id)))
    if venue_of(card.place):
        buttons.append(Button(t.plain.gettext("Show on the map"), ShowPlace(card.id)))
    if own is not None:
        label = (
            t.plain.gettext("Leave the waiting list")
            if own.state is RegistrationState.WAITLISTED
            else t.plain.gettext("Free my place")
        )
        buttons.append(Button(label, AskFreePlace(card.id)))
    buttons.append(Button(t.plain.gettext("All events"), OpenEvents(0)))
    return buttons


def _line(t: Translator, card: EventCard) -> str:
    return t.gettext(
        "<b>{title}</b>\n{when} · {where}",
        title=t.plain.show(card.title, card.lead_language),
        when=date_and_time(t, card.starts_at, card.zone),
        where=place_line(card.place),
    )


def _label(t: Translator, card: EventCard) -> str:
    title = t.plain.show(card.title, card.lead_language)
    return f"{short_day(t, card.starts_at, card.zone)} · {title}"

"""Events: list and card."""

from xinno_core.models import EventState, RegistrationState
from xinno_core.services.cards import NOTHING_AROUND, Around
from xinno_core.services.events import EventCard, EventPage, Seats, Slot
from xinno_core.services.open_surveys import OpenSurvey
from xinno_core.services.standings import Own
from xinno_core.texts.actions import (
    AskFreePlace,
    AskOrganiser,
    ComeAlone,
    DeclinePair,
    GetCalendarFile,
    InvitePartner,
    JoinPair,
    OpenAnswers,
    OpenEvent,
    OpenEvents,
    OpenFaq,
    OpenMenu,
    OpenSubscription,
    OpenWorkshops,
    Register,
    RemoveFromCalendar,
    ShowPlace,
    TakeSeat,
)
from xinno_core.texts.dates import date_and_time, short_day, span, zone_name
from xinno_core.texts.forms import house_option
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.own_surveys import open_survey_buttons, open_surveys
from xinno_core.texts.places import venue_of, where
from xinno_core.texts.sessions import session_line, session_lines
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
    turns, region_id = [], page.region.id if page.region else 0
    if page.page > 0:
        turns.append(Button(t.plain.gettext("Earlier"), OpenEvents(page.page - 1, region_id)))
    if page.page + 1 < page.pages:
        turns.append(Button(t.plain.gettext("Later"), OpenEvents(page.page + 1, region_id)))
    if turns:
        buttons.append(tuple(turns))
    buttons.extend(_region_buttons(t, page))
    buttons.append((Button(t.plain.gettext("Menu"), OpenMenu()),))
    name = t.plain.show(page.region.name) if page.region else ""
    lines = [
        t.gettext("<b>Events in: {region}</b>\nChoose one to see more.", region=name)
        if page.region
        else t.gettext("<b>Events</b>\nChoose one to see more."),
        *(_line(t, card) for card in page.cards),
    ]
    return Message("\n\n".join(lines), tuple(buttons))


def _region_buttons(t: Translator, page: EventPage) -> list[tuple[Button, ...]]:
    """Return a button for each other region, two in a row, where there is more than one."""
    if len(page.regions) < 2:
        return []
    others = [
        Button(
            t.plain.gettext("Only: {region}", region=t.plain.show(one.name)), OpenEvents(0, one.id)
        )
        for one in page.regions
        if one != page.region
    ]
    if page.region is not None:
        others.insert(0, Button(t.plain.gettext("All regions"), OpenEvents(0)))
    return [tuple(others[at : at + 2]) for at in range(0, len(others), 2)]


def facts_for_confirmed(t: Translator, card: EventCard) -> str:
    """Return title, time and place, with the link that only those with a place are given."""
    link = card.place.get("link")
    if not link:
        return facts(t, card)
    return Html(facts(t, card) + "\n" + t.gettext("Link: {link}", link=str(link)))


def facts(t: Translator, card: EventCard) -> str:
    """Return title, time and place: what every message about an event must say."""
    lines = [
        "<b>" + t.show(card.title, card.lead_language) + "</b>",
        t.gettext(
            "When: {when} ({zone})",
            when=span(t, card.starts_at, card.ends_at, card.zone),
            zone=zone_name(t, card.starts_at, card.zone),
        ),
        t.gettext("Where: {where}", where=where(t, card.place)),
    ]
    return Html("\n".join(lines))


def event_card(
    t: Translator, card: EventCard, own: Own | None, around: Around = NOTHING_AROUND
) -> Message:
    """Show one event, and what this person can do about it."""
    chosen = t.content(card.title, card.lead_language)
    is_confirmed = own is not None and own.state is RegistrationState.CONFIRMED
    parts = [facts_for_confirmed(t, card) if is_confirmed else facts(t, card)]
    if card.state is EventState.CANCELLED:
        parts.append("<b>" + t.gettext("This event is cancelled.") + "</b>")
    elif around.is_over:
        parts.append("<b>" + t.gettext("This event is over.") + "</b>")
    elif own is not None:
        parts.extend(_own_lines(t, own, around))
    if around.is_asked:
        parts.append(_asked_together(t, own))
    if chosen.language != t.language:
        parts.append("<i>" + t.gettext("This event is not described in your language.") + "</i>")
    described = (t.show(text, card.lead_language) for text in (card.summary, card.programme))
    parts.extend(text for text in described if text)
    parts.extend(_agenda(t, card, own))
    parts.append(
        t.gettext(
            "Organiser: {organiser}\nData protection: {contact}",
            organiser=card.organiser,
            contact=card.contact,
        )
    )
    if card.state is EventState.PUBLISHED and own is None and not around.is_over:
        parts.extend(_seats(t, card, around))
    if around.next_card is not None:
        after = around.next_card
        parts.append(
            t.gettext(
                "Next date in this series: {when}",
                when=date_and_time(t, after.starts_at, after.zone),
            )
        )
    if card.is_demo:
        parts.append("<i>" + t.gettext("Demo event") + "</i>")
    return Message("\n\n".join(parts), rows(*_card_buttons(t, card, own, around)))


def next_date_button(t: Translator, card: EventCard) -> Button:
    """Return the button to the next date of a series."""
    day = short_day(t, card.starts_at, card.zone)
    return Button(t.plain.gettext("Next date: {day}", day=day), OpenEvent(card.id))


def workshops_to_choose(card: EventCard, role: str | None) -> list[Slot]:
    """Return the sessions that someone in this role may choose; None for any open role."""
    open_roles = [one.key for one in card.roles if one.is_open] if role is None else [role]
    return [
        slot
        for slot in card.slots
        if slot.by_choice and any(slot.is_for(one) for one in open_roles)
    ]


def _own_lines(t: Translator, own: Own, around: Around) -> list[str]:
    """Say how this person stands: place, partner, workshops."""
    lines = [own_state(t, own)]
    if own.state is RegistrationState.DECLINED and own.word:
        lines.append(t.gettext("The organiser writes: {word}", word=own.word))
    if around.may_take_now:
        lines.append(t.gettext("A place is free now. It goes to whoever takes it first."))
    if own.has_partner:
        lines.append(t.gettext("You come together with someone."))
    return ["\n".join(lines), *_chosen(t, own.card, around)]


def _chosen(t: Translator, card: EventCard, around: Around) -> list[str]:
    if not around.chosen:
        return []
    words = {
        RegistrationState.OFFERED: t.gettext("a seat is held for you"),
        RegistrationState.WAITLISTED: t.gettext("on the waiting list"),
    }
    lines = [t.gettext("Your workshops:")]
    for slot, state in around.chosen:
        line = session_line(t, card, slot)
        lines.append(f"{line} ({words[state]})" if state in words else line)
    return [Html("\n".join(lines))]


def _asked_together(t: Translator, own: Own | None) -> str:
    asked = t.gettext("<b>Someone you know asks you to come together.</b>")
    if own is None or not own.is_active:
        return asked + "\n" + t.gettext("If you register, you are tied to each other.")
    return asked + "\n" + t.gettext("If both of you wait, the later of your numbers counts.")


def _agenda(t: Translator, card: EventCard, own: Own | None) -> list[str]:
    """Name the dates at which everybody takes part, and the workshops to choose from."""
    role = own.role if own is not None and own.is_active else None
    parts = dates(t, card, role)
    workshops = workshops_to_choose(card, role)
    if workshops:
        names = ", ".join(t.plain.show(slot.title, card.lead_language) for slot in workshops)
        named = t.gettext("Workshops to choose from: {workshops}", workshops=names)
        parts.append(named + "\n" + choose_until(t, card))
    return parts


def dates(t: Translator, card: EventCard, role: str | None) -> list[str]:
    """Name the dates at which everybody in this role takes part; None for any role."""
    slots = [
        slot for slot in card.slots if not slot.by_choice and (role is None or slot.is_for(role))
    ]
    return ["\n".join([t.gettext("Dates:"), *session_lines(t, card, slots)])] if slots else []


def choose_until(t: Translator, card: EventCard) -> str:
    """Say who may choose workshops, and until when."""
    return t.gettext(
        "With a confirmed place you can choose until: {when}",
        when=date_and_time(t, card.registration_closes_at, card.zone),
    )


def own_state(t: Translator, own: Own) -> str:
    """Say where this person's registration stands."""
    if own.card.state is EventState.CANCELLED:
        return "<b>" + t.gettext("This event is cancelled.") + "</b>"
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


def my_registrations(
    t: Translator, owned: tuple[Own, ...], found: tuple[OpenSurvey, ...] = ()
) -> Message:
    """Show what this person is registered for, and the surveys that are open to them."""
    surveys, into = open_surveys(t, found), open_survey_buttons(t, found)
    if not owned:
        nothing = t.gettext("<b>My registrations</b>\nYou are not registered for an event to come.")
        return Message(
            "\n\n".join([nothing, *surveys]),
            rows(
                *into,
                Button(t.plain.gettext("Events"), OpenEvents(0)),
                Button(t.plain.gettext("Calendar subscription"), OpenSubscription()),
                Button(t.plain.gettext("Menu"), OpenMenu()),
            ),
        )
    lines = [facts(t, own.card) + "\n" + own_state(t, own) for own in owned]
    return Message(
        "\n\n".join([t.gettext("<b>My registrations</b>"), *lines, *surveys]),
        rows(
            *into,
            *(Button(_label(t, own.card), OpenEvent(own.card.id)) for own in owned),
            Button(t.plain.gettext("Calendar subscription"), OpenSubscription()),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def _seats(t: Translator, card: EventCard, around: Around) -> list[str]:
    if around.is_closed:
        return [t.gettext("Registration for this event is closed.")]
    lines = []
    for seats in card.limits:
        if not any(role.is_open and seats.bounds(role.key) for role in card.roles):
            continue  # seats that this person could not take anyway
        if seats.targets and around.target and around.target not in seats.targets:
            continue
        label = _limit_label(t, card, seats)
        if not seats.free:
            left = t.gettext("{label}: full; you can join the waiting list", label=label)
        elif seats.id in around.kept:
            left = t.gettext(
                "{label}: the free places go to those who wait; you can join the waiting list",
                label=label,
            )
        else:
            left = t.ngettext(
                "{label}: {number} free place",
                "{label}: {number} free places",
                seats.free,
                label=label,
            )
        lines.append(left)
    closes = t.gettext(
        "Registration closes: {when}", when=date_and_time(t, card.registration_closes_at, card.zone)
    )
    return ["\n".join([*lines, closes])]


def _limit_label(t: Translator, card: EventCard, seats: Seats) -> str:
    label = t.plain.show(seats.label, card.lead_language)
    if not seats.targets:
        return t.show(seats.label, card.lead_language)
    groups = ", ".join(house_option(key, t) for key in seats.targets)
    # Translators: {label} names seats, {groups} are kinds of organisation they are kept for.
    return t.gettext("{label} (for: {groups})", label=label, groups=groups)


def _card_buttons(
    t: Translator, card: EventCard, own: Own | None, around: Around
) -> list[Button | None]:
    active = own if own is not None and own.is_active else None
    buttons: list[Button | None] = [*open_survey_buttons(t, around.surveys)]
    if card.state is EventState.CANCELLED or around.is_over:
        buttons.extend(_buttons_afterwards(t, card, active, around))
        return [*buttons, *_question_buttons(t, card, around)]
    if card.state is EventState.PUBLISHED and active is None and not around.is_closed:
        buttons.extend(_role_buttons(t, card, own))
    if active is not None:
        buttons.extend(_own_buttons(t, card, active, around))
    if workshops_to_choose(card, active.role if active else None):
        buttons.append(Button(t.plain.gettext("Workshops"), OpenWorkshops(card.id)))
    if venue_of(card.place):
        buttons.append(Button(t.plain.gettext("Show on the map"), ShowPlace(card.id)))
    if active is not None:
        buttons.extend(_pair_buttons(t, card, active, around))
        buttons.append(give_back_button(t, active))
    elif around.is_asked:
        buttons.append(Button(t.plain.gettext("I come alone"), DeclinePair(card.id)))
    buttons.extend(_question_buttons(t, card, around))
    if around.next_card is not None:
        buttons.append(next_date_button(t, around.next_card))
    buttons.append(Button(t.plain.gettext("All events"), OpenEvents(0)))
    return buttons


def _question_buttons(t: Translator, card: EventCard, around: Around) -> list[Button]:
    asking = Button(t.plain.gettext("Ask the organiser"), AskOrganiser(card.id, 0))
    if not around.has_faq:
        return [asking]
    return [Button(t.plain.gettext("Frequent questions"), OpenFaq(card.id)), asking]


def _buttons_afterwards(
    t: Translator, card: EventCard, own: Own | None, around: Around
) -> list[Button]:
    """Return what is left to press when the event is over or cancelled."""
    buttons = []
    if own is not None and card.state is EventState.CANCELLED:
        if own.state is RegistrationState.CONFIRMED:
            label = t.plain.gettext("Remove from my calendar")
            buttons.append(Button(label, RemoveFromCalendar(card.id)))
    elif own is not None and around.has_answers:
        buttons.append(Button(t.plain.gettext("My answers"), OpenAnswers(card.id)))
    if around.next_card is not None:
        buttons.append(next_date_button(t, around.next_card))
    buttons.append(Button(t.plain.gettext("All events"), OpenEvents(0)))
    return buttons


def _role_buttons(t: Translator, card: EventCard, own: Own | None) -> list[Button]:
    """Return a button for each role that this person may take or ask for."""
    roles = [role for role in card.roles if role.is_open and (own is None or role.key != own.role)]
    buttons = []
    for role in roles:
        name = t.plain.show(role.label, card.lead_language)
        if role.needs_approval:
            label = t.plain.gettext("Ask for a place as: {role}", role=name)
        elif len(roles) == 1:
            label = t.plain.gettext("Register")
        else:
            label = t.plain.gettext("Register as: {role}", role=name)
        buttons.append(Button(label, Register(card.id, role.key)))
    return buttons


def _own_buttons(t: Translator, card: EventCard, own: Own, around: Around) -> list[Button]:
    buttons = []
    if around.may_take_now:
        buttons.append(Button(t.plain.gettext("Take a free place"), Register(card.id, own.role)))
    if own.state is RegistrationState.OFFERED:
        buttons.append(Button(t.plain.gettext("Take the seat"), TakeSeat(card.id)))
    if around.has_answers:
        buttons.append(Button(t.plain.gettext("My answers"), OpenAnswers(card.id)))
    if own.state is RegistrationState.CONFIRMED:
        buttons.append(Button(t.plain.gettext("Calendar file"), GetCalendarFile(card.id)))
    return buttons


def _pair_buttons(t: Translator, card: EventCard, own: Own, around: Around) -> list[Button]:
    if own.has_partner:
        return [Button(t.plain.gettext("Come alone"), ComeAlone(card.id))]
    if around.is_asked:
        return [
            Button(t.plain.gettext("Come together"), JoinPair(card.id)),
            Button(t.plain.gettext("I come alone"), DeclinePair(card.id)),
        ]
    if around.may_invite:
        return [Button(t.plain.gettext("Come with someone"), InvitePartner(card.id))]
    return []


def give_back_button(t: Translator, own: Own) -> Button:
    """Return the button that gives back what this person holds: it asks before."""
    match own.state:
        case RegistrationState.WAITLISTED:
            label = t.plain.gettext("Leave the waiting list")
        case RegistrationState.OFFERED:
            label = t.plain.gettext("No, pass it on")
        case RegistrationState.REQUESTED:
            label = t.plain.gettext("Withdraw my request")
        case _:
            label = t.plain.gettext("Free my place")
    return Button(label, AskFreePlace(own.card.id))


def _line(t: Translator, card: EventCard) -> str:
    return t.gettext(
        "<b>{title}</b>\n{when} · {where}",
        title=t.plain.show(card.title, card.lead_language),
        when=date_and_time(t, card.starts_at, card.zone),
        where=where(t, card.place),
    )


def _label(t: Translator, card: EventCard) -> str:
    title = t.plain.show(card.title, card.lead_language)
    return f"{short_day(t, card.starts_at, card.zone)} · {title}"

"""What organisers read of the people of an event: how many there are, and lists by name."""

from xinno_core.models import RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.people import Line, PeoplePage
from xinno_core.texts.actions import ListConfirmed, ListPeople, ManageEvent, OpenPeople, OpenPerson
from xinno_core.texts.books import state_word
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import pairs, short, turns
from xinno_core.texts.translator import Html, Translator

STATES = (
    RegistrationState.REQUESTED,
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.WAITLISTED,
    RegistrationState.DECLINED,
    RegistrationState.CANCELLED,
)
"""In the order in which an organiser looks for them."""


def people(t: Translator, page: PeoplePage) -> Message:
    """Show how many there are in each state and role, one button each."""
    card = page.card
    states = [state for state in STATES if page.number(state=state)]
    roles = [role for role in card.roles if page.number(role=role.key)]
    everyone = _amount(t, t.plain.gettext("All"), page.number())
    head = t.gettext("<b>People: {title}</b>", title=event_title(t, card))
    if not page.number():
        return Message(
            head + "\n" + t.gettext("Nobody is registered yet."), rows(to_event(t, card.id))
        )
    return Message(
        head + "\n" + t.gettext("Whom would you like to see?"),
        rows(
            Button(everyone, ListPeople(card.id, "", "")),
            *(
                Button(
                    _amount(t, state_word(t, state), page.number(state=state)),
                    ListPeople(card.id, "", state.value),
                )
                for state in states
            ),
            *(
                Button(
                    _amount(t, role_label(t.plain, card, role.key), page.number(role=role.key)),
                    ListPeople(card.id, role.key, ""),
                )
                for role in (roles if len(roles) > 1 else ())
            ),
            to_event(t, card.id),
        ),
    )


def people_list(t: Translator, page: PeoplePage) -> Message:
    """Show one page of people by name; each opens with a button."""
    card, state = page.card, page.state.value if page.state else ""
    parts = [_list_head(t, page), *(_line(t, card, line) for line in page.lines)]
    return Message(
        "\n".join(parts),
        (
            *rows(
                *(
                    Button(
                        short(line.name or t.plain.gettext("(erased)")),
                        OpenPerson(line.registration_id),
                    )
                    for line in page.lines
                )
            ),
            *_narrower(t, page),
            *turns(
                t,
                page.page,
                page.pages,
                lambda at: ListPeople(card.id, page.role or "", state, at),
            ),
            *rows(
                Button(t.plain.gettext("Other people"), OpenPeople(card.id)), to_event(t, card.id)
            ),
        ),
    )


def confirmed_list(t: Translator, page: PeoplePage) -> Message:
    """Show one page of those who have a place: all that staff see of people."""
    card = page.card
    parts = [_list_head(t, page), *(_line(t, card, line) for line in page.lines)]
    return Message(
        "\n".join(parts),
        (
            *turns(t, page.page, page.pages, lambda at: ListConfirmed(card.id, at)),
            *rows(to_event(t, card.id)),
        ),
    )


def event_title(t: Translator, card: EventCard) -> str:
    """Return what the event is called."""
    return t.plain.show(card.title, card.lead_language)


def role_label(t: Translator, card: EventCard, key: str) -> str:
    """Return what a role of the event is called."""
    role = card.role(key)
    return t.show(role.label, card.lead_language) if role else key


def to_event(t: Translator, event_id: int) -> Button:
    """Return the way back to the event's own page."""
    return Button(t.plain.gettext("Back to the event"), ManageEvent(event_id))


def _list_head(t: Translator, page: PeoplePage) -> str:
    card = page.card
    head = t.gettext("<b>People: {title}</b>", title=event_title(t, card))
    which = []
    if page.role is not None:
        which.append(t.gettext("Role: {role}", role=role_label(t.plain, card, page.role)))
    if page.state is not None:
        which.append(t.gettext("State: {state}", state=state_word(t, page.state)))
    number = t.ngettext("{number} person", "{number} people", page.total)
    return Html("\n".join((head, *which, number, "")))


def _line(t: Translator, card: EventCard, line: Line) -> str:
    return t.gettext(
        "{name}, {organisation} · {role} · {state}",
        name=line.name or t.plain.gettext("(erased)"),
        organisation=line.organisation,
        role=role_label(t.plain, card, line.role),
        state=state_word(t, line.state),
    )


def _narrower(t: Translator, page: PeoplePage) -> tuple[tuple[Button, ...], ...]:
    """Offer the states within a role, or the roles within a state."""
    card = page.card
    if page.role is not None and page.state is None:
        buttons = [
            Button(
                _amount(t, state_word(t, state), number),
                ListPeople(card.id, page.role, state.value),
            )
            for state in STATES
            if (number := page.number(role=page.role, state=state)) and number < page.total
        ]
    elif page.state is not None and page.role is None:
        buttons = [
            Button(
                _amount(t, role_label(t.plain, card, role.key), number),
                ListPeople(card.id, role.key, page.state.value),
            )
            for role in card.roles
            if (number := page.number(role=role.key, state=page.state)) and number < page.total
        ]
    else:
        buttons = []
    return pairs(*buttons)


def _amount(t: Translator, label: str, number: int) -> str:
    return t.plain.gettext("{label}: {number}", label=label, number=number)

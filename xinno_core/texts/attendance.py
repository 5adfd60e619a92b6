"""Who was there, as organisers and staff note it."""

from typing import assert_never

from xinno_core.services.attendance import Line, PageChanged, Places, Sheet, TooEarly
from xinno_core.services.events import EventCard, Slot
from xinno_core.texts.actions import (
    ListAttendance,
    ManageEvent,
    NoteAttendance,
    NotePage,
    OpenAttendance,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.paging import short, turns
from xinno_core.texts.translator import Translator


def places(t: Translator, shown: Places) -> Message:
    """Show the event and its sessions, to choose where to note people."""
    card = shown.card
    whole = t.plain.gettext("The event as a whole: {number}", number=shown.noted)
    return Message(
        _head(t, card)
        + "\n"
        + t.gettext(
            "The numbers say how many are noted. Whoever was at a session counts as having been "
            "at the event."
        ),
        rows(
            Button(whole, ListAttendance(card.id)),
            *(
                Button(
                    short(
                        t.plain.gettext(
                            "{session}: {number}", session=_session(t, card, slot), number=number
                        )
                    ),
                    ListAttendance(card.id, slot.id),
                )
                for slot, number in shown.sessions
            ),
            _to_event(t, card.id),
        ),
    )


def sheet(t: Translator, shown: Sheet | TooEarly | PageChanged) -> Message:
    """Show one page of people; each button says what it makes hold."""
    match shown:
        case Sheet():
            return _sheet(t, shown)
        case PageChanged(now_):
            under = _sheet(t, now_)
            said = t.gettext(
                "<b>Nothing was noted:</b> the list has changed since. Please look again."
            )
            return Message(said + "\n\n" + under.text, under.buttons)
        case TooEarly():
            return too_early(t, shown)
        case _:
            assert_never(shown)


def too_early(t: Translator, shown: TooEarly) -> Message:
    """Say from when on people can be noted."""
    card = shown.card
    parts = [_head(t, card)]
    if shown.slot is not None:
        parts.append(t.gettext("Session: {session}", session=_session(t, card, shown.slot)))
    when = date_and_time(t, shown.opens_at, card.zone)
    parts.append(t.gettext("Attendance can be noted from this time on: {when}", when=when))
    more = Button(t.plain.gettext("Other sessions"), OpenAttendance(card.id))
    return Message(
        "\n".join(parts), rows(more if shown.slot is not None else None, _to_event(t, card.id))
    )


def _sheet(t: Translator, shown: Sheet) -> Message:
    card, session_id = shown.card, shown.slot.id if shown.slot else 0
    parts = [_head(t, card)]
    if shown.slot is not None:
        parts.append(t.gettext("Session: {session}", session=_session(t, card, shown.slot)))
    # Translators: how many of those with a place are noted as having been there.
    parts.append(t.gettext("Noted: {noted} of {total}", noted=shown.noted, total=shown.total))
    if not shown.total:
        parts.append(t.gettext("Nobody has a place here."))
    parts += ["", *(_line(t, card, line) for line in shown.lines)]
    missing = [line for line in shown.lines if not line.was_there]
    whole_page = NotePage(card.id, session_id, shown.page, shown.fingerprint)
    return Message(
        "\n".join(parts),
        (
            *rows(
                *(_button(t, line, session_id, shown.page) for line in shown.lines),
                Button(t.plain.gettext("All on this page were there"), whole_page)
                if len(missing) > 1
                else None,
            ),
            *turns(t, shown.page, shown.pages, lambda at: ListAttendance(card.id, session_id, at)),
            *rows(
                Button(t.plain.gettext("Other sessions"), OpenAttendance(card.id))
                if card.slots
                else None,
                _to_event(t, card.id),
            ),
        ),
    )


def _button(t: Translator, line: Line, session_id: int, page: int) -> Button | None:
    if line.at_a_session:
        return None  # it is taken back where it was noted
    name = line.name or t.plain.gettext("(erased)")
    label = (
        # Translators: a button that takes back that this person was there.
        t.plain.gettext("Was not there: {name}", name=name)
        if line.is_noted
        # Translators: a button that notes that this person was there.
        else t.plain.gettext("Was there: {name}", name=name)
    )
    return Button(
        short(label),
        NoteAttendance(line.registration_id, session_id, int(not line.is_noted), page),
    )


def _line(t: Translator, card: EventCard, line: Line) -> str:
    name = line.name or t.plain.gettext("(erased)")
    role = card.role(line.role)
    label = t.plain.show(role.label, card.lead_language) if role else line.role
    if line.at_a_session:
        return t.gettext(
            "<b>{name}, {organisation}</b> · {role} · noted at a session",
            name=name,
            organisation=line.organisation,
            role=label,
        )
    if line.is_noted:
        return t.gettext(
            "<b>{name}, {organisation}</b> · {role} · noted",
            name=name,
            organisation=line.organisation,
            role=label,
        )
    return t.gettext(
        "{name}, {organisation} · {role}", name=name, organisation=line.organisation, role=label
    )


def _head(t: Translator, card: EventCard) -> str:
    title = t.plain.show(card.title, card.lead_language)
    return t.gettext("<b>Who was there: {title}</b>", title=title)


def _session(t: Translator, card: EventCard, slot: Slot) -> str:
    return t.plain.show(slot.title, card.lead_language)


def _to_event(t: Translator, event_id: int) -> Button:
    return Button(t.plain.gettext("Back to the event"), ManageEvent(event_id))

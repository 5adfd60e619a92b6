"""Sessions of an event in one line each: on the card, in a reminder, among what can be chosen."""

from collections.abc import Sequence

from xinno_core.services.events import EventCard, Slot
from xinno_core.texts.dates import span
from xinno_core.texts.places import session_place
from xinno_core.texts.translator import Translator

MOST_SHOWN = 12


def session_line(t: Translator, card: EventCard, slot: Slot) -> str:
    """Return title, time and, where it differs from the event's, the place."""
    place = session_place(t, slot)
    title = t.plain.show(slot.title, card.lead_language)
    when = span(t, slot.starts_at, slot.ends_at, card.zone)
    if not place:
        return t.gettext("<b>{title}</b> · {when}", title=title, when=when)
    return t.gettext("<b>{title}</b> · {when} · {where}", title=title, when=when, where=place)


def session_lines(t: Translator, card: EventCard, slots: Sequence[Slot]) -> list[str]:
    """Return a line for each session; of a long agenda the first ones, and how many follow."""
    lines = [session_line(t, card, slot) for slot in slots[:MOST_SHOWN]]
    more = len(slots) - MOST_SHOWN
    if more > 0:
        lines.append(t.ngettext("and {number} more date", "and {number} more dates", more))
    return lines

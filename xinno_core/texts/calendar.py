"""The calendar file of a registration, in the reader's language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from xinno_core.models import EventState
from xinno_core.services.events import EventCard
from xinno_core.texts.message import Document, Message
from xinno_core.texts.places import place_line
from xinno_core.texts.translator import Translator


def calendar_message(t: Translator, card: EventCard, *, now: datetime) -> Message:
    """Send the calendar file with a word on what to do with it."""
    return Message(
        t.gettext(
            "Calendar file for: {title}\nOpen it to put the event into your calendar.",
            title=t.plain.show(card.title, card.lead_language),
        ),
        document=Document(f"{card.key}.ics", calendar_file(t, card, now=now)),
        fresh=True,
    )


def calendar_file(t: Translator, card: EventCard, *, now: datetime) -> bytes:
    """Return the file: a stable UID, and a SEQUENCE that grows with each change of time or place.

    Calendars ignore an update without a higher SEQUENCE and double an entry with a new UID
    (RFC 5545, 3.8.7.4 and 3.8.4.7).
    """
    zone = ZoneInfo(card.zone)
    entry = Event()
    entry.add("uid", f"{card.key}@xinno-assistant")
    entry.add("sequence", card.calendar_sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", card.starts_at.astimezone(zone))
    entry.add("dtend", card.ends_at.astimezone(zone))
    entry.add("summary", t.plain.show(card.title, card.lead_language))
    entry.add("location", place_line(card.place))
    entry.add("description", t.plain.show(card.summary, card.lead_language))
    cancelled = card.state is EventState.CANCELLED
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//x-Inno Radar//assistant//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())

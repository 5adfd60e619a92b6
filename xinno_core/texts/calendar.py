"""Calendar files, in the reader's language: of one registration, and of all at one address."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from xinno_core.services.calendar import (
    CalendarFile,
    Entry,
    Feed,
    FileOutcome,
    NothingToPut,
    NothingToTakeOut,
    NotThere,
)
from xinno_core.texts.actions import OpenEvent, OpenEvents, OpenMine, RenewAddress
from xinno_core.texts.calendar_zones import zone_component
from xinno_core.texts.message import Button, Document, Message, rows
from xinno_core.texts.places import place_line
from xinno_core.texts.translator import Translator

REFRESHED_AFTER = timedelta(hours=1)
_STAMP = re.compile(rb"(?m)^DTSTAMP:.*$")


def file_outcome(outcome: FileOutcome, t: Translator, *, now: datetime) -> Message:
    """Send a calendar file with a word on what to do with it, or say why there is none."""
    match outcome:
        case CalendarFile(card, entries, takes_out):
            title = t.plain.show(card.title, card.lead_language)
            said = (
                t.gettext(
                    "Open this file to take the event out of your calendar: {title}\n"
                    "If it is still there afterwards, please delete it by hand.",
                    title=title,
                )
                if takes_out
                else t.gettext(
                    "Calendar file for: {title}\nOpen it to put the event into your calendar.",
                    title=title,
                )
            )
            name = f"{card.key}-cancelled.ics" if takes_out else f"{card.key}.ics"
            content = calendar_file(
                t, entries, method="CANCEL" if takes_out else "PUBLISH", now=now
            )
            return Message(said, document=Document(name, content), fresh=True)
        case NothingToPut(card):
            return Message(
                t.gettext(
                    "There is a calendar file for you as soon as your place is confirmed: {title}",
                    title=t.plain.show(card.title, card.lead_language),
                ),
                rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
            )
        case NothingToTakeOut(card):
            return Message(
                t.gettext(
                    "There is nothing to take out of your calendar: {title}",
                    title=t.plain.show(card.title, card.lead_language),
                ),
                rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
            )
        case NotThere():
            return Message(
                t.gettext("You have no place at this event."),
                rows(Button(t.plain.gettext("Events"), OpenEvents(0))),
            )
        case _:
            assert_never(outcome)


def subscription(t: Translator, address: str, *, revision: int, is_new: bool = False) -> Message:
    """Show the address at which a calendar fetches all of this person's entries."""
    said = [
        t.gettext("<b>Calendar subscription</b>"),
        t.gettext("The old address has ended. This is the new one:") if is_new else "",
        t.gettext("<code>{address}</code>", address=address),
        t.gettext(
            "Add this address in your calendar app where it offers to subscribe to a calendar or "
            "to add one by URL. All your confirmed events are then in it, and changes arrive by "
            "themselves."
        ),
        t.gettext(
            "Whoever has the address can read it. Please keep it to yourself; a new address ends "
            "this one."
        ),
    ]
    return Message(
        "\n\n".join(part for part in said if part),
        rows(
            Button(t.plain.gettext("New address"), RenewAddress(revision)),
            Button(t.plain.gettext("My registrations"), OpenMine()),
        ),
    )


def feed_file(feed: Feed, t: Translator, *, now: datetime) -> bytes:
    """Return the file that an address shows."""
    return calendar_file(t, feed.entries, now=now, name=t.plain.gettext("My events"))


def without_stamps(content: bytes) -> bytes:
    """Return a file without the moments at which it was made: what tells two files apart."""
    return _STAMP.sub(b"", content)


def calendar_file(
    t: Translator,
    entries: Sequence[Entry],
    *,
    now: datetime,
    method: str = "PUBLISH",
    name: str | None = None,
) -> bytes:
    """Return entries as a file; with a name, as one that is fetched again and again.

    It is published, not requested: a REQUEST asks attendees for an answer, and there are none in
    it (RFC 5546, 3.2). Zones come along, so that no calendar has to know ours.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//x-Inno Radar//assistant//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name is not None:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESHED_AFTER, {"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for zone, (first, last) in _years(entries).items():
        calendar.add_component(zone_component(zone, first, last))
    for entry in entries:
        calendar.add_component(_event(t, entry, now=now))
    return bytes(calendar.to_ical())


def _event(t: Translator, entry: Entry, *, now: datetime) -> Event:
    card, place = entry.card, entry.place
    link = str(place.get("link", "")) if entry.stands else ""  # for those alone who take part
    starts, ends = _times(entry)
    made = Event()
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    made.add("dtstamp", now)
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("status", "CONFIRMED" if entry.stands else "CANCELLED")
    made.add("summary", _title(t, entry))
    where = [place_line(place), "" if place.get("address") else link]
    made.add("location", ", ".join(part for part in where if part))
    if link:
        made.add("url", link)
    about = [entry.slot.summary] if entry.slot else []
    texts = [t.plain.show(text, card.lead_language) for text in (*about, card.summary) if text]
    organiser = t.plain.gettext("Organiser: {organiser}", organiser=card.organiser)
    made.add("description", "\n\n".join(part for part in (*texts, link, organiser) if part))
    return made


def _title(t: Translator, entry: Entry) -> str:
    title = t.plain.show(entry.card.title, entry.card.lead_language)
    if entry.slot is None:
        return title
    return f"{title} · {t.plain.show(entry.slot.title, entry.card.lead_language)}"


def _times(entry: Entry) -> tuple[datetime, datetime]:
    """Return when it is on the wall clock of its place.

    An hour that the clocks show twice means its first time in a file; its second is written in UTC.
    """
    zone = ZoneInfo(entry.card.zone)
    starts, ends = entry.starts_at.astimezone(zone), entry.ends_at.astimezone(zone)
    if starts.fold or ends.fold or zone.key in {"UTC", "Etc/UTC"}:
        return starts.astimezone(UTC), ends.astimezone(UTC)
    return starts, ends


def _years(entries: Sequence[Entry]) -> dict[str, tuple[int, int]]:
    """Return the zones that the entries are written in, with the first and the last year."""
    found: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        starts, ends = _times(entry)
        if isinstance(starts.tzinfo, ZoneInfo):
            found[starts.tzinfo.key] += [starts.year, ends.year]
    return {zone: (min(years), max(years)) for zone, years in found.items()}

"""Where something happens."""

from collections.abc import Mapping
from typing import Any

from xinno_core.services.events import EventCard, Slot
from xinno_core.texts.message import Message, Venue
from xinno_core.texts.translator import Translator

ONLINE = "online"
"""The same word in every language of the interface."""


def place_line(place: Mapping[str, Any]) -> str:
    """Return name and address in one line."""
    return ", ".join(str(place[part]) for part in ("name", "room", "address") if place.get(part))


def where(t: Translator, place: Mapping[str, Any]) -> str:
    """Return where something takes place, without the link that only the registered are given."""
    line = place_line(place)
    if not place.get("link"):
        return line
    if not line:
        return t.gettext("Online")
    if place.get("address"):
        # Translators: {where} is a name and an address; one can come there or take part online.
        return t.gettext("{where}; also online", where=line)
    if ONLINE in line.casefold():  # the name says it already
        return line
    # Translators: {where} is the name of an online meeting place.
    return t.gettext("{where}, online", where=line)


def session_place(t: Translator, slot: Slot) -> str:
    """Return what is otherwise than at the event: a room, or another place; often nothing."""
    return where(t, slot.place)


def venue_of(place: Mapping[str, Any]) -> Venue | None:
    """Return the place on the map; None when the format does not say where that is."""
    if place.get("latitude") is None or place.get("longitude") is None:
        return None
    return Venue(
        title=str(place.get("name", "")),
        address=str(place.get("address", "")),
        latitude=float(place["latitude"]),
        longitude=float(place["longitude"]),
    )


def place_message(t: Translator, card: EventCard) -> Message:
    """Show the place on the map, with how to get there where the format says it."""
    directions = card.place.get("directions")
    text = t.show(directions, card.lead_language) if directions else ""
    return Message(
        text or t.gettext("Where: {where}", where=place_line(card.place)),
        venue=venue_of(card.place),
        fresh=True,
    )

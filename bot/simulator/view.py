"""What the web chat shows: plain facts, never markup, for the browser to build its nodes from."""

from typing import Any

from bot.simulator.calendar_card import calendar_card
from bot.simulator.clock import ClockControl
from bot.simulator.messages import Button, StoredMessage
from bot.simulator.people import Person
from bot.simulator.state import Simulator


def state_view(simulator: Simulator, clock: ClockControl | None) -> dict[str, Any]:
    """Everything, for a browser that has just come."""
    return {
        "bot": {"username": simulator.username},
        "people": [
            person_view(simulator, person)
            | {"messages": [message_view(simulator, m) for m in simulator.chat(person.id)]}
            for person in simulator.people.values()
        ],
        "pending": len(simulator.updates),
        "clock": clock_view(clock),
    }


def clock_view(clock: ClockControl | None) -> dict[str, Any] | None:
    """Business time, and whether it is on its way somewhere."""
    if clock is None:
        return None
    return {"now": clock.now().isoformat(), "moving": clock.moving}


def person_view(simulator: Simulator, person: Person) -> dict[str, Any]:
    """One person and what the bot says of itself to them, without the messages."""
    chat, profile = simulator.chat_of(person.id), simulator.profile
    busy = chat.action if chat.action_until > simulator.machine_time() else ""
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "note": person.note,
        "zone": person.zone,
        "started": chat.started,
        "blocked": chat.blocked,
        "action": busy,
        "bot_name": profile.said(profile.names, person.language, simulator.username),
        "description": profile.said(profile.descriptions, person.language),
        "commands": profile.commands_for(person),
    }


def message_view(simulator: Simulator, message: StoredMessage) -> dict[str, Any]:
    """One message."""
    reply = None
    if message.reply_to is not None:
        answered = simulator.find_message(message.chat_id, message.reply_to)
        reply = (answered.text or answered.caption)[:80] if answered else None
    return {
        "id": message.message_id,
        "from_bot": message.from_bot,
        "date": message.date.isoformat(),
        "edited": message.edited,
        "text": message.text or message.caption,
        "entities": [entity.as_telegram() for entity in message.entities],
        "buttons": [[_button_view(button) for button in row] for row in message.buttons],
        "document": _document_view(message),
        "venue": _place_view(message),
        "reply": reply,
        "silent": message.silent,
    }


def _button_view(button: Button) -> dict[str, Any]:
    kind = "press" if button.data is not None else "url" if button.url is not None else "copy"
    return {
        "text": button.text,
        "kind": kind,
        "data": button.data,
        "url": button.url,
        "style": button.style,
    }


def _document_view(message: StoredMessage) -> dict[str, Any] | None:
    document = message.document
    if document is None:
        return None
    is_calendar = document.mime_type == "text/calendar"
    return {
        "name": document.name,
        "size": document.size,
        "url": f"/chat/files/{document.file_id}",
        "calendar": calendar_card(document.content) if is_calendar else None,
    }


def _place_view(message: StoredMessage) -> dict[str, Any] | None:
    place = message.location
    if place is None:
        return None
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "title": message.venue.title if message.venue else "",
        "address": message.venue.address if message.venue else "",
    }

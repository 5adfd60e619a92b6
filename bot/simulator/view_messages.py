"""How the web chat is shown one message: its words, files, polls and what happened to a group."""

from typing import Any
from urllib.parse import urlsplit

from bot.simulator.calendar_card import calendar_card
from bot.simulator.entities import Entity
from bot.simulator.links import LinkRefused, checked_link
from bot.simulator.media import Document, Media, Photo, Video
from bot.simulator.messages import Button, StoredMessage
from bot.simulator.polls import Poll
from bot.simulator.state import Simulator


def message_view(simulator: Simulator, message: StoredMessage) -> dict[str, Any]:
    """One message.

    - ``sender`` ``{id, name}`` is the person who wrote it, null when the bot did.
    - ``service`` is a sentence about the group, to be shown as a line between messages, or null.
    - ``album`` is shared by neighbouring messages that are shown together, or null.
    - ``photo`` ``{url, width, height, name, size}`` and ``video`` with ``duration`` besides; the
      address is one of this server. ``document`` ``{name, size, url, calendar}``.
    - ``caption_above`` and ``spoiler`` say how photo and video are shown.
    - ``reply`` is the beginning of the message answered, ``reply_to`` its id, ``reply_name`` who
      wrote it.
    - ``preview`` ``{url, host, path, above}`` is the card of a link in the text, or null.
    - ``poll``: see `poll_view`.
    """
    answered = None
    if message.reply_to is not None:
        answered = simulator.find_message(message.chat_id, message.reply_to)
    sender = simulator.people.get(message.sender_id or 0)
    media = message.media
    return {
        "id": message.message_id,
        "from_bot": message.from_bot,
        "sender": {"id": sender.id, "name": sender.name} if sender else None,
        "date": message.date.isoformat(),
        "edited": message.edited,
        "service": _service_line(simulator, message),
        "text": message.text or message.caption,
        "entities": _entities(message.entities),
        "buttons": [[_button_view(button) for button in row] for row in message.buttons],
        "album": message.media_group_id,
        "document": _document_view(message),
        "photo": _shown(media) if isinstance(media, Photo) else None,
        "video": _shown(media) | {"duration": media.file.duration}
        if isinstance(media, Video)
        else None,
        "caption_above": message.caption_above,
        "spoiler": message.spoiler,
        "poll": poll_view(simulator.polls[message.poll_id]) if message.poll_id else None,
        "venue": _place_view(message),
        "reply": _beginning(simulator, answered) if answered else None,
        "reply_to": message.reply_to if answered else None,
        "reply_name": _writer(simulator, answered) if answered else None,
        "preview": _preview(message),
        "silent": message.silent,
    }


def poll_view(poll: Poll) -> dict[str, Any]:
    """One poll, as its voters may see it.

    ``options`` are ``{text, entities, votes}``. ``choices`` maps the id of each person who voted,
    as a text, to the numbers of the options chosen; in an anonymous poll a browser shows each
    person only their own. Results are shown to those who voted, and to all when it is ``closed``;
    with ``hides_results`` only then. ``correct`` and ``explanation`` are null until somebody
    voted or the poll is closed; who has not voted is shown neither before.
    """
    solved = poll.quiz and (poll.closed or bool(poll.votes))
    return {
        "id": poll.id,
        "question": poll.question,
        "question_entities": _entities(poll.question_entities),
        "description": poll.description,
        "description_entities": _entities(poll.description_entities),
        "options": [
            {
                "text": option.text,
                "entities": _entities(list(option.entities)),
                "votes": poll.count(number),
            }
            for number, option in enumerate(poll.options)
        ],
        "voters": len(poll.votes),
        "choices": {str(person_id): chosen for person_id, chosen in poll.votes.items()},
        "anonymous": poll.anonymous,
        "multiple": poll.multiple,
        "revoting": poll.revoting,
        "quiz": poll.quiz,
        "closed": poll.closed,
        "closes_at": poll.closes_at.isoformat() if poll.closes_at else None,
        "hides_results": poll.hides_results,
        "correct": poll.correct if solved else None,
        "explanation": poll.explanation if solved else None,
        "explanation_entities": _entities(poll.explanation_entities) if solved else [],
    }


def _entities(entities: list[Entity]) -> list[dict[str, Any]]:
    return [entity.as_telegram() for entity in entities]


def _service_line(simulator: Simulator, message: StoredMessage) -> str | None:
    service = message.service
    if service is None:
        return None
    by = _name(simulator, simulator.bot_id if message.from_bot else message.sender_id)
    names = ", ".join(_name(simulator, user_id) for user_id in service.user_ids)
    alone = service.user_ids == (message.sender_id,) or message.from_bot
    match service.kind:
        case "group_chat_created":
            return f"{by} created the group"
        case "new_chat_members":
            return f"{by} joined the group" if alone else f"{by} added {names}"
        case "left_chat_member":
            return f"{by} left the group" if alone else f"{by} removed {names}"
        case "migrate_to_chat_id":
            return "This group became a supergroup and goes on there"
        case _:
            return "This supergroup was a group before"


def _name(simulator: Simulator, user_id: int | None) -> str:
    if user_id == simulator.bot_id:
        return simulator.bot_name()
    person = simulator.people.get(user_id or 0)
    return person.name if person else "The group"


def _beginning(simulator: Simulator, message: StoredMessage) -> str:
    poll = simulator.polls[message.poll_id].question if message.poll_id else ""
    return (message.text or message.caption or poll or _what(message))[:80]


def _what(message: StoredMessage) -> str:
    if message.venue is not None:
        return message.venue.title
    match message.media:
        case Photo():
            return "Photo"
        case Video():
            return "Video"
        case Document(file=file):
            return file.name
        case None:
            return "Location" if message.location else "Message"


def _writer(simulator: Simulator, message: StoredMessage) -> str:
    return _name(simulator, simulator.bot_id if message.from_bot else message.sender_id)


def _preview(message: StoredMessage) -> dict[str, Any] | None:
    """Clients show the first link of a text, unless its sender wants none or another one."""
    options = message.link_preview or {}
    if not message.text or options.get("is_disabled"):
        return None
    wide = message.text.encode("utf-16-le")
    for address in (options.get("url"), *(_address(e, wide) for e in message.entities)):
        if not address:
            continue
        try:
            parts = urlsplit(checked_link(address))
        except LinkRefused:
            continue
        if parts.scheme in {"http", "https"}:
            return {
                "url": parts.geturl(),
                "host": parts.hostname,
                "path": parts.path.rstrip("/"),
                "above": bool(options.get("show_above_text")),
            }
    return None


def _address(entity: Entity, wide: bytes) -> str | None:
    if entity.kind == "url":
        return wide[entity.offset * 2 : entity.end * 2].decode("utf-16-le", "replace")
    return entity.url if entity.kind == "text_link" else None


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


def _shown(media: Media) -> dict[str, Any]:
    return {
        "url": f"/chat/files/{media.file.file_id}",
        "name": media.file.name,
        "size": len(media.file.content),
        "width": media.file.width,
        "height": media.file.height,
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

"""Chats, messages, polls and files as plain JSON, and back again."""

import base64
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.simulator.chats import Chat
from bot.simulator.entities import Entity
from bot.simulator.files import FileKind, Files, StoredFile
from bot.simulator.groups import Group, Standing
from bot.simulator.media import media_of
from bot.simulator.messages import Button, Place, Service, StoredMessage, Venue
from bot.simulator.polls import Option, Poll


def of_version_one(state: dict[str, Any]) -> dict[str, Any]:
    """A state from before there were groups, polls and media, in the form of today."""
    newer = {
        **dict.fromkeys(("media_group_id", "poll_id", "service")),
        **dict.fromkeys(("caption_above", "spoiler"), False),
    }
    for chat in state["chats"]:
        chat.update(id=chat["person_id"], group=None)
        for message in chat["messages"]:
            sender_id = None if message["from_bot"] else chat["id"]
            message.update(newer, sender_id=sender_id, media=message["document"])
    for file in state["files"]:
        file["kind"] = FileKind.DOCUMENT
    return state | {"polls": []}


def chat_out(chat: Chat) -> dict[str, Any]:
    """A chat with its messages."""
    body: dict[str, Any] = {
        "id": chat.id,
        "instance": chat.instance,
        "started": chat.started,
        "blocked": chat.blocked,
        "messages": [_message_out(message) for message in chat.messages.values()],
        "group": None,
    }
    if isinstance(chat, Group):
        body["group"] = {
            "title": chat.title,
            "standings": list(chat.standings.items()),
            "migrated_to": chat.migrated_to,
            "last_message_id": chat.last_message_id,
        }
    return body


def chat_in(body: dict[str, Any], files: Files) -> Chat:
    """A chat as it was."""
    chat, group = Chat(body["id"], body["instance"]), body["group"]
    if group is not None:
        standings = {user_id: Standing(word) for user_id, word in group["standings"]}
        chat = Group(body["id"], body["instance"], **(group | {"standings": standings}))
    chat.started, chat.blocked = body["started"], body["blocked"]
    for message in body["messages"]:
        chat.messages[message["message_id"]] = _message_in(message, chat.id, files)
    return chat


def _message_out(message: StoredMessage) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "date": message.date.isoformat(),
        "sender_id": message.sender_id,
        "text": message.text,
        "caption": message.caption,
        "entities": _entities_out(message.entities),
        "buttons": [[asdict(button) for button in row] for row in message.buttons],
        "media": message.media.file.file_id if message.media else None,
        "media_group_id": message.media_group_id,
        "caption_above": message.caption_above,
        "spoiler": message.spoiler,
        "poll_id": message.poll_id,
        "service": asdict(message.service) if message.service else None,
        "location": asdict(message.location) if message.location else None,
        "venue": asdict(message.venue) if message.venue else None,
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "reply_to": message.reply_to,
        "protected": message.protected,
        "silent": message.silent,
        "link_preview": message.link_preview,
    }


def _message_in(body: dict[str, Any], chat_id: int, files: Files) -> StoredMessage:
    venue, location, edited_at = body["venue"], body["location"], body["edited_at"]
    file, service = files.find(body["media"] or ""), body["service"]
    return StoredMessage(
        message_id=body["message_id"],
        chat_id=chat_id,
        from_bot=body["from_bot"],
        date=datetime.fromisoformat(body["date"]),
        sender_id=body["sender_id"],
        text=body["text"],
        caption=body["caption"],
        entities=_entities_in(body["entities"]),
        buttons=[[Button(**button) for button in row] for row in body["buttons"]],
        media=media_of(file) if file else None,
        media_group_id=body["media_group_id"],
        caption_above=body["caption_above"],
        spoiler=body["spoiler"],
        poll_id=body["poll_id"],
        service=Service(service["kind"], tuple(service["user_ids"]), service["chat_id"])
        if service
        else None,
        location=Place(**location) if location else None,
        venue=Venue(Place(**venue["place"]), venue["title"], venue["address"]) if venue else None,
        edited_at=datetime.fromisoformat(edited_at) if edited_at else None,
        reply_to=body["reply_to"],
        protected=body["protected"],
        silent=body["silent"],
        link_preview=body["link_preview"],
    )


def poll_out(poll: Poll) -> dict[str, Any]:
    """A poll with its votes."""
    return asdict(poll) | {
        "options": [[option.text, _entities_out(option.entities)] for option in poll.options],
        "question_entities": _entities_out(poll.question_entities),
        "explanation_entities": _entities_out(poll.explanation_entities),
        "description_entities": _entities_out(poll.description_entities),
        "closes_at": poll.closes_at.isoformat() if poll.closes_at else None,
        "votes": list(poll.votes.items()),
    }


def poll_in(body: dict[str, Any]) -> Poll:
    """A poll as it was."""
    closes_at = body["closes_at"]
    read = {
        "options": [Option(text, tuple(_entities_in(found))) for text, found in body["options"]],
        "question_entities": _entities_in(body["question_entities"]),
        "explanation_entities": _entities_in(body["explanation_entities"]),
        "description_entities": _entities_in(body["description_entities"]),
        "closes_at": datetime.fromisoformat(closes_at) if closes_at else None,
        "votes": dict(body["votes"]),
    }
    return Poll(**(body | read))


def file_out(file: StoredFile) -> dict[str, Any]:
    """A file with its bytes."""
    return asdict(file) | {"content": base64.b64encode(file.content).decode()}


def file_in(body: dict[str, Any]) -> StoredFile:
    """A file as it was."""
    content = base64.b64decode(body["content"])
    return StoredFile(**(body | {"content": content, "kind": FileKind(body["kind"])}))


def _entities_out(entities: list[Entity] | tuple[Entity, ...]) -> list[dict[str, Any]]:
    return [entity.as_telegram() for entity in entities]


def _entities_in(bodies: list[dict[str, Any]]) -> list[Entity]:
    return [Entity.from_telegram(body) for body in bodies]

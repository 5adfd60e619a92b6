"""Surviving a restart: the whole state as one JSON file, written atomically."""

import asyncio
import base64
import json
import os
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.simulator.chats import Chat
from bot.simulator.entities import Entity
from bot.simulator.files import StoredFile
from bot.simulator.messages import Button, Place, StoredMessage, Venue
from bot.simulator.people import Person, Profile
from bot.simulator.updates import Webhook

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

VERSION = 1
# Many changes come together; one file is enough for all of them.
WRITTEN_AFTER = 0.5
# After a crash the last numbers given out are unknown, and a number must never come twice.
SKIPPED_AFTER_A_CRASH = 10_000


class Keeper:
    """Writes the state down soon after it changed, and reads it at the start."""

    def __init__(self, telegram: "LocalTelegram", path: Path) -> None:
        self._telegram = telegram
        self._path = path
        self._due: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Write within half a second; without a running loop only at the end."""
        if self._due is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._due = loop.call_later(WRITTEN_AFTER, self.save)

    def save(self, *, at_the_end: bool = False) -> None:
        """Write now; a crash in between leaves the file of before."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._path.parent.mkdir(parents=True, exist_ok=True)
        state = state_of(self._telegram) | {"complete": at_the_end}
        text = json.dumps(state, ensure_ascii=False)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(self._path)

    def load(self) -> None:
        """Go on where the last run ended; a file of another bot or version is left alone."""
        if not self._path.exists():
            return
        state = json.loads(self._path.read_text(encoding="utf-8"))
        if state.get("version") == VERSION and state.get("bot_id") == self._telegram.bot_id:
            restore(self._telegram, state)
            if not state["complete"]:
                self._telegram.last_message_id += SKIPPED_AFTER_A_CRASH
                self._telegram.updates.next_id += SKIPPED_AFTER_A_CRASH


def state_of(telegram: "LocalTelegram") -> dict[str, Any]:
    """Everything worth keeping; presses and chat actions are too short-lived."""
    profile, webhook = telegram.profile, telegram.updates.webhook
    return {
        "version": VERSION,
        "bot_id": telegram.bot_id,
        "last_message_id": telegram.last_message_id,
        "people": [asdict(person) for person in telegram.people.values()],
        "chats": [_chat_out(chat) for chat in telegram.chats.values()],
        "files": [_file_out(file) for file in telegram.files.all()],
        "profile": {
            "names": profile.names,
            "descriptions": profile.descriptions,
            "short_descriptions": profile.short_descriptions,
            "commands": [[*key, commands] for key, commands in profile.commands.items()],
            "menu_buttons": list(profile.menu_buttons.items()),
        },
        "updates": {
            "next_id": telegram.updates.next_id,
            "allowed": telegram.updates.allowed,
            "waiting": [[pending.lane, pending.body] for pending in telegram.updates],
            "webhook": None if webhook is None else asdict(webhook),
        },
    }


def restore(telegram: "LocalTelegram", state: dict[str, Any]) -> None:
    """Bring a simulator that is still empty into a kept state."""
    telegram.last_message_id = state["last_message_id"]
    for body in state["people"]:
        telegram.people[body["id"]] = Person(**body)
    for body in state["files"]:
        content = base64.b64decode(body.pop("content"))
        telegram.files.restore(StoredFile(**body, content=content))
    for body in state["chats"]:
        chat = Chat(body["person_id"], body["instance"], {}, body["started"], body["blocked"])
        for message in body["messages"]:
            chat.messages[message["message_id"]] = _message_in(telegram, chat, message)
        telegram.chats[chat.person_id] = chat
    profile = state["profile"]
    telegram.profile = Profile(
        profile["names"],
        profile["descriptions"],
        profile["short_descriptions"],
        {(scope, language): commands for scope, language, commands in profile["commands"]},
        dict(profile["menu_buttons"]),
    )
    updates = state["updates"]
    telegram.updates.next_id = updates["next_id"]
    telegram.updates.allowed = updates["allowed"]
    for lane, body in updates["waiting"]:
        telegram.updates.restore(body, lane)
    if updates["webhook"] is not None:
        telegram.updates.webhook = Webhook(**updates["webhook"])


def _chat_out(chat: Chat) -> dict[str, Any]:
    return {
        "person_id": chat.person_id,
        "instance": chat.instance,
        "started": chat.started,
        "blocked": chat.blocked,
        "messages": [_message_out(message) for message in chat.messages.values()],
    }


def _message_out(message: StoredMessage) -> dict[str, Any]:
    return {
        "message_id": message.message_id,
        "from_bot": message.from_bot,
        "date": message.date.isoformat(),
        "text": message.text,
        "caption": message.caption,
        "entities": [entity.as_telegram() for entity in message.entities],
        "buttons": [[asdict(button) for button in row] for row in message.buttons],
        "document": message.document.file_id if message.document else None,
        "location": asdict(message.location) if message.location else None,
        "venue": asdict(message.venue) if message.venue else None,
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "reply_to": message.reply_to,
        "protected": message.protected,
        "silent": message.silent,
        "link_preview": message.link_preview,
    }


def _message_in(telegram: "LocalTelegram", chat: Chat, body: dict[str, Any]) -> StoredMessage:
    venue, location, edited_at = body["venue"], body["location"], body["edited_at"]
    return StoredMessage(
        message_id=body["message_id"],
        chat_id=chat.person_id,
        from_bot=body["from_bot"],
        date=datetime.fromisoformat(body["date"]),
        text=body["text"],
        caption=body["caption"],
        entities=[Entity.from_telegram(entity) for entity in body["entities"]],
        buttons=[[Button(**button) for button in row] for row in body["buttons"]],
        document=telegram.document(body["document"]) if body["document"] else None,
        location=Place(**location) if location else None,
        venue=Venue(Place(**venue["place"]), venue["title"], venue["address"]) if venue else None,
        edited_at=datetime.fromisoformat(edited_at) if edited_at else None,
        reply_to=body["reply_to"],
        protected=body["protected"],
        silent=body["silent"],
        link_preview=body["link_preview"],
    )


def _file_out(file: StoredFile) -> dict[str, Any]:
    body = asdict(file)
    body["content"] = base64.b64encode(file.content).decode()
    return body

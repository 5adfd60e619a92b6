"""Surviving a restart: the whole state as one JSON file, written atomically."""

import asyncio
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.simulator.people import Person, Profile
from bot.simulator.snapshot_parts import (
    chat_in,
    chat_out,
    file_in,
    file_out,
    of_version_one,
    poll_in,
    poll_out,
)
from bot.simulator.updates import Webhook

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

VERSION = 2
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
        if state.get("version") == 1:
            state = of_version_one(state) | {"version": VERSION}
        if state.get("version") == VERSION and state.get("bot_id") == self._telegram.bot_id:
            restore(self._telegram, state)
            if not state["complete"]:
                self._telegram.last_message_id += SKIPPED_AFTER_A_CRASH
                for group in self._telegram.groups:
                    group.last_message_id += SKIPPED_AFTER_A_CRASH if group.is_super else 0
                self._telegram.updates.next_id += SKIPPED_AFTER_A_CRASH


def state_of(telegram: "LocalTelegram") -> dict[str, Any]:
    """Everything worth keeping; presses and chat actions are too short-lived."""
    profile, webhook = telegram.profile, telegram.updates.webhook
    return {
        "version": VERSION,
        "bot_id": telegram.bot_id,
        "last_message_id": telegram.last_message_id,
        "people": [asdict(person) for person in telegram.people.values()],
        "chats": [chat_out(chat) for chat in telegram.chats.values()],
        "polls": [poll_out(poll) for poll in telegram.polls.values()],
        "files": [file_out(file) for file in telegram.files.all()],
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
        telegram.files.restore(file_in(body))
    for body in state["polls"]:
        telegram.polls[body["id"]] = poll_in(body)
    for body in state["chats"]:
        telegram.chats[body["id"]] = chat_in(body, telegram.files)
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

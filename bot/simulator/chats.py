"""Chats of the bot with one person, and button presses within any chat."""

from dataclasses import dataclass, field
from typing import Any

from bot.simulator.messages import StoredMessage


@dataclass(slots=True)
class Chat:
    """What was written to each other, deleted messages gone; a private chat has its person's id."""

    id: int
    # Telegram calls it an opaque text; it stays the same for one chat.
    instance: str
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    # A bot may write only to those who wrote first.
    started: bool = False
    blocked: bool = False
    action: str = ""
    action_until: float = 0.0


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the bot answered to a press: a toast, or an alert to confirm."""

    text: str = ""
    show_alert: bool = False
    url: str | None = None


@dataclass(slots=True)
class Press:
    """A button somebody pressed, waiting for its answer."""

    id: str
    person_id: int
    chat_id: int
    message_id: int
    data: str
    pressed_at: float
    answer: CallbackAnswer | None = None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What came of something a person sent; no update when the bot is not told of it."""

    message_id: int
    update_id: int | None


def inaccessible(message_id: int, chat: dict[str, Any]) -> dict[str, Any]:
    """The stand-in for a message that is gone."""
    return {"chat": chat, "message_id": message_id, "date": 0}

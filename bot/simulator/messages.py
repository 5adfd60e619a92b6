"""Messages as the simulator keeps them, and as the Bot API shows them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulator.entities import Entity, as_html


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: it presses, opens an address, or copies a text."""

    text: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    style: str | None = None

    def as_telegram(self) -> dict[str, Any]:
        """The InlineKeyboardButton of the Bot API."""
        body: dict[str, Any] = {"text": self.text}
        if self.data is not None:
            body["callback_data"] = self.data
        if self.url is not None:
            body["url"] = self.url
        if self.copies is not None:
            body["copy_text"] = {"text": self.copies}
        if self.style is not None:
            body["style"] = self.style
        return body


@dataclass(frozen=True, slots=True)
class Document:
    """A file as part of a message; the bytes lie in the simulator's file store."""

    file_id: str
    name: str
    mime_type: str
    size: int
    _read: Callable[[str], bytes] = field(repr=False, compare=False)

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self._read(self.file_id)

    def as_telegram(self) -> dict[str, Any]:
        """The Document of the Bot API."""
        return {
            "file_id": self.file_id,
            "file_unique_id": unique_id(self.file_id),
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": self.size,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map."""

    latitude: float
    longitude: float

    def as_telegram(self) -> dict[str, Any]:
        """The Location of the Bot API."""
        return {"latitude": self.latitude, "longitude": self.longitude}


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with a name and an address."""

    place: Place
    title: str
    address: str

    def as_telegram(self) -> dict[str, Any]:
        """The Venue of the Bot API."""
        return {
            "location": self.place.as_telegram(),
            "title": self.title,
            "address": self.address,
        }


@dataclass(slots=True)
class StoredMessage:
    """One message in one private chat, the way both sides see it."""

    message_id: int
    chat_id: int
    from_bot: bool
    date: datetime
    text: str = ""
    caption: str = ""
    entities: list[Entity] = field(default_factory=list)
    buttons: list[list[Button]] = field(default_factory=list)
    document: Document | None = None
    location: Place | None = None
    venue: Venue | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    link_preview: dict[str, Any] | None = None

    @property
    def html(self) -> str:
        """The text or caption with canonical tags."""
        return as_html(self.text or self.caption, self.entities)

    @property
    def edited(self) -> bool:
        """Whether a client shows the mark "edited"."""
        return self.edited_at is not None

    def button(self, label: str) -> tuple[int, int]:
        """Row and column of the button with this label."""
        for row, buttons in enumerate(self.buttons):
            for column, button in enumerate(buttons):
                if button.text == label:
                    return row, column
        shown = [button.text for buttons in self.buttons for button in buttons]
        raise LookupError(f"no button {label!r}; there are {shown}")

    def as_telegram(
        self, *, sender: dict[str, Any], chat: dict[str, Any], reply: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The Message of the Bot API."""
        body: dict[str, Any] = {
            "message_id": self.message_id,
            "from": sender,
            "chat": chat,
            "date": int(self.date.timestamp()),
            "edit_date": int(self.edited_at.timestamp()) if self.edited_at else None,
            "reply_to_message": reply,
            "has_protected_content": self.protected or None,
            "text": self.text or None,
            "link_preview_options": self.link_preview,
            "document": self.document.as_telegram() if self.document else None,
            "venue": self.venue.as_telegram() if self.venue else None,
            "location": self.location.as_telegram() if self.location else None,
            "caption": self.caption or None,
            "reply_markup": keyboard(self.buttons) if self.buttons else None,
        }
        if self.entities:
            name = "entities" if self.text else "caption_entities"
            body[name] = [entity.as_telegram() for entity in self.entities]
        return {name: value for name, value in body.items() if value is not None}


def keyboard(buttons: list[list[Button]]) -> dict[str, Any]:
    """The InlineKeyboardMarkup of the Bot API."""
    return {"inline_keyboard": [[button.as_telegram() for button in row] for row in buttons]}


def unique_id(file_id: str) -> str:
    """The id that stays the same for every bot; it cannot be used to send."""
    return "AgAD" + file_id[-12:]

"""Messages as the simulator keeps them, and as the Bot API shows them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.simulator.entities import Entity, as_html
from bot.simulator.media import Document, Media, Photo, Video


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


@dataclass(frozen=True, slots=True)
class Service:
    """Something that happened to a group, told as a message in it."""

    kind: str
    user_ids: tuple[int, ...] = ()
    chat_id: int | None = None


@dataclass(slots=True)
class StoredMessage:
    """One message in one chat, the way all sides see it."""

    message_id: int
    chat_id: int
    from_bot: bool
    date: datetime
    # Who wrote it; none of the people when the bot did, or a group by itself.
    sender_id: int | None = None
    text: str = ""
    caption: str = ""
    entities: list[Entity] = field(default_factory=list)
    buttons: list[list[Button]] = field(default_factory=list)
    media: Media | None = None
    # Messages with the same one are shown together.
    media_group_id: str | None = None
    caption_above: bool = False
    spoiler: bool = False
    poll_id: str | None = None
    service: Service | None = None
    location: Place | None = None
    venue: Venue | None = None
    edited_at: datetime | None = None
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    link_preview: dict[str, Any] | None = None

    @property
    def document(self) -> Document | None:
        """The file, when it is shown by its name."""
        return self.media if isinstance(self.media, Document) else None

    @property
    def photo(self) -> Photo | None:
        """The picture, when it is shown as one."""
        return self.media if isinstance(self.media, Photo) else None

    @property
    def video(self) -> Video | None:
        """The film, when it can be played."""
        return self.media if isinstance(self.media, Video) else None

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
        self,
        *,
        sender: dict[str, Any],
        chat: dict[str, Any],
        reply: dict[str, Any] | None = None,
        more: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The Message of the Bot API; `more` is what the message does not hold itself."""
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
            "media_group_id": self.media_group_id,
            "document": self.document.as_telegram() if self.document else None,
            "photo": self.photo.as_telegram() if self.photo else None,
            "video": self.video.as_telegram() if self.video else None,
            "has_media_spoiler": self.spoiler or None,
            "show_caption_above_media": self.caption_above or None,
            "venue": self.venue.as_telegram() if self.venue else None,
            "location": self.location.as_telegram() if self.location else None,
            "caption": self.caption or None,
            "reply_markup": keyboard(self.buttons) if self.buttons else None,
            **(more or {}),
        }
        if self.entities:
            name = "entities" if self.text else "caption_entities"
            body[name] = [entity.as_telegram() for entity in self.entities]
        return {name: value for name, value in body.items() if value is not None}


def keyboard(buttons: list[list[Button]]) -> dict[str, Any]:
    """The InlineKeyboardMarkup of the Bot API."""
    return {"inline_keyboard": [[button.as_telegram() for button in row] for row in buttons]}

"""Files as part of a message: documents, photos and videos."""

import random
from dataclasses import dataclass
from typing import Any

from bot.simulator.files import FileKind, StoredFile


@dataclass(frozen=True, slots=True)
class Document:
    """A file that chats show by its name."""

    file: StoredFile

    @property
    def file_id(self) -> str:
        """The id by which the file is sent again."""
        return self.file.file_id

    @property
    def name(self) -> str:
        """The name its sender gave it."""
        return self.file.name

    @property
    def mime_type(self) -> str:
        """What kind of file it is."""
        return self.file.mime_type

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.file.content)

    @property
    def content(self) -> bytes:
        """The bytes of the file."""
        return self.file.content

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
class Photo:
    """A picture that chats show at once, in several sizes."""

    file: StoredFile

    @property
    def content(self) -> bytes:
        """The bytes of the picture."""
        return self.file.content

    def as_telegram(self) -> list[dict[str, Any]]:
        """The PhotoSizes of the Bot API."""
        return [
            {
                "file_id": size.file_id,
                "file_unique_id": unique_id(size.file_id),
                "width": size.width,
                "height": size.height,
                "file_size": size.bytes,
            }
            for size in self.file.sizes()
        ]


@dataclass(frozen=True, slots=True)
class Video:
    """A film that chats play."""

    file: StoredFile

    @property
    def content(self) -> bytes:
        """The bytes of the film."""
        return self.file.content

    def as_telegram(self) -> dict[str, Any]:
        """The Video of the Bot API."""
        return {
            "file_id": self.file.file_id,
            "file_unique_id": unique_id(self.file.file_id),
            "width": self.file.width,
            "height": self.file.height,
            "duration": self.file.duration,
            "file_name": self.file.name,
            "mime_type": self.file.mime_type,
            "file_size": len(self.file.content),
        }


Media = Document | Photo | Video


def media_of(file: StoredFile) -> Media:
    """A file as what it was first sent; Telegram never turns one kind into another."""
    match file.kind:
        case FileKind.DOCUMENT:
            return Document(file)
        case FileKind.PHOTO:
            return Photo(file)
        case FileKind.VIDEO:
            return Video(file)


def new_media_group_id() -> str:
    """An id that binds an album together."""
    return str(random.getrandbits(53))


def unique_id(file_id: str) -> str:
    """The id that stays the same for every bot; it cannot be used to send."""
    return "AgAD" + file_id[-12:]

"""The simulator's file store: what was sent, downloadable again."""

import mimetypes
import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

# The operating system's table of types differs between machines; these must not.
_TYPES = {
    ".ics": "text/calendar",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
# Telegram offers a picture in steps, each named by a letter, up to the first it fits into.
_STEPS = (("s", 90), ("m", 320), ("x", 800), ("y", 1280), ("w", 2560))


class FileKind(StrEnum):
    """As what a file was sent, in the words of Telegram's refusals."""

    DOCUMENT = "Document"
    PHOTO = "Photo"
    VIDEO = "Video"


_BEGINNINGS = {
    FileKind.DOCUMENT: "BQACAgIAAxkBAA",
    FileKind.PHOTO: "AgACAgIAAxkBAA",
    FileKind.VIDEO: "BAACAgIAAxkBAA",
}


@dataclass(frozen=True, slots=True)
class Size:
    """A picture in one of its sizes; the bytes behind each are those of the whole picture."""

    file_id: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file with the name its sender gave it."""

    file_id: str
    name: str
    mime_type: str
    path: str
    content: bytes
    kind: FileKind = FileKind.DOCUMENT
    width: int = 0
    height: int = 0
    duration: int = 0

    def sizes(self) -> list[Size]:
        """The sizes of a photo, smallest first; the last is the one it is known by."""
        longest = max(self.width, self.height)
        steps = [step for step in _STEPS if step[1] < longest][: len(_STEPS) - 1]
        steps.append(_STEPS[len(steps)])
        sizes = []
        for letter, bound in steps:
            share = min(1.0, bound / longest)
            width = max(1, round(self.width * share))
            height = max(1, round(self.height * share))
            size = max(1, round(len(self.content) * share * share))
            sizes.append(Size(self.file_id[:-1] + letter, width, height, size))
        return sizes

    def ids(self) -> list[str]:
        """All ids by which the file can be asked for."""
        if self.kind is FileKind.PHOTO:
            return [size.file_id for size in self.sizes()]
        return [self.file_id]


class Files:
    """All files of the bot, by id and by path."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(
        self,
        name: str,
        content: bytes,
        kind: FileKind = FileKind.DOCUMENT,
        *,
        mime_type: str | None = None,
        width: int = 0,
        height: int = 0,
        duration: int = 0,
    ) -> StoredFile:
        """Keep a new file."""
        # A sender's name may hold a path; only its last part is a name.
        name = PurePosixPath(name.replace("\\", "/")).name or "file"
        suffix = PurePosixPath(name).suffix.lower()
        mime_type = mime_type or _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        file = StoredFile(
            file_id=_BEGINNINGS[kind] + secrets.token_urlsafe(36),
            name=name,
            mime_type=mime_type or "application/octet-stream",
            path=f"{kind.lower()}s/file_{len(self._files) + 1}{suffix}",
            content=content,
            kind=kind,
            width=width,
            height=height,
            duration=duration,
        )
        if kind is FileKind.PHOTO:
            file = replace(file, file_id=file.sizes()[-1].file_id)
        return self.restore(file)

    def add_video(
        self, name: str, content: bytes, *, width: int = 0, height: int = 0, duration: int = 0
    ) -> StoredFile:
        """Keep a new film; nobody looks into it, so what is not said of it is made up."""
        is_film = (mimetypes.guess_type(name)[0] or "").startswith("video/")
        return self.add(
            name,
            content,
            FileKind.VIDEO,
            mime_type=None if is_film else "video/mp4",
            width=width or 1280,
            height=height or 720,
            duration=duration or 1,
        )

    def restore(self, file: StoredFile) -> StoredFile:
        """Keep a file that already has its id."""
        self._files[file.file_id] = file
        self._by_id |= dict.fromkeys(file.ids(), file)
        self._by_path[file.path] = file
        return file

    def find(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file at this path of a download address."""
        return self._by_path.get(path)

    def content(self, file_id: str) -> bytes:
        """The bytes of a file that is known to exist."""
        return self._by_id[file_id].content

    def all(self) -> list[StoredFile]:
        """Every file, oldest first."""
        return list(self._files.values())

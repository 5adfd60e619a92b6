"""The simulator's file store: what the bot sent, downloadable again."""

import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import PurePosixPath

# The operating system's table of types differs between machines; these must not.
_TYPES = {
    ".ics": "text/calendar",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file with the name its sender gave it."""

    file_id: str
    name: str
    mime_type: str
    path: str
    content: bytes


class Files:
    """All files of the bot, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, name: str, content: bytes) -> StoredFile:
        """Keep a new file."""
        # A sender's name may hold a path; only its last part is a name.
        name = PurePosixPath(name.replace("\\", "/")).name or "file"
        suffix = PurePosixPath(name).suffix.lower()
        mime_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0]
        return self.restore(
            StoredFile(
                file_id="BQACAgIAAxkBAA" + secrets.token_urlsafe(36),
                name=name,
                mime_type=mime_type or "application/octet-stream",
                path=f"documents/file_{len(self._by_id) + 1}{suffix}",
                content=content,
            )
        )

    def restore(self, file: StoredFile) -> StoredFile:
        """Keep a file that already has its id."""
        self._by_id[file.file_id] = file
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
        return list(self._by_id.values())

"""A grey picture in the place of one that was stopped: it can be put there however old that is."""

import struct
import zlib
from dataclasses import dataclass

from xinno_core.services.backgrounds import DueNotice
from xinno_core.texts import notices as texts
from xinno_core.texts.message import Message

WIDTH, HEIGHT, GREY = 320, 240, 0xC8


@dataclass(frozen=True)
class Blank:
    """One message whose picture goes; what stands under it stays."""

    message_id: int
    is_document: bool  # an album of documents takes nothing else
    words: Message


def blanks(due: DueNotice) -> list[Blank] | None:
    """Return the messages of a gallery that show what was stopped since.

    None when a message is missing, so that nobody knows which of them shows it.
    """
    if due.showing is None:
        return None
    shown = [media_id for album in due.showing.albums for media_id in album]
    heads = 0 if shown else 1
    if len(due.telegram_ids) != len(shown) + heads + len(due.showing.articles) + 1:
        return None
    first = texts.notice(due)[0].text
    return [
        Blank(message_id, media_id in due.showing.documents, Message(first if at == 0 else ""))
        for at, (media_id, message_id) in enumerate(zip(shown, due.telegram_ids, strict=False))
        if media_id not in due.files
    ]


def grey_picture() -> bytes:
    """Return a picture that shows nothing."""
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([GREY]) * WIDTH) * HEIGHT)
    body = b"".join(
        _chunk(name, content)
        for name, content in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

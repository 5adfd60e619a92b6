"""Small pictures and films to send."""

import struct
import zlib

FILM = b"\x00\x00\x00\x18ftypmp42 a film nobody looks into"


def png(width: int = 400, height: int = 300) -> bytes:
    """A grey picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a photograph, which is all that anybody reads of it here."""
    camera = b"\xff\xe1" + struct.pack(">H", 6) + b"Exif"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + camera + frame + b"\xff\xd9"


def gif(width: int, height: int) -> bytes:
    """The beginning of a drawing."""
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"

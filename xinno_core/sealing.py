"""Sealing what a copy of the database must not tell: encrypted to a key that lies outside of it.

ChaCha20-Poly1305 (RFC 8439) under a key derived by HKDF (RFC 5869) from the installation's key
file. Content is padded, because the length of what somebody wrote would find it again once it is
open, and to few sizes only, because a survey that has grown a little would tell apart who answered
before and after; and bound to its place, so that a sealed content can't be moved to another row.
"""

import base64
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xinno_core.errors import WrongSettingError

NONCE_BYTES = 12
LENGTH_BYTES = 4
PURPOSE = b"xinno: what lies sealed in the database"
PREFIX = "sealed:"
"""Begins a sealed text, so that one of before can be told from it."""


class WrongKeyError(Exception):
    """This was sealed with another key, or moved from another place."""


def padded_size(length: int, block: int) -> int:
    """Return the power of two that holds so many bytes, and a whole block in any case."""
    return 1 << (max(length, block) - 1).bit_length()


class Seal:
    """Closes and opens with the key of this installation."""

    def __init__(self, secret: bytes) -> None:
        """`secret` is what the key file holds; without one nothing can be sealed."""
        if not secret:
            msg = "there is no key to seal with; see XINNO_SECRET_KEY_FILE"
            raise WrongSettingError(msg)
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret)
        self._cipher = ChaCha20Poly1305(derived)

    def close(self, content: bytes, *, place: str, block: int) -> bytes:
        """Return sealed content, padded to the size of whatever has at most so many bytes."""
        framed = len(content).to_bytes(LENGTH_BYTES, "big") + content
        padded = framed.ljust(padded_size(len(framed), block), b"\0")
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, padded, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed for this place."""
        nonce, closed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            framed = self._cipher.decrypt(nonce, closed, place.encode())
        except (InvalidTag, ValueError) as error:
            raise WrongKeyError(place) from error
        length = int.from_bytes(framed[:LENGTH_BYTES], "big")
        return framed[LENGTH_BYTES : LENGTH_BYTES + length]

    def close_text(self, text: str, *, place: str, block: int) -> str:
        """Return sealed text as text."""
        sealed = self.close(text.encode(), place=place, block=block)
        return PREFIX + base64.b64encode(sealed).decode()

    def open_text(self, text: str, *, place: str) -> str:
        """Return what was sealed; a text that is not sealed is returned as it is."""
        if not text.startswith(PREFIX):
            return text
        return self.open(base64.b64decode(text.removeprefix(PREFIX)), place=place).decode()

    def close_json(self, value: object, *, place: str, block: int) -> bytes:
        """Return a sealed JSON value."""
        said = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return self.close(said.encode(), place=place, block=block)

    def open_json(self, sealed: bytes, *, place: str) -> Any:  # noqa: ANN401 (a JSON value)
        """Return the JSON value that was sealed for this place."""
        return json.loads(self.open(sealed, place=place))

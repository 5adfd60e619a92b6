"""The key that signs links: made on the first start, readable by its owner only.

It lies in a file of its own, never in the database or its backup.
"""

import os
import secrets
from pathlib import Path

from xinno_core.errors import WrongSettingError

LENGTH = 32


def load(path: Path) -> bytes:
    """Return the key, making it when there is none."""
    try:
        _make(path)
        key = path.read_bytes()
    except OSError as error:
        msg = f"the key file {path} cannot be used: {error.strerror}; see XINNO_SECRET_KEY_FILE"
        raise WrongSettingError(msg) from None
    if len(key) < LENGTH:
        msg = f"the key file {path} is too short; move it away, and a new one is made"
        raise WrongSettingError(msg)
    return key


def _make(path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(LENGTH))

"""Actions in and out of the 64 bytes that a Telegram button can carry.

The data of a button comes back from the person's own client and can say anything, so unpacking
trusts nothing: what does not fit exactly is no action.
"""

import dataclasses
import functools
import typing
from collections.abc import Iterator

from xinno_core.texts import actions
from xinno_core.texts.actions import Action

MOST_BYTES = 64
SEPARATOR = ":"
MOST_DIGITS = 9  # what fits a 32-bit key; a longer number is forged


class NotAnActionError(ValueError):
    """The data of a button is none of ours, or of an older release."""


def pack(action: Action) -> str:
    """Return the data of a button; too long is our bug and fails here, not at Telegram."""
    parts = [action.code, *(str(value) for value in dataclasses.astuple(action))]
    if any(SEPARATOR in part for part in parts):
        msg = f"a field of {action!r} holds the separator"
        raise ValueError(msg)
    data = SEPARATOR.join(parts)
    if len(data.encode()) > MOST_BYTES:
        msg = f"{action!r} needs {len(data.encode())} bytes, {MOST_BYTES} fit"
        raise ValueError(msg)
    return data


def unpack(data: str) -> Action:
    """Return the action of a button's data."""
    code, *values = data.split(SEPARATOR)
    kind = _kinds().get(code)
    if kind is None:
        raise NotAnActionError
    types = _field_types(kind)
    if len(values) != len(types):
        raise NotAnActionError
    return kind(*(_value(text, wanted) for text, wanted in zip(values, types, strict=True)))


def _value(text: str, wanted: type) -> str | int:
    return text if wanted is str else whole(text)


def whole(text: str) -> int:
    """Return a whole number that came back from a client."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise NotAnActionError
    return int(text)


def _field_types(kind: type[Action]) -> tuple[type, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(hints[field.name] for field in dataclasses.fields(kind))


@functools.cache
def _kinds() -> dict[str, type[Action]]:
    found: dict[str, type[Action]] = {}
    for kind in _all_kinds():
        if kind.code in found:
            msg = f"two actions share the code {kind.code}"
            raise ValueError(msg)
        found[kind.code] = kind
    return found


def _all_kinds() -> Iterator[type[Action]]:
    for thing in vars(actions).values():
        if isinstance(thing, type) and issubclass(thing, Action) and thing is not Action:
            yield thing

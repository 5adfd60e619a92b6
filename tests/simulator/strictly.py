"""Looking for fields that a client library has not expected, at every level of an object."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from telegram import TelegramObject

# Fields of the Bot API that are younger than the release of python-telegram-bot in use.
_YOUNGER = {"can_send_welcome_messages"}


def unexpected_by_aiogram(value: object, path: str = "") -> Iterator[str]:
    """The path of each field aiogram has no name for."""
    if isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from unexpected_by_aiogram(part, f"{path}[{place}]")
    elif isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}.{name}"
        for name in type(value).model_fields:
            yield from unexpected_by_aiogram(getattr(value, name), f"{path}.{name}")


def unexpected_by_ptb(value: object, path: str = "") -> Iterator[str]:
    """The path of each field python-telegram-bot has no name for."""
    if isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from unexpected_by_ptb(part, f"{path}[{place}]")
    elif isinstance(value, TelegramObject):
        for name in set(value.api_kwargs) - _YOUNGER:
            yield f"{path}.{name}"
        for name in _slots(value):
            yield from unexpected_by_ptb(getattr(value, name, None), f"{path}.{name}")


def _slots(value: TelegramObject) -> set[str]:
    names: set[Any] = set()
    for home in type(value).__mro__:
        names |= set(getattr(home, "__slots__", ()))
    return {name for name in names if not name.startswith("_")}

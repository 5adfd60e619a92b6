"""The methods of the Bot API the simulator knows; any other is refused by its name."""

import inspect
from typing import TYPE_CHECKING, Any

from bot.simulator.errors import Refused, bad_request
from bot.simulator.methods import (
    deleting,
    editing,
    groups,
    intake,
    media,
    polls,
    profile,
    sending,
)
from bot.simulator.methods.registry import METHODS, Answer
from bot.simulator.parameters import Parameters, Upload

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

__all__ = [
    "METHODS",
    "answer",
    "deleting",
    "editing",
    "groups",
    "intake",
    "media",
    "polls",
    "profile",
    "sending",
]

# What counts against the sending limits.
_LIMITED = ("send", "edit")


async def answer(
    telegram: "LocalTelegram",
    method: str,
    values: dict[str, Any],
    files: dict[str, Upload] | None,
) -> dict[str, Any]:
    """Run one call; raises what goes wrong, planned faults included."""
    known = METHODS.get(method.lower())
    if known is None:
        raise Refused(404, f"Not Found: method {method} is not in the simulator")
    parameters = Parameters(known.name, values, files)
    fault = telegram.faults.take(known.name, _chat_id(values))
    if fault is not None and not fault.done_first:
        raise fault.failure()
    if unknown := sorted(parameters.names() - known.takes):
        raise bad_request(f"parameter {unknown[0]} of {known.name} is not in the simulator")
    chat_id = _chat_id(values)
    if telegram.limits and chat_id is not None and known.name.startswith(_LIMITED):
        telegram.limiter.spend(chat_id, _messages(known.name, parameters))
    telegram.close_due_polls()
    result = known.run(telegram, parameters)
    if inspect.isawaitable(result):
        result = await result
    if fault is not None:
        raise fault.failure()
    if isinstance(result, Answer):
        return {"ok": True, "result": True, "description": result.description}
    return {"ok": True, "result": result}


def _messages(method: str, parameters: Parameters) -> int:
    """How many messages a call makes: an album is one for each item."""
    if method != "sendMediaGroup":
        return 1
    items = parameters.json("media")
    return len(items) if isinstance(items, list) and items else 1


def _chat_id(values: dict[str, Any]) -> int | None:
    try:
        return int(values["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None

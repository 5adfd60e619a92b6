"""A local Telegram: a Bot API with real state, and a chat in the browser to talk to the bot.

It stands alone and knows nothing of the bot it serves. Names are loaded when first used, so
that the Bot API can be had without the library behind SimulatorRequest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.simulator.request import SimulatorRequest
    from bot.simulator.server import create_app
    from bot.simulator.state import Simulator

__all__ = ["Simulator", "SimulatorRequest", "create_app"]

_HOMES = {"Simulator": "state", "SimulatorRequest": "request", "create_app": "server"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

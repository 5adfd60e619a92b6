"""How a method of the Bot API is declared: its name, and the parameters it understands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.simulator.parameters import Parameters

if TYPE_CHECKING:
    from bot.simulator.telegram_side import LocalTelegram

Run = Callable[["LocalTelegram", Parameters], Any]


@dataclass(frozen=True, slots=True)
class Method:
    """One method: a parameter it does not take is refused instead of silently ignored."""

    name: str
    takes: frozenset[str]
    run: Run


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes that comes with a sentence, as those about webhooks do."""

    description: str


METHODS: dict[str, Method] = {}


def method(name: str, *takes: str) -> Callable[[Run], Run]:
    """Declare the decorated function as a method of the Bot API."""

    def declare(run: Run) -> Run:
        METHODS[name.lower()] = Method(name, frozenset(takes), run)
        return run

    return declare

"""How a person wants to be written to.

A button names what is to hold, not what is to change: pressed twice it is the same.
"""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenTopics(Action):
    """Show what can be switched off."""

    code: ClassVar[str] = "so"


@dataclass(frozen=True)
class SwitchTopic(Action):
    """Switch a topic on or off."""

    topic: str
    on: int
    code: ClassVar[str] = "st"


@dataclass(frozen=True)
class OpenPace(Action):
    """Show how often optional messages come."""

    code: ClassVar[str] = "sp"


@dataclass(frozen=True)
class SetPace(Action):
    """Have at most so many optional messages a week."""

    pace: int
    code: ClassVar[str] = "sv"


@dataclass(frozen=True)
class SlowDown(Action):
    """Have fewer optional messages than the pace at which this one came."""

    was: int
    code: ClassVar[str] = "sw"


@dataclass(frozen=True)
class SetPause(Action):
    """Pause optional messages for a while, until further notice, or not at all."""

    length: str
    code: ClassVar[str] = "sz"


@dataclass(frozen=True)
class OpenHours(Action):
    """Show the quiet hours to choose from."""

    code: ClassVar[str] = "sh"


@dataclass(frozen=True)
class SetHours(Action):
    """Have these quiet hours."""

    preset: str
    code: ClassVar[str] = "si"


@dataclass(frozen=True)
class TypeHours(Action):
    """Begin to write quiet hours of one's own."""

    code: ClassVar[str] = "sy"

"""What an organiser does with an event's journey."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenJourney(Action):
    """Show what is sent around an event, and when."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "yj"


@dataclass(frozen=True)
class OpenRule(Action):
    """Show one line of the journey, and what it says to readers of a language."""

    rule_id: int
    language: str
    code: ClassVar[str] = "yl"


@dataclass(frozen=True)
class SwitchRule(Action):
    """Let one line make no messages, or let it make them again."""

    rule_id: int
    on: int
    language: str
    code: ClassVar[str] = "yx"


@dataclass(frozen=True)
class PauseJourney(Action):
    """Let nothing be sent around an event for a while."""

    event_id: int
    code: ClassVar[str] = "yp"


@dataclass(frozen=True)
class ResumeJourney(Action):
    """Let the journey go on; what fell due meanwhile is left out, or sent."""

    event_id: int
    send: int
    code: ClassVar[str] = "yr"

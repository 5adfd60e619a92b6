"""Why somebody got a message, or did not."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenLedgers(Action):
    """Show the events whose messages can be explained."""

    page: int = 0
    code: ClassVar[str] = "wh"


@dataclass(frozen=True)
class OpenLedger(Action):
    """Show the people of an event with their messages in figures, all or those with trouble."""

    event_id: int
    troubled: int
    page: int = 0
    code: ClassVar[str] = "wv"


@dataclass(frozen=True)
class ExplainPerson(Action):
    """Show the messages of one person at an event."""

    registration_id: int
    page: int = 0
    code: ClassVar[str] = "wz"

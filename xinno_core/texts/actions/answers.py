"""One's own answers."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenAnswers(Action):
    """Show what I answered at an event."""

    event_id: int
    code: ClassVar[str] = "a"


@dataclass(frozen=True)
class EditAnswers(Action):
    """Change what I answered at an event."""

    event_id: int
    code: ClassVar[str] = "ae"

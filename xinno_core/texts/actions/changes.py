"""What was changed."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class MoveEvent(Action):
    """Begin to give the whole event another time or place."""

    event_id: int
    code: ClassVar[str] = "mv"


@dataclass(frozen=True)
class MoveSession(Action):
    """Begin to give one session another time or room."""

    event_id: int
    session_id: int
    code: ClassVar[str] = "ms"


@dataclass(frozen=True)
class ConfirmSessionMove(Action):
    """Move the session as previewed; revision and key name the preview that was seen."""

    event_id: int
    session_id: int
    revision: int
    draft_key: str
    code: ClassVar[str] = "mS"


@dataclass(frozen=True)
class KeepPlace(Action):
    """Stay although it was changed; the revision names the change that was read."""

    event_id: int
    revision: int
    code: ClassVar[str] = "k"


@dataclass(frozen=True)
class OpenSilent(Action):
    """Show who has not answered to a change."""

    event_id: int
    page: int = 0
    code: ClassVar[str] = "mu"

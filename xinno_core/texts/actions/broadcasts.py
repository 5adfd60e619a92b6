"""Steering an announcement that was confirmed: pause, undo, take back, put right."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class ListAnnouncements(Action):
    """Show the newest announcements of an event, and where they stand."""

    event_id: int
    code: ClassVar[str] = "bl"


@dataclass(frozen=True)
class SecondAnnouncement(Action):
    """Say the second yes that an announcement to many people needs."""

    broadcast_id: int
    draft_key: str
    code: ClassVar[str] = "by"


@dataclass(frozen=True)
class SendBackAnnouncement(Action):
    """Give an announcement back to its author instead of the second yes."""

    broadcast_id: int
    draft_key: str
    code: ClassVar[str] = "bn"


@dataclass(frozen=True)
class UndoAnnouncement(Action):
    """Take the yes back while nothing has gone."""

    broadcast_id: int
    code: ClassVar[str] = "bu"


@dataclass(frozen=True)
class PauseAnnouncement(Action):
    """Let nothing more go for the moment."""

    broadcast_id: int
    code: ClassVar[str] = "bp"


@dataclass(frozen=True)
class ResumeAnnouncement(Action):
    """Go on with those who wait."""

    broadcast_id: int
    code: ClassVar[str] = "br"


@dataclass(frozen=True)
class AskCancelAnnouncement(Action):
    """Ask before nobody else gets it."""

    broadcast_id: int
    code: ClassVar[str] = "bc"


@dataclass(frozen=True)
class CancelAnnouncement(Action):
    """Send it to nobody else."""

    broadcast_id: int
    code: ClassVar[str] = "bC"


@dataclass(frozen=True)
class AskRecall(Action):
    """Say what taking back can do, and ask."""

    broadcast_id: int
    code: ClassVar[str] = "bt"


@dataclass(frozen=True)
class RecallAnnouncement(Action):
    """Take it back from everyone who has it."""

    broadcast_id: int
    code: ClassVar[str] = "bT"


@dataclass(frozen=True)
class AskResend(Action):
    """Say what sending again to the unknown may do, and ask."""

    broadcast_id: int
    code: ClassVar[str] = "bs"


@dataclass(frozen=True)
class ResendUnknown(Action):
    """Send again to those of whom nobody knows."""

    broadcast_id: int
    code: ClassVar[str] = "bS"


@dataclass(frozen=True)
class StartCorrection(Action):
    """Put right what was sent: choose which of its texts."""

    broadcast_id: int
    code: ClassVar[str] = "be"


@dataclass(frozen=True)
class CorrectWords(Action):
    """Write one text of it anew."""

    broadcast_id: int
    language: str
    part: int
    code: ClassVar[str] = "bf"


@dataclass(frozen=True)
class ConfirmCorrection(Action):
    """Put it right in every chat that has it."""

    broadcast_id: int
    version: int
    code: ClassVar[str] = "bE"


@dataclass(frozen=True)
class DropCorrection(Action):
    """Leave it as it is."""

    broadcast_id: int
    code: ClassVar[str] = "bd"

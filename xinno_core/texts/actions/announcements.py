"""Writing to the registered of an event."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class StartAnnouncement(Action):
    """Begin an announcement to an event's registered."""

    event_id: int
    code: ClassVar[str] = "wa"


@dataclass(frozen=True)
class PreviewAnnouncement(Action):
    """Show the announcement as its readers in one language will see it."""

    event_id: int
    language: str
    code: ClassVar[str] = "wv"


@dataclass(frozen=True)
class ConfirmAnnouncement(Action):
    """Send the announcement as previewed."""

    event_id: int
    draft_key: str
    code: ClassVar[str] = "wA"


@dataclass(frozen=True)
class VoteInBroadcast(Action):
    """Choose one option of a poll that an announcement brought."""

    broadcast_id: int
    part: int
    option: int
    code: ClassVar[str] = "bv"


@dataclass(frozen=True)
class ShowAnnouncement(Action):
    """Show how far an announcement has come."""

    broadcast_id: int
    code: ClassVar[str] = "wb"

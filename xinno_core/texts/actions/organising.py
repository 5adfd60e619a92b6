"""What organisers and leads do."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenDesk(Action):
    """Show the organiser's events."""

    page: int = 0
    code: ClassVar[str] = "w"


@dataclass(frozen=True)
class ManageEvent(Action):
    """Show counts and what an organiser can do with one event."""

    event_id: int
    code: ClassVar[str] = "we"


@dataclass(frozen=True)
class StartNew(Action):
    """Show the formats that an event can be made from."""

    code: ClassVar[str] = "wf"


@dataclass(frozen=True)
class ChooseFormat(Action):
    """Make an event from this format."""

    blueprint_id: int
    code: ClassVar[str] = "wn"


@dataclass(frozen=True)
class PreviewCard(Action):
    """Show the draft's card in one language."""

    event_id: int
    language: str
    code: ClassVar[str] = "wl"


@dataclass(frozen=True)
class Publish(Action):
    """Let people see the event."""

    event_id: int
    code: ClassVar[str] = "wp"


@dataclass(frozen=True)
class StartMove(Action):
    """Begin to give the event another time or place."""

    event_id: int
    code: ClassVar[str] = "wm"


@dataclass(frozen=True)
class ConfirmMove(Action):
    """Move the event as previewed; revision and key name the preview that was seen."""

    event_id: int
    revision: int
    draft_key: str
    code: ClassVar[str] = "wM"


@dataclass(frozen=True)
class CopyEvent(Action):
    """Make a draft like this event, at another time."""

    event_id: int
    code: ClassVar[str] = "wy"


@dataclass(frozen=True)
class AskCancelEvent(Action):
    """Show who would be told, and ask."""

    event_id: int
    code: ClassVar[str] = "wc"


@dataclass(frozen=True)
class CancelEvent(Action):
    """Cancel the event."""

    event_id: int
    code: ClassVar[str] = "wC"


@dataclass(frozen=True)
class OpenPerson(Action):
    """Show one registration to its organiser, to decide about it."""

    registration_id: int
    code: ClassVar[str] = "op"

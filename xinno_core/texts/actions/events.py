"""Events, and a place at one."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenEvents(Action):
    """Show the events to come, of one region or of all."""

    page: int
    region_id: int = 0
    code: ClassVar[str] = "e"


@dataclass(frozen=True)
class OpenMine(Action):
    """Show my registrations."""

    code: ClassVar[str] = "y"


@dataclass(frozen=True)
class OpenEvent(Action):
    """Show one event."""

    event_id: int
    code: ClassVar[str] = "ev"


@dataclass(frozen=True)
class OpenEventBelow(Action):
    """Show one event in a new message: the pressed one says what is to be kept."""

    event_id: int
    code: ClassVar[str] = "eb"


@dataclass(frozen=True)
class Register(Action):
    """Take a place in this role; an empty role asks which."""

    event_id: int
    role: str
    code: ClassVar[str] = "r"


@dataclass(frozen=True)
class AskFreePlace(Action):
    """Ask before a place is given back."""

    event_id: int
    code: ClassVar[str] = "fa"


@dataclass(frozen=True)
class FreePlace(Action):
    """Give my place, offer or number back."""

    event_id: int
    code: ClassVar[str] = "f"


@dataclass(frozen=True)
class KeepRegistration(Action):
    """No: give nothing back, and show again what stood here before."""

    event_id: int
    code: ClassVar[str] = "fk"


@dataclass(frozen=True)
class TakeSeat(Action):
    """Accept the seat that is held for me."""

    event_id: int
    code: ClassVar[str] = "t"


@dataclass(frozen=True)
class SayPresence(Action):
    """Answer a reminder: coming, or late."""

    event_id: int
    presence: str
    code: ClassVar[str] = "c"


@dataclass(frozen=True)
class GetCalendarFile(Action):
    """Send the calendar file of my registration."""

    event_id: int
    code: ClassVar[str] = "cf"


@dataclass(frozen=True)
class ShowPlace(Action):
    """Show the place on the map."""

    event_id: int
    code: ClassVar[str] = "v"

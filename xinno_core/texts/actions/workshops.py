"""Sessions that people choose."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenWorkshops(Action):
    """Show the sessions of an event that can be chosen."""

    event_id: int
    code: ClassVar[str] = "g"


@dataclass(frozen=True)
class ChooseSession(Action):
    """Take a seat in a session, or a number; `anyway` despite another one at the same time."""

    session_id: int
    anyway: int = 0
    code: ClassVar[str] = "gc"


@dataclass(frozen=True)
class SwapSession(Action):
    """Take a seat in a session instead of the one at the same time."""

    session_id: int
    code: ClassVar[str] = "gs"


@dataclass(frozen=True)
class TakeSession(Action):
    """Accept the seat in a session that is held for me."""

    session_id: int
    anyway: int = 0
    code: ClassVar[str] = "gt"


@dataclass(frozen=True)
class AskLeaveSession(Action):
    """Ask before a seat in a session is given back."""

    session_id: int
    code: ClassVar[str] = "ga"


@dataclass(frozen=True)
class LeaveSession(Action):
    """Give my seat, offer or number in a session back."""

    session_id: int
    code: ClassVar[str] = "gl"

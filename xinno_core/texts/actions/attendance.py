"""Noting who was there, and reading figures.

A button names what is to hold, not what is to change: pressed twice it is the same.
"""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenAttendance(Action):
    """Show where attendance can be noted: the event, or one of its sessions."""

    event_id: int
    code: ClassVar[str] = "n"


@dataclass(frozen=True)
class ListAttendance(Action):
    """Show people by name, with who is noted; no session means the event as a whole."""

    event_id: int
    session_id: int = 0
    page: int = 0
    code: ClassVar[str] = "nl"


@dataclass(frozen=True)
class NoteAttendance(Action):
    """Note that a person was there, or that they were not."""

    registration_id: int
    session_id: int
    was_there: int
    page: int
    code: ClassVar[str] = "nn"


@dataclass(frozen=True)
class NotePage(Action):
    """Note all people of a page; the fingerprint is that of the page that was seen."""

    event_id: int
    session_id: int
    page: int
    fingerprint: str
    code: ClassVar[str] = "na"

"""The calendar."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class RemoveFromCalendar(Action):
    """Send the file that takes what I gave back, or what is cancelled, out of my calendar."""

    event_id: int
    code: ClassVar[str] = "ck"


@dataclass(frozen=True)
class OpenSubscription(Action):
    """Show the address at which a calendar fetches my registrations."""

    code: ClassVar[str] = "ca"


@dataclass(frozen=True)
class RenewAddress(Action):
    """End that address and make another; the revision tells a second press from a first."""

    revision: int
    code: ClassVar[str] = "cn"

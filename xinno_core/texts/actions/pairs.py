"""Two who come together."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class InvitePartner(Action):
    """Show the link to pass on to the person I come with."""

    event_id: int
    code: ClassVar[str] = "pi"


@dataclass(frozen=True)
class JoinPair(Action):
    """Say yes to coming together."""

    event_id: int
    code: ClassVar[str] = "pj"


@dataclass(frozen=True)
class DeclinePair(Action):
    """Say no to coming together."""

    event_id: int
    code: ClassVar[str] = "pd"


@dataclass(frozen=True)
class ComeAlone(Action):
    """No longer come together."""

    event_id: int
    code: ClassVar[str] = "pa"

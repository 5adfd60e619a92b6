"""Reading figures."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenFigures(Action):
    """Show the pilots and regions that there are figures of."""

    code: ClassVar[str] = "nf"


@dataclass(frozen=True)
class ShowFigures(Action):
    """Show figures of an event, region or pilot, in all or by one part."""

    level: str
    id: int
    part: str = ""
    code: ClassVar[str] = "ng"

"""What every action is."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Action:
    """A wish that a button carries; `code` stands in the button and never changes."""

    code: ClassVar[str]

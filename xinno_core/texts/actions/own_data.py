"""Own data."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenMyData(Action):
    """Show what is stored about me."""

    code: ClassVar[str] = "d"


@dataclass(frozen=True)
class DownloadMyData(Action):
    """Send me my data as a file."""

    code: ClassVar[str] = "dd"


@dataclass(frozen=True)
class AskForget(Action):
    """Show what erasing means, and ask."""

    code: ClassVar[str] = "df"


@dataclass(frozen=True)
class ForgetMe(Action):
    """Erase my data."""

    code: ClassVar[str] = "dF"

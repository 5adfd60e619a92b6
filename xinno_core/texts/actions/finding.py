"""Finding one's way: menu, help, language, settings."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenMenu(Action):
    """Show the menu."""

    code: ClassVar[str] = "m"


@dataclass(frozen=True)
class OpenHelp(Action):
    """Show what the assistant can do."""

    code: ClassVar[str] = "h"


@dataclass(frozen=True)
class ReadNotice(Action):
    """Show the privacy notice in full."""

    code: ClassVar[str] = "pn"


@dataclass(frozen=True)
class PassNotice(Action):
    """Go on after the short privacy notice."""

    code: ClassVar[str] = "pp"


@dataclass(frozen=True)
class OpenLanguages(Action):
    """Show the languages to choose from."""

    code: ClassVar[str] = "l"


@dataclass(frozen=True)
class SetLanguage(Action):
    """Speak this language."""

    language: str
    code: ClassVar[str] = "ls"


@dataclass(frozen=True)
class OpenSettings(Action):
    """Show the settings."""

    code: ClassVar[str] = "s"


@dataclass(frozen=True)
class SetConsent(Action):
    """Give a consent or take it back; `where` says from which screen."""

    purpose: str
    given: int
    where: str
    code: ClassVar[str] = "sc"


@dataclass(frozen=True)
class EditProfile(Action):
    """Correct name or organisation."""

    code: ClassVar[str] = "ep"

"""In which country an organisation is."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenCountries(Action):
    """Show countries to choose from: the project's first, all others page by page."""

    page: int = 0
    code: ClassVar[str] = "nc"


@dataclass(frozen=True)
class SetCountry(Action):
    """Let the own organisation be in this country."""

    country: str
    code: ClassVar[str] = "nk"

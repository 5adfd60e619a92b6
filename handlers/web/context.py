"""What a page holds: the transaction of its request, and what the browser has said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import INTERFACE_LANGUAGES


@dataclass(frozen=True)
class Visit:
    """What a browser asks for; all of it can be made up, but for the transaction and the time."""

    session: AsyncSession
    token: str
    query: Mapping[str, str]
    posted: Mapping[str, Sequence[str]]
    browser_language: str
    secret: bytes
    now: datetime

    @property
    def language(self) -> str:
        """The language that was asked for, if it is one of ours."""
        asked = self.query.get("language", "")
        return asked if asked in INTERFACE_LANGUAGES else ""

    @property
    def was_erased(self) -> bool:
        """Whether the page before has just erased what was said."""
        return self.query.get("erased") == "1"

    @property
    def page(self) -> int:
        """The page that was asked for; 0 for where the person stands."""
        asked = self.query.get("page", "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 3
        return int(asked) if is_number else 0

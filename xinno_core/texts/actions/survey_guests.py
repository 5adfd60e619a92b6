"""Links to surveys for people without Telegram."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenSurveyLinks(Action):
    """Show how many links to the surveys of an event were given out."""

    event_id: int
    code: ClassVar[str] = "ug"


@dataclass(frozen=True)
class MakeSurveyLinks(Action):
    """Make links for so many people, after those that were given out before."""

    survey_id: int
    number: int
    given: int
    code: ClassVar[str] = "um"

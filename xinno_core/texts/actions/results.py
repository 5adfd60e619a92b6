"""Looking at the results of surveys, and telling what follows from them."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenResults(Action):
    """Show the surveys of an event."""

    event_id: int
    code: ClassVar[str] = "x"


@dataclass(frozen=True)
class OpenSurveyResults(Action):
    """Show how a survey stands, and its waves."""

    survey_id: int
    page: int = 0
    code: ClassVar[str] = "xs"


@dataclass(frozen=True)
class OpenQuestionResults(Action):
    """Show what was said to one question in one wave."""

    survey_id: int
    wave: int
    place: int
    code: ClassVar[str] = "xw"


@dataclass(frozen=True)
class BreakDownResults(Action):
    """Show the same by one attribute of the people."""

    survey_id: int
    wave: int
    place: int
    attribute: str
    code: ClassVar[str] = "xb"


@dataclass(frozen=True)
class AskOpenWave(Action):
    """Ask whether the answers of now are to be opened."""

    survey_id: int
    code: ClassVar[str] = "xo"


@dataclass(frozen=True)
class OpenWave(Action):
    """Open the wave that was being collected when the button was shown."""

    survey_id: int
    wave: int
    code: ClassVar[str] = "xO"


@dataclass(frozen=True)
class OpenSurveyActions(Action):
    """Show what is to follow from a survey, as it stands."""

    survey_id: int
    code: ClassVar[str] = "xa"


@dataclass(frozen=True)
class WriteSurveyAction(Action):
    """Write one of the things that follow, in one language."""

    survey_id: int
    number: int
    language: str
    code: ClassVar[str] = "xn"


@dataclass(frozen=True)
class PreviewSurveyActions(Action):
    """Show what those invited would be told, in one language."""

    survey_id: int
    language: str
    code: ClassVar[str] = "xp"


@dataclass(frozen=True)
class TellSurveyActions(Action):
    """Tell them; the mark is of the words that were seen."""

    survey_id: int
    mark: str
    code: ClassVar[str] = "xt"


@dataclass(frozen=True)
class DropSurveyAction(Action):
    """Remove the last of the things that follow; the mark is of the words that were seen."""

    survey_id: int
    mark: str
    code: ClassVar[str] = "xl"

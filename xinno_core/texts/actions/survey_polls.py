"""Questions of a survey, asked of an event's group."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenSurveyPolls(Action):
    """Show the questions that the group of an event can be asked."""

    event_id: int
    code: ClassVar[str] = "tq"


@dataclass(frozen=True)
class PreviewSurveyPoll(Action):
    """Show how a question will look in the group."""

    survey_id: int
    version: int
    number: int
    code: ClassVar[str] = "tv"


@dataclass(frozen=True)
class PostSurveyPoll(Action):
    """Ask the group what was seen."""

    survey_id: int
    version: int
    number: int
    code: ClassVar[str] = "tk"

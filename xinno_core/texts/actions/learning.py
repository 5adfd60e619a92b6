"""Feedback and learning."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class StartSurvey(Action):
    """Begin a survey, or go on where it was left."""

    survey_id: int
    code: ClassVar[str] = "q"


@dataclass(frozen=True)
class BeginSurvey(Action):
    """Begin after what was said about the answers; `linking` is yes, no, or nothing."""

    survey_id: int
    linking: str
    code: ClassVar[str] = "qb"


@dataclass(frozen=True)
class ChangeSurvey(Action):
    """Answer a survey once more."""

    survey_id: int
    code: ClassVar[str] = "qc"


@dataclass(frozen=True)
class AskEraseAnswers(Action):
    """Ask before one's answers to a survey are erased."""

    survey_id: int
    code: ClassVar[str] = "qe"


@dataclass(frozen=True)
class EraseAnswers(Action):
    """Erase one's answers to a survey."""

    survey_id: int
    code: ClassVar[str] = "qx"


@dataclass(frozen=True)
class AnswerQuiz(Action):
    """Choose an answer of the exercise's question."""

    exercise: str
    option: str
    code: ClassVar[str] = "xq"


@dataclass(frozen=True)
class Reflect(Action):
    """Write a reflection on an exercise."""

    exercise: str
    code: ClassVar[str] = "xr"


@dataclass(frozen=True)
class FinishExercise(Action):
    """Be done with an exercise without writing."""

    exercise: str
    code: ClassVar[str] = "xd"

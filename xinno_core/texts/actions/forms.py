"""Forms: registration questions, surveys, profile, an organiser's drafts."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class FormOption(Action):
    """Choose an option of the question being asked; `field` tells a stale button from a fresh."""

    topic: str
    field: int
    option: int
    code: ClassVar[str] = "o"


@dataclass(frozen=True)
class FormDone(Action):
    """The options of a multiple choice are all chosen."""

    topic: str
    field: int
    code: ClassVar[str] = "od"


@dataclass(frozen=True)
class FormSkip(Action):
    """Leave an optional question out."""

    topic: str
    field: int
    code: ClassVar[str] = "ok"


@dataclass(frozen=True)
class FormClear(Action):
    """Take an answer from before back."""

    topic: str
    field: int
    code: ClassVar[str] = "ol"


@dataclass(frozen=True)
class FormRefuse(Action):
    """Rather not answer a question that may be refused."""

    topic: str
    field: int
    code: ClassVar[str] = "on"


@dataclass(frozen=True)
class FormBack(Action):
    """Return to the question before."""

    topic: str
    field: int
    code: ClassVar[str] = "ob"


@dataclass(frozen=True)
class FormResume(Action):
    """Go on with a form that was left."""

    topic: str
    code: ClassVar[str] = "or"


@dataclass(frozen=True)
class FormCancel(Action):
    """Leave the form."""

    topic: str
    code: ClassVar[str] = "oc"

"""What buttons of exports ask for."""

from dataclasses import dataclass
from typing import ClassVar

from xinno_core.texts.actions.base import Action


@dataclass(frozen=True)
class OpenExports(Action):
    """Show the events that can be exported: a page of them, from 1, or where the present is."""

    page: int = 0
    code: ClassVar[str] = "z"


@dataclass(frozen=True)
class ChooseExport(Action):
    """Show what can be exported of an event, a region or a pilot."""

    span: str
    id: int
    language: str = ""  # of the labels; the reader's own if left out
    separator: str = ""
    code: ClassVar[str] = "ze"


@dataclass(frozen=True)
class ChooseExportLanguage(Action):
    """Show in which languages the labels can be."""

    span: str
    id: int
    separator: str = ""
    code: ClassVar[str] = "zl"


@dataclass(frozen=True)
class Export(Action):
    """Have a file made."""

    span: str
    id: int
    kind: str
    format: str
    language: str
    separator: str
    code: ClassVar[str] = "zx"


@dataclass(frozen=True)
class CancelExport(Action):
    """Give up a file that is being made."""

    job_id: int
    code: ClassVar[str] = "zc"

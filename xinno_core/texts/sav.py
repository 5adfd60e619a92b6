"""Files for SPSS: one survey each, with labels, and with what is missing told apart.

Such a file is made in memory, so its size is bounded, and whoever asks for more is told.
"""

import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from xinno_core.services.export_answers import AnswersExport, AskedSurvey, Batch, Column, only
from xinno_core.services.exports import Format
from xinno_core.services.questions import FieldKind
from xinno_core.texts.answer_books import AnswerLayout, named_columns
from xinno_core.texts.answer_cells import REASONS, label, missing_number, missing_word
from xinno_core.texts.cells import InSav, cut_bytes
from xinno_core.texts.translator import Translator

MOST_VALUES = 2_000_000
"""Values of one file: rows times columns."""

MOST_BYTES = 200_000_000
"""What texts may take in one file, where each is as long as the longest of its column."""

LONGEST_NAME = 64
LONGEST_LABEL = 250
LONGEST_VALUE_LABEL = 120
LONGEST_NOTE = 80
RESERVED = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)
"""Words that SPSS keeps for itself."""


class TooLargeError(Exception):
    """More than an SPSS file is made of."""


@dataclass(frozen=True)
class Variable:
    """One column of an SPSS file."""

    name: str
    label: str
    is_number: bool
    values: dict[Any, str]  # value to label
    missing: tuple[float, ...] | tuple[str, ...] = ()


async def write(
    export: AnswersExport,
    t: Translator,
    *,
    now: datetime,
    out: IO[bytes],
    progress: Callable[[int], None],
) -> int:
    """Write one file for a survey, several of them packed; return the number of rows."""
    files = [_File(only(export, survey), t.plain, now=now) for survey in export.surveys]
    for file in files:
        file.check_size()
    by_survey = {file.survey.id: file for file in files}
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        current: _File | None = None
        async for batch in export.batches:  # one survey after the other
            if current is not None and current.survey.id != batch.survey.id:
                current.write(Path(folder))
            current = by_survey[batch.survey.id]
            current.add(batch)
            number += len(batch.answers)
            progress(number)
        if current is not None:
            current.write(Path(folder))
        _pack(Path(folder), out)
    return number


def _pack(folder: Path, out: IO[bytes]) -> None:
    paths = sorted(folder.iterdir())
    if len(paths) == 1:
        out.write(paths[0].read_bytes())
        return
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)


def suffix(export: AnswersExport) -> str:
    """Return the ending of the file's name."""
    return ".sav" if len(export.surveys) == 1 else "-sav.zip"


class _File:
    """One survey's file, filled batch by batch, and let go once it is written."""

    def __init__(self, export: AnswersExport, t: Translator, *, now: datetime) -> None:
        self.survey: AskedSurvey = export.surveys[0]
        self._t = t
        self._layout = AnswerLayout(export, t, way=InSav(), format_=Format.SAV, now=now)
        self._variables = _variables(self._layout, t)
        self._values: list[list[Any]] = [[] for _ in self._variables]

    def check_size(self) -> None:
        if self.survey.answers * len(self._variables) > MOST_VALUES:
            raise TooLargeError

    def add(self, batch: Batch) -> None:
        _, (_, codes) = self._layout.lines(batch)
        for values, more in zip(self._values, zip(*codes, strict=True), strict=True):
            values.extend(more)

    def write(self, folder: Path) -> None:
        # They take long to load, and most files need neither of them.
        import polars as pl  # noqa: PLC0415
        import pyreadstat  # noqa: PLC0415

        self._check_texts()
        columns = {
            one.name: pl.Series(values, dtype=pl.Float64 if one.is_number else pl.String)
            for one, values in zip(self._variables, self._values, strict=True)
        }
        self._values.clear()
        pyreadstat.write_sav(
            pl.DataFrame(columns),
            folder / f"{self.survey.card.key}-{self.survey.key}.sav",
            file_label=cut_bytes(
                self._t.show(self.survey.title, self.survey.card.lead_language), 60, end="…"
            ),
            column_labels={one.name: one.label for one in self._variables},
            compress=True,
            note=self._notes(),
            variable_value_labels={one.name: one.values for one in self._variables if one.values},
            missing_ranges={one.name: list(one.missing) for one in self._variables if one.missing},
            variable_measure={
                one.name: "scale" if one.is_number and not one.values else "nominal"
                for one in self._variables
            },
        )

    def _check_texts(self) -> None:
        size = sum(
            len(values) * max(len(one) * 4 if not one.isascii() else len(one) for one in values)
            for variable, values in zip(self._variables, self._values, strict=True)
            if not variable.is_number and values
        )
        if size > MOST_BYTES:
            raise TooLargeError

    def _notes(self) -> list[str]:
        """Return the read-me and earlier words as notes, which take short lines only."""
        (about,) = (table for table in self._layout.book.after() if table.name == "read-me")
        return [line for what, value in about.rows for line in _short_lines(f"{what}: {value}")]


def _variables(layout: AnswerLayout, t: Translator) -> tuple[Variable, ...]:
    names: dict[str, str] = {}  # in small letters, by which SPSS tells them apart
    headings = iter(layout.book.data[0].headings)
    made = [
        Variable(_name(key, names), next(headings), key in {"wave", "version"}, {})
        for key in layout.leading.keys
    ]
    made.extend(
        _variable(cells.column, _name(key, names), next(headings), t, is_part=place > 0)
        for cells in layout.cells
        for place, (key, _) in enumerate(named_columns(cells.column, t))
    )
    return tuple(made)


def _variable(column: Column, name: str, heading: str, t: Translator, *, is_part: bool) -> Variable:
    kind = column.field.kind
    is_number = is_part or kind in {FieldKind.RATING, FieldKind.NUMBER}
    words: dict[Any, str] = {}
    if is_part and kind is FieldKind.MULTIPLE:
        words = {0.0: t.gettext("not chosen"), 1.0: t.gettext("chosen")}
    elif kind is FieldKind.RATING:
        low, high = column.field.low, column.field.high
        words = {
            value: t.show(text, column.lead) for value, text in ((1.0, low), (5.0, high)) if text
        }
    elif kind in {FieldKind.SINGLE, FieldKind.YES_NO}:
        words = {one.key: label(column, one.key, t) for one in column.field.choices}
    codes = [missing_number(reason, column) for reason in REASONS]
    for reason, code in zip(REASONS, codes, strict=True):
        words[float(code) if is_number else str(code)] = missing_word(reason, t)
    return Variable(
        name,
        cut_bytes(heading, LONGEST_LABEL, end="…"),
        is_number,
        {value: cut_bytes(text, LONGEST_VALUE_LABEL, end="…") for value, text in words.items()},
        tuple(float(code) for code in codes) if is_number else tuple(str(code) for code in codes),
    )


def _name(key: str, taken: dict[str, str]) -> str:
    """Return a name that SPSS takes: letters first, ASCII, short, and no other like it."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", key).rstrip("_") or "q"
    if not name[0].isalpha() or name.lower() in RESERVED:
        name = f"q_{name}"
    name = name[:LONGEST_NAME]
    number = 2
    while name.lower() in taken:
        ending = f"_{number}"
        name = name[: LONGEST_NAME - len(ending)].rstrip("_") + ending
        number += 1
    taken[name.lower()] = key
    return name


def _short_lines(text: str) -> Sequence[str]:
    """Break text into lines of so many bytes, between words where there are any."""
    lines, line = [], ""
    for word in text.split():
        rest = word
        while len(f"{line} {rest}".strip().encode()) > LONGEST_NOTE:
            if line:
                lines.append(line)
                line = ""
                continue
            piece = rest.encode()[:LONGEST_NOTE].decode(errors="ignore")
            lines.append(piece)
            rest = rest[len(piece) :]
        line = f"{line} {rest}".strip()
    return [*lines, line] if line else lines

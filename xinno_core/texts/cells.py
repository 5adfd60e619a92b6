"""Cells of files, safe to open whatever people wrote: what can't be written is replaced, and seen.

A spreadsheet runs what looks like a formula, a control character breaks the file, and text over
32,767 characters is lost in silence. Each form of file has its own way of writing; each counts what
it had to replace, so that the file can say it.
"""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from xinno_core.services.exports import Format, Separator

Cell = str | int | None

LONGEST_CELL = 32_767
"""What a cell of Excel holds, in UTF-16 units; and a text of SPSS, in bytes."""

CUT = " […]"
UNKNOWN_SIGN = "\ufffd"

# XML and PostgreSQL know neither of these; a lone surrogate can't be encoded at all.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
SIGNS = "=+\\-@＝＋－＠"
FORMULA = re.compile(f"[\t\n]|[\\s\u200b\ufeff]*[{SIGNS}]")
BEGINS_A_FORMULA = frozenset(SIGNS.replace("\\", "") + " ")
# Text that Excel would read as the number of a sign, such as _x0041_.
NUMBERED_SIGN = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
MISTAKABLE = frozenset({"-97", "-98", "-99"})
NEEDS_ITS_SPACES = re.compile(r"^\s|\s$|\n|\s\s")


@dataclass
class Replaced:
    """In how many cells something was replaced while a file was written."""

    signs: int = 0  # that no file can hold
    cut: int = 0
    guarded: int = 0  # an apostrophe before what would be taken for a formula


class Writing(Protocol):
    """How cells are written in one form of file."""

    replaced: Replaced

    def text(self, text: str) -> Any:  # noqa: ANN401 (as the form needs it)
        """Return what is written for a text."""

    def number(self, number: float) -> Any:  # noqa: ANN401 (as the form needs it)
        """Return what is written for a number."""

    def missing(self, number: int, *, among_numbers: bool) -> Any:  # noqa: ANN401 (see above)
        """Return what is written for the code of an answer that is missing."""

    def nothing(self) -> Any:  # noqa: ANN401 (as the form needs it)
        """Return what is written for an empty cell."""


def writing(format_: Format, separator: Separator = Separator.COMMA) -> Writing:
    """Return how cells of this form of file are written."""
    match format_:
        case Format.XLSX:
            return InWorkbook()
        case Format.CSV:
            return InCsv(separator)
        case Format.JSON:
            return InJson()
        case Format.SAV:
            return InSav()


def prepared(way: Writing, cell: Cell) -> Any:  # noqa: ANN401 (as the form needs it)
    """Return what is written for any cell."""
    if cell is None:
        return way.nothing()
    return way.text(cell) if isinstance(cell, str) else way.number(cell)


def clean(text: str, replaced: Replaced | None = None) -> str:
    """Return text that a spreadsheet can hold: control characters replaced, cut when too long."""
    text = writable(text, replaced)
    if len(text) > LONGEST_CELL // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST_CELL:
            if replaced is not None:
                replaced.cut += 1
            kept = units[: 2 * (LONGEST_CELL - len(CUT))]
            return kept.decode("utf-16-le", errors="ignore") + CUT
    return text


def writable(text: str, replaced: Replaced | None = None) -> str:
    """Return text without the signs that files can't hold, its lines ended in one way."""
    if text.isprintable():  # most are, and then nothing has to be looked for
        return text
    text, number = UNWRITABLE.subn(UNKNOWN_SIGN, text.replace("\r\n", "\n").replace("\r", "\n"))
    if number and replaced is not None:
        replaced.signs += 1
    return text


def cut_bytes(text: str, most: int, replaced: Replaced | None = None, *, end: str = CUT) -> str:
    """Return text of at most so many bytes, and visibly cut where it was longer."""
    if len(text) <= most // 4 or len(text.encode()) <= most:
        return text
    if replaced is not None:
        replaced.cut += 1
    return text.encode()[: most - len(end.encode())].decode(errors="ignore") + end


class InCsv:
    """CSV: no text that a spreadsheet takes for a formula."""

    def __init__(self, separator: Separator = Separator.COMMA) -> None:
        """The other separator matters, too: where it is the usual one, Excel splits there."""
        self.replaced = Replaced()
        self._other = ";" if separator is Separator.COMMA else ","
        self._hidden = re.compile(f'([{self._other}\t][\\s"]*)([{SIGNS}])')

    def text(self, text: str) -> str:
        """Return text that stays text."""
        is_plain = text.isprintable() and len(text) <= LONGEST_CELL // 2
        if is_plain and text[:1] not in BEGINS_A_FORMULA and self._other not in text:
            return text
        cleaned = clean(text, self.replaced)
        guarded = self._hidden.sub(r"\1'\2", cleaned)
        if FORMULA.match(guarded):
            guarded = f"'{guarded}"
        if guarded != cleaned:
            self.replaced.guarded += 1
        return guarded

    def number(self, number: float) -> float:
        """Return the number."""
        return number

    def missing(self, number: int, *, among_numbers: bool) -> int:
        """Return the number as it is: what somebody wrote has an apostrophe before it."""
        return number

    def nothing(self) -> str:
        """Return an empty cell."""
        return ""


class InWorkbook:
    """XLSX: the inside of a cell as it stands in the file, so that rows are written in one go."""

    def __init__(self) -> None:
        """Count from nothing."""
        self.replaced = Replaced()

    def text(self, text: str) -> str:
        """Return a cell with text, which is never a formula."""
        if not text:
            return self.nothing()
        text = clean(text, self.replaced)
        if "&" in text or "<" in text or ">" in text:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if "_x" in text:
            text = NUMBERED_SIGN.sub("_x005F_", text)
        spaces = ' xml:space="preserve"' if NEEDS_ITS_SPACES.search(text) else ""
        return f' t="inlineStr"><is><t{spaces}>{text}</t></is></c>'

    def number(self, number: float) -> str:
        """Return a cell with a number."""
        return f"><v>{number}</v></c>"

    def missing(self, number: int, *, among_numbers: bool) -> str:
        """Return a cell with the number: what somebody wrote is text."""
        return self.number(number)

    def nothing(self) -> str:
        """Return an empty cell."""
        return "/>"


class InSav:
    """SPSS: text up to what it holds, and numbers that are all of one kind."""

    def __init__(self) -> None:
        """Count from nothing."""
        self.replaced = Replaced()

    def text(self, text: str) -> str:
        """Return text that fits; SPSS fills up with spaces, so none can stand at its end."""
        if text in MISTAKABLE:  # there, the code of a missing answer is a text like any other
            self.replaced.guarded += 1
            return f"'{text}"
        return cut_bytes(writable(text, self.replaced), LONGEST_CELL, self.replaced).rstrip(" ")

    def number(self, number: float) -> float:
        """Return the number."""
        return float(number)

    def missing(self, number: int, *, among_numbers: bool) -> str | float:
        """Return the number as the column needs it: one of texts holds nothing but texts."""
        return float(number) if among_numbers else str(number)

    def nothing(self) -> None:
        """Return what SPSS knows as missing by itself."""
        return


class InJson:
    """JSON: everything as it is."""

    def __init__(self) -> None:
        """Count from nothing."""
        self.replaced = Replaced()

    def text(self, text: str) -> str:
        """Return the text; half a sign alone is none."""
        if text.isprintable():
            return text
        text, number = SURROGATE.subn(UNKNOWN_SIGN, text)
        self.replaced.signs += bool(number)
        return text

    def number(self, number: float) -> float:
        """Return the number."""
        return number

    def missing(self, number: int, *, among_numbers: bool) -> int:
        """Return the number."""
        return number

    def nothing(self) -> None:
        """Return nothing."""
        return

"""Files of tables: XLSX, CSV and JSON, written batch by batch, whatever their size.

What stands in a cell has been made safe before (texts/cells): rows are written as they come.
"""

import contextlib
import csv
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from xinno_core.services.exports import Format, Separator
from xinno_core.texts.cells import Cell, Writing, clean, prepared

Row = Sequence[Cell]
Lines = Iterable[Sequence[Any]]
"""Rows whose cells are ready to be written."""

Add = Callable[[Sequence[Lines]], None]
"""Takes the next lines of each of a book's data tables."""

MOST_ROWS = 1_048_576
"""Rows of one sheet of Excel."""

MOST_CHARTS = 60
CHART_ROWS = 16
WIDEST = 60
QUICK = 1
"""How much the rows are packed: ten times as quick as the most for a few percent of size."""

SMALL = 1_000_000
"""Bytes of a second table that are kept in memory until the first one is written."""


@dataclass(frozen=True)
class Chart:
    """A bar chart of some rows of a table."""

    title: str
    first: int  # row, from 1; the headings are row 0
    last: int
    names: int  # column
    values: int


@dataclass(frozen=True)
class Table:
    """A table: what it is called, its headings, and for a small one its rows."""

    name: str  # of the file, in a format that has one for each table
    title: str  # of the sheet, in the reader's language
    keys: tuple[str, ...]  # of the columns, for machines
    headings: tuple[str, ...]  # and for people
    rows: Sequence[Row] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Book:
    """What a file looks like: its large tables, and the small ones that count what they hold."""

    title: str
    data: tuple[Table, ...]
    after: Callable[[], tuple[Table, ...]] = field(repr=False)
    made_at: datetime


def suffix(format_: Format) -> str:
    """Return the ending of a file's name; CSV is one file for each table, packed."""
    return "-csv.zip" if format_ is Format.CSV else f".{format_.value}"


@contextlib.contextmanager
def writer(
    book: Book, way: Writing, format_: Format, separator: Separator, out: IO[bytes]
) -> Iterator[Add]:
    """Write a file: the lines that are added, then the small tables."""
    match format_:
        case Format.XLSX:
            with xlsx(book, way, out) as add:
                yield add
        case Format.CSV:
            with _csv(book, way, separator, out) as add:
                yield add
        case Format.JSON:
            with _json(book, out) as add:
                yield add
        case Format.SAV:
            msg = "SPSS files are written by texts/sav"
            raise ValueError(msg)


# ── XLSX ─────────────────────────────────────────────────────────────────────────────────────
class QuickSheet(Worksheet):  # type: ignore[misc]  # a library without types
    """A sheet that takes ready rows, many times as quick as cell by cell.

    In its constant-memory mode the library writes each row into a file of its own and copies that
    into the sheet at the end; what is written here goes into the same file.
    """

    def begin_lines(self) -> None:
        """Let the headings be written, so that rows can follow."""
        self._write_single_row(1)

    def write_lines(self, text: str, last: int) -> None:
        """Write ready rows, the last of which has this number, from 0."""
        self.row_data_fh.write(text)
        self.dim_rowmax = last


class _Sheets:
    """The sheets of one table: a long one goes on on another."""

    def __init__(self, workbook: Any, table: Table, bold: Any, most_rows: int) -> None:  # noqa: ANN401
        self._workbook, self._table, self._bold = workbook, table, bold
        self._most_rows = most_rows
        self._number = 0
        cells = "".join(
            f'<c r="{xl_col_to_name(column)}#"%s' for column in range(len(table.headings))
        )
        self._template = f'<row r="#">{cells}</row>'
        self.begin()

    def begin(self) -> None:
        self._number += 1
        self._used = 1
        number = "" if self._number == 1 else f" {self._number}"
        title = _sheet_name(self._table.title)[: 31 - len(number)] + number
        self.sheet = self._workbook.add_worksheet(title, QuickSheet)
        self.sheet.freeze_panes(1, 0)
        for column, heading in enumerate(self._table.headings):
            self.sheet.set_column(column, column, min(max(len(heading) + 2, 12), WIDEST))
            self.sheet.write_string(0, column, _heading(heading), self._bold)
        self.sheet.begin_lines()

    def add(self, lines: Lines) -> None:
        ready: list[str] = []
        for cells in lines:
            if self._used >= self._most_rows:
                self._write(ready)
                self.begin()
            self._used += 1
            ready.append(self._template.replace("#", str(self._used)) % tuple(cells))
        self._write(ready)

    def _write(self, ready: list[str]) -> None:
        self.sheet.write_lines("".join(ready), self._used - 1)
        ready.clear()


@contextlib.contextmanager
def xlsx(book: Book, way: Writing, out: IO[bytes], *, most_rows: int = MOST_ROWS) -> Iterator[Add]:
    """Write a workbook: data first, on as many sheets as they need, then the other tables."""
    with tempfile.TemporaryDirectory() as folder:
        workbook = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder})
        workbook.set_properties(
            {"title": clean(book.title), "created": book.made_at.replace(tzinfo=None)}
        )
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        data = [_Sheets(workbook, table, bold, most_rows) for table in book.data]

        def add(tables: Sequence[Lines]) -> None:
            for sheets, lines in zip(data, tables, strict=True):
                sheets.add(lines)

        yield add
        for table in book.after():
            sheets = _Sheets(workbook, table, bold, most_rows)
            sheets.add([[prepared(way, cell) for cell in row] for row in table.rows])
            for place, chart in enumerate(table.charts[:MOST_CHARTS]):
                _draw(workbook, sheets.sheet, chart, place, len(table.headings))
        workbook.close()


def _draw(workbook: Any, sheet: Any, chart: Chart, place: int, right_of: int) -> None:  # noqa: ANN401
    drawn = workbook.add_chart({"type": "bar"})
    drawn.add_series(
        {
            "categories": [sheet.name, chart.first, chart.names, chart.last, chart.names],
            "values": [sheet.name, chart.first, chart.values, chart.last, chart.values],
            "data_labels": {"value": True},
            "gap": 40,
        }
    )
    drawn.set_title({"name": _heading(chart.title), "overlay": False, "name_font": {"size": 11}})
    drawn.set_legend({"none": True})
    drawn.set_y_axis({"reverse": True})
    drawn.set_x_axis({"min": 0, "major_gridlines": {"visible": False}, "num_format": "0"})
    sheet.insert_chart(1 + place * CHART_ROWS, right_of + 1, drawn)


def _heading(text: str) -> str:
    """Return text that the library takes for nothing but text."""
    text = clean(text)
    if text.startswith("="):  # in a chart's title it would be a reference
        return f" {text}"
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _sheet_name(title: str) -> str:
    """Return what Excel takes for the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31]


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────
class _CsvFile:
    """A CSV file in UTF-8 with a mark at its beginning, without which Excel takes it for ANSI."""

    def __init__(self, out: IO[bytes], way: Writing, headings: Sequence[str], sign: str) -> None:
        self._out = out
        self._lines = io.StringIO(newline="")
        self._writer = csv.writer(self._lines, delimiter=sign)
        out.write(b"\xef\xbb\xbf")
        self.add([[way.text(heading) for heading in headings]])

    def add(self, lines: Lines) -> None:
        self._writer.writerows(lines)
        self._out.write(self._lines.getvalue().encode())
        self._lines.seek(0)
        self._lines.truncate()


@contextlib.contextmanager
def _csv(book: Book, way: Writing, separator: Separator, out: IO[bytes]) -> Iterator[Add]:
    sign = separator.sign
    first, *others = book.data
    with contextlib.ExitStack() as stack:
        archive = stack.enter_context(
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=QUICK)
        )
        # An archive takes one file at a time: the others wait beside it.
        spools = [
            stack.enter_context(tempfile.SpooledTemporaryFile(max_size=SMALL)) for _ in others
        ]
        with _entry(archive, first.name) as entry:
            files = [
                _CsvFile(place, way, table.headings, sign)
                for place, table in zip((entry, *spools), book.data, strict=True)
            ]

            def add(tables: Sequence[Lines]) -> None:
                for file, lines in zip(files, tables, strict=True):
                    file.add(lines)

            yield add
        for table, spool in zip(others, spools, strict=True):
            spool.seek(0)
            with _entry(archive, table.name) as entry:
                shutil.copyfileobj(spool, entry)
        for table in book.after():
            with _entry(archive, table.name) as entry:
                file = _CsvFile(entry, way, table.headings, sign)
                file.add([[prepared(way, cell) for cell in row] for row in table.rows])


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(f"{name}.csv", "w", force_zip64=True)


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────
@contextlib.contextmanager
def _json(book: Book, out: IO[bytes]) -> Iterator[Add]:
    """Write one object: the rows, which can be many, and then the small tables."""
    out.write(b'{"schema": 2, "rows": [')
    separator = "\n"
    keys = book.data[0].keys

    def add(tables: Sequence[Lines]) -> None:
        nonlocal separator
        for cells in tables[0]:
            row = dict(zip(keys, cells, strict=True))
            out.write((separator + json.dumps(row, ensure_ascii=False)).encode(errors="replace"))
            separator = ",\n"

    yield add
    out.write(b"\n]")
    for table in book.after():
        rows = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
        name = json.dumps(table.name)
        out.write(f",\n{name}: {json.dumps(rows, ensure_ascii=False)}".encode(errors="replace"))
    out.write(b"}\n")

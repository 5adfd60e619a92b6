"""Files of rows: XLSX, CSV and JSON, safe to open whatever people wrote into them.

A spreadsheet runs what looks like a formula, a control character breaks the file, and text over
32,767 characters is lost in silence: here text stays text, and a cut is seen.
"""

import contextlib
import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, assert_never

import xlsxwriter

from xinno_core.services.exports import Format

Cell = str | int | None
Row = Sequence[Cell]
Add = Callable[[Sequence[Row]], None]

LONGEST_CELL = 32_767
"""What a cell of Excel holds, in UTF-16 units."""

MOST_ROWS = 1_048_576
"""Rows of one sheet of Excel."""

CUT = " […]"
WIDEST = 60

# XML and PostgreSQL know neither of these; a lone surrogate can't be encoded at all.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SIGNS = "=+\\-@＝＋－＠"
FORMULA = re.compile(f"[\t\n]|[\\s\u200b\ufeff]*[{SIGNS}]")
# Where a list is separated by ; (much of Europe), Excel splits a CSV file there, quoted or not.
HIDDEN_FORMULA = re.compile(f'([;\t][\\s"]*)([{SIGNS}])')


@dataclass(frozen=True)
class Table:
    """A small table that goes with the data."""

    name: str  # of the file, in a format that has one for each table
    title: str  # of the sheet, in the reader's language
    keys: tuple[str, ...]  # of the columns, for machines
    headings: tuple[str, ...]  # and for people
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Book:
    """What an export looks like before its rows come, and the tables that go with them."""

    title: str
    data: Table
    tables: tuple[Table, ...]
    made_at: datetime


async def write(
    book: Book, batches: AsyncIterator[Sequence[Row]], *, format_: Format, out: IO[bytes]
) -> int:
    """Write a file batch by batch, and return the number of rows."""
    number = 0
    with _writer(book, format_, out) as add:
        async for rows in batches:
            add(rows)
            number += len(rows)
    return number


def make(book: Book, rows: Sequence[Row], *, format_: Format) -> bytes:
    """Return a file with these rows; takes a while, so it belongs into a thread."""
    out = io.BytesIO()
    with _writer(book, format_, out) as add:
        add(rows)
    return out.getvalue()


def suffix(format_: Format) -> str:
    """Return the ending of a file's name; CSV is one file for each table, packed."""
    return "-csv.zip" if format_ is Format.CSV else f".{format_.value}"


def clean(text: str) -> str:
    """Return text that any file can hold: without control characters, cut where it is too long."""
    text = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST_CELL // 2:
        units = text.encode("utf-16-le")
        if len(units) > 2 * LONGEST_CELL:
            kept = units[: 2 * (LONGEST_CELL - len(CUT))]
            return kept.decode("utf-16-le", errors="ignore") + CUT
    return text


def guard(text: str) -> str:
    """Return text for CSV that no spreadsheet takes for a formula."""
    text = HIDDEN_FORMULA.sub(r"\1'\2", clean(text))
    return f"'{text}" if FORMULA.match(text) else text


def _writer(book: Book, format_: Format, out: IO[bytes]) -> contextlib.AbstractContextManager[Add]:
    match format_:
        case Format.XLSX:
            return xlsx(book, out)
        case Format.CSV:
            return _csv(book, out)
        case Format.JSON:
            return _json(book, out)
        case _:
            assert_never(format_)


@contextlib.contextmanager
def xlsx(book: Book, out: IO[bytes], *, most_rows: int = MOST_ROWS) -> Iterator[Add]:
    """Write a workbook: data first, on as many sheets as they need, then the other tables."""
    with tempfile.TemporaryDirectory() as folder:
        workbook = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder})
        workbook.set_properties(
            {"title": clean(book.title), "created": book.made_at.replace(tzinfo=None)}
        )
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheets: list[Any] = []
        used = 0

        def begin(title: str, headings: Row) -> Any:  # noqa: ANN401 (a library without types)
            sheet = workbook.add_worksheet(_sheet_name(title))
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings):
                width = min(max(len(str(heading)) + 2, 12), WIDEST)
                sheet.set_column(column, column, width)
            _write_row(sheet, 0, headings, bold)
            return sheet

        def add(rows: Sequence[Row]) -> None:
            nonlocal used
            for row in rows:
                if used + 1 >= most_rows:
                    sheets.append(begin(f"{book.data.title} {len(sheets) + 1}", book.data.headings))
                    used = 0
                used += 1
                _write_row(sheets[-1], used, row)

        sheets.append(begin(book.data.title, book.data.headings))
        yield add
        for table in book.tables:
            sheet = begin(table.title, table.headings)
            for number, row in enumerate(table.rows, start=1):
                _write_row(sheet, number, row)
        workbook.close()


@contextlib.contextmanager
def _csv(book: Book, out: IO[bytes]) -> Iterator[Add]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with _csv_file(archive, book.data.name, book.data.headings) as add:
            yield add
        for table in book.tables:
            with _csv_file(archive, table.name, table.headings) as add:
                add(table.rows)


@contextlib.contextmanager
def _csv_file(archive: zipfile.ZipFile, name: str, headings: Row) -> Iterator[Add]:
    with (
        archive.open(f"{name}.csv", "w", force_zip64=True) as entry,
        io.TextIOWrapper(entry, encoding="utf-8-sig", newline="") as text,
    ):
        writer = csv.writer(text)

        def add(rows: Sequence[Row]) -> None:
            writer.writerows(
                [guard(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
            )

        add([headings])
        yield add


@contextlib.contextmanager
def _json(book: Book, out: IO[bytes]) -> Iterator[Add]:
    """Write one object; the rows come last, so that they can be many."""
    tables = {
        table.name: [dict(zip(table.keys, row, strict=True)) for row in table.rows]
        for table in book.tables
    }
    out.write(json.dumps({"schema": 1, **tables}, ensure_ascii=False)[:-1].encode())
    out.write(b', "rows": [')
    separator = b"\n"

    def add(rows: Sequence[Row]) -> None:
        nonlocal separator
        for row in rows:
            cells = dict(zip(book.data.keys, row, strict=True))
            out.write(separator + json.dumps(cells, ensure_ascii=False).encode(errors="replace"))
            separator = b",\n"

    yield add
    out.write(b"\n]}\n")


def _write_row(sheet: Any, number: int, row: Row, *formats: object) -> None:  # noqa: ANN401
    for column, cell in enumerate(row):
        if isinstance(cell, int):
            sheet.write_number(number, column, cell, *formats)
        elif cell is not None:
            sheet.write_string(number, column, clean(cell), *formats)


def _sheet_name(title: str) -> str:
    """Return what Excel takes for the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31]

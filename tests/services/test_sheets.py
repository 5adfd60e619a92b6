"""Files that are safe to open, whatever stands in them."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl.utils.escape import unescape

from tests.support.reporting import archive, workbook
from xinno_core.services.exports import Format, Separator
from xinno_core.texts import cells, sheets
from xinno_core.texts.sheets import Book, Row, Table

BOOK = Book(
    title="Answers",
    data=(Table("data", "Data", ("said", "number"), ("=What did they say?", "How many?")),),
    after=lambda: (Table("about", "About: [all]", ("what",), ("What",), [("Co-funded",)]),),
    made_at=datetime(2027, 3, 8, tzinfo=UTC),
)


def make(
    rows: list[Row],
    format_: Format,
    separator: Separator = Separator.COMMA,
    out: Any = None,  # noqa: ANN401 (any file)
) -> bytes:
    """Write a file of these rows."""
    way = cells.writing(format_, separator)
    out = out or io.BytesIO()
    with sheets.writer(BOOK, way, format_, separator, out) as add:
        for row in rows:
            add([[[cells.prepared(way, cell) for cell in row]]])
    return bytes(out.getvalue())


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\tx",
    "\n=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("said", DANGEROUS)
def test_no_text_becomes_a_formula(said: str) -> None:
    rows: list[Row] = [(said, -3)]
    (_, shown) = workbook(make(rows, Format.XLSX))["Data"]
    assert shown == (said.replace("\r", "\n"), -3)
    (heading, guarded) = archive(make(rows, Format.CSV))["data.csv"]
    assert heading == ["'=What did they say?", "How many?"]
    assert guarded == ["'" + said.replace("\r", "\n"), "-3"]


def test_no_formula_hides_behind_a_semicolon() -> None:
    """Where lists are separated by semicolons, Excel would split the line there."""
    rows: list[Row] = [('fine; =1+1 and a;"=2', 1)]
    (_, shown) = archive(make(rows, Format.CSV))["data.csv"]
    assert shown[0] == "fine; '=1+1 and a;\"'=2"


def test_control_characters_are_replaced_where_one_sees_it() -> None:
    rows: list[Row] = [("a\x00b\x07c\x1bd\x85e\ud800f\uffffg\r\nh\ti", None)]
    for format_ in (Format.XLSX, Format.CSV):
        content = make(rows, format_)
        read = workbook(content)["Data"] if format_ is Format.XLSX else archive(content)["data.csv"]
        assert read[1][0] == "a�b�c�d�e�f�g\nh\ti"


@pytest.mark.parametrize("long", ["x" * 40_000, "🙂" * 20_000])
def test_long_text_is_cut_where_one_sees_it(long: str) -> None:
    (_, shown) = workbook(make([(long, 1)], Format.XLSX))["Data"]
    text = str(shown[0])
    assert len(text.encode("utf-16-le")) // 2 in {cells.LONGEST_CELL - 1, cells.LONGEST_CELL}
    assert text.endswith("[…]")
    (_, row) = archive(make([(long, 1)], Format.CSV))["data.csv"]
    assert row[0] == text


def test_more_rows_than_a_sheet_holds_go_on_another() -> None:
    out = io.BytesIO()
    way = cells.InWorkbook()

    def ready(*rows: Row) -> list[list[list[str]]]:
        return [[[cells.prepared(way, cell) for cell in row] for row in rows]]

    with sheets.xlsx(BOOK, way, out, most_rows=3) as add:
        add(ready(("a", 1), ("b", 2), ("c", 3)))
        add(ready(("d", 4), ("e", 5)))
    read = workbook(out.getvalue())
    assert list(read) == ["Data", "Data 2", "Data 3", "About   all "]
    assert [row for name in list(read)[:3] for row in read[name][1:]] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
        ("d", 4),
        ("e", 5),
    ]


def test_json_says_the_same() -> None:
    read = json.loads(make([("=1+1", 1), (None, 2)], Format.JSON))
    assert read["rows"] == [{"said": "=1+1", "number": 1}, {"said": None, "number": 2}]
    assert read["about"] == [{"what": "Co-funded"}]
    assert json.loads(make([], Format.JSON))["rows"] == []


class Pipe(io.RawIOBase):
    """What standard output often is: it can't be wound back."""

    def __init__(self) -> None:
        super().__init__()
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 (any buffer)
        self.content += bytes(data)
        return len(data)

    def getvalue(self) -> bytes:
        return self.content


def test_a_file_goes_through_a_pipe() -> None:
    for format_, read in ((Format.XLSX, workbook), (Format.CSV, archive)):
        pipe = Pipe()
        make([("a", 1), ("b", 2)], format_, out=pipe)
        tables: Any = read(pipe.content)
        assert [row[0] for row in next(iter(tables.values()))[1:]] == ["a", "b"]


def test_a_text_that_looks_like_the_inside_of_a_file_stays_text() -> None:
    """The library takes <r>…</r> for markup, and Excel _x0041_ for a letter."""
    for said in ("<r><t>x</t></r>", "_x0041_", "a & b < c", " two  spaces ", "-97"):
        (_, shown) = workbook(make([(said, 1)], Format.XLSX))["Data"]
        assert unescape(str(shown[0])) == said


def test_whatever_separates_is_guarded_where_the_other_is_usual() -> None:
    files = {
        separator: make([("a, =1+1; -2", 1)], Format.CSV, separator) for separator in Separator
    }
    (_, shown) = archive(files[Separator.COMMA])["data.csv"]
    assert shown[0] == "a, =1+1; '-2"
    (_, shown) = archive(files[Separator.SEMICOLON], ";")["data.csv"]
    assert shown[0] == "a, '=1+1; -2"

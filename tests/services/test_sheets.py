"""Files that are safe to open, whatever stands in them."""

import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.reporting import archive, workbook
from xinno_core.services.exports import Format
from xinno_core.texts import sheets
from xinno_core.texts.sheets import Book, Row, Table

BOOK = Book(
    title="Answers",
    data=Table("data", "Data", ("said", "number"), ("=What did they say?", "How many?")),
    tables=(Table("about", "About: [all]", ("what",), ("What",), [("Co-funded",)]),),
    made_at=datetime(2027, 3, 8, tzinfo=UTC),
)

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
    (_, shown) = workbook(sheets.make(BOOK, rows, format_=Format.XLSX))["Data"]
    assert shown == (said.replace("\r", "\n"), -3)
    (heading, guarded) = archive(sheets.make(BOOK, rows, format_=Format.CSV))["data.csv"]
    assert heading == ["'=What did they say?", "How many?"]
    assert guarded == ["'" + said.replace("\r", "\n"), "-3"]


def test_no_formula_hides_behind_a_semicolon() -> None:
    """Where lists are separated by semicolons, Excel would split the line there."""
    rows: list[Row] = [('fine; =1+1 and a;"=2', 1)]
    (_, shown) = archive(sheets.make(BOOK, rows, format_=Format.CSV))["data.csv"]
    assert shown[0] == "fine; '=1+1 and a;\"'=2"


def test_control_characters_are_left_out() -> None:
    rows: list[Row] = [("a\x00b\x07c\x1bd\x85e\ud800f\uffffg\r\nh\ti", None)]
    for format_ in (Format.XLSX, Format.CSV):
        content = sheets.make(BOOK, rows, format_=format_)
        read = workbook(content)["Data"] if format_ is Format.XLSX else archive(content)["data.csv"]
        assert read[1][0] == "abcdefg\nh\ti"


@pytest.mark.parametrize("long", ["x" * 40_000, "🙂" * 20_000])
def test_long_text_is_cut_where_one_sees_it(long: str) -> None:
    (_, shown) = workbook(sheets.make(BOOK, [(long, 1)], format_=Format.XLSX))["Data"]
    text = str(shown[0])
    assert len(text.encode("utf-16-le")) // 2 in {sheets.LONGEST_CELL - 1, sheets.LONGEST_CELL}
    assert text.endswith("[…]")
    (_, row) = archive(sheets.make(BOOK, [(long, 1)], format_=Format.CSV))["data.csv"]
    assert row[0] == text


def test_more_rows_than_a_sheet_holds_go_on_another() -> None:
    out = io.BytesIO()
    with sheets.xlsx(BOOK, out, most_rows=3) as add:
        add([("a", 1), ("b", 2), ("c", 3)])
        add([("d", 4), ("e", 5)])
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
    read = json.loads(sheets.make(BOOK, [("=1+1", 1), (None, 2)], format_=Format.JSON))
    assert read["rows"] == [{"said": "=1+1", "number": 1}, {"said": None, "number": 2}]
    assert read["about"] == [{"what": "Co-funded"}]
    assert json.loads(sheets.make(BOOK, [], format_=Format.JSON))["rows"] == []


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


async def test_a_file_goes_through_a_pipe() -> None:
    async def batches() -> AsyncIterator[list[Row]]:
        yield [("a", 1)]
        yield [("b", 2)]

    for format_, read in ((Format.XLSX, workbook), (Format.CSV, archive)):
        pipe = Pipe()
        out: Any = pipe
        assert await sheets.write(BOOK, batches(), format_=format_, out=out) == 2
        tables: Any = read(pipe.content)
        assert [row[0] for row in next(iter(tables.values()))[1:]] == ["a", "b"]

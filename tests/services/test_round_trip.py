"""What goes into a file comes out of it: hostile text, seven languages, two versions, every kind.

Each file is read back by a library that did not write it. What differs is only what the read-me
says was replaced.
"""

import io
import re
import secrets
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyreadstat
import pytest
from openpyxl.utils.escape import unescape
from sqlalchemy import select

from bot.exporting import write_export
from tests.support.world import World
from xinno_core.models import Response, Survey, SurveyMode, SurveyVersion, Wave, WaveEnd
from xinno_core.services.exports import Format, Kind, Separator

LETTERS = {
    "en": "Encyclopædia naïve café £",
    "it": "perché così però là più È",
    "sk": "ľščťžýáíéúäňôďĺŕ ĽŠČŤŽ",
    "pl": "zażółć gęślą jaźń ŻÓŁĆ",
    "cs": "příliš žluťoučký kůň úpěl ďábelské ódy",
    "de": "Größe Übermaß „Anführung“ ß",
    "nl": "coördinatie ĳsvrij één ’s morgens",
}
HOSTILE = (
    '=HYPERLINK("http://x";"y")',
    "+1",
    "-1",
    "-97",
    "@SUM(A1)",
    "\tTAB",
    "CR\rLF\r\nend",
    "NUL\x00 VT\x0b ESC\x1b",
    "x" * 40_000,
    "🙂" * 20_000,
    'a "quoted", and; separated\nword',
    "שלום עולם مرحبا",
    "👩‍👩‍👧 family 🇪🇺",
    "<r><t>x</t></r>",
    "_x0041_ & <b>",
    "  spaces around  ",
    "\0skipped",
    "\ufeff=1+1",
    "half \ud83d sign",
    "",
)
UNKNOWN_TO_POSTGRESQL = re.compile("[\0\ud800-\udfff]")
SAID = (*HOSTILE, *LETTERS.values())


def texts_in(world: World) -> tuple[str, ...]:
    """What people said, as far as the database takes it at all."""
    if world.database.is_sqlite:
        return SAID
    return tuple(text for text in SAID if not UNKNOWN_TO_POSTGRESQL.search(text))


def options(*keys: str, of: str = "") -> list[dict[str, Any]]:
    return [
        {"key": key, "label": {code: f"{word} {key}{of}" for code, word in LETTERS.items()}}
        for key in keys
    ]


def questions(*, newest: bool) -> list[dict[str, Any]]:
    word = "new" if newest else "old"
    text = {code: f"{letters} {word}?" for code, letters in LETTERS.items()}

    def asked(key: str, kind: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 (its fields)
        own = {code: f"{key}: {words}" for code, words in text.items()}
        return {"key": key, "kind": kind, "text": own, "optional": True, **more}

    many = ("a", "b", "c") if newest else ("a", "b")
    return [
        asked("useful", "rating", low={"en": "low"}, high={"en": "high"}),
        asked("again", "single", options=options("sure", "never")),
        asked("next", "multiple", options=options(*many)),
        asked("order", "ranking", options=options("x", "y", "z")),
        asked("people", "number", least=-5),
        asked("day", "date"),
        asked("1 with. ü", "single", options=options("one", "two")),
        asked("words", "text"),
        *([asked("late", "text")] if newest else []),
    ]


SKIPPED, REFUSED = {"missing": "skipped"}, {"missing": "refused"}


def answers(number: int, text: str) -> dict[str, Any]:
    """What one person said; the last ones say less."""
    said: dict[str, Any] = {
        "useful": number % 5 + 1,
        "again": ("sure", "never")[number % 2],
        "next": [["a"], ["b", "a"], SKIPPED, REFUSED][number % 4],
        "order": [["x", "y", "z"], ["z", "x", "y"], REFUSED][number % 3],
        "people": (-5, 0, 99, SKIPPED)[number % 4],
        "day": ("2026-11-23", REFUSED)[number % 2],
        "1 with. ü": ("one", SKIPPED)[number % 2],
        "words": text,
    }
    if number % 5 == 0:
        del said["again"]  # not asked
    if number % 2:
        said["late"] = text
    if isinstance(said["next"], list) and number % 8 == 1:
        said["next"] = ["a", "c"]
    return said


async def filled(world: World, *, mode: SurveyMode = SurveyMode.ANONYMOUS) -> None:
    event = await world.event(survey=tuple(questions(newest=True)))
    async with world.database.writing() as session:
        survey = await session.scalar(select(Survey).where(Survey.event_id == event.id))
        assert survey is not None
        survey.version, survey.wave, survey.mode = 2, 3, mode
        session.add(
            SurveyVersion(
                survey_id=survey.id,
                version=1,
                title=survey.title,
                questions=questions(newest=False),
            )
        )
        for wave in (1, 2):
            for number, text in enumerate(texts_in(world)):
                session.add(
                    Response(
                        id=secrets.token_hex(16),
                        survey_id=survey.id,
                        wave=wave,
                        version=number % 2 + 1,
                        answers=answers(number, text),
                    )
                )
            session.add(
                Wave(
                    survey_id=survey.id,
                    number=wave,
                    outcome=WaveEnd.OPENED,
                    ended_at=world.now - timedelta(days=1),
                    version=2,
                    responses=len(texts_in(world)),
                )
            )


async def written(world: World, path: Path, format_: Format, **more: Any) -> Path:  # noqa: ANN401
    out = path / ("file.zip" if format_ is Format.CSV else f"file.{format_.value}")
    await write_export(
        world.database,
        kind=Kind.ANSWERS,
        event_key="collab-talks",
        region_key=None,
        pilot_key=None,
        format_=format_,
        out=str(out),
        now=world.now,
        **{"language": "en", **more},
    )
    return out


# ── what should stand in a file: the answers, with the replacements that the read-me tells ───
def as_written(text: str, format_: Format) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join("\ufffd" if is_unwritable(sign) else sign for sign in text)
    if format_ is Format.SAV:
        return shortened(text, "utf-8", 32_767).rstrip(" ")
    return shortened(text, "utf-16-le", 2 * 32_767)


def is_unwritable(sign: str) -> bool:
    return (ord(sign) < 32 and sign not in "\t\n") or "\ud800" <= sign <= "\udfff"


def shortened(text: str, encoding: str, most: int) -> str:
    if len(text.encode(encoding)) <= most:
        return text
    end = " […]"
    kept = text.encode(encoding)[: most - len(end.encode(encoding))]
    return kept.decode(encoding, errors="ignore") + end


def guarded(text: str, other: str) -> str:
    """CSV: an apostrophe before what a spreadsheet would take for a formula."""
    signs = "=+-@"
    made, after = [], False
    for sign in text:
        made.append("'" if after and sign in signs else "")
        made.append(sign)
        after = sign in {other, "\t"} or (after and (sign.isspace() or sign == '"'))
    text = "".join(made)
    begins = text.lstrip("\ufeff\u200b \n\t")[:1]
    return f"'{text}" if text[:1] in {"\t", "\n"} or (begins and begins in signs) else text


def codes(number: int, text: str, format_: Format) -> list[object]:
    """One row of codes, from the wave's second column on."""
    said, version = answers(number, text), number % 2 + 1

    def one(key: str) -> object:
        low = -1_000_000_000 if key == "people" else 0
        numbers = {"not_asked": -97 + low, "skipped": -98 + low, "refused": -99 + low}
        value = said.get(key, {"missing": "not_asked"})
        return numbers[value["missing"]] if isinstance(value, dict) else value

    def parts(key: str, of: str) -> list[object]:
        value = one(key)
        if not isinstance(value, list):
            return [value, *[value] * len(of)]
        if key == "order":
            return ["; ".join(value), *(value.index(part) + 1 for part in of)]
        offered = "ab" if version == 1 and "c" not in value else "abc"
        return [
            "; ".join(value),
            *(int(part in value) if part in offered else -97 for part in of),
        ]

    row = [version, one("useful"), one("again"), *parts("next", "abc"), *parts("order", "xyz")]
    row += [one("people"), one("day"), one("1 with. ü"), one("words"), one("late")]
    for place in (-2, -1):
        if isinstance(row[place], str):
            row[place] = as_written(str(row[place]), format_)
    return row


def expected(world: World, format_: Format) -> list[list[object]]:
    return [codes(number, text, format_) for number, text in enumerate(texts_in(world))] * 2


def ordered(rows: Sequence[Sequence[object]]) -> list[str]:
    return sorted(map(repr, rows))


async def test_a_workbook_is_read_back_by_openpyxl(world: World, tmp_path: Path) -> None:
    await filled(world)
    book = openpyxl.load_workbook(await written(world, tmp_path, Format.XLSX))
    rows = [
        [unescape(cell) if isinstance(cell, str) else cell for cell in row[1:]]
        for row in book["Codes"].iter_rows(values_only=True)
    ]
    wanted = [
        [None if cell == "" else cell for cell in row] for row in expected(world, Format.XLSX)
    ]
    assert ordered(rows[1:]) == ordered(wanted)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}  # and no formula
    said: Any = book["Read me"].iter_rows(values_only=True)
    about: dict[str, str] = dict(said)
    assert about["Cells with signs that this form of file cannot hold"].startswith(
        f"{told(world, lambda one: any(map(is_unwritable, one.replace(chr(13), ''))))}; "
    )
    assert about["Cells cut at 32767 characters"].startswith(
        f"{told(world, lambda one: len(one.encode('utf-16-le', 'replace')) > 2 * 32_767)}; "
    )
    assert about["Version 1 of the questions: useful"].endswith("old?")


def told(world: World, is_replaced: Any) -> int:  # noqa: ANN401 (a question)
    """In how many cells something was replaced: words are asked twice in the newest version."""
    return sum(
        2 * (1 + number % 2) for number, text in enumerate(texts_in(world)) if is_replaced(text)
    )


@pytest.mark.parametrize("separator", list(Separator))
async def test_csv_is_read_back_by_polars(
    world: World, tmp_path: Path, separator: Separator
) -> None:
    await filled(world)
    file = await written(world, tmp_path, Format.CSV, separator=separator)
    with zipfile.ZipFile(file) as archive:
        content = archive.read("responses-codes.csv")
    assert content.startswith(b"\xef\xbb\xbf")
    table = pl.read_csv(io.BytesIO(content), separator=separator.sign, infer_schema=False)
    rows = [[cell or "" for cell in row[1:]] for row in table.rows()]
    other = ";" if separator is Separator.COMMA else ","
    wanted = [
        [guarded(cell, other) if isinstance(cell, str) else str(cell) for cell in row]
        for row in expected(world, Format.CSV)
    ]
    assert ordered(rows) == ordered(wanted)


async def test_an_spss_file_is_read_back_by_pyreadstat(world: World, tmp_path: Path) -> None:
    await filled(world)
    file = await written(world, tmp_path, Format.SAV, language="sk")
    read: Any = pyreadstat.read_sav(file, user_missing=True, output_format="polars")
    table, meta = read
    assert table.columns == [
        *("wave", "version", "useful", "again", "next", "next_a", "next_b", "next_c"),
        *("order", "order_x", "order_y", "order_z", "people", "day", "q_1_with", "words", "late"),
    ]
    numbers = {"version", "useful", "next_a", "next_b", "next_c", "people"}
    numbers |= {"order_x", "order_y", "order_z"}
    rows = [[row[name] for name in table.columns[1:]] for row in table.rows(named=True)]
    wanted = [
        [
            float(str(cell))
            if name in numbers
            else f"'{cell}"
            if cell == "-97" and name in {"words", "late"}
            else str(cell)
            for name, cell in zip(table.columns[1:], row, strict=True)
        ]
        for row in expected(world, Format.SAV)
    ]
    assert ordered(rows) == ordered(wanted)
    assert meta.column_names_to_labels["again"] == f"again: {LETTERS['sk']} new?"
    assert meta.variable_value_labels["again"]["sure"] == f"{LETTERS['sk']} sure"
    assert [one["lo"] for one in meta.missing_ranges["useful"]] == [-97, -98, -99]
    assert [one["lo"] for one in meta.missing_ranges["again"]] == ["-97", "-98", "-99"]
    assert any("-97" in line for line in meta.notes)


@pytest.mark.parametrize("language", list(LETTERS))
async def test_labels_are_in_the_language_that_was_chosen(
    world: World, tmp_path: Path, language: str
) -> None:
    await filled(world)
    book = openpyxl.load_workbook(
        await written(world, tmp_path, Format.XLSX, language=language), read_only=True
    )
    headings, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert headings[2] == f"useful: {LETTERS[language]} new?"
    assert {f"{LETTERS[language]} sure", f"{LETTERS[language]} never"} < {row[3] for row in rows}


async def test_a_pseudonymous_survey_has_codes_and_no_people(world: World, tmp_path: Path) -> None:
    await filled(world, mode=SurveyMode.PSEUDONYMOUS)
    book = openpyxl.load_workbook(await written(world, tmp_path, Format.XLSX))
    headings, *rows = book["Codes"].iter_rows(values_only=True)
    assert headings[0] == "code"
    assert len({row[0] for row in rows}) == len(rows)  # nobody agreed to be linked

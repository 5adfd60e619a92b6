"""The same files by pandas and by plain XlsxWriter, as somebody would write them who knows both.

A process of its own: what it took is read from outside. It prints its peak of memory in KiB.
"""

import asyncio
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.memory import peak_kib

NAMES = {"csv": "pandas", "xlsx": "XlsxWriter"}
CHUNK = 20_000
QUERY = """
SELECT response.wave, response.version, response.answers
FROM response JOIN wave ON wave.survey_id = response.survey_id AND wave.number = response.wave
WHERE response.survey_id = ? AND wave.outcome = 'opened'
ORDER BY response.survey_id, response.wave, response.id
"""
LABELS = {
    "again": {"sure": "Surely", "maybe": "Perhaps", "never": "Never"},
    "heard": {"friend": "From a friend", "web": "On the web"},
    "next": {"train": "Training", "meet": "A meeting", "read": "Reading"},
}
MISSING = {"not_asked": "(not asked)", "skipped": "(skipped)", "refused": "(rather not)"}
CODES = {"not_asked": -97, "skipped": -98, "refused": -99}
PLAIN = ("useful", "clear", "again", "heard")
COLUMNS = (*PLAIN, "next", *(f"next.{key}" for key in LABELS["next"]), "people", "words")
UNWRITABLE = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
HIDDEN = '([;\t][\\s"]*)([=+\\-@])'
FORMULA = "^(?=[\t\n]|\\s*[=+\\-@])"
LONGEST = 32_767


def with_pandas(database: str, survey: int, out: Path) -> None:
    """Write both tables as CSV, in chunks, as pandas can: column by column."""
    import pandas as pd  # noqa: PLC0415

    def reason(value: object) -> object:
        return value["missing"] if isinstance(value, dict) else None

    def table(chunk: Any) -> tuple[Any, Any]:  # noqa: ANN401 (a frame)
        said = pd.DataFrame(
            [json.loads(text) for text in chunk["answers"]],
            columns=[*PLAIN, "next", "people", "words"],
            dtype=object,
        )
        shown = pd.DataFrame({"wave": chunk["wave"].array, "version": chunk["version"].array})
        coded = shown.copy()
        for key in (*PLAIN, "next", "people", "words"):
            column = said[key]
            why = column.map(reason).mask(column.isna(), "not_asked")
            gone = why.notna()
            codes = pd.Series([CODES.get(one) for one in why], dtype=object)
            if key == "next":
                lists = column.where(~gone, None)
                names, code = LABELS[key], "; ".join
                shown[key] = lists.map(
                    lambda chosen, names=names: "; ".join(names[one] for one in chosen),
                    na_action="ignore",
                ).mask(gone, why.map(MISSING))
                coded[key] = lists.map(code, na_action="ignore").mask(gone, codes)
                for option in names:
                    flags = pd.Series(
                        [None if one is None else int(option in one) for one in lists],
                        dtype=object,
                    )
                    shown[f"{key}.{option}"] = flags.mask(gone, why.map(MISSING))
                    coded[f"{key}.{option}"] = flags.mask(gone, codes)
                continue
            value = column.where(~gone, None)
            if key == "words":
                value = (
                    value.astype("str")
                    .str.replace("\r\n", "\n", regex=False)
                    .str.replace("\r", "\n", regex=False)
                    .str.replace(UNWRITABLE, "\ufffd", regex=True)
                    .str.slice(0, LONGEST)
                    .str.replace(HIDDEN, r"\1'\2", regex=True)
                    .str.replace(FORMULA, "'", regex=True)
                    .astype(object)
                )
            label = LABELS.get(key)
            shown[key] = (value.map(label) if label else value).mask(gone, why.map(MISSING))
            coded[key] = value.mask(gone, codes)
        return shown, coded

    style: dict[str, Any] = {"index": False, "lineterminator": "\r\n"}
    with (
        sqlite3.connect(database) as connection,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        tempfile.TemporaryFile() as beside,
    ):
        with archive.open("responses.csv", "w", force_zip64=True) as entry:
            is_first = True
            chunks = pd.read_sql_query(QUERY, connection, params=(survey,), chunksize=CHUNK)
            for chunk in chunks:
                for frame, file in zip(table(chunk), (entry, beside), strict=True):
                    text = frame.to_csv(header=is_first, **style)
                    file.write(text.encode("utf-8-sig" if is_first else "utf-8"))
                is_first = False
        beside.seek(0)
        with archive.open("responses-codes.csv", "w", force_zip64=True) as entry:
            shutil.copyfileobj(beside, entry)


def with_xlsxwriter(database: str, survey: int, out: Path) -> None:
    """Write both tables as sheets, row by row, in the mode that keeps no row in memory."""
    import xlsxwriter  # noqa: PLC0415

    workbook = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheets = [workbook.add_worksheet(name) for name in ("Responses", "Codes")]
    for sheet in sheets:
        for column, heading in enumerate(("wave", "version", *COLUMNS)):
            sheet.write_string(0, column, heading)
    for number, pair in enumerate(_rows(database, survey), start=1):
        for sheet, cells in zip(sheets, pair, strict=True):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
    workbook.close()


def _rows(database: str, survey: int) -> Iterator[tuple[list[Any], list[Any]]]:
    clean = re.compile(UNWRITABLE)
    with sqlite3.connect(database) as connection:
        for wave, version, text in connection.execute(QUERY, (survey,)):
            said = json.loads(text)
            shown: list[Any] = [wave, version]
            coded: list[Any] = [wave, version]
            for key in (*PLAIN, "next", "people", "words"):
                value = said.get(key, {"missing": "not_asked"})
                more = len(LABELS["next"]) if key == "next" else 0
                if isinstance(value, dict):
                    shown += [MISSING[value["missing"]]] * (1 + more)
                    coded += [CODES[value["missing"]]] * (1 + more)
                elif key == "next":
                    flags = [int(option in value) for option in LABELS[key]]
                    shown += ["; ".join(LABELS[key][one] for one in value), *flags]
                    coded += ["; ".join(value), *flags]
                elif key == "words":
                    value = clean.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
                    shown.append(value[:LONGEST])
                    coded.append(value[:LONGEST])
                else:
                    shown.append(LABELS[key][value] if key in LABELS else value)
                    coded.append(value)
            yield shown, coded


def cells(file: Path, name: str) -> list[str]:
    """Return what stands in the cells of a sheet, but for its headings."""
    with zipfile.ZipFile(file) as archive:
        text = archive.read(name).decode()
    rows = re.findall(r"<row [^>]*>(.*?)</row>", text, flags=re.DOTALL)[1:]
    return [
        cell
        for row in rows
        for cell in re.findall(r"<(?:v|t)(?: [^>]*)?>(.*?)</[vt]>", row, re.DOTALL)
    ]


def idle(url: str) -> None:
    """Load what our process loads, and read one row."""
    from sqlalchemy import text  # noqa: PLC0415

    from bot import export_worker  # noqa: F401, PLC0415
    from xinno_core.database import Database  # noqa: PLC0415

    async def look() -> None:
        database = Database(url, pool_size=1)
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
        await database.close()

    asyncio.run(look())


def main() -> None:
    """Do what the arguments say, and print the peak of memory."""
    what, database, survey, out = sys.argv[1:]
    ways: dict[str, Callable[[], object]] = {
        "csv": lambda: with_pandas(database, int(survey), Path(out)),
        "xlsx": lambda: with_xlsxwriter(database, int(survey), Path(out)),
        "idle": lambda: idle(database),
        "idle-csv": lambda: __import__("pandas"),
        "idle-xlsx": lambda: __import__("xlsxwriter"),
    }
    ways[what]()
    sys.stdout.write(f"{peak_kib()}\n")


if __name__ == "__main__":
    main()

"""Writing an export from the command line: read in one transaction, written row by row."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import click

from xinno_core.database import Database
from xinno_core.errors import RefusedError
from xinno_core.services import exports
from xinno_core.services.exports import Export, Format, Kind, TooFewAnswers
from xinno_core.texts import books, sheets
from xinno_core.texts import exports as texts
from xinno_core.texts.sheets import Row
from xinno_core.texts.translator import Translator, translator


async def write_export(
    database: Database,
    *,
    kind: Kind,
    event_key: str | None,
    region_key: str | None,
    pilot_key: str | None,
    language: str,
    format_: Format,
    out: str,
    now: datetime,
) -> int:
    """Write an export to a path, or to standard output for "-"; return the number of rows.

    It reads in a transaction that blocks no writer, however long it takes. A file appears under
    its name only when it is whole.
    """
    t = translator(language)
    async with database.reading() as session:
        scope = await exports.find_scope(
            session, event_key=event_key, region_key=region_key, pilot_key=pilot_key
        )
        export = await exports.open_export(session, kind=kind, scope=scope)
        if isinstance(export, TooFewAnswers):
            raise RefusedError(texts.too_few(t))
        async with database.writing() as audit:
            subject = event_key or region_key or pilot_key or "all"
            exports.record(audit, actor=None, kind=kind, subject=subject[:64], now=now)
        with click.open_file(out, "wb", atomic=out != "-") as file:
            book = books.book(export, t, now=now)
            return await sheets.write(book, _rows(export, t), format_=format_, out=file)


async def _rows(export: Export, t: Translator) -> AsyncIterator[Sequence[Row]]:
    cells = books.cells(export, t)
    async for lines in export.batches:
        yield [row for line in lines for row in cells(line)]

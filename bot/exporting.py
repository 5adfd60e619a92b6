"""Writing an export: read in one transaction that blocks no writer, written batch by batch."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO

import click

from xinno_core.database import Database
from xinno_core.errors import RefusedError
from xinno_core.services import export_opening, exports
from xinno_core.services.export_answers import AnswersExport, TooFewAnswers
from xinno_core.services.export_opening import Export
from xinno_core.services.exports import Format, Kind, Separator
from xinno_core.texts import books, cells, sav, sheets
from xinno_core.texts import exports as texts
from xinno_core.texts.translator import Translator, translator

Progress = Callable[[int, int | None], None]
"""Takes how many rows are written, and of how many where that is known."""


SHOWN_EVERY = 0.5


@dataclass(frozen=True)
class Form:
    """In which form, language and moment a file is written."""

    format: Format
    separator: Separator
    language: str
    now: datetime

    @property
    def translator(self) -> Translator:
        """The translator for its words."""
        return translator(self.language)


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
    separator: Separator | None = None,
    secret: bytes = b"",
    progress: Progress | None = None,
) -> int:
    """Write an export to a path, or to standard output for "-"; return the number of rows.

    A file appears under its name only when it is whole.
    """
    form = Form(format_, separator or exports.separator_for(language), language, now)
    if format_ is Format.SAV and kind is not Kind.ANSWERS:
        msg = "an SPSS file holds answers to surveys; choose xlsx, csv or json"
        raise RefusedError(msg)
    async with database.reading() as session:
        scope = await exports.find_scope(
            session, event_key=event_key, region_key=region_key, pilot_key=pilot_key
        )
        export = await export_opening.open_export(
            session, kind=kind, scope=scope, secret=secret, now=now
        )
        if isinstance(export, TooFewAnswers):
            raise RefusedError(texts.too_few(form.translator))
        check_name(out, export, format_)
        async with database.writing() as audit:
            subject = event_key or region_key or pilot_key or "all"
            exports.record(audit, actor=None, kind=kind, subject=subject[:64], now=now)
        with click.open_file(out, "wb", atomic=out != "-") as file:
            try:
                return await write_file(export, form, file, progress or _nobody)
            except sav.TooLargeError:
                raise RefusedError(texts.too_large(form.translator)) from None


async def write_file(export: Export, form: Form, out: IO[bytes], progress: Progress) -> int:
    """Write an open export, and return the number of rows."""
    t = form.translator
    if form.format is Format.SAV:
        assert isinstance(export, AnswersExport)
        total = export.total
        return await sav.write(
            export, t, now=form.now, out=out, progress=lambda done: progress(done, total)
        )
    way = cells.writing(form.format, form.separator)
    layout = books.layout(export, t, way=way, format_=form.format, now=form.now)
    expected = export.total if isinstance(export, AnswersExport) else None
    number = 0
    with sheets.writer(layout.book, way, form.format, form.separator, out) as add:
        async for batch in export.batches:
            rows, tables = layout.lines(batch)
            add(tables)
            number += rows
            progress(number, expected)
    return number


def terminal_progress() -> Progress:
    """Return what shows on a terminal how far a file is; where there is none, nothing does."""
    if not sys.stderr.isatty():
        return _nobody
    shown = time.monotonic()

    def show(done: int, total: int | None) -> None:
        nonlocal shown
        if time.monotonic() - shown >= SHOWN_EVERY:
            shown = time.monotonic()
            of = f" of {total}" if total else ""
            click.echo(f"\r{done}{of} rows", err=True, nl=False)

    return show


def suffix(export: Export, format_: Format) -> str:
    """Return the ending of the file's name."""
    if format_ is Format.SAV and isinstance(export, AnswersExport):
        return sav.suffix(export)
    return sheets.suffix(format_)


def check_name(out: str, export: Export, format_: Format) -> None:
    """Refuse a name whose ending promises another form than is written: programs go by it."""
    given, ending = PurePath(out), PurePath(f"file{suffix(export, format_)}").suffix
    if given.suffix.lower() in {"", ending}:  # without an ending it promises nothing
        return
    if ending == ".zip":
        what = "several SPSS files" if format_ is Format.SAV else "several tables"
        reason = f"{format_.value.upper()} comes as a ZIP of {what}"
    else:
        reason = f"--format {format_.value} writes a {ending} file"
    msg = f"{reason}; name it {given.with_suffix(ending)}"
    raise click.BadParameter(msg, param_hint="'--out'")


def _nobody(done: int, total: int | None) -> None:
    """Nobody watches."""

"""The command line: each command reads its words, calls one thing, and says what came of it.

Data go to standard output, words to standard error; the exit status is 0 done, 1 failed with one
line, 2 wrong usage. What a command needs is imported when it runs, so that all start quickly.
"""

import asyncio
import importlib.util
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import logs
from bot.settings import Settings, read_settings
from xinno_core.database import SCHEMA_HEAD, Database, migrate, schema_revision
from xinno_core.errors import XinnoError
from xinno_core.languages import INTERFACE_LANGUAGES

T = TypeVar("T")


def main() -> None:
    """Run the command line."""
    try:
        cli.main(prog_name="xinno", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(1)
    except click.exceptions.Exit as wanted:
        sys.exit(wanted.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except XinnoError as error:
        fail(str(error))


def fail(reason: str) -> NoReturn:
    """End with the one line that says why."""
    click.echo(f"xinno: {reason}", err=True)
    sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xinno", message="%(version)s")
def cli() -> None:
    """The x-Inno assistant: from invitation to feedback, in the chat."""


@cli.command()
def up() -> None:
    """Set up if needed and run: with a token against Telegram, else the demo with a simulator."""
    settings = _prepared()
    if settings.token:
        _migrate(settings.database_url)
        _serve(settings)
        return
    from bot import demo  # noqa: PLC0415

    _migrate(demo.DATABASE_URL)
    _running(demo.run(settings, say=click.echo))


@cli.command()
def run() -> None:
    """Run the assistant against Telegram, all roles in one process."""
    _serve(_prepared())


@cli.command("migrate")
def migrate_command() -> None:
    """Bring the database to the current schema."""
    settings = _prepared()
    _migrate(settings.database_url)
    click.echo("The database is at the current schema.", err=True)


@cli.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--check", is_flag=True, help="only say what is wrong, change nothing")
def import_command(files: tuple[Path, ...], check: bool) -> None:
    """Create or update events from blueprint files, and print what changed."""
    from xinno_core.blueprints.read import Blueprint, BlueprintErrors, read  # noqa: PLC0415
    from xinno_core.services.blueprints import import_blueprint  # noqa: PLC0415

    blueprints: list[Blueprint] = []
    problems: list[str] = []
    for file in files:
        try:
            blueprints.append(read(file))
        except BlueprintErrors as errors:
            problems.extend(str(problem) for problem in errors.problems)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        number = len(problems)
        fail(f"{number} problem{'s' if number > 1 else ''} found; nothing was imported")
    if check:
        click.echo("No problem found.", err=True)
        return
    for file, blueprint in zip(files, blueprints, strict=True):

        async def carry_out(session: AsyncSession, blueprint: Any = blueprint) -> Any:  # noqa: ANN401
            return await import_blueprint(session, blueprint, now=datetime.now(UTC))

        outcome = _write(carry_out)
        for line in outcome.lines:
            click.echo(f"{file}: {line}", err=bool(outcome.problems))
        if outcome.problems:
            fail(f"{file} was not imported")


@cli.command()
@click.argument("telegram_id", type=click.IntRange(min=1))
@click.argument("role", type=click.Choice(["operator", "organiser", "staff", "lead"]))
@click.option("--region", help="key of the region, for an organiser or staff")
@click.option("--pilot", help="key of the pilot, for a lead")
def grant(telegram_id: int, role: str, region: str | None, pilot: str | None) -> None:
    """Give a person a role."""
    from xinno_core.services import access  # noqa: PLC0415

    given = _write(
        lambda session: access.grant_by_id(
            session,
            telegram_id=telegram_id,
            role=role,
            region_key=region,
            pilot_key=pilot,
            now=datetime.now(UTC),
        )
    )
    click.echo("Granted." if given else "The person has this role already.", err=True)


@cli.command()
@click.argument("telegram_id", type=click.IntRange(min=1))
@click.argument("role", type=click.Choice(["operator", "organiser", "staff", "lead"]))
@click.option("--region", help="key of the region, for an organiser or staff")
@click.option("--pilot", help="key of the pilot, for a lead")
def revoke(telegram_id: int, role: str, region: str | None, pilot: str | None) -> None:
    """Take a role back; it ends at once."""
    from xinno_core.services import access  # noqa: PLC0415

    taken = _write(
        lambda session: access.revoke_by_id(
            session,
            telegram_id=telegram_id,
            role=role,
            region_key=region,
            pilot_key=pilot,
            now=datetime.now(UTC),
        )
    )
    click.echo("Revoked." if taken else "The person does not have this role.", err=True)


@cli.command("second-from")
@click.argument("people", type=click.IntRange(min=1))
@click.option("--region", required=True, help="key of the region")
def second_from(people: int, region: str) -> None:
    """Ask for a second organiser's yes where an announcement goes to so many PEOPLE."""
    from xinno_core.services import seconding  # noqa: PLC0415

    _write(
        lambda session: seconding.set_threshold(
            session, region_key=region, people=people, now=datetime.now(UTC)
        )
    )
    click.echo("Set.", err=True)


@cli.command()
@click.argument("person", type=click.IntRange(min=1))
@click.option("--event", help="key of the event; all of them if left out")
def why(person: int, event: str | None) -> None:
    """Print the ledger of PERSON, a Telegram id: each message, its state and its reason."""
    from bot.explaining import lines  # noqa: PLC0415

    found = _read(lambda session: lines(session, person, event_key=event, now=datetime.now(UTC)))
    for line in found:
        click.echo(line)
    if not found:
        click.echo("Nothing was sent to this person, and nothing is planned.", err=True)


@cli.command()
@click.argument(
    "kind",
    type=click.Choice(
        ["answers", "figures", "registrations", "attendance", "deliveries", "questions"]
    ),
)
@click.option("--event", help="key of the event")
@click.option("--region", help="key of the region; all its events")
@click.option("--pilot", help="key of the pilot; all its events")
@click.option(
    "--language", type=click.Choice(INTERFACE_LANGUAGES), default="en", help="of the file's words"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["xlsx", "csv", "json", "sav"]),
    default="xlsx",
    help="of the file; sav (SPSS) for answers only",
)
@click.option(
    "--separator",
    type=click.Choice([",", ";"]),
    help="of CSV; as the language's spreadsheets expect it if left out",
)
@click.option(
    "--out",
    required=True,
    help="file to write, named .xlsx, .json, .zip for csv (several tables), "
    ".sav or for several surveys .zip; - for standard output",
)
def export(
    kind: str,
    event: str | None,
    region: str | None,
    pilot: str | None,
    language: str,
    format_: str,
    separator: str | None,
    out: str,
) -> None:
    """Write answers, figures, registrations, attendance, deliveries or questions into a file."""
    from bot import keys  # noqa: PLC0415
    from bot.exporting import terminal_progress, write_export  # noqa: PLC0415
    from xinno_core.services.exports import Format, Kind, Separator  # noqa: PLC0415

    async def carry_out(database: Database) -> int:
        return await write_export(
            database,
            kind=Kind(kind),
            event_key=event,
            region_key=region,
            pilot_key=pilot,
            language=language,
            format_=Format(format_),
            separator=next((one for one in Separator if one.sign == separator), None),
            secret=keys.load(_prepared().secret_key_file),
            out=out,
            now=datetime.now(UTC),
            progress=terminal_progress(),
        )

    try:
        rows = _with_database(carry_out)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror or error}")
    click.echo(f"{rows} rows written", err=True)


@cli.command()
def doctor() -> None:
    """Check settings, database, schema, Telegram, clock and languages; say what to do."""
    from bot import doctor as checks  # noqa: PLC0415

    findings = asyncio.run(checks.examine(_prepared()))
    for finding in findings:
        click.echo(finding.line)
    if not all(finding.is_well for finding in findings):
        fail("not all is well; see above")


@cli.command("forget-key")
@click.option("--yes", is_flag=True, help="do it; without, only say what is lost")
def forget_key(yes: bool) -> None:
    """Go on with a new key where the old one is lost for good; stop the assistant before."""
    from bot import forgetting  # noqa: PLC0415
    from xinno_core.services.key_loss import NothingLost  # noqa: PLC0415

    settings = _prepared()
    _require_schema(settings.database_url)
    work = forgetting.forget if yes else forgetting.look
    outcome = asyncio.run(work(settings, now=datetime.now(UTC)))
    if isinstance(outcome, NothingLost):
        fail(forgetting.reason(outcome))
    for line in forgetting.report(outcome) if yes else forgetting.warning(outcome):
        click.echo(line)
    if not yes:
        fail("nothing was changed; with --yes it is done")


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), help="port on this machine")
def simulate(port: int | None) -> None:
    """Run the local Telegram simulator alone."""
    from bot.simulator.server import run_alone  # noqa: PLC0415

    settings = _prepared()
    port = port or settings.simulator_port
    try:
        run_alone(port)
    except OSError:
        fail(f"port {port} is taken: stop what runs there, or choose one with --port")


@cli.command()
@click.argument("name", type=click.Choice(["broadcast", "export"]), default="broadcast")
@click.option(
    "--people",
    type=click.IntRange(min=10),
    default=2000,
    show_default=True,
    help="to whom broadcast announces",
)
@click.option(
    "--rows",
    type=click.IntRange(min=100),
    default=1_000_000,
    show_default=True,
    help="of the CSV file of export; its workbook has a twentieth",
)
@click.option(
    "--json",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="also write the figures here, for machines",
)
def bench(name: str, people: int, rows: int, file: Path | None) -> None:
    """Measure announcements (broadcast) or files (export), each beside the libraries' plain way."""
    needed = "aiolimiter" if name == "broadcast" else "pandas"
    if importlib.util.find_spec(needed) is None:
        fail(f"the comparison needs {needed}; ./xinno bench brings it, or: pip install {needed}")
    from bot.bench import broadcast, export, report  # noqa: PLC0415

    figures: list[Any] = (
        asyncio.run(broadcast.measure(people=people))
        if name == "broadcast"
        else asyncio.run(export.measure(rows=rows, sheet_rows=max(rows // 20, 10)))
    )
    click.echo(report.table(figures))
    if file is not None:
        file.write_text(report.as_json(name, figures), encoding="utf-8")


def _prepared() -> Settings:
    settings = read_settings(fail)
    webhook_secret = settings.webhook_secret
    logs.configure(
        level=settings.log_level,
        shape=settings.log_format,
        secrets=(
            settings.token or "",
            webhook_secret.get_secret_value() if webhook_secret else "",
        ),
    )
    return settings


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except (OSError, SQLAlchemyError) as error:
        fail(f"the database cannot be reached: {type(error).__name__}; check XINNO_DATABASE_URL")


def _write(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Carry work out in one transaction on the database of the settings."""

    async def carry_out(database: Database) -> T:
        async with database.writing() as session:
            return await work(session)

    return _with_database(carry_out)


def _read(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Carry work out that only reads the database of the settings."""

    async def carry_out(database: Database) -> T:
        async with database.reading() as session:
            return await work(session)

    return _with_database(carry_out)


def _with_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Carry work out on the database of the settings."""
    settings = _prepared()

    async def carry_out() -> T:
        database = Database(settings.database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    _require_schema(settings.database_url)
    return asyncio.run(carry_out())


def _require_schema(url: str) -> None:
    if _revision(url) != SCHEMA_HEAD:
        fail("the database is not at the current schema; run: xinno migrate")


def _revision(url: str) -> str | None:
    try:
        return asyncio.run(schema_revision(url))
    except (OSError, SQLAlchemyError) as error:
        fail(f"the database cannot be reached: {type(error).__name__}; check XINNO_DATABASE_URL")


def _serve(settings: Settings) -> None:
    from bot import serving  # noqa: PLC0415

    if not settings.token:
        fail("there is no XINNO_BOT_TOKEN; set one, or try the demo with: ./xinno up")
    if _revision(settings.database_url) is None:
        _migrate(settings.database_url)  # an empty database: there is nothing to back up first
    _require_schema(settings.database_url)
    _running(serving.run(settings, say=click.echo))


def _running(program: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(program)
    except* XinnoError as errors:
        fail(str(errors.exceptions[0]))
    except* OSError as errors:
        fail(str(errors.exceptions[0]))

"""The migrations build what the models say, on both databases, however often and by however many.

Alembic's own comparison sees tables, columns, keys and indexes but no CHECK, so those are asked
of the database and of the models by themselves.
"""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, DateTime, Index, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import Date, Time

from tests.support import building
from tests.support.databases import KINDS, Databases, Kind
from xinno_core import migrations
from xinno_core.database import SCHEMA_HEAD, Database, migrate, schema_revision
from xinno_core.models import Answer, Ballot, Base, Participant

ROOT = Path(__file__).parents[2]
MIGRATE = "import sys; from xinno_core.database import migrate; migrate(sys.argv[1])"
APART = (Ballot, Answer)
"""Who took part, and what was said: nothing may join the two."""

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
T = TypeVar("T")


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, databases: Databases) -> Any:  # noqa: ANN401 (a generator)
    """A database without a table, on each kind."""
    kind: Kind = request.param
    with databases.empty(kind) as url:
        yield url


def test_the_head_that_the_program_knows_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__path__[0])))
    assert scripts.get_heads() == [SCHEMA_HEAD]


async def test_from_nothing_to_head_equals_the_models(database_url: str) -> None:
    """What differs would be named here as the step that mends it."""
    assert await schema_revision(database_url) == SCHEMA_HEAD
    assert await _ask(database_url, _differences) == []


async def test_every_rule_of_a_row_stands_in_the_database(database_url: str) -> None:
    found = await _ask(database_url, _checks)
    wanted = {
        table.name: {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        for table in Base.metadata.tables.values()
    }
    assert found == wanted
    assert "ck_limit_never_oversold" in found["limit"]
    assert sum(map(len, wanted.values())) >= 20  # or the comparison compares nothing


async def test_every_index_and_unique_key_stands_in_the_database(database_url: str) -> None:
    found = await _ask(database_url, _indexes)
    wanted = {
        table.name: {_named(index) for index in table.indexes}
        for table in Base.metadata.tables.values()
    }
    assert found == wanted
    assert ("ix_notice_state_notice_due_at", ("state", "due_at")) in found["notice"]


async def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    await _migrate(empty_url)
    before = await _ask(empty_url, _shape)
    await _execute(empty_url, "INSERT INTO marker (key, value) VALUES ('kept', '{}')")
    await _migrate(empty_url)
    assert await _ask(empty_url, _shape) == before
    assert await _scalar(empty_url, "SELECT count(*) FROM marker") == 1
    assert await _scalar(empty_url, "SELECT count(*) FROM alembic_version") == 1


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    """Two containers are started together on an empty database."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=60)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert asyncio.run(schema_revision(empty_url)) == SCHEMA_HEAD
    assert asyncio.run(_ask(empty_url, _differences)) == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_database_that_is_already_current_is_known_without_alembic(
    databases: Databases, kind: Kind
) -> None:
    """A start takes seconds less when nothing is to be migrated."""
    seen = "import sys; sys.exit('alembic.command' in sys.modules)"
    with databases.fresh(kind) as url:
        done = subprocess.run(
            [sys.executable, "-c", f"{MIGRATE}; {seen}", url], cwd=ROOT, check=False, timeout=60
        )
    assert done.returncode == 0


# ── what keeps ballots and answers apart ─────────────────────────────────────────────────────
@pytest.mark.parametrize("table", [table.__tablename__ for table in APART])
async def test_no_row_id_tells_in_which_order_answers_came(
    databases: Databases, table: str
) -> None:
    with databases.fresh("sqlite") as url:
        columns = "survey_id" if table == "ballot" else "question"
        assert await _scalar(url, f"SELECT count({columns}) FROM {table}") == 0
        with pytest.raises(Exception, match="no such column: rowid"):
            await _scalar(url, f"SELECT rowid FROM {table}")
        assert await _scalar(url, "SELECT count(rowid) FROM survey") == 0  # others have one


@pytest.mark.parametrize("table", [table.__tablename__ for table in APART])
async def test_a_ballot_and_an_answer_hold_no_time_and_no_running_number(
    database_url: str, table: str
) -> None:
    columns = await _ask(database_url, lambda sync: inspect(sync).get_columns(table))
    assert columns
    for column in columns:
        assert not isinstance(column["type"], (DateTime, Date, Time)), column["name"]
        assert not column.get("default"), column["name"]  # a sequence would number them
        assert not str(column["name"]).endswith(("_at", "_on"))


async def test_ballots_and_answers_share_no_key_but_the_survey(database_url: str) -> None:
    def names(sync: Connection) -> list[set[str]]:
        return [
            {str(column["name"]) for column in inspect(sync).get_columns(table.__tablename__)}
            for table in APART
        ]

    ballot, answer = await _ask(database_url, names)
    assert ballot & answer == {"survey_id"}
    assert "participant_id" not in answer


# ── the rules stand behind the program ───────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "state, fields, rule",
    [
        ("waitlisted", {}, "waits_with_a_number"),
        ("offered", {"offered_until": "'2027-03-08 09:00:00'"}, "waits_with_a_number"),
        ("offered", {"queue_number": "1"}, "offers_end"),
        ("confirmed", {}, "confirmed_when"),
        ("seated", {}, "registrationstate"),
    ],
)
async def test_a_registration_without_what_its_state_needs_is_refused(
    database_url: str, state: str, fields: dict[str, str], rule: str
) -> None:
    """Even a statement that no service ever wrote leaves no half registration behind."""
    row = {
        "event_id": "1",
        "participant_id": "1",
        "role": "'visitor'",
        "state": f"'{state}'",
        "answers": "'{}'",
        "revision": "1",
        "created_at": "'2027-03-08 09:00:00'",
        **fields,
    }
    adding = f"INSERT INTO registration ({', '.join(row)}) VALUES ({', '.join(row.values())})"
    await _populate(database_url)
    with pytest.raises(IntegrityError, match=rule):
        await _execute(database_url, adding)


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _migrate(url: str) -> None:
    await asyncio.to_thread(migrate, url)  # it runs a loop of its own


async def _ask(url: str, question: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


async def _populate(url: str) -> None:
    database = Database(url)
    async with database.writing() as session:
        session.add(Participant(language="en", created_at=NOW))
        await building.event(session, title="Talk", now=NOW, starts_local=datetime(2027, 3, 18, 18))
    await database.close()


async def _execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


async def _scalar(url: str, question: str) -> object:
    return await _ask(url, lambda sync: sync.execute(text(question)).scalar())


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found: list[Any] = compare_metadata(context, Base.metadata)
    return found


def _checks(connection: Connection) -> dict[str, set[str]]:
    look = inspect(connection)
    return {
        table: {str(check["name"]) for check in look.get_check_constraints(table)}
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def _indexes(connection: Connection) -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    look = inspect(connection)
    return {
        table: {
            (str(index["name"]), tuple(str(column) for column in index["column_names"]))
            for index in look.get_indexes(table)
            if not index.get("duplicates_constraint")
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def _named(index: Index) -> tuple[str, tuple[str, ...]]:
    return str(index.name), tuple(column.name for column in index.columns)


def _shape(connection: Connection) -> tuple[object, ...]:
    look = inspect(connection)
    columns = {
        table: [
            (column["name"], str(column["type"]), column["nullable"])
            for column in look.get_columns(table)
        ]
        for table in look.get_table_names()
    }
    return columns, _checks(connection), _indexes(connection)

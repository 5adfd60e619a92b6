"""From nothing to the present tables, once, twice and from two processes at once."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support import databases as kinds
from tests.support.databases import Databases
from tests.support.program import ROOT
from xinno_core.database import SCHEMA_HEAD, migrate, schema_revision
from xinno_core.models import Base


@pytest.fixture(params=kinds.KINDS)
def empty(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database without a single table."""
    with databases.empty(request.param) as url:
        yield url


async def read(url: str, look: Any) -> Any:  # noqa: ANN401 (whatever is looked for)
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def constraints(connection: Connection) -> dict[str, list[tuple[str, list[str]]]]:
    """The rules that rows must obey, with the words in them; comparing tables does not see them."""
    there = inspect(connection)
    return {
        table: sorted(
            (str(check["name"]), re.findall(r"'([^']*)'", check["sqltext"]))
            for check in there.get_check_constraints(table)
        )
        for table in there.get_table_names()
        if table != "alembic_version"
    }


def test_the_migrations_make_exactly_the_tables_of_the_models(empty: str) -> None:
    assert asyncio.run(schema_revision(empty)) is None
    migrate(empty)
    assert asyncio.run(schema_revision(empty)) == SCHEMA_HEAD
    assert asyncio.run(read(empty, differences)) == []


def test_every_rule_of_the_models_stands_in_the_database(empty: str) -> None:
    migrate(empty)
    migrated = asyncio.run(read(empty, constraints))

    async def made_from_models() -> dict[str, list[tuple[str, list[str]]]]:
        engine = create_async_engine(empty)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.drop_all)
                await connection.run_sync(Base.metadata.create_all)
                return await connection.run_sync(constraints)
        finally:
            await engine.dispose()

    assert migrated == asyncio.run(made_from_models())


def test_migrating_twice_changes_nothing(empty: str) -> None:
    migrate(empty)
    migrate(empty)
    assert asyncio.run(read(empty, differences)) == []


def test_two_processes_that_migrate_at_once_both_end_well(empty: str) -> None:
    program = f"from xinno_core.database import migrate; migrate({empty!r})"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in both]
    assert ends == [("", 0), ("", 0)]
    assert asyncio.run(read(empty, differences)) == []

"""The databases lent to tests: each its own, migrated, and gone afterwards."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.databases import KINDS, Databases, Kind


async def tables(url: str) -> set[str]:
    """Return the names of the tables."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    return set(names)


async def test_a_lent_database_is_migrated(database_url: str) -> None:
    assert {"participant", "registration", "alembic_version"} <= await tables(database_url)


async def test_an_empty_database_has_no_table(databases: Databases) -> None:
    for kind in KINDS:
        with databases.empty(kind) as url:
            assert await tables(url) == set()


@pytest.mark.parametrize("kind", KINDS)
async def test_two_lent_databases_do_not_share(databases: Databases, kind: Kind) -> None:
    with databases.fresh(kind) as one, databases.fresh(kind) as two:
        engine = create_async_engine(one)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
        await engine.dispose()
        assert "only_here" in await tables(one)
        assert "only_here" not in await tables(two)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_connection_left_open_does_not_stop_the_run(
    databases: Databases, kind: Kind
) -> None:
    with databases.fresh(kind) as url:
        engine = create_async_engine(url)
        connection = await engine.connect()
    await connection.invalidate()
    await connection.close()
    await engine.dispose()

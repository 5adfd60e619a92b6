"""What a database holds, to be compared with what it held before."""

from typing import Any

from sqlalchemy import select

from tests.support.world import World
from xinno_core.models import Base

Contents = dict[str, list[tuple[Any, ...]]]

INTAKE = {"inbox"}
"""That an update was taken in is no effect of it."""
WHERE_ONE_IS = {"is_current", "expires_at"}
"""Whether typed text still goes to a form says where a person is, not what was done."""


async def contents(world: World) -> Contents:
    """All rows of all tables but the inbox."""
    found: Contents = {}
    async with world.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in INTAKE:
                continue
            columns = [column for column in table.columns if column.name not in WHERE_ONE_IS]
            rows = await session.execute(select(*columns))
            found[table.name] = sorted((tuple(map(repr, row)) for row in rows), key=str)
    return found


def changed(before: Contents, after: Contents) -> set[str]:
    """The tables in which something is different."""
    return {name for name, rows in after.items() if rows != before[name]}

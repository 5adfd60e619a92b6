"""Facts about the installation itself, one row each."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.models import Marker

DEMO = "demo"
CLOCK = "clock"


async def find(session: AsyncSession, key: str) -> dict[str, Any] | None:
    """Return the value of a marker."""
    marker = await session.get(Marker, key)
    return marker.value if marker is not None else None


async def drop(session: AsyncSession, key: str, *, unless_other_than: dict[str, Any]) -> None:
    """Remove a marker, unless it was set anew since."""
    marker = await session.scalar(
        lock(select(Marker).where(Marker.key == key)).execution_options(populate_existing=True)
    )
    if marker is not None and marker.value == unless_other_than:
        await session.delete(marker)
        await session.flush()


async def put_once(session: AsyncSession, key: str, value: dict[str, Any]) -> None:
    """Set a marker that is never changed: whoever comes second finds it."""
    await session.execute(insert_once(session, Marker).values(key=key, value=value))


async def put(session: AsyncSession, key: str, value: dict[str, Any]) -> None:
    """Set a marker."""
    # Two that set a new one at the same moment must not fail at each other.
    await session.execute(insert_once(session, Marker).values(key=key, value=value))
    await session.execute(update(Marker).where(Marker.key == key).values(value=value))

"""Facts about the installation itself, one row each."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Marker

DEMO = "demo"
CLOCK = "clock"


async def find(session: AsyncSession, key: str) -> dict[str, Any] | None:
    """Return the value of a marker."""
    marker = await session.get(Marker, key)
    return marker.value if marker is not None else None


async def put(session: AsyncSession, key: str, value: dict[str, Any]) -> None:
    """Set a marker."""
    await session.merge(Marker(key=key, value=value))

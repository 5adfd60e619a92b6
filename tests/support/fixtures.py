"""Fixtures that several folders of tests share."""

from collections.abc import AsyncIterator

import pytest

from tests.support.world import World


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """An installation of its own, on each database."""
    made = World(database_url)
    await made.open()
    yield made
    await made.close()

"""What the tests themselves stand on: an error in a handler fails the test that caused it."""

import pytest

from tests.support.world import World


async def test_an_error_in_a_handler_fails_the_test(world: World) -> None:
    """An event that is in no language at all is our mistake, and no test may pass over it."""
    talk = await world.event("Collab Talks", key="broken")
    eva = await world.participant("Eva")
    async with world.database.writing() as session:
        (await session.get_one(type(talk), talk.id)).roles = [{"label": {}}]
    with pytest.raises(KeyError):
        await eva.open_link("e_broken")

"""The key file and the database belong together: with another one nothing begins."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from bot import doctor
from bot.runtime import Assistant
from bot.settings import Settings
from tests.support.world import SECRET, World
from xinno_core.errors import WrongSettingError
from xinno_core.models import Inbox, Marker

REFUSED = "not the one this database was sealed with"


async def test_another_key_file_is_refused_before_anything_is_taken_in(world: World) -> None:
    await world.participant("Eva")
    before = await _taken_in(world)
    other = Assistant(replace(world.assistant.setup, secret=b"a key from elsewhere"))
    for begin in (other.start, other.run):
        with pytest.raises(WrongSettingError, match=REFUSED):
            await begin()
    assert await _taken_in(world) == before
    await other.close()
    await world.restart()  # with its own, all is as before
    assert (await world.participant("Jan")).screen.text


@pytest.mark.parametrize("content", [SECRET * 4, b"a key from elsewhere" * 4, b"", None])
async def test_the_doctor_says_whether_the_key_fits(
    world: World, tmp_path: Path, content: bytes | None
) -> None:
    """Looking makes no key: one that is missing is missed."""
    other = Assistant(replace(world.assistant.setup, secret=SECRET * 4))
    async with world.database.writing() as session:
        await session.execute(delete(Marker))
    await other.start()
    await other.close()
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    settings = Settings(database_url=world.assistant.setup.database_url, secret_key_file=path)
    found = {finding.what: finding async for finding in doctor._database(settings)}
    assert found["key file"].is_well is (content == SECRET * 4)
    assert path.exists() is (content is not None)


async def _taken_in(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Inbox)) or 0

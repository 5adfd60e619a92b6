"""Telling whether the key file is the one this database was sealed with.

With another, everything sealed would stay closed, and what came in meanwhile would be sealed to a
key that nobody expects: better to say so before anything is taken in.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import seal_of
from xinno_core.errors import WrongSettingError
from xinno_core.sealing import WrongKeyError
from xinno_core.services import markers

KEY = "key"
PLACE = "marker:key"
SAID = "the key of this database"
BLOCK = 64


async def find_fault(session: AsyncSession) -> str | None:
    """Say what is wrong with the key, None where it fits or nothing was ever sealed."""
    marker = await markers.find(session, KEY)
    if marker is None:
        return None
    try:
        seal_of(session).open_text(str(marker["sealed"]), place=PLACE)
    except (WrongKeyError, WrongSettingError):  # another one, or none at all
        return (
            "the key file is not the one this database was sealed with; bring that one back, "
            "from where your backups of it are: XINNO_SECRET_KEY_FILE names its place; "
            "only if it is lost for good: xinno forget-key"
        )
    return None


async def insist(session: AsyncSession) -> None:
    """Let nothing begin with another key; the first one that comes is this database's own."""
    fault = await find_fault(session)
    if fault is not None:
        raise WrongSettingError(fault)
    if await markers.find(session, KEY) is None:
        await markers.put_once(session, KEY, _check(session))


async def replace(session: AsyncSession) -> None:
    """Make the key at hand this database's own; whoever asks has seen to what the other sealed."""
    await markers.put(session, KEY, _check(session))


def _check(session: AsyncSession) -> dict[str, str]:
    return {"sealed": seal_of(session).close_text(SAID, place=PLACE, block=BLOCK)}

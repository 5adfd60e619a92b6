"""What `xinno forget-key` does: it tells what is lost with the key, or goes on with a new one."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import keys
from bot.settings import Settings
from xinno_core.database import Database, is_shared, only_process
from xinno_core.errors import WrongDatabaseError
from xinno_core.services import key_loss
from xinno_core.services.key_loss import Loss, LostSurvey, NothingLost

RUNS = "the assistant runs on this database, so it has the key; stop it first"
ENDED = (
    "Whatever was signed with the old key has ended:",
    "- the addresses of calendars and of surveys in the browser, links for guests among them",
    "- links that were passed on: to a role by invitation, to come together, to add a group",
    "- codes in files of answers: those of later files do not match those of earlier ones",
    "Everything else is kept, opened waves and answers under a code among it.",
)


async def look(settings: Settings, *, now: datetime) -> Loss | NothingLost:
    """Say what is lost; looking makes no key."""
    path = settings.secret_key_file
    secret = keys.load(path) if path.exists() else b""
    async with _alone(settings.database_url, secret) as database, database.reading() as session:
        await _refuse_company(session)
        return await key_loss.look(session, now=now)


async def forget(settings: Settings, *, now: datetime) -> Loss | NothingLost:
    """Give up what is lost, and go on with the key at hand; where there is none, it is made."""
    found = await look(settings, now=now)
    if isinstance(found, NothingLost):  # no key is made where none is needed
        return found
    secret = keys.load(settings.secret_key_file)
    async with _alone(settings.database_url, secret) as database, database.writing() as session:
        await _refuse_company(session)
        return await key_loss.forget(session, now=now)


def reason(outcome: NothingLost) -> str:
    """Return why there is nothing to do."""
    if outcome.is_known:
        return "the key file is the right one; nothing is lost"
    return "this database knows no key yet, and takes the first one that comes; nothing is lost"


def warning(loss: Loss) -> Iterator[str]:
    """Tell what is lost before anything is done about it."""
    yield "The key file is not the one this database was sealed with. Without that one, lost are:"
    yield from _lost(loss)
    yield from ENDED
    yield (
        "Look for the old key file once more: with it, nothing is lost. "
        "To go on without it: xinno forget-key --yes"
    )


def report(loss: Loss) -> Iterator[str]:
    """Tell what was done."""
    yield "The old key is forgotten. This was given up:"
    yield from _lost(loss)
    yield from ENDED
    yield (
        "The key file at hand is now this database's own: keep a copy of it. After the next start "
        "the last traces of what was destroyed go from the database's files."
    )


def _lost(loss: Loss) -> Iterator[str]:
    yield f"- answers that were not opened yet: {loss.answers}, to {len(loss.surveys)} surveys"
    yield from (f"  - {_survey(one)}" for one in loss.surveys)
    yield f"- unfinished answers to surveys: {loss.forms}; they are begun anew"
    yield f"- messages and presses that were not handled yet: {loss.updates}; people press again"


def _survey(one: LostSurvey) -> str:
    then = "over: nobody can answer again" if one.is_over else "open: people may answer once more"
    return f"{one.key} of {one.event_key}, {then}"


@contextlib.asynccontextmanager
async def _alone(url: str, secret: bytes) -> AsyncIterator[Database]:
    """Open a database, held so that no assistant runs on it meanwhile where it is SQLite's."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(only_process(url))
        except WrongDatabaseError:
            raise WrongDatabaseError(RUNS) from None
        database = Database(url, secret=secret)
        try:
            yield database
        finally:
            await database.close()


async def _refuse_company(session: AsyncSession) -> None:
    if await is_shared(session):
        raise WrongDatabaseError(RUNS)

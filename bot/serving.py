"""Running against the real Telegram, until a signal says to stop."""

import asyncio
import signal
from collections.abc import Callable

from bot import keys
from bot.runtime import Assistant, Setup
from bot.settings import Settings
from xinno_core.clock import SystemClock
from xinno_core.database import Database, only_process
from xinno_core.errors import WrongDatabaseError, WrongSettingError
from xinno_core.services import access, markers

Say = Callable[[str], None]


async def run(settings: Settings, *, say: Say) -> None:
    """Run all roles in one process."""
    if settings.webhook_url and not settings.webhook_secret:
        msg = "XINNO_WEBHOOK_URL needs XINNO_WEBHOOK_SECRET, so that only Telegram can post"
        raise WrongSettingError(msg)
    with only_process(settings.database_url):
        await _refuse_demo_data(settings)
        assistant = Assistant(setup_of(settings))
        await grant_operators(assistant, settings)
        await run_until_stopped(
            assistant,
            started=lambda: say(f"The assistant runs; health: {web_root(settings)}/readyz"),
        )


def setup_of(settings: Settings) -> Setup:
    """Return the setup that the settings ask for."""
    return Setup(
        database_url=settings.database_url,
        token=settings.token or "",
        api_root=settings.telegram_api,
        clock=SystemClock(),
        secret=keys.load(settings.secret_key_file),
        rate_limit=settings.rate_limit,
        http_host=settings.http_host,
        http_port=settings.http_port,
        public_url=settings.public_url,
        webhook_url=settings.webhook_url,
        webhook_secret=settings.webhook_secret.get_secret_value()
        if settings.webhook_secret
        else None,
    )


async def run_until_stopped(assistant: Assistant, *, started: Callable[[], None]) -> None:
    """Run, and stop in order on SIGTERM or Ctrl+C."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, assistant.stop)
    try:
        await assistant.run(started=started)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def grant_operators(assistant: Assistant, settings: Settings) -> None:
    """Give the operators of the settings their role."""
    async with assistant.database.writing() as session:
        for telegram_id in settings.operators:
            await access.grant_by_id(
                session,
                telegram_id=telegram_id,
                role="operator",
                region_key=None,
                pilot_key=None,
                now=assistant.now(),
            )


def web_root(settings: Settings) -> str:
    """Return where the web part of this process listens."""
    return f"http://{settings.http_host}:{settings.http_port}"


async def _refuse_demo_data(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            is_demo = await markers.find(session, markers.DEMO) is not None
    finally:
        await database.close()
    if is_demo:
        msg = (
            "this database holds demo data and is not used with a token; "
            "name another one in XINNO_DATABASE_URL"
        )
        raise WrongDatabaseError(msg)

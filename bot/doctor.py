"""What `xinno doctor` looks at: each finding says what is so, and what to do if it is not well."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import TelegramError

import bot as own_package
import handlers
import xinno_core
from bot import keys
from bot.settings import Settings
from bot.telegram.errors import Verdict, classify
from bot.telegram.request import AiohttpRequest
from xinno_core.clock import SystemClock
from xinno_core.database import SCHEMA_HEAD, Database, machine_time, schema_revision
from xinno_core.errors import WrongSettingError, XinnoError
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.library.library import exercises
from xinno_core.services import key_check, waves
from xinno_core.texts import catalogues

SECONDS = 10
LARGEST_SKEW = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    said: str
    cure: str = ""

    @property
    def line(self) -> str:
        """Return the line that is printed."""
        mark = "well " if self.is_well else "WRONG"
        cure = f" To do: {self.cure}" if self.cure and not self.is_well else ""
        return f"{mark}  {self.what}: {self.said}{cure}"


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, and return what was found."""
    found = [_packages(), *_languages()]
    found.extend([finding async for finding in _database(settings)])
    found.extend([finding async for finding in _telegram(settings)])
    return found


def _packages() -> Finding:
    """Other packages could be called bot or handlers too; they must be ours."""
    roots = {
        Path(package.__file__ or "").resolve().parent.parent
        for package in (own_package, handlers, xinno_core)
    }
    if len(roots) == 1:
        return Finding("program", is_well=True, said=f"in {roots.pop()}")
    return Finding(
        "program",
        is_well=False,
        said="its packages come from different places",
        cure="install it in an environment of its own",
    )


def _languages() -> list[Finding]:
    findings = []
    for language in INTERFACE_LANGUAGES:
        try:
            missing = catalogues.missing_sentences(language)
        except (OSError, XinnoError, ValueError) as error:
            findings.append(
                Finding(
                    f"language {language}", is_well=False, said=str(error), cure="install again"
                )
            )
            continue
        findings.append(
            Finding(
                f"language {language}",
                is_well=not missing,
                said=f"{missing} sentences missing" if missing else "complete",
                cure="translate them in locales/",
            )
        )
    findings.append(Finding("exercises", is_well=True, said=f"{len(exercises())} read"))
    return findings


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        revision = await asyncio.wait_for(schema_revision(settings.database_url), SECONDS)
    except (OSError, TimeoutError, SQLAlchemyError) as error:
        yield Finding(
            "database",
            is_well=False,
            said=f"cannot be reached ({type(error).__name__})",
            cure="check XINNO_DATABASE_URL, and that the server runs",
        )
        return
    yield Finding(
        "database",
        is_well=revision == SCHEMA_HEAD,
        said=f"at schema {revision}, this program needs {SCHEMA_HEAD}",
        cure="xinno migrate",
    )
    secret, fault = _secret(settings.secret_key_file)
    database = Database(settings.database_url, secret=secret)
    try:
        async with database.reading() as session:
            theirs = (await session.execute(select(machine_time(session)))).scalar_one()
            if fault is None and revision == SCHEMA_HEAD:
                fault = await key_check.find_fault(session)
            locked_out = await waves.find_locked_out(session) if revision == SCHEMA_HEAD else []
    finally:
        await database.close()
    yield Finding(
        "key file",
        is_well=fault is None,
        said=fault or ("fits this database" if secret else "none yet; the first start makes one"),
    )
    skew = abs((theirs - SystemClock().now()).total_seconds())
    yield Finding(
        "clock",
        is_well=skew <= LARGEST_SKEW,
        said=f"{skew:.1f} s beside the database's",
        cure="let both machines keep their clocks by the network",
    )
    yield Finding(
        "sealed answers",
        is_well=not locked_out,
        said=f"{len(locked_out)} closed surveys can't be opened with the key at hand",
        cure="bring back the key file with which they were sealed; XINNO_SECRET_KEY_FILE names it",
    )


def _secret(path: Path) -> tuple[bytes, str | None]:
    """Return what the key file holds, and what is wrong with it; looking must not make one."""
    try:
        return keys.load(path) if path.exists() else b"", None
    except WrongSettingError as error:
        return b"", str(error)


async def _telegram(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.token:
        yield Finding(
            "Telegram", is_well=True, said="no token is set, so only the simulator can be used"
        )
        return
    request = AiohttpRequest(timeout=SECONDS)
    bot = Bot(
        settings.token,
        base_url=f"{settings.telegram_api}/bot",
        request=request,
        get_updates_request=request,
    )
    try:
        async with bot:
            yield Finding("Telegram", is_well=True, said=f"knows the bot @{bot.username}")
            yield await _webhook(bot, settings)
    except TelegramError as error:
        finding = classify(error)
        refused = finding.verdict is Verdict.TOKEN
        yield Finding(
            "Telegram",
            is_well=False,
            said="refuses the token" if refused else f"does not answer ({finding.reason})",
            cure="ask @BotFather for the token" if refused else "check the network and try again",
        )


async def _webhook(bot: Bot, settings: Settings) -> Finding:
    info = await bot.get_webhook_info()
    wanted = settings.webhook_url or ""
    fits = info.url.startswith(wanted) if wanted else not info.url
    trouble = f", last error: {info.last_error_message}" if info.last_error_message else ""
    return Finding(
        "updates",
        is_well=fits,
        said=f"{info.url or 'by polling'}, {info.pending_update_count} waiting{trouble}",
        cure="start the assistant: it sets or removes the webhook as XINNO_WEBHOOK_URL says",
    )

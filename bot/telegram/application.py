"""The library's Application with our handlers, our transport and no updater of its own."""

from typing import Any

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest

from bot.telegram.errors import classify
from handlers.chat.context import XinnoContext
from handlers.routes import handlers
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.texts import commands
from xinno_core.texts.translator import translator

log = structlog.get_logger()

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


def build(*, token: str, api_root: str, request: BaseRequest) -> AnyApplication:
    """Return the application; one transport serves all calls."""
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_root}/bot")
        .base_file_url(f"{api_root}/file/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=XinnoContext))
        .build()
    )
    application.add_handlers(handlers())
    return application


async def introduce(bot: Bot) -> None:
    """Set commands and profile in each language; what stands already is not set again."""
    for language in INTERFACE_LANGUAGES:
        t = translator(language).plain
        code = "" if language == "en" else language  # without a code it is everybody else's
        try:
            await _set_commands(bot, [BotCommand(*pair) for pair in commands.commands(t)], code)
            await _set_profile(bot, commands.profile(t), code)
        except TelegramError as error:
            log.warning("profile_not_set", language=language, reason=classify(error).reason)


async def _set_commands(bot: Bot, wanted: list[BotCommand], code: str) -> None:
    scope = BotCommandScopeAllPrivateChats()
    if list(await bot.get_my_commands(scope, language_code=code)) != wanted:
        await bot.set_my_commands(wanted, scope, language_code=code)


async def _set_profile(bot: Bot, wanted: commands.Profile, code: str) -> None:
    if (await bot.get_my_description(code)).description != wanted.description:
        await bot.set_my_description(wanted.description, language_code=code)
    if (await bot.get_my_short_description(code)).short_description != wanted.short:
        await bot.set_my_short_description(wanted.short, language_code=code)

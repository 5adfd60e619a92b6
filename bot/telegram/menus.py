"""The command menu of single chats: people with a role find their own commands there."""

from collections import OrderedDict

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.telegram.errors import classify

log = structlog.get_logger()

Commands = tuple[tuple[str, str], ...]
CHATS_REMEMBERED = 1_000


class Menus:
    """Sets a chat's commands when they change; what stands already is not set again."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._shown: OrderedDict[int, Commands] = OrderedDict()

    async def show(self, chat_id: int, commands: Commands) -> None:
        """Let the chat list these commands, or those that everybody has when there are none."""
        if self._shown.get(chat_id) == commands:
            return
        scope = BotCommandScopeChat(chat_id)
        try:
            if commands:
                await self._bot.set_my_commands([BotCommand(*one) for one in commands], scope)
            else:
                await self._bot.delete_my_commands(scope)
        except TelegramError as error:
            log.info("commands_not_set", reason=classify(error).reason)
            return
        self._shown[chat_id] = commands
        if len(self._shown) > CHATS_REMEMBERED:
            self._shown.popitem(last=False)

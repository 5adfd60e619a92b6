"""What one would use instead: the library as its examples have it, with its own rate limiter.

An announcement is a loop over the recipients; presses are handled beside it. It runs as a process
of its own: `python -m bot.bench.plain URL TOKEN FILE`, where FILE names the recipients, one a line.
"""

import sys
from itertools import count
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Open the event", callback_data="1")]])
NUMBERS = count()


def main(api: str, token: str, recipients: Path) -> None:
    """Answer presses, and announce to the people of the file when somebody says so."""
    people = [int(line) for line in recipients.read_text(encoding="ascii").split()]

    async def on_announce(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        context.application.create_task(_announce(application, people))

    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api}/bot")
        .rate_limiter(AIORateLimiter(max_retries=5))
        .concurrent_updates(256)
        .build()
    )
    application.add_handler(CommandHandler("announce", on_announce))
    application.add_handler(CommandHandler("events", _events))
    application.add_handler(CallbackQueryHandler(_pressed))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


async def _announce(
    application: Application[Any, Any, Any, Any, Any, Any], people: list[int]
) -> None:
    for person in people:
        await application.bot.send_message(
            person,
            "<b>Collab Talks</b>\n\nThe door is in the yard. Please ring twice.",
            parse_mode=ParseMode.HTML,
            reply_markup=BUTTONS,
        )


async def _events(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_chat is not None:
        await context.bot.send_message(update.effective_chat.id, "Events", reply_markup=BUTTONS)


async def _pressed(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    query = update.callback_query
    if query is not None:
        await query.answer()
        await query.edit_message_text(f"Events {next(NUMBERS)}", reply_markup=BUTTONS)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

"""Bots of two libraries in a group: a poll, its answers, a picture, and a move."""

import asyncio
from collections.abc import Callable

from aiogram import Bot as AiogramBot
from aiogram import Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import BufferedInputFile, Message, PollAnswer
from telegram import Update
from telegram.ext import (
    Application,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from bot.simulator import Simulator
from bot.simulator.messages import StoredMessage
from bot.simulator.server import Served
from tests.simulator.conftest import ANNA, JAN, TOKEN
from tests.simulator.pictures import png


async def comes(
    simulator: Simulator, chat_id: int, wanted: Callable[[StoredMessage], bool]
) -> StoredMessage:
    """Wait until a chat shows such a message."""
    seen = asyncio.Event()
    found: list[StoredMessage] = []

    def look(_event: object = None) -> None:
        if matching := [message for message in simulator.chat(chat_id) if wanted(message)]:
            found[:] = matching
            seen.set()

    stop = simulator.listen(look)
    look()
    async with asyncio.timeout(10):
        await seen.wait()
    stop()
    return found[-1]


async def the_story(simulator: Simulator) -> None:
    """Anna brings the bot by a link; it asks, both answer, it shows a picture, the group moves."""
    group = simulator.create_group("Team", by=ANNA, members=[JAN])
    simulator.add_bot(group.id, by=ANNA, payload="evening")
    asked = await comes(simulator, group.id, lambda message: message.poll_id is not None)
    assert asked.poll_id is not None
    poll = simulator.polls[asked.poll_id]
    assert poll.question == "evening?"
    simulator.vote(ANNA, poll.id, [0])
    simulator.vote(JAN, poll.id, [1])
    picture = await comes(simulator, group.id, lambda message: message.photo is not None)
    assert picture.caption == "Both answered"
    assert poll.closed
    new = simulator.migrate_group(group.id, by=ANNA)
    await comes(simulator, new.id, lambda message: message.text == f"Moved from {group.id}")


async def test_a_bot_on_aiogram_in_a_group(simulator: Simulator, served: Served) -> None:
    router = Router()
    asked: list[Message] = []
    has_asked = asyncio.Event()  # answers are handled beside the question
    voters: set[int] = set()

    @router.message(CommandStart(deep_link=True))
    async def on_start(message: Message, command: CommandObject) -> None:
        asked.append(
            await message.answer_poll(f"{command.args}?", ["yes", "no"], is_anonymous=False)
        )
        has_asked.set()

    @router.poll_answer()
    async def on_answer(answer: PollAnswer, bot: AiogramBot) -> None:
        assert answer.user is not None
        voters.add(answer.user.id)
        if len(voters) == 2:
            await has_asked.wait()
            poll = asked[0]
            await bot.stop_poll(poll.chat.id, poll.message_id)
            await poll.answer_photo(BufferedInputFile(png(), "p.png"), caption="Both answered")

    @router.message(F.migrate_from_chat_id)
    async def on_move(message: Message) -> None:
        await message.answer(f"Moved from {message.migrate_from_chat_id}")

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    session = AiohttpSession(api=TelegramAPIServer.from_base(served.url))
    bot = AiogramBot(TOKEN, session=session)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await the_story(simulator)
    await dispatcher.stop_polling()
    await polling


async def test_a_bot_on_python_telegram_bot_in_a_group(
    simulator: Simulator, served: Served
) -> None:
    asked: list[tuple[int, int]] = []
    voters: set[int] = set()

    async def on_start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        question = f"{(context.args or [''])[0]}?"
        sent = await update.message.reply_poll(question, ["yes", "no"], is_anonymous=False)
        asked.append((sent.chat.id, sent.message_id))

    async def on_answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.poll_answer is not None
        assert update.poll_answer.user is not None
        voters.add(update.poll_answer.user.id)
        if len(voters) == 2:
            await context.bot.stop_poll(*asked[0])
            await context.bot.send_photo(asked[0][0], png(), caption="Both answered")

    async def on_move(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        if (before := update.message.migrate_from_chat_id) is not None:
            await update.message.reply_text(f"Moved from {before}")

    application = Application.builder().token(TOKEN).base_url(f"{served.url}/bot").build()
    application.add_handler(CommandHandler("start", on_start))
    application.add_handler(PollAnswerHandler(on_answer))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, on_move))
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        await the_story(simulator)
        await application.updater.stop()
        await application.stop()

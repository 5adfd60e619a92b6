"""Small bots on two libraries run against the simulator's real port, unchanged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot as AiogramBot
from aiogram import Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from telegram import InlineKeyboardButton as LibraryButton
from telegram import InlineKeyboardMarkup as LibraryKeyboard
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from bot.simulator import Simulator
from bot.simulator.server import Served
from tests.simulator.conftest import ANNA, TOKEN

QUESTION = "Welcome, <b>Anna</b>. Do you come?"


async def shows(simulator: Simulator, person: int, text: str) -> None:
    """Wait until somebody sees this text."""
    seen = asyncio.Event()

    def look(_event: object = None) -> None:
        if any(message.text == text for message in simulator.chat(person)):
            seen.set()

    stop = simulator.listen(look)
    look()
    async with asyncio.timeout(10):
        await seen.wait()
    stop()


async def answered(simulator: Simulator, press: str) -> str:
    """Wait for the answer to a press; its words."""
    done = asyncio.Event()
    stop = simulator.listen(lambda event: done.set() if event["kind"] == "answer" else None)
    if simulator.answer_of(press) is None:
        async with asyncio.timeout(10):
            await done.wait()
    stop()
    answer = simulator.answer_of(press)
    assert answer is not None
    return answer.text


async def the_story(simulator: Simulator) -> None:
    """Anna opens a link, is asked, says yes, and the question turns into a thank-you."""
    simulator.open_link(ANNA, "evening")
    await shows(simulator, ANNA, "Welcome, Anna. Do you come?")
    question = simulator.chat(ANNA)[-1]
    assert question.html == QUESTION
    row, column = question.button("Yes")
    press = simulator.press(ANNA, question.message_id, row=row, column=column)
    assert await answered(simulator, press) == "Noted: evening"
    await shows(simulator, ANNA, "See you there.")
    assert simulator.chat(ANNA)[-1].message_id == question.message_id


def aiogram_bot(url: str) -> tuple[AiogramBot, Dispatcher]:
    """The bot of the story on aiogram."""
    router = Router()

    @router.message(CommandStart(deep_link=True))
    async def on_start(message: Message, command: CommandObject) -> None:
        yes = InlineKeyboardButton(text="Yes", callback_data=f"yes:{command.args}")
        keyboard = InlineKeyboardMarkup(inline_keyboard=[[yes]])
        await message.answer(QUESTION, parse_mode="HTML", reply_markup=keyboard)

    @router.callback_query(F.data.startswith("yes:"))
    async def on_yes(query: CallbackQuery) -> None:
        assert query.data is not None
        assert isinstance(query.message, Message)
        await query.message.edit_text("See you there.")
        await query.answer("Noted: " + query.data.removeprefix("yes:"))

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    return AiogramBot(TOKEN, session=session), dispatcher


async def test_a_bot_on_aiogram_by_polling(simulator: Simulator, served: Served) -> None:
    bot, dispatcher = aiogram_bot(served.url)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    await the_story(simulator)
    await dispatcher.stop_polling()
    await polling


async def test_a_bot_on_aiogram_by_webhook(simulator: Simulator, served: Served) -> None:
    bot, dispatcher = aiogram_bot(served.url)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="s3cret").register(app, path="/hook")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    await the_story(simulator)
    await bot.delete_webhook()
    await runner.cleanup()
    await bot.session.close()


@asynccontextmanager
async def library_bot(url: str) -> AsyncIterator[None]:
    """The bot of the story on python-telegram-bot, with its own transport and Updater."""

    async def on_start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        payload = (context.args or [""])[0]
        yes = LibraryButton("Yes", callback_data=f"yes:{payload}")
        await update.message.reply_html(QUESTION, reply_markup=LibraryKeyboard([[yes]]))

    async def on_yes(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query is not None
        assert query.data is not None
        await query.edit_message_text("See you there.")
        await query.answer("Noted: " + query.data.removeprefix("yes:"))

    application = Application.builder().token(TOKEN).base_url(f"{url}/bot").build()
    application.add_handler(CommandHandler("start", on_start))
    application.add_handler(CallbackQueryHandler(on_yes, pattern="^yes:"))
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        yield
        await application.updater.stop()
        await application.stop()


async def test_a_bot_on_python_telegram_bot_by_its_updater(
    simulator: Simulator, served: Served
) -> None:
    async with library_bot(served.url):
        await the_story(simulator)

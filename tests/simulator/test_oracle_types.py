"""Every answer and every update, judged by two client libraries nobody here wrote."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MenuButtonCommands,
    MessageEntity,
    ReplyParameters,
    Update,
)
from telegram import Bot as LibraryBot
from telegram import InputMediaDocument, InputMediaPhoto, InputMediaVideo
from telegram import Update as LibraryUpdate
from telegram.error import ChatMigrated, Forbidden

from bot.simulator import Simulator, SimulatorRequest
from bot.simulator.methods import METHODS
from bot.simulator.server import Served
from tests.simulator.conftest import TOKEN
from tests.simulator.oracle_calls import act_with_everything, try_groups, try_media, try_polls
from tests.simulator.pictures import FILM, png
from tests.simulator.strictly import unexpected_by_aiogram, unexpected_by_ptb

HTML = (
    "<b>b</b> <i>i</i> <u>u</u> <s>s</s> <tg-spoiler>x</tg-spoiler> <code>c</code> "
    '<pre><code class="language-python">p</code></pre> <blockquote>q</blockquote> '
    '<blockquote expandable>e</blockquote> <a href="https://example.org">l</a> /help '
    '@somebody #tag a@example.org https://example.org <a href="tg://user?id=5000000001">Anna</a>'
)
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [
            InlineKeyboardButton(text="press", callback_data="p", style="danger"),
            InlineKeyboardButton(text="open", url="https://example.org"),
            InlineKeyboardButton(text="copy", copy_text=CopyTextButton(text="42")),
        ]
    ]
)


class Judge:
    """A bot of the strict library that remembers which methods it has tried."""

    def __init__(self, bot: AiogramBot) -> None:
        self.bot = bot
        self.tried: set[str] = set()
        bot.session.middleware(self._look)  # type: ignore[arg-type]  # generic, so it fits

    async def _look(
        self,
        call: NextRequestMiddlewareType[TelegramType],
        bot: AiogramBot,
        method: TelegramMethod[TelegramType],
    ) -> TelegramType:
        result = await call(bot, method)
        self.tried.add(method.__api_method__)
        assert list(unexpected_by_aiogram(result)) == []
        return cast("TelegramType", result)


@pytest.fixture
async def judge(served: Served) -> AsyncIterator[Judge]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(served.url))
    bot = AiogramBot(TOKEN, session=session)
    yield Judge(bot)
    await bot.session.close()


async def test_every_answer_is_what_the_strict_library_expects(
    judge: Judge, simulator: Simulator, anna: int
) -> None:
    """Each method once, with all it can carry."""
    bot = judge.bot
    await bot.get_me()
    await bot.set_my_name("Bot")
    await bot.get_my_name()
    await bot.set_my_description("d")
    await bot.get_my_description()
    await bot.set_my_short_description("s")
    await bot.get_my_short_description()
    scope = BotCommandScopeChat(chat_id=anna)
    await bot.set_my_commands([BotCommand(command="a", description="b")], scope, "it")
    assert len(await bot.get_my_commands(scope, "it")) == 1
    await bot.delete_my_commands(scope, "it")
    await bot.set_chat_menu_button(anna, MenuButtonCommands())
    await bot.get_chat_menu_button(anna)
    await bot.get_chat(anna)
    await bot.send_chat_action(anna, "typing")

    first = await bot.send_message(
        anna,
        HTML,
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        protect_content=True,
        disable_notification=True,
    )
    found = {entity.type for entity in first.entities or []}
    assert {"text_mention", "pre", "expandable_blockquote", "spoiler", "email"} <= found
    reply = await bot.send_message(
        anna,
        "plain",
        entities=[MessageEntity(type="bold", offset=0, length=5)],
        reply_parameters=ReplyParameters(message_id=first.message_id),
    )
    assert reply.reply_to_message is not None
    await bot.edit_message_text("new", chat_id=anna, message_id=reply.message_id)
    await bot.edit_message_reply_markup(
        chat_id=anna, message_id=reply.message_id, reply_markup=KEYBOARD
    )
    sent = await bot.send_document(anna, BufferedInputFile(b"abc", "a.txt"), caption="c")
    assert sent.document is not None
    file = await bot.get_file(sent.document.file_id)
    assert file.file_path is not None
    downloaded = await bot.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == b"abc"
    await bot.send_location(anna, 45.4, 11.9)
    await bot.send_venue(anna, 45.4, 11.9, "Le Village", "Padova")
    await try_media(bot, anna, KEYBOARD)
    await try_polls(bot, anna, KEYBOARD)
    await try_groups(bot, simulator)
    await bot.delete_message(anna, reply.message_id)
    await bot.delete_messages(anna, [first.message_id])

    simulator.take_updates()
    press = simulator.press_data(anna, sent.message_id, "x")
    assert len(await bot.get_updates()) == 1
    await bot.answer_callback_query(press, "toast")
    await bot.set_webhook("http://127.0.0.1:9/", secret_token="s", allowed_updates=["message"])
    await bot.get_webhook_info()
    await bot.delete_webhook(drop_pending_updates=True)
    await bot.get_webhook_info()
    await bot.close()
    await bot.log_out()

    assert {name.lower() for name in judge.tried} == set(METHODS)


async def test_refusals_are_recognised_by_the_strict_library(judge: Judge, served: Served) -> None:
    with pytest.raises(TelegramNotFound, match="sendDice is not in the simulator"):
        await judge.bot.send_dice(1)
    session = AiohttpSession(api=TelegramAPIServer.from_base(served.url))
    async with AiogramBot("1000001:wrong", session=session) as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()


async def test_every_update_is_what_both_libraries_expect(simulator: Simulator, anna: int) -> None:
    """Texts with all one can find in them, presses also on what is gone, block and unblock."""
    simulator.people[anna].last_name = "Rossi"
    simulator.people[anna].username = "anna_r"
    request = SimulatorRequest(simulator)
    async with LibraryBot(TOKEN, request=request, get_updates_request=request) as bot:
        sent = await bot.send_message(anna, "x", reply_markup=None)
        location = await bot.send_venue(anna, 1.0, 2.0, "t", "a")
        simulator.send_text(anna, "/help 😀 @somebody #tag a@example.org https://example.org")
        simulator.press_data(anna, sent.message_id, "x")
        simulator.press_data(anna, location.message_id, "x")
        simulator.press_data(anna, 999_999, "x")
        simulator.block(anna)
        simulator.unblock(anna)
        updates = simulator.take_updates()
        assert len(updates) == 6
        for raw in updates:
            assert list(unexpected_by_aiogram(Update.model_validate(raw))) == []
            assert list(unexpected_by_ptb(LibraryUpdate.de_json(raw, bot))) == []


async def test_every_update_of_media_polls_and_groups_is_what_both_libraries_expect(
    simulator: Simulator, anna: int
) -> None:
    request = SimulatorRequest(simulator)
    async with LibraryBot(TOKEN, request=request, get_updates_request=request) as bot:
        await bot.get_updates(allowed_updates=LibraryUpdate.ALL_TYPES)
        quiz = await bot.send_poll(
            anna, "?", ["a", "b"], type="quiz", correct_option_ids=[0], is_anonymous=False
        )
        assert quiz.poll is not None
        act_with_everything(simulator, quiz.poll.id)
        updates = simulator.take_updates()
        kinds = {kind for update in updates for kind in update} - {"update_id"}
        assert kinds == {
            *("message", "callback_query", "poll", "poll_answer"),
            *("my_chat_member", "chat_member"),
        }
        for raw in updates:
            assert list(unexpected_by_aiogram(Update.model_validate(raw))) == []
            assert list(unexpected_by_ptb(LibraryUpdate.de_json(raw, bot))) == []


async def test_media_polls_and_groups_hold_nothing_the_other_library_does_not_know(
    simulator: Simulator, anna: int
) -> None:
    """The same answers as seen by the library the assistant is built on."""
    group = simulator.create_group("Team", by=anna, with_bot=True)
    simulator.promote(group.id, simulator.bot_id, by=anna)
    request = SimulatorRequest(simulator)
    async with LibraryBot(TOKEN, request=request, get_updates_request=request) as bot:
        photo = await bot.send_photo(anna, png(), caption="c", show_caption_above_media=True)
        album: list[InputMediaPhoto | InputMediaVideo] = [
            InputMediaPhoto(png(), caption="<b>c</b>", parse_mode="HTML"),
            InputMediaVideo(FILM, duration=2, width=4, height=3),
        ]
        poll = await bot.send_poll(
            anna,
            "When?",
            ["a", "b"],
            type="quiz",
            correct_option_ids=[1],
            explanation="<i>e</i>",
            explanation_parse_mode="HTML",
            close_date=simulator.now() + timedelta(hours=1),
        )
        answers = [
            photo,
            poll,
            await bot.send_video(anna, FILM, filename="f.mp4", has_spoiler=True),
            await bot.send_media_group(group.id, album),
            await bot.edit_message_caption(anna, photo.message_id, caption="new"),
            await bot.edit_message_media(
                InputMediaDocument(b"abc", filename="a.txt"), anna, photo.message_id
            ),
            await bot.stop_poll(anna, poll.message_id),
            await bot.get_chat(group.id),
            await bot.get_chat_member(group.id, anna),
            await bot.get_chat_member(group.id, simulator.bot_id),
            await bot.get_chat_administrators(group.id),
            await bot.get_chat_member_count(group.id),
        ]
        assert list(unexpected_by_ptb(answers)) == []
        assert photo.photo[-1].width == 400
        new = simulator.migrate_group(group.id, by=anna)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(group.id, "x")
        assert moved.value.new_chat_id == new.id
        assert await bot.leave_chat(new.id)
        with pytest.raises(Forbidden, match="not a member of the supergroup chat"):
            await bot.send_message(new.id, "x")


async def test_answers_hold_nothing_the_other_library_does_not_know(
    simulator: Simulator, anna: int
) -> None:
    request = SimulatorRequest(simulator)
    async with LibraryBot(TOKEN, request=request, get_updates_request=request) as bot:
        message = await bot.send_message(anna, HTML, parse_mode="HTML")
        document = await bot.send_document(anna, b"abc", filename="a.ics", caption="c")
        answers = [
            await bot.get_me(),
            message,
            document,
            await bot.send_venue(anna, 45.4, 11.9, "Le Village", "Padova"),
            await bot.edit_message_text("new", anna, message.message_id),
            await bot.get_chat(anna),
            await bot.get_webhook_info(),
            await bot.get_chat_menu_button(),
        ]
        assert list(unexpected_by_ptb(answers)) == []
        assert document.document is not None
        file = await document.document.get_file()
        assert bytes(await file.download_as_bytearray()) == b"abc"

"""Showing the screen that answers an update: at once, in place where that is possible.

A screen may be lost: it can be asked for again. What must not be lost is a notice.
"""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Bot, CallbackQuery, Update
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.charts import Charts
from bot.delivery.health import Health
from bot.delivery.limiter import Lane, Limiter
from bot.delivery.live import LiveFigures
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, classify
from bot.telegram.menus import Menus
from xinno_core.texts.message import Document, Message

log = structlog.get_logger()

TRIES = 3
LONGEST_WAIT = 20.0
"""Seconds after which nobody waits for a screen any more."""
CHATS_REMEMBERED = 5_000
ONE_TAP = 60.0
"""Seconds for which another tap on the same button is taken as part of the first."""


@dataclass(frozen=True)
class Newest:
    """The newest screen of a chat, and the press that it answers: a message and its button."""

    message_id: int
    press: tuple[int, str] | None
    shown_at: float  # machine time


class Screens:
    """Sends screens through the interactive lane."""

    def __init__(
        self, bot: Bot, limiter: Limiter, health: Health, live: LiveFigures, charts: Charts
    ) -> None:
        """Share limiter and health with the delivery of notices."""
        self._charts = charts
        self._bot = bot
        self._limiter = limiter
        self._health = health
        self._live = live
        self._menus = Menus(bot)
        self._newest: dict[int, Newest] = {}  # of each chat, the latest chat last

    async def answer(self, update: Update, screen: Message | None) -> Finding | None:
        """Answer every press, and show the screen; None when all went well."""
        query = update.callback_query
        chat = update.effective_chat
        pressed = self._answer_press(query, screen) if query is not None else _nothing()
        if screen is None or chat is None:
            await pressed
            return None
        shown, _ = await asyncio.gather(self._show(chat.id, query, screen), pressed)
        if shown is None and screen.commands is not None:
            await self._menus.show(chat.id, screen.commands)
        return shown

    async def answer_apart(self, update: Update, screen: Message | None) -> Finding | None:
        """Answer what was done in a group: a press by its toast, the rest in the person's chat."""
        if update.callback_query is not None:
            await self._answer_press(update.callback_query, screen)
        person = update.effective_user
        if screen is None or not screen.text or person is None:
            return None
        return await self._show(person.id, None, screen)

    async def _answer_press(self, query: CallbackQuery, screen: Message | None) -> None:
        toast = screen.toast if screen is not None else None
        try:
            await self._bot.answer_callback_query(query.id, text=toast)
        except TelegramError as error:
            finding = classify(error)  # an old press is no trouble: the work is done all the same
            if finding.verdict is not Verdict.GONE:
                log.info("press_not_answered", reason=finding.reason)

    async def _show(
        self, chat_id: int, query: CallbackQuery | None, screen: Message
    ) -> Finding | None:
        newest = self._newest.get(chat_id)
        message_id = _in_place_of(query, screen)
        if screen.edits_newest:
            message_id = newest.message_id if newest is not None else None
        elif message_id is None and newest is not None and _is_second_tap(query, screen, newest):
            message_id = newest.message_id  # else one and the same would stand there twice
        if message_id is not None:
            finding = await self._try(
                chat_id,
                lambda plain: render.edit(self._bot, chat_id, message_id, screen, plain=plain),
            )
            if finding is None:
                await self._live.shown(chat_id, message_id, screen)
                if newest is None or newest.message_id != message_id:
                    self._remember(chat_id, Newest(message_id, None, time.monotonic()))
            if finding is None or finding.verdict is not Verdict.GONE:
                return finding
        ready = await self._with_file(chat_id, screen)

        async def send(plain: bool) -> None:  # noqa: FBT001 (as `_try` calls it)
            ids = await render.send(self._bot, chat_id, ready, plain=plain)
            await self._live.shown(chat_id, ids[-1], screen)
            press = None if _has_more_than_words(screen) else _press_of(query)
            self._remember(chat_id, Newest(ids[-1], press, time.monotonic()))

        finding = await self._try(chat_id, send)
        if screen.closes_newest and newest is not None and finding is None:
            await self._drop_buttons(chat_id, newest.message_id)
        pressed_id = _pressed(query)
        if screen.pressed_shows is not None and pressed_id is not None and finding is None:
            board = screen.pressed_shows
            await self._try(
                chat_id,
                lambda plain: render.edit(self._bot, chat_id, pressed_id, board, plain=plain),
            )
        return finding

    async def _drop_buttons(self, chat_id: int, message_id: int) -> None:
        """Let a screen that was answered keep its words alone; it holds up nobody who waits."""
        if not await self._limiter.pass_through(chat_id, Lane.INTERACTIVE, patience=0):
            return
        await self._live.shown(chat_id, message_id, Message(""))
        try:
            await render.drop_buttons(self._bot, chat_id, message_id)
        except TelegramError as error:
            finding = classify(error)  # they would do no harm
            if finding.verdict is Verdict.TOO_MANY:
                self._limiter.pause(finding.retry_after)

    def _remember(self, chat_id: int, newest: Newest) -> None:
        self._newest.pop(chat_id, None)
        self._newest[chat_id] = newest
        if len(self._newest) > CHATS_REMEMBERED:
            del self._newest[next(iter(self._newest))]

    async def _with_file(self, chat_id: int, screen: Message) -> Message:
        """Make the file or picture of a screen, now that no transaction waits for it."""
        if screen.picture is not None:
            with contextlib.suppress(TelegramError):
                await self._bot.send_chat_action(chat_id, ChatAction.UPLOAD_PHOTO)
            picture = await self._charts.draw(screen.picture.chart)
            drawn = dataclasses.replace(screen.picture, content=picture or b"")
            return dataclasses.replace(screen, picture=drawn)
        document = screen.document
        if document is None or document.make is None:
            return screen
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(chat_id, ChatAction.UPLOAD_DOCUMENT)
        content = await asyncio.to_thread(document.make)
        return dataclasses.replace(screen, document=Document(document.name, content))

    async def _try(self, chat_id: int, call: Callable[[bool], Awaitable[object]]) -> Finding | None:
        plain = False
        finding = Finding(Verdict.NOT_SENT, "not_tried")
        for _ in range(TRIES):
            if not await self._limiter.pass_through(
                chat_id, Lane.INTERACTIVE, patience=LONGEST_WAIT
            ):
                finding = Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
                break
            try:
                await call(plain)
            except TelegramError as error:
                finding = classify(error)
            else:
                return None
            if finding.verdict is Verdict.UNCHANGED:
                return None
            if not self._may_go_again(finding, plain=plain):
                break
            plain = plain or finding.verdict is Verdict.MARKUP
        if finding.verdict is not Verdict.GONE:
            log.warning("screen_not_shown", reason=finding.reason)
        return finding

    def _may_go_again(self, finding: Finding, *, plain: bool) -> bool:
        match finding.verdict:
            case Verdict.TOO_MANY:
                self._limiter.pause(finding.retry_after)
                return True
            case Verdict.MARKUP:
                log.error("markup_refused", where="screen")
                return not plain
            case Verdict.TOKEN:
                self._health.learn(finding)
                return False
            case _:
                return finding.verdict is Verdict.NOT_SENT


def _in_place_of(query: CallbackQuery | None, screen: Message) -> int | None:
    """Return the pressed message, None where the screen comes as a new one, or nothing was."""
    if screen.fresh or _has_more_than_words(screen):
        return None
    return _pressed(query)


def _pressed(query: CallbackQuery | None) -> int | None:
    """Return the message whose button was pressed, as long as it can be changed."""
    pressed = query.message if query is not None else None
    if pressed is not None and pressed.is_accessible:
        return pressed.message_id
    return None


def _has_more_than_words(screen: Message) -> bool:
    """Tell whether something is attached: such a message can't be put in the place of another."""
    return bool(screen.document or screen.picture or screen.media or screen.venue)


def _press_of(query: CallbackQuery | None) -> tuple[int, str] | None:
    """Return which button was pressed, by its message and what it carries."""
    if query is None or query.message is None:
        return None
    return query.message.message_id, query.data or ""


def _is_second_tap(query: CallbackQuery | None, screen: Message, newest: Newest) -> bool:
    """Tell whether the newest screen answers this very button, pressed a moment ago."""
    return (
        newest.press is not None
        and newest.press == _press_of(query)
        and not _has_more_than_words(screen)
        and time.monotonic() - newest.shown_at < ONE_TAP
    )


async def _nothing() -> None:
    return None

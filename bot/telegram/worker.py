"""Working updates: claim one, open the one transaction, walk the handlers, commit, show.

The library's own `process_update` swallows a handler's error and returns nothing; here the
handlers are walked directly, so that an error surfaces and the update is not marked done.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update
from telegram.ext import Application

from bot.telegram.errors import Verdict, caught
from bot.telegram.screens import Screens
from handlers.chat import group_updates
from handlers.chat.context import Desk, Scene, XinnoContext
from handlers.chat.group_updates import is_of_a_group
from handlers.routes import is_for_us
from xinno_core.clock import Clock
from xinno_core.database import Database
from xinno_core.languages import from_telegram
from xinno_core.services import inbox, participants
from xinno_core.services.inbox import Work
from xinno_core.texts import welcome
from xinno_core.texts.message import Message
from xinno_core.texts.translator import translator

log = structlog.get_logger()

Report = Callable[[Exception], None]
IDLE_SECONDS = 1.0


class LeaseLostError(Exception):
    """Another worker has the update: this one's effect must not stand."""


class Workers:
    """Works updates with several tasks: one person's in order, different people's in parallel."""

    def __init__(
        self,
        *,
        database: Database,
        application: Application[Any, Any, Any, Any, Any, Any],
        desk: Desk,
        clock: Clock,
        screens: Screens,
        committed: Callable[[], None],
        report: Report | None = None,
    ) -> None:
        """`committed` is called after each commit: there may be notices to send."""
        self._database = database
        self._application = application
        self.desk = desk
        self._clock = clock
        self._screens = screens
        self._committed = committed
        self._report = report or _log_error
        self._holder = secrets.token_hex(8)
        self._busy: set[str] = set()
        self._wake = asyncio.Event()
        self._looking = asyncio.Lock()

    def wake(self) -> None:
        """There may be an update."""
        self._wake.set()

    async def run(self, *, tasks: int, stopping: asyncio.Event) -> None:
        """Work until told to stop; what is under way is finished."""
        async with asyncio.TaskGroup() as group:
            for _ in range(tasks):
                group.create_task(self._run_one(stopping))

    async def drain(self) -> int:
        """Work all open updates one after the other; return how many."""
        worked = 0
        while await self.work_once():
            worked += 1
        return worked

    async def work_once(self) -> bool:
        """Work one update; False when there is none."""
        work = await self._claim()
        if work is not None:
            await self._carry_through(work)
        return work is not None

    async def _run_one(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            with caught() as outage:
                async with self._looking:  # one looks for all; whoever has found something leaves
                    work = await self._wait_for_work(stopping)
                if work is not None:
                    await self._carry_through(work)
            if outage.error is not None:
                self._report(outage.error)
                await asyncio.sleep(IDLE_SECONDS)

    async def _wait_for_work(self, stopping: asyncio.Event) -> Work | None:
        """Return the next update as soon as there is one; None when told to stop."""
        while not stopping.is_set():
            self._wake.clear()  # before looking, so that what comes meanwhile wakes again
            work = await self._claim()
            if work is not None:
                return work
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        return None

    async def _claim(self) -> Work | None:
        async with self._database.writing() as session:
            work = await inbox.claim(session, holder=self._holder, busy=frozenset(self._busy))
        if work is not None and work.person_key is not None:
            self._busy.add(work.person_key)
        return work

    async def _carry_through(self, work: Work) -> None:
        try:
            await self._work(work)
        finally:
            self._busy.discard(work.person_key or "")
            self.wake()  # the same person's next update may go on now

    async def _work(self, work: Work) -> None:
        screen: Message | None = None
        update = Update(0)  # nobody's, until it could be read
        with caught() as failure:
            raw = json.loads(work.payload)
            # The library reads polls of the newest Telegram alone, and of these we only count.
            poll = raw.pop("poll", None)
            update = Update.de_json(raw, self._application.bot)
            screen = await self._carry_out(work, update, poll)
        if isinstance(failure.error, LeaseLostError):
            log.warning("lease_lost", inbox_id=work.id)
            return
        if failure.error is not None:
            self._report(failure.error)
            screen = await self._give_back(work, update, failure.error)
            if screen is None:
                return
        self._committed()
        answer = self._screens.answer_apart if is_of_a_group(update) else self._screens.answer
        finding = await answer(update, screen)
        if finding is not None and finding.verdict is Verdict.BLOCKED and update.effective_user:
            async with self._database.writing() as session:
                await participants.lose(session, telegram_id=update.effective_user.id)

    async def _carry_out(self, work: Work, update: Update, poll: object) -> Message | None:
        screen = None
        async with self._database.writing() as session:
            scene = Scene(session, self._clock.now(), self.desk)
            if poll is not None:
                await group_updates.count(poll, update.update_id, scene)
            elif is_of_a_group(update):
                screen = await group_updates.work(update, scene)
            elif is_for_us(update) and not await _is_from_nobody(session, update):
                context = await XinnoContext.begin(
                    update,
                    self._application,
                    session=session,
                    now=self._clock.now(),
                    desk=self.desk,
                )
                await self._walk(update, context)
                screen = context.screen
            if not await inbox.finish(session, work):
                raise LeaseLostError
        return screen

    async def _walk(self, update: Update, context: XinnoContext) -> None:
        """Give the update to the first handler that takes it."""
        for handler in self._application.handlers[0]:
            taken = handler.check_update(update)
            if taken is not None and taken is not False:
                await handler.handle_update(update, self._application, taken, context)
                return

    async def _give_back(self, work: Work, update: Update, error: Exception) -> Message | None:
        """Give a failed update another try; after the last one, tell the person once."""
        async with self._database.writing() as session:
            parked = await inbox.fail(session, work, error=type(error).__name__)
        if not parked or update.effective_user is None or is_of_a_group(update):
            return None
        language = from_telegram(update.effective_user.language_code)
        async with self._database.reading() as session:
            known = await participants.find_by_telegram(session, update.effective_user.id)
        t = translator(known.language, known.tone) if known else translator(language)
        return welcome.trouble(t, str(work.id))


async def _is_from_nobody(session: AsyncSession, update: Update) -> bool:
    """Tell whether somebody we do not know only blocks us: that must not make them known.

    Who has just been erased often does exactly this.
    """
    person = update.effective_user
    if update.my_chat_member is None or person is None:
        return False
    return await participants.find_by_telegram(session, person.id) is None


def _log_error(error: Exception) -> None:
    log.error("update_failed", error=type(error).__name__, exc_info=error)

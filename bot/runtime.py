"""The assistant as a whole: what is started, in which order, and how it stops."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.charts import Charts
from bot.delivery.acting import Acting
from bot.delivery.file_making import FileMaking
from bot.delivery.health import Health
from bot.delivery.limiter import Limiter
from bot.delivery.live import LiveFigures
from bot.delivery.posting import Posting
from bot.delivery.rounds import Means
from bot.delivery.sender import Sender, log_error
from bot.scheduler import Tick, Ticker
from bot.telegram import application as telegram_application
from bot.telegram import intake
from bot.telegram.errors import Verdict, classify
from bot.telegram.request import AiohttpRequest
from bot.telegram.screens import Screens
from bot.telegram.worker import Workers
from bot.web import WEBHOOK_PATH, create_app
from handlers.chat.context import Desk
from handlers.routes import FORMS
from xinno_core.clock import Clock, MovableClock
from xinno_core.database import SCHEMA_HEAD, Database, schema_revision
from xinno_core.errors import WrongSettingError
from xinno_core.models import Dialogue, Envelope, Inbox
from xinno_core.services import (
    acts,
    broadcast_ticks,
    export_jobs,
    forms,
    gallery_warnings,
    group_posts,
    inbox,
    journeys,
    key_check,
    markers,
    notices,
    outbox,
    waiting_list,
    waves,
)

log = structlog.get_logger()

WORKER_TASKS = 8
BRING_THE_KEY = "start with the key file with which these answers were sealed"
PAUSE_BEFORE_AGAIN = 3.0
"""Seconds between two tries to reach Telegram at the start."""
MOST_STEPS = 10_000
"""A jump in time ends after so many due instants, so that a mistake can't run for ever."""


@dataclass(frozen=True)
class Setup:
    """What the assistant is started with; the command line makes it from the settings."""

    database_url: str
    token: str
    api_root: str
    clock: Clock
    rate_limit: float = 30.0
    chat_rate: float = 1.0
    is_demo: bool = False
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    public_url: str = "http://127.0.0.1:8080"
    webhook_url: str | None = None
    webhook_secret: str | None = None
    secret: bytes = b""
    request: BaseRequest | None = None


class Assistant:
    """All parts, wired: database, Telegram, workers, sender, ticks, web."""

    def __init__(self, setup: Setup, *, report: Callable[[Exception], None] | None = None) -> None:
        """Wire the parts; nothing runs yet."""
        self.setup = setup
        self.clock = setup.clock
        self.database = Database(setup.database_url, secret=setup.secret)
        self._request = setup.request or AiohttpRequest()
        self.application = telegram_application.build(
            token=setup.token, api_root=setup.api_root, request=self._request
        )
        self.limiter = Limiter(setup.rate_limit, chat_rate=setup.chat_rate)
        self.health = Health()
        self.charts = Charts()
        self.live = LiveFigures(
            database=self.database,
            bot=self.application.bot,
            limiter=self.limiter,
            now=self.clock.now,
        )
        self.sender = Sender(
            database=self.database,
            bot=self.application.bot,
            limiter=self.limiter,
            health=self.health,
            clock=self.clock,
            live=self.live,
            report=report,
        )
        means = Means(
            database=self.database,
            bot=self.application.bot,
            limiter=self.limiter,
            health=self.health,
            now=self.clock.now,
            report=report or log_error,
        )
        self.acting = Acting(means, live=self.live)
        self.posting = Posting(means)
        self.file_making = FileMaking(means, secret=setup.secret)
        self.workers = Workers(
            database=self.database,
            application=self.application,
            desk=Desk(
                forms=FORMS,
                is_demo=setup.is_demo,
                secret=setup.secret,
                bot_username="",
                bot_id=0,
                public_url=setup.public_url,
            ),
            clock=self.clock,
            screens=Screens(
                self.application.bot, self.limiter, self.health, self.live, self.charts
            ),
            committed=self._wake_delivery,
            report=report,
        )
        self._stopping = asyncio.Event()
        self._moving = asyncio.Lock()
        self._locked_out: list[int] = []

    async def start(self) -> None:
        """Reach the database and Telegram; what a dead process left in the middle is settled."""
        await self._insist_on_the_key()
        if self.database.is_sqlite:
            # The only process: whatever is held belongs to one that died.
            async with self.database.writing() as session:
                await inbox.release_all(session)
                await notices.end_stale_leases(session, now=self.clock.now(), everyones=True)
                await acts.release_all(session)
                await group_posts.end_stale_leases(session, everyones=True)
                await export_jobs.release_all(session)
        # Before anything goes: what could not go while nobody was here is asked about.
        await self._in_business_time(broadcast_ticks.turn_over)()
        await self.sender.resume_pause()
        await self.live.restore()
        await self.application.initialize()
        bot = self.application.bot
        self.workers.desk = dataclasses.replace(
            self.workers.desk, bot_username=bot.username, bot_id=bot.id
        )

    async def _insist_on_the_key(self) -> None:
        async with self.database.writing() as session:
            await key_check.insist(session)

    async def close(self) -> None:
        """Close the connections."""
        await self.charts.close()
        await self.application.shutdown()
        await self._request.shutdown()  # also where the library never came to its own start
        await self.database.close()

    async def run(self, *, started: Callable[[], None] | None = None) -> None:
        """Run all roles until told to stop."""
        ticker = Ticker(self.ticks())
        try:
            await self._insist_on_the_key()  # before the web part takes anything in
            async with self._web():
                if not (await self._reach(self.start) and await self._reach(self._receive)):
                    return
                await telegram_application.introduce(self.application.bot)
                ticker.start()
                if started is not None:
                    started()
                async with asyncio.TaskGroup() as group:
                    if not self.setup.webhook_url:
                        group.create_task(self._poll())
                    group.create_task(self.workers.run(tasks=WORKER_TASKS, stopping=self._stopping))
                    group.create_task(self.sender.run(self._stopping))
                    group.create_task(self.acting.run(self._stopping))
                    group.create_task(self.posting.run(self._stopping))
                    group.create_task(self.file_making.run(self._stopping))
        finally:
            await ticker.stop()
            await self.close()

    def stop(self) -> None:
        """Stop claiming; what is under way is finished."""
        self._stopping.set()
        self.limiter.close()
        self.workers.wake()
        self._wake_delivery()

    def _wake_delivery(self) -> None:
        self.sender.wake()
        self.acting.wake()
        self.posting.wake()
        self.file_making.wake()

    def ticks(self) -> tuple[Tick, ...]:
        """Return what is done regularly, and how often."""
        return (
            Tick("journeys", self._in_business_time(journeys.plan), 5),
            Tick("expired_offers", self._in_business_time(waiting_list.expire_offers), 5),
            Tick("new_offers", self._in_business_time(waiting_list.make_offers), 5),
            Tick("surveys_closed", self._end_surveys, 5),
            Tick("traces_of_envelopes", self._clean_up, 5),
            Tick("missing_pictures", self._in_business_time(gallery_warnings.warn), 60),
            Tick("announcements", self._in_business_time(broadcast_ticks.turn_over), 5),
            Tick("stale_leases", self.sender.tidy, 15),
            Tick("stale_posts", self.posting.tidy, 15),
            Tick("old_forms", self._in_business_time(forms.drop_expired), 3600),
            Tick("left_files", self.file_making.tidy, 3600),
            Tick("old_files", self._in_business_time(export_jobs.forget_old), 3600),
            Tick("old_updates", self._forget_updates, 3600),
        )

    async def tick(self) -> int:
        """Run every tick once, and again until none finds work; return how much was done."""
        total = 0
        while done := sum([await tick.run() for tick in self.ticks()]):
            total += done
        return total

    # ── business time, movable in the simulator ──────────────────────────────────────────────
    def now(self) -> datetime:
        """Return business time."""
        return self.clock.now()

    async def next_due(self, after: datetime) -> datetime | None:
        """Return when something happens next by itself."""
        async with self.database.reading() as session:
            found = [
                await outbox.next_due(session, after=after),
                await group_posts.next_due(session, after=after),
                await journeys.next_due(session, after=after),
                await waiting_list.next_due(session, after=after),
                await broadcast_ticks.next_due(session, after=after),
                await gallery_warnings.next_due(session, after=after),
                await waves.next_due(session, after=after),
            ]
        return min((instant for instant in found if instant is not None), default=None)

    async def move_to(self, instant: datetime) -> None:
        """Move business time forward, stepping from due instant to due instant.

        Nothing on the way is skipped as late: each step is worked before the next is taken.
        """
        if not isinstance(self.clock, MovableClock):
            msg = "this clock cannot be moved"
            raise TypeError(msg)
        async with self._moving:
            await self.settle()  # what is due already is no later than now
            for _ in range(MOST_STEPS):
                due = await self.next_due(self.clock.now())
                if due is None or due > instant:
                    break
                await self._arrive(due)
            await self._arrive(max(instant, self.clock.now()))

    async def _arrive(self, instant: datetime) -> None:
        if isinstance(self.clock, MovableClock):
            # Kept first: whatever bears the new time must not outlive the clock that gave it.
            async with self.database.writing() as session:
                await markers.put(session, markers.CLOCK, self.clock.kept(instant))
            self.clock.set(instant)
        await self.workers.drain()
        await self.settle()

    async def settle(self) -> None:
        """Tick and send until nothing is due any more."""
        delivery = (self.sender, self.acting, self.posting, self.file_making)
        while await self.tick() + sum([await part.drain() for part in delivery]):
            pass

    # ── health ───────────────────────────────────────────────────────────────────────────────
    async def missing(self) -> dict[str, str]:
        """Return what is not ready, with a reason for each."""
        reasons = {}
        try:
            revision = await asyncio.wait_for(schema_revision(self.setup.database_url), 5)
            if revision != SCHEMA_HEAD:
                reasons["schema"] = f"at {revision}, needs {SCHEMA_HEAD}: run xinno migrate"
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            reasons["database"] = f"no answer ({type(error).__name__})"
        if self._stopping.is_set():  # said first, while what is under way comes to its end
            reasons["stopping"] = "the assistant stops; what is under way is finished"
        if self.health.token_refused:
            reasons["telegram"] = "Telegram refuses the token; check XINNO_BOT_TOKEN"
        elif self.limiter.paused_for > 0:
            reasons["sending"] = f"paused by Telegram for {self.limiter.paused_for:.0f} s"
        return reasons

    async def _reach(self, step: Callable[[], Awaitable[object]]) -> bool:
        """Take a step that needs Telegram, again until it answers; False when told to stop."""
        while not self._stopping.is_set():
            try:
                await step()
            except InvalidToken:  # its text holds the token
                msg = "Telegram refuses the token; check XINNO_BOT_TOKEN with @BotFather"
                raise WrongSettingError(msg) from None
            except TelegramError as error:
                finding = classify(error)
                if finding.verdict is Verdict.REFUSED:
                    msg = f"Telegram refuses what the settings ask for: {error.message}"
                    raise WrongSettingError(msg) from None
                log.warning("telegram_not_there", reason=finding.reason)
            else:
                return True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), PAUSE_BEFORE_AGAIN)
        return False

    async def _receive(self) -> None:
        """Tell Telegram where updates go: to our address, or nowhere until we ask."""
        bot = self.application.bot
        if self.setup.webhook_url:
            await bot.set_webhook(
                self.setup.webhook_url.rstrip("/").removesuffix(WEBHOOK_PATH) + WEBHOOK_PATH,
                allowed_updates=list(intake.ALLOWED_UPDATES),
                secret_token=self.setup.webhook_secret,
            )
        else:
            await bot.delete_webhook(drop_pending_updates=False)

    async def _poll(self) -> None:
        """Poll until told to stop: the waiting call is broken off, its updates come again."""
        polling = asyncio.create_task(
            intake.poll(
                self.application.bot,
                self.database,
                stored=self.workers.wake,
                stopping=self._stopping,
                health=self.health,
            )
        )
        await self._stopping.wait()
        polling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await polling

    def _in_business_time(
        self, work: Callable[..., Awaitable[int]]
    ) -> Callable[[], Awaitable[int]]:
        async def run() -> int:
            async with self.database.writing() as session:
                done = await work(session, now=self.clock.now())
            if done:
                self._wake_delivery()
            return done

        return run

    async def _end_surveys(self) -> int:
        """End surveys that have closed; say once which of them the key at hand does not open."""
        done = await self._in_business_time(waves.end_due)()
        async with self.database.reading() as session:
            locked_out = await waves.find_locked_out(session)
        if locked_out != self._locked_out:
            self._locked_out = locked_out
            if locked_out:
                log.error("answers_not_opened", surveys=locked_out, cure=BRING_THE_KEY)
        return done

    async def _forget_updates(self) -> int:
        """Forget updates that can't come again: by machine time, which nobody moves."""
        async with self.database.writing() as session:
            return await inbox.forget_done(session)

    async def _clean_up(self) -> int:
        """Let the database forget envelopes that were destroyed; done again after a kill."""
        async with self.database.reading() as session:
            marker = await markers.find(session, waves.CLEANING)
        # With the key, updates and forms that are over could still be read where they once lay.
        if marker is None or not await self.database.forget_deleted(Envelope, Inbox, Dialogue):
            return 0
        async with self.database.writing() as session:
            await markers.drop(session, waves.CLEANING, unless_other_than=marker)
        return 1

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        app = create_app(
            database=self.database,
            readiness=self.missing,
            webhook_secret=self.setup.webhook_secret if self.setup.webhook_url else None,
            stored=self.workers.wake,
            secret=self.setup.secret,
            now=self.now,
            public_url=self.setup.public_url,
        )
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.setup.http_host, self.setup.http_port).start()
            yield
        finally:
            await runner.cleanup()

"""Files that were asked for in the chat: made by a process beside the program, then sent.

Making a file can take all of a processor for a minute, and nobody in the chat should feel it. One
is made at a time; the message that was pressed shows how far it is.
"""

import asyncio
import contextlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from telegram.error import TelegramError

from bot import export_process
from bot.delivery.limiter import Lane
from bot.delivery.rounds import Means, Rounds, until_recorded
from bot.export_process import Died, Made, NotMade, Order, Watched
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, caught, classify
from xinno_core.models import ExportState
from xinno_core.services import export_jobs
from xinno_core.services.export_jobs import DueJob
from xinno_core.texts import exports as texts
from xinno_core.texts.message import Document, Message
from xinno_core.texts.translator import Translator, translator

log = structlog.get_logger()

SHOWN_EVERY = 2.0
PATIENCE = 20.0
TRIES = 3
MOST_BYTES = 50_000_000
"""What Telegram takes from a bot as one file."""
FOLDER = "xinno-export-"
"""How the name of a folder begins in which a file is made, for our eyes only."""
LEFT_AFTER = 86_400
"""Seconds after which nobody makes a file any more: what lies there is from before a crash."""


class FileMaking(Rounds):
    """Makes and sends the files that were asked for, one after the other."""

    def __init__(self, means: Means, *, secret: bytes) -> None:
        """Let files be made with the key, which opens what lies sealed."""
        super().__init__(means)
        self._secret = secret

    async def _work_round(self) -> int:
        """Make one file; one under way is broken off at a stop, and taken up again later."""
        async with self._database.writing() as session:
            due = await export_jobs.claim(session, holder=secrets.token_hex(8), now=self._now())
            reason = await export_jobs.check(session, due, now=self._now()) if due else None
        if due is None:
            return 0
        if reason is not None:
            await self._fail(due, reason)
            return 1
        with caught() as bug:
            await self._make(due)
        if bug.error is not None:  # the database was away, or it is ours: a few tries show which
            self._report(bug.error)
            await self._put_back(due, is_counted=True)
        return 1

    async def tidy(self) -> int:
        """Remove what was left when the whole machine ended; return how many files it were."""
        return await asyncio.to_thread(_remove_left)

    async def _make(self, due: DueJob) -> None:
        with tempfile.TemporaryDirectory(prefix=FOLDER) as folder:
            path = Path(folder) / "file"
            order = Order(due.wish, self._database.url, self._secret, self._now(), path)
            ending = await export_process.run(
                order, every=SHOWN_EVERY, watch=lambda seen: self._watch(due, seen)
            )
            match ending:
                case None:
                    log.info("export_broken_off", job_id=due.id)
                case NotMade(reason, error):
                    log.warning("export_not_made", job_id=due.id, reason=reason, error=error)
                    await self._fail(due, reason)
                case Died(error):
                    log.warning("export_process_died", job_id=due.id, error=error)
                    await self._put_back(due, is_counted=True)
                case Made(size=size) if size > MOST_BYTES:
                    await self._fail(due, export_jobs.TOO_BIG_TO_SEND)
                case Made():
                    await self._send(due, path, ending)

    async def _watch(self, due: DueJob, seen: Watched) -> bool:
        """Show how far it is; False when it is no longer wanted, or the program stops."""
        async with self._database.writing() as session:
            if self._stopping.is_set():
                await export_jobs.put_back(session, due, is_counted=False)
                return False
            wanted = await export_jobs.go_on(session, due, done=seen.done, total=seen.total)
        if wanted:
            await self._show(due, texts.under_way(_reader(due), due, seen.done, seen.total))
            await self._show_cancelled(due)
        return wanted

    async def _show_cancelled(self, due: DueJob) -> None:
        """Say again that a file was cancelled, if what was just shown may have covered it."""
        async with self._database.reading() as session:
            cancelled = await export_jobs.find_cancelled(session, due)
        if cancelled is not None:
            await self._show(due, texts.cancelled(cancelled, _reader(due)))

    async def _send(self, due: DueJob, path: Path, made: Made) -> None:
        async with self._database.writing() as session:
            if not await export_jobs.begin_sending(session, due, now=self._now()):
                return  # cancelled at the last moment
        content = await asyncio.to_thread(path.read_bytes)
        name = f"{due.file_name}{made.suffix}"
        message = texts.file(_reader(due), due, Document(name, content))
        finding = await self._try(
            due.chat_id, lambda plain: render.send(self._bot, due.chat_id, message, plain=plain)
        )
        if finding is not None:
            await self._not_sent(due, finding)
            return
        await until_recorded(lambda: self._end(due, ExportState.DONE), self._report)
        log.info(
            "export_sent",
            job_id=due.id,
            kind=due.wish.kind.value,
            rows=made.rows,
            peak_mb=made.peak // 1024,
        )
        await self._show(due, texts.sent(_reader(due), due, made.rows))

    async def _not_sent(self, due: DueJob, finding: Finding) -> None:
        match finding.verdict:
            case Verdict.TOO_MANY | Verdict.NOT_SENT | Verdict.NOT_TRIED | Verdict.TOKEN:
                # No fault of the file: it is made anew once Telegram takes something again.
                await self._put_back(due, is_counted=False)
            case _:
                await self._fail(due, export_jobs.FAILED)

    async def _put_back(self, due: DueJob, *, is_counted: bool) -> None:
        async with self._database.writing() as session:
            await export_jobs.put_back(session, due, is_counted=is_counted)

    async def _fail(self, due: DueJob, reason: str) -> None:
        """Say that there is no file, and why; a failure must not pass unseen."""
        ended = await self._end(due, ExportState.FAILED, reason)
        if ended and due.chat_id:
            await self._show(due, texts.failed(_reader(due), due, reason), must_be_seen=True)

    async def _end(self, due: DueJob, state: ExportState, reason: str | None = None) -> bool:
        async with self._database.writing() as session:
            return await export_jobs.end(session, due, state=state, reason=reason, now=self._now())

    async def _show(self, due: DueJob, message: Message, *, must_be_seen: bool = False) -> None:
        """Show a message in the place of the pressed one."""
        finding: Finding | None = Finding(Verdict.GONE, "no_message")
        if due.message_id is not None:
            shown_in = due.message_id
            finding = await self._try(
                due.chat_id,
                lambda plain: render.edit(self._bot, due.chat_id, shown_in, message, plain=plain),
            )
        if finding is not None and must_be_seen:
            await self._try(
                due.chat_id,
                lambda plain: render.send(self._bot, due.chat_id, message, plain=plain),
            )

    async def _try(self, chat_id: int, call: Callable[[bool], Awaitable[object]]) -> Finding | None:
        plain = False
        finding = Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
        for _ in range(TRIES):
            if not await self._limiter.pass_through(chat_id, Lane.INTERACTIVE, patience=PATIENCE):
                return finding
            try:
                await call(plain)
            except TelegramError as error:
                finding = classify(error)
            else:
                return None
            if finding.verdict is Verdict.UNCHANGED:
                return None
            if finding.verdict is Verdict.TOO_MANY:
                self._limiter.pause(finding.retry_after)
            elif finding.verdict is Verdict.MARKUP and not plain:
                log.error("markup_refused", where="export")
                plain = True
            elif finding.verdict is not Verdict.NOT_SENT:
                break
        self._health.learn(finding)
        return finding


def _remove_left() -> int:
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with contextlib.suppress(FileNotFoundError):  # whoever made it has just removed it
            if time.time() - folder.lstat().st_mtime > LEFT_AFTER:
                shutil.rmtree(folder, ignore_errors=True)
                removed += not folder.exists()  # another user's stays
    return removed


def _reader(due: DueJob) -> Translator:
    return translator(due.language, due.tone)

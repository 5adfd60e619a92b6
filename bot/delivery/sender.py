"""Sending what was promised: claim, send, record. Three endings: sent, failed, unknown.

The state "sending" is committed before the call. What is certainly not sent goes back; what is
refused has failed; what nobody can know is unknown, and shown as that.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.limiter import Lane, Limiter
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, classify
from xinno_core.clock import Clock
from xinno_core.database import Database
from xinno_core.services import broadcasts, markers, notices
from xinno_core.services.notices import DueNotice
from xinno_core.texts import notices as texts

log = structlog.get_logger()

BATCH = 25
IDLE_SECONDS = 1.0
AMBIGUOUS_BEFORE_PAUSE = 10
PROBE_SECONDS = 5.0
PAUSE_MARKER = "sending_pause"


@dataclass
class Health:
    """Whether sending works, for those who watch."""

    token_refused: bool = False
    ambiguous_in_a_row: int = 0


class Sender:
    """Sends due notices through the bulk lane."""

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        limiter: Limiter,
        clock: Clock,
        report: Callable[[Exception], None] | None = None,
    ) -> None:
        """Share the limiter with the screens."""
        self._database = database
        self._bot = bot
        self._limiter = limiter
        self._clock = clock
        self._report = report or _log_error
        self._holder = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self.health = Health()

    def wake(self) -> None:
        """There may be something due."""
        self._wake.set()

    async def resume_pause(self) -> None:
        """Go on with a pause that Telegram asked for before the last stop."""
        async with self._database.reading() as session:
            marker = await markers.find(session, PAUSE_MARKER)
        if marker is not None:
            until = datetime.fromisoformat(marker["until"])
            left = (until - datetime.now(UTC)).total_seconds()
            if left > 0:
                self._limiter.pause(left)

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; what is on the wire is finished and recorded."""
        while not stopping.is_set():
            self._wake.clear()  # before looking, so that what comes meanwhile wakes again
            try:
                found = await self.send_due()
            except Exception as error:
                self._report(error)
                found = 0
                await asyncio.sleep(IDLE_SECONDS)
            if found:
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)

    async def drain(self) -> int:
        """Send all that is due now; return how many were sent, held or skipped."""
        total = 0
        while found := await self.send_due():
            total += found
        return total

    async def send_due(self) -> int:
        """Work one batch; return how many notices were due."""
        if self.health.token_refused or not await self._is_telegram_there():
            return 0
        async with self._database.writing() as session:
            claimed = await notices.claim(
                session, holder=self._holder, now=self._clock.now(), limit=BATCH
            )
        await asyncio.gather(*(self._send(due) for due in claimed.to_send))
        if claimed.found:
            async with self._database.writing() as session:
                await broadcasts.close_finished(session, now=self._clock.now())
        return claimed.found

    async def tidy(self) -> int:
        """End what a dead process left in the middle."""
        async with self._database.writing() as session:
            return await notices.end_stale_leases(session)

    async def _send(self, due: DueNotice) -> None:
        try:
            finding, ids = await self._call(due)
        except Exception as error:  # our own bug while rendering: this notice fails, others go on
            self._report(error)
            async with self._database.writing() as session:
                await notices.record_failed(session, due.id, reason=type(error).__name__)
            return
        await self._record(due, finding, ids)

    async def _call(self, due: DueNotice) -> tuple[Finding | None, list[int]]:
        message = texts.notice(due)
        plain = False
        while True:
            await self._limiter.pass_through(due.telegram_id, Lane.BULK)
            try:
                ids = await render.send(self._bot, due.telegram_id, message, plain=plain)
            except TelegramError as error:
                finding = classify(error)
                if finding.verdict is not Verdict.MARKUP or plain:
                    return finding, []
                log.exception("markup_refused", where=due.kind.value, language=due.language)
                plain = True
            else:
                return None, ids

    async def _record(self, due: DueNotice, finding: Finding | None, ids: list[int]) -> None:
        async with self._database.writing() as session:
            match finding:
                case None:
                    await notices.record_sent(
                        session, due.id, telegram_ids=ids, now=self._clock.now()
                    )
                case Finding(Verdict.UNKNOWN, reason):
                    await notices.record_unknown(session, due.id, reason=reason)
                case Finding(Verdict.BLOCKED, reason):
                    await notices.record_blocked(
                        session, due.id, participant_id=due.participant_id, reason=reason
                    )
                case Finding(Verdict.TOO_MANY, reason, retry_after):
                    self._limiter.pause(retry_after)
                    await notices.put_back(session, due.id, reason=reason)
                    until = datetime.now(UTC) + timedelta(seconds=retry_after)
                    await markers.put(session, PAUSE_MARKER, {"until": until.isoformat()})
                case Finding(Verdict.NOT_SENT | Verdict.TOKEN, reason):
                    await notices.put_back(session, due.id, reason=reason)
                case Finding(_, reason):
                    await notices.record_failed(session, due.id, reason=reason)
        self._learn(finding)
        log.info(
            "notice_sent" if finding is None else "notice_not_sent",
            notice_id=due.id,
            kind=due.kind.value,
            participant_id=due.participant_id,
            reason=finding.reason if finding else None,
        )

    def _learn(self, finding: Finding | None) -> None:
        if finding is not None and finding.verdict in {Verdict.UNKNOWN, Verdict.NOT_SENT}:
            self.health.ambiguous_in_a_row += 1
        else:
            self.health.ambiguous_in_a_row = 0
        if finding is not None and finding.verdict is Verdict.TOKEN:
            self.health.token_refused = True
            log.error("token_refused", cure="check XINNO_BOT_TOKEN with @BotFather, then restart")

    async def _is_telegram_there(self) -> bool:
        """After many endings that prove nothing, probe before more promises are risked."""
        if self.health.ambiguous_in_a_row < AMBIGUOUS_BEFORE_PAUSE:
            return True
        try:
            await self._bot.get_me()
        except TelegramError as error:
            log.warning("telegram_not_there", reason=classify(error).reason)
            await asyncio.sleep(PROBE_SECONDS)
            return False
        self.health.ambiguous_in_a_row = 0
        return True


def _log_error(error: Exception) -> None:
    log.error("sending_failed", error=type(error).__name__, exc_info=error)

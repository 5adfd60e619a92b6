"""Sending what was promised: claim, send, record. Three endings: sent, failed, unknown.

The state "sending" is committed before the call. What is certainly not sent goes back; what is
refused has failed; what nobody can know is unknown, and shown as that.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.health import Health
from bot.delivery.limiter import Lane, Limiter
from bot.delivery.live import LiveFigures
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, caught, classify
from xinno_core.clock import Clock
from xinno_core.database import Database
from xinno_core.services import broadcast_ticks, markers, notices
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.notices import Attempt
from xinno_core.texts import notices as texts
from xinno_core.texts.message import Message

log = structlog.get_logger()

BATCH = 25
IDLE_SECONDS = 1.0
PROBE_SECONDS = 5.0
PATIENCE = 10.0
"""Seconds a claimed notice waits for its turn; with two calls it stays below the lease."""
MOST_RECORDINGS = 30
"""How often the end of a call is written down again while the database is away."""
PAUSE_MARKER = "sending_pause"


@dataclass
class Delivered:
    """What Telegram has of one notice by now."""

    parts: int
    ids: list[int] = field(default_factory=list)


class Sender:
    """Sends due notices through the bulk lane."""

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        limiter: Limiter,
        health: Health,
        clock: Clock,
        live: LiveFigures,
        report: Callable[[Exception], None] | None = None,
    ) -> None:
        """Share limiter and health with the screens."""
        self._database = database
        self._bot = bot
        self._limiter = limiter
        self._clock = clock
        self._live = live
        self._report = report or log_error
        self._wake = asyncio.Event()
        self._pause_kept_until = datetime.min.replace(tzinfo=UTC)
        self.health = health

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
                self._pause_kept_until = until

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; what is on the wire is finished and recorded."""
        while not stopping.is_set():
            self._wake.clear()  # before looking, so that what comes meanwhile wakes again
            try:
                found = await self.send_due()
            except Exception as error:  # the database is away: reported, and tried again
                self._report(error)
                found = 0
                await asyncio.sleep(IDLE_SECONDS)
            if found:
                continue
            await self._live.refresh(finished=False)
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
        if self._limiter.paused_for > 0:
            await self._keep_pause()
            return 0
        if self.health.token_refused or not await self._is_telegram_there():
            return 0
        holder = secrets.token_hex(8)  # of this round alone: a late end of another is void
        async with self._database.writing() as session:
            claimed = await notices.claim(
                session, holder=holder, now=self._clock.now(), limit=BATCH
            )
        arrived = await asyncio.gather(*(self._send(due, holder) for due in claimed.to_send))
        if claimed.found:
            turned = await self._turn_over(all_arrived=all(arrived))
            await self._live.refresh(finished=bool(turned))
        return claimed.found

    async def _turn_over(self, *, all_arrived: bool) -> int:
        """End announcements that are finished, and stop those that fail."""
        now = self._clock.now()
        async with self._database.writing() as session:
            failing = 0 if all_arrived else await broadcast_ticks.pause_failing(session, now=now)
            return failing + await broadcast_ticks.close_finished(session, now=now)

    async def tidy(self) -> int:
        """End what a dead process left in the middle."""
        async with self._database.writing() as session:
            return await notices.end_stale_leases(session, now=self._clock.now())

    async def _send(self, due: DueNotice, holder: str) -> bool:
        """Send one notice and record how that ended; True when all of it has arrived."""
        delivered = Delivered(due.parts_sent)
        try:
            finding = await self._call(due, delivered)
        except Exception as error:  # our own bug while rendering: this notice fails, others go on
            self._report(error)
            finding = Finding(Verdict.REFUSED, type(error).__name__)
        if self.health.learn(finding):
            log.error("token_refused", cure="check XINNO_BOT_TOKEN with @BotFather, then restart")
        log.info(
            "notice_sent" if finding is None else "notice_not_sent",
            notice_id=due.id,
            kind=due.kind.value,
            participant_id=due.participant_id,
            **({"reason": finding.reason} if finding else {}),
        )
        # What Telegram has must not be sent again only because the database was away.
        for _ in range(MOST_RECORDINGS):
            with caught() as outage:
                await self._record(due, holder, finding, delivered)
            if outage.error is None:
                break
            self._report(outage.error)
            await asyncio.sleep(IDLE_SECONDS)
        return finding is None

    async def _call(self, due: DueNotice, delivered: Delivered) -> Finding | None:
        """Send what Telegram does not have yet; None when it has everything."""
        for message in texts.notice(due)[due.parts_sent :]:
            finding = await self._call_for(due, message, delivered)
            if finding is not None:
                return finding
            delivered.parts += 1
        return None

    async def _call_for(
        self, due: DueNotice, message: Message, delivered: Delivered
    ) -> Finding | None:
        plain = False
        while True:
            its_turn = await self._limiter.pass_through(
                due.telegram_id, Lane.BULK, patience=PATIENCE
            )
            if not its_turn or self.health.is_doubtful or self.health.token_refused:
                return Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
            try:
                ids = await render.send(self._bot, due.telegram_id, message, plain=plain)
            except TelegramError as error:
                finding = classify(error)
                if finding.verdict is Verdict.TOO_MANY:
                    self._limiter.pause(finding.retry_after)  # before anything else can go
                if finding.verdict is not Verdict.MARKUP or plain:
                    return finding
                log.exception("markup_refused", where=due.kind.value, language=due.language)
                plain = True
            else:
                delivered.ids.extend(ids)
                return None

    async def _record(
        self, due: DueNotice, holder: str, finding: Finding | None, delivered: Delivered
    ) -> None:
        attempt = Attempt(
            due.id,
            holder,
            now=self._clock.now(),
            telegram_ids=(*due.telegram_ids, *delivered.ids),
            parts_sent=delivered.parts,
            version=due.version,
        )
        async with self._database.writing() as session:
            match finding:
                case None:
                    await notices.record_sent(session, attempt)
                case Finding(Verdict.UNKNOWN, reason):
                    await notices.record_unknown(session, attempt, reason=reason)
                case Finding(Verdict.BLOCKED, reason):
                    await notices.record_blocked(
                        session, attempt, participant_id=due.participant_id, reason=reason
                    )
                case Finding(
                    Verdict.TOO_MANY | Verdict.NOT_SENT | Verdict.NOT_TRIED | Verdict.TOKEN, reason
                ):
                    await notices.put_back(session, attempt, reason=reason)
                case Finding(_, reason):
                    await notices.record_failed(session, attempt, reason=reason)

    async def _keep_pause(self) -> None:
        """Write down until when Telegram wants silence, whoever was told: a restart keeps it."""
        until = datetime.now(UTC) + timedelta(seconds=self._limiter.paused_for)
        if until - self._pause_kept_until < timedelta(seconds=1):
            return
        async with self._database.writing() as session:
            await markers.put(session, PAUSE_MARKER, {"until": until.isoformat()})
        self._pause_kept_until = until

    async def _is_telegram_there(self) -> bool:
        """After many endings that prove nothing, probe before more promises are risked."""
        if not self.health.is_doubtful:
            return True
        try:
            await self._bot.get_me()
        except TelegramError as error:
            finding = classify(error)
            self.health.learn(finding)
            log.warning("telegram_not_there", reason=finding.reason)
            await asyncio.sleep(PROBE_SECONDS)
            return False
        self.health.learn(None)
        return True


def log_error(error: Exception) -> None:
    """Report an error where nobody else listens."""
    log.error("sending_failed", error=type(error).__name__, exc_info=error)

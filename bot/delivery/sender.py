"""Sending what was promised: claim, send, record. Three endings: sent, failed, unknown.

The state "sending" is committed before the call. What is certainly not sent goes back; what is
refused has failed; what nobody can know is unknown, and shown as that.
"""

import asyncio
import contextlib
import dataclasses
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.health import Health
from bot.delivery.limiter import Lane, Limiter
from bot.delivery.live import LiveFigures
from bot.delivery.rounds import IDLE_SECONDS, until_recorded
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, caught, classify
from xinno_core.clock import Clock
from xinno_core.database import Database
from xinno_core.services import broadcast_ticks, markers, notices, showing
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.notices import Attempt
from xinno_core.texts import notices as texts
from xinno_core.texts.message import Message

log = structlog.get_logger()

BATCH = 25
PROBE_SECONDS = 5.0
PATIENCE = 10.0
"""Seconds a claimed notice waits for its turn; with two calls it stays below the lease."""
PAUSE_MARKER = "sending_pause"


@dataclass
class Delivered:
    """What Telegram has of one notice by now."""

    parts: int
    ids: list[int] = field(default_factory=list)
    has_begun: bool = False  # the ledger says that it is being sent


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
        self._ended: list[bool] = []  # whether what ended since the last look has arrived
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
        """Send until told to stop; what is on the wire is finished and recorded.

        New work is taken while the last of the earlier is still under way, so that the rate is
        used without a gap.
        """
        under_way: set[asyncio.Task[None]] = set()
        while not stopping.is_set():
            self._wake.clear()  # before looking, so that what comes meanwhile wakes again
            found = 0
            with caught() as outage:
                found = await self._take(under_way)
            if outage.error is not None:  # the database is away: reported, and tried again
                self._report(outage.error)
                await asyncio.sleep(IDLE_SECONDS)
            elif not found:
                await self._live.refresh(finished=False)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
            while len(under_way) > BATCH // 2 and not stopping.is_set():
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            with caught() as outage:
                await self._look_after()
            if outage.error is not None:
                self._report(outage.error)
        await asyncio.gather(*under_way)

    async def drain(self) -> int:
        """Send all that is due now; return how many were sent, held or skipped."""
        total = 0
        while found := await self.send_due():
            total += found
        return total

    async def send_due(self) -> int:
        """Work one batch to its end; return how many notices were due."""
        under_way: set[asyncio.Task[None]] = set()
        found = await self._take(under_way)
        await asyncio.gather(*under_way)
        if found:
            await self._look_after()
        return found

    async def _take(self, under_way: set[asyncio.Task[None]]) -> int:
        """Begin with what is due, as far as there is room; return how many were due."""
        if self._limiter.paused_for > 0:
            await self._keep_pause()
            return 0
        if self.health.token_refused or not await self._is_telegram_there():
            return 0
        holder = secrets.token_hex(8)  # of this round alone: a late end of another is void
        async with self._database.writing() as session:
            claimed = await notices.claim(
                session, holder=holder, now=self._clock.now(), limit=BATCH - len(under_way)
            )
        for due in claimed.to_send:
            task = asyncio.create_task(self._send(due, holder))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        self._ended += [True] * (claimed.found - len(claimed.to_send))
        return claimed.found

    async def _look_after(self) -> None:
        """See to announcements after some messages, and show how far they have come."""
        if not self._ended:
            return
        ended, self._ended = self._ended, []
        turned = await self._turn_over(all_arrived=all(ended))
        await self._live.refresh(finished=bool(turned))

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

    async def _send(self, due: DueNotice, holder: str) -> None:
        """Send one notice and record how that ended."""
        delivered = Delivered(due.parts_sent)
        try:
            finding = await self._call(due, holder, delivered)
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
        await until_recorded(lambda: self._record(due, holder, finding, delivered), self._report)
        self._ended.append(finding is None)
        self._wake.set()  # there is room for more

    async def _call(self, due: DueNotice, holder: str, delivered: Delivered) -> Finding | None:
        """Send what Telegram does not have yet; None when it has everything."""
        for message in texts.notice(due)[due.parts_sent :]:
            finding = await self._call_for(due, holder, message, delivered)
            if finding is not None:
                return finding
            delivered.parts += 1
        return None

    async def _call_for(
        self, due: DueNotice, holder: str, message: Message, delivered: Delivered
    ) -> Finding | None:
        plain = False
        while True:
            ready = await self._make_ready(due, holder, message, delivered)
            if not isinstance(ready, Message):
                return ready
            try:
                ids = await render.send(self._bot, due.telegram_id, ready, plain=plain)
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

    async def _make_ready(
        self, due: DueNotice, holder: str, message: Message, delivered: Delivered
    ) -> Message | Finding | None:
        """Wait for its turn, and return what goes; a finding when it must not go now.

        None when nothing of it is left to show.
        """
        not_now = Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
        its_turn = await self._limiter.pass_through(due.telegram_id, Lane.BULK, patience=PATIENCE)
        if not its_turn or not self._may_call():
            return not_now
        shown: Message | None = None
        with caught() as outage:
            await self._begin(due, holder, delivered)
            shown = await self._without_stopped(message)
        if outage.error is not None:  # the database is away, and nothing has gone
            self._report(outage.error)
            return not_now
        if not delivered.has_begun:
            return Finding(Verdict.NOT_TRIED, "not_wanted_any_more")
        return shown if self._may_call() else not_now  # another call may have learned something

    async def _begin(self, due: DueNotice, holder: str, delivered: Delivered) -> None:
        """Mark a notice as being sent, before the first of its calls."""
        if not delivered.has_begun:
            async with self._database.writing() as session:
                delivered.has_begun = await notices.begin(session, due.id, holder=holder)

    async def _without_stopped(self, message: Message) -> Message | None:
        """Return a message without what was stopped while it waited for its turn."""
        if not message.media:
            return message
        async with self._database.reading() as session:
            stopped = await showing.read_stopped(session, {one.file_id for one in message.media})
        shown = tuple(one for one in message.media if one.file_id not in stopped)
        return dataclasses.replace(message, media=shown) if shown or message.text else None

    def _may_call(self) -> bool:
        health = self.health
        return not (self._limiter.paused_for or health.is_doubtful or health.token_refused)

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
            if not delivered.has_begun:
                # A bug of ours has an end, too, and so has what left nothing to send.
                has_end = finding is None or finding.verdict is Verdict.REFUSED
                if not has_end or not await notices.begin(session, due.id, holder=holder):
                    await notices.release(session, due.id, holder=holder)
                    # The mark may stand, though the database went away before it could say so.
                    await notices.put_back(session, attempt, reason="its_turn_did_not_come")
                    return
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
                    await self._write_pause(session)
                    await notices.put_back(session, attempt, reason=reason)
                case Finding(_, reason):
                    await notices.record_failed(session, attempt, reason=reason)

    async def _write_pause(self, session: AsyncSession) -> None:
        """Write down until when Telegram wants silence, if it does: a restart keeps it."""
        until = datetime.now(UTC) + timedelta(seconds=self._limiter.paused_for)
        if until - self._pause_kept_until >= timedelta(seconds=1):
            await markers.put(session, PAUSE_MARKER, {"until": until.isoformat()})
            self._pause_kept_until = until

    async def _keep_pause(self) -> None:
        """Write down a pause whoever was told of it: an answer to a press may have been."""
        async with self._database.writing() as session:
            await self._write_pause(session)

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

"""Posting in groups what was promised there: claim, send, record, with the endings of a notice.

Groups have a pace of their own, so a full one must not hold up the messages to people: posts are
sent beside them, through the same limiter. A group that became a supergroup is followed, once.
"""

import asyncio
import functools
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from telegram.error import ChatMigrated, TelegramError

from bot.delivery.limiter import GROUP_SPAN, Lane
from bot.delivery.rounds import Rounds, until_recorded
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, caught, classify
from xinno_core.services import event_groups, group_posts
from xinno_core.services.group_posts import Attempt, Counted, DuePost
from xinno_core.texts import group_posts as texts
from xinno_core.texts.message import Message

log = structlog.get_logger()


class Call(Protocol):
    """One call of the Bot API; whether its text goes without markup."""

    def __call__(self, *, plain: bool) -> Awaitable[None]: ...


PATIENCE = GROUP_SPAN + 5.0
"""A full group is free again after its span; giving up sooner would only mean asking again."""
NOTHING_LEFT = "nothing_left"
"""All that a post showed was withdrawn since."""


@dataclass
class Delivered:
    """What Telegram has of one post by now."""

    parts: int
    ids: list[int] = field(default_factory=list)
    poll_id: str | None = None
    counted: Counted | None = None


class Posting(Rounds):
    """Sends due posts through the bulk lane: those of a group one after the other."""

    async def _work_round(self) -> int:
        holder = secrets.token_hex(8)  # of this round alone: a late end of another is void
        async with self._database.writing() as session:
            claimed = await group_posts.claim(session, holder=holder, now=self._now())
        await asyncio.gather(*(self._send(due, holder) for due in claimed))
        return len(claimed)

    async def tidy(self) -> int:
        """End what a dead process left in the middle."""
        async with self._database.writing() as session:
            return await group_posts.end_stale_leases(session)

    async def _send(self, due: DuePost, holder: str) -> None:
        delivered = Delivered(due.parts_sent)
        with caught() as bug:
            finding = await self._call(due, delivered)
        if bug.error is not None:  # our own, while rendering: this post fails, others go on
            self._report(bug.error)
            finding = Finding(Verdict.REFUSED, type(bug.error).__name__)
        if self._health.learn(finding):
            log.error("token_refused", cure="check XINNO_BOT_TOKEN with @BotFather, then restart")
        log.info(
            "group_post_sent" if finding is None else "group_post_not_sent",
            post_id=due.id,
            kind=due.kind.value,
            **({"reason": finding.reason} if finding else {}),
        )
        await until_recorded(lambda: self._record(due, holder, finding, delivered), self._report)

    async def _call(self, due: DuePost, delivered: Delivered) -> Finding | None:
        """Send what Telegram does not have yet; None when it has everything."""
        try:
            return await self._post(due, due.chat_id, delivered)
        except ChatMigrated as moved:
            to = moved.new_chat_id
        with caught() as outage:
            async with self._database.writing() as session:
                await event_groups.move(session, chat_id=due.chat_id, to=to, now=self._now())
        if outage.error is not None:  # the database is away, and nothing has gone there
            self._report(outage.error)
            return Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
        try:
            return await self._post(due, to, delivered)
        except ChatMigrated:
            return Finding(Verdict.REFUSED, "moved_again")

    async def _post(self, due: DuePost, chat_id: int, delivered: Delivered) -> Finding | None:
        if due.closes is not None:
            close = functools.partial(self._close, due.closes, chat_id, delivered)
            return await self._try(chat_id, close)
        messages = texts.messages(due)
        if not messages:
            return Finding(Verdict.REFUSED, NOTHING_LEFT)
        for message in messages[delivered.parts :]:
            put = functools.partial(self._put, message, chat_id, delivered)
            finding = await self._try(chat_id, put)
            if finding is not None:
                return finding
            delivered.parts += 1
        return None

    async def _try(self, chat_id: int, call: Call) -> Finding | None:
        plain = False
        while True:
            its_turn = await self._limiter.pass_through(chat_id, Lane.BULK, patience=PATIENCE)
            if not its_turn or self._health.is_doubtful or self._health.token_refused:
                return Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
            try:
                await call(plain=plain)
            except ChatMigrated:
                raise
            except TelegramError as error:
                finding = classify(error)
                if finding.verdict is Verdict.TOO_MANY:
                    self._limiter.pause(finding.retry_after)  # before anything else can go
                if finding.verdict is not Verdict.MARKUP or plain:
                    return finding
                log.exception("markup_refused", where="group")
                plain = True
            else:
                return None

    async def _put(
        self, message: Message, chat_id: int, delivered: Delivered, *, plain: bool
    ) -> None:
        if message.poll is None:
            delivered.ids.extend(await render.send(self._bot, chat_id, message, plain=plain))
            return
        message_id, delivered.poll_id = await render.send_poll(self._bot, chat_id, message)
        delivered.ids.append(message_id)

    async def _close(
        self,
        message_id: int,
        chat_id: int,
        delivered: Delivered,
        *,
        plain: bool,
    ) -> None:
        poll = await self._bot.stop_poll(chat_id, message_id)
        votes = tuple(option.voter_count for option in poll.options)
        delivered.counted = Counted(votes, poll.total_voter_count, is_closed=True)

    async def _record(
        self, due: DuePost, holder: str, finding: Finding | None, delivered: Delivered
    ) -> None:
        attempt = Attempt(
            due.id,
            holder,
            now=self._now(),
            telegram_ids=(*due.telegram_ids, *delivered.ids),
            parts_sent=delivered.parts,
            poll_id=delivered.poll_id,
        )
        async with self._database.writing() as session:
            match finding:
                case None | Finding(Verdict.GONE) if due.poll_post_id is not None:
                    await group_posts.record_closed(
                        session,
                        attempt,
                        poll_post_id=due.poll_post_id,
                        counted=delivered.counted,
                    )
                case None:
                    await group_posts.record_sent(session, attempt)
                case Finding(Verdict.UNKNOWN, reason):
                    await group_posts.record_unknown(session, attempt, reason=reason)
                case Finding(Verdict.BLOCKED):
                    await group_posts.record_removed(session, attempt)
                case Finding(
                    Verdict.TOO_MANY | Verdict.NOT_SENT | Verdict.NOT_TRIED | Verdict.TOKEN, reason
                ):
                    await group_posts.put_back(session, attempt, reason=reason)
                case Finding(_, reason):
                    await group_posts.record_failed(session, attempt, reason=reason)

"""Taking back and putting right what was sent, through the same limiter as everything else.

Deleting and editing twice does no harm, so whatever has no certain end is simply done again. What
can't be done stays as it was, with its reason.
"""

import asyncio
import functools
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from telegram.error import TelegramError

from bot.delivery import blanking
from bot.delivery.blanking import Blank
from bot.delivery.limiter import Lane
from bot.delivery.live import LiveFigures
from bot.delivery.rounds import Means, Rounds
from bot.telegram import render
from bot.telegram.errors import Finding, Verdict, caught, classify
from xinno_core.models import NoticeAct
from xinno_core.services import acts
from xinno_core.services.acts import ActAttempt, DueAct
from xinno_core.services.backgrounds import DueNotice
from xinno_core.texts import acts as texts
from xinno_core.texts import notices as notice_texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import translator

log = structlog.get_logger()

BATCH = 25
PATIENCE = 10.0

Call = Callable[[bool], Awaitable[object]]


@dataclass(frozen=True)
class Kept:
    """It can't be done, for good."""

    why: str


@dataclass(frozen=True)
class Again:
    """Nobody knows, or its turn did not come."""

    finding: Finding


End = Kept | Again | None
"""How an act ended; None when it is certain that it is done."""


class Acting(Rounds):
    """Does what organisers have asked for with messages that were sent."""

    def __init__(self, means: Means, *, live: LiveFigures) -> None:
        """Show on the screens of those who asked how far it is."""
        super().__init__(means)
        self._live = live

    async def _work_round(self) -> int:
        """Work one batch; what has no certain end is no reason to go on at once."""
        holder = secrets.token_hex(8)
        async with self._database.writing() as session:
            taken = await acts.claim(session, holder=holder, now=self._now(), limit=BATCH)
        ended = await asyncio.gather(*(self._act(one, holder) for one in taken))
        if taken:
            await self._live.refresh(finished=len(taken) < BATCH)
        return sum(ended)

    async def _act(self, one: DueAct, holder: str) -> bool:
        """Do one act and record how it ended; True when that is certain."""
        end: End = Kept("refused")
        work = self._recall if one.act is NoticeAct.RECALL else self._correct
        with caught() as bug:
            end = await work(one)
        if bug.error is not None:  # ours, while rendering: this one is kept, the others go on
            self._report(bug.error)
        log.info(
            "message_changed" if end is None else "message_not_changed",
            act=one.act.value,
            notice_id=one.due.id,
            participant_id=one.due.participant_id,
        )
        attempt = ActAttempt(one.due.id, one.act, holder, one.due.version)
        with caught() as outage:  # while the database is away: its lease ends, and it is done again
            await self._record(attempt, end)
        if outage.error is not None:
            self._report(outage.error)
        return outage.error is None and not isinstance(end, Again)

    async def _record(self, attempt: ActAttempt, end: End) -> None:
        async with self._database.writing() as session:
            match end:
                case None:
                    await acts.record_done(session, attempt)
                case Kept(why):
                    await acts.record_kept(session, attempt, why=why)
                case Again():
                    await acts.put_back(session, attempt)

    async def _recall(self, one: DueAct) -> End:
        if not one.due.telegram_ids:
            return Kept("forgotten")
        old = []
        for message_id in one.due.telegram_ids:
            end: End = Kept("too_old")
            if one.is_young:
                end = await self._delete(one.due.telegram_id, message_id)
            if end == Kept("too_old"):
                old.append(message_id)
            elif end is not None and end != Kept("gone"):
                return end
        return await self._replace(one.due, old)

    async def _replace(self, due: DueNotice, old: Sequence[int]) -> End:
        """Put a line in the place of what is too old to be deleted."""
        line = texts.taken_back(translator(due.language, due.tone))
        placed = _placed(due, _messages(due)) or [(line, message_id) for message_id in old]
        for message, message_id in placed:
            if message_id not in old or message.venue is not None:
                continue  # a place on the map can't be changed, and says little by itself
            end = await self._edit(
                due.telegram_id, message_id, line, is_caption=bool(message.media)
            )
            if end is not None and end != Kept("gone"):
                return end
        return None

    async def _correct(self, one: DueAct) -> End:
        due = one.due
        if not due.telegram_ids or due.card is None:
            return Kept("forgotten")
        if due.showing is not None:
            return await self._blank(one)
        placed = _placed(due, _messages(due))
        if placed is None:
            return Kept("other_shape")
        t = translator(due.language, due.tone)
        messages = texts.corrected(
            t, tuple(message for message, _ in placed), at=self._now(), zone=due.card.zone
        )
        ends = []
        for message, (_, message_id) in zip(messages, placed, strict=True):
            if not message.text:
                continue
            is_caption = bool(message.media)
            ends.append(
                await self._edit(due.telegram_id, message_id, message, is_caption=is_caption)
            )
            if isinstance(ends[-1], Again):
                return ends[-1]
        return next((end for end in ends if end is not None), None)

    async def _blank(self, one: DueAct) -> End:
        """Put something grey in the place of the pictures of a gallery that were stopped."""
        stopped = blanking.blanks(one.due)
        if stopped is None:  # nobody knows which message shows it, so all of them go
            return await self._recall(one)
        for blank in stopped:
            end = await self._call(
                one.due.telegram_id,
                functools.partial(self._blank_one, one.due.telegram_id, blank),
            )
            if end is not None and end != Kept("gone"):
                return end
        return None

    async def _blank_one(self, chat_id: int, blank: Blank, plain: bool) -> None:  # noqa: FBT001 (as `_call` calls it)
        await render.edit_media(
            self._bot,
            chat_id,
            blank.message_id,
            blank.words,
            blanking.grey_picture(),
            as_document=blank.is_document,
            plain=plain,
        )

    async def _delete(self, chat_id: int, message_id: int) -> End:
        return await self._call(
            chat_id, lambda _plain: self._bot.delete_message(chat_id, message_id)
        )

    async def _edit(
        self, chat_id: int, message_id: int, message: Message, *, is_caption: bool
    ) -> End:
        change = render.edit_caption if is_caption else render.edit
        return await self._call(
            chat_id, lambda plain: change(self._bot, chat_id, message_id, message, plain=plain)
        )

    async def _call(self, chat_id: int, call: Call) -> End:
        finding = await self._try(chat_id, call, plain=False)
        if finding is not None and finding.verdict is Verdict.MARKUP:
            log.error("markup_refused", where="correction")
            finding = await self._try(chat_id, call, plain=True)
        self._health.learn(finding)
        match finding:
            case None | Finding(Verdict.UNCHANGED):
                return None
            case Finding(Verdict.GONE):
                return Kept("gone")
            case Finding(Verdict.TOO_OLD):
                return Kept("too_old")
            case Finding(Verdict.BLOCKED):
                return Kept("blocked")
            case Finding(Verdict.REFUSED | Verdict.MARKUP):
                return Kept("refused")
            case _:
                return Again(finding)

    async def _try(self, chat_id: int, call: Call, *, plain: bool) -> Finding | None:
        if not await self._limiter.pass_through(chat_id, Lane.BULK, patience=PATIENCE):
            return Finding(Verdict.NOT_TRIED, "its_turn_did_not_come")
        try:
            await call(plain)
        except TelegramError as error:
            finding = classify(error)
            if finding.verdict is Verdict.TOO_MANY:
                self._limiter.pause(finding.retry_after)  # before anything else can go
            return finding
        return None


def _messages(due: DueNotice) -> tuple[Message, ...]:
    """Return the messages of a notice that Telegram has."""
    return notice_texts.notice(due)[: due.parts_sent or None]


def _placed(due: DueNotice, messages: Sequence[Message]) -> list[tuple[Message, int]] | None:
    """Return each message with the id under which its words stand; None when they do not fit.

    They do not where the reader has changed the language since, or an album has lost a picture.
    """
    placed, at = [], 0
    for message in messages:
        placed.append((message, at))
        at += max(len(message.media), 1)
    if at != len(due.telegram_ids):
        return None
    return [(message, due.telegram_ids[first]) for message, first in placed]

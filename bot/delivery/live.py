"""Keeping the figures of an announcement current on the screen of whoever sent it.

Where such screens stand is kept as rows, and the next process goes on with them. A row that is lost
with a kill costs no more than a press on Refresh; the notice at the end comes in any case.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.limiter import Lane, Limiter
from bot.telegram import render
from bot.telegram.errors import Verdict, caught, classify
from xinno_core.database import Database
from xinno_core.services import broadcasts, followed_screens, participants
from xinno_core.services.followed_screens import Place
from xinno_core.texts import progress as texts
from xinno_core.texts.message import Message
from xinno_core.texts.translator import translator

log = structlog.get_logger()

EVERY_SECONDS = 2.0
PATIENCE = 5.0
"""Seconds after which figures are not worth the waiting any more."""


@dataclass(eq=False)
class Followed:
    """A screen with figures, and when it was last brought up to date."""

    broadcast_id: int
    edited_at: float
    screen: Message  # what it shows


class LiveFigures:
    """Edits progress screens while messages go out."""

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        limiter: Limiter,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Follow nothing yet."""
        self._database = database
        self._bot = bot
        self._limiter = limiter
        self._now = now
        self._clock = clock
        self._followed: dict[tuple[int, int], Followed] = {}

    async def restore(self) -> None:
        """Go on with the screens of the process before, each to be brought up to date at once."""
        async with self._database.reading() as session:
            places = await followed_screens.list_all(session)
        long_ago = self._clock() - EVERY_SECONDS
        for place in places:
            followed = Followed(place.broadcast_id, long_ago, Message(""))
            self._followed[place.chat_id, place.message_id] = followed

    async def shown(self, chat_id: int, message_id: int, screen: Message) -> None:
        """Note what a message shows now: figures to keep current, or something else."""
        before = self._followed.pop((chat_id, message_id), None)
        if screen.follows != (before.broadcast_id if before is not None else None):
            await self._keep(chat_id, message_id, screen.follows)
        if screen.follows is not None:
            self._followed[chat_id, message_id] = Followed(screen.follows, self._clock(), screen)

    async def _forget(self, chat_id: int, message_id: int) -> None:
        if self._followed.pop((chat_id, message_id), None) is not None:
            await self._keep(chat_id, message_id, None)

    async def _keep(self, chat_id: int, message_id: int, broadcast_id: int | None) -> None:
        with caught() as outage:  # the message is shown all the same
            async with self._database.writing() as session:
                if broadcast_id is None:
                    await followed_screens.unfollow(session, chat_id=chat_id, message_id=message_id)
                else:
                    place = Place(chat_id, message_id, broadcast_id)
                    await followed_screens.follow(session, place)
        if outage.error is not None:
            log.warning("screen_not_kept", error=type(outage.error).__name__)

    async def refresh(self, *, finished: bool) -> None:
        """Bring screens up to date, each every two seconds, and all when something has finished."""
        due_before = self._clock() - EVERY_SECONDS
        for (chat_id, message_id), followed in list(self._followed.items()):
            if finished or followed.edited_at <= due_before:
                await self._refresh(chat_id, message_id, followed)

    async def _refresh(self, chat_id: int, message_id: int, followed: Followed) -> None:
        screen = await self._read(Place(chat_id, message_id, followed.broadcast_id))
        if screen is not None and (screen.text, screen.buttons) == (
            followed.screen.text,
            followed.screen.buttons,
        ):
            followed.edited_at = self._clock()
            return
        its_turn = await self._limiter.pass_through(chat_id, Lane.BULK, patience=PATIENCE)
        if not its_turn or self._followed.get((chat_id, message_id)) is not followed:
            return  # busy, or the person has opened something else in this message meanwhile
        followed.edited_at = self._clock()
        if screen is None or screen.follows is None:
            await self._forget(chat_id, message_id)
        if screen is None:
            return
        followed.screen = screen
        try:
            await render.edit(self._bot, chat_id, message_id, screen)
        except TelegramError as error:
            finding = classify(error)
            if finding.verdict is Verdict.TOO_MANY:
                self._limiter.pause(finding.retry_after)
            elif finding.verdict is not Verdict.UNCHANGED:
                await self._forget(chat_id, message_id)
                log.info("figures_not_shown", reason=finding.reason)

    async def _read(self, place: Place) -> Message | None:
        async with self._database.reading() as session:
            person = await participants.find_by_telegram(session, place.chat_id)
            if person is None or not await followed_screens.is_followed(session, place):
                return None
            progress = await broadcasts.find_progress(
                session, participant=person, broadcast_id=place.broadcast_id, now=self._now()
            )
        if progress is None:
            return None
        return texts.progress(translator(person.language, person.tone), progress)

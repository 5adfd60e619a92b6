"""Using a stopped picture again: when all who asked have agreed, or the organiser has looked.

A mark that somebody made on this very picture goes only with their word, one that a withdrawn
consent made goes when the organiser has seen that they are not on it. The organiser says so.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import Event, Media, MediaMark, Participant
from xinno_core.services import access
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.withdrawals import lock_media, record


@dataclass(frozen=True)
class Marked:
    """Who does not want to be shown on a picture."""

    name: str  # "" once the person is erased
    certain: bool
    is_erased: bool


@dataclass(frozen=True)
class StoppedMedia:
    """A stopped picture with the marks on it; `key` changes with every mark."""

    card: EventCard
    media: Media
    marks: tuple[Marked, ...]
    key: str

    @property
    def may_be_used_again(self) -> bool:
        """Tell whether there is anybody left who can agree, or nobody needs to."""
        return not any(mark.certain and mark.is_erased for mark in self.marks)


@dataclass(frozen=True)
class UsedAgain:
    """It may be shown again; so many pictures."""

    card: EventCard
    number: int


@dataclass(frozen=True)
class MarkedSince:
    """Somebody else has asked in between, or nobody can agree any more: nothing was changed."""

    found: StoppedMedia


async def find_stopped(
    session: AsyncSession, *, participant: Participant, media_id: int
) -> StoppedMedia:
    """Return a picture of an own region's event with the marks on it."""
    event, media = await _get_organised(session, participant, media_id)
    return await _read_stopped(session, event, media)


async def use_again(
    session: AsyncSession, *, participant: Participant, media_id: int, key: str, now: datetime
) -> UsedAgain | MarkedSince:
    """Let a picture be shown again: all who asked have agreed, says the organiser."""
    event, media = await _get_organised(session, participant, media_id)
    (media,) = await lock_media(session, [media.id])
    found = await _read_stopped(session, event, media)
    if media.stopped_at is None:
        return UsedAgain(found.card, 0)
    if key != found.key or not found.may_be_used_again:
        return MarkedSince(found)
    await session.execute(delete(MediaMark).where(MediaMark.media_id == media.id))
    media.stopped_at = None
    await session.flush()
    record(session, participant, event.id, "use_media_again", [media], now=now)
    return UsedAgain(found.card, 1)


@dataclass(frozen=True)
class LookedAt:
    """What of an event is stopped only because somebody may be on it."""

    card: EventCard
    names: tuple[str, ...]
    media: tuple[int, ...]  # with no other mark
    key: str


async def find_unsure(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> LookedAt:
    """Return what the organiser can let go at once after having looked."""
    event = await access.get_organised_event(session, participant, event_id)
    return await _read_unsure(session, event)


async def use_all_again(
    session: AsyncSession, *, participant: Participant, event_id: int, key: str, now: datetime
) -> UsedAgain | LookedAt:
    """Let everything be shown again on which the organiser has seen nobody who asked.

    What somebody pointed at stays stopped.
    """
    event = await access.get_organised_event(session, participant, event_id)
    found = await lock_media(session, select(Media.id).where(Media.event_id == event_id))
    unsure = await _read_unsure(session, event)
    if not unsure.media:
        return UsedAgain(unsure.card, 0)
    if key != unsure.key:
        return unsure
    freed = [media for media in found if media.id in unsure.media]
    await session.execute(delete(MediaMark).where(MediaMark.media_id.in_(unsure.media)))
    for media in freed:
        media.stopped_at = None
    await session.flush()
    record(session, participant, event.id, "use_media_again", freed, now=now)
    return UsedAgain(unsure.card, len(freed))


async def _get_organised(
    session: AsyncSession, participant: Participant, media_id: int
) -> tuple[Event, Media]:
    media = await session.get(Media, media_id)
    if media is None:
        raise NotFoundError
    return await access.get_organised_event(session, participant, media.event_id), media


async def _read_stopped(session: AsyncSession, event: Event, media: Media) -> StoppedMedia:
    found = await session.execute(
        select(MediaMark, Participant.name)
        .outerjoin(Participant, Participant.id == MediaMark.participant_id)
        .where(MediaMark.media_id == media.id)
        .order_by(MediaMark.id)
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    return StoppedMedia(
        await read_card(session, event),
        media,
        tuple(
            Marked(name or "", mark.certain, is_erased=mark.participant_id is None)
            for mark, name in rows
        ),
        _key((mark.id, mark.certain) for mark, _ in rows),
    )


async def _read_unsure(session: AsyncSession, event: Event) -> LookedAt:
    found = await session.execute(
        select(MediaMark.id, MediaMark.media_id, MediaMark.certain, Participant.name)
        .join(Media, Media.id == MediaMark.media_id)
        .outerjoin(Participant, Participant.id == MediaMark.participant_id)
        .where(Media.event_id == event.id)
        .order_by(MediaMark.id)
    )
    rows = found.all()
    pointed_at = {media_id for _, media_id, certain, _ in rows if certain}
    unsure = [row for row in rows if row.media_id not in pointed_at]
    return LookedAt(
        await read_card(session, event),
        tuple(dict.fromkeys(name or "" for *_, name in unsure)),
        tuple(dict.fromkeys(row.media_id for row in unsure)),
        _key((row.id, row.certain) for row in unsure),
    )


def _key(marks: Iterable[tuple[int, bool]]) -> str:
    return hashlib.sha256(repr(sorted(marks)).encode()).hexdigest()[:10]

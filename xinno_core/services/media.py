"""Pictures, videos and documents of an event: kept once, used again, stopped when somebody asks."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.models import Media, MediaKind, Participant

MOST_FOR_A_NAME = 200


async def keep(
    session: AsyncSession,
    *,
    event_id: int,
    kind: MediaKind,
    file_id: str,
    unique_id: str,
    name: str | None,
    added_by: Participant,
    bot_id: int,
    now: datetime,
) -> Media:
    """Return the event's row of a file that somebody sent; the same file sent again is one.

    Telegram's ids of a file change and its unique id does not: sent again, the newest id counts,
    so that a file which could not be sent any more is mended. One that was stopped stays stopped.
    """
    await session.execute(
        insert_once(session, Media).values(
            event_id=event_id,
            kind=kind,
            file_id=file_id,
            unique_id=unique_id,
            name=name[:MOST_FOR_A_NAME] if name else None,
            added_by=added_by.id,
            bot_id=bot_id,
            in_gallery=False,
            position=0,
            created_at=now,
        )
    )
    kept = await session.scalar(
        lock(
            select(Media).where(Media.event_id == event_id, Media.unique_id == unique_id)
        ).execution_options(populate_existing=True)
    )
    if kept is None:
        raise NotFoundError
    if (kept.file_id, kept.bot_id) != (file_id, bot_id):
        kept.file_id, kept.bot_id, kept.created_at = file_id, bot_id, now
        await session.flush()
    return kept


async def usable(session: AsyncSession, event_id: int) -> tuple[Media, ...]:
    """Return what an event has to show in its gallery, in order, without what was stopped."""
    found = await session.scalars(
        select(Media)
        .where(Media.event_id == event_id, Media.in_gallery.is_(True), Media.stopped_at.is_(None))
        .order_by(Media.position, Media.id)
    )
    return tuple(found)


async def put_into_gallery(session: AsyncSession, media: Media) -> bool:
    """Put a kept file at the end of its event's gallery; False when it is there already."""
    if media.in_gallery:
        return False
    last = await session.scalar(
        select(func.max(Media.position)).where(
            Media.event_id == media.event_id, Media.in_gallery.is_(True)
        )
    )
    media.in_gallery, media.position = True, (last or 0) + 1
    await session.flush()
    return True

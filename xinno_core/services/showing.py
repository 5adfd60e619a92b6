"""What an event's pictures and articles are to one person: what they have, and what is new to them.

A notice brings what this person has not had yet. What it brings is written down when it is claimed,
before anything is sent: a second try sends the same, and later it is known who has which picture.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Broadcast,
    Media,
    MediaKind,
    Notice,
    NoticeKind,
    NoticeState,
    Rule,
)
from xinno_core.services.contents import media_ids

HAS_IT = (NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.CORRECTED, NoticeState.SENDING)
"""Who got a message, or may have got it."""

MEDIA, LINKS = "media", "links"
"""Names in a notice's params: which files and which addresses it brings."""
TAKEN_BACK = "taken_back"
"""Name in a notice's params: which of its files were taken back from its reader."""
PREVIEW = "preview"
"""Name in a notice's params: only its organiser sees it. It belongs to no rule."""

MOST_IN_AN_ALBUM = 10


@dataclass(frozen=True)
class Article:
    """A link that is shown as a card."""

    url: str
    title: Mapping[str, str]


@dataclass(frozen=True)
class Showing:
    """What one notice brings; `albums` are the same files, as Telegram takes them together."""

    media: tuple[int, ...] = ()
    articles: tuple[Article, ...] = ()
    albums: tuple[tuple[int, ...], ...] = ()
    documents: frozenset[int] = frozenset()
    is_preview: bool = False


@dataclass(frozen=True)
class Had:
    """What one person has of an event's pictures and articles."""

    media: frozenset[int] = frozenset()
    links: frozenset[str] = frozenset()


def articles_of(rule: Rule | None) -> tuple[Article, ...]:
    """Return the articles that a rule brings."""
    return tuple(Article(one["url"], one["title"]) for one in (rule.links if rule else ()))


def albums(media: Iterable[int], kinds: Mapping[int, MediaKind]) -> tuple[tuple[int, ...], ...]:
    """Return files as albums: pictures and videos go together, documents by themselves."""
    known = [one for one in media if one in kinds]
    papers = [one for one in known if kinds[one] is MediaKind.DOCUMENT]
    views = [one for one in known if kinds[one] is not MediaKind.DOCUMENT]
    return tuple(
        tuple(some[at : at + MOST_IN_AN_ALBUM])
        for some in (views, papers)
        for at in range(0, len(some), MOST_IN_AN_ALBUM)
    )


async def read_galleries(
    session: AsyncSession, event_ids: Iterable[int]
) -> Mapping[int, tuple[int, ...]]:
    """Return what may be shown of each event's gallery, in order."""
    found = await session.execute(
        select(Media.event_id, Media.id)
        .where(
            Media.event_id.in_(event_ids), Media.in_gallery.is_(True), Media.stopped_at.is_(None)
        )
        .order_by(Media.event_id, Media.position, Media.id)
    )
    galleries: dict[int, tuple[int, ...]] = {}
    for event_id, media_id in found:
        galleries[event_id] = (*galleries.get(event_id, ()), media_id)
    return galleries


async def read_stopped(session: AsyncSession, file_ids: Iterable[str]) -> frozenset[str]:
    """Return which of these files show somebody who does not want that, at whatever event."""
    found = await session.scalars(
        select(Media.file_id).where(Media.file_id.in_(file_ids), Media.stopped_at.is_not(None))
    )
    return frozenset(found)


async def read_had(
    session: AsyncSession, event_ids: Iterable[int], people: Iterable[int]
) -> Mapping[tuple[int, int], Had]:
    """Return what each of these people has by earlier notices, by event and person."""
    found = await session.execute(
        select(Notice.event_id, Notice.participant_id, Notice.params).where(
            Notice.kind == NoticeKind.MEDIA,
            Notice.event_id.in_(event_ids),
            Notice.participant_id.in_(people),
            Notice.rule_id.is_not(None),
            Notice.state.in_(HAS_IT),
        )
    )
    had: dict[tuple[int, int], Had] = {}
    for event_id, person, params in found:
        before = had.get((event_id or 0, person), Had())
        had[event_id or 0, person] = Had(
            before.media.union(params.get(MEDIA, ())), before.links.union(params.get(LINKS, ()))
        )
    return had


async def read_announced(
    session: AsyncSession, event_id: int, *, participant_id: int | None = None
) -> tuple[tuple[int, frozenset[int]], ...]:
    """Return who has which pictures by announcements of the event, one pair for each message."""
    carrying = await read_carrying(session, event_id)
    query = select(Notice.participant_id, Notice.broadcast_id).where(
        Notice.kind == NoticeKind.BROADCAST,
        Notice.broadcast_id.in_(list(carrying)),
        Notice.state.in_(HAS_IT),
    )
    if participant_id is not None:
        query = query.where(Notice.participant_id == participant_id)
    found = await session.execute(query.order_by(Notice.id))
    return tuple((person, carrying[number or 0]) for person, number in found)


async def find_holders(
    session: AsyncSession, event_id: int, wanted: Iterable[int]
) -> frozenset[int]:
    """Return who has one of these pictures, or may have it."""
    sought = frozenset(wanted)
    found = await session.execute(
        select(Notice.participant_id, Notice.params).where(
            Notice.kind == NoticeKind.MEDIA,
            Notice.event_id == event_id,
            Notice.rule_id.is_not(None),
            # Of several messages some may have gone before one was refused.
            or_(Notice.state.in_(HAS_IT), Notice.parts_sent > 0),
            Notice.state != NoticeState.RECALLED,
        )
    )
    holders = {
        person
        for person, params in found
        if sought.intersection(params.get(MEDIA, ())) - set(params.get(TAKEN_BACK, ()))
    }
    announced = await read_announced(session, event_id)
    return frozenset(holders | {who for who, ids in announced if not sought.isdisjoint(ids)})


async def list_own(
    session: AsyncSession, event_id: int, participant_id: int
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Return the pictures that a person has of an event, in order; and those that still show."""
    had = await read_had(session, [event_id], [participant_id])
    ids = set(had.get((event_id, participant_id), Had()).media)
    for _, announced in await read_announced(session, event_id, participant_id=participant_id):
        ids |= announced
    found = await session.execute(
        select(Media.id, Media.stopped_at)
        .where(Media.id.in_(ids), Media.event_id == event_id)
        .order_by(Media.position, Media.id)
    )
    rows = found.all()
    return (
        tuple(media_id for media_id, _ in rows),
        frozenset(media_id for media_id, stopped_at in rows if stopped_at is None),
    )


async def read_carrying(session: AsyncSession, event_id: int) -> Mapping[int, frozenset[int]]:
    """Return the announcements of the event that bring pictures, and which."""
    found = await session.execute(
        select(Broadcast.id, Broadcast.content).where(
            Broadcast.event_id == event_id, Broadcast.confirmed_at.is_not(None)
        )
    )
    carrying = {number: frozenset(media_ids(content)) for number, content in found}
    return {number: ids for number, ids in carrying.items() if ids}

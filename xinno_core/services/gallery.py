"""An event's pictures, videos and articles: what its organiser puts together for those who came.

Files are the event's media; caption and articles (gallery_words) stand with the rule that
brings them next (gallery_rules).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Event,
    Media,
    MediaKind,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
)
from xinno_core.services import (
    access,
    composing,
    gallery_rules,
    media,
    outbox,
    showing,
    thanks,
    withdrawals,
)
from xinno_core.services.composing import Problem, Sent
from xinno_core.services.contents import MediaPart
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.gallery_rules import Plan
from xinno_core.services.showing import Article

MOST_IN_GALLERY = 40
"""Four albums: more than that is for a page, to which an article can lead."""
KEPT_FOR = timedelta(minutes=10)
"""A preview that comes later is of no use."""
FILE_REFUSED = "file_refused"
"""Why a notice failed: Telegram does not know a file's id any more."""


@dataclass(frozen=True)
class Item:
    """One file of the gallery."""

    id: int
    kind: MediaKind
    name: str
    bot_id: int  # another bot can't send it
    is_stopped: bool
    is_refused: bool  # Telegram did not send it, or something in the same album


@dataclass(frozen=True)
class Gallery:
    """What there is, in order, and when it goes out."""

    card: EventCard
    items: tuple[Item, ...]
    text: LanguageMap
    articles: tuple[Article, ...]
    plan: Plan
    thanked: int
    objectors: tuple[str, ...]  # who has a place and does not agree to be seen
    failed: int = 0  # messages that Telegram refused because of a file
    bot_id: int = 0  # the bot that would send it

    @property
    def languages(self) -> tuple[str, ...]:
        """The event's languages, its lead language first."""
        return tuple(dict.fromkeys((self.card.lead_language, *self.card.languages)))

    @property
    def usable(self) -> tuple[Item, ...]:
        """What can be shown."""
        return tuple(item for item in self.items if not item.is_stopped)

    @property
    def has_something(self) -> bool:
        """Tell whether there is anything to show; a caption alone is not."""
        return bool(self.usable or self.articles)

    def item(self, media_id: int) -> Item | None:
        """Return one file."""
        return next((item for item in self.items if item.id == media_id), None)

    def number(self, media_id: int) -> int:
        """Return where a file stands, counted from one."""
        return [item.id for item in self.items].index(media_id) + 1


@dataclass(frozen=True)
class Added:
    """What was sent is in the gallery, now or since before."""

    gallery: Gallery
    is_new: bool
    is_stopped: bool  # somebody does not want it shown, or may be on it


@dataclass(frozen=True)
class NotAdded:
    """It is no picture, video or document, or too much."""

    gallery: Gallery
    problem: Problem | None = None  # None where the gallery is full


AddOutcome = Added | NotAdded


async def find(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Gallery:
    """Return the gallery of an event of an own region."""
    event = await access.get_organised_event(session, participant, event_id)
    return await read(session, event, now=now)


async def find_of_media(
    session: AsyncSession, *, participant: Participant, media_id: int, now: datetime
) -> tuple[Gallery, Media]:
    """Return one file of an event of an own region, with the gallery."""
    found = await session.get(Media, media_id)
    if found is None:
        raise NotFoundError
    gallery = await find(session, participant=participant, event_id=found.event_id, now=now)
    return gallery, found


async def add(
    session: AsyncSession, *, participant: Participant, event_id: int, sent: Sent, now: datetime
) -> AddOutcome:
    """Put what an organiser sent into the gallery; the same file sent again is mended, not doubled.

    A caption that came with it is left aside: captions stand here in each language.
    """
    event = await access.lock_organised_event(session, participant, event_id)
    gallery = await read(session, event, now=now)
    read_part = composing.read_sent(dataclasses.replace(sent, html=""))
    if sent.media_kind is None or not isinstance(read_part, MediaPart):
        problem = read_part if isinstance(read_part, Problem) else None
        return NotAdded(gallery, problem or Problem(composing.Flaw.UNKNOWN_KIND))
    kept = await media.keep(
        session,
        event_id=event.id,
        kind=sent.media_kind,
        file_id=sent.file_id,
        unique_id=sent.unique_id,
        name=sent.name or None,
        added_by=participant,
        bot_id=sent.bot_id,
        now=now,
    )
    if not kept.in_gallery and len(gallery.items) >= MOST_IN_GALLERY:
        return NotAdded(gallery)
    is_new = await media.put_into_gallery(session, kept)
    if is_new:
        await withdrawals.hold_for_objectors(session, kept, now=now)
        access.record(
            session,
            actor=participant,
            verb="add_media",
            subject=f"event:{event.id}",
            at=now,
            media=[kept.id],
        )
        await gallery_rules.ensure(session, event, now=now)
    return Added(await read(session, event, now=now), is_new, kept.stopped_at is not None)


async def remove(
    session: AsyncSession, *, participant: Participant, media_id: int, now: datetime
) -> Gallery:
    """Take a file out of the gallery; who has it keeps it."""
    event, found = await _lock_media(session, participant, media_id)
    if found.in_gallery:
        found.in_gallery = False
        await session.flush()
        access.record(
            session,
            actor=participant,
            verb="remove_media",
            subject=f"event:{event.id}",
            at=now,
            media=[found.id],
        )
    return await read(session, event, now=now)


async def put_at(
    session: AsyncSession, *, participant: Participant, media_id: int, place: int, now: datetime
) -> Gallery:
    """Put a file at a place in the order, counted from one; said twice is once."""
    event, found = await _lock_media(session, participant, media_id)
    listed = [one for one in await _list(session, event.id) if one.id != found.id]
    if found.in_gallery:
        listed.insert(min(max(place, 1), len(listed) + 1) - 1, found)
        for number, one in enumerate(listed, start=1):
            one.position = number
        await session.flush()
    return await read(session, event, now=now)


async def preview(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    language: str,
    now: datetime,
) -> Gallery:
    """Promise the organiser alone what readers of a language will get."""
    event = await access.get_organised_event(session, participant, event_id)
    found = await read(session, event, now=now)
    if language not in found.languages:
        raise NotFoundError
    if found.has_something:
        which = f"{event.id}:{participant.id}:{language}:{found.plan.key}"
        await outbox.promise(
            session,
            participant_id=participant.id,
            kind=NoticeKind.MEDIA,
            notice_class=NoticeClass.ANSWER,
            # Tapped twice is once; a minute later it may be asked for again.
            dedup_key=f"gallery_preview:{which}:{int(now.timestamp()) // 60}",
            event_id=event.id,
            due_at=now,
            useful_until=now + KEPT_FOR,
            params={
                showing.PREVIEW: True,
                "language": language,
                **({"rule_id": found.plan.rule_id} if found.plan.rule_id else {}),
            },
        )
    return found


# ── reading ──────────────────────────────────────────────────────────────────────────────────
async def read(session: AsyncSession, event: Event, *, now: datetime) -> Gallery:
    """Return the gallery of an event as it stands."""
    rule = await gallery_rules.find_current(session, event.id)
    shown = rule or await gallery_rules.find_last(session, event.id)
    objectors = await withdrawals.list_objectors(session, event.id)
    listed = await _list(session, event.id)
    kinds = {one.id: one.kind for one in listed}
    failed, refused = await _read_refused(session, event.id, kinds)
    items = tuple(_item(one, refused=refused) for one in listed)
    return Gallery(
        await read_card(session, event),
        items,
        dict(shown.text) if shown else {},
        showing.articles_of(shown),
        await gallery_rules.read_plan(session, event, rule, now=now),
        await thanks.count(session, event.id),
        tuple(person.name or "" for person in objectors),
        failed if any(item.is_refused for item in items) else 0,
    )


async def _list(session: AsyncSession, event_id: int) -> Sequence[Media]:
    found = await session.scalars(
        select(Media)
        .where(Media.event_id == event_id, Media.in_gallery.is_(True))
        .order_by(Media.position, Media.id)
    )
    return found.all()


def _item(one: Media, *, refused: Mapping[int, datetime]) -> Item:
    # Sent again, it counts as new: what was refused before says nothing of it.
    is_refused = one.id in refused and refused[one.id] > one.created_at
    return Item(
        one.id, one.kind, one.name or "", one.bot_id, one.stopped_at is not None, is_refused
    )


async def _read_refused(
    session: AsyncSession, event_id: int, kinds: Mapping[int, MediaKind]
) -> tuple[int, Mapping[int, datetime]]:
    """Return how many messages were refused because of a file, and of which files one was.

    Telegram refuses an album whole: each file of that album may be the one.
    """
    found = await session.execute(
        select(Notice.params, Notice.parts_sent, Notice.ended_at).where(
            Notice.event_id == event_id,
            Notice.kind == NoticeKind.MEDIA,
            Notice.rule_id.is_not(None),
            Notice.state == NoticeState.FAILED,
            Notice.reason == FILE_REFUSED,
        )
    )
    rows = found.all()
    refused: dict[int, datetime] = {}
    for params, parts_sent, ended_at in rows:
        albums = showing.albums(params.get(showing.MEDIA, ()), kinds)
        for media_id in albums[parts_sent] if parts_sent < len(albums) else ():
            refused[media_id] = max(ended_at, refused.get(media_id, ended_at))
    return len(rows), refused


async def _lock_media(
    session: AsyncSession, participant: Participant, media_id: int
) -> tuple[Event, Media]:
    found = await session.get(Media, media_id)
    if found is None:
        raise NotFoundError
    event = await access.lock_organised_event(session, participant, found.event_id)
    await session.refresh(found)
    return event, found

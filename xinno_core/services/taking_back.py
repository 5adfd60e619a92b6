"""Taking a stopped picture back from those who have it.

In a gallery something grey takes its place, and the other pictures stay. An announcement with it
is taken back whole: its words may be about the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.models import Event, Media, Notice, NoticeAct, NoticeKind, NoticeState, Participant
from xinno_core.services import access, showing
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.withdrawals import record


@dataclass(frozen=True)
class Holders:
    """How many people have a picture; `number` of those from whom it is taken back."""

    card: EventCard
    media: Media
    number: int


async def find(session: AsyncSession, *, participant: Participant, media_id: int) -> Holders:
    """Return how many people have a stopped picture of an event of an own region."""
    event, media = await _get_stopped(session, participant, media_id)
    holders = await showing.find_holders(session, event.id, [media.id])
    return Holders(await read_card(session, event), media, len(holders))


async def take(
    session: AsyncSession, *, participant: Participant, media_id: int, now: datetime
) -> Holders:
    """Have a stopped picture taken from every message that brought it; asked twice is once."""
    event, media = await _get_stopped(session, participant, media_id)
    people = set()
    for notice in await _lock_bringing(session, event, media):
        people.add(notice.participant_id)
        if notice.kind is NoticeKind.MEDIA:
            notice.act = NoticeAct.CORRECT
            before = notice.params.get(showing.TAKEN_BACK, [])
            notice.params = {**notice.params, showing.TAKEN_BACK: [*before, media.id]}
        else:
            notice.act = NoticeAct.RECALL
        if notice.state is not NoticeState.SENDING:
            notice.lease_until = notice.lease_holder = None
    await session.flush()
    if people:
        record(session, participant, event.id, "take_media_back", [media], now=now)
    return Holders(await read_card(session, event), media, len(people))


async def _get_stopped(
    session: AsyncSession, participant: Participant, media_id: int
) -> tuple[Event, Media]:
    media = await session.get(Media, media_id)
    if media is None:
        raise NotFoundError
    event = await access.get_organised_event(session, participant, media.event_id)
    if media.stopped_at is None:  # one that nobody minds is not taken from people
        raise NotFoundError
    return event, media


async def _lock_bringing(session: AsyncSession, event: Event, media: Media) -> Sequence[Notice]:
    """Lock the messages that brought a picture, or are just bringing it."""
    announcements = [
        number
        for number, ids in (await showing.read_carrying(session, event.id)).items()
        if media.id in ids
    ]
    found = await session.scalars(
        lock(
            select(Notice)
            .where(
                Notice.event_id == event.id,
                or_(
                    Notice.kind == NoticeKind.MEDIA,
                    Notice.broadcast_id.in_(announcements),
                ),
                or_(Notice.state.in_(showing.HAS_IT), Notice.parts_sent > 0),
                Notice.state != NoticeState.RECALLED,
                or_(Notice.act.is_(None), Notice.act != NoticeAct.RECALL),
            )
            .order_by(Notice.id)
        ).execution_options(populate_existing=True)
    )
    return [
        notice
        for notice in found
        if notice.broadcast_id in announcements
        or (
            media.id in notice.params.get(showing.MEDIA, ())
            and media.id not in notice.params.get(showing.TAKEN_BACK, ())
        )
    ]

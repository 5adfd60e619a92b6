"""Announcements: an organiser's words to an event's registered.

The audience is frozen when the organiser confirms: one recipient row and one notice each, made in
one statement. What became of each stands in the ledger, and the figures add up to the audience.
"""

import html
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Recipient,
    Registration,
    RegistrationState,
    Topic,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services import access, outbox
from xinno_core.services.backgrounds import count_states
from xinno_core.services.contents import Content, TextPart, as_json
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.outbox import WAITING


@dataclass(frozen=True)
class Progress:
    """How far an announcement has come."""

    broadcast_id: int
    card: EventCard
    is_done: bool
    counts: dict[str, int]


@dataclass(frozen=True)
class NoAudience:
    """Nobody is registered: nobody would get it."""

    card: EventCard


_IS_REACHED = Participant.telegram_id.is_not(None) & Participant.reachable.is_(True)


async def count_unreached(session: AsyncSession, event_id: int) -> int:
    """Return how many of the registered have no chat here, or have blocked it."""
    found = await session.scalar(
        select(func.count())
        .select_from(Registration)
        .join(Participant, Registration.participant_id == Participant.id)
        .where(
            Registration.event_id == event_id,
            Registration.state == RegistrationState.CONFIRMED,
            ~_IS_REACHED,
        )
    )
    return found or 0


async def count_audience(session: AsyncSession, event_id: int) -> dict[str, int]:
    """Return how many of the registered who can be reached read which language."""
    found = await session.execute(
        select(Participant.language, func.count())
        .join(Registration, Registration.participant_id == Participant.id)
        .where(
            Registration.event_id == event_id,
            Registration.state == RegistrationState.CONFIRMED,
            _IS_REACHED,
        )
        .group_by(Participant.language)
        .order_by(func.count().desc(), Participant.language)
    )
    return dict(found.all())


async def confirm(
    session: AsyncSession,
    *,
    author: Participant,
    event: Event,
    draft_key: str,
    text: LanguageMap,
    now: datetime,
) -> Progress | NoAudience:
    """Freeze the audience and promise each person the message; confirmed twice is once."""
    made = await change(
        session,
        insert_once(session, Broadcast).values(
            draft_key=draft_key,
            event_id=event.id,
            author_id=author.id,
            audience={"states": [RegistrationState.CONFIRMED]},
            content={
                language: as_json(Content((TextPart(html.escape(words, quote=False)),)))
                for language, words in text.items()
            },
            fallback={},
            state=BroadcastState.RUNNING,
            notice_class=NoticeClass.SERVICE,
            topic=Topic.NEWS,
            to_group=False,
            version=0,
            created_at=now,
            starts_at=now,
            confirmed_at=now,
        ),
    )
    broadcast = await session.scalar(select(Broadcast).where(Broadcast.draft_key == draft_key))
    if broadcast is None:
        msg = "the announcement was neither found nor made"
        raise LookupError(msg)
    if made:
        people = await _freeze(session, broadcast, event, now=now)
        if not people:
            await session.delete(broadcast)
            return NoAudience(await read_card(session, event))
        access.record(
            session,
            actor=author,
            verb="announce",
            subject=f"event:{event.id}",
            at=now,
            people=people,
        )
    return await _progress(session, broadcast, event)


async def find_by_draft(session: AsyncSession, *, event: Event, draft_key: str) -> Progress | None:
    """Return how far the announcement has come that was made from this draft."""
    broadcast = await session.scalar(
        select(Broadcast).where(Broadcast.draft_key == draft_key, Broadcast.event_id == event.id)
    )
    return await _progress(session, broadcast, event) if broadcast else None


async def find_progress(
    session: AsyncSession, *, participant: Participant, broadcast_id: int
) -> Progress | None:
    """Return how far an announcement of one's own region has come."""
    broadcast = await session.get(Broadcast, broadcast_id)
    if broadcast is None:
        return None
    event = await access.find_organised_event(session, participant, broadcast.event_id)
    return await _progress(session, broadcast, event) if event else None


async def close_finished(session: AsyncSession, *, now: datetime) -> int:
    """End announcements of which nothing is left to send, and tell their authors."""
    left = (
        select(Notice.id)
        .where(
            Notice.broadcast_id == Broadcast.id,
            Notice.state.in_((*WAITING, NoticeState.SENDING)),
        )
        .exists()
    )
    finished = await session.scalars(
        select(Broadcast).where(Broadcast.state == BroadcastState.RUNNING, ~left)
    )
    closed = 0
    for broadcast in finished.all():
        broadcast.state = BroadcastState.DONE
        closed += 1
        await outbox.promise(
            session,
            participant_id=broadcast.author_id,
            kind=NoticeKind.BROADCAST_DONE,
            dedup_key=f"broadcast_done:{broadcast.id}",
            event_id=broadcast.event_id,
            due_at=now,
            params={"broadcast_id": broadcast.id},
        )
    return closed


async def _freeze(
    session: AsyncSession, broadcast: Broadcast, event: Event, *, now: datetime
) -> int:
    registered = select(literal(broadcast.id), Registration.participant_id).where(
        Registration.event_id == event.id, Registration.state == RegistrationState.CONFIRMED
    )
    people = await change(
        session, insert(Recipient).from_select(["broadcast_id", "participant_id"], registered)
    )
    await session.execute(
        insert(Notice).from_select(
            [
                "participant_id",
                "event_id",
                "broadcast_id",
                "kind",
                "notice_class",
                "dedup_key",
                "params",
                "due_at",
                "state",
                "attempts",
                "telegram_ids",
            ],
            select(
                Recipient.participant_id,
                literal(event.id),
                literal(broadcast.id),
                literal(NoticeKind.BROADCAST, Notice.kind.type),
                literal(NoticeClass.SERVICE, Notice.notice_class.type),
                literal(f"broadcast:{broadcast.id}:") + cast(Recipient.participant_id, String),
                literal({}, Json),
                literal(now, Instant()),
                literal(NoticeState.PLANNED, Notice.state.type),
                literal(0),
                literal([], Json),
            ).where(Recipient.broadcast_id == broadcast.id),
        )
    )
    return people


async def _progress(session: AsyncSession, broadcast: Broadcast, event: Event) -> Progress:
    counts = (await count_states(session, {broadcast.id}))[broadcast.id]
    card = await read_card(session, event)
    return Progress(broadcast.id, card, broadcast.state is BroadcastState.DONE, counts)

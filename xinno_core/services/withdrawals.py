"""Not wanting to be seen: pictures and videos that are stopped at once.

A mark says who does not want to be shown on what. As long as one stands, nobody is sent the
picture any more, by whatever message. The organisers are told at once whom it concerns, or they
could not find out what may be used again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Consent,
    Event,
    Media,
    MediaMark,
    NoticeKind,
    Participant,
    Purpose,
    Registration,
    RegistrationState,
    Role,
    RoleGrant,
)
from xinno_core.services import access, outbox, participants, showing
from xinno_core.services.events import EventCard, read_card


@dataclass(frozen=True)
class OwnPictures:
    """The pictures of an event that a person was sent, in their order, and which still show."""

    card: EventCard
    media: tuple[int, ...]
    shown: frozenset[int]

    def number(self, media_id: int) -> int:
        """Return the number that a picture has in the person's list."""
        return self.media.index(media_id) + 1


@dataclass(frozen=True)
class Stopped:
    """These pictures are stopped by this person; `number` of them only now."""

    card: EventCard
    number: int


async def read_own(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> OwnPictures:
    """Return the pictures of an event that were sent to this person; without any, none is found."""
    event = await session.get(Event, event_id)
    if event is None:
        raise NotFoundError
    ids, shown = await showing.list_own(session, event_id, participant.id)
    if not ids:
        raise NotFoundError
    return OwnPictures(await read_card(session, event), ids, shown)


async def find_own(
    session: AsyncSession, *, participant: Participant, media_id: int
) -> tuple[OwnPictures, Media]:
    """Return one picture that was sent to this person, among the others of its event."""
    media = await session.get(Media, media_id)
    if media is None:
        raise NotFoundError
    own = await read_own(session, participant=participant, event_id=media.event_id)
    if media_id not in own.media:
        raise NotFoundError
    return own, media


async def stop_one(
    session: AsyncSession, *, participant: Participant, media_id: int, now: datetime
) -> Stopped:
    """Stop a picture on which a person says they are; said twice is once."""
    own, media = await find_own(session, participant=participant, media_id=media_id)
    found = await lock_media(session, [media.id])
    number = await _mark(session, found, participant=participant, certain=True, now=now)
    return Stopped(own.card, number)


async def stop_all(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Stopped:
    """Stop all pictures of an event until its organiser has looked; said twice is once."""
    own = await read_own(session, participant=participant, event_id=event_id)
    found = await lock_media(session, select(Media.id).where(Media.event_id == event_id))
    number = await _mark(session, found, participant=participant, certain=False, now=now)
    return Stopped(own.card, number)


async def say(
    session: AsyncSession, *, participant: Participant, given: bool, now: datetime
) -> int:
    """Keep whether a person agrees to be seen on pictures and videos; return how many it stopped.

    A no stops what they may be on: at each event where they had a place, until the organiser has
    looked. A yes lets that go again, and nothing that they pointed at themselves.
    """
    await participants.give_consent(
        session, participant=participant, purpose=Purpose.PHOTOS, given=given, now=now
    )
    if given:
        await _let_go(session, participant=participant)
        return 0
    attended = select(Registration.event_id).where(
        Registration.participant_id == participant.id,
        Registration.state == RegistrationState.CONFIRMED,
    )
    # A picture that is being added right now is seen here, or waits and then sees this no.
    events = await session.scalars(
        lock(select(Event.id).where(Event.id.in_(attended)).order_by(Event.id))
    )
    found = await lock_media(session, select(Media.id).where(Media.event_id.in_(events.all())))
    return await _mark(session, found, participant=participant, certain=False, now=now)


async def hold_for_objectors(session: AsyncSession, media: Media, *, now: datetime) -> int:
    """Stop a new picture of an event where somebody is who does not agree to be seen at all."""
    objectors = await list_objectors(session, media.event_id)
    if not objectors:
        return 0
    await session.execute(
        insert_once(session, MediaMark).values(
            [_row(media.id, person.id, certain=False, now=now) for person in objectors]
        )
    )
    media.stopped_at = media.stopped_at or now
    await session.flush()
    return len(objectors)


async def list_objectors(session: AsyncSession, event_id: int) -> Sequence[Participant]:
    """Return who has a place at the event and does not agree to be seen on pictures."""
    newest = (
        select(func.max(Consent.id))
        .where(Consent.purpose == Purpose.PHOTOS)
        .group_by(Consent.participant_id)
    )
    found = await session.scalars(
        select(Participant)
        .join(Consent, Consent.participant_id == Participant.id)
        .join(Registration, Registration.participant_id == Participant.id)
        .where(
            Consent.id.in_(newest),
            Consent.given.is_(False),
            Registration.event_id == event_id,
            Registration.state == RegistrationState.CONFIRMED,
            Participant.forgotten_at.is_(None),
        )
        .order_by(Participant.name, Participant.id)
    )
    return found.all()


# ── parts ────────────────────────────────────────────────────────────────────────────────────
async def forget(session: AsyncSession, participant: Participant) -> None:
    """Let the marks of an erased person name nobody; what they stopped stays stopped."""
    await session.execute(
        update(MediaMark)
        .where(MediaMark.participant_id == participant.id)
        .values(participant_id=None)
    )


async def lock_media(session: AsyncSession, ids: Sequence[int] | Select[Any]) -> Sequence[Media]:
    """Lock pictures in the order of their ids: two people may withdraw at once."""
    found = await session.scalars(
        lock(select(Media).where(Media.id.in_(ids)).order_by(Media.id)).execution_options(
            populate_existing=True
        )
    )
    return found.all()


async def _mark(
    session: AsyncSession,
    found: Sequence[Media],
    *,
    participant: Participant,
    certain: bool,
    now: datetime,
) -> int:
    """Mark and stop pictures for one person, and tell the organisers; return how many are new."""
    before = await _own_marks(session, [media.id for media in found], participant)
    new = [one for one in found if before.get(one.id) is None or (certain and not before[one.id])]
    if not new:
        return 0
    await session.execute(
        insert_once(session, MediaMark).values(
            [_row(one.id, participant.id, certain=certain, now=now) for one in new]
        )
    )
    if certain:
        await session.execute(
            update(MediaMark)
            .where(
                MediaMark.media_id.in_([one.id for one in new]),
                MediaMark.participant_id == participant.id,
            )
            .values(certain=True)
        )
    by_event: dict[int, list[Media]] = {}
    for media in new:
        media.stopped_at = media.stopped_at or now
        by_event.setdefault(media.event_id, []).append(media)
    await session.flush()
    await _tell_organisers(session, by_event, participant=participant, certain=certain, now=now)
    for event_id, stopped in by_event.items():
        record(session, participant, event_id, "stop_media", stopped, now=now)
    return len(new)


async def _own_marks(
    session: AsyncSession, ids: Sequence[int], participant: Participant
) -> Mapping[int, bool]:
    found = await session.execute(
        select(MediaMark.media_id, MediaMark.certain).where(
            MediaMark.media_id.in_(ids), MediaMark.participant_id == participant.id
        )
    )
    return {row.media_id: row.certain for row in found}


def _row(media_id: int, person_id: int, *, certain: bool, now: datetime) -> dict[str, Any]:
    return {
        "media_id": media_id,
        "participant_id": person_id,
        "certain": certain,
        "created_at": now,
    }


async def _tell_organisers(
    session: AsyncSession,
    by_event: Mapping[int, Sequence[Media]],
    *,
    participant: Participant,
    certain: bool,
    now: datetime,
) -> None:
    organisers = await session.execute(
        select(Event.id, RoleGrant.participant_id)
        .join(RoleGrant, RoleGrant.region_id == Event.region_id)
        .where(Event.id.in_(by_event), RoleGrant.role == Role.ORGANISER)
    )
    for event_id, organiser_id in organisers.all():
        first = by_event[event_id][0].id
        which = f"{participant.id}:{event_id}:{first}:{int(now.timestamp())}"
        await outbox.promise(
            session,
            participant_id=organiser_id,
            kind=NoticeKind.PHOTO_WITHDRAWN,
            dedup_key=f"photo:{which}:{organiser_id}",
            event_id=event_id,
            due_at=now,
            params={
                "person_id": participant.id,
                "withdrawn": [media.id for media in by_event[event_id]],
                "certain": certain,
            },
        )


async def _let_go(session: AsyncSession, *, participant: Participant) -> None:
    """Take back the marks that a person's no had made, now that they agree again."""
    own = select(MediaMark.media_id).where(
        MediaMark.participant_id == participant.id, MediaMark.certain.is_(False)
    )
    found = await lock_media(session, own)
    if not found:
        return
    await session.execute(
        delete(MediaMark).where(
            MediaMark.participant_id == participant.id, MediaMark.certain.is_(False)
        )
    )
    still = set(
        await session.scalars(
            select(MediaMark.media_id).where(MediaMark.media_id.in_([one.id for one in found]))
        )
    )
    for media in found:
        if media.id not in still:
            media.stopped_at = None
    await session.flush()


def record(
    session: AsyncSession,
    actor: Participant,
    event_id: int,
    verb: str,
    found: Sequence[Media],
    *,
    now: datetime,
) -> None:
    """Write one line of the audit about pictures of an event."""
    access.record(
        session,
        actor=actor,
        verb=verb,
        subject=f"event:{event_id}",
        at=now,
        media=[media.id for media in found],
    )

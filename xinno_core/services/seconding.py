"""The yes of a second organiser, which an announcement to many people needs.

Nobody says it to their own, and it is a yes to what was shown: a draft that was changed since has
another key.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Region,
    Role,
    RoleGrant,
)
from xinno_core.services import access, freezing, group_posts, outbox
from xinno_core.services.broadcast_progress import (
    Already,
    NotNow,
    Progress,
    Turn,
    Turned,
    already,
    lock_organised,
    not_now,
    read_progress,
    turned,
)
from xinno_core.services.freezing import UNDO
from xinno_core.services.outbox import WAITING

SECOND_FROM = 200
"""From so many people on, where the region has no number of its own."""


@dataclass(frozen=True)
class OwnAnnouncement:
    """It is one's own: somebody else has to say yes to it."""

    progress: Progress


SecondOutcome = Turned | Already | NotNow | OwnAnnouncement


def threshold(region: Region) -> int:
    """Return from how many people on a second organiser says yes, too."""
    return SECOND_FROM if region.second_from is None else region.second_from


async def set_threshold(
    session: AsyncSession, *, region_key: str, people: int, now: datetime
) -> None:
    """Say from how many people on a second organiser of a region says yes, too."""
    region = await session.scalar(select(Region).where(Region.key == region_key))
    if region is None:
        msg = f"there is no region {region_key!r}; import one of its files first"
        raise NotFoundError(msg)
    region.second_from = people
    access.record(
        session,
        actor=None,
        verb="second_from",
        subject=f"region:{region.id}",
        at=now,
        people=people,
    )


async def list_others(
    session: AsyncSession, event: Event, author_id: int
) -> tuple[Participant, ...]:
    """Return who organises the region beside the author, and has a chat here."""
    found = await session.scalars(
        select(Participant)
        .join(RoleGrant, RoleGrant.participant_id == Participant.id)
        .where(
            RoleGrant.role == Role.ORGANISER,
            RoleGrant.region_id == event.region_id,
            Participant.id != author_id,
            Participant.telegram_id.is_not(None),
            Participant.forgotten_at.is_(None),
        )
        .order_by(Participant.id)
    )
    return tuple(found)


async def ask(
    session: AsyncSession, row: Broadcast, others: tuple[Participant, ...], *, now: datetime
) -> None:
    """Ask each of the others; the first answer counts."""
    for person in others:
        await outbox.promise(
            session,
            participant_id=person.id,
            kind=NoticeKind.BROADCAST_SECOND,
            dedup_key=f"broadcast_second:{row.id}:{row.draft_key}:{person.id}",
            event_id=row.event_id,
            due_at=now,
            params={"broadcast_id": row.id, "draft_key": row.draft_key},
        )


async def stop_asking(session: AsyncSession, row: Broadcast, *, now: datetime) -> None:
    """Ask nobody any more who has not been asked yet."""
    await session.execute(
        update(Notice)
        .where(
            Notice.event_id == row.event_id,
            Notice.kind == NoticeKind.BROADCAST_SECOND,
            Notice.state.in_(WAITING),
            Notice.params["broadcast_id"].as_integer() == row.id,
        )
        .values(state=NoticeState.SKIPPED, reason="decided", ended_at=now)
    )


async def second(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    draft_key: str,
    now: datetime,
) -> SecondOutcome:
    """Say the second yes: it starts in a minute, or at its time."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.seconded_by == participant.id and row.draft_key == draft_key:
        return await already(session, Turn.SECONDED, row, event, actor=participant, now=now)
    if row.state is not BroadcastState.CONFIRMING or row.draft_key != draft_key:
        return await not_now(session, row, event, actor=participant, now=now)
    if row.author_id == participant.id:
        progress = await read_progress(session, row, event, reader=participant, now=now)
        return OwnAnnouncement(progress)
    row.state, row.seconded_by = BroadcastState.SCHEDULED, participant.id
    row.starts_at = max(row.starts_at or now, now + UNDO)
    await session.flush()
    await freezing.set_due(session, row.id, row.starts_at)
    await group_posts.promise_for(session, row, now)
    await stop_asking(session, row, now=now)
    await tell_author(session, row, Turn.SECONDED, now=now)
    return await turned(session, Turn.SECONDED, row, event, actor=participant, now=now)


async def send_back(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    draft_key: str,
    now: datetime,
) -> SecondOutcome:
    """Say no: it is a draft again, and its author is told."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.state is not BroadcastState.CONFIRMING or row.draft_key != draft_key:
        return await not_now(session, row, event, actor=participant, now=now)
    outcome = await turned(session, Turn.SENT_BACK, row, event, actor=participant, now=now)
    await stop_asking(session, row, now=now)
    await tell_author(session, row, Turn.SENT_BACK, now=now)
    await freezing.back_to_draft(session, row)
    return outcome


async def tell_author(session: AsyncSession, row: Broadcast, reason: str, *, now: datetime) -> None:
    """Tell the author what has become of the announcement without their own doing."""
    await outbox.promise(
        session,
        participant_id=row.author_id,
        kind=NoticeKind.BROADCAST_STOPPED,
        notice_class=NoticeClass.ANSWER,  # it is their own announcement, and it stands still
        dedup_key=f"broadcast_{reason}:{row.id}:{now:%Y%m%dT%H%M%S.%f}",
        event_id=row.event_id,
        due_at=now,
        params={"broadcast_id": row.id, "reason": reason},
    )

"""The life of an announcement: from its author's yes to its last message, and back.

draft → confirming, where a second organiser must say yes → scheduled, when it can still be undone
→ running ⇄ paused → done or cancelled. Each turn is made under the lock of its row and asks where
it stands first, so that a double tap and two organisers at once are harmless.

`starts_at` is when it starts, and later since when it goes: a pause that ends sets it anew.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    Notice,
    NoticeState,
    Participant,
    Region,
)
from xinno_core.services import access, freezing, group_posts, seconding
from xinno_core.services.broadcast_progress import (
    Already,
    NotNow,
    Progress,
    Turn,
    Turned,
    TurnOutcome,
    already,
    find_progress,
    list_of_event,
    lock_organised,
    not_now,
    read_progress,
    turned,
)
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.freezing import UNDO
from xinno_core.services.seconding import OwnAnnouncement, second, send_back, threshold

__all__ = [
    "UNDO",
    "Already",
    "Launched",
    "NeedsSecond",
    "NoAudience",
    "NotNow",
    "OwnAnnouncement",
    "Progress",
    "Turn",
    "TurnOutcome",
    "Turned",
    "cancel",
    "find_progress",
    "launch",
    "list_of_event",
    "pause",
    "resend_unknown",
    "resume",
    "second",
    "send_back",
    "threshold",
    "undo",
]


@dataclass(frozen=True)
class NoAudience:
    """It is for nobody: nobody would get it."""

    card: EventCard


@dataclass(frozen=True)
class NeedsSecond:
    """So many get it that another organiser of the region says yes, too."""

    card: EventCard
    broadcast_id: int
    people: int
    threshold: int
    others: tuple[str, ...]  # names of those who were asked; with none it stays a draft


Launched = Progress | NoAudience | NeedsSecond


async def launch(
    session: AsyncSession,
    *,
    broadcast: Broadcast,
    author: Participant,
    now: datetime,
    starts_at: datetime | None = None,
) -> Launched:
    """Confirm a draft: freeze its audience, and let it start in a minute or at the given time.

    Said twice, the second yes finds it where the first has brought it.
    """
    await session.flush()
    row, event = await lock_organised(session, author, broadcast.id)
    if row.state is not BroadcastState.DRAFT:
        return await read_progress(session, row, event, reader=author, now=now)
    begins = max(starts_at or now, now + UNDO)
    people = await freezing.freeze(session, row, due_at=begins)
    if not people:
        return NoAudience(await read_card(session, event))
    region = await session.get_one(Region, event.region_id)
    if people >= seconding.threshold(region):
        return await _ask_second(
            session, row, event, author=author, people=people, begins=begins, now=now
        )
    row.state, row.starts_at, row.confirmed_at = BroadcastState.SCHEDULED, begins, now
    await group_posts.promise_for(session, row, now)
    _record_yes(session, row, event, author, people=people, now=now)
    return await read_progress(session, row, event, reader=author, now=now)


async def undo(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Take the yes back while nothing has gone: it is a draft again."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.state is BroadcastState.DRAFT:
        return await already(session, Turn.UNDONE, row, event, actor=participant, now=now)
    if row.state not in {BroadcastState.SCHEDULED, BroadcastState.CONFIRMING}:
        return await not_now(session, row, event, actor=participant, now=now)
    outcome = await turned(session, Turn.UNDONE, row, event, actor=participant, now=now)
    await seconding.stop_asking(session, row, now=now)
    await freezing.back_to_draft(session, row)
    return outcome


async def pause(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Let nothing more go until somebody resumes it."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.state is BroadcastState.PAUSED and row.reason is None:
        return await already(session, Turn.PAUSED, row, event, actor=participant, now=now)
    if row.state is not BroadcastState.RUNNING:
        return await not_now(session, row, event, actor=participant, now=now)
    row.state, row.reason = BroadcastState.PAUSED, None
    return await turned(session, Turn.PAUSED, row, event, actor=participant, now=now)


async def resume(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Go on with those who still wait."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.state is BroadcastState.RUNNING:
        return await already(session, Turn.RESUMED, row, event, actor=participant, now=now)
    if row.state is not BroadcastState.PAUSED:
        return await not_now(session, row, event, actor=participant, now=now)
    await _go_on(session, row, now=now)
    return await turned(session, Turn.RESUMED, row, event, actor=participant, now=now)


async def cancel(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Send it to nobody else; what is on its way ends as it ends."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if row.state is BroadcastState.CANCELLED and row.confirmed_at and not row.recalled_at:
        return await already(session, Turn.CANCELLED, row, event, actor=participant, now=now)
    if row.state in {BroadcastState.DRAFT, BroadcastState.CANCELLED, BroadcastState.DONE}:
        return await not_now(session, row, event, actor=participant, now=now)
    await stop(session, row, now=now)
    return await turned(session, Turn.CANCELLED, row, event, actor=participant, now=now)


async def resend_unknown(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> TurnOutcome:
    """Send once more to those of whom nobody knows whether they have got it."""
    row, event = await lock_organised(session, participant, broadcast_id)
    may_go_on = {BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE}
    again = (
        update(Notice)
        .where(Notice.broadcast_id == row.id, Notice.state == NoticeState.UNKNOWN)
        .values(state=NoticeState.PLANNED, reason=None, ended_at=None, due_at=now)
    )
    if row.state not in may_go_on or row.recalled_at or not await change(session, again):
        return await not_now(session, row, event, actor=participant, now=now)
    if row.state is BroadcastState.DONE:
        await _go_on(session, row, now=now)
    return await turned(session, Turn.RESENT, row, event, actor=participant, now=now)


async def stop(session: AsyncSession, row: Broadcast, *, now: datetime) -> None:
    """Cancel an announcement whose row is locked: whoever waits is skipped."""
    row.state, row.reason = BroadcastState.CANCELLED, None
    await session.flush()
    await freezing.skip_rest(session, row.id, now=now)
    await seconding.stop_asking(session, row, now=now)


async def _go_on(session: AsyncSession, row: Broadcast, *, now: datetime) -> None:
    row.state, row.reason, row.starts_at = BroadcastState.RUNNING, None, now
    await session.flush()
    await freezing.set_due(session, row.id, now)


async def _ask_second(
    session: AsyncSession,
    row: Broadcast,
    event: Event,
    *,
    author: Participant,
    people: int,
    begins: datetime,
    now: datetime,
) -> NeedsSecond:
    others = await seconding.list_others(session, event, author.id)
    if others:
        row.state, row.starts_at, row.confirmed_at = BroadcastState.CONFIRMING, begins, now
        await seconding.ask(session, row, others, now=now)
        _record_yes(session, row, event, author, people=people, now=now)
    else:
        await freezing.thaw(session, row.id)
    return NeedsSecond(
        card=await read_card(session, event),
        broadcast_id=row.id,
        people=people,
        threshold=seconding.threshold(await session.get_one(Region, event.region_id)),
        others=tuple(person.name or "" for person in others),
    )


def _record_yes(
    session: AsyncSession,
    row: Broadcast,
    event: Event,
    author: Participant,
    *,
    people: int,
    now: datetime,
) -> None:
    access.record(
        session,
        actor=author,
        verb="announce",
        subject=f"event:{event.id}",
        at=now,
        broadcast=row.id,
        people=people,
    )

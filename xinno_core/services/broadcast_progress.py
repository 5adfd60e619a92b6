"""Where an announcement stands, for those who organise its region."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.models import Broadcast, BroadcastState, Event, Participant
from xinno_core.services import access
from xinno_core.services.broadcast_figures import Figures, read_figures
from xinno_core.services.contents import PollPart, read_content
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.votes import PollCount, count_votes

LISTED = 10
"""How many announcements of an event are listed, newest first."""


@dataclass(frozen=True)
class Progress:
    """Where an announcement stands, and what became of its messages."""

    broadcast_id: int
    card: EventCard
    state: BroadcastState
    figures: Figures
    now: datetime
    zone: str  # of the person who looks
    starts_at: datetime | None = None
    reason: str | None = None  # why it is paused
    version: int = 0
    is_recalled: bool = False
    to_group: bool = False  # it goes to the event's group, too
    polls: tuple[PollCount, ...] = ()
    is_own: bool = True  # else another organiser's of the same region
    author: str = ""

    @property
    def is_done(self) -> bool:
        """Tell whether its last message has gone."""
        return self.state is BroadcastState.DONE

    @property
    def is_moving(self) -> bool:
        """Tell whether its figures change by themselves."""
        moving = {BroadcastState.SCHEDULED, BroadcastState.RUNNING}
        return self.state in moving or self.figures.asked > 0


@dataclass(frozen=True)
class Listing:
    """The newest announcements of an event."""

    card: EventCard
    found: tuple[Progress, ...]
    has_draft: bool = False  # of the person who looks


class Turn(StrEnum):
    """What was just done with an announcement."""

    UNDONE = "undone"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    RESENT = "resent"
    RECALLED = "recalled"
    CORRECTED = "corrected"
    SECONDED = "seconded"
    SENT_BACK = "sent_back"


@dataclass(frozen=True)
class Turned:
    """It was done."""

    turn: Turn
    progress: Progress


@dataclass(frozen=True)
class NotNow:
    """It stands where that can't be done, or has been done already."""

    progress: Progress


@dataclass(frozen=True)
class Already:
    """It had been done before: by an earlier tap, in another window, or by somebody else."""

    turn: Turn
    progress: Progress


TurnOutcome = Turned | Already | NotNow


async def find_progress(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> Progress | None:
    """Return how far an announcement of one's own region has come; a draft has no progress."""
    row = await session.get(Broadcast, broadcast_id)
    if row is None or row.confirmed_at is None:
        return None
    event = await access.find_organised_event(session, participant, row.event_id)
    if event is None:
        return None
    return await read_progress(session, row, event, reader=participant, now=now)


async def list_of_event(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Listing:
    """Return the newest announcements of an event of one's own region, and whether a draft waits.

    Drafts of others are left out.
    """
    event = await access.get_organised_event(session, participant, event_id)
    found = (
        await session.execute(
            select(Broadcast, Participant)
            .join(Participant, Participant.id == Broadcast.author_id)
            .where(Broadcast.event_id == event.id, Broadcast.confirmed_at.is_not(None))
            .order_by(Broadcast.confirmed_at.desc(), Broadcast.id.desc())
            .limit(LISTED)
        )
    ).all()
    card = await read_card(session, event)
    figures = await read_figures(session, {row.id for row, _ in found}, now=now)
    own_draft = select(Broadcast.id).where(
        Broadcast.event_id == event.id,
        Broadcast.author_id == participant.id,
        Broadcast.state == BroadcastState.DRAFT,
    )
    return Listing(
        card,
        tuple(
            _progress(row, card, figures[row.id], author, reader=participant, now=now)
            for row, author in found
        ),
        has_draft=await session.scalar(own_draft) is not None,
    )


async def count_of_event(session: AsyncSession, event_id: int) -> int:
    """Return how many announcements of an event were confirmed."""
    found = select(func.count()).where(
        Broadcast.event_id == event_id, Broadcast.confirmed_at.is_not(None)
    )
    return await session.scalar(found) or 0


async def lock_organised(
    session: AsyncSession, participant: Participant, broadcast_id: int
) -> tuple[Broadcast, Event]:
    """Return an announcement of an own region with its row locked; else it is not found."""
    query = lock(select(Broadcast).where(Broadcast.id == broadcast_id))
    row = await session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFoundError
    return row, await access.get_organised_event(session, participant, row.event_id)


async def read_progress(
    session: AsyncSession, row: Broadcast, event: Event, *, reader: Participant, now: datetime
) -> Progress:
    """Return where an announcement stands, for one of the region's organisers."""
    await session.flush()
    figures = await read_figures(session, {row.id}, now=now)
    author = await session.get_one(Participant, row.author_id)
    card = await read_card(session, event)
    shown = _progress(row, card, figures[row.id], author, reader=reader, now=now)
    if not _asks(row):
        return shown
    return dataclasses.replace(shown, polls=await count_votes(session, row.id))


async def turned(
    session: AsyncSession,
    turn: Turn,
    row: Broadcast,
    event: Event,
    *,
    actor: Participant,
    now: datetime,
) -> Turned:
    """Write a turn into the audit, and return where it has led."""
    access.record(
        session,
        actor=actor,
        verb=f"announcement_{turn}",
        subject=f"event:{event.id}",
        at=now,
        broadcast=row.id,
    )
    return Turned(turn, await read_progress(session, row, event, reader=actor, now=now))


async def already(
    session: AsyncSession,
    turn: Turn,
    row: Broadcast,
    event: Event,
    *,
    actor: Participant,
    now: datetime,
) -> Already:
    """Return where it stands, which is where it was to be led."""
    return Already(turn, await read_progress(session, row, event, reader=actor, now=now))


async def not_now(
    session: AsyncSession, row: Broadcast, event: Event, *, actor: Participant, now: datetime
) -> NotNow:
    """Return where it stands instead."""
    return NotNow(await read_progress(session, row, event, reader=actor, now=now))


def _asks(row: Broadcast) -> bool:
    """Tell whether an announcement brings a poll."""
    contents = (read_content(raw) for raw in row.content.values())
    return any(isinstance(part, PollPart) for content in contents for part in content.parts)


def _progress(
    row: Broadcast,
    card: EventCard,
    figures: Figures,
    author: Participant,
    *,
    reader: Participant,
    now: datetime,
) -> Progress:
    return Progress(
        broadcast_id=row.id,
        card=card,
        state=row.state,
        figures=figures,
        now=now,
        zone=reader.zone or card.zone,
        starts_at=row.starts_at,
        reason=row.reason,
        version=row.version,
        is_recalled=row.recalled_at is not None,
        to_group=row.to_group,
        is_own=row.author_id == reader.id,
        author=author.name or "",
    )

"""Cancelling an event: everyone who is registered, or waits, is told once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import rehearsal
from xinno_core.models import Event, EventState, Participant, Rule
from xinno_core.services import access, changes, drafting, gate, outbox, waiting_list
from xinno_core.services.changes import Told
from xinno_core.services.differences import stand_of
from xinno_core.services.events import EventCard, list_sessions, lock_event
from xinno_core.services.moving import may_change
from xinno_core.services.organising import Board, read_board


@dataclass(frozen=True)
class CancelEffect:
    """What cancelling does, in exact numbers."""

    told: Told
    silenced: int = 0  # lines of the journey that are not sent any more
    dropped: int = 0  # messages that were made and wait to be sent
    ended: int = 0  # offers


@dataclass(frozen=True)
class CancelPreview:
    """What cancelling would do."""

    board: Board
    effect: CancelEffect


@dataclass(frozen=True)
class EventCancelled:
    """The event does not take place, and this was done."""

    board: Board
    effect: CancelEffect


@dataclass(frozen=True)
class DraftDiscarded:
    """A draft that nobody had seen is gone."""

    card: EventCard


@dataclass(frozen=True)
class NothingToCancel:
    """It is cancelled already, or over."""

    board: Board


CancelOutcome = EventCancelled | DraftDiscarded | NothingToCancel


async def preview_cancel(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> CancelPreview | NothingToCancel:
    """Say what cancelling would do; it is tried and undone, so that the numbers are exact."""
    event = await access.lock_organised_event(session, participant, event_id)
    board = await read_board(session, event, now=now)
    if not may_change(event, now=now):
        return NothingToCancel(board)
    if event.state is EventState.DRAFT:
        return CancelPreview(board, CancelEffect(Told({})))
    async with rehearsal(session) as trial:
        effect = await _carry_out(trial, await lock_event(trial, event.id) or event, now=now)
    return CancelPreview(board, effect)


async def cancel(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> CancelOutcome:
    """Cancel an event and tell everyone registered, or drop a draft; a second yes does nothing."""
    event = await access.lock_organised_event(session, participant, event_id)
    board = await read_board(session, event, now=now)
    if not may_change(event, now=now):
        return NothingToCancel(board)
    if event.state is EventState.DRAFT:
        await drafting.discard_draft(session, participant=participant, event=event, now=now)
        return DraftDiscarded(board.card)
    effect = await _carry_out(session, event, now=now)
    access.record(
        session,
        actor=participant,
        verb="cancel",
        subject=f"event:{event.id}",
        at=now,
        people=effect.told.people,
    )
    return EventCancelled(await read_board(session, event, now=now), effect)


async def _carry_out(session: AsyncSession, event: Event, *, now: datetime) -> CancelEffect:
    """Cancel it, with all that follows; the event's row must be locked.

    Seats and numbers stay as they stand, as evidence. Offers end at once: there is nothing left
    to say yes to.
    """
    event.state = EventState.CANCELLED
    event.calendar_sequence += 1
    silenced = await session.scalar(
        select(func.count())
        .select_from(Rule)
        .where(Rule.event_id == event.id, Rule.expanded.is_(False))
    )
    dropped = await outbox.skip_waiting(
        session,
        reason=gate.Reason.EVENT_CANCELLED.value,
        event_id=event.id,
        besides=gate.OUTLIVES_CANCELLING,
    )
    stand = stand_of(event, await list_sessions(session, event.id))
    told = await changes.tell_cancelled(session, event, stand, now=now)
    ended = await waiting_list.shorten_offers(session, event, to=now)
    return CancelEffect(told, silenced or 0, dropped, ended)

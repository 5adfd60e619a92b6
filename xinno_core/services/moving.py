"""Giving an event another time or place, or cancelling it: those who are registered are told once.

What is to change waits as a finished form until the organiser says yes to its preview. It names
the event's revision, so that a yes never means something else than what was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Cause,
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
)
from xinno_core.services import (
    access,
    agenda,
    drafting,
    forms,
    gate,
    journeys,
    outbox,
    waiting_list,
)
from xinno_core.services.events import EventCard, list_limits, list_sessions
from xinno_core.services.organising import Board, read_board
from xinno_core.services.questions import Audience, Field, FieldKind, Form


@dataclass(frozen=True)
class MovePreview:
    """What would change, and for how many."""

    before: EventCard
    after: EventCard
    topic: str
    question_count: int
    draft_key: str
    people: int
    messages: int  # lines of the journey that get a new time
    silenced: int  # lines of the journey whose new time would be past


@dataclass(frozen=True)
class NothingMoves:
    """Time and place would stay as they are."""

    board: Board


@dataclass(frozen=True)
class StartsInPast:
    """The new time is past by now."""

    board: Board


@dataclass(frozen=True)
class Moved:
    """Time or place is changed, and so many people are told."""

    board: Board
    people: int


@dataclass(frozen=True)
class PreviewOutdated:
    """The preview was carried out already, or no longer says what would happen."""

    board: Board


@dataclass(frozen=True)
class CancelPreview:
    """What cancelling would do."""

    board: Board


@dataclass(frozen=True)
class EventCancelled:
    """The event does not take place, and so many people are told."""

    board: Board
    people: int


@dataclass(frozen=True)
class DraftDiscarded:
    """A draft that nobody had seen is gone."""

    card: EventCard


@dataclass(frozen=True)
class NothingToCancel:
    """It is cancelled already, or over."""

    board: Board


PreviewOutcome = MovePreview | NothingMoves | StartsInPast | PreviewOutdated
MoveOutcome = Moved | NothingMoves | StartsInPast | PreviewOutdated
CancelOutcome = EventCancelled | DraftDiscarded | NothingToCancel


async def find_form(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Form | None:
    """Return what is asked to move an event; None when it can't be moved any more."""
    event = await access.get_organised_event(session, participant, event_id)
    return _form(event) if _may_change(event, now=now) else None


async def preview(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> PreviewOutcome:
    """Say what the finished answers would change, and whom; what can't be is not kept."""
    event = await access.get_organised_event(session, participant, event_id)
    form = _form(event)
    draft = await forms.find_draft(session, participant=participant, form=form, now=now)
    board = await read_board(session, event, now=now)
    if draft is None:
        return PreviewOutdated(board)
    moved = _as_answered(event, draft.answers, await list_sessions(session, event.id))
    if (refused := _refused(board, event, moved, now=now)) is not None:
        await forms.cancel(session, participant=participant, topic=form.topic)
        return refused
    before = await journeys.count_to_come(session, event, now=now)
    after = await journeys.count_to_come(session, moved, now=now)
    return MovePreview(
        before=board.card,
        after=replace(
            board.card,
            starts_at=moved.starts_at,
            ends_at=moved.ends_at,
            registration_closes_at=moved.registration_closes_at,
            place=moved.place,
        ),
        topic=form.topic,
        question_count=len(form.fields),
        draft_key=draft.draft_key,
        people=board.active,
        messages=after,
        silenced=max(before - after, 0),
    )


async def move(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    revision: int,
    draft_key: str,
    now: datetime,
) -> MoveOutcome:
    """Carry out a move as previewed, and tell everyone registered; a second yes does nothing."""
    event = await access.lock_organised_event(session, participant, event_id)
    form = _form(event)
    draft = await forms.find_draft(session, participant=participant, form=form, now=now)
    board = await read_board(session, event, now=now)
    if draft is None or draft.draft_key != draft_key or event.schedule_revision != revision:
        return PreviewOutdated(board)
    slots = await list_sessions(session, event.id)
    moved = _as_answered(event, draft.answers, slots)
    if not _may_change(event, now=now):
        return PreviewOutdated(board)
    if (refused := _refused(board, event, moved, now=now)) is not None:
        return refused
    agenda.shift(event, slots, moved.starts_local, event.zone)
    event.place = moved.place
    event.schedule_revision += 1
    event.calendar_sequence += 1
    await journeys.reckon(session, event, now=now)
    await waiting_list.shorten_offers(session, event)
    limits = await list_limits(session, event.id)
    await waiting_list.promote(session, event, limits, now=now, cause=Cause.EVENT_MOVED)
    people = await _tell_change(session, event, now=now)
    await forms.cancel(session, participant=participant, topic=form.topic)
    access.record(
        session,
        actor=participant,
        verb="move",
        subject=f"event:{event.id}",
        at=now,
        people=people,
        revision=event.schedule_revision,
    )
    return Moved(await read_board(session, event, now=now), people)


async def preview_cancel(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> CancelPreview | NothingToCancel:
    """Say how many people would be told that the event does not take place."""
    event = await access.get_organised_event(session, participant, event_id)
    board = await read_board(session, event, now=now)
    return CancelPreview(board) if _may_change(event, now=now) else NothingToCancel(board)


async def cancel(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> CancelOutcome:
    """Cancel an event and tell everyone registered, or drop a draft; a second yes does nothing."""
    event = await access.lock_organised_event(session, participant, event_id)
    board = await read_board(session, event, now=now)
    if not _may_change(event, now=now):
        return NothingToCancel(board)
    if event.state is EventState.DRAFT:
        await drafting.discard_draft(session, participant=participant, event=event, now=now)
        return DraftDiscarded(board.card)
    event.state = EventState.CANCELLED
    event.calendar_sequence += 1
    await outbox.skip_waiting(
        session,
        reason=gate.Reason.EVENT_CANCELLED.value,
        event_id=event.id,
        besides=gate.OUTLIVES_CANCELLING,
    )
    people = await outbox.promise_to_active(
        session,
        event_id=event.id,
        kind=NoticeKind.CANCELLED,
        dedup_prefix=f"cancelled:{event.id}:",
        due_at=now,
        useful_until=event.ends_at,
    )
    access.record(
        session,
        actor=participant,
        verb="cancel",
        subject=f"event:{event.id}",
        at=now,
        people=people,
    )
    return EventCancelled(await read_board(session, event, now=now), people)


def _form(event: Event) -> Form:
    place = event.place
    starts = Field(
        "new_starts",
        FieldKind.WALL_TIME,
        required=False,
        kept=event.starts_local.strftime("%Y-%m-%d %H:%M"),
        zone=event.zone,
    )
    return Form(
        topic=f"move.{event.id}",
        fields=(
            starts,
            *drafting.place_fields(str(place.get("name", "")), str(place.get("address", ""))),
        ),
        audience=Audience.EVERYONE,
        lead=event.lead_language,
        is_kept=True,
    )


def _may_change(event: Event, *, now: datetime) -> bool:
    if event.state is EventState.DRAFT:
        return True
    return event.state is EventState.PUBLISHED and event.ends_at > now


def _as_answered(event: Event, answers: dict[str, Any], slots: Sequence[EventSession]) -> Event:
    """Return the event as it would stand: a thing to look at, never stored."""
    moved = Event(
        id=event.id,
        region_id=event.region_id,
        closes_hours_before=event.closes_hours_before,
        starts_local=event.starts_local,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
    )
    answered = answers.get("new_starts")
    start = datetime.fromisoformat(answered) if answered else event.starts_local
    agenda.shift(moved, [agenda.copy_of(slot) for slot in slots], start, event.zone)
    moved.place = drafting.place_with(event.place, answers)
    return moved


def _refused(
    board: Board, event: Event, moved: Event, *, now: datetime
) -> NothingMoves | StartsInPast | None:
    if moved.starts_local == event.starts_local and moved.place == event.place:
        return NothingMoves(board)
    if moved.starts_local != event.starts_local and moved.starts_at <= now:
        return StartsInPast(board)
    return None


async def _tell_change(session: AsyncSession, event: Event, *, now: datetime) -> int:
    """Promise everyone registered the new facts; an older promise of the same kind is dropped."""
    await session.execute(
        update(Notice)
        .where(
            Notice.event_id == event.id,
            Notice.kind == NoticeKind.CHANGED,
            Notice.state.in_(outbox.WAITING),
        )
        .values(state=NoticeState.SKIPPED, reason=gate.Reason.SUPERSEDED.value)
    )
    return await outbox.promise_to_active(
        session,
        event_id=event.id,
        kind=NoticeKind.CHANGED,
        dedup_prefix=f"changed:{event.id}:{event.schedule_revision}:",
        due_at=now,
        useful_until=event.ends_at,
    )

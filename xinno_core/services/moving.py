"""Giving an event, or one of its sessions, another time or place: who is concerned is told once.

What is to change waits as a finished form until the organiser says yes to its preview. It names
the event's revision, so that a yes never means something else than what was shown. The preview is
a rehearsal: the change is carried out and undone, so its numbers are those of what is then done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import rehearsal
from xinno_core.errors import NotFoundError
from xinno_core.languages import choose
from xinno_core.models import Cause, Event, EventSession, EventState, Participant
from xinno_core.services import access, agenda, changes, drafting, forms, journeys, waiting_list
from xinno_core.services.changes import Told
from xinno_core.services.differences import Difference, difference, stand_of
from xinno_core.services.events import (
    Slot,
    list_limits,
    list_sessions,
    lock_event,
    set_times,
    slot_of,
)
from xinno_core.services.form_standing import Asking
from xinno_core.services.organising import Board, read_board
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Problem
from xinno_core.services.quiet import local_instant

MOST_FOR_A_ROOM = drafting.MOST_FOR_A_PLACE
MOST_FOR_A_LINK = 300
NO_ROOM = "-"
"""What is written to take a room back."""


@dataclass(frozen=True)
class Choice:
    """What of an event can be changed: itself, or one of these sessions."""

    board: Board
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Effect:
    """What a change does, in exact numbers."""

    told: Told
    retimed: int = 0  # lines of the journey that get a new time
    silenced: int = 0  # lines of the journey whose new time would be past
    dropped: int = 0  # messages that were made and wait to be sent
    shortened: int = 0  # offers that end earlier
    offered: int = 0  # seats that go to the queue


@dataclass(frozen=True)
class MovePreview:
    """What would change, and what that does."""

    board: Board
    slot: Slot | None  # the session; none when it is the event itself
    what: Difference
    effect: Effect
    topic: str
    question_count: int
    draft_key: str


@dataclass(frozen=True)
class NothingMoves:
    """Time and place would stay as they are."""

    board: Board


@dataclass(frozen=True)
class StartsInPast:
    """The new time is past by now."""

    board: Board


@dataclass(frozen=True)
class BeforeFirstDay:
    """The session would lie before the event's first day."""

    board: Board


@dataclass(frozen=True)
class Moved:
    """Time or place is changed, and this was done."""

    board: Board
    effect: Effect


@dataclass(frozen=True)
class PreviewOutdated:
    """The preview was carried out already, or no longer says what would happen."""

    board: Board


NotMoved = NothingMoves | StartsInPast | BeforeFirstDay | PreviewOutdated
PreviewOutcome = MovePreview | Asking | NotMoved
MoveOutcome = Moved | NotMoved


@dataclass(frozen=True)
class _Scene:
    """An event with its sessions, and which of them is to be changed."""

    event: Event
    slots: Sequence[EventSession]
    slot: EventSession | None

    def copied_to(self, event: Event, slots: Sequence[EventSession]) -> "_Scene":
        """Return the same in the rows of another session."""
        chosen = next((one for one in slots if self.slot and one.id == self.slot.id), None)
        return _Scene(event, slots, chosen)


@dataclass(frozen=True)
class _Wish:
    """How it is to be."""

    starts_local: datetime
    place: dict[str, Any]


async def find_choice(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Choice | None:
    """Return what of an event can be changed; None when nothing can any more."""
    event = await access.get_organised_event(session, participant, event_id)
    if not may_change(event, now=now):
        return None
    slots = await list_sessions(session, event.id)
    to_come = tuple(slot_of(slot) for slot in slots if slot.ends_at > now)
    return Choice(await read_board(session, event, now=now), to_come)


async def find_form(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    session_id: int | None = None,
    now: datetime,
) -> Form | None:
    """Return what is asked to change an event or a session; None when it can't be any more."""
    event = await access.get_organised_event(session, participant, event_id)
    scene = await _read_scene(session, event, session_id)
    return _form(scene, participant.language, now=now) if _may_change(scene, now=now) else None


async def preview(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    session_id: int | None = None,
    now: datetime,
) -> PreviewOutcome:
    """Say what the finished answers would change, and whom; what can't be is not kept."""
    event = await access.lock_organised_event(session, participant, event_id)
    scene = await _read_scene(session, event, session_id)
    form = _form(scene, participant.language, now=now)
    draft = await forms.find_draft(session, participant=participant, form=form, now=now)
    board = await read_board(session, event, now=now)
    if draft is None or not _may_change(scene, now=now):
        return PreviewOutdated(board)
    wish = _wish(scene, draft.answers)
    match _refused(board, scene, wish, now=now):
        case NothingMoves() as nothing:
            await forms.cancel(session, participant=participant, topic=form.topic)
            return nothing
        case StartsInPast():
            return await _ask_time_again(session, participant, form, Problem.NOT_IN_FUTURE, now=now)
        case BeforeFirstDay():
            return await _ask_time_again(
                session, participant, form, Problem.BEFORE_FIRST_DAY, now=now
            )
    async with rehearsal(session) as trial:
        tried = await lock_event(trial, event.id) or event
        what, effect = await _carry_out(
            trial,
            scene.copied_to(tried, await list_sessions(trial, event.id)),
            wish,
            now=now,
        )
    return MovePreview(
        board=board,
        slot=slot_of(scene.slot) if scene.slot else None,
        what=what,
        effect=effect,
        topic=form.topic,
        question_count=len(form.fields),
        draft_key=draft.draft_key,
    )


async def _ask_time_again(
    session: AsyncSession, participant: Participant, form: Form, problem: Problem, *, now: datetime
) -> Asking:
    """Ask for the time once more, which is the first question; the other answers stay."""
    return await forms.ask_again(
        session,
        participant=participant,
        form=form,
        key=form.fields[0].key,
        problem=problem,
        now=now,
    )


async def move(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    session_id: int | None = None,
    revision: int,
    draft_key: str,
    now: datetime,
) -> MoveOutcome:
    """Carry out a change as previewed, and tell whom it concerns; a second yes does nothing."""
    event = await access.lock_organised_event(session, participant, event_id)
    scene = await _read_scene(session, event, session_id)
    form = _form(scene, participant.language, now=now)
    draft = await forms.find_draft(session, participant=participant, form=form, now=now)
    board = await read_board(session, event, now=now)
    if draft is None or draft.draft_key != draft_key or event.schedule_revision != revision:
        return PreviewOutdated(board)
    if not _may_change(scene, now=now):
        return PreviewOutdated(board)
    wish = _wish(scene, draft.answers)
    if (refused := _refused(board, scene, wish, now=now)) is not None:
        return refused
    _, effect = await _carry_out(session, scene, wish, now=now)
    await forms.cancel(session, participant=participant, topic=form.topic)
    access.record(
        session,
        actor=participant,
        verb="move",
        subject=f"event:{event.id}",
        at=now,
        people=effect.told.people,
        revision=event.schedule_revision,
        **({"slot": scene.slot.key} if scene.slot else {}),
    )
    return Moved(await read_board(session, event, now=now), effect)


def may_change(event: Event, *, now: datetime) -> bool:
    """Tell whether an event can still be moved or cancelled."""
    if event.state is EventState.DRAFT:
        return True
    return event.state is EventState.PUBLISHED and event.ends_at > now


# ── what is asked ────────────────────────────────────────────────────────────────────────────
async def _read_scene(session: AsyncSession, event: Event, session_id: int | None) -> _Scene:
    slots = await list_sessions(session, event.id)
    if session_id is None:
        return _Scene(event, slots, None)
    slot = next((one for one in slots if one.id == session_id), None)
    if slot is None:
        raise NotFoundError
    return _Scene(event, slots, slot)


def _may_change(scene: _Scene, *, now: datetime) -> bool:
    is_over = scene.slot is not None and scene.slot.ends_at <= now
    return may_change(scene.event, now=now) and not is_over


def _form(scene: _Scene, language: str, *, now: datetime) -> Form:
    event, slot = scene.event, scene.slot
    if slot is None:
        topic, fields = f"move.{event.id}", _fields(scene, now=now)
    else:
        title = choose(slot.title, language, event.lead_language).text
        starts = _starts("slot_starts", slot.starts_local, event.zone, hint=title)
        starts = replace(starts, not_before=event.starts_at)
        topic, fields = f"slot.{event.id}.{slot.id}", (starts, _room(slot.place))
    return Form(
        topic=topic,
        fields=fields,
        audience=Audience.EVERYONE,
        lead=event.lead_language,
        is_kept=True,
    )


def _fields(scene: _Scene, *, now: datetime) -> tuple[Field, ...]:
    """Ask for what there is: a link only for an event on the web, its time while it lies ahead.

    Of an event whose sessions have begun, those to come are moved one by one.
    """
    event, place = scene.event, scene.event.place
    fields: list[Field] = []
    if not scene.slots or event.starts_at > now:
        fields.append(_starts("new_starts", event.starts_local, event.zone))
    name, address = drafting.place_fields(
        str(place.get("name") or ""), str(place.get("address") or "")
    )
    fields.append(name)
    if place.get("address") or not place.get("link"):
        fields += [address, _room(place)]
    if place.get("link"):
        kept = str(place["link"])
        fields.append(
            Field("new_link", FieldKind.LINK, required=False, kept=kept, most=MOST_FOR_A_LINK)
        )
    return tuple(fields)


def _starts(key: str, kept: datetime, zone: str, *, hint: str = "") -> Field:
    return Field(
        key,
        FieldKind.WALL_TIME,
        required=False,
        kept=kept.strftime("%Y-%m-%d %H:%M"),
        zone=zone,
        hint=hint,
    )


def _room(place: dict[str, Any]) -> Field:
    kept = str(place.get("room") or "")
    return Field("new_room", FieldKind.TEXT, required=False, kept=kept, most=MOST_FOR_A_ROOM)


def _wish(scene: _Scene, answers: dict[str, Any]) -> _Wish:
    of: Event | EventSession = scene.slot or scene.event
    answered = answers.get("slot_starts" if scene.slot else "new_starts")
    place = dict(of.place) if scene.slot else drafting.place_with(of.place, answers)
    room = answers.get("new_room") or of.place.get("room")
    place |= {"room": room} if room else {}
    if room == NO_ROOM:
        del place["room"]
    if of.place.get("link"):
        place["link"] = answers.get("new_link") or of.place["link"]
    return _Wish(datetime.fromisoformat(answered) if answered else of.starts_local, place)


def _refused(
    board: Board, scene: _Scene, wish: _Wish, *, now: datetime
) -> NothingMoves | StartsInPast | BeforeFirstDay | None:
    of: Event | EventSession = scene.slot or scene.event
    starts_at = local_instant(wish.starts_local, scene.event.zone)
    if starts_at == of.starts_at:
        return NothingMoves(board) if wish.place == of.place else None
    if starts_at <= now:
        return StartsInPast(board)
    if scene.slot and wish.starts_local.date() < scene.event.starts_local.date():
        return BeforeFirstDay(board)
    return None


# ── what is done ─────────────────────────────────────────────────────────────────────────────
async def _carry_out(
    session: AsyncSession, scene: _Scene, wish: _Wish, *, now: datetime
) -> tuple[Difference, Effect]:
    """Change it, with all that follows; the event's row must be locked."""
    event, slots = scene.event, scene.slots
    before = stand_of(event, slots)
    _apply(scene, wish)
    event.schedule_revision += 1
    event.calendar_sequence += 1
    await session.flush()
    after = stand_of(event, slots)
    times_before = (before.times, [one.times for one in before.sessions.values()])
    times_after = (after.times, [one.times for one in after.sessions.values()])
    journey = (
        await journeys.reckon(session, event, now=now)
        if times_before != times_after
        else journeys.Reckoned()
    )
    shortened = await waiting_list.shorten_offers(session, event, to=event.starts_at)
    limits = await list_limits(session, event.id)
    offered = await waiting_list.promote(session, event, limits, now=now, cause=Cause.EVENT_MOVED)
    told = await changes.tell(session, event, before, now=now)
    effect = Effect(told, journey.retimed, journey.silenced, journey.dropped, shortened, offered)
    return difference(before, after, event.zone), effect


def _apply(scene: _Scene, wish: _Wish) -> None:
    event, slots, slot = scene.event, scene.slots, scene.slot
    if slot is None:
        if local_instant(wish.starts_local, event.zone) != event.starts_at:
            agenda.shift(event, slots, wish.starts_local, event.zone)
        event.place = wish.place
        return
    opened = slot.starts_at == event.starts_at and not slot.by_choice and not slot.roles
    ended_with_the_last = event.ends_at == max(one.ends_at for one in slots)
    began_at, ended_at = event.starts_at, event.ends_at
    agenda.set_session_times(slot, wish.starts_local, slot.ends_at - slot.starts_at, event.zone)
    slot.place = wish.place
    # The event begins with its first session: with this one, if it was, or if it is now.
    first = min(one.starts_local for one in slots)
    starts = first if opened or first < event.starts_local else event.starts_local
    set_times(event, starts, event.ends_at - event.starts_at, event.zone)
    # Who begins earlier does not go home earlier; a later start takes the end along.
    lasts = ended_at - min(began_at, event.starts_at)
    agenda.end_with_the_last(event, slots, timedelta() if ended_with_the_last else lasts)

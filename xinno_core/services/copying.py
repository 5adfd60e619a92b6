"""Copying an event: a draft like it at another time, without anything that belongs to its people.

Whatever is counted from the start keeps its distance on the wall clock: sessions, messages, the
closing of registration and surveys.
"""

import secrets
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    HOLDING,
    Broadcast,
    Channel,
    Event,
    EventSession,
    EventState,
    Limit,
    Participant,
    Question,
    Registration,
    RegistrationState,
    Rule,
    Survey,
)
from xinno_core.services import access, agenda, journeys, survey_versions, wording
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.questions import Audience, Field, FieldKind, Form

OF_THE_EVENT = (
    "region_id", "blueprint_id", "series_id", "format", "is_demo", "lead_language", "languages",
    "title", "summary", "programme", "place", "roles", "zone",
    "closes_hours_before", "answers_close_hours_before", "starts_local", "starts_at", "ends_at",
)  # fmt: skip
OF_A_PART = {
    EventSession: (
        "key", "title", "summary", "by_choice", "roles", "place", "starts_local", "starts_at",
        "ends_at",
    ),
    Limit: ("key", "label", "roles", "targets", "seats", "room"),
    Question: ("key", "position", "kind", "text", "options", "required", "roles", "only_if"),
    Survey: (
        "key", "instrument", "mode", "title", "questions", "closes_days_after",
        "closes_hours_before", "closes_at",
    ),
    Rule: (
        "key", "kind", "notice_class", "anchor", "days", "at", "hours", "clock", "roles", "states",
        "exercise", "survey", "text", "links", "useful_hours", "due_at",
        "stopped_at",
    ),
}  # fmt: skip
"""What is copied of each row; what counts people starts anew."""

Rest = Limit | Question | Survey | Rule
Part = TypeVar("Part", bound=EventSession | Rest)


@dataclass(frozen=True)
class Left:
    """How much stays with the event that was copied."""

    registrations: int  # requests among them
    waiting: int
    announcements: int
    channels: int


@dataclass(frozen=True)
class Copied:
    """The draft is made: both events with their sessions in the same order, and how much it has."""

    source: EventCard
    draft: EventCard
    questions: int
    messages: int
    surveys: int
    left: Left


async def find_form(session: AsyncSession, *, participant: Participant, event_id: int) -> Form:
    """Return what is asked to copy an event: when the copy begins."""
    event = await access.get_organised_event(session, participant, event_id)
    return Form(
        topic=f"copy.{event.id}",
        fields=(Field("new_starts", FieldKind.WALL_TIME, zone=event.zone),),
        audience=Audience.EVERYONE,
        lead=event.lead_language,
    )


async def copy(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    answers: dict[str, Any],
    now: datetime,
) -> Copied:
    """Make a draft with all that the event says, beginning at another time."""
    source = await access.lock_organised_event(session, participant, event_id)
    draft = Event(
        **_values(source, OF_THE_EVENT),
        key=f"{source.key[:36].rstrip('-')}-{secrets.token_hex(4)}",
        state=EventState.DRAFT,
        created_by=participant.id,
        created_at=now,
    )
    slots = await _rows(session, EventSession, source)
    copies = [EventSession(**_values(slot, OF_A_PART[EventSession])) for slot in slots]
    agenda.shift(draft, copies, datetime.fromisoformat(answers["new_starts"]), source.zone)
    session.add(draft)
    await session.flush()
    await _add(session, copies, draft)
    ids = {slot.id: twin.id for slot, twin in zip(slots, copies, strict=True)}
    draft.stale_texts = wording.stale_in_copy(source.stale_texts, ids)
    counts = {table: await _copy(session, table, source, draft, ids) for table in _REST}
    await journeys.reckon(session, draft, now=now)
    access.record(
        session,
        actor=participant,
        verb="copy",
        subject=f"event:{draft.id}",
        at=now,
        key=draft.key,
        of=source.key,
    )
    return Copied(
        source=await read_card(session, source),
        draft=await read_card(session, draft),
        questions=counts[Question],
        messages=counts[Rule],
        surveys=counts[Survey],
        left=await _left(session, source),
    )


_REST: tuple[type[Rest], ...] = (Limit, Question, Survey, Rule)


async def _copy(
    session: AsyncSession,
    table: type[Rest],
    source: Event,
    draft: Event,
    ids: dict[int, int],
) -> int:
    """Copy the rows of one kind, with the sessions they belong to; return how many there are."""
    rows = await _rows(session, table, source)
    copies = []
    for row in rows:
        values = _values(row, OF_A_PART[table])
        if isinstance(row, (Limit, Rule)) and row.session_id is not None:
            values["session_id"] = ids[row.session_id]
        if isinstance(row, Survey):  # nobody has answered the copy under what is hidden
            values["questions"] = survey_versions.shown(values["questions"])
        copies.append(table(**values))
    await _add(session, copies, draft)
    for one in copies:
        if isinstance(one, Survey):
            await survey_versions.keep_words(session, one)
    return len(copies)


async def _rows(session: AsyncSession, table: type[Part], source: Event) -> Sequence[Part]:
    found = await session.scalars(
        select(table).where(table.event_id == source.id).order_by(table.id)
    )
    return found.all()


async def _add(session: AsyncSession, rows: Iterable[Part], draft: Event) -> None:
    for row in rows:
        row.event_id = draft.id
        session.add(row)
    await session.flush()


def _values(row: object, columns: Iterable[str]) -> dict[str, Any]:
    """Return values that a new row can keep for itself: nothing inside them is shared."""
    return {column: deepcopy(getattr(row, column)) for column in columns}


async def _left(session: AsyncSession, source: Event) -> Left:
    states = await session.execute(
        select(Registration.state, func.count())
        .where(Registration.event_id == source.id)
        .group_by(Registration.state)
    )
    number: dict[RegistrationState, int] = dict(states.all())
    held = (*HOLDING, RegistrationState.REQUESTED)
    return Left(
        registrations=sum(number.get(state, 0) for state in held),
        waiting=number.get(RegistrationState.WAITLISTED, 0),
        announcements=await _count(session, Broadcast, source),
        channels=await _count(session, Channel, source),
    )


async def _count(session: AsyncSession, table: type[Broadcast | Channel], source: Event) -> int:
    query = select(func.count()).select_from(table).where(table.event_id == source.id)
    return await session.scalar(query) or 0

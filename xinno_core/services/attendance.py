"""Who was there: noted by organisers and staff, name by name, at an event or one of its sessions.

Being at a session counts as being at the event. What is noted says what is to hold, never what is
to change, so that a second press and a second pair of eyes do no harm.
"""

import hashlib
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Attendance,
    Event,
    EventState,
    Organisation,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services import access
from xinno_core.services.events import EventCard, Slot, read_card
from xinno_core.services.quiet import local_instant, wall_time

PAGE = 8
BATCH = 500
BEFORE_THE_START = timedelta(hours=1)
AT_THE_EVENT = "event"


@dataclass(frozen=True)
class Line:
    """One person in the list, and whether they were there."""

    registration_id: int
    name: str
    organisation: str
    role: str
    is_noted: bool  # here
    at_a_session: bool = False  # noted there, which counts at the event

    @property
    def was_there(self) -> bool:
        """Tell whether the person counts as having been there."""
        return self.is_noted or self.at_a_session


@dataclass(frozen=True)
class Sheet:
    """One page of those who may have been there."""

    card: EventCard
    slot: Slot | None  # None: the event as a whole
    lines: tuple[Line, ...]
    page: int
    pages: int
    total: int
    noted: int

    @property
    def fingerprint(self) -> str:
        """Name the people of this page: who presses for all of them means these."""
        return _fingerprint(line.registration_id for line in self.lines)


@dataclass(frozen=True)
class Places:
    """The event and its sessions, each with how many are noted there."""

    card: EventCard
    noted: int
    sessions: tuple[tuple[Slot, int], ...]


@dataclass(frozen=True)
class TooEarly:
    """Nobody can have been there yet."""

    card: EventCard
    slot: Slot | None
    opens_at: datetime


@dataclass(frozen=True)
class PageChanged:
    """Somebody came or left since the page was shown: nothing was noted."""

    sheet: Sheet


@dataclass(frozen=True)
class Attended:
    """One line of the evidence: who was where."""

    event_id: int
    session_id: int | None
    name: str | None
    organisation: str | None
    role: str
    at: datetime


def opens_at(starts_at: datetime, zone: str) -> datetime:
    """Return from when on attendance can be noted: that day, or an hour before an early start."""
    first = wall_time(starts_at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return min(local_instant(first, zone), starts_at - BEFORE_THE_START)


async def list_places(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Places | TooEarly:
    """Return where attendance can be noted: the event and its sessions."""
    card = await read_card(session, await _get_event(session, participant, event_id))
    if (opens := opens_at(card.starts_at, card.zone)) > now:
        return TooEarly(card, None, opens)
    found = await session.execute(
        select(Attendance.session_id, func.count())
        .join(Registration, Registration.id == Attendance.registration_id)
        .where(Registration.event_id == card.id)
        .group_by(Attendance.session_id)
    )
    counts = {row[0]: row[1] for row in found}
    everybody = await session.scalar(
        select(func.count(func.distinct(Attendance.registration_id)))
        .join(Registration, Registration.id == Attendance.registration_id)
        .where(Registration.event_id == card.id)
    )
    sessions = tuple((slot, counts.get(slot.id, 0)) for slot in card.slots)
    return Places(card, everybody or 0, sessions)


async def read_sheet(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    session_id: int = 0,
    page: int = 0,
    now: datetime,
) -> Sheet | TooEarly:
    """Return one page of those with a place, by name; staff of the region see it, too."""
    event = await _get_event(session, participant, event_id)
    card = await read_card(session, event)
    slot = _slot(card, session_id)
    if (opens := opens_at((slot or card).starts_at, card.zone)) > now:
        return TooEarly(card, slot, opens)
    return await _read(session, card, slot, page)


async def note(
    session: AsyncSession,
    *,
    participant: Participant,
    registration_id: int,
    session_id: int = 0,
    was_there: bool,
    page: int = 0,
    now: datetime,
) -> Sheet | TooEarly:
    """Note that a person was there, or take it back; the same twice is the same."""
    registration = await session.get(Registration, registration_id)
    if registration is None:
        raise NotFoundError
    sheet = await read_sheet(
        session,
        participant=participant,
        event_id=registration.event_id,
        session_id=session_id,
        page=page,
        now=now,
    )
    if isinstance(sheet, TooEarly):
        return sheet
    people = await session.scalars(
        _people(sheet.slot, Registration.event_id == sheet.card.id)
        .with_only_columns(Registration.id)
        .where(Registration.id == registration_id)
    )
    await _set(session, participant, sheet, people.all(), was_there=was_there, now=now)
    return await _read(session, sheet.card, sheet.slot, page)


async def note_page(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    session_id: int,
    page: int,
    fingerprint: str,
    now: datetime,
) -> Sheet | TooEarly | PageChanged:
    """Note all people of a page, if it still shows the same."""
    sheet = await read_sheet(
        session,
        participant=participant,
        event_id=event_id,
        session_id=session_id,
        page=page,
        now=now,
    )
    if isinstance(sheet, TooEarly):
        return sheet
    if sheet.fingerprint != fingerprint:
        return PageChanged(sheet)
    people = [line.registration_id for line in sheet.lines if not line.was_there]
    await _set(session, participant, sheet, people, was_there=True, now=now)
    return await _read(session, sheet.card, sheet.slot, page)


async def rows(
    session: AsyncSession, *, event_ids: Collection[int]
) -> AsyncIterator[Sequence[Attended]]:
    """Return who was where at these events, for their organisers; read in batches."""
    query = (
        select(
            Registration.event_id,
            Attendance.session_id,
            Participant.name,
            Organisation.name,
            Registration.role,
            Attendance.at,
        )
        .join(Registration, Registration.id == Attendance.registration_id)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(Registration.event_id.in_(event_ids))
        .order_by(Registration.event_id, Attendance.place, Attendance.id)
        .execution_options(yield_per=BATCH)
    )
    async for found in (await session.stream(query)).partitions():
        yield [Attended(*row) for row in found]


def can_be_noted(card: EventCard, *, now: datetime) -> bool:
    """Tell whether attendance at this event can be noted by now."""
    return card.state is not EventState.DRAFT and opens_at(card.starts_at, card.zone) <= now


async def _get_event(session: AsyncSession, participant: Participant, event_id: int) -> Event:
    event, _ = await access.get_watched_event(session, participant, event_id)
    if event.state is EventState.DRAFT:
        raise NotFoundError
    return event


def _slot(card: EventCard, session_id: int) -> Slot | None:
    if not session_id:
        return None
    found = next((slot for slot in card.slots if slot.id == session_id), None)
    if found is None:
        raise NotFoundError
    return found


def _place(slot: Slot | None) -> str:
    return f"session:{slot.id}" if slot else AT_THE_EVENT


def _noted(slot: Slot | None) -> ColumnElement[bool]:
    at = [Attendance.registration_id == Registration.id]
    if slot is not None:
        at.append(Attendance.place == _place(slot))
    return exists().where(*at)


def _people(slot: Slot | None, *of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select those with a confirmed place, and those who are noted there without one any more."""
    has_place: ColumnElement[bool] = Registration.state == RegistrationState.CONFIRMED
    if slot is not None and slot.by_choice:
        has_seat = exists().where(
            SessionSeat.registration_id == Registration.id,
            SessionSeat.session_id == slot.id,
            SessionSeat.state == RegistrationState.CONFIRMED,
        )
        has_place = and_(has_place, has_seat)
    elif slot is not None:
        has_place = and_(has_place, Registration.role.in_(slot.roles) if slot.roles else true())
    here = exists().where(
        Attendance.registration_id == Registration.id, Attendance.place == _place(slot)
    )
    return (
        select(Registration, Participant.name, Organisation.name, here, _noted(slot))
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(*of, or_(has_place, _noted(slot)))
    )


async def _read(session: AsyncSession, card: EventCard, slot: Slot | None, page: int) -> Sheet:
    people = _people(slot, Registration.event_id == card.id)
    ids = people.with_only_columns(Registration.id)
    total = await session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    there = ids.where(_noted(slot)).subquery()
    noted = await session.scalar(select(func.count()).select_from(there)) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(
        people.order_by(func.lower(Participant.name), Registration.id)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    lines = tuple(
        Line(one.id, name or "", firm or "", one.role, bool(here), bool(anywhere) and not here)
        for one, name, firm, here, anywhere in found
    )
    return Sheet(card, slot, lines, page, pages, total, noted)


async def _set(
    session: AsyncSession,
    participant: Participant,
    sheet: Sheet,
    people: Sequence[int],
    *,
    was_there: bool,
    now: datetime,
) -> None:
    """Let it hold for these people; who was noted before keeps the time of then."""
    if not people:
        return
    place = _place(sheet.slot)
    if was_there:
        rows_ = [
            {
                "registration_id": number,
                "session_id": sheet.slot.id if sheet.slot else None,
                "place": place,
                "at": now,
                "noted_by": participant.id,
            }
            for number in people
        ]
        changed = await change(session, insert_once(session, Attendance).values(rows_))
    else:
        changed = await change(
            session,
            delete(Attendance).where(
                Attendance.registration_id.in_(people), Attendance.place == place
            ),
        )
    if changed:
        access.record(
            session,
            actor=participant,
            verb="note_attendance" if was_there else "unnote_attendance",
            subject=f"event:{sheet.card.id}",
            at=now,
            place=place,
            registrations=list(people),
        )
        await session.flush()


def _fingerprint(numbers: Iterable[int]) -> str:
    return hashlib.sha256(",".join(map(str, numbers)).encode()).hexdigest()[:12]

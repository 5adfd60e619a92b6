"""Of one's own data: the events one came to, and all that belongs to a registration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap, choose
from xinno_core.models import (
    Arrival,
    Attendance,
    Cause,
    Channel,
    Event,
    EventSession,
    Media,
    MediaMark,
    Participant,
    Presence,
    Question,
    Registration,
    RegistrationState,
    RegistrationStep,
    SessionSeat,
)
from xinno_core.services.my_answers import MyAnswer


@dataclass(frozen=True)
class MySession:
    """One session of an event that one chose."""

    title: str
    state: RegistrationState
    queue_number: int | None
    offered_until: datetime | None


@dataclass(frozen=True)
class MyStep:
    """How a registration, or the seat in a session, came to stand where it stands."""

    at: datetime
    session: str | None
    state: RegistrationState
    cause: Cause


@dataclass(frozen=True)
class MyAttendance:
    """That one was noted as having been there: at the event, or at a session of it."""

    session: str | None
    at: datetime


@dataclass(frozen=True)
class MyRegistration:
    """One event."""

    event: str
    title: str
    starts_at: datetime
    role: str
    state: RegistrationState
    presence: Presence | None
    offered_until: datetime | None
    registered_at: datetime
    confirmed_at: datetime | None
    answers: tuple[MyAnswer, ...]
    organisation_type: str = ""  # when registering
    queue_number: int | None = None
    comes_with_someone: bool = False
    came_by: str | None = None  # name of the link
    word_of_organiser: str | None = None
    sessions: tuple[MySession, ...] = ()
    steps: tuple[MyStep, ...] = ()
    attended: tuple[MyAttendance, ...] = ()


@dataclass(frozen=True)
class MyMark:
    """A picture or video that one does not want to be shown."""

    event: str
    is_on_it: bool  # said of this one; else one does not want to be seen on any
    at: datetime


@dataclass(frozen=True)
class MyArrival:
    """A link that one came by."""

    event: str
    link: str
    at: datetime


async def read_registrations(
    session: AsyncSession, person: Participant
) -> tuple[MyRegistration, ...]:
    """Return the events this person registered for, with all that belongs to them."""
    found = await session.execute(
        select(Registration, Event)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.participant_id == person.id)
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .execution_options(populate_existing=True)
    )
    pairs = [(row[0], row[1]) for row in found]
    seats = await _seats(session, person)
    steps = await _steps(session, person)
    attended = await _attended(session, person)
    links = await _links(session, pairs)
    questions = await session.scalars(
        select(Question).where(Question.event_id.in_([event.id for _, event in pairs]))
    )
    asked = {(one.event_id, one.key): one.text for one in questions}
    return tuple(
        MyRegistration(
            event=event.key,
            title=_text(person, event.title, event),
            starts_at=event.starts_at,
            role=_role(person, event, row.role),
            state=row.state,
            presence=row.presence,
            offered_until=row.offered_until,
            registered_at=row.created_at,
            confirmed_at=row.confirmed_at,
            answers=tuple(
                MyAnswer(key, _text(person, asked.get((event.id, key), {}), event), answer)
                for key, answer in row.answers.items()
            ),
            organisation_type=row.target,
            queue_number=row.queue_number,
            comes_with_someone=row.pair is not None,
            came_by=links.get(row.channel_id or 0),
            word_of_organiser=row.word,
            sessions=tuple(
                MySession(
                    _text(person, slot.title, event),
                    seat.state,
                    seat.queue_number,
                    seat.offered_until,
                )
                for seat, slot in seats.get(row.id, ())
            ),
            steps=tuple(
                MyStep(
                    step.at, _text(person, title, event) if title else None, step.state, step.cause
                )
                for step, title in steps.get(row.id, ())
            ),
            attended=tuple(
                MyAttendance(_text(person, title, event) if title else None, at)
                for at, title in attended.get(row.id, ())
            ),
        )
        for row, event in pairs
    )


async def read_marks(session: AsyncSession, person: Participant) -> tuple[MyMark, ...]:
    """Return the pictures and videos this person does not want to be shown."""
    found = await session.execute(
        select(Event.key, MediaMark.certain, MediaMark.created_at)
        .join(Media, Media.event_id == Event.id)
        .join(MediaMark, MediaMark.media_id == Media.id)
        .where(MediaMark.participant_id == person.id)
        .order_by(MediaMark.id)
    )
    return tuple(MyMark(event, is_on_it, at) for event, is_on_it, at in found)


async def read_arrivals(session: AsyncSession, person: Participant) -> tuple[MyArrival, ...]:
    """Return the links this person came by."""
    found = await session.execute(
        select(Event.key, Channel.name, Arrival.at)
        .join(Channel, Channel.id == Arrival.channel_id)
        .join(Event, Event.id == Channel.event_id)
        .where(Arrival.participant_id == person.id)
        .order_by(Arrival.at, Channel.id)
    )
    return tuple(MyArrival(event, name, at) for event, name, at in found)


async def _seats(
    session: AsyncSession, person: Participant
) -> Mapping[int, list[tuple[SessionSeat, EventSession]]]:
    found = await session.execute(
        select(SessionSeat, EventSession)
        .join(EventSession, EventSession.id == SessionSeat.session_id)
        .join(Registration, Registration.id == SessionSeat.registration_id)
        .where(Registration.participant_id == person.id)
        .order_by(EventSession.starts_at, EventSession.id)
        .execution_options(populate_existing=True)
    )
    seats: dict[int, list[tuple[SessionSeat, EventSession]]] = {}
    for seat, slot in found:
        seats.setdefault(seat.registration_id, []).append((seat, slot))
    return seats


async def _steps(
    session: AsyncSession, person: Participant
) -> Mapping[int, list[tuple[RegistrationStep, LanguageMap | None]]]:
    found = await session.execute(
        select(RegistrationStep, EventSession.title)
        .join(Registration, Registration.id == RegistrationStep.registration_id)
        .outerjoin(EventSession, EventSession.id == RegistrationStep.session_id)
        .where(Registration.participant_id == person.id)
        .order_by(RegistrationStep.id)
    )
    steps: dict[int, list[tuple[RegistrationStep, LanguageMap | None]]] = {}
    for step, title in found:
        steps.setdefault(step.registration_id, []).append((step, title))
    return steps


async def _attended(
    session: AsyncSession, person: Participant
) -> Mapping[int, list[tuple[datetime, LanguageMap | None]]]:
    found = await session.execute(
        select(Attendance.registration_id, Attendance.at, EventSession.title)
        .join(Registration, Registration.id == Attendance.registration_id)
        .outerjoin(EventSession, EventSession.id == Attendance.session_id)
        .where(Registration.participant_id == person.id)
        .order_by(Attendance.at, Attendance.id)
    )
    attended: dict[int, list[tuple[datetime, LanguageMap | None]]] = {}
    for registration_id, at, title in found:
        attended.setdefault(registration_id, []).append((at, title))
    return attended


async def _links(
    session: AsyncSession, pairs: Sequence[tuple[Registration, Event]]
) -> Mapping[int, str]:
    found = await session.scalars(
        select(Channel).where(Channel.id.in_([row.channel_id for row, _ in pairs]))
    )
    return {channel.id: channel.name for channel in found}


def _text(person: Participant, texts: LanguageMap, event: Event) -> str:
    return choose(texts, person.language, event.lead_language).text


def _role(person: Participant, event: Event, key: str) -> str:
    label = next((role["label"] for role in event.roles if role["key"] == key), None)
    return _text(person, label, event) if label else key

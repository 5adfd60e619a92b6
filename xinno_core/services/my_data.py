"""One's own data, to see and to take along: everything, and nothing of anybody else."""

import dataclasses
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import LanguageMap, choose
from xinno_core.models import (
    Arrival,
    Attendance,
    Audit,
    Broadcast,
    BroadcastVote,
    Cause,
    Channel,
    Consent,
    Dialogue,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    EventSession,
    Invitation,
    Media,
    MediaMark,
    Notice,
    NoticeState,
    Participant,
    Pilot,
    Practice,
    Presence,
    Purpose,
    Question,
    Region,
    Registration,
    RegistrationState,
    RegistrationStep,
    Role,
    RoleGrant,
    SessionSeat,
)
from xinno_core.services import own_surveys, preferences, profile
from xinno_core.services.contents import PollPart, read_content
from xinno_core.services.preferences import Preferences

SCHEMA = 1
"""Version of the shape of the file that a person can download."""


@dataclass(frozen=True)
class MyProfile:
    """Who one is."""

    telegram_id: int | None
    name: str | None
    organisation: str | None
    organisation_type: str | None
    sector: str | None
    country: str | None  # of the organisation
    language: str
    zone: str | None
    known_since: datetime
    notice_passed_at: datetime | None


@dataclass(frozen=True)
class MyConsent:
    """What one said yes or no to."""

    purpose: Purpose
    given: bool
    text_version: str
    language: str
    at: datetime


@dataclass(frozen=True)
class MyAnswer:
    """What one answered when registering."""

    question: str
    text: str
    answer: Any


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
class MyPractice:
    """One exercise."""

    exercise: str
    choice: str | None
    reflection: str | None
    started_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class MySurvey:
    """That one took part; what was said only where it is kept with the person."""

    event: str | None
    title: str
    is_sealed: bool
    is_linked: bool
    answers: tuple[MyAnswer, ...] | None


@dataclass(frozen=True)
class MyMessage:
    """One promised message and its fate."""

    kind: str
    event: str | None
    state: NoticeState
    reason: str | None
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class MyRole:
    """What one may do beyond taking part."""

    role: Role
    region: str | None
    pilot: str | None
    given_at: datetime


@dataclass(frozen=True)
class MyInvitation:
    """A role that a link opened."""

    event: str | None
    role: str


@dataclass(frozen=True)
class MyForm:
    """Something begun and not finished."""

    topic: str
    answers: Mapping[str, Any]
    expires_at: datetime


@dataclass(frozen=True)
class MyEnquiry:
    """What one asked the organisers, and what those answered."""

    region: str
    event: str | None
    text: str
    language: str
    kind: EnquiryKind | None  # as the organisers sort it
    state: EnquiryState
    answer: str | None
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class MyVote:
    """What one chose in a poll that an announcement brought."""

    event: str
    question: str
    choice: str


@dataclass(frozen=True)
class MyAnnouncement:
    """What one wrote to an event's registered."""

    event: str | None
    content: dict[str, Any]
    confirmed_at: datetime | None


@dataclass(frozen=True)
class MyAction:
    """What one did as organiser or lead."""

    verb: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class MyData:
    """Everything that is stored about one person."""

    read_at: datetime
    profile: MyProfile
    consents: tuple[MyConsent, ...]
    preferences: Preferences
    registrations: tuple[MyRegistration, ...]
    exercises: tuple[MyPractice, ...]
    surveys_taken_part_in: tuple[MySurvey, ...]
    messages: tuple[MyMessage, ...]
    roles: tuple[MyRole, ...]
    invitations: tuple[MyInvitation, ...]
    arrivals: tuple[MyArrival, ...]
    pictures_stopped: tuple[MyMark, ...]
    unfinished_forms: tuple[MyForm, ...]
    enquiries: tuple[MyEnquiry, ...]
    votes: tuple[MyVote, ...]
    announcements: tuple[MyAnnouncement, ...]
    actions: tuple[MyAction, ...]


async def read_my_data(session: AsyncSession, *, participant: Participant, now: datetime) -> MyData:
    """Return everything that is stored about this person, and nothing of anybody else."""
    reader = _Reader(session, participant)
    return MyData(
        read_at=now,
        profile=await reader.profile(),
        consents=await reader.consents(),
        preferences=await preferences.read(session, participant),
        registrations=await reader.registrations(),
        exercises=await reader.exercises(),
        surveys_taken_part_in=await reader.surveys(),
        messages=await reader.messages(),
        roles=await reader.roles(),
        invitations=await reader.invitations(),
        arrivals=await reader.arrivals(),
        pictures_stopped=await reader.marks(),
        unfinished_forms=await reader.forms(),
        enquiries=await reader.enquiries(),
        votes=await reader.votes(),
        announcements=await reader.announcements(),
        actions=await reader.actions(),
    )


def plain(data: MyData) -> dict[str, Any]:
    """Return the data as the file holds it: values that JSON knows, under a version."""
    return {"schema": SCHEMA, **_plain(dataclasses.asdict(data))}


class _Reader:
    """Reads one person's rows, table by table."""

    def __init__(self, session: AsyncSession, participant: Participant) -> None:
        self._session = session
        self._person = participant

    async def profile(self) -> MyProfile:
        person = self._person
        organisation = await profile.find_organisation(self._session, person)
        return MyProfile(
            telegram_id=person.telegram_id,
            name=person.name,
            organisation=organisation.name if organisation else None,
            organisation_type=organisation.type if organisation else None,
            sector=organisation.sector if organisation else None,
            country=organisation.country if organisation else None,
            language=person.language,
            zone=person.zone,
            known_since=person.created_at,
            notice_passed_at=person.welcomed_at,
        )

    async def consents(self) -> tuple[MyConsent, ...]:
        found = await self._session.scalars(
            select(Consent).where(Consent.participant_id == self._person.id).order_by(Consent.id)
        )
        return tuple(
            MyConsent(one.purpose, one.given, one.text_version, one.language, one.at)
            for one in found
        )

    async def registrations(self) -> tuple[MyRegistration, ...]:
        found = await self._session.execute(
            select(Registration, Event)
            .join(Event, Event.id == Registration.event_id)
            .where(Registration.participant_id == self._person.id)
            .order_by(Event.starts_at.desc(), Event.id.desc())
            .execution_options(populate_existing=True)
        )
        pairs = [(row[0], row[1]) for row in found]
        seats = await self._seats()
        steps = await self._steps()
        attended = await self._attended()
        links = await self._links(pairs)
        questions = await self._session.scalars(
            select(Question).where(Question.event_id.in_([event.id for _, event in pairs]))
        )
        asked = {(one.event_id, one.key): one.text for one in questions}
        return tuple(
            MyRegistration(
                event=event.key,
                title=self._text(event.title, event),
                starts_at=event.starts_at,
                role=self._role(event, row.role),
                state=row.state,
                presence=row.presence,
                offered_until=row.offered_until,
                registered_at=row.created_at,
                confirmed_at=row.confirmed_at,
                answers=tuple(
                    MyAnswer(key, self._text(asked.get((event.id, key), {}), event), answer)
                    for key, answer in row.answers.items()
                ),
                organisation_type=row.target,
                queue_number=row.queue_number,
                comes_with_someone=row.pair is not None,
                came_by=links.get(row.channel_id or 0),
                word_of_organiser=row.word,
                sessions=tuple(
                    MySession(
                        self._text(slot.title, event),
                        seat.state,
                        seat.queue_number,
                        seat.offered_until,
                    )
                    for seat, slot in seats.get(row.id, ())
                ),
                steps=tuple(
                    MyStep(
                        step.at, self._text(title, event) if title else None, step.state, step.cause
                    )
                    for step, title in steps.get(row.id, ())
                ),
                attended=tuple(
                    MyAttendance(self._text(title, event) if title else None, at)
                    for at, title in attended.get(row.id, ())
                ),
            )
            for row, event in pairs
        )

    async def marks(self) -> tuple[MyMark, ...]:
        found = await self._session.execute(
            select(Event.key, MediaMark.certain, MediaMark.created_at)
            .join(Media, Media.event_id == Event.id)
            .join(MediaMark, MediaMark.media_id == Media.id)
            .where(MediaMark.participant_id == self._person.id)
            .order_by(MediaMark.id)
        )
        return tuple(MyMark(event, is_on_it, at) for event, is_on_it, at in found)

    async def arrivals(self) -> tuple[MyArrival, ...]:
        found = await self._session.execute(
            select(Event.key, Channel.name, Arrival.at)
            .join(Channel, Channel.id == Arrival.channel_id)
            .join(Event, Event.id == Channel.event_id)
            .where(Arrival.participant_id == self._person.id)
            .order_by(Arrival.at, Channel.id)
        )
        return tuple(MyArrival(event, name, at) for event, name, at in found)

    async def _seats(self) -> Mapping[int, list[tuple[SessionSeat, EventSession]]]:
        found = await self._session.execute(
            select(SessionSeat, EventSession)
            .join(EventSession, EventSession.id == SessionSeat.session_id)
            .join(Registration, Registration.id == SessionSeat.registration_id)
            .where(Registration.participant_id == self._person.id)
            .order_by(EventSession.starts_at, EventSession.id)
            .execution_options(populate_existing=True)
        )
        seats: dict[int, list[tuple[SessionSeat, EventSession]]] = {}
        for seat, slot in found:
            seats.setdefault(seat.registration_id, []).append((seat, slot))
        return seats

    async def _steps(self) -> Mapping[int, list[tuple[RegistrationStep, LanguageMap | None]]]:
        found = await self._session.execute(
            select(RegistrationStep, EventSession.title)
            .join(Registration, Registration.id == RegistrationStep.registration_id)
            .outerjoin(EventSession, EventSession.id == RegistrationStep.session_id)
            .where(Registration.participant_id == self._person.id)
            .order_by(RegistrationStep.id)
        )
        steps: dict[int, list[tuple[RegistrationStep, LanguageMap | None]]] = {}
        for step, title in found:
            steps.setdefault(step.registration_id, []).append((step, title))
        return steps

    async def _attended(self) -> Mapping[int, list[tuple[datetime, LanguageMap | None]]]:
        found = await self._session.execute(
            select(Attendance.registration_id, Attendance.at, EventSession.title)
            .join(Registration, Registration.id == Attendance.registration_id)
            .outerjoin(EventSession, EventSession.id == Attendance.session_id)
            .where(Registration.participant_id == self._person.id)
            .order_by(Attendance.at, Attendance.id)
        )
        attended: dict[int, list[tuple[datetime, LanguageMap | None]]] = {}
        for registration_id, at, title in found:
            attended.setdefault(registration_id, []).append((at, title))
        return attended

    async def _links(self, pairs: Sequence[tuple[Registration, Event]]) -> Mapping[int, str]:
        found = await self._session.scalars(
            select(Channel).where(Channel.id.in_([row.channel_id for row, _ in pairs]))
        )
        return {channel.id: channel.name for channel in found}

    async def exercises(self) -> tuple[MyPractice, ...]:
        found = await self._session.scalars(
            select(Practice)
            .where(Practice.participant_id == self._person.id)
            .order_by(Practice.id)
            .execution_options(populate_existing=True)
        )
        return tuple(
            MyPractice(one.exercise, one.choice, one.reflection, one.started_at, one.done_at)
            for one in found
        )

    async def surveys(self) -> tuple[MySurvey, ...]:
        return tuple(
            MySurvey(
                own.event.key,
                self._text(own.survey.title, own.event),
                is_sealed=own.is_sealed,
                is_linked=own.is_linked,
                answers=self._said(own),
            )
            for own in await own_surveys.list_own(self._session, self._person)
        )

    def _said(self, own: own_surveys.OwnAnswers) -> tuple[MyAnswer, ...] | None:
        if own.answers is None:
            return None
        return tuple(
            MyAnswer(one.key, self._text(one.text, own.event), own.answers[one.key])
            for one in own.fields
            if one.key in own.answers
        )

    async def messages(self) -> tuple[MyMessage, ...]:
        found = await self._session.execute(
            select(Notice, Event.key)
            .outerjoin(Event, Event.id == Notice.event_id)
            .where(Notice.participant_id == self._person.id)
            .order_by(Notice.id)
        )
        return tuple(
            MyMessage(one.kind.value, event, one.state, one.reason, one.due_at, one.sent_at)
            for one, event in found
        )

    async def roles(self) -> tuple[MyRole, ...]:
        found = await self._session.execute(
            select(RoleGrant, Region.key, Pilot.key)
            .outerjoin(Region, Region.id == RoleGrant.region_id)
            .outerjoin(Pilot, Pilot.id == RoleGrant.pilot_id)
            .where(RoleGrant.participant_id == self._person.id)
            .order_by(RoleGrant.id)
        )
        return tuple(
            MyRole(one.role, region, pilot, one.created_at) for one, region, pilot in found
        )

    async def invitations(self) -> tuple[MyInvitation, ...]:
        found = await self._session.execute(
            select(Event.key, Invitation.role)
            .join(Event, Event.id == Invitation.event_id)
            .where(Invitation.participant_id == self._person.id)
            .order_by(Event.id, Invitation.role)
        )
        return tuple(MyInvitation(event, role) for event, role in found)

    async def forms(self) -> tuple[MyForm, ...]:
        found = await self._session.scalars(
            select(Dialogue)
            .where(Dialogue.participant_id == self._person.id)
            .order_by(Dialogue.topic)
        )
        return tuple(
            MyForm(one.topic, one.data.get("answers", {}), one.expires_at) for one in found
        )

    async def enquiries(self) -> tuple[MyEnquiry, ...]:
        found = await self._session.execute(
            select(Enquiry, Region.key, Event.key)
            .join(Region, Region.id == Enquiry.region_id)
            .outerjoin(Event, Event.id == Enquiry.event_id)
            .where(Enquiry.participant_id == self._person.id)
            .order_by(Enquiry.id)
            .execution_options(populate_existing=True)
        )
        return tuple(
            MyEnquiry(
                region,
                event,
                one.text,
                one.language,
                one.kind,
                one.state,
                one.answer,
                one.created_at,
                one.answered_at,
            )
            for one, region, event in found
        )

    async def votes(self) -> tuple[MyVote, ...]:
        found = await self._session.execute(
            select(BroadcastVote, Broadcast.content, Event.key)
            .join(Broadcast, Broadcast.id == BroadcastVote.broadcast_id)
            .join(Event, Event.id == Broadcast.event_id)
            .where(BroadcastVote.participant_id == self._person.id)
            .order_by(BroadcastVote.broadcast_id, BroadcastVote.part)
            .execution_options(populate_existing=True)
        )
        return tuple(_vote(one, content, event) for one, content, event in found)

    async def announcements(self) -> tuple[MyAnnouncement, ...]:
        found = await self._session.execute(
            select(Broadcast, Event.key)
            .join(Event, Event.id == Broadcast.event_id)
            .where(Broadcast.author_id == self._person.id)
            .order_by(Broadcast.id)
        )
        return tuple(MyAnnouncement(event, one.content, one.confirmed_at) for one, event in found)

    async def actions(self) -> tuple[MyAction, ...]:
        found = await self._session.scalars(
            select(Audit).where(Audit.actor_id == self._person.id).order_by(Audit.id)
        )
        return tuple(MyAction(one.verb, one.subject, one.at) for one in found)

    def _text(self, texts: LanguageMap, event: Event) -> str:
        return choose(texts, self._person.language, event.lead_language).text

    def _role(self, event: Event, key: str) -> str:
        label = next((role["label"] for role in event.roles if role["key"] == key), None)
        return self._text(label, event) if label else key


def _plain(value: Any) -> Any:  # noqa: ANN401 (JSON values)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    if isinstance(value, (datetime, time)):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _vote(one: BroadcastVote, content: Mapping[str, Any], event: str) -> MyVote:
    """Return a vote in words; of a poll that was put right since, the number stands for them."""
    parts = read_content(content.get(one.language, {})).parts
    poll = parts[one.part] if one.part < len(parts) else None
    if not isinstance(poll, PollPart) or one.option >= len(poll.options):
        return MyVote(event, "", str(one.option + 1))
    return MyVote(event, poll.question, poll.options[one.option])

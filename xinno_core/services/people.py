"""Who is registered for an event: a list to page through, and one person's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Cause,
    Channel,
    Event,
    EventSession,
    EventState,
    Organisation,
    Participant,
    Registration,
    RegistrationState,
    RegistrationStep,
    SessionSeat,
)
from xinno_core.services import access
from xinno_core.services.approvals import is_too_late
from xinno_core.services.enrolment import list_fields
from xinno_core.services.events import EventCard, Slot, list_limits, read_card, slot_of
from xinno_core.services.organising import Count, count_people
from xinno_core.services.questions import Field
from xinno_core.services.seats import WAITS, list_claims, positions

PAGE = 12
NEWEST_STEPS = 8
"""So many of the newest steps are told on a person's page."""


@dataclass(frozen=True)
class Line:
    """One person in a list."""

    registration_id: int
    name: str
    organisation: str
    role: str
    state: RegistrationState


@dataclass(frozen=True)
class PeoplePage:
    """One page of the people of an event, and how many there are in each role and state."""

    card: EventCard
    lines: tuple[Line, ...]
    role: str | None
    state: RegistrationState | None
    page: int
    pages: int
    total: int
    counts: tuple[Count, ...]

    def number(self, *, role: str | None = None, state: RegistrationState | None = None) -> int:
        """Return how many there are in a role, in a state, or in both."""
        return sum(
            count.number
            for count in self.counts
            if role in {None, count.role} and state in {None, count.state}
        )


@dataclass(frozen=True)
class Answered:
    """One registration question with the person's answer."""

    field: Field
    value: Any


@dataclass(frozen=True)
class Step:
    """What became of a registration or of one of its session seats, when and why."""

    at: datetime
    state: RegistrationState
    cause: Cause
    number: int | None
    slot: Slot | None


@dataclass(frozen=True)
class Chosen:
    """A session that the person chose, and where they stand in it."""

    slot: Slot
    state: RegistrationState
    number: int | None


@dataclass(frozen=True)
class Person:
    """One registration as its organiser sees it."""

    card: EventCard
    registration_id: int
    revision: int
    name: str
    organisation: str
    organisation_type: str
    role: str
    state: RegistrationState
    since: datetime
    number: int | None
    offered_until: datetime | None
    word: str | None
    channel: str | None
    companion: str | None
    answers: tuple[Answered, ...]
    chosen: tuple[Chosen, ...]
    steps: tuple[Step, ...]  # the newest first
    may_decide: bool

    def may(self, answer: str, revision: int) -> bool:
        """Tell whether this answer, given to the page with this revision, can still be given."""
        open_ = self.may_approve if answer == "yes" else self.may_decline
        return open_ and self.revision == revision

    @property
    def may_approve(self) -> bool:
        """Tell whether a yes would change something."""
        decidable = {RegistrationState.REQUESTED, RegistrationState.DECLINED}
        return self.may_decide and self.state in decidable

    @property
    def may_decline(self) -> bool:
        """Tell whether a no would change something."""
        return self.may_decide and self.state is RegistrationState.REQUESTED


async def list_people(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    role: str | None = None,
    state: RegistrationState | None = None,
    page: int = 0,
) -> PeoplePage:
    """Return one page of those registered for an event of an own region, by name."""
    event = await access.get_organised_event(session, participant, event_id)
    return await _list(session, event, role=role, state=state, page=page)


async def list_confirmed(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0
) -> PeoplePage:
    """Return one page of those who have a seat; staff of the region may see it, too."""
    event, is_own = await access.get_watched_event(session, participant, event_id)
    if not is_own and event.state is EventState.DRAFT:
        raise NotFoundError
    confirmed = RegistrationState.CONFIRMED
    return await _list(session, event, role=None, state=confirmed, page=page)


async def find_person(
    session: AsyncSession, *, participant: Participant, registration_id: int, now: datetime
) -> Person:
    """Return one registration at an event of an own region; another's is not found."""
    found = await session.get(Registration, registration_id, populate_existing=True)
    if found is None:
        raise NotFoundError
    event = await access.get_organised_event(session, participant, found.event_id)
    person = await session.get_one(Participant, found.participant_id)
    firm = (
        await session.get(Organisation, person.organisation_id) if person.organisation_id else None
    )
    channel = await session.get(Channel, found.channel_id) if found.channel_id else None
    steps = await _list_steps(session, found)
    numbers = await _numbers(session, event, found)
    return Person(
        card=await read_card(session, event),
        registration_id=found.id,
        revision=found.revision,
        name=person.name or "",
        organisation=firm.name if firm else "",
        organisation_type=firm.type if firm else found.target,
        role=found.role,
        state=found.state,
        since=next((step.at for step in steps if step.slot is None), found.created_at),
        number=numbers.get(None),
        offered_until=found.offered_until,
        word=found.word,
        channel=channel.name if channel else None,
        companion=await _find_companion(session, found),
        answers=await _list_answers(session, found),
        chosen=await _list_chosen(session, found, numbers),
        steps=steps[:NEWEST_STEPS],
        may_decide=not is_too_late(event, now=now) and person.forgotten_at is None,
    )


def state(name: str) -> RegistrationState | None:
    """Return the state with this name, None for none; one that is not ours raises."""
    if not name:
        return None
    try:
        return RegistrationState(name)
    except ValueError:
        raise NotFoundError from None


async def _list(
    session: AsyncSession,
    event: Event,
    *,
    role: str | None,
    state: RegistrationState | None,
    page: int,
) -> PeoplePage:
    counts = (await count_people(session, [event.id])).get(event.id, ())
    total = sum(
        count.number
        for count in counts
        if role in {None, count.role} and state in {None, count.state}
    )
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    query = (
        select(Registration, Participant.name, Organisation.name)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(Registration.event_id == event.id)
        .order_by(func.lower(Participant.name), Registration.id)
        .limit(PAGE)
        .offset(page * PAGE)
        .execution_options(populate_existing=True)
    )
    if role is not None:
        query = query.where(Registration.role == role)
    if state is not None:
        query = query.where(Registration.state == state)
    lines = tuple(
        Line(found.id, name or "", firm or "", found.role, found.state)
        for found, name, firm in await session.execute(query)
    )
    card = await read_card(session, event)
    return PeoplePage(card, lines, role, state, page, pages, total, counts)


async def _find_companion(session: AsyncSession, own: Registration) -> str | None:
    """Return the name of who comes together with this person."""
    if own.pair is None:
        return None
    return await session.scalar(
        select(Participant.name)
        .join(Registration, Registration.participant_id == Participant.id)
        .where(
            Registration.event_id == own.event_id,
            Registration.pair == own.pair,
            Registration.id != own.id,
        )
        .limit(1)
    )


async def _list_answers(session: AsyncSession, own: Registration) -> tuple[Answered, ...]:
    fields = await list_fields(session, event_id=own.event_id, role=own.role)
    answers: Mapping[str, Any] = own.answers
    return tuple(
        Answered(field, answers[field.key])
        for field in fields
        if answers.get(field.key) not in (None, [])
    )


async def _numbers(session: AsyncSession, event: Event, own: Registration) -> dict[int | None, int]:
    """Return the person's places in the queue: of the event under None, of sessions by id."""
    claims = await list_claims(session, event.id, WAITS)
    numbers = positions(claims, await list_limits(session, event.id))
    return {
        claim.session_id: numbers[claim.number]
        for claim in claims
        if claim.registration.id == own.id
    }


async def _list_chosen(
    session: AsyncSession, own: Registration, numbers: Mapping[int | None, int]
) -> tuple[Chosen, ...]:
    found = await session.execute(
        select(SessionSeat, EventSession)
        .join(EventSession, EventSession.id == SessionSeat.session_id)
        .where(
            SessionSeat.registration_id == own.id,
            SessionSeat.state != RegistrationState.CANCELLED,
        )
        .order_by(EventSession.starts_at, EventSession.id)
    )
    return tuple(Chosen(slot_of(slot), seat.state, numbers.get(slot.id)) for seat, slot in found)


async def _list_steps(session: AsyncSession, own: Registration) -> tuple[Step, ...]:
    found = await session.execute(
        select(RegistrationStep, EventSession)
        .outerjoin(EventSession, EventSession.id == RegistrationStep.session_id)
        .where(RegistrationStep.registration_id == own.id)
        .order_by(RegistrationStep.id.desc())
        .limit(50)
    )
    return tuple(
        Step(step.at, step.state, step.cause, step.queue_number, _slot(slot))
        for step, slot in found
    )


def _slot(slot: EventSession | None) -> Slot | None:
    return slot_of(slot) if slot is not None else None

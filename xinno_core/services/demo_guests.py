"""Made-up guests of the demo: they fill most seats, and answer surveys when these are due.

They are marked as demo in their names, in their row, and in what they write.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Ballot,
    Event,
    EventSession,
    Limit,
    Notice,
    NoticeKind,
    Participant,
    Region,
    Registration,
    RegistrationState,
    Role,
    RoleGrant,
    Survey,
)
from xinno_core.services import approvals, profile, registration, surveys, workshops
from xinno_core.services.events import EventCard, list_limits, list_sessions, read_card
from xinno_core.services.questions import Field, FieldKind

ANSWERING = 6
SEATS_LEFT = 1
MOST = 40
"""So many guests come to an event at most: enough to see, and quickly made."""
ASKING = 6
APPROVED = 4
TYPES = ("sme", "bso", "hei", "sme", "lpa", "ngo")
SECTORS = ("creative", "industry", "research", "support", "public", "civil")
RATINGS = (5, 4, 4, 3, 5, 2)


async def invite_to_all(session: AsyncSession, *, now: datetime) -> None:
    """Let guests come to every event there is."""
    guests: dict[int, list[Participant]] = {}
    events = await session.scalars(select(Event).order_by(Event.id))
    for event in events.all():
        if event.region_id not in guests:
            guests[event.region_id] = await _make_guests(session, event, now=now)
        await _invite(session, event, guests[event.region_id], now=now)


async def _invite(
    session: AsyncSession, event: Event, guests: Sequence[Participant], *, now: datetime
) -> None:
    """Let guests of the region come: all seats are taken but one, and one workshop is full.

    Where the organiser says yes to each, some were said yes to, and some still ask.
    """
    card = await read_card(session, event)
    asking = [role.key for role in card.roles if role.needs_approval]
    asked = guests[: ASKING if asking else 0]
    for number, guest in enumerate(asked):
        await _ask(session, card, guest, asking[number % len(asking)], now=now)
    await _approve(session, event, now=now)
    roles = [role.key for role in card.roles if role.is_open and not role.needs_approval]
    limits = await list_limits(session, event.id)
    seated = []
    for number, guest in enumerate(guests[len(asked) :] if roles else ()):
        role, target = roles[number % len(roles)], TYPES[number % len(TYPES)]
        bounding = [limit for limit in limits if limit.bounds(role, target)]
        if all(limit.taken < limit.seats - SEATS_LEFT for limit in bounding):
            await registration.register(
                session, participant=guest, event_id=event.id, role=role, now=now
            )
            seated.append(guest)
    await _fill_workshops(session, await list_sessions(session, event.id), limits, seated, now=now)


async def _make_guests(session: AsyncSession, event: Event, *, now: datetime) -> list[Participant]:
    """Make the guests of a region, who speak the language of its first event."""
    guests = []
    region = await session.get_one(Region, event.region_id)
    country = str(region.organiser.get("country", ""))
    for number in range(1, MOST + 1):
        guest = Participant(
            language=event.lead_language,
            language_chosen=True,
            is_demo=True,
            reachable=True,
            created_at=now,
        )
        session.add(guest)
        await session.flush()
        await profile.save(
            session,
            participant=guest,
            answers={
                "profile_name": f"Demo guest {number}",
                "profile_organisation": f"Demo organisation {number % 9 + 1}, {country}",
                "profile_type": TYPES[(number - 1) % len(TYPES)],
                "profile_sector": SECTORS[(number - 1) % len(SECTORS)],
            },
            country=country,
        )
        guests.append(guest)
    return guests


async def _ask(
    session: AsyncSession, card: EventCard, guest: Participant, role: str, *, now: datetime
) -> None:
    await registration.register(session, participant=guest, event_id=card.id, role=role, now=now)


async def _approve(session: AsyncSession, event: Event, *, now: datetime) -> None:
    organiser = await session.scalar(
        select(Participant)
        .join(RoleGrant, RoleGrant.participant_id == Participant.id)
        .where(RoleGrant.role == Role.ORGANISER, RoleGrant.region_id == event.region_id)
        .limit(1)
    )
    requests = await session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event.id, Registration.state == RegistrationState.REQUESTED)
        .order_by(Registration.id)
        .limit(APPROVED if organiser else 0)
    )
    for registration_id in requests.all():
        if organiser is not None:
            await approvals.approve(
                session, participant=organiser, registration_id=registration_id, now=now
            )


async def _fill_workshops(
    session: AsyncSession,
    slots: Sequence[EventSession],
    limits: Sequence[Limit],
    guests: Sequence[Participant],
    *,
    now: datetime,
) -> None:
    """Fill the first workshop, and half of each other one."""
    for place, slot in enumerate(one for one in slots if one.by_choice):
        seats = min((one.seats for one in limits if one.session_id == slot.id), default=0)
        for guest in guests[: seats if place == 0 else seats // 2]:
            await workshops.choose(
                session, participant=guest, session_id=slot.id, now=now, despite_overlap=True
            )


async def answer(session: AsyncSession, *, now: datetime) -> int:
    """Let some guests answer each survey whose invitations have gone out."""
    answered = 0
    asked = select(Notice.participant_id).where(
        Notice.kind == NoticeKind.SURVEY, Notice.params["survey_id"].as_integer() == Survey.id
    )
    voted = (
        select(Ballot.participant_id)
        .join(Participant, Participant.id == Ballot.participant_id)
        .where(Ballot.survey_id == Survey.id, Participant.is_demo.is_(True))
    )
    open_surveys = await session.scalars(select(Survey).where(asked.exists(), ~voted.exists()))
    for survey in open_surveys.all():
        guests = await session.scalars(
            select(Participant)
            .join(Notice, Notice.participant_id == Participant.id)
            .where(
                Notice.kind == NoticeKind.SURVEY,
                Notice.params["survey_id"].as_integer() == survey.id,
                Participant.is_demo.is_(True),
            )
            .order_by(Participant.id)
            .limit(ANSWERING)
        )
        for number, guest in enumerate(guests.all()):
            await surveys.submit(
                session,
                participant=guest,
                survey_id=survey.id,
                answers=_answers(survey, number),
                now=now,
            )
            answered += 1
    return answered


def _answers(survey: Survey, number: int) -> dict[str, object]:
    return {one.key: _made_up(one, number) for one in surveys.fields_of(survey)}


def _made_up(asked: Field, number: int) -> object:
    options = [option.key for option in asked.choices]
    if options:
        first = number % len(options)
        options = options[first:] + options[:first]
    match asked.kind:
        case FieldKind.RATING:
            return RATINGS[number % len(RATINGS)]
        case FieldKind.NUMBER:
            return min(asked.least + number + 1, asked.greatest)
        case FieldKind.SINGLE | FieldKind.YES_NO:
            return options[0]
        case FieldKind.MULTIPLE:
            return options[: min(asked.fewest_chosen + number % 2, asked.most_chosen)]
        case FieldKind.RANKING:
            return options[: asked.most_chosen]
        case FieldKind.DATE:
            return asked.earliest or asked.latest or f"2027-03-{number % 28 + 1:02}"
        case FieldKind.TEXT:
            return f"Demo answer {number + 1}"[: asked.most]
        case FieldKind.WALL_TIME | FieldKind.LINK | FieldKind.HOURS:
            return None  # surveys ask nothing of these kinds

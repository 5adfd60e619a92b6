"""Made-up guests of the demo: they fill most seats, and answer surveys when these are due.

They are marked as demo in their names, in their row, and in what they write.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Ballot,
    Event,
    Limit,
    Notice,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
    Survey,
)
from xinno_core.services import profile, registration, surveys
from xinno_core.services.questions import FieldKind

ANSWERING = 6
SEATS_LEFT = 1
TYPES = ("sme", "bso", "hei", "sme", "lpa", "ngo")
SECTORS = ("creative", "industry", "research", "support", "public", "civil")
RATINGS = (5, 4, 4, 3, 5, 2)


async def invite(session: AsyncSession, *, event_id: int, now: datetime) -> None:
    """Fill the event's largest limit but for one seat."""
    limits = (await session.scalars(select(Limit).where(Limit.event_id == event_id))).all()
    largest = max(limits, key=lambda limit: limit.seats)
    event = await session.get_one(Event, event_id)
    role = largest.roles[0] if largest.roles else event.roles[0]["key"]
    for number in range(1, largest.seats - SEATS_LEFT + 1):
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
                "profile_organisation": f"Demo organisation {number % 9 + 1}",
                "profile_type": TYPES[number % len(TYPES)],
                "profile_sector": SECTORS[number % len(SECTORS)],
            },
        )
        await registration.register(
            session, participant=guest, event_id=event_id, role=role, now=now
        )


async def answer(session: AsyncSession, *, now: datetime) -> int:
    """Let some guests answer each survey whose invitations have gone out."""
    answered = 0
    asked = select(Notice.id).where(
        Notice.event_id == Survey.event_id, Notice.kind == NoticeKind.SURVEY
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
            .join(Registration, Registration.participant_id == Participant.id)
            .where(
                Registration.event_id == survey.event_id,
                Registration.state == RegistrationState.CONFIRMED,
                Participant.is_demo.is_(True),
            )
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
    answers: dict[str, object] = {}
    for question in survey.questions:
        options = [option["key"] for option in question.get("options") or ()]
        match FieldKind(question["kind"]):
            case FieldKind.RATING:
                answers[question["key"]] = RATINGS[number % len(RATINGS)]
            case FieldKind.NUMBER:
                answers[question["key"]] = number + 1
            case FieldKind.SINGLE:
                answers[question["key"]] = options[number % len(options)]
            case FieldKind.MULTIPLE:
                answers[question["key"]] = options[: number % len(options) + 1]
            case FieldKind.TEXT:
                answers[question["key"]] = f"Demo answer {number + 1}"
            case FieldKind.YES_NO | FieldKind.WALL_TIME:
                answers[question["key"]] = "yes"
    return answers

"""The way to a seat: profile when it is missing, then the event's questions, then registering."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, Participant, Question, Region, Registration
from xinno_core.services import countries, profile, registration, standings
from xinno_core.services.events import EventCard, find_card
from xinno_core.services.invitations import open_for
from xinno_core.services.questions import (
    Audience,
    Condition,
    Field,
    FieldKind,
    Form,
    Option,
)
from xinno_core.services.registration import RegisterOutcome


async def find_form(
    session: AsyncSession, *, participant: Participant, event_id: int, role: str
) -> Form | None:
    """Return what this person is asked before registering; None when it is not open to them.

    What was answered here before, or at another event of the series, is offered to be kept.
    """
    card = await _find_open(session, participant, event_id, role)
    if card is None:
        return None
    asked = await list_fields(session, event_id=event_id, role=role)
    return Form(
        topic=f"reg.{event_id}.{role}",
        fields=(*profile.missing_fields(participant), *asked),
        audience=Audience.ORGANISER,
        lead=card.lead_language,
        organiser=card.organiser,
        known=await _known_answers(session, participant, card, asked),
    )


async def list_fields(session: AsyncSession, *, event_id: int, role: str) -> tuple[Field, ...]:
    """Return what an event asks people in this role, in order."""
    questions = await session.scalars(
        select(Question).where(Question.event_id == event_id).order_by(Question.position)
    )
    return tuple(
        _field(question) for question in questions if not question.roles or role in question.roles
    )


async def may_begin(
    session: AsyncSession, *, participant: Participant, event_id: int, role: str, now: datetime
) -> RegisterOutcome | None:
    """Say at once what needs no questions; None when they are worth asking.

    Whoever waits has answered already: in the last two hours the tap is for a free place.
    """
    card = await _find_open(session, participant, event_id, role)
    if card is None:
        return registration.NoSuchEvent()
    existing = await standings.find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if existing is not None and (existing.is_active or registration.is_declined(existing, role)):
        return await registration.register(
            session, participant=participant, event_id=event_id, role=role, now=now
        )
    if card.state != "published" or now >= card.registration_closes_at:
        return registration.RegistrationClosed(card)
    return None


async def complete(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    role: str,
    answers: dict[str, Any],
    now: datetime,
) -> RegisterOutcome:
    """Keep the profile, and register with the answers to the event's questions."""
    await profile.save(
        session,
        participant=participant,
        answers=answers,
        country=countries.assume(
            region=await _country_of(session, event_id), language=participant.language
        ),
    )
    own = {key: value for key, value in answers.items() if not key.startswith("profile_")}
    return await registration.register(
        session, participant=participant, event_id=event_id, role=role, answers=own, now=now
    )


async def _country_of(session: AsyncSession, event_id: int) -> str:
    """Return the country of an event's region."""
    organiser = await session.scalar(
        select(Region.organiser)
        .join(Event, Event.region_id == Region.id)
        .where(Event.id == event_id)
    )
    return str((organiser or {}).get("country", ""))


async def _find_open(
    session: AsyncSession, participant: Participant, event_id: int, role: str
) -> EventCard | None:
    """Return the event's card; None where this person can't have this role, or see the event."""
    card = await find_card(session, event_id)
    if card is None:
        return None
    choice = (await open_for(session, participant=participant, card=card)).role(role)
    return card if choice is not None and choice.is_open else None


async def _known_answers(
    session: AsyncSession, participant: Participant, card: EventCard, asked: Sequence[Field]
) -> Mapping[str, Any]:
    """Return what this person answered to the same questions, here first, then most recently."""
    same = Event.id == card.id
    if card.series_id is not None:
        same = or_(same, Event.series_id == card.series_id)
    found = await session.execute(
        select(Registration.event_id, Registration.answers)
        .join(Event, Event.id == Registration.event_id)
        .where(Registration.participant_id == participant.id, same)
        .order_by((Event.id == card.id).desc(), Event.starts_at.desc(), Event.id.desc())
    )
    given = [(event_id, answers) for event_id, answers in found]
    questions = await session.execute(
        select(Question.event_id, Question.key, Question.kind).where(
            Question.event_id.in_([event_id for event_id, _ in given]),
            Question.key.in_([one.key for one in asked]),
        )
    )
    kinds = {(event_id, key): kind.value for event_id, key, kind in questions}
    known: dict[str, Any] = {}
    for one in asked:
        for event_id, answers in given:
            is_same = kinds.get((event_id, one.key)) == one.kind.value
            if is_same and one.fits(answers.get(one.key)):
                known[one.key] = answers[one.key]
                break
    return known


def _field(question: Question) -> Field:
    condition = question.only_if
    return Field(
        key=question.key,
        kind=FieldKind(question.kind.value),
        text=question.text,
        options=tuple(Option(option["key"], option["label"]) for option in question.options),
        required=question.required,
        only_if=Condition(condition["question"], frozenset(condition["is"])) if condition else None,
    )

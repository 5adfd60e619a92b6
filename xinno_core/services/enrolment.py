"""The way to a seat: profile when it is missing, then the event's questions, then registering."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, Participant, Question, Region
from xinno_core.services import profile, registration, standings
from xinno_core.services.events import find_card
from xinno_core.services.invitations import open_for
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Option
from xinno_core.services.registration import RegisterOutcome


async def find_form(
    session: AsyncSession, *, participant: Participant, event_id: int, role: str
) -> Form | None:
    """Return what this person is asked before registering; None when there is no such event."""
    event = await session.get(Event, event_id)
    if event is None:
        return None
    region = await session.get_one(Region, event.region_id)
    questions = await session.scalars(
        select(Question).where(Question.event_id == event_id).order_by(Question.position)
    )
    asked = tuple(
        _field(question) for question in questions if not question.roles or role in question.roles
    )
    return Form(
        topic=f"reg.{event_id}.{role}",
        fields=(*profile.missing_fields(participant), *asked),
        audience=Audience.ORGANISER,
        lead=event.lead_language,
        organiser=str(region.organiser.get("name", "")),
    )


async def may_begin(
    session: AsyncSession, *, participant: Participant, event_id: int, role: str, now: datetime
) -> RegisterOutcome | None:
    """Say at once what would make the questions pointless; None when they are worth asking."""
    card = await find_card(session, event_id)
    if card is None:
        return registration.NoSuchEvent()
    choice = (await open_for(session, participant=participant, card=card)).role(role)
    if choice is None or not choice.is_open:
        return registration.NoSuchEvent()
    existing = await standings.find_own(session, participant=participant, event_id=event_id)
    if existing is not None:
        return registration.AlreadyRegistered(existing.card, existing.state, existing.number)
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
    await profile.save(session, participant=participant, answers=answers)
    own = {key: value for key, value in answers.items() if not key.startswith("profile_")}
    return await registration.register(
        session, participant=participant, event_id=event_id, role=role, answers=own, now=now
    )


def _field(question: Question) -> Field:
    return Field(
        key=question.key,
        kind=FieldKind(question.kind.value),
        text=question.text,
        options=tuple(Option(option["key"], option["label"]) for option in question.options),
        required=question.required,
    )

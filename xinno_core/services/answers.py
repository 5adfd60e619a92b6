"""One's own answers to an event's questions: to see, and to change as long as that is possible."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import EventState, Participant
from xinno_core.services.enrolment import list_fields
from xinno_core.services.events import EventCard, find_card
from xinno_core.services.questions import Audience, Field, Form
from xinno_core.services.standings import find_registration


@dataclass(frozen=True)
class OwnAnswers:
    """What one was asked at an event, and what one has answered."""

    card: EventCard
    given: tuple[tuple[Field, Any], ...]
    is_open: bool  # they can still be changed


async def read_answers(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> OwnAnswers | None:
    """Return this person's answers; None without a registration, or where nothing is asked."""
    found = await _find(session, participant, event_id)
    if found is None:
        return None
    card, form = found
    return OwnAnswers(
        card,
        tuple(
            (form.fields[place], form.known.get(form.fields[place].key))
            for place in form.shown(form.known)
        ),
        is_open=card.state is EventState.PUBLISHED and now < card.answers_close_at,
    )


async def find_form(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> Form | None:
    """Return the form in which the present answers can be kept or changed."""
    found = await _find(session, participant, event_id)
    return found[1] if found else None


async def save(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    answers: dict[str, Any],
    now: datetime,
) -> OwnAnswers | None:
    """Keep changed answers while that is possible, and return them as they are then.

    The seat, the offer or the number stays as it is.
    """
    before = await read_answers(session, participant=participant, event_id=event_id, now=now)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if before is None or registration is None or not before.is_open:
        return before
    registration.answers = answers
    await session.flush()
    return await read_answers(session, participant=participant, event_id=event_id, now=now)


async def _find(
    session: AsyncSession, participant: Participant, event_id: int
) -> tuple[EventCard, Form] | None:
    card = await find_card(session, event_id)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if card is None or registration is None or not registration.is_active:
        return None
    fields = await list_fields(session, event_id=event_id, role=registration.role)
    if not fields:
        return None
    kept = {key: value for key, value in registration.answers.items() if value is not None}
    form = Form(
        topic=f"answers.{event_id}",
        fields=fields,
        audience=Audience.ORGANISER,
        lead=card.lead_language,
        organiser=card.organiser,
        known={one.key: kept[one.key] for one in fields if one.fits(kept.get(one.key))},
    )
    return card, form

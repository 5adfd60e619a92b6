"""The events whose people an organiser can write to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import access
from xinno_core.services.audiences import STATES
from xinno_core.services.events import EventCard, card_of

PAGE = 8
ANNOUNCED_AFTER = timedelta(days=30)
"""So long after its end the people of an event can still be written to."""


@dataclass(frozen=True)
class Choice:
    """An event whose people can be written to."""

    card: EventCard
    people: int  # with a confirmed place


@dataclass(frozen=True)
class ChoicePage:
    """One page of the events."""

    choices: tuple[Choice, ...]
    page: int
    pages: int


async def list_choices(
    session: AsyncSession, *, participant: Participant, page: int, now: datetime
) -> ChoicePage:
    """Return the events of the own regions that have people, soonest first."""
    organised = await access.get_organised_regions(session, participant)
    confirmed = func.sum(case((Registration.state == RegistrationState.CONFIRMED, 1), else_=0))
    query = (
        select(Event, Region, confirmed)
        .join(Region, Region.id == Event.region_id)
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Event.region_id.in_(organised),
            Event.state != EventState.DRAFT,
            Event.ends_at > now - ANNOUNCED_AFTER,
            Registration.state.in_(STATES),
        )
        .group_by(Event.id, Region.id)
    )
    total = await session.scalar(
        select(func.count()).select_from(query.with_only_columns(Event.id).subquery())
    )
    pages = max(1, -(-(total or 0) // PAGE))
    shown = min(page, pages - 1)
    found = await session.execute(
        query.order_by(Event.starts_at, Event.id).offset(shown * PAGE).limit(PAGE)
    )
    choices = tuple(Choice(card_of(event, region), int(number)) for event, region, number in found)
    return ChoicePage(choices, shown, pages)

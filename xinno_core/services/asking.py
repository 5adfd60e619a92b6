"""Whom one can ask: those who run an event, or a region; and how much one person may ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Enquiry,
    EnquiryState,
    Event,
    EventState,
    Participant,
    Region,
    Registration,
    RegistrationState,
)

MOST_OPEN = 5
MOST_A_DAY = 10
DAY = timedelta(days=1)
PLACES = 3
REGIONS = 10
LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Place:
    """Whom one can ask: those who run a region, about one of its events or in general."""

    region_id: int
    region: LanguageMap
    organiser: str
    contact: str
    event_id: int = 0
    title: LanguageMap | None = None
    lead: str = "en"


@dataclass(frozen=True)
class TooManyOpen:
    """So many questions of this person wait for an answer already."""

    number: int


@dataclass(frozen=True)
class TooManyToday:
    """This person has asked so many within a day already."""

    number: int


Refusal = TooManyOpen | TooManyToday


async def list_places(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> tuple[Place, ...]:
    """Return whom this person asked last, and their next events; or the regions of past ones."""
    asked = await _find_last_asked(session, participant, now=now)
    events = await _list_coming(session, participant, now=now)
    others = tuple(place for place in events if place not in asked)
    return ((*asked, *others) or await _list_last_regions(session, participant))[:PLACES]


async def _find_last_asked(
    session: AsyncSession, participant: Participant, *, now: datetime
) -> tuple[Place, ...]:
    """Return whom the person asked lately: what they write now may be a word on the answer."""
    found = await session.execute(
        select(Event, Region)
        .select_from(Enquiry)
        .join(Region, Region.id == Enquiry.region_id)
        .outerjoin(Event, Event.id == Enquiry.event_id)
        .where(Enquiry.participant_id == participant.id, Enquiry.created_at > now - LATELY)
        .order_by(Enquiry.id.desc())
        .limit(1)
    )
    return tuple(_place(region, event) for event, region in found)


async def _list_coming(
    session: AsyncSession, participant: Participant, *, now: datetime
) -> tuple[Place, ...]:
    found = await session.execute(
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .join(Registration, Registration.event_id == Event.id)
        .where(
            Registration.participant_id == participant.id,
            Registration.state != RegistrationState.CANCELLED,
            Event.state != EventState.DRAFT,
            Event.ends_at > now,
        )
        .order_by(Event.starts_at, Event.id)
        .limit(PLACES)
    )
    return tuple(_place(region, event) for event, region in found)


async def _list_last_regions(session: AsyncSession, participant: Participant) -> tuple[Place, ...]:
    found = await session.scalars(
        select(Region)
        .join(Event, Event.region_id == Region.id)
        .outerjoin(
            Registration,
            and_(Registration.event_id == Event.id, Registration.participant_id == participant.id),
        )
        .where(
            or_(Registration.id.is_not(None), Event.key == participant.came_for),
            Event.state != EventState.DRAFT,
        )
        .group_by(Region.id)
        .order_by(func.max(Event.starts_at).desc(), Region.id)
        .limit(PLACES)
    )
    return tuple(_place(region) for region in found)


async def list_regions(session: AsyncSession, *, now: datetime) -> tuple[Place, ...]:
    """Return the regions with events to come, for somebody who was with none yet."""
    found = await session.scalars(
        select(Region)
        .where(
            Region.id.in_(
                select(Event.region_id).where(
                    Event.state == EventState.PUBLISHED, Event.ends_at > now
                )
            )
        )
        .order_by(Region.key)
        .limit(REGIONS)
    )
    return tuple(_place(region) for region in found)


async def list_choices(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> tuple[Place, ...]:
    """Return whom this person can ask: their own events first, then regions with events."""
    own = await list_places(session, participant=participant, now=now)
    return own or await list_regions(session, now=now)


async def find_place(session: AsyncSession, *, event_id: int, region_id: int) -> Place:
    """Return whom one can ask; an event or region that nobody may see is not there."""
    if event_id:
        event = await session.get(Event, event_id)
        if event is None or event.state is EventState.DRAFT or region_id:
            raise NotFoundError
        return _place(await session.get_one(Region, event.region_id), event)
    is_shown = select(Event.id).where(Event.region_id == region_id, Event.state != EventState.DRAFT)
    region = await session.get(Region, region_id)
    if region is None or await session.scalar(is_shown.limit(1)) is None:
        raise NotFoundError
    return _place(region)


async def find_refusal(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> Refusal | None:
    """Return why this person can't ask at the moment; None when they can."""
    own = select(func.count()).where(Enquiry.participant_id == participant.id)
    waiting = await session.scalar(own.where(Enquiry.state == EnquiryState.OPEN)) or 0
    if waiting >= MOST_OPEN:
        return TooManyOpen(waiting)
    today = await session.scalar(own.where(Enquiry.created_at > now - DAY)) or 0
    return TooManyToday(today) if today >= MOST_A_DAY else None


def _place(region: Region, event: Event | None = None) -> Place:
    return Place(
        region_id=region.id,
        region=region.name,
        organiser=str(region.organiser.get("name", "")),
        contact=str(region.data_protection.get("contact", "")),
        event_id=event.id if event else 0,
        title=event.title if event else None,
        lead=event.lead_language if event else next(iter(region.languages), "en"),
    )

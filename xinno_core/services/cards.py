"""An event as one person sees it: the card, the own registration, and what concerns both."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services import faq, invitations, pairs, profile, series, standings
from xinno_core.services.enrolment import list_fields
from xinno_core.services.events import EventCard, Slot, find_card, list_limits
from xinno_core.services.open_surveys import OpenSurvey, list_open
from xinno_core.services.registration import may_take_last_minute
from xinno_core.services.seats import WAITS, is_last_minute, list_claims, waited_for
from xinno_core.services.standings import Own

MAY_INVITE = (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)


@dataclass(frozen=True)
class Around:
    """What belongs to one person's view of an event beyond the card and the registration."""

    target: str = ""  # type of the person's organisation; empty while nothing is known
    next_card: EventCard | None = None  # the next open date of the series
    chosen: tuple[tuple[Slot, RegistrationState], ...] = ()  # workshops
    has_answers: bool = False
    may_take_now: bool = False  # waits, and nothing is offered any more
    may_invite: bool = False  # to come together
    is_asked: bool = False  # by someone, to come together
    is_closed: bool = False  # registration
    is_over: bool = False  # the event
    has_faq: bool = False  # there are frequent questions
    surveys: tuple[OpenSurvey, ...] = ()
    kept: frozenset[int] = frozenset()  # limits whose free seats belong to those who wait


NOTHING_AROUND = Around()


@dataclass(frozen=True)
class Seen:
    """An event as one person sees it."""

    card: EventCard
    own: Own | None
    around: Around


async def find_seen(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Seen | None:
    """Return an event as this person sees it; None when there is none to see."""
    card = await find_card(session, event_id)
    if card is None:
        return None
    card = await invitations.open_for(session, participant=participant, card=card)
    registration = await standings.find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    own = None
    if registration is not None and registration.state is not RegistrationState.CANCELLED:
        own = await standings.read_own(session, card, registration)
    organisation = await profile.find_organisation(session, participant)
    is_coming = card.state is EventState.PUBLISHED and now < card.ends_at
    around = Around(
        target=organisation.type if organisation else "",
        next_card=await series.find_next(session, card, now=now),
        is_asked=is_coming
        and await pairs.is_asked(session, participant=participant, event_id=event_id),
        is_closed=now >= card.registration_closes_at,
        is_over=now >= card.ends_at,
        has_faq=await faq.has_any(session, event_id),
        surveys=await list_open(session, participant=participant, now=now, event_id=event_id),
    )
    if registration is None or own is None or not registration.is_active:
        kept = await _kept(session, card, now=now) if is_coming else frozenset()
        return Seen(card, own, replace(around, kept=kept))
    return Seen(card, own, await _with_own(session, card, registration, around, now=now))


async def _kept(session: AsyncSession, card: EventCard, *, now: datetime) -> frozenset[int]:
    """Return the limits whose free seats no newcomer is given."""
    if is_last_minute(card, now=now):
        return frozenset()
    waiting = await list_claims(session, card.id, WAITS)
    return frozenset(waited_for(waiting, await list_limits(session, card.id)))


async def _with_own(
    session: AsyncSession,
    card: EventCard,
    registration: Registration,
    around: Around,
    *,
    now: datetime,
) -> Around:
    event = await session.get_one(Event, card.id)
    limits = await list_limits(session, card.id)
    found = await session.execute(
        select(SessionSeat.session_id, SessionSeat.state).where(
            SessionSeat.registration_id == registration.id,
            SessionSeat.state != RegistrationState.CANCELLED,
        )
    )
    states = {row.session_id: row.state for row in found}
    return replace(
        around,
        target=registration.target,
        chosen=tuple((slot, states[slot.id]) for slot in card.slots if slot.id in states),
        has_answers=bool(await list_fields(session, event_id=card.id, role=registration.role)),
        may_take_now=may_take_last_minute(registration, event, limits, now=now),
        may_invite=card.state is EventState.PUBLISHED
        and now < card.registration_closes_at
        and registration.state in MAY_INVITE
        and registration.pair is None,
    )

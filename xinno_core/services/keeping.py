"""What people answer to a change: they keep their place or give it back; who has said nothing yet.

Only who had a seat when it was changed is asked. Who gives the place back has answered, too.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    EventState,
    Organisation,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import access
from xinno_core.services.events import EventCard, find_card, read_card
from xinno_core.services.standings import find_registration

PAGE = 30


@dataclass(frozen=True)
class Kept:
    """The person stays: with a seat, an offer, a number or a request."""

    card: EventCard
    state: RegistrationState
    offered_until: datetime | None


@dataclass(frozen=True)
class ChangedAgain:
    """The answer was to an older change; this is how it stands now."""

    card: EventCard
    revision: int


@dataclass(frozen=True)
class NothingToKeep:
    """There is no place any more, or no event; no card when it was never theirs to see."""

    card: EventCard | None


KeepOutcome = Kept | ChangedAgain | NothingToKeep


@dataclass(frozen=True)
class Silent:
    """Someone with a seat who has not answered."""

    name: str
    organisation: str


@dataclass(frozen=True)
class SilentPage:
    """One page of those who have not answered."""

    card: EventCard
    people: tuple[Silent, ...]
    number: int  # on all pages
    page: int
    pages: int


async def keep_place(
    session: AsyncSession, *, participant: Participant, event_id: int, revision: int, now: datetime
) -> KeepOutcome:
    """Keep that the person comes although it was changed; said twice is once."""
    card = await find_card(session, event_id)
    registration = await find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    if card is None or registration is None or not registration.is_active:
        return NothingToKeep(card if registration else None)
    if card.state is EventState.CANCELLED or card.ends_at <= now:
        return NothingToKeep(card)
    asked = registration.asked_revision
    if asked is not None and revision < asked:
        return ChangedAgain(card, asked)
    said = min(revision, card.schedule_revision)  # a forged one answers nothing that is to come
    registration.kept_revision = max(said, registration.kept_revision or 0)
    return Kept(card, registration.state, registration.offered_until)


async def count_silent(session: AsyncSession, event_id: int) -> int:
    """Count those who have a seat, were asked, and have not answered."""
    found = await session.scalar(
        select(func.count()).select_from(Registration).where(*_silent(event_id))
    )
    return found or 0


async def list_silent(
    session: AsyncSession, *, participant: Participant, event_id: int, page: int = 0
) -> SilentPage:
    """Return those who have not answered, by name; only to organisers of the event's region."""
    event = await access.get_organised_event(session, participant, event_id)
    number = await count_silent(session, event.id)
    pages = max((number + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found = await session.execute(
        select(Participant.name, Organisation.name)
        .join(Registration, Registration.participant_id == Participant.id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(*_silent(event.id))
        .order_by(Participant.name, Participant.id)
        .limit(PAGE)
        .offset(page * PAGE)
    )
    people = tuple(Silent(name or "", organisation or "") for name, organisation in found)
    return SilentPage(await read_card(session, event), people, number, page, pages)


def _silent(event_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Registration.event_id == event_id,
        Registration.state == RegistrationState.CONFIRMED,
        Registration.asked_revision.is_not(None),
        or_(
            Registration.kept_revision.is_(None),
            Registration.kept_revision < Registration.asked_revision,
        ),
    )

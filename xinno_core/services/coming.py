"""What people answer to a reminder, and to which: an older one tells nothing of a later change."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    EventState,
    NoticeKind,
    Participant,
    Presence,
    Registration,
    RegistrationState,
)
from xinno_core.services import changes, shown_notices, standings
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.due_notices import due_notice_of
from xinno_core.services.events import EventCard
from xinno_core.services.standings import EventOver


@dataclass(frozen=True)
class ChangedSince:
    """The event has changed since that reminder: this is what is otherwise, and asked."""

    card: EventCard
    news: DueNotice


async def say(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    presence: Presence,
    message_id: int,
    now: datetime,
) -> EventCard | EventOver | ChangedSince | None:
    """Keep the answer to a reminder; None when there is no seat to come to.

    It answers a change, too, when the reminder came after it and tells how things stand now.
    """
    registration = await standings.find_registration(
        session, event_id=event_id, participant_id=participant.id
    )
    is_asked = registration is not None and _is_asked(registration)
    if registration is not None and is_asked:
        pressed = await _find_reminder(session, registration, message_id)
        found = await _find_news(session, registration, since=pressed, now=now)
        if found is not None:
            return found
    card = await standings.say_presence(
        session, participant=participant, event_id=event_id, presence=presence, now=now
    )
    if registration is not None and is_asked and isinstance(card, EventCard):
        registration.kept_revision = registration.asked_revision
    return card


def _is_asked(registration: Registration) -> bool:
    """Tell whether somebody with a seat has not answered to a change."""
    asked, kept = registration.asked_revision, registration.kept_revision
    has_seat = registration.state is RegistrationState.CONFIRMED
    return has_seat and asked is not None and (kept is None or kept < asked)


async def _find_reminder(session: AsyncSession, registration: Registration, message_id: int) -> int:
    """Return the number of the reminder that a message brought; 0, older than any, for others."""
    notice = await shown_notices.find(
        session, participant_id=registration.participant_id, message_id=message_id
    )
    is_one = (
        notice is not None
        and notice.kind is NoticeKind.REMINDER
        and notice.event_id == registration.event_id
    )
    return notice.id if notice is not None and is_one else 0


async def _find_news(
    session: AsyncSession, registration: Registration, *, since: int, now: datetime
) -> ChangedSince | None:
    notice = await changes.find_news(session, registration, since=since, now=now)
    if notice is None:
        return None
    background = await read_background(session, [notice], now=now)
    event = background.events[registration.event_id]
    due = due_notice_of(background, notice)
    if due.card is None or event.state is not EventState.PUBLISHED or event.ends_at <= now:
        return None
    return ChangedSince(due.card, due)

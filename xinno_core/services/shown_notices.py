"""Notices in a person's chat, found again by the message whose button was pressed."""

import dataclasses
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import EventState, Notice, NoticeKind, Participant
from xinno_core.services.background_reading import read_background
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.due_notices import due_notice_of

DOORS = {NoticeKind.SURVEY}
"""What only invites: the first page behind it says all of it again."""
TOLD_AGAIN = {NoticeKind.REMINDER, NoticeKind.CHANGED}
"""What asks whether somebody comes, and is there again when a place is not given back."""


async def must_stay(session: AsyncSession, *, participant: Participant, message_id: int) -> bool:
    """Tell whether this message is a notice whose words and buttons a dialogue must not replace."""
    notice = await find(session, participant_id=participant.id, message_id=message_id)
    return notice is not None and notice.kind not in DOORS


async def find_again(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    message_id: int,
    now: datetime,
) -> DueNotice | None:
    """Return what this message told of an event, with what was answered to it since.

    None when it told something else, or when what it told no longer holds.
    """
    notice = await find(session, participant_id=participant.id, message_id=message_id)
    if notice is None or notice.kind not in TOLD_AGAIN or notice.event_id != event_id:
        return None
    background = await read_background(session, [notice], now=now)
    event = background.events[event_id]
    own = background.registrations.get((event_id, participant.id))
    is_to_come = event.state is EventState.PUBLISHED and event.ends_at > now
    if own is None or not own.is_active or not is_to_come:
        return None
    return dataclasses.replace(due_notice_of(background, notice), presence=own.presence)


async def find(session: AsyncSession, *, participant_id: int, message_id: int) -> Notice | None:
    """Return the notice that came to a person as this message."""
    if not message_id:
        return None
    found = await session.execute(
        select(Notice.id, Notice.telegram_ids).where(Notice.participant_id == participant_id)
    )
    # The databases look into a list in different ways, and nobody has very many.
    notice_id = next((one for one, ids in found if message_id in (ids or ())), None)
    return await session.get(Notice, notice_id) if notice_id is not None else None

"""Thanks for an event's pictures: counted, and kept with the notice that brought them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.models import Event, Notice, NoticeKind, Participant
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.showing import HAS_IT

THANKED = "thanked"
"""Name in a notice's params: its reader has said thank you."""


async def say(session: AsyncSession, *, participant: Participant, event_id: int) -> EventCard:
    """Count one thanks of a person who got pictures of this event; said twice is once."""
    event = await session.get(Event, event_id)
    found = await session.scalars(
        lock(
            select(Notice).where(
                Notice.event_id == event_id,
                Notice.participant_id == participant.id,
                Notice.kind == NoticeKind.MEDIA,
                Notice.rule_id.is_not(None),
                Notice.state.in_(HAS_IT),
            )
        ).execution_options(populate_existing=True)
    )
    got = found.all()
    if event is None or not got:
        raise NotFoundError
    got[0].params = {**got[0].params, THANKED: True}  # counted by person, however often it is said
    await session.flush()
    return await read_card(session, event)


async def count(session: AsyncSession, event_id: int) -> int:
    """Count who has said thank you for an event's pictures."""
    number = await session.scalar(
        select(func.count(func.distinct(Notice.participant_id))).where(
            Notice.event_id == event_id,
            Notice.kind == NoticeKind.MEDIA,
            Notice.params[THANKED].as_boolean().is_(True),
        )
    )
    return number or 0

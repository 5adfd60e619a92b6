"""Events that belong together: which date comes next."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, EventState, Region
from xinno_core.services.events import EventCard, card_of


async def find_next(session: AsyncSession, card: EventCard, *, now: datetime) -> EventCard | None:
    """Return the next date of the series after this one for which one can register."""
    if card.series_id is None:
        return None
    found = await list_next(session, [card], now=now)
    return found.get(card.id)


async def list_next(
    session: AsyncSession, cards: Iterable[EventCard], *, now: datetime
) -> Mapping[int, EventCard]:
    """Return the next open date for each of these events that has one."""
    of = [card for card in cards if card.series_id is not None]
    if not of:
        return {}
    open_ones = await session.execute(
        select(Event, Region)
        .join(Region, Region.id == Event.region_id)
        .where(
            Event.series_id.in_({card.series_id for card in of}),
            Event.state == EventState.PUBLISHED,
            Event.registration_closes_at > now,
        )
        .order_by(Event.starts_at, Event.id)
    )
    coming = [card_of(event, region) for event, region in open_ones]
    following = {
        card.id: next(
            (
                one
                for one in coming
                if one.series_id == card.series_id and one.starts_at > card.starts_at
            ),
            None,
        )
        for card in of
    }
    return {event_id: one for event_id, one in following.items() if one is not None}

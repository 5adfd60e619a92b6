"""What is asked often: shown before one asks again, and on the cards of events.

An entry belongs to a region, or to one of its events. It keeps no trace of who asked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import Event, Faq
from xinno_core.services.events import EventCard, find_card
from xinno_core.services.resemblance import resemblance

MOST_HITS = 3
MOST_COMPARED = 200
PAGE = 4


@dataclass(frozen=True)
class Hit:
    """One frequent question, as people read it."""

    id: int
    question: LanguageMap
    answer: LanguageMap


@dataclass(frozen=True)
class FaqPage:
    """One page of the frequent questions about an event."""

    card: EventCard
    hits: tuple[Hit, ...]
    page: int
    pages: int


def of_place(*, region_id: int, event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what selects the entries of a region, and of the event if one is meant."""
    return (
        Faq.region_id == region_id,
        or_(Faq.event_id.is_(None), Faq.event_id == event_id),
        Faq.removed_at.is_(None),
    )


async def find_similar(
    session: AsyncSession, *, region_id: int, event_id: int, text: str
) -> tuple[Hit, ...]:
    """Return the few entries whose question resembles this text in any language, best first."""
    found = await session.scalars(
        select(Faq)
        .where(*of_place(region_id=region_id, event_id=event_id))
        .order_by(Faq.id.desc())
        .limit(MOST_COMPARED)
    )
    weighed = [
        (max((resemblance(text, known) for known in entry.question.values()), default=0), entry)
        for entry in found
    ]
    best = sorted((one for one in weighed if one[0]), key=lambda one: (-one[0], one[1].id))
    return tuple(_hit(entry) for _, entry in best[:MOST_HITS])


async def count_shown(session: AsyncSession, ids: Collection[int]) -> None:
    """Count that these entries were shown to somebody who was about to ask."""
    await session.execute(update(Faq).where(Faq.id.in_(ids)).values(shown=Faq.shown + 1))


async def count_helped(session: AsyncSession, faq_id: int) -> None:
    """Count that nothing was asked after this entry."""
    await session.execute(update(Faq).where(Faq.id == faq_id).values(helped=Faq.helped + 1))


async def has_any(session: AsyncSession, event_id: int) -> bool:
    """Tell whether there are frequent questions about an event."""
    event = await session.get_one(Event, event_id)
    known = select(Faq.id).where(*of_place(region_id=event.region_id, event_id=event.id))
    return await session.scalar(known.limit(1)) is not None


async def list_for_event(session: AsyncSession, *, event_id: int, page: int = 0) -> FaqPage:
    """Return one page of the frequent questions about an event that people may see."""
    card = await find_card(session, event_id)
    if card is None:
        raise NotFoundError
    event = await session.get_one(Event, event_id)
    shown = of_place(region_id=event.region_id, event_id=event.id)
    total = await session.scalar(select(func.count()).select_from(Faq).where(*shown)) or 0
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages - 1)
    found: Sequence[Faq] = (
        await session.scalars(
            select(Faq).where(*shown).order_by(Faq.id).limit(PAGE).offset(page * PAGE)
        )
    ).all()
    return FaqPage(card, tuple(_hit(entry) for entry in found), page, pages)


def _hit(entry: Faq) -> Hit:
    return Hit(entry.id, entry.question, entry.answer)

"""One question to the organisers in plain values, with everything it refers to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    Organisation,
    Participant,
    Region,
)


@dataclass(frozen=True)
class EnquiryCard:
    """Who asked what, of whom, and what came of it."""

    id: int
    region_id: int
    region: LanguageMap
    organiser: str
    tone: str
    zone: str
    event_id: int | None
    title: LanguageMap | None  # of the event
    lead: str
    name: str
    organisation: str
    text: str
    language: str
    message_id: int | None
    kind: EnquiryKind | None
    state: EnquiryState
    answer: str | None
    answered_by: str
    created_at: datetime
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be said."""
        return self.state is EnquiryState.OPEN


_Answerer = aliased(Participant)


def select_cards() -> Select[*tuple[Any, ...]]:
    """Select what cards are made of; narrow it down, then read it with `cards_of`."""
    return (
        select(Enquiry, Region, Event, Participant.name, Organisation.name, _Answerer.name)
        .join(Region, Region.id == Enquiry.region_id)
        .join(Participant, Participant.id == Enquiry.participant_id)
        .outerjoin(Event, Event.id == Enquiry.event_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .outerjoin(_Answerer, _Answerer.id == Enquiry.answered_by)
        .execution_options(populate_existing=True)
    )


async def cards_of(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> Sequence[EnquiryCard]:
    """Return the cards of a selection, in its order."""
    return [_card(*row) for row in await session.execute(query)]


async def read_cards(session: AsyncSession, ids: Collection[int]) -> Mapping[int, EnquiryCard]:
    """Return the cards of these questions, as far as they are still there."""
    if not ids:
        return {}
    found = await cards_of(session, select_cards().where(Enquiry.id.in_(ids)))
    return {card.id: card for card in found}


async def read_card(session: AsyncSession, enquiry: Enquiry) -> EnquiryCard:
    """Return the card of a question as it stands in this transaction."""
    await session.flush()
    return (await read_cards(session, {enquiry.id}))[enquiry.id]


def _card(
    enquiry: Enquiry,
    region: Region,
    event: Event | None,
    name: str | None,
    organisation: str | None,
    answered_by: str | None,
) -> EnquiryCard:
    return EnquiryCard(
        id=enquiry.id,
        region_id=region.id,
        region=region.name,
        organiser=str(region.organiser.get("name", "")),
        tone=region.tone,
        zone=event.zone if event else region.zone,
        event_id=event.id if event else None,
        title=event.title if event else None,
        lead=event.lead_language if event else next(iter(region.languages), "en"),
        name=name or "",
        organisation=organisation or "",
        text=enquiry.text,
        language=enquiry.language,
        message_id=enquiry.message_id,
        kind=enquiry.kind,
        state=enquiry.state,
        answer=enquiry.answer,
        answered_by=answered_by or "",
        created_at=enquiry.created_at,
        answered_at=enquiry.answered_at,
    )

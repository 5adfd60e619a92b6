"""Questions to those who run a region: sent once, answered once, asked on where that is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Enquiry,
    EnquiryState,
    Notice,
    NoticeKind,
    Participant,
    Role,
    RoleGrant,
)
from xinno_core.services import enquiry_drafts, outbox
from xinno_core.services.asking import Place, Refusal, find_place, find_refusal
from xinno_core.services.enquiry_cards import EnquiryCard, read_card
from xinno_core.services.enquiry_drafts import NothingToSend

ONE_TAP = timedelta(minutes=1)
"""For so long a second tap on the yes is taken as part of the first."""


@dataclass(frozen=True)
class Sent:
    """The organisers get it."""

    place: Place


@dataclass(frozen=True)
class NobodyThere:
    """Nobody organises this region here at the moment; the text is kept."""

    place: Place


SendOutcome = Sent | NobodyThere | NothingToSend | Refusal


async def send(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    region_id: int,
    draft_key: str,
    now: datetime,
) -> SendOutcome:
    """Hand a question to those who run the region; its draft is used up by that."""
    place = await find_place(session, event_id=event_id, region_id=region_id)
    # Two taps, or two devices: the draft is sent once, and nobody asks more than they may.
    await session.execute(lock(select(Participant.id).where(Participant.id == participant.id)))
    dialogue = await enquiry_drafts.find_draft(session, participant, draft_key, now=now)
    if dialogue is None:
        # Else a double tap would put "nothing to send" in the place of "it is sent".
        was_sent = await _has_just_asked(session, participant, place, now=now)
        return Sent(place) if was_sent else NothingToSend(place)
    refusal = await find_refusal(session, participant=participant, now=now)
    if refusal is not None:
        return refusal
    readers = await list_readers(session, place.region_id)
    if not readers:
        return NobodyThere(place)
    enquiry = Enquiry(
        participant_id=participant.id,
        region_id=place.region_id,
        event_id=place.event_id or None,
        text=dialogue.data["answers"][enquiry_drafts.TEXT.key],
        language=participant.language,
        message_id=dialogue.data.get("message_id"),
        state=EnquiryState.OPEN,
        created_at=now,
    )
    session.add(enquiry)
    await session.delete(dialogue)
    await session.flush()
    await tell_readers(session, enquiry, readers, now=now)
    return Sent(place)


async def _has_just_asked(
    session: AsyncSession, participant: Participant, place: Place, *, now: datetime
) -> bool:
    found = await session.scalar(
        select(Enquiry.id)
        .where(
            Enquiry.participant_id == participant.id,
            Enquiry.region_id == place.region_id,
            Enquiry.event_id == (place.event_id or None),
            Enquiry.created_at > now - ONE_TAP,
        )
        .limit(1)
    )
    return found is not None


async def list_readers(session: AsyncSession, region_id: int) -> Sequence[int]:
    """Return who organises a region now."""
    found = await session.scalars(
        select(RoleGrant.participant_id)
        .where(RoleGrant.role == Role.ORGANISER, RoleGrant.region_id == region_id)
        .order_by(RoleGrant.participant_id)
    )
    return found.all()


async def tell_readers(
    session: AsyncSession, enquiry: Enquiry, readers: Sequence[int], *, now: datetime
) -> None:
    """Promise the organisers a question that waits for an answer."""
    round_ = await count_answers(session, enquiry)
    for reader in readers:
        await outbox.promise(
            session,
            participant_id=reader,
            kind=NoticeKind.ENQUIRY,
            dedup_key=f"enquiry:{enquiry.id}:{round_}:{reader}",
            event_id=enquiry.event_id,
            due_at=now,
            params={"enquiry_id": enquiry.id, "region_id": enquiry.region_id},
        )


async def count_answers(session: AsyncSession, enquiry: Enquiry) -> int:
    """Return how often this question was answered: it may be asked on."""
    return (
        await session.scalar(
            select(func.count()).where(
                Notice.participant_id == enquiry.participant_id,
                Notice.kind == NoticeKind.ENQUIRY_ANSWER,
                Notice.dedup_key.startswith(f"enquiry_answer:{enquiry.id}:", autoescape=True),
            )
        )
        or 0
    )


async def say_helped(
    session: AsyncSession, *, participant: Participant, enquiry_id: int
) -> EnquiryCard:
    """Note that the answer to one's own question helped: nothing is left to be said."""
    enquiry = await _lock_answered(session, participant, enquiry_id)
    if enquiry.state is EnquiryState.ANSWERED:
        enquiry.state = EnquiryState.CLOSED
    return await read_card(session, enquiry)


async def say_not_helped(
    session: AsyncSession, *, participant: Participant, enquiry_id: int, now: datetime
) -> EnquiryCard:
    """Open one's own question again, and tell the organisers; a second time, nothing more."""
    enquiry = await _lock_answered(session, participant, enquiry_id)
    enquiry.state = EnquiryState.OPEN
    await session.flush()
    readers = await list_readers(session, enquiry.region_id)
    await tell_readers(session, enquiry, readers, now=now)  # for each answer once
    return await read_card(session, enquiry)


async def _lock_answered(
    session: AsyncSession, participant: Participant, enquiry_id: int
) -> Enquiry:
    enquiry = await session.scalar(
        lock(select(Enquiry).where(Enquiry.id == enquiry_id)).execution_options(
            populate_existing=True
        )
    )
    if enquiry is None or enquiry.participant_id != participant.id or enquiry.answer is None:
        raise NotFoundError
    return enquiry

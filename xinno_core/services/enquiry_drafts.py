"""A question before it is sent: kept from the first word on, shown once more, sent or dropped.

A text that nothing was waiting for is kept as a finished draft, so that nobody has to write it
twice, and goes nowhere before the person has said to whom.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Dialogue, Organisation, Participant
from xinno_core.services import faq, forms
from xinno_core.services.asking import (
    Place,
    Refusal,
    find_place,
    find_refusal,
    list_choices,
    list_places,
)
from xinno_core.services.faq import Hit
from xinno_core.services.form_standing import SHAPE
from xinno_core.services.questions import Audience, Field, FieldKind, Form, Problem
from xinno_core.services.typed_answers import read_typed

MOST_CHARACTERS = 2000
TOPIC = "ask"
FREE_TEXT = "ask.0.0"
"""Topic of the text that nothing was waiting for: nobody has said yet to whom it goes."""
ONE_THOUGHT = timedelta(minutes=10)
"""What is written within this time of each other belongs together."""

TEXT = Field("ask_text", FieldKind.TEXT, most=MOST_CHARACTERS)


@dataclass(frozen=True)
class Kept:
    """A text that nothing was waiting for; it waits for the person to say whom it is for."""

    text: str
    draft_key: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Written:
    """A finished text, and for whom it is as far as that is said; zeros where it is not."""

    topic: str
    draft_key: str
    event_id: int
    region_id: int


@dataclass(frozen=True)
class TooLong:
    """More than can be asked at once."""

    length: int


@dataclass(frozen=True)
class Preview:
    """A question before it is sent: to whom it goes, who is named, and what is known already."""

    place: Place
    text: str
    topic: str
    draft_key: str
    name: str
    organisation: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class NothingToSend:
    """It was sent or dropped before, or there is a newer text."""

    place: Place


@dataclass(frozen=True)
class AnsweredByFaq:
    """What is known already answers it: nothing is sent."""


KeepOutcome = Kept | TooLong | Refusal


async def keep(
    session: AsyncSession,
    *,
    participant: Participant,
    text: str,
    message_id: int | None,
    now: datetime,
) -> KeepOutcome | None:
    """Keep a text that nothing was waiting for; None when there is nothing in it to keep.

    What follows within minutes is added: people write in several messages.
    """
    read = read_typed(TEXT, text, now=now)
    if read is Problem.TOO_LONG:
        return TooLong(len(text))
    if not isinstance(read, str) or isinstance(read, Problem):
        return None
    refusal = await find_refusal(session, participant=participant, now=now)
    if refusal is not None:
        return refusal
    dialogue = await session.get(Dialogue, (participant.id, FREE_TEXT))
    whole = f"{_recent(dialogue, now=now)}\n{read}".strip()
    if len(whole) > MOST_CHARACTERS:
        whole = read
    if dialogue is None:
        dialogue = Dialogue(participant_id=participant.id, topic=FREE_TEXT)
        session.add(dialogue)
    dialogue.is_current, dialogue.step, dialogue.version = False, None, SHAPE
    dialogue.data = {
        "answers": {TEXT.key: whole},
        "draft_key": secrets.token_hex(8),
        "message_id": message_id,
        "written_at": now.isoformat(),
    }
    dialogue.expires_at = now + forms.KEPT_FOR
    await session.flush()
    places = await list_places(session, participant=participant, now=now)
    return Kept(whole, dialogue.data["draft_key"], places)


async def find_form(session: AsyncSession, *, event_id: int, region_id: int) -> Form:
    """Return what is asked of somebody who wants to ask; the place may be chosen afterwards."""
    place = None
    if event_id or region_id:
        place = await find_place(session, event_id=event_id, region_id=region_id)
    return Form(
        topic=f"{TOPIC}.{event_id}.{region_id}",
        fields=(TEXT,),
        audience=Audience.ORGANISER,
        lead=place.lead if place else "en",
        organiser=place.organiser if place else "",
        is_kept=True,
    )


async def find_kept(
    session: AsyncSession, *, participant: Participant, topic: str, now: datetime
) -> Kept | None:
    """Return the finished text under this topic, with those it may be for."""
    dialogue = next(
        (one for one in await _list(session, participant, now=now) if one.topic == topic), None
    )
    if dialogue is None:
        return None
    places = await list_choices(session, participant=participant, now=now)
    return Kept(dialogue.data["answers"][TEXT.key], dialogue.data["draft_key"], places)


async def note_written(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    region_id: int,
    message_id: int | None,
) -> Written:
    """Keep in which message a text was written: the answer is a reply to it.

    Whoever changes a text has said before whom it is for, and is not asked again.
    """
    topic = f"{TOPIC}.{event_id}.{region_id}"
    dialogue = await session.get_one(Dialogue, (participant.id, topic))
    if message_id is not None:
        dialogue.data = {**dialogue.data, "message_id": message_id}
    if topic == FREE_TEXT:
        event_id, region_id = dialogue.data.get("place", (0, 0))
    return Written(topic, str(dialogue.data["draft_key"]), event_id, region_id)


async def find_preview(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    region_id: int,
    draft_key: str,
    now: datetime,
) -> Preview | NothingToSend:
    """Return a question as it would be sent, with frequent questions that resemble it."""
    place = await find_place(session, event_id=event_id, region_id=region_id)
    dialogue = await find_draft(session, participant, draft_key, now=now)
    if dialogue is None:
        return NothingToSend(place)
    dialogue.data = {**dialogue.data, "place": [event_id, region_id]}
    text = dialogue.data["answers"][TEXT.key]
    hits = await faq.find_similar(
        session, region_id=place.region_id, event_id=place.event_id, text=text
    )
    await _count_shown(session, dialogue, hits)
    firm = participant.organisation_id
    organisation = await session.get(Organisation, firm) if firm else None
    return Preview(
        place,
        text,
        dialogue.topic,
        draft_key,
        participant.name or "",
        organisation.name if organisation else "",
        hits,
    )


async def take_faq(
    session: AsyncSession, *, participant: Participant, faq_id: int, draft_key: str, now: datetime
) -> AnsweredByFaq:
    """Drop a question that a frequent one answers, and count that; a second time, nothing."""
    dialogue = await find_draft(session, participant, draft_key, now=now)
    if dialogue is not None and faq_id in dialogue.data.get("shown", []):
        await faq.count_helped(session, faq_id)
        await session.delete(dialogue)
        await session.flush()
    return AnsweredByFaq()


async def _list(
    session: AsyncSession, participant: Participant, *, now: datetime
) -> list[Dialogue]:
    found = await session.scalars(
        select(Dialogue)
        .where(
            Dialogue.participant_id == participant.id,
            Dialogue.topic.startswith(f"{TOPIC}.", autoescape=True),
            Dialogue.step.is_(None),
            Dialogue.version == SHAPE,
            Dialogue.expires_at > now,
        )
        .execution_options(populate_existing=True)
    )
    return [one for one in found if one.data.get("answers", {}).get(TEXT.key)]


async def find_draft(
    session: AsyncSession, participant: Participant, draft_key: str, *, now: datetime
) -> Dialogue | None:
    """Return the finished text with this key, whomever it is meant for."""
    drafts = await _list(session, participant, now=now)
    return next((one for one in drafts if one.data.get("draft_key") == draft_key), None)


async def _count_shown(session: AsyncSession, dialogue: Dialogue, hits: Sequence[Hit]) -> None:
    """Count what this text was shown, each entry once however often the preview is opened."""
    before = dialogue.data.get("shown", [])
    new = [hit.id for hit in hits if hit.id not in before]
    if new:
        dialogue.data = {**dialogue.data, "shown": [*before, *new]}
        await faq.count_shown(session, new)


def _recent(dialogue: Dialogue | None, *, now: datetime) -> str:
    if dialogue is None or dialogue.step is not None:
        return ""
    written_at = dialogue.data.get("written_at")
    if written_at is None or now - datetime.fromisoformat(written_at) > ONE_THOUGHT:
        return ""
    return str(dialogue.data.get("answers", {}).get(TEXT.key, ""))

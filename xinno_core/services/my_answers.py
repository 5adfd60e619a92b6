"""Of one's own data: what one said, in exercises, surveys and polls, and to the organisers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.languages import choose
from xinno_core.models import (
    Broadcast,
    BroadcastVote,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Event,
    Participant,
    Practice,
    Region,
)
from xinno_core.services import own_surveys
from xinno_core.services.contents import PollPart, read_content


@dataclass(frozen=True)
class MyAnswer:
    """What one answered to a question, when registering or in a survey."""

    question: str
    text: str
    answer: Any


@dataclass(frozen=True)
class MyPractice:
    """One exercise."""

    exercise: str
    choice: str | None
    reflection: str | None
    started_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class MySurvey:
    """That one took part; what was said only where it is kept with the person."""

    event: str | None
    title: str
    is_sealed: bool
    was_destroyed: bool  # unread, because too few answered
    is_linked: bool
    answers: tuple[MyAnswer, ...] | None


@dataclass(frozen=True)
class MyEnquiry:
    """What one asked the organisers, and what those answered."""

    region: str
    event: str | None
    text: str
    language: str
    kind: EnquiryKind | None  # as the organisers sort it
    state: EnquiryState
    answer: str | None
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class MyVote:
    """What one chose in a poll that an announcement brought."""

    event: str
    question: str
    choice: str


async def read_exercises(session: AsyncSession, person: Participant) -> tuple[MyPractice, ...]:
    """Return the exercises this person began."""
    found = await session.scalars(
        select(Practice)
        .where(Practice.participant_id == person.id)
        .order_by(Practice.id)
        .execution_options(populate_existing=True)
    )
    return tuple(
        MyPractice(one.exercise, one.choice, one.reflection, one.started_at, one.done_at)
        for one in found
    )


async def read_surveys(session: AsyncSession, person: Participant) -> tuple[MySurvey, ...]:
    """Return the surveys this person took part in."""
    return tuple(
        MySurvey(
            own.event.key,
            choose(own.survey.title, person.language, own.event.lead_language).text,
            is_sealed=own.is_sealed,
            was_destroyed=own.was_destroyed,
            is_linked=own.is_linked,
            answers=_said(person, own),
        )
        for own in await own_surveys.list_own(session, person)
    )


async def read_enquiries(session: AsyncSession, person: Participant) -> tuple[MyEnquiry, ...]:
    """Return what this person asked the organisers."""
    found = await session.execute(
        select(Enquiry, Region.key, Event.key)
        .join(Region, Region.id == Enquiry.region_id)
        .outerjoin(Event, Event.id == Enquiry.event_id)
        .where(Enquiry.participant_id == person.id)
        .order_by(Enquiry.id)
        .execution_options(populate_existing=True)
    )
    return tuple(
        MyEnquiry(
            region,
            event,
            one.text,
            one.language,
            one.kind,
            one.state,
            one.answer,
            one.created_at,
            one.answered_at,
        )
        for one, region, event in found
    )


async def read_votes(session: AsyncSession, person: Participant) -> tuple[MyVote, ...]:
    """Return what this person chose in polls of announcements."""
    found = await session.execute(
        select(BroadcastVote, Broadcast.content, Event.key)
        .join(Broadcast, Broadcast.id == BroadcastVote.broadcast_id)
        .join(Event, Event.id == Broadcast.event_id)
        .where(BroadcastVote.participant_id == person.id)
        .order_by(BroadcastVote.broadcast_id, BroadcastVote.part)
        .execution_options(populate_existing=True)
    )
    return tuple(_vote(one, content, event) for one, content, event in found)


def _said(person: Participant, own: own_surveys.OwnAnswers) -> tuple[MyAnswer, ...] | None:
    if own.answers is None:
        return None
    return tuple(
        MyAnswer(
            one.key,
            choose(one.text, person.language, own.event.lead_language).text,
            own.answers[one.key],
        )
        for one in own.fields
        if one.key in own.answers
    )


def _vote(one: BroadcastVote, content: Mapping[str, Any], event: str) -> MyVote:
    """Return a vote in words; of a poll that was put right since, the number stands for them."""
    parts = read_content(content.get(one.language, {})).parts
    poll = parts[one.part] if one.part < len(parts) else None
    if not isinstance(poll, PollPart) or one.option >= len(poll.options):
        return MyVote(event, "", str(one.option + 1))
    return MyVote(event, poll.question, poll.options[one.option])

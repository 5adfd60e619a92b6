"""Questions of a survey asked of an event's group at once, as native polls.

Telegram counts there, and nobody's name is in it. So such a count has no ballot: it stands beside
the answers that people gave by themselves and is never added to them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap, choose
from xinno_core.models import Event, GroupPost, GroupPostKind, Participant, Survey
from xinno_core.services import access, event_groups, group_posts, surveys
from xinno_core.services.composing import FEWEST_OPTIONS, MOST_OPTIONS
from xinno_core.services.contents import Content, PollPart, as_json
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.questions import Field, FieldKind

ASKED_AS_POLL = (FieldKind.SINGLE, FieldKind.MULTIPLE)


@dataclass(frozen=True)
class Askable:
    """A question that a group can answer; `post_id` where it was asked there already."""

    survey_id: int
    version: int
    number: int  # its place among the questions of the survey
    survey: LanguageMap
    field: Field
    post_id: int | None


@dataclass(frozen=True)
class AskableQuestions:
    """What the group of an event can be asked."""

    card: EventCard
    group: str
    questions: tuple[Askable, ...]


@dataclass(frozen=True)
class PollPreview:
    """How one of them will look, in the event's first language."""

    card: EventCard
    group: str
    asked: Askable
    part: PollPart


@dataclass(frozen=True)
class PollPromised:
    """It is on its way, or was before."""

    card: EventCard
    post_id: int


async def list_questions(
    session: AsyncSession, *, participant: Participant, event_id: int
) -> AskableQuestions:
    """Return the questions of an event's open surveys that its group can be asked."""
    event = await event_groups.get_published(session, participant, event_id)
    group = await event_groups.get_present(session, event.id)
    found = await session.scalars(
        select(Survey)
        .where(Survey.event_id == event.id, Survey.ended_at.is_(None))
        .order_by(Survey.closes_at, Survey.id)
    )
    posts = await session.execute(
        select(GroupPost.survey_id, GroupPost.question, GroupPost.id).where(
            GroupPost.group_id == group.id, GroupPost.survey_id.is_not(None)
        )
    )
    asked = {(survey_id, question): post_id for survey_id, question, post_id in posts}
    return AskableQuestions(
        await read_card(session, event),
        group.title,
        tuple(
            Askable(
                survey.id,
                survey.version,
                number,
                survey.title,
                field,
                asked.get((survey.id, field.key)),
            )
            for survey in found
            for number, field in enumerate(surveys.fields_of(survey))
            if field.kind in ASKED_AS_POLL and FEWEST_OPTIONS <= len(field.options) <= MOST_OPTIONS
        ),
    )


async def preview(
    session: AsyncSession, *, participant: Participant, survey_id: int, version: int, number: int
) -> PollPreview:
    """Return how a question will look in the group; NotFoundError once it reads otherwise."""
    event = await _get_event(session, participant, survey_id)
    listed = await list_questions(session, participant=participant, event_id=event.id)
    for one in listed.questions:
        if (one.survey_id, one.version, one.number) == (survey_id, version, number):
            part = _poll(one.field, listed.card.lead_language)
            return PollPreview(listed.card, listed.group, one, part)
    raise NotFoundError


async def ask(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    version: int,
    number: int,
    now: datetime,
) -> PollPromised:
    """Promise the question to the group; asked twice, it is asked once."""
    event = await _get_event(session, participant, survey_id)
    await access.lock_organised_event(session, participant, event.id)
    seen = await preview(
        session, participant=participant, survey_id=survey_id, version=version, number=number
    )
    if seen.asked.post_id is not None:
        return PollPromised(seen.card, seen.asked.post_id)
    group = await event_groups.get_present(session, event.id)
    key = f"question:{group.id}:{survey_id}:{seen.asked.field.key}"
    await group_posts.add(
        session,
        group_id=group.id,
        kind=GroupPostKind.POLL,
        content=as_json(Content((seen.part,))),
        dedup_key=key,
        due_at=now,
        created_by=participant.id,
        asks=(survey_id, seen.asked.field.key),
    )
    access.record(
        session,
        actor=participant,
        verb="ask_group",
        subject=f"survey:{survey_id}",
        at=now,
        question=seen.asked.field.key,
    )
    post_id = await session.scalar(select(GroupPost.id).where(GroupPost.dedup_key == key))
    return PollPromised(seen.card, post_id or 0)


def _poll(asked: Field, lead: str) -> PollPart:
    """Return the question in one language, whole: the event's first where all of it is there."""
    texts = (asked.text, *(option.label for option in asked.options))
    whole = [one for one in (lead, "en", *asked.text) if all(text.get(one) for text in texts)]
    language = whole[0] if whole else lead
    return PollPart(
        choose(asked.text, language).text,
        tuple(choose(option.label, language).text for option in asked.options),
        several=asked.kind is FieldKind.MULTIPLE,
        codes=tuple(option.key for option in asked.options),
    )


async def _get_event(session: AsyncSession, participant: Participant, survey_id: int) -> Event:
    survey = await session.get(Survey, survey_id)
    if survey is None:
        raise NotFoundError
    return await event_groups.get_published(session, participant, survey.event_id)

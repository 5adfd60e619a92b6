"""Writing to an event's group: what is sent becomes a draft, and is posted after a yes to it.

The draft is an open dialogue; its key is made anew with every change, so that a yes is to what was
seen, and said twice posts once.
"""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import GroupPost, Participant
from xinno_core.services import access, composing, event_groups, forms, group_posts, listening
from xinno_core.services.composing import Flaw, Problem, Sent, SentKind
from xinno_core.services.contents import (
    Content,
    PollPart,
    as_json,
    read_content,
)
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.form_standing import Asking
from xinno_core.services.markup import units
from xinno_core.services.questions import Audience, Field, FieldKind, Form

LONGEST_QUESTION, LONGEST_OPTION = 300, 100
"""What Telegram takes, in UTF-16 units."""


@dataclass(frozen=True)
class GroupDraft:
    """What is about to be posted; `problem` says why the last message was not taken."""

    card: EventCard
    group: str
    content: Content
    draft_key: str
    problem: Problem | None = None
    continues: bool = False  # an album, below which it is shown already

    @property
    def topic(self) -> str:
        """The dialogue that it is."""
        return topic_of(self.card.id)


@dataclass(frozen=True)
class Posted:
    """It is on its way to the group."""

    card: EventCard


@dataclass(frozen=True)
class DraftGone:
    """This preview is not the draft of now: it was changed or dropped."""

    card: EventCard


@dataclass(frozen=True)
class PollRefused:
    """A question that was typed can't be asked like that; it stands again where it went wrong."""

    problem: Problem
    question: str
    asking: Asking


PostOutcome = Posted | DraftGone


async def begin(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> GroupDraft:
    """Open a draft, or go on with the one there is."""
    event = await event_groups.get_published(session, participant, event_id)
    await event_groups.get_present(session, event.id)
    topic = topic_of(event.id)
    known = await listening.recall(session, participant=participant, topic=topic, now=now)
    data = {**_EMPTY, **(known or {})}
    await listening.begin(session, participant=participant, topic=topic, now=now, data=data)
    return await _read(session, participant, event_id, data)


async def take(
    session: AsyncSession, *, participant: Participant, event_id: int, sent: Sent, now: datetime
) -> GroupDraft:
    """Put what was sent under what is there."""
    event = await event_groups.get_published(session, participant, event_id)
    data = await _recall(session, participant, event.id, now=now)
    continues = bool(sent.album) and sent.album == data["album"]
    content = read_content(data["content"])
    before = data["parts_before"] if continues else len(content.parts)
    part = await composing.take(session, sent=sent, event=event, participant=participant, now=now)
    put = part if isinstance(part, Problem) else composing.put(content, part, continues=continues)
    if not isinstance(put, Problem):
        data = {**data, "parts_before": before}
        taken = await _keep(session, participant, event.id, data, put, album=sent.album)
        return dataclasses.replace(taken, continues=continues)
    if not continues:
        return await _read(session, participant, event.id, data, put)
    # An album is refused whole, with what came of it before.
    rest = composing.first_parts(content, before)
    draft = await _keep(session, participant, event.id, data, rest, album="")
    return dataclasses.replace(draft, problem=put, continues=True)


async def add_poll(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    answers: Mapping[str, Any],
    now: datetime,
) -> GroupDraft | PollRefused:
    """Put a question that was typed under what is there: its answers stand on a line each."""
    lines = (" ".join(line.split()) for line in answers["group_answers"].splitlines())
    options = tuple(dict.fromkeys(line for line in lines if line))
    question = " ".join(answers["group_question"].split())
    if (problem := _problem_of(question, options)) is not None:
        return await _ask_again(session, participant, event_id, question, problem, now=now)
    await begin(session, participant=participant, event_id=event_id, now=now)
    poll = Sent(SentKind.POLL, poll=PollPart(question, options))
    return await take(session, participant=participant, event_id=event_id, sent=poll, now=now)


async def drop_last(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> GroupDraft:
    """Take the last message out again."""
    draft = await begin(session, participant=participant, event_id=event_id, now=now)
    data = await _recall(session, participant, event_id, now=now)
    less = composing.without_last(draft.content)
    return await _keep(session, participant, event_id, data, less, album="")


async def post(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    draft_key: str,
    now: datetime,
) -> PostOutcome:
    """Promise the draft to the group, as it was seen."""
    event = await access.lock_organised_event(session, participant, event_id)
    card = await read_card(session, event)
    prefix = f"post:{event.id}:{draft_key}"
    if await session.scalar(select(GroupPost.id).where(GroupPost.dedup_key == f"{prefix}:0")):
        return Posted(card)
    data = await _recall(session, participant, event.id, now=now)
    content = read_content(data["content"])
    if not content or data["key"] != draft_key:
        return DraftGone(card)
    group = await event_groups.get_present(session, event.id)
    await group_posts.promise(
        session,
        group_id=group.id,
        content=content,
        dedup_prefix=prefix,
        due_at=now,
        created_by=participant.id,
    )
    await listening.end(session, participant=participant, topic=topic_of(event.id))
    access.record(
        session,
        actor=participant,
        verb="post_to_group",
        subject=f"event:{event.id}",
        at=now,
        group=group.id,
    )
    return Posted(card)


async def find_poll_form(session: AsyncSession, *, participant: Participant, event_id: int) -> Form:
    """Return what is asked for a poll: its question, and its answers."""
    event = await event_groups.get_published(session, participant, event_id)
    await event_groups.get_present(session, event.id)
    return Form(
        topic=f"gpoll.{event.id}",
        fields=(
            Field("group_question", FieldKind.TEXT, most=LONGEST_QUESTION),
            Field("group_answers", FieldKind.TEXT, most=LONGEST_OPTION * composing.MOST_OPTIONS),
        ),
        audience=Audience.EVERYONE,
    )


def _problem_of(question: str, options: Sequence[str]) -> Problem | None:
    longest = max(map(units, options), default=0)
    if longest > LONGEST_OPTION:
        return Problem(Flaw.LABEL_TOO_LONG, longest, LONGEST_OPTION)
    if units(question) > LONGEST_QUESTION:
        return Problem(Flaw.LABEL_TOO_LONG, units(question), LONGEST_QUESTION)
    if not composing.FEWEST_OPTIONS <= len(options) <= composing.MOST_OPTIONS:
        return Problem(Flaw.OPTIONS, len(options), composing.MOST_OPTIONS)
    return None


async def _ask_again(
    session: AsyncSession,
    participant: Participant,
    event_id: int,
    question: str,
    problem: Problem,
    *,
    now: datetime,
) -> PollRefused:
    """Ask for the answers once more, under the same question; for that too, if it is too long."""
    form = await find_poll_form(session, participant=participant, event_id=event_id)
    asking = await forms.begin(session, participant=participant, form=form, now=now)
    if units(question) <= LONGEST_QUESTION:
        asking = await forms.type_answer(
            session, participant=participant, form=form, text=question, now=now
        )
    if not isinstance(asking, Asking):
        msg = "the answers to a poll are asked for, so the form can't be complete"
        raise TypeError(msg)
    return PollRefused(problem, question, asking)


def topic_of(event_id: int) -> str:
    """Return the topic of the draft for an event's group."""
    return f"gpost.{event_id}"


_EMPTY: Mapping[str, Any] = {"content": {}, "key": "", "album": "", "parts_before": 0}


async def _recall(
    session: AsyncSession, participant: Participant, event_id: int, *, now: datetime
) -> Mapping[str, Any]:
    topic = topic_of(event_id)
    known = await listening.recall(session, participant=participant, topic=topic, now=now)
    return {**_EMPTY, **(known or {})}


async def _keep(
    session: AsyncSession,
    participant: Participant,
    event_id: int,
    data: Mapping[str, Any],
    content: Content,
    *,
    album: str,
) -> GroupDraft:
    facts = {
        "content": as_json(content),
        "key": secrets.token_hex(6),
        "album": album,
        "parts_before": data["parts_before"],
    }
    await listening.remember(session, participant=participant, topic=topic_of(event_id), **facts)
    return await _read(session, participant, event_id, {**data, **facts})


async def _read(
    session: AsyncSession,
    participant: Participant,
    event_id: int,
    data: Mapping[str, Any],
    problem: Problem | None = None,
) -> GroupDraft:
    event = await access.get_organised_event(session, participant, event_id)
    group = await event_groups.get_present(session, event_id)
    return GroupDraft(
        card=await read_card(session, event),
        group=group.title,
        content=read_content(data["content"]),
        draft_key=data["key"],
        problem=problem,
    )

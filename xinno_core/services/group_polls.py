"""Polls in an event's group: Telegram counts, and who chose what is nobody's business.

A `poll` update says how the counts stand. The last one said counts; a poll that has ended stays so.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    EventGroup,
    GroupPost,
    GroupPostKind,
    NoticeState,
    Participant,
)
from xinno_core.services import access, event_groups, group_posts
from xinno_core.services.contents import PollPart, read_content
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.group_posts import Counted
from xinno_core.services.outbox import WAITING

OUT_OF_ORDER = 1_000_000
"""An update that is older than the last one is so by less than this; Telegram begins to number
anew, anywhere, after a week of silence."""


@dataclass(frozen=True)
class PollStand:
    """A poll in an event's group, and what was chosen by now."""

    post_id: int
    card: EventCard
    question: str
    options: tuple[str, ...]
    results: tuple[int, ...]
    voters: int
    state: NoticeState
    reason: str | None
    is_closed: bool
    is_closing: bool
    is_in_group: bool  # the group is still the event's, and the assistant in it

    @property
    def may_close(self) -> bool:
        """Tell whether it goes on and can be ended."""
        return (
            self.state is NoticeState.SENT
            and self.is_in_group
            and not (self.is_closed or self.is_closing)
        )

    @property
    def may_be_shown(self) -> bool:
        """Tell whether its results can be posted."""
        return self.state is NoticeState.SENT and self.is_in_group


async def find_poll(session: AsyncSession, *, participant: Participant, post_id: int) -> PollStand:
    """Return a poll in the group of an event of an own region."""
    post, group = await _get(session, participant, post_id)
    event = await access.get_organised_event(session, participant, group.event_id)
    closing = await _find_closing(session, post)
    asked = question_of(post)
    return PollStand(
        post_id=post.id,
        card=await read_card(session, event),
        question=asked.question,
        options=asked.options,
        results=counts_of(post, asked),
        voters=post.voters,
        state=post.state,
        reason=closing.reason if closing and closing.state is NoticeState.FAILED else post.reason,
        is_closed=post.closed_at is not None,
        is_closing=closing is not None and closing.state in {*WAITING, NoticeState.SENDING},
        is_in_group=group.unlinked_at is None and group.left_at is None,
    )


async def close(
    session: AsyncSession, *, participant: Participant, post_id: int, now: datetime
) -> PollStand:
    """Ask Telegram to end a poll; asked twice, it is ended once."""
    stand = await find_poll(session, participant=participant, post_id=post_id)
    if not stand.may_close:
        return stand
    post, group = await _get(session, participant, post_id)
    await group_posts.add(
        session,
        group_id=group.id,
        kind=GroupPostKind.CLOSE,
        content={"closes": post.id, "message_id": post.telegram_ids[0]},
        dedup_key=_closing_key(post),
        due_at=now,
        created_by=participant.id,
    )
    closing = await _find_closing(session, post)
    if closing is not None and closing.state is NoticeState.FAILED:  # refused before: once more
        closing.state, closing.reason, closing.due_at = NoticeState.PLANNED, None, now
        await session.flush()
    return await find_poll(session, participant=participant, post_id=post_id)


async def post_results(
    session: AsyncSession, *, participant: Participant, post_id: int, now: datetime
) -> PollStand:
    """Post how a poll stands; the same figures are posted once."""
    stand = await find_poll(session, participant=participant, post_id=post_id)
    if not stand.may_be_shown:
        return stand
    _, group = await _get(session, participant, post_id)
    said = {
        "says": "results",
        "question": stand.question,
        "options": list(stand.options),
        "results": list(stand.results),
        "voters": stand.voters,
        "is_closed": stand.is_closed,
    }
    figures = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    await group_posts.add(
        session,
        group_id=group.id,
        kind=GroupPostKind.TEXT,
        content=said,
        dedup_key=f"results:{post_id}:{figures}",
        due_at=now,
        created_by=participant.id,
    )
    return stand


async def count(
    session: AsyncSession, *, poll_id: str, counted: Counted, update_id: int, now: datetime
) -> None:
    """Keep how a poll stands, as Telegram said it last; nothing of polls that are not ours."""
    post = await session.scalar(
        lock(select(GroupPost).where(GroupPost.poll_id == poll_id)).execution_options(
            populate_existing=True
        )
    )
    if post is None or post.closed_at is not None:
        return
    if post.poll_update_id is not None and 0 <= post.poll_update_id - update_id < OUT_OF_ORDER:
        return
    post.results, post.voters = list(counted.results), counted.voters
    post.poll_update_id = update_id
    post.closed_at = now if counted.is_closed else None
    await session.flush()


def question_of(post: GroupPost) -> PollPart:
    """Return what a poll asks."""
    part = next(iter(read_content(post.content).parts), None)
    if not isinstance(part, PollPart):
        raise NotFoundError
    return part


def counts_of(post: GroupPost, asked: PollPart) -> tuple[int, ...]:
    """Return the votes of each option; before the first there are none."""
    return (
        tuple(post.results)
        if len(post.results) == len(asked.options)
        else (0,) * len(asked.options)
    )


async def _get(
    session: AsyncSession, participant: Participant, post_id: int
) -> tuple[GroupPost, EventGroup]:
    found = await session.execute(
        select(GroupPost, EventGroup)
        .join(EventGroup, EventGroup.id == GroupPost.group_id)
        .where(GroupPost.id == post_id, GroupPost.kind == GroupPostKind.POLL)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError
    await event_groups.get_published(session, participant, row[1].event_id)
    return row[0], row[1]


async def _find_closing(session: AsyncSession, post: GroupPost) -> GroupPost | None:
    return await session.scalar(
        select(GroupPost)
        .where(GroupPost.dedup_key == _closing_key(post))
        .execution_options(populate_existing=True)
    )


def _closing_key(post: GroupPost) -> str:
    return f"close:{post.id}"

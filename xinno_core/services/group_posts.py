"""Posts in an event's group: promised as rows, sent one after the other, each with its ending.

The states and endings are those of a notice. What nobody can know is unknown and never repeated;
the end of a poll alone is asked for again, because that ends it once however often it is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from xinno_core.database import change, insert_once, lock, machine_time
from xinno_core.languages import choose
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    EventGroup,
    GroupPost,
    GroupPostKind,
    Media,
    NoticeState,
    Region,
)
from xinno_core.services import event_groups
from xinno_core.services.contents import (
    Content,
    File,
    PollPart,
    as_json,
    media_ids,
    read_content,
)
from xinno_core.services.events import EventCard, card_of
from xinno_core.services.outbox import WAITING

BATCH = 10
LEASE = timedelta(seconds=180)
"""Longer than the longest post: ten messages, each with its turn and its call, and one repeat."""
STOPPED = "announcement_stopped"
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class DuePost:
    """One post that may go: where to, in which language, and what it says."""

    id: int
    chat_id: int
    kind: GroupPostKind
    card: EventCard
    tone: str
    raw: Mapping[str, Any]
    content: Content
    files: Mapping[int, File] = field(default_factory=dict)
    closes: int | None = None  # the message whose poll this ends
    poll_post_id: int | None = None
    parts_sent: int = 0
    telegram_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """One try to post: which, by whom, and what Telegram has of it by now."""

    post_id: int
    holder: str
    now: datetime
    telegram_ids: tuple[int, ...] = ()
    parts_sent: int = 0
    poll_id: str | None = None


@dataclass(frozen=True)
class Counted:
    """What Telegram says of a poll."""

    results: tuple[int, ...]
    voters: int
    is_closed: bool


async def promise_for(session: AsyncSession, broadcast: Broadcast, now: datetime) -> int:
    """Promise an announcement to the event's group, in the event's lead language.

    One that was taken back to its draft may say something else now, or go there no more.
    """
    await session.execute(
        delete(GroupPost).where(
            GroupPost.broadcast_id == broadcast.id, GroupPost.state.in_(WAITING)
        )
    )
    event = await session.get_one(Event, broadcast.event_id)
    stand = await event_groups.find_stand(session, event.id)
    if not broadcast.to_group or stand is None or stand.left_at is not None:
        return 0
    lead = event.lead_language
    written = choose({code: code for code in broadcast.content}, lead).text
    content = read_content(broadcast.content.get(written, {}))
    return await promise(
        session,
        group_id=stand.id,
        content=content,
        dedup_prefix=f"broadcast:{broadcast.id}:{broadcast.draft_key}",
        due_at=max(broadcast.starts_at or now, now),
        broadcast_id=broadcast.id,
        created_by=broadcast.author_id,
    )


async def promise(
    session: AsyncSession,
    *,
    group_id: int,
    content: Content,
    dedup_prefix: str,
    due_at: datetime,
    broadcast_id: int | None = None,
    created_by: int | None = None,
) -> int:
    """Promise what somebody composed; each poll is a post of its own. Return how many are new."""
    made = 0
    for number, (kind, one) in enumerate(_posts(content)):
        made += await add(
            session,
            group_id=group_id,
            kind=kind,
            content=as_json(one),
            dedup_key=f"{dedup_prefix}:{number}",
            due_at=due_at,
            broadcast_id=broadcast_id,
            created_by=created_by,
        )
    return made


async def add(
    session: AsyncSession,
    *,
    group_id: int,
    kind: GroupPostKind,
    content: dict[str, Any],
    dedup_key: str,
    due_at: datetime,
    broadcast_id: int | None = None,
    created_by: int | None = None,
    asks: tuple[int, str] | None = None,
) -> int:
    """Promise one post; the same promise made twice is one.

    `asks` is a survey and the question of it that a poll asks.
    """
    survey_id, question = asks or (None, None)
    return await change(
        session,
        insert_once(session, GroupPost).values(
            group_id=group_id,
            broadcast_id=broadcast_id,
            kind=kind,
            content=content,
            dedup_key=dedup_key,
            created_by=created_by,
            survey_id=survey_id,
            question=question,
            due_at=due_at,
            state=NoticeState.PLANNED,
            attempts=0,
            telegram_ids=[],
            parts_sent=0,
            results=[],
            voters=0,
        ),
    )


async def claim(session: AsyncSession, *, holder: str, now: datetime) -> tuple[DuePost, ...]:
    """Take due posts to send, the first of each group: they come in the order they were made."""
    await session.execute(
        update(GroupPost)
        .where(GroupPost.state.in_(WAITING), GroupPost.broadcast_id.in_(_stopped()))
        .values(state=NoticeState.SKIPPED, reason=STOPPED)
    )
    earlier = aliased(GroupPost)
    is_first = ~exists().where(
        earlier.group_id == GroupPost.group_id,
        earlier.id < GroupPost.id,
        or_(earlier.state == NoticeState.SENDING, _is_due(earlier, now)),
    )
    found = await session.scalars(
        lock(
            select(GroupPost)
            .where(_is_due(GroupPost, now), is_first)
            .order_by(GroupPost.due_at, GroupPost.id)
            .limit(BATCH),
            skip_locked=True,
        ).execution_options(populate_existing=True)
    )
    posts = found.all()
    lease_until = await session.scalar(select(machine_time(session)))
    for post in posts:
        post.state = NoticeState.SENDING
        post.attempts += 1
        post.lease_holder = holder
        post.lease_until = lease_until + LEASE if lease_until else None
    await session.flush()
    return await _read(session, posts)


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next post is due."""
    return await session.scalar(
        select(func.min(GroupPost.due_at)).where(
            GroupPost.state.in_(WAITING), GroupPost.due_at > after
        )
    )


async def record_sent(session: AsyncSession, attempt: Attempt) -> None:
    """Telegram has it: all its messages."""
    await _end(session, attempt, NoticeState.SENT, sent_at=attempt.now, poll_id=attempt.poll_id)


async def record_failed(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """Telegram refused it for good."""
    await _end(session, attempt, NoticeState.FAILED, reason=reason)


async def record_removed(session: AsyncSession, attempt: Attempt) -> None:
    """Telegram refused it because the assistant is no longer in the group."""
    await record_failed(session, attempt, reason=event_groups.REMOVED)
    group_id = await session.scalar(
        select(GroupPost.group_id).where(GroupPost.id == attempt.post_id)
    )
    await event_groups.lose(session, group_id=group_id or 0, now=attempt.now)


async def put_back(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """It was certainly not sent: it is due again, after those of its messages that went."""
    await _end(
        session, attempt, NoticeState.PLANNED, reason=reason, attempts=GroupPost.attempts - 1
    )


async def record_unknown(session: AsyncSession, attempt: Attempt, *, reason: str) -> None:
    """Nobody knows whether Telegram has it."""
    await _end(session, attempt, _unknown_or_again(), reason=reason)


async def record_closed(
    session: AsyncSession, attempt: Attempt, *, poll_post_id: int, counted: Counted | None
) -> None:
    """A poll has ended: with these counts, or with those that were last said."""
    await _end(session, attempt, NoticeState.SENT, sent_at=attempt.now)
    post = await session.scalar(
        lock(select(GroupPost).where(GroupPost.id == poll_post_id)).execution_options(
            populate_existing=True
        )
    )
    if post is None:
        return
    post.closed_at = post.closed_at or attempt.now
    if counted is not None:
        post.results, post.voters = list(counted.results), counted.voters
    await session.flush()


async def end_stale_leases(session: AsyncSession, *, everyones: bool = False) -> int:
    """End as unknown what a process that died was posting.

    `everyones` at the start of the only process: whatever is being sent belongs to a dead one.
    """
    stale = update(GroupPost).where(GroupPost.state == NoticeState.SENDING)
    if not everyones:
        stale = stale.where(GroupPost.lease_until < machine_time(session))
    return await change(session, stale.values(state=_unknown_or_again(), reason=INTERRUPTED))


def _posts(content: Content) -> Iterable[tuple[GroupPostKind, Content]]:
    """Cut a content where its polls stand; the buttons go with the last words."""
    pieces: list[tuple[GroupPostKind, Content]] = []
    for part in content.parts:
        if isinstance(part, PollPart):
            pieces.append((GroupPostKind.POLL, Content((part,))))
        elif pieces and pieces[-1][0] is GroupPostKind.TEXT:
            pieces[-1] = (GroupPostKind.TEXT, Content((*pieces[-1][1].parts, part)))
        else:
            pieces.append((GroupPostKind.TEXT, Content((part,))))
    texts = [number for number, (kind, _) in enumerate(pieces) if kind is GroupPostKind.TEXT]
    at = texts[-1] if texts else len(pieces) - 1
    return [
        (kind, Content(one.parts, content.buttons if number == at else ()))
        for number, (kind, one) in enumerate(pieces)
    ]


def _is_due(post: Any, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401 (the table or its alias)
    """Say in SQL that a post may go: an announcement that is paused holds its own back."""
    going = select(Broadcast.id).where(
        Broadcast.state.in_((BroadcastState.RUNNING, BroadcastState.DONE))
    )
    return and_(
        post.state.in_(WAITING),
        post.due_at <= now,
        or_(post.broadcast_id.is_(None), post.broadcast_id.in_(going)),
    )


def _stopped() -> Any:  # noqa: ANN401 (an SQL expression)
    return select(Broadcast.id).where(
        or_(Broadcast.state == BroadcastState.CANCELLED, Broadcast.recalled_at.is_not(None))
    )


async def _read(session: AsyncSession, posts: Sequence[GroupPost]) -> tuple[DuePost, ...]:
    """Return what the texts need for these posts."""
    if not posts:
        return ()
    around = await session.execute(
        select(EventGroup, Event, Region)
        .join(Event, Event.id == EventGroup.event_id)
        .join(Region, Region.id == Event.region_id)
        .where(EventGroup.id.in_({post.group_id for post in posts}))
        .execution_options(populate_existing=True)
    )
    groups = {row[0].id: (row[0], card_of(row[1], row[2]), row[2].tone) for row in around}
    shown = {one for post in posts for one in media_ids({"": post.content})}
    media = await session.scalars(
        select(Media).where(Media.id.in_(shown), Media.stopped_at.is_(None))
    )
    files = {one.id: File(one.kind, one.file_id) for one in media}
    return tuple(_due(post, *groups[post.group_id], files) for post in posts)


def _due(
    post: GroupPost, group: EventGroup, card: EventCard, tone: str, files: Mapping[int, File]
) -> DuePost:
    return DuePost(
        id=post.id,
        chat_id=group.chat_id,
        kind=post.kind,
        card=card,
        tone=tone,
        raw=post.content,
        content=read_content(post.content),
        files=files,
        closes=post.content.get("message_id"),
        poll_post_id=post.content.get("closes"),
        parts_sent=post.parts_sent,
        telegram_ids=tuple(post.telegram_ids),
    )


def _unknown_or_again() -> Any:  # noqa: ANN401 (an SQL expression)
    return case(
        (GroupPost.kind == GroupPostKind.CLOSE, NoticeState.PLANNED.value),
        else_=NoticeState.UNKNOWN.value,
    )


async def _end(
    session: AsyncSession,
    attempt: Attempt,
    state: Any,  # noqa: ANN401 (a state, or an SQL expression for it)
    *,
    reason: str | None = None,
    **values: object,
) -> None:
    """Record how a try ended; nothing when the lease ran out and the post is no longer its."""
    await session.execute(
        update(GroupPost)
        .where(
            GroupPost.id == attempt.post_id,
            GroupPost.state == NoticeState.SENDING,
            GroupPost.lease_holder == attempt.holder,
        )
        .values(
            state=state,
            reason=reason,
            telegram_ids=list(attempt.telegram_ids),
            parts_sent=attempt.parts_sent,
            **values,
        )
    )

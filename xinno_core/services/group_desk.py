"""What an organiser sees of their event's group: whether there is one, and what was posted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import EventGroup, GroupPost, GroupPostKind, NoticeState, Participant
from xinno_core.services import event_groups
from xinno_core.services.contents import Part, read_content
from xinno_core.services.event_groups import GroupStand
from xinno_core.services.events import EventCard, read_card

SHOWN = 6
"""So many of the newest posts stand on the screen."""


@dataclass(frozen=True)
class PostStand:
    """One post, and what became of it."""

    id: int
    says: str  # the house's own words: which; empty for what somebody composed
    part: Part | None  # the first of what was composed
    is_poll: bool
    state: NoticeState
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class GroupDesk:
    """An event's group as its organiser sees it."""

    card: EventCard
    group: GroupStand | None
    payload: str  # of a new link, by which this organiser may choose a group
    until: datetime
    posts: tuple[PostStand, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether the assistant can write there."""
        return self.group is not None and self.group.left_at is None


async def find_desk(
    session: AsyncSession,
    *,
    participant: Participant,
    event_id: int,
    secret: bytes,
    now: datetime,
) -> GroupDesk:
    """Return the group of an event of an own region, and a link by which to choose one."""
    event = await event_groups.get_published(session, participant, event_id)
    group = await event_groups.find_stand(session, event.id)
    payload = event_groups.make_link(
        secret,
        event_id=event.id,
        organiser=participant,
        replaces=group.id if group else 0,
        now=now,
    )
    return GroupDesk(
        card=await read_card(session, event),
        group=group,
        payload=payload,
        until=now + event_groups.HOLDS,
        posts=await _list_posts(session, event.id),
    )


async def _list_posts(session: AsyncSession, event_id: int) -> tuple[PostStand, ...]:
    found = await session.scalars(
        select(GroupPost)
        .join(EventGroup, EventGroup.id == GroupPost.group_id)
        .where(EventGroup.event_id == event_id, GroupPost.kind != GroupPostKind.CLOSE)
        .order_by(GroupPost.id.desc())
        .limit(SHOWN)
        .execution_options(populate_existing=True)
    )
    return tuple(
        PostStand(
            id=post.id,
            says=post.content.get("says", ""),
            part=next(iter(read_content(post.content).parts), None),
            is_poll=post.kind is GroupPostKind.POLL,
            state=post.state,
            reason=post.reason,
            at=post.sent_at or post.due_at,
        )
        for post in found
    )

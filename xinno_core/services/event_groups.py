"""The Telegram group of an event: linked by an organiser's own link, moved, left and let go.

A link is signed, names the event and the organiser, and works once, for a day, for that person
alone. Of a group only its id and title are kept, of its members nothing.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Event,
    EventGroup,
    EventState,
    GroupPost,
    GroupPostKind,
    NoticeState,
    Participant,
)
from xinno_core.services import access, participants
from xinno_core.services.events import EventCard, lock_event, read_card
from xinno_core.services.outbox import WAITING

GROUP_LINK = "g_"
HOLDS = timedelta(hours=24)
NONCE_BYTES = 4
SIGNATURE_BYTES = 8
LONGEST_TITLE = 200
REMOVED, LET_GO = "removed_from_group", "group_let_go"
GREETING = {"says": "linked"}
"""What stands in a post whose words are the house's own."""

_LINK = re.compile(
    r"g_(?P<event>[0-9a-f]{1,8})_(?P<organiser>[0-9a-f]{1,8})_(?P<replaces>[0-9a-f]{1,8})"
    r"_(?P<minute>[0-9a-f]{1,8})_(?P<nonce>[0-9a-f]{8})_(?P<signature>[0-9a-f]{16})"
)


@dataclass(frozen=True)
class Chat:
    """A group as Telegram names it."""

    id: int
    title: str


@dataclass(frozen=True)
class GroupStand:
    """The group of an event, and whether the assistant is still in it."""

    id: int
    title: str
    linked_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Linked:
    """This is the event's group now; `is_new` the first time it is said."""

    card: EventCard
    title: str
    is_new: bool


@dataclass(frozen=True)
class LinkUsedUp:
    """The link was used, is older than a day, or the event's group has changed since."""

    card: EventCard


@dataclass(frozen=True)
class GroupTaken:
    """This group belongs to another event."""

    card: EventCard
    title: str


LinkOutcome = Linked | LinkUsedUp | GroupTaken


@dataclass(frozen=True)
class _Wish:
    """What a link asks for."""

    event_id: int
    organiser_id: int
    replaces: int  # the group that it may replace, 0 for none
    until: datetime
    key: str


def make_link(
    secret: bytes, *, event_id: int, organiser: Participant, replaces: int, now: datetime
) -> str:
    """Return what a new link carries: at most 64 of the signs that Telegram allows."""
    minute = int((now + HOLDS).timestamp()) // 60
    nonce = secrets.token_hex(NONCE_BYTES)
    said = f"{GROUP_LINK}{event_id:x}_{organiser.id:x}_{replaces:x}_{minute:x}_{nonce}"
    return f"{said}_{_signature(secret, said)}"


def address(bot_username: str, payload: str) -> str:
    """Return the address that lets a person choose one of their groups."""
    return f"https://t.me/{bot_username}?startgroup={payload}"


async def link(
    session: AsyncSession,
    *,
    telegram_id: int,
    chat: Chat,
    payload: str,
    secret: bytes,
    at: datetime,
    now: datetime,
) -> LinkOutcome | None:
    """Make this chat the event's group; None for whoever the link is not meant for.

    `at` is Telegram's own time of the message, to be compared with when it says that we left.
    """
    wish = _read(payload, secret)
    person = await participants.find_by_telegram(session, telegram_id)
    if wish is None or person is None or person.id != wish.organiser_id:
        return None
    if await access.find_organised_event(session, person, wish.event_id) is None:
        return None
    event = await lock_event(session, wish.event_id)
    if event is None or event.state is EventState.DRAFT:
        return None
    card = await read_card(session, event)
    present = await _find_present(session, event.id)
    used = await session.scalar(select(EventGroup.id).where(EventGroup.link_key == wish.key))
    if used is not None:
        again = present is not None and present.id == used and _is_in(present, chat)
        return Linked(card, chat.title, is_new=False) if again else LinkUsedUp(card)
    if wish.until <= now or wish.replaces != (present.id if present else 0):
        return LinkUsedUp(card)
    taken = await _find_by_chat(session, chat.id)
    if taken is not None and taken.event_id != event.id:
        return GroupTaken(card, chat.title)
    return await _replace(session, present, card, person, chat, wish.key, at=at, now=now)


async def find_stand(session: AsyncSession, event_id: int) -> GroupStand | None:
    """Return the group of an event."""
    group = await _find_present(session, event_id)
    return stand_of(group) if group is not None else None


async def get_present(session: AsyncSession, event_id: int) -> EventGroup:
    """Return the group in which the assistant can write for this event."""
    group = await _find_present(session, event_id)
    if group is None or group.left_at is not None:
        raise NotFoundError
    return group


async def get_published(session: AsyncSession, participant: Participant, event_id: int) -> Event:
    """Return an event of an own region; a draft has no group, which would spread the word."""
    event = await access.get_organised_event(session, participant, event_id)
    if event.state is EventState.DRAFT:
        raise NotFoundError
    return event


async def unlink(
    session: AsyncSession, *, participant: Participant, event_id: int, group_id: int, now: datetime
) -> bool:
    """Let the group go: what waits is not posted any more; False when it is not the present one."""
    event = await access.lock_organised_event(session, participant, event_id)
    present = await _find_present(session, event.id)
    if present is None or present.id != group_id:
        return False
    await _let_go(session, present, now=now)
    _record(session, participant, "unlink_group", present, now=now)
    return True


async def leave(session: AsyncSession, *, chat_id: int, at: datetime) -> None:
    """Note that the assistant is no longer in a group; news from before the link say nothing."""
    group = await session.scalar(
        lock(
            select(EventGroup).where(
                EventGroup.chat_id == chat_id,
                EventGroup.unlinked_at.is_(None),
                EventGroup.left_at.is_(None),
                EventGroup.linked_at <= at,
            )
        )
    )
    if group is not None:
        group.left_at = at
        await _skip_waiting(session, group.id, reason=REMOVED)


async def lose(session: AsyncSession, *, group_id: int, now: datetime) -> None:
    """Note that Telegram let us write no more into a group."""
    group = await session.scalar(lock(select(EventGroup).where(EventGroup.id == group_id)))
    if group is not None:
        group.left_at = group.left_at or now
        await _skip_waiting(session, group.id, reason=REMOVED)


async def move(session: AsyncSession, *, chat_id: int, to: int, now: datetime) -> None:
    """Follow a group that became a supergroup: its id is another now, for all that still waits."""
    found = await session.scalars(
        lock(select(EventGroup).where(EventGroup.chat_id == chat_id).order_by(EventGroup.id))
    )
    for group in found.all():
        other = await _find_by_chat(session, to)
        if group.unlinked_at is None and other is not None:  # it was chosen under its new id
            await _let_go(session, group, now=now)
        group.chat_id, group.former_chat_id = to, chat_id
        await session.flush()


async def rename(session: AsyncSession, chat: Chat) -> None:
    """Keep a group's new title."""
    await session.execute(
        update(EventGroup)
        .where(EventGroup.chat_id == chat.id)
        .values(title=chat.title[:LONGEST_TITLE])
    )


def stand_of(group: EventGroup) -> GroupStand:
    """Return a group in plain values."""
    return GroupStand(group.id, group.title, group.linked_at, group.left_at)


async def _replace(
    session: AsyncSession,
    present: EventGroup | None,
    card: EventCard,
    person: Participant,
    chat: Chat,
    key: str,
    *,
    at: datetime,
    now: datetime,
) -> LinkOutcome:
    trial = await session.begin_nested()
    if present is not None:
        await _let_go(session, present, now=now)
    made = await change(
        session,
        insert_once(session, EventGroup).values(
            event_id=card.id,
            chat_id=chat.id,
            link_key=key,
            title=chat.title[:LONGEST_TITLE],
            linked_by=person.id,
            linked_at=at,
        ),
    )
    if not made:  # another event's organiser was quicker in this very group
        await trial.rollback()
        return GroupTaken(card, chat.title)
    await trial.commit()
    group = await session.scalar(select(EventGroup).where(EventGroup.link_key == key))
    if group is None:
        msg = "the group was linked and is not there"
        raise LookupError(msg)
    session.add(
        GroupPost(
            group_id=group.id,
            kind=GroupPostKind.TEXT,
            content=GREETING,
            dedup_key=f"linked:{group.id}",
            due_at=now,
        )
    )
    _record(session, person, "link_group", group, now=now)
    await session.flush()
    return Linked(card, group.title, is_new=True)


def _is_in(group: EventGroup, chat: Chat) -> bool:
    """Tell whether the assistant is in this chat as the event's group, under either of its ids."""
    return group.left_at is None and chat.id in {group.chat_id, group.former_chat_id}


async def _let_go(session: AsyncSession, group: EventGroup, *, now: datetime) -> None:
    group.unlinked_at = now
    await session.flush()
    await _skip_waiting(session, group.id, reason=LET_GO)


async def _skip_waiting(session: AsyncSession, group_id: int, *, reason: str) -> None:
    await session.execute(
        update(GroupPost)
        .where(GroupPost.group_id == group_id, GroupPost.state.in_(WAITING))
        .values(state=NoticeState.SKIPPED, reason=reason)
    )


async def _find_present(session: AsyncSession, event_id: int) -> EventGroup | None:
    return await session.scalar(
        select(EventGroup)
        .where(EventGroup.event_id == event_id, EventGroup.unlinked_at.is_(None))
        .execution_options(populate_existing=True)
    )


async def _find_by_chat(session: AsyncSession, chat_id: int) -> EventGroup | None:
    """Return the linked group with this id, also when it is the one from before its upgrade."""
    return await session.scalar(
        select(EventGroup)
        .where(
            or_(EventGroup.chat_id == chat_id, EventGroup.former_chat_id == chat_id),
            EventGroup.unlinked_at.is_(None),
        )
        .order_by(EventGroup.id.desc())
        .limit(1)
    )


def _record(
    session: AsyncSession, person: Participant, verb: str, group: EventGroup, *, now: datetime
) -> None:
    access.record(
        session,
        actor=person,
        verb=verb,
        subject=f"event:{group.event_id}",
        at=now,
        group=group.id,
    )


def _read(payload: str, secret: bytes) -> _Wish | None:
    found = _LINK.fullmatch(payload)
    if found is None:
        return None
    said = payload.rpartition("_")[0]
    if not hmac.compare_digest(_signature(secret, said).encode(), found["signature"].encode()):
        return None
    return _Wish(
        event_id=int(found["event"], 16),
        organiser_id=int(found["organiser"], 16),
        replaces=int(found["replaces"], 16),
        until=datetime.fromtimestamp(int(found["minute"], 16) * 60, UTC),
        key=hashlib.sha256(payload.encode()).hexdigest()[:32],
    )


def _signature(secret: bytes, said: str) -> str:
    return hmac.digest(secret, f"group:{said}".encode(), hashlib.sha256)[:SIGNATURE_BYTES].hex()

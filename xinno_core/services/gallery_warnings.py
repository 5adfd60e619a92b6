"""Telling organisers a day ahead that pictures are to go out, and that there is none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, EventState, Notice, NoticeKind, Role, RoleGrant, Rule
from xinno_core.services import outbox, showing
from xinno_core.services.gallery_rules import DAY


async def warn(session: AsyncSession, *, now: datetime, limit: int = 50) -> int:
    """Promise the organisers a word about each empty gallery that is due soon, once a time."""
    rules = [rule for rule in await _list_near(session, now=now, limit=limit) if not rule.links]
    if not rules:
        return 0
    galleries = await showing.read_galleries(session, {rule.event_id for rule in rules})
    empty = [rule for rule in rules if not galleries.get(rule.event_id)]
    wanted = await _list_wanted(session, empty)
    known = set(await session.scalars(select(Notice.dedup_key).where(Notice.dedup_key.in_(wanted))))
    new = {key: told for key, told in wanted.items() if key not in known}
    for key, (rule, organiser_id) in new.items():
        await outbox.promise(
            session,
            participant_id=organiser_id,
            kind=NoticeKind.MEDIA_MISSING,
            dedup_key=key,
            event_id=rule.event_id,
            due_at=now,
            useful_until=rule.due_at,
            params={"rule_id": rule.id, "due_at": rule.due_at.isoformat()},
        )
    return len(new)


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next gallery is a day ahead."""
    due_at = await session.scalar(
        select(func.min(Rule.due_at))
        .join(Event, Event.id == Rule.event_id)
        .where(
            Rule.kind == NoticeKind.MEDIA,
            Rule.expanded.is_(False),
            Rule.stopped_at.is_(None),
            Rule.due_at > after + DAY,
            Event.state == EventState.PUBLISHED,
            Event.journey_paused_at.is_(None),
        )
    )
    return due_at - DAY if due_at is not None else None


async def _list_near(session: AsyncSession, *, now: datetime, limit: int) -> Sequence[Rule]:
    found = await session.scalars(
        select(Rule)
        .join(Event, Event.id == Rule.event_id)
        .where(
            Rule.kind == NoticeKind.MEDIA,
            Rule.expanded.is_(False),
            Rule.stopped_at.is_(None),
            Rule.due_at > now,
            Rule.due_at <= now + DAY,
            Event.state == EventState.PUBLISHED,
            Event.journey_paused_at.is_(None),
        )
        .order_by(Rule.due_at, Rule.id)
        .limit(limit)
    )
    return found.all()


async def _list_wanted(session: AsyncSession, rules: Sequence[Rule]) -> dict[str, tuple[Rule, int]]:
    """Return whom to tell of which rule, by the key that makes it once."""
    found = await session.execute(
        select(Rule, RoleGrant.participant_id)
        .join(Event, Event.id == Rule.event_id)
        .join(RoleGrant, RoleGrant.region_id == Event.region_id)
        .where(Rule.id.in_([rule.id for rule in rules]), RoleGrant.role == Role.ORGANISER)
        .order_by(Rule.id, RoleGrant.participant_id)
    )
    return {
        f"media_missing:{rule.id}:{int(rule.due_at.timestamp())}:{person}": (rule, person)
        for rule, person in found
    }

"""Promising messages: a row first, a message later.

A promise is made in the transaction of the fact it tells, so it exists exactly when the fact does.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.models import (
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Registration,
    RegistrationState,
)
from xinno_core.models.base import Instant, Json

CLASS_OF = {
    NoticeKind.CONFIRMATION: NoticeClass.ANSWER,
    NoticeKind.OFFER: NoticeClass.ANSWER,  # made only outside quiet hours, so it need not wait
    NoticeKind.OFFER_EXPIRED: NoticeClass.SERVICE,
    NoticeKind.REMINDER: NoticeClass.SERVICE,
    NoticeKind.THANKS: NoticeClass.SERVICE,
    NoticeKind.SURVEY: NoticeClass.SERVICE,
    NoticeKind.SURVEY_RESULTS: NoticeClass.SERVICE,
    NoticeKind.SURVEY_ACTIONS: NoticeClass.SERVICE,
    NoticeKind.EXERCISE: NoticeClass.OPTIONAL,
    NoticeKind.NOTE: NoticeClass.SERVICE,
    NoticeKind.CHANGED: NoticeClass.CRITICAL,
    NoticeKind.CANCELLED: NoticeClass.CRITICAL,
    NoticeKind.REQUEST: NoticeClass.SERVICE,
    NoticeKind.DECLINED: NoticeClass.SERVICE,
    NoticeKind.WAITLISTED: NoticeClass.SERVICE,
    NoticeKind.NEXT: NoticeClass.OPTIONAL,
    NoticeKind.MEDIA: NoticeClass.SERVICE,
    NoticeKind.MEDIA_MISSING: NoticeClass.SERVICE,
    NoticeKind.PHOTO_WITHDRAWN: NoticeClass.SERVICE,
    NoticeKind.ENQUIRY: NoticeClass.SERVICE,
    NoticeKind.ENQUIRY_ANSWER: NoticeClass.SERVICE,
    NoticeKind.BROADCAST: NoticeClass.SERVICE,  # unless the announcement says otherwise
    NoticeKind.BROADCAST_TEST: NoticeClass.ANSWER,
    NoticeKind.BROADCAST_SECOND: NoticeClass.SERVICE,
    NoticeKind.BROADCAST_STOPPED: NoticeClass.SERVICE,
    NoticeKind.BROADCAST_DONE: NoticeClass.ANSWER,
}

REPEATS_ONCE = frozenset(
    {
        NoticeKind.CONFIRMATION,
        NoticeKind.OFFER,
        NoticeKind.REMINDER,
        NoticeKind.CHANGED,
        NoticeKind.CANCELLED,
        NoticeKind.PHOTO_WITHDRAWN,
        NoticeKind.ENQUIRY,
        NoticeKind.ENQUIRY_ANSWER,
        NoticeKind.BROADCAST_SECOND,
        NoticeKind.BROADCAST_STOPPED,
    }
)
"""Kinds where missing is worse than doubling: an unknown ending is repeated once."""

FOR_ORGANISERS = frozenset(
    {
        NoticeKind.REQUEST,
        NoticeKind.MEDIA_MISSING,
        NoticeKind.PHOTO_WITHDRAWN,
        NoticeKind.ENQUIRY,
        NoticeKind.BROADCAST_TEST,
        NoticeKind.BROADCAST_SECOND,
        NoticeKind.BROADCAST_STOPPED,
        NoticeKind.BROADCAST_DONE,
    }
)
"""What concerns who organises the region, registered or not, and nobody else."""

FOR_REPORTERS = frozenset({NoticeKind.SURVEY_RESULTS})
"""What concerns who organises the region and who leads its pilot."""

WAITING = (NoticeState.PLANNED, NoticeState.HELD)


async def promise(
    session: AsyncSession,
    *,
    participant_id: int,
    kind: NoticeKind,
    dedup_key: str,
    due_at: datetime,
    useful_until: datetime | None = None,
    event_id: int | None = None,
    notice_class: NoticeClass | None = None,
    params: dict[str, Any] | None = None,
) -> None:
    """Promise one message; the same promise made twice is one."""
    await session.execute(
        insert_once(session, Notice).values(
            participant_id=participant_id,
            kind=kind,
            notice_class=notice_class or CLASS_OF[kind],
            dedup_key=dedup_key,
            due_at=due_at,
            useful_until=useful_until,
            event_id=event_id,
            params=params or {},
            state=NoticeState.PLANNED,
            attempts=0,
            telegram_ids=[],
        )
    )


async def promise_to_active(
    session: AsyncSession,
    *,
    event_id: int,
    kind: NoticeKind,
    dedup_prefix: str,
    due_at: datetime,
    useful_until: datetime,
    notice_class: NoticeClass | None = None,
) -> int:
    """Promise one message to everyone with a seat, an offer, a number or a request.

    It is one statement, however many they are; return how many people it reaches.
    """
    people = select(
        Registration.participant_id,
        literal(event_id),
        literal(kind, Notice.kind.type),
        literal(notice_class or CLASS_OF[kind], Notice.notice_class.type),
        literal(dedup_prefix) + cast(Registration.participant_id, String),
        literal({}, Json),
        literal(due_at, Instant()),
        literal(useful_until, Instant()),
        literal(NoticeState.PLANNED, Notice.state.type),
        literal(0),
        literal([], Json),
    ).where(
        Registration.event_id == event_id,
        Registration.state.not_in((RegistrationState.CANCELLED, RegistrationState.DECLINED)),
    )
    columns = (
        "participant_id",
        "event_id",
        "kind",
        "notice_class",
        "dedup_key",
        "params",
        "due_at",
        "useful_until",
        "state",
        "attempts",
        "telegram_ids",
    )
    return await change(session, insert_once(session, Notice).from_select(columns, people))


async def skip_waiting(
    session: AsyncSession,
    *,
    reason: str,
    participant_id: int | None = None,
    event_id: int | None = None,
    besides: Collection[NoticeKind] = (),
) -> int:
    """Skip what is still waiting for one person, one event, or one person at one event."""
    query = (
        update(Notice)
        .where(Notice.state.in_(WAITING), Notice.kind.not_in(besides))
        .values(state=NoticeState.SKIPPED, reason=reason)
    )
    if participant_id is not None:
        query = query.where(Notice.participant_id == participant_id)
    if event_id is not None:
        query = query.where(Notice.event_id == event_id)
    return await change(session, query)


async def next_due(session: AsyncSession, *, after: datetime) -> datetime | None:
    """Return when the next waiting message is due."""
    return await session.scalar(
        select(Notice.due_at)
        .where(Notice.state.in_(WAITING), Notice.due_at > after)
        .order_by(Notice.due_at)
        .limit(1)
    )

"""Telling a change: once to each person whom it concerns, as the difference from what they know.

Someone whose last news has not been sent yet gets one message instead of two: it begins where the
earlier one would have begun.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.models import (
    Event,
    EventSession,
    Notice,
    NoticeClass,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    SessionSeat,
)
from xinno_core.services import gate, outbox
from xinno_core.services.differences import (
    Difference,
    Stand,
    difference,
    from_params,
    is_soon,
    spans_of,
    spans_of_difference,
    stand_of,
)
from xinno_core.services.events import list_sessions
from xinno_core.services.journey_people import is_heard
from xinno_core.services.standings import ENDED


@dataclass(frozen=True)
class Told:
    """How many people get one message, by where they stand, and what it replaces."""

    states: Mapping[RegistrationState, int]
    replaced: int = 0  # news of an earlier change that nobody had read
    unheard: int = 0  # people whom it concerns, too, and who can't be written to

    @property
    def people(self) -> int:
        """How many there are in all."""
        return sum(self.states.values())


@dataclass(frozen=True)
class _News:
    """What one person is to read."""

    was: Stand
    now: Stand
    what: Difference
    chosen: Mapping[int, RegistrationState]  # sessions that the person could choose otherwise


async def tell(session: AsyncSession, event: Event, before: Stand, *, now: datetime) -> Told:
    """Promise everyone whom the change concerns one message, and ask those who have a seat.

    It concerns all who are registered, or wait, where the event's own time or place is another;
    a session concerns those who take part in it, or wait for a seat in it.
    """
    slots = await list_sessions(session, event.id)
    after = stand_of(event, slots)
    chosen = await _list_chosen(session, event.id)
    unsent = await _list_unsent(session, event.id)
    concerns: list[Registration] = []
    rows: list[dict[str, Any]] = []
    replaced: list[int] = []
    for registration in await _list_active(session, event.id):
        concerned = _concerns(registration, slots, chosen[registration.id])
        has_seat = registration.state is RegistrationState.CONFIRMED
        was = before.seen(concerned, with_link=has_seat)
        is_now = after.seen(concerned, with_link=has_seat)
        if not difference(was, is_now, event.zone):
            continue
        asked = registration.asked_revision
        if (earlier := unsent.get(registration.participant_id)) is not None:
            replaced.append(earlier.id)
            asked, was = earlier.params.get("asked"), _as_told(earlier, was)
        what = difference(was, is_now, event.zone)
        news = _News(was, is_now, what, chosen[registration.id])
        if has_seat:
            registration.asked_revision = event.schedule_revision if news.what else asked
        if news.what:  # else it is again as they know it
            concerns.append(registration)
            rows.append(_row(event, registration, news, asked=asked, now=now))
    await _drop(session, replaced)
    if rows:
        await session.execute(insert_once(session, Notice), rows)
    return await _told(session, event, concerns, replaced=len(replaced))


async def find_news(
    session: AsyncSession, registration: Registration, *, since: int, now: datetime
) -> Notice | None:
    """Return what is otherwise now than a person knew when a notice was made: all in one notice.

    It is never kept, and only says what is to be read; None where everything is as they knew it.
    """
    first = await session.scalar(
        select(Notice)
        .where(
            Notice.participant_id == registration.participant_id,
            Notice.event_id == registration.event_id,
            Notice.kind == NoticeKind.CHANGED,
            Notice.id > since,
        )
        .order_by(Notice.id)
        .limit(1)
    )
    if first is None:
        return None
    event = await session.get_one(Event, registration.event_id)
    slots = await list_sessions(session, event.id)
    chosen = (await _list_chosen(session, event.id, only=registration.id))[registration.id]
    stands = stand_of(event, slots).seen(_concerns(registration, slots, chosen), with_link=True)
    was = from_params(first.params["was"])
    news = _News(was, stands, difference(was, stands, event.zone), chosen)
    if not news.what:
        return None
    row = _row(event, registration, news, asked=registration.asked_revision, now=now)
    return Notice(id=0, parts_sent=0, version=0, **row)


async def tell_cancelled(
    session: AsyncSession, event: Event, stand: Stand, *, now: datetime
) -> Told:
    """Promise everyone who has a seat, an offer, a number or a request that nothing takes place."""
    active = await _list_active(session, event.id)
    await outbox.promise_to_active(
        session,
        event_id=event.id,
        kind=NoticeKind.CANCELLED,
        dedup_prefix=f"cancelled:{event.id}:",
        due_at=now,
        useful_until=event.ends_at,
        notice_class=_class(is_urgent=is_soon(spans_of(stand), now=now)),
    )
    return await _told(session, event, active)


async def _told(
    session: AsyncSession, event: Event, concerns: Sequence[Registration], *, replaced: int = 0
) -> Told:
    """Count whom a message reaches; who has no chat has it in the ledger and hears nothing."""
    found = await session.scalars(
        select(Registration.id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(Registration.event_id == event.id, *is_heard())
    )
    heard = frozenset(found)
    states = Counter(one.state for one in concerns if one.id in heard)
    return Told(dict(states), replaced, len(concerns) - states.total())


def _row(
    event: Event, registration: Registration, news: _News, *, asked: int | None, now: datetime
) -> dict[str, Any]:
    clashes = _clashes(news)
    params: dict[str, Any] = {
        "revision": event.schedule_revision,
        "asked": asked,  # what had been asked before: it counts again if this is taken back unread
        "was": news.was.to_params(),
        "now": news.now.to_params(
            {one.session_id for one in news.what.sessions}.union(*clashes.values())
        ),
        "clashes": {str(key): others for key, others in clashes.items()},
        "is_chosen": any(one.session_id in news.chosen for one in news.what.sessions),
    }
    if registration.offered_until is not None:
        params["until"] = registration.offered_until.isoformat()
    is_urgent = is_soon(spans_of_difference(news.what, news.was, news.now), now=now)
    return {
        "participant_id": registration.participant_id,
        "event_id": event.id,
        "kind": NoticeKind.CHANGED,
        "notice_class": _class(is_urgent=is_urgent),
        "dedup_key": f"changed:{event.id}:{event.schedule_revision}:{registration.participant_id}",
        "params": params,
        "due_at": now,
        "useful_until": event.ends_at,
        "state": NoticeState.PLANNED,
        "attempts": 0,
        "telegram_ids": [],
    }


def _clashes(news: _News) -> dict[int, list[int]]:
    """Return by moved session of the person's choice those with a seat at its new time."""
    seats = {
        key: one
        for key, one in news.now.sessions.items()
        if news.chosen.get(key) is RegistrationState.CONFIRMED
    }
    moved = [
        (one.session_id, news.now.sessions[one.session_id])
        for one in news.what.sessions
        if one.times and one.session_id in news.chosen
    ]
    found = {
        key: [
            other
            for other, at in seats.items()
            if other != key and at.starts_at < one.ends_at and one.starts_at < at.ends_at
        ]
        for key, one in moved
    }
    return {key: others for key, others in found.items() if others}


def _class(*, is_urgent: bool) -> NoticeClass:
    """Today's and tomorrow's news is told at any hour; everything else waits for the morning."""
    return NoticeClass.CRITICAL if is_urgent else NoticeClass.SERVICE


def _as_told(earlier: Notice, before: Stand) -> Stand:
    """Return how things stood when the person last heard of them: before the unsent message."""
    told = from_params(earlier.params["was"])
    known = {key: told.sessions.get(key, one) for key, one in before.sessions.items()}
    return replace(told, sessions=known)


def _concerns(
    registration: Registration, slots: Sequence[EventSession], chosen: Collection[int]
) -> set[int]:
    """Return the sessions in which somebody takes part, or waits for a seat."""
    return {
        slot.id
        for slot in slots
        if (slot.id in chosen if slot.by_choice else slot.is_for(registration.role))
    }


async def _drop(session: AsyncSession, notice_ids: Collection[int]) -> None:
    await change(
        session,
        update(Notice)
        .where(Notice.id.in_(notice_ids), Notice.state.in_(outbox.WAITING))
        .values(state=NoticeState.SKIPPED, reason=gate.Reason.SUPERSEDED.value),
    )


async def _list_active(session: AsyncSession, event_id: int) -> Sequence[Registration]:
    found = await session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.state.not_in(ENDED))
        .order_by(Registration.id)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def _list_chosen(
    session: AsyncSession, event_id: int, *, only: int | None = None
) -> Mapping[int, Mapping[int, RegistrationState]]:
    """Return by registration the sessions in which it holds a seat, an offer or a number."""
    query = (
        select(SessionSeat.registration_id, SessionSeat.session_id, SessionSeat.state)
        .join(Registration, Registration.id == SessionSeat.registration_id)
        .where(Registration.event_id == event_id, SessionSeat.state.not_in(ENDED))
    )
    if only is not None:
        query = query.where(Registration.id == only)
    found = await session.execute(query)
    chosen: dict[int, dict[int, RegistrationState]] = defaultdict(dict)
    for registration_id, session_id, state in found:
        chosen[registration_id][session_id] = state
    return chosen


async def _list_unsent(session: AsyncSession, event_id: int) -> Mapping[int, Notice]:
    """Return by participant the news of an earlier change that was not sent yet."""
    found = await session.scalars(
        select(Notice)
        .where(
            Notice.event_id == event_id,
            Notice.kind == NoticeKind.CHANGED,
            Notice.state.in_(outbox.WAITING),
        )
        .order_by(Notice.id)
        .execution_options(populate_existing=True)
    )
    return {notice.participant_id: notice for notice in found}

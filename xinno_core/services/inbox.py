"""The inbox: an update is a row before it is acknowledged, and has its effect exactly once.

One person's updates are worked in order, different people's in parallel. An attempt is counted
and committed before the work, so that an update which kills the process is parked too.

What it says lies sealed: a press on an answer and a written one name the person, and neither a
copy of the database nor its log may hold the two together.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from xinno_core.database import change, insert_once, lock, machine_time, seal_of
from xinno_core.models import Inbox, InboxState
from xinno_core.sealing import PREFIX, WrongKeyError

LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 3
PLACE = "inbox"
BLOCK = 4096
"""Bytes to which a payload is padded: any press and any answer is as long as any other."""
OTHER_KEY = "sealed with another key"
KNOWN_FOR = timedelta(days=3)
"""So long an update that is done stays known; Telegram repeats none that is older than a day."""


@dataclass(frozen=True)
class Work:
    """One update that a worker holds."""

    id: int
    payload: str
    person_key: str | None
    attempt: int
    holder: str

    @property
    def is_last_attempt(self) -> bool:
        """Tell whether a failure now parks the update."""
        return self.attempt >= MOST_ATTEMPTS


async def store(
    session: AsyncSession, *, update_id: int, person_key: str | None, payload: str
) -> bool:
    """Keep an update; False when it is known already."""
    stored = await change(
        session,
        insert_once(session, Inbox).values(
            update_id=update_id,
            person_key=person_key,
            payload=seal_of(session).close_text(payload, place=PLACE, block=BLOCK),
            state=InboxState.OPEN,
            attempts=0,
            received_at=machine_time(session),
        ),
    )
    return bool(stored)


async def claim(session: AsyncSession, *, holder: str, busy: frozenset[str]) -> Work | None:
    """Take the oldest update of a person of whom no earlier one is open.

    `busy` are the people whose screen is still on its way from this process.
    """
    earlier = aliased(Inbox)
    now = machine_time(session)
    row = await session.scalar(
        lock(
            select(Inbox)
            .where(
                Inbox.state == InboxState.OPEN,
                or_(Inbox.lease_until.is_(None), Inbox.lease_until < now),
                or_(Inbox.person_key.is_(None), Inbox.person_key.not_in(busy)),
                ~exists().where(
                    earlier.person_key == Inbox.person_key,
                    earlier.state == InboxState.OPEN,
                    earlier.id < Inbox.id,
                ),
            )
            .order_by(Inbox.id)
            .limit(1),
            skip_locked=True,
        )
    )
    if row is None:
        return None
    if row.attempts >= MOST_ATTEMPTS:  # the process died each time: nobody was there to park it
        await park(session, row.id, error="the process ended while working on it")
        return None
    try:
        payload = seal_of(session).open_text(row.payload or "", place=PLACE)
    except WrongKeyError:  # the key file was exchanged while it waited
        await park(session, row.id, error=OTHER_KEY)
        return None
    machine_now = await session.scalar(select(now))
    row.attempts += 1
    row.lease_holder = holder
    row.lease_until = machine_now + LEASE if machine_now else None
    await session.flush()
    return Work(row.id, payload, row.person_key, row.attempts, holder)


async def finish(session: AsyncSession, work: Work) -> bool:
    """Mark the update done in the transaction of its effect, and blank what it said.

    False when the lease went to another worker meanwhile: then the effect must be rolled back.
    """
    finished = await change(
        session,
        update(Inbox)
        .where(*_is_held(work))
        .values(state=InboxState.DONE, payload=None, person_key=None, lease_until=None, error=None),
    )
    return bool(finished)


async def fail(session: AsyncSession, work: Work, *, error: str) -> bool:
    """Give a failed update back for another try, or park it; True when it is parked."""
    held = update(Inbox).where(*_is_held(work))
    if work.is_last_attempt:
        return bool(await change(session, held.values(**_parked(error))))
    await session.execute(held.values(lease_until=None, error=error))
    return False


async def park(session: AsyncSession, inbox_id: int, *, error: str) -> None:
    """Put an update aside for good; what it said goes, why it failed stays."""
    await session.execute(update(Inbox).where(Inbox.id == inbox_id).values(**_parked(error)))


async def forget_done(session: AsyncSession) -> int:
    """Remove what was done long ago, so that the inbox stays small; what was put aside stays."""
    now = await session.scalar(select(machine_time(session)))
    if now is None:
        return 0
    is_old = Inbox.received_at < now - KNOWN_FOR
    return await change(session, delete(Inbox).where(Inbox.state == InboxState.DONE, is_old))


async def count_sealed(session: AsyncSession) -> int:
    """Return how many updates wait that only the key opens."""
    return (
        await session.scalar(select(func.count()).select_from(Inbox).where(*_waits_sealed())) or 0
    )


async def park_sealed(session: AsyncSession) -> int:
    """Put aside whatever waits and was sealed: its key is lost."""
    return await change(session, update(Inbox).where(*_waits_sealed()).values(**_parked(OTHER_KEY)))


async def release_all(session: AsyncSession) -> None:
    """Free the updates that a dead process held; only for the one process of a SQLite database."""
    await session.execute(
        update(Inbox).where(Inbox.state == InboxState.OPEN).values(lease_until=None)
    )


def _is_held(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Say that the update is still this worker's: no lease has run out and gone to another."""
    return (
        Inbox.id == work.id,
        Inbox.state == InboxState.OPEN,
        Inbox.lease_holder == work.holder,
        Inbox.attempts == work.attempt,
    )


def _waits_sealed() -> tuple[ColumnElement[bool], ...]:
    return Inbox.state == InboxState.OPEN, Inbox.payload.startswith(PREFIX)


def _parked(error: str) -> dict[str, Any]:
    return {
        "state": InboxState.PARKED,
        "payload": None,
        "person_key": None,
        "lease_until": None,
        "error": error,
    }

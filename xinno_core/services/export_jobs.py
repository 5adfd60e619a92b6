"""Files that were asked for in the chat: made one after the other, sent when they are whole.

A job is a promise that survives a restart. Whoever works on it holds a lease; the same file asked
for twice while it is under way is one job. A file that may have been sent when the program died is
sent again: two are better than none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock, machine_time
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import ExportJob, ExportState, Participant
from xinno_core.services import exports
from xinno_core.services.exports import Format, Kind, Separator, Span, Where, Wish

LEASE = timedelta(seconds=60)
"""Renewed every few seconds while somebody works."""

KEPT_FOR = timedelta(days=30)
"""So long an old button still says how its file ended."""

MOST_ATTEMPTS = 3
UNDER_WAY = (ExportState.PLANNED, ExportState.RUNNING, ExportState.SENDING)
HELD = (ExportState.RUNNING, ExportState.SENDING)

NOT_YOURS = "not_yours"
GAVE_UP = "gave_up"
TOO_FEW = "too_few"
TOO_LARGE = "too_large"
TOO_BIG_TO_SEND = "too_big_to_send"
FAILED = "failed"


@dataclass(frozen=True)
class Asked:
    """The file will be made; or is being made already, because it was asked for before."""

    job_id: int
    wish: Wish
    name: LanguageMap
    is_again: bool


@dataclass(frozen=True)
class NoAnswersYet:
    """There is nothing to show: too few have answered."""

    where: Where
    name: LanguageMap


@dataclass(frozen=True)
class Cancelled:
    """The file is not made."""

    where: Where
    name: LanguageMap


@dataclass(frozen=True)
class OverBefore:
    """It had ended before it could be cancelled, and how."""

    where: Where
    name: LanguageMap
    state: ExportState
    reason: str | None


@dataclass(frozen=True)
class DueJob:
    """One file that is to be made now."""

    id: int
    holder: str
    chat_id: int
    language: str
    tone: str
    wish: Wish
    name: LanguageMap
    file_name: str  # without its ending
    message_id: int | None


AskOutcome = Asked | NoAnswersYet
CancelOutcome = Cancelled | OverBefore


async def ask(
    session: AsyncSession,
    *,
    participant: Participant,
    wish: Wish,
    message_id: int | None,
    now: datetime,
) -> AskOutcome:
    """Keep the wish for a file; the same one while it is under way is that one."""
    await exports.check_wish(session, participant=participant, wish=wish)
    found = await exports.get_overview(session, participant=participant, where=wish.where, now=now)
    if wish.kind is Kind.ANSWERS and not found.answers:
        return NoAnswersYet(wish.where, found.name)
    key = _dedup_key(participant, wish)
    made = await change(
        session,
        insert_once(session, ExportJob).values(
            participant_id=participant.id,
            kind=wish.kind.value,
            scope={wish.where.span.value: wish.where.id},
            options={
                "format": wish.format.value,
                "language": wish.language,
                "separator": wish.separator.value,
            },
            dedup_key=key,
            state=ExportState.PLANNED,
            done=0,
            attempts=0,
            message_id=message_id,
            asked_at=now,
        ),
    )
    job_id = await session.scalar(select(ExportJob.id).where(ExportJob.dedup_key == key))
    if job_id is None:  # it ended this very moment
        raise NotFoundError
    return Asked(job_id, wish, found.name, is_again=not made)


async def cancel(
    session: AsyncSession, *, participant: Participant, job_id: int, now: datetime
) -> CancelOutcome:
    """Give up a file that is not sent yet; another person's does not exist."""
    job = await session.scalar(
        lock(select(ExportJob).where(ExportJob.id == job_id)).execution_options(
            populate_existing=True
        )
    )
    if job is None or job.participant_id != participant.id:
        raise NotFoundError
    where = _wish(job).where
    name = await exports.find_name(session, where)
    if job.state not in {ExportState.PLANNED, ExportState.RUNNING}:
        return OverBefore(where, name, job.state, job.reason)
    _end(job, ExportState.CANCELLED, None, now)
    await session.flush()
    return Cancelled(where, name)


async def claim(session: AsyncSession, *, holder: str, now: datetime) -> DueJob | None:
    """Take the next file that is to be made; None when there is none."""
    job = await session.scalar(
        lock(
            select(ExportJob).where(_may_be_taken(session)).order_by(ExportJob.id).limit(1),
            skip_locked=True,
        ).execution_options(populate_existing=True)
    )
    if job is None:
        return None
    job.attempts += 1
    job.state = ExportState.RUNNING
    job.lease_holder = holder
    job.lease_until = await _lease(session)
    job.done = 0
    person = await session.get_one(Participant, job.participant_id)
    wish = _wish(job)
    name = await exports.find_name(session, wish.where)
    due = DueJob(
        id=job.id,
        holder=holder,
        chat_id=person.telegram_id or 0,
        language=person.language,
        tone=person.tone,
        wish=wish,
        name=name,
        file_name=f"{await exports.find_key(session, wish.where)}-{wish.kind.value}",
        message_id=job.message_id,
    )
    await session.flush()
    return due


async def check(session: AsyncSession, due: DueJob, *, now: datetime) -> str | None:
    """Say why a claimed file is not made after all; None when it is."""
    job = await session.get_one(ExportJob, due.id)
    person = await session.get_one(Participant, job.participant_id)
    if job.attempts > MOST_ATTEMPTS:
        return GAVE_UP
    if person.telegram_id is None or not person.reachable:
        return NOT_YOURS
    try:  # a role may have been taken back since
        await exports.check_wish(session, participant=person, wish=due.wish)
    except NotFoundError:
        return NOT_YOURS
    return None


async def go_on(session: AsyncSession, due: DueJob, *, done: int, total: int | None) -> bool:
    """Note how far a file is; False when it is no longer wanted, or no longer ours."""
    met = await change(
        session,
        update(ExportJob)
        .where(_is_held(due), ExportJob.state == ExportState.RUNNING)
        .values(done=done, total=total, lease_until=await _lease(session)),
    )
    return bool(met)


async def begin_sending(session: AsyncSession, due: DueJob, *, now: datetime) -> bool:
    """Note that the file goes out now, and in the audit; False when it was cancelled."""
    met = await change(
        session,
        update(ExportJob)
        .where(_is_held(due), ExportJob.state == ExportState.RUNNING)
        .values(state=ExportState.SENDING, lease_until=await _lease(session)),
    )
    if not met:
        return False
    job = await session.get_one(ExportJob, due.id)
    person = await session.get_one(Participant, job.participant_id)
    where = due.wish.where
    subject = f"{where.span.value}:{where.id}"
    exports.record(session, actor=person, kind=due.wish.kind, subject=subject, now=now)
    return True


async def end(
    session: AsyncSession, due: DueJob, *, state: ExportState, reason: str | None, now: datetime
) -> bool:
    """Note how it ended; False when it had been cancelled, or somebody else has taken it up."""
    job = await session.scalar(
        lock(select(ExportJob).where(_is_held(due))).execution_options(populate_existing=True)
    )
    if job is None or job.state not in HELD:
        return False
    _end(job, state, reason, now)
    await session.flush()
    return True


async def find_cancelled(session: AsyncSession, due: DueJob) -> Cancelled | None:
    """Return the end of a file that was cancelled while it was made; None when it was not."""
    state = await session.scalar(select(ExportJob.state).where(ExportJob.id == due.id))
    return Cancelled(due.wish.where, due.name) if state is ExportState.CANCELLED else None


async def put_back(session: AsyncSession, due: DueJob, *, is_counted: bool) -> None:
    """Let the file be made anew; what went wrong is counted, so that it has an end."""
    attempts = ExportJob.attempts if is_counted else ExportJob.attempts - 1
    await change(
        session,
        update(ExportJob)
        .where(_is_held(due), ExportJob.state.in_(HELD))
        .values(
            state=ExportState.PLANNED,
            lease_until=None,
            lease_holder=None,
            attempts=attempts,
        ),
    )


async def forget_old(session: AsyncSession, *, now: datetime) -> int:
    """Remove what ended long ago; who had which file stands in the audit."""
    return await change(session, delete(ExportJob).where(ExportJob.ended_at <= now - KEPT_FOR))


async def release_all(session: AsyncSession) -> None:
    """Let go of whatever a program held that died; only where there can be no other one."""
    await change(
        session,
        update(ExportJob).where(ExportJob.state.in_(HELD)).values(lease_until=None),
    )


def _end(job: ExportJob, state: ExportState, reason: str | None, now: datetime) -> None:
    job.state, job.reason, job.ended_at = state, reason, now
    job.dedup_key = job.lease_until = job.lease_holder = None


def _may_be_taken(session: AsyncSession) -> ColumnElement[bool]:
    left = or_(ExportJob.lease_until.is_(None), ExportJob.lease_until < machine_time(session))
    return or_(ExportJob.state == ExportState.PLANNED, and_(ExportJob.state.in_(HELD), left))


def _is_held(due: DueJob) -> ColumnElement[bool]:
    return and_(ExportJob.id == due.id, ExportJob.lease_holder == due.holder)


async def _lease(session: AsyncSession) -> datetime:
    now: datetime = await session.scalar(select(machine_time(session)))  # type: ignore[assignment]
    return now + LEASE


def _wish(job: ExportJob) -> Wish:
    ((span, id_),) = job.scope.items()
    options: dict[str, Any] = job.options
    return Wish(
        Where(Span(span), id_),
        Kind(job.kind),
        Format(options["format"]),
        options["language"],
        Separator(options["separator"]),
    )


def _dedup_key(participant: Participant, wish: Wish) -> str:
    return ":".join(
        (
            str(participant.id),
            wish.where.span.value,
            str(wish.where.id),
            wish.kind.value,
            wish.format.value,
            wish.language,
            wish.separator.value,
        )
    )

"""Saying yes or no to those who ask for a place in a role that needs the organiser's approval.

A yes gives a seat, or a number when a limit is full; a no ends the request. Whoever of several
organisers decides second finds it decided.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Cause,
    Event,
    EventState,
    NoticeKind,
    Participant,
    Registration,
    RegistrationState,
)
from xinno_core.services import access, outbox, registration
from xinno_core.services.events import list_limits
from xinno_core.services.questions import Audience, Field, FieldKind, Form
from xinno_core.services.seats import Claim, give_up, queue_position


@dataclass(frozen=True)
class Approved:
    """The person has a seat, or is offered one, and is told."""

    registration_id: int
    state: RegistrationState


@dataclass(frozen=True)
class ApprovedAndWaits:
    """The person has a number, because a limit is full, and is told."""

    registration_id: int
    number: int
    full: LanguageMap


@dataclass(frozen=True)
class DeclinedNow:
    """The person gets no place this time, and is told."""

    registration_id: int


@dataclass(frozen=True)
class AlreadyDecided:
    """Somebody has decided before, or the request is another one by now."""

    registration_id: int
    state: RegistrationState


@dataclass(frozen=True)
class Withdrawn:
    """The person no longer asks."""

    registration_id: int


@dataclass(frozen=True)
class TooLateToDecide:
    """The event is cancelled, or over."""

    registration_id: int


ApproveOutcome = Approved | ApprovedAndWaits | AlreadyDecided | Withdrawn | TooLateToDecide
DeclineOutcome = DeclinedNow | AlreadyDecided | Withdrawn | TooLateToDecide
Refusal = AlreadyDecided | Withdrawn | TooLateToDecide

REQUESTED, DECLINED = RegistrationState.REQUESTED, RegistrationState.DECLINED
DECIDABLE = {"yes": {REQUESTED, DECLINED}, "no": {REQUESTED}}
"""In which states there is something to say yes or no to."""


async def approve(
    session: AsyncSession,
    *,
    participant: Participant,
    registration_id: int,
    word: str | None = None,
    revision: int | None = None,
    now: datetime,
) -> ApproveOutcome:
    """Say yes to a request, or take a no back: a seat, or a number when a limit is full.

    `revision` is that of the page the organiser saw: a yes to a request never takes back the no
    that somebody else has said meanwhile.
    """
    event, asked = await access.lock_organised_registration(session, participant, registration_id)
    refusal = await _refuse(session, event, asked, DECIDABLE["yes"], revision=revision, now=now)
    if refusal is not None:
        return refusal
    asked.word = word
    limits = await list_limits(session, event.id)
    full = await registration.admit(session, event, asked, limits, cause=Cause.APPROVED, now=now)
    _record(session, participant, asked, verb="approve", now=now)
    if full is None or asked.holds_seat:
        return Approved(asked.id, asked.state)
    number = await queue_position(session, Claim(asked), limits)
    await _tell(session, event, asked, NoticeKind.WAITLISTED, now=now, number=number)
    return ApprovedAndWaits(asked.id, number, full.label)


async def decline(
    session: AsyncSession,
    *,
    participant: Participant,
    registration_id: int,
    word: str | None = None,
    revision: int | None = None,
    now: datetime,
) -> DeclineOutcome:
    """Say no to a request, perhaps with a word."""
    event, asked = await access.lock_organised_registration(session, participant, registration_id)
    refusal = await _refuse(session, event, asked, DECIDABLE["no"], revision=revision, now=now)
    if refusal is not None:
        return refusal
    asked.word = word
    limits = await list_limits(session, event.id)
    await give_up(session, asked, limits, cause=Cause.DECLINED, now=now, state=DECLINED)
    await _tell(session, event, asked, NoticeKind.DECLINED, now=now)
    _record(session, participant, asked, verb="decline", now=now)
    return DeclinedNow(asked.id)


async def find_form(
    session: AsyncSession,
    *,
    participant: Participant,
    registration_id: int,
    revision: int,
    answer: str,
) -> Form:
    """Return what is asked for a yes or a no with a word; whether it still counts shows then."""
    asked = await session.get(Registration, registration_id, populate_existing=True)
    if asked is None or answer not in DECIDABLE:
        raise NotFoundError
    await access.get_organised_event(session, participant, asked.event_id)
    return Form(
        f"word.{asked.id}.{revision}.{answer}",
        (Field(f"word_{answer}", FieldKind.TEXT),),
        Audience.RECIPIENT,
    )


def is_too_late(event: Event, *, now: datetime) -> bool:
    """Tell whether nobody can be given a place any more."""
    return event.state is not EventState.PUBLISHED or now >= event.ends_at


async def _refuse(
    session: AsyncSession,
    event: Event,
    asked: Registration,
    decidable: set[RegistrationState],
    *,
    revision: int | None,
    now: datetime,
) -> Refusal | None:
    asker = await session.get_one(Participant, asked.participant_id)
    if asked.state is RegistrationState.CANCELLED or asker.forgotten_at is not None:
        return Withdrawn(asked.id)
    is_as_seen = revision is None or revision == asked.revision
    if asked.state not in decidable or not is_as_seen:
        return AlreadyDecided(asked.id, asked.state)
    return TooLateToDecide(asked.id) if is_too_late(event, now=now) else None


async def _tell(
    session: AsyncSession,
    event: Event,
    asked: Registration,
    kind: NoticeKind,
    *,
    now: datetime,
    **params: int,
) -> None:
    await session.flush()
    await outbox.promise(
        session,
        participant_id=asked.participant_id,
        kind=kind,
        dedup_key=f"{kind.value}:{asked.id}:{asked.revision}",
        event_id=event.id,
        due_at=now,
        useful_until=event.ends_at,
        params=dict(params),
    )


def _record(
    session: AsyncSession,
    participant: Participant,
    asked: Registration,
    *,
    verb: str,
    now: datetime,
) -> None:
    access.record(
        session,
        actor=participant,
        verb=verb,
        subject=f"registration:{asked.id}",
        at=now,
        event_id=asked.event_id,
        state=asked.state.value,
    )

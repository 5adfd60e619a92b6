"""From a promise in the ledger to what the texts need, and back to its fate.

`claim` reads everything a batch needs in a handful of queries, asks the gate, and marks what may
go as being sent, all in one transaction before anything is sent. A lease that runs out while a
notice is being sent ends as unknown: Telegram has no key by which a second try would be one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import case, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, lock, machine_time
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Ballot,
    Base,
    Broadcast,
    Consent,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Purpose,
    Region,
    Registration,
    Role,
    RoleGrant,
    Rule,
    Survey,
)
from xinno_core.services import gate
from xinno_core.services.events import EventCard, card_of
from xinno_core.services.outbox import REPEATS_ONCE, WAITING
from xinno_core.services.participants import mark_unreachable

LEASE = timedelta(seconds=75)
"""Longer than the longest way to an end: twice waiting for the turn, twice a call."""


@dataclass(frozen=True)
class DueNotice:
    """One notice that may go: to whom, in which language, and what it is about."""

    id: int
    participant_id: int
    telegram_id: int
    language: str
    kind: NoticeKind
    params: Mapping[str, Any]
    now: datetime
    card: EventCard | None = None
    text: LanguageMap | None = None
    lead: str = "en"
    survey_id: int | None = None
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Claimed:
    """What one round found: notices to send, and how many were held or skipped."""

    to_send: tuple[DueNotice, ...]
    held: int
    skipped: int

    @property
    def found(self) -> int:
        """How many were due."""
        return len(self.to_send) + self.held + self.skipped


async def claim(session: AsyncSession, *, holder: str, now: datetime, limit: int = 25) -> Claimed:
    """Take due notices to send; the others of the batch are held or skipped with a reason."""
    due = (
        await session.scalars(
            lock(
                select(Notice)
                .where(Notice.state.in_(WAITING), Notice.due_at <= now)
                .order_by(_urgency(), Notice.due_at, Notice.id)
                .limit(limit),
                skip_locked=True,
            )
        )
    ).all()
    if not due:
        return Claimed((), 0, 0)
    background = await _read_background(session, due, now=now)
    lease_until = await session.scalar(select(machine_time(session)))
    to_send: list[DueNotice] = []
    held = skipped = 0
    for notice in due:
        match gate.decide(background.facts(notice), now=now):
            case gate.Send():
                notice.state = NoticeState.SENDING
                notice.attempts += 1
                notice.lease_holder = holder
                notice.lease_until = lease_until + LEASE if lease_until else None
                to_send.append(background.due_notice(notice))
            case gate.Hold(until, reason):
                notice.state, notice.reason, notice.due_at = NoticeState.HELD, reason, until
                held += 1
            case gate.Skip(reason):
                notice.state, notice.reason = NoticeState.SKIPPED, reason
                skipped += 1
    await session.flush()
    return Claimed(tuple(to_send), held, skipped)


async def record_sent(
    session: AsyncSession,
    notice_id: int,
    *,
    holder: str,
    telegram_ids: Sequence[int],
    now: datetime,
) -> None:
    """Telegram has it."""
    await _end(
        session,
        notice_id,
        holder,
        state=NoticeState.SENT,
        reason=None,
        telegram_ids=list(telegram_ids),
        sent_at=now,
    )


async def record_failed(session: AsyncSession, notice_id: int, *, holder: str, reason: str) -> None:
    """Telegram refused it for good."""
    await _end(session, notice_id, holder, state=NoticeState.FAILED, reason=reason)


async def record_blocked(
    session: AsyncSession, notice_id: int, *, holder: str, participant_id: int, reason: str
) -> None:
    """Telegram refused it because the person is not to be reached."""
    await record_failed(session, notice_id, holder=holder, reason=reason)
    await mark_unreachable(session, participant_id)


async def put_back(session: AsyncSession, notice_id: int, *, holder: str, reason: str) -> None:
    """It was certainly not sent: it is due again, and this try does not count."""
    await _end(
        session,
        notice_id,
        holder,
        state=NoticeState.PLANNED,
        reason=reason,
        attempts=Notice.attempts - 1,
    )


async def record_unknown(
    session: AsyncSession, notice_id: int, *, holder: str, reason: str
) -> None:
    """Nobody knows whether Telegram has it; some kinds are repeated once, the others never."""
    await _end(session, notice_id, holder, state=_unknown_or_again(), reason=reason)


async def end_stale_leases(session: AsyncSession, *, everyones: bool = False) -> int:
    """End as unknown what a process that died was sending.

    `everyones` at the start of the only process: whatever is being sent belongs to a dead one.
    """
    stale = update(Notice).where(Notice.state == NoticeState.SENDING)
    if not everyones:
        stale = stale.where(Notice.lease_until < machine_time(session))
    return await change(session, stale.values(state=_unknown_or_again(), reason="interrupted"))


def _urgency() -> Any:  # noqa: ANN401 (an SQL expression)
    """Answers and critical news go before what can wait."""
    return case(
        (Notice.kind == NoticeKind.BROADCAST, 2), (Notice.kind == NoticeKind.EXERCISE, 1), else_=0
    )


def _unknown_or_again() -> Any:  # noqa: ANN401 (an SQL expression)
    return case(
        (
            Notice.kind.in_(REPEATS_ONCE) & (Notice.attempts < 2),
            NoticeState.PLANNED.value,
        ),
        else_=NoticeState.UNKNOWN.value,
    )


async def _end(session: AsyncSession, notice_id: int, holder: str, **values: object) -> None:
    """Record how a try ended; nothing when the lease ran out and the notice is no longer its."""
    await session.execute(
        update(Notice)
        .where(
            Notice.id == notice_id,
            Notice.state == NoticeState.SENDING,
            Notice.lease_holder == holder,
        )
        .values(**values)
    )


Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class _Background:
    """Everything a batch refers to, read at once."""

    now: datetime
    people: Mapping[int, Participant]
    events: Mapping[int, Event]
    regions: Mapping[int, Region]
    registrations: Mapping[tuple[int, int], Registration]
    rules: Mapping[int, Rule]
    surveys: Mapping[int, Survey]
    broadcasts: Mapping[int, Broadcast]
    consenting: frozenset[int]
    voted: frozenset[tuple[int, int]]
    newest: Mapping[tuple[int, int, NoticeKind], int]
    organisers: frozenset[tuple[int, int]]
    counts: Mapping[int, Mapping[str, int]]

    def facts(self, notice: Notice) -> gate.Facts:
        """Return what the gate looks at."""
        person = self.people[notice.participant_id]
        event = self.events.get(notice.event_id or 0)
        region = self.regions[event.region_id] if event else next(iter(self.regions.values()))
        registration = self.registrations.get((notice.event_id or 0, person.id))
        newest = self.newest.get((person.id, notice.event_id or 0, notice.kind))
        survey_id = notice.params.get("survey_id", 0)
        return gate.Facts(
            kind=notice.kind,
            notice_class=notice.notice_class,
            useful_until=notice.useful_until,
            has_telegram=person.telegram_id is not None,
            reachable=person.reachable,
            forgotten=person.forgotten_at is not None,
            consents_to_exercises=person.id in self.consenting,
            event_state=event.state if event else None,
            registration_state=registration.state if registration else None,
            has_answered=(survey_id, person.id) in self.voted,
            is_superseded=notice.rule_id is not None and newest is not None and newest > notice.id,
            keeps_role=notice.kind is not NoticeKind.BROADCAST_DONE
            or (region.id, person.id) in self.organisers,
            zone=person.zone or (event.zone if event else region.zone),
            quiet_from=region.quiet_from,
            quiet_to=region.quiet_to,
        )

    def due_notice(self, notice: Notice) -> DueNotice:
        """Return what the texts need."""
        person = self.people[notice.participant_id]
        event = self.events.get(notice.event_id or 0)
        rule = self.rules.get(notice.rule_id or 0)
        survey = self.surveys.get(notice.params.get("survey_id", 0))
        broadcast = self.broadcasts.get(notice.broadcast_id or 0)
        return DueNotice(
            id=notice.id,
            participant_id=person.id,
            telegram_id=person.telegram_id or 0,
            language=person.language,
            kind=notice.kind,
            params=notice.params,
            now=self.now,
            card=card_of(event, self.regions[event.region_id]) if event else None,
            text=broadcast.text if broadcast else (rule.text if rule else None),
            lead=event.lead_language if event else "en",
            survey_id=survey.id if survey else None,
            counts=self.counts.get(notice.params.get("broadcast_id", 0)),
        )


async def _read_background(
    session: AsyncSession, due: Sequence[Notice], *, now: datetime
) -> _Background:
    people = {notice.participant_id for notice in due}
    event_ids = {notice.event_id for notice in due if notice.event_id}
    survey_ids = {notice.params["survey_id"] for notice in due if "survey_id" in notice.params}
    done_ids = {notice.params["broadcast_id"] for notice in due if "broadcast_id" in notice.params}
    registrations = await session.scalars(
        select(Registration)
        .where(Registration.event_id.in_(event_ids), Registration.participant_id.in_(people))
        .execution_options(populate_existing=True)
    )
    # Rules are expanded in the order of their times; what was held has another time by now.
    newest = await session.execute(
        select(Notice.participant_id, Notice.event_id, Notice.kind, func.max(Notice.id))
        .where(
            Notice.participant_id.in_(people),
            Notice.state.in_(WAITING),
            Notice.rule_id.is_not(None),
            Notice.due_at <= now,
        )
        .group_by(Notice.participant_id, Notice.event_id, Notice.kind)
    )
    organisers = await session.execute(
        select(RoleGrant.region_id, RoleGrant.participant_id).where(
            RoleGrant.participant_id.in_(people), RoleGrant.role == Role.ORGANISER
        )
    )
    voted = await session.execute(
        select(Ballot.survey_id, Ballot.participant_id).where(
            tuple_(Ballot.survey_id, Ballot.participant_id).in_(
                [(survey, person) for survey in survey_ids for person in people]
            )
        )
    )
    return _Background(
        now=now,
        people=await _by_id(session, Participant, people),
        events=await _by_id(session, Event, event_ids),
        regions={region.id: region for region in await session.scalars(select(Region))},
        registrations={(row.event_id, row.participant_id): row for row in registrations},
        rules=await _by_id(session, Rule, {notice.rule_id for notice in due if notice.rule_id}),
        surveys=await _by_id(session, Survey, survey_ids),
        broadcasts=await _by_id(
            session, Broadcast, {notice.broadcast_id for notice in due if notice.broadcast_id}
        ),
        consenting=await _consenting(session, people, Purpose.EXERCISES),
        voted=frozenset((survey, person) for survey, person in voted),
        newest={(person, event or 0, kind): last for person, event, kind, last in newest},
        organisers=frozenset((region or 0, person) for region, person in organisers),
        counts=await count_states(session, done_ids),
    )


async def count_states(session: AsyncSession, broadcast_ids: set[int]) -> dict[int, dict[str, int]]:
    """Return for each broadcast how many of its messages are in which state.

    The keys are states, which add up to the audience, and beside them "state.reason".
    """
    found = await session.execute(
        select(Notice.broadcast_id, Notice.state, Notice.reason, func.count())
        .where(Notice.broadcast_id.in_(broadcast_ids))
        .group_by(Notice.broadcast_id, Notice.state, Notice.reason)
        .order_by(Notice.reason)
    )
    counts: dict[int, dict[str, int]] = {broadcast_id: {} for broadcast_id in broadcast_ids}
    for broadcast_id, state, reason, number in found:
        one = counts[broadcast_id or 0]
        one[state.value] = one.get(state.value, 0) + number
        if reason is not None:
            one[f"{state.value}.{reason}"] = number
    return counts


async def _by_id(session: AsyncSession, table: type[Row], ids: set[int]) -> dict[int, Row]:
    if not ids:
        return {}
    key: Any = table.__mapper__.primary_key[0]
    key_of = attrgetter(key.name)
    found = await session.scalars(
        select(table).where(key.in_(ids)).execution_options(populate_existing=True)
    )
    return {key_of(row): row for row in found}


async def _consenting(session: AsyncSession, people: set[int], purpose: Purpose) -> frozenset[int]:
    newest = (
        select(func.max(Consent.id))
        .where(Consent.participant_id.in_(people), Consent.purpose == purpose)
        .group_by(Consent.participant_id)
    )
    found = await session.scalars(
        select(Consent.participant_id).where(Consent.id.in_(newest), Consent.given.is_(True))
    )
    return frozenset(found)

"""From a promise in the ledger to what the texts need, and back to its fate.

`claim` reads everything a batch needs in a handful of queries, asks the gate, and marks what may
go as being sent, all in one transaction before anything is sent. A lease that runs out while a
notice is being sent ends as unknown: Telegram has no key by which a second try would be one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    EventSession,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Organisation,
    Participant,
    Purpose,
    Region,
    Registration,
    RegistrationState,
    Role,
    RoleGrant,
    Rule,
    SessionSeat,
    Survey,
)
from xinno_core.services import gate, series
from xinno_core.services.events import EventCard, Slot, card_of, slot_of
from xinno_core.services.outbox import FOR_ORGANISERS, REPEATS_ONCE, WAITING
from xinno_core.services.participants import mark_unreachable

TELLS_AGENDA = {NoticeKind.CONFIRMATION, NoticeKind.REMINDER}
"""What names the sessions of the event, or the workshops that one has chosen."""

LEASE = timedelta(seconds=75)
"""Longer than the longest way to an end: twice waiting for the turn, twice a call."""


@dataclass(frozen=True)
class Asker:
    """Who asks an organiser for a place, and as what."""

    registration_id: int
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class DueNotice:
    """One notice that may go: to whom, in which language, and what it is about."""

    id: int
    participant_id: int
    telegram_id: int
    language: str
    tone: str
    kind: NoticeKind
    params: Mapping[str, Any]
    now: datetime
    card: EventCard | None = None
    text: LanguageMap | None = None
    lead: str = "en"
    survey_id: int | None = None
    survey_title: LanguageMap = field(default_factory=dict)
    asks_ahead: bool = False  # the survey is answered before the event
    counts: Mapping[str, int] | None = None
    slot: Slot | None = None  # the session that an offer or a change is about
    next_card: EventCard | None = None  # the next event of the series
    chosen: tuple[Slot, ...] = ()  # the workshops in which the reader has a seat
    asker: Asker | None = None
    word: str | None = None  # the organiser's, with a yes or a no
    state: RegistrationState | None = None  # where the reader stands at the event


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
    sessions: Mapping[int, EventSession]
    agendas: Mapping[int, Sequence[EventSession]]
    following: Mapping[int, EventCard]
    seats: Mapping[tuple[int, int], SessionSeat]
    requests: Mapping[int, tuple[Registration, Participant, Organisation | None]]
    consenting: Mapping[Purpose, frozenset[int]]
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
        purpose = gate.NEEDS_CONSENT.get(notice.kind)
        return gate.Facts(
            kind=notice.kind,
            notice_class=notice.notice_class,
            useful_until=notice.useful_until,
            has_telegram=person.telegram_id is not None,
            reachable=person.reachable,
            forgotten=person.forgotten_at is not None,
            consents=person.id in self.consenting.get(purpose, ()) if purpose else True,
            event_state=event.state if event else None,
            registration_state=self._state(notice, registration),
            has_answered=(survey_id, person.id) in self.voted,
            is_superseded=notice.rule_id is not None and newest is not None and newest > notice.id,
            keeps_role=notice.kind not in FOR_ORGANISERS
            or (region.id, person.id) in self.organisers,
            is_decided=notice.kind is NoticeKind.REQUEST and self._is_decided(notice),
            leads_nowhere=notice.kind is NoticeKind.NEXT and self._leads_nowhere(notice),
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
        slot = self.sessions.get(notice.params.get("session_id", 0))
        registration = self.registrations.get((notice.event_id or 0, person.id))
        agenda = self.agendas.get(notice.event_id or 0, ())
        return DueNotice(
            id=notice.id,
            participant_id=person.id,
            telegram_id=person.telegram_id or 0,
            language=person.language,
            tone=self.regions[event.region_id].tone if event else person.tone,
            kind=notice.kind,
            params=notice.params,
            now=self.now,
            card=card_of(event, self.regions[event.region_id], (), agenda) if event else None,
            text=broadcast.text if broadcast else (rule.text if rule else None),
            lead=event.lead_language if event else "en",
            survey_id=survey.id if survey else None,
            survey_title=survey.title if survey else {},
            asks_ahead=survey is not None and survey.closes_hours_before is not None,
            counts=self.counts.get(notice.params.get("broadcast_id", 0)),
            slot=slot_of(slot) if slot else None,
            next_card=self._next_card(notice),
            chosen=tuple(
                slot_of(one)
                for one in agenda
                if registration and self._has_seat(registration, one.id)
            ),
            asker=self._asker(notice),
            word=registration.word if registration else None,
            state=registration.state if registration else None,
        )

    def _state(self, notice: Notice, registration: Registration | None) -> RegistrationState | None:
        """Return the state that matters: of the session's seat where the notice is about one."""
        if registration is None:
            return None
        if notice.kind is NoticeKind.OFFER and "session_id" in notice.params:
            seat = self.seats.get((registration.id, notice.params["session_id"]))
            return seat.state if seat else None
        return registration.state

    def _next_card(self, notice: Notice) -> EventCard | None:
        if notice.kind is NoticeKind.THANKS:
            return self.following.get(notice.event_id or 0)
        after = self.events.get(notice.params.get("next_event_id", 0))
        return card_of(after, self.regions[after.region_id]) if after else None

    def _has_seat(self, registration: Registration, session_id: int) -> bool:
        seat = self.seats.get((registration.id, session_id))
        return seat is not None and seat.state is RegistrationState.CONFIRMED

    def _is_decided(self, notice: Notice) -> bool:
        found = self.requests.get(notice.params.get("registration_id", 0))
        return found is None or found[0].state is not RegistrationState.REQUESTED

    def _leads_nowhere(self, notice: Notice) -> bool:
        after = self.events.get(notice.params.get("next_event_id", 0))
        own = self.registrations.get((after.id if after else 0, notice.participant_id))
        return (
            after is None
            or after.state is not EventState.PUBLISHED
            or self.now >= after.registration_closes_at
            or (own is not None and own.is_active)
        )

    def _asker(self, notice: Notice) -> Asker | None:
        found = self.requests.get(notice.params.get("registration_id", 0))
        if found is None:
            return None
        registration, person, organisation = found
        return Asker(
            registration.id,
            person.name or "",
            organisation.name if organisation else "",
            registration.role,
        )


async def _read_background(
    session: AsyncSession, due: Sequence[Notice], *, now: datetime
) -> _Background:
    people = {notice.participant_id for notice in due}
    event_ids = {notice.event_id for notice in due if notice.event_id}
    event_ids |= _named(due, "next_event_id")
    session_ids = _named(due, "session_id")
    survey_ids, done_ids = _named(due, "survey_id"), _named(due, "broadcast_id")
    registrations = (
        await session.scalars(
            select(Registration)
            .where(Registration.event_id.in_(event_ids), Registration.participant_id.in_(people))
            .execution_options(populate_existing=True)
        )
    ).all()
    seats = await session.scalars(
        select(SessionSeat)
        .where(SessionSeat.registration_id.in_([row.id for row in registrations]))
        .execution_options(populate_existing=True)
    )
    requests = await session.execute(
        select(Registration, Participant, Organisation)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .where(Registration.id.in_(_named(due, "registration_id")))
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
    events = await _by_id(session, Event, event_ids)
    regions = {region.id: region for region in await session.scalars(select(Region))}
    thanked = [
        card_of(events[notice.event_id], regions[events[notice.event_id].region_id])
        for notice in due
        if notice.kind is NoticeKind.THANKS and notice.event_id in events
    ]
    return _Background(
        now=now,
        people=await _by_id(session, Participant, people),
        events=events,
        regions=regions,
        registrations={(row.event_id, row.participant_id): row for row in registrations},
        rules=await _by_id(session, Rule, {notice.rule_id for notice in due if notice.rule_id}),
        surveys=await _by_id(session, Survey, survey_ids),
        broadcasts=await _by_id(
            session, Broadcast, {notice.broadcast_id for notice in due if notice.broadcast_id}
        ),
        sessions=await _by_id(session, EventSession, session_ids),
        agendas=await _read_agendas(session, due),
        following=await series.list_next(session, thanked, now=now),
        seats={(seat.registration_id, seat.session_id): seat for seat in seats},
        requests={row.id: (row, person, organisation) for row, person, organisation in requests},
        consenting=await _consenting(session, people),
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


async def _read_agendas(
    session: AsyncSession, due: Sequence[Notice]
) -> Mapping[int, Sequence[EventSession]]:
    """Return the sessions of the events whose agenda is told about."""
    event_ids = {notice.event_id for notice in due if notice.kind in TELLS_AGENDA}
    if not event_ids:
        return {}
    found = await session.scalars(
        select(EventSession)
        .where(EventSession.event_id.in_(event_ids))
        .order_by(EventSession.starts_at, EventSession.id)
        .execution_options(populate_existing=True)
    )
    agendas: dict[int, list[EventSession]] = {}
    for one in found:
        agendas.setdefault(one.event_id, []).append(one)
    return agendas


async def _consenting(session: AsyncSession, people: set[int]) -> Mapping[Purpose, frozenset[int]]:
    newest = (
        select(func.max(Consent.id))
        .where(Consent.participant_id.in_(people))
        .group_by(Consent.participant_id, Consent.purpose)
    )
    found = await session.execute(
        select(Consent.purpose, Consent.participant_id).where(
            Consent.id.in_(newest), Consent.given.is_(True)
        )
    )
    given: dict[Purpose, set[int]] = {}
    for purpose, person in found:
        given.setdefault(purpose, set()).add(person)
    return {purpose: frozenset(persons) for purpose, persons in given.items()}


def _named(due: Sequence[Notice], name: str) -> set[int]:
    """Return the ids that the notices of a batch carry under this name."""
    return {notice.params[name] for notice in due if name in notice.params}

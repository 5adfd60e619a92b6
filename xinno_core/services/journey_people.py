"""Whom a line of a journey means, said in SQL: for the tick, for forecasts and for figures."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Registration,
    RegistrationState,
    RegistrationStep,
    Rule,
    SessionSeat,
)
from xinno_core.models.base import Instant
from xinno_core.services.journey_times import Line
from xinno_core.services.standings import ENDED

CONFIRMED = RegistrationState.CONFIRMED
CAME = (
    NoticeState.SENDING,
    NoticeState.SENT,
    NoticeState.UNKNOWN,
    NoticeState.CORRECTED,
    NoticeState.RECALLED,
)
"""A message that came, or may have come."""

LINES_AT_ONCE = 100
"""SQLite joins at most 500 queries into one."""


def states_of(states: Iterable[str]) -> tuple[RegistrationState, ...]:
    """Return in which states a registration is meant; none named means a place."""
    return tuple(RegistrationState(state) for state in states) or (CONFIRMED,)


def meant(line: Line, following: Event | None = None) -> list[ColumnElement[bool]]:
    """Say whose registration a line means, whenever it is due."""
    rule, slot = line.rule, line.slot
    claims: list[ColumnElement[bool]] = [
        Registration.event_id == line.event.id,
        Registration.state.in_(states_of(rule.states)),
    ]
    claims.extend(
        Registration.role.in_(roles) for roles in (rule.roles, slot.roles if slot else ()) if roles
    )
    if slot is not None and slot.by_choice:
        claims.append(has_seat(slot.id))
    if line.is_said_once:
        claims.append(~_came(line))
    if following is not None:
        there = aliased(Registration)
        claims.append(
            ~select(there.id)
            .where(
                there.event_id == following.id,
                there.participant_id == Registration.participant_id,
                there.state.not_in(ENDED),
            )
            .exists()
        )
    return claims


def since(line: Line) -> ColumnElement[Any]:
    """Say since when a person is among those whom the line means.

    Who came later than a message was due is not sent it: what they were told then says the same.
    """
    own: ColumnElement[Any] = Registration.confirmed_at.expression
    if states_of(line.rule.states) != (CONFIRMED,):
        came = _last_step(Registration.state, session_id=None)
        own = case(
            (Registration.state == CONFIRMED, Registration.confirmed_at),
            else_=func.coalesce(came, Registration.created_at, type_=Instant()),
        )
    if line.slot is None or not line.slot.by_choice:
        return own
    return func.coalesce(_last_step(CONFIRMED, session_id=line.slot.id), own, type_=Instant())


def zone_of(line: Line) -> ColumnElement[str]:
    """Say in which zone a person is, as far as they told; the query joins them."""
    return func.coalesce(Participant.zone, line.event.zone)


def has_seat(session_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    """Say that a registration has a seat in a session that people choose."""
    return (
        select(SessionSeat.id)
        .where(
            SessionSeat.registration_id == Registration.id,
            SessionSeat.session_id == session_id,
            SessionSeat.state == CONFIRMED,
        )
        .correlate(Registration, EventSession)
        .exists()
    )


def _came(line: Line) -> ColumnElement[bool]:
    """Say that a person has the message of a line already, from before the event moved."""
    return (
        select(Notice.id)
        .where(
            Notice.participant_id == Registration.participant_id,
            Notice.event_id == line.event.id,
            Notice.rule_id == line.rule.id,
            Notice.state.in_(CAME),
        )
        .correlate(Registration)
        .exists()
    )


def is_heard() -> tuple[ColumnElement[bool], ...]:
    """Say that a message would reach a person."""
    return Participant.telegram_id.is_not(None), Participant.reachable.is_(True)


def _last_step(
    state: RegistrationState | InstrumentedAttribute[RegistrationState], *, session_id: int | None
) -> ColumnElement[Any]:
    return (
        select(func.max(RegistrationStep.at))
        .where(
            RegistrationStep.registration_id == Registration.id,
            RegistrationStep.state == state,
            RegistrationStep.session_id == session_id,
        )
        .correlate(Registration)
        .scalar_subquery()
    )


async def ask_of_each(
    session: AsyncSession, lines: Sequence[Line], question: Callable[[Line], Select[Any]]
) -> list[tuple[Line, Row[Any]]]:
    """Ask the same of several lines, in one statement however many they are."""
    found: list[tuple[Line, Row[Any]]] = []
    for start in range(0, len(lines), LINES_AT_ONCE):
        some = lines[start : start + LINES_AT_ONCE]
        asked = (
            question(line).add_columns(literal(place).label("place"))
            for place, line in enumerate(some)
        )
        rows = await session.execute(union_all(*asked))
        found.extend((some[row.place], row) for row in rows)
    return found


async def list_following(session: AsyncSession, lines: Sequence[Line]) -> list[Event]:
    """Return the published events of the series to which lines propose the next one."""
    series = {
        line.event.series_id
        for line in lines
        if line.rule.kind is NoticeKind.NEXT and line.event.series_id is not None
    }
    if not series:
        return []
    found = await session.scalars(
        select(Event)
        .where(Event.series_id.in_(series), Event.state == EventState.PUBLISHED)
        .order_by(Event.starts_at, Event.id)
    )
    return list(found)


def next_of(line: Line, events: Sequence[Event], *, at: datetime) -> Event | None:
    """Return the next event of the series for which one can still register at a moment."""
    of = line.event
    return next(
        (
            one
            for one in events
            if one.series_id == of.series_id
            and one.starts_at > of.starts_at
            and one.registration_closes_at > at
        ),
        None,
    )


def speaks_to_state() -> ColumnElement[bool]:
    """Say that a rule means the state of a registration; both stand in the query."""
    states = cast(Rule.states, String)
    named = literal('"') + cast(Registration.state, String) + '"'
    return or_((states == "[]") & (Registration.state == CONFIRMED), states.contains(named))

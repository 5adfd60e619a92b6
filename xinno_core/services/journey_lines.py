"""The lines of journeys as they stand in the database, each with what its words count from."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import lock
from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    NoticeKind,
    Region,
    Rule,
    Survey,
)
from xinno_core.services.journey_times import Line

PAUSED, STOPPED = "journey_paused", "rule_stopped"
"""Why messages that were made and waited are not sent."""


def running() -> Select[int]:
    """Return the events whose journeys make messages."""
    return select(Event.id).where(
        Event.state == EventState.PUBLISHED, Event.journey_paused_at.is_(None)
    )


def speaks() -> ColumnElement[bool]:
    """Say that a rule still makes messages, by itself and by its organiser's will."""
    return and_(Rule.expanded.is_(False), Rule.stopped_at.is_(None))


def rules_of(event: Event) -> Select[Rule]:
    """Return the rules of an event, locked.

    A rule that a tick expands at this moment is read after it, or its new time is lost.
    """
    return lock(select(Rule).where(Rule.event_id == event.id).order_by(Rule.id)).execution_options(
        populate_existing=True
    )


async def read_lines(
    session: AsyncSession,
    rules: Sequence[Rule],
    *,
    only: Select[int] | None = None,
) -> list[Line]:
    """Return the lines of rules in their order; `only` those of some events, read afresh."""
    if not rules:
        return []
    events = {rule.event_id for rule in rules}
    query = (
        select(Event, Region).join(Region, Region.id == Event.region_id).where(Event.id.in_(events))
    )
    if only is not None:
        query = query.where(Event.id.in_(only)).execution_options(populate_existing=True)
    found = {event.id: (event, region) for event, region in await session.execute(query)}
    surveys = await list_surveys(session, events)
    slots = await session.scalars(
        select(EventSession).where(
            EventSession.id.in_({rule.session_id for rule in rules if rule.session_id})
        )
    )
    by_id: dict[int | None, EventSession] = {slot.id: slot for slot in slots}
    return [
        Line(rule, *found[rule.event_id], by_id.get(rule.session_id), survey_of(rule, surveys))
        for rule in rules
        if rule.event_id in found
    ]


async def list_surveys(session: AsyncSession, event_ids: Collection[int]) -> Sequence[Survey]:
    """Return the surveys of events."""
    found = await session.scalars(
        select(Survey).where(Survey.event_id.in_(event_ids)).order_by(Survey.id)
    )
    return found.all()


def survey_of(rule: Rule, surveys: Sequence[Survey]) -> Survey | None:
    """Return the survey that a rule asks: the one it names, or the first of its event."""
    if rule.kind is not NoticeKind.SURVEY:
        return None
    fits = (
        one for one in surveys if one.event_id == rule.event_id and rule.survey in {None, one.key}
    )
    return next(fits, None)

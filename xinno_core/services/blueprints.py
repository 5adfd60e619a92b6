"""Importing a format: its rows are made once, and later follow what its author edits.

What a file says is compared with what it said when it was last imported, and only the difference
is carried over. So a second import changes nothing, and what an organiser has changed in the chat
since then (a date, the seats) stays, unless the author of the file changes the same thing. An
import is all or nothing: a problem leaves everything as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints.read import Blueprint, definition_of, revive
from xinno_core.models import Blueprint as BlueprintRow
from xinno_core.models import (
    Event,
    EventSession,
    EventState,
    Participant,
    Region,
    Registration,
    Series,
)
from xinno_core.services import agenda, journeys
from xinno_core.services.blueprint_parts import import_parts
from xinno_core.services.blueprint_regions import import_pilot, import_region, import_series
from xinno_core.services.blueprint_rows import (
    Import,
    Report,
    count_registrations,
    follow,
    named,
)
from xinno_core.services.blueprint_sessions import (
    WHERE,
    drop_sessions,
    import_sessions,
    list_rows,
)
from xinno_core.services.events import lock_event, set_times
from xinno_core.services.quiet import wall_time
from xinno_core.services.standings import ENDED

ACTIVE = Registration.state.not_in(ENDED)


@dataclass(frozen=True)
class _Owner:
    """The format whose events are imported, with what holds for all of them."""

    session: AsyncSession
    kept: BlueprintRow
    region: Region
    series: Series | None
    report: Report
    now: datetime

    def series_id(self, blueprint: Blueprint) -> int | None:
        """Return which series a state of the file names; one of before that is not known is 0."""
        if blueprint.series is None:
            return None
        is_present = self.series is not None and self.series.key == blueprint.series.key
        return self.series.id if self.series and is_present else 0


@dataclass(frozen=True)
class ImportOutcome:
    """What an import changed; with problems, that it changed nothing, and why."""

    key: str
    changes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    event_id: int | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What there is to tell the operator, line by line."""
        return self.problems or self.changes or ("nothing changed",)


async def import_blueprint(
    session: AsyncSession, blueprint: Blueprint, *, now: datetime
) -> ImportOutcome:
    """Create or update what a blueprint describes; ids and registrations stay as they are."""
    report = Report()
    event_id = None
    # Autoflush is off, because a change that turns out to be a problem must not reach a constraint.
    with session.no_autoflush:
        async with session.begin_nested() as attempt:
            event = await _import(session, blueprint, report, now=now)
            if report.problems:
                await attempt.rollback()
            else:
                await session.flush()
                event_id = event.id if event else None
    if report.problems:
        return ImportOutcome(blueprint.key, problems=tuple(report.problems))
    return ImportOutcome(blueprint.key, changes=tuple(report.changes), event_id=event_id)


async def make_draft(
    session: AsyncSession,
    kept: BlueprintRow,
    blueprint: Blueprint,
    *,
    key: str,
    starts_local: datetime,
    place: Mapping[str, Any],
    seats: Mapping[str, int],
    author: Participant,
    now: datetime,
) -> Event:
    """Make another event from a format, with its own time, place and seats; nobody sees it yet."""
    limits = [
        limit.with_seats(seats[limit.key]) if limit.key in seats else limit
        for limit in blueprint.limits
    ]
    blueprint = blueprint.model_copy(update={"limits": limits})
    series_id = None
    if blueprint.series is not None:
        series_id = await session.scalar(
            select(Series.id).where(
                Series.key == blueprint.series.key, Series.region_id == kept.region_id
            )
        )
    event = Event(
        key=key,
        region_id=kept.region_id,
        blueprint_id=kept.id,
        **{**_event_values(blueprint, series_id), "place": dict(place)},
        **_closings(blueprint),
        state=EventState.DRAFT,
        created_by=author.id,
        created_at=now,
    )
    set_times(event, starts_local, blueprint.event.lasts, blueprint.zone.key)
    session.add(event)
    await session.flush()
    region = await session.get_one(Region, kept.region_id)
    with session.no_autoflush:  # a part is whole only after all of them are
        await _fill(Import(session, event, region, now, Report()), blueprint)
    await session.flush()
    return event


async def _import(
    session: AsyncSession, blueprint: Blueprint, report: Report, *, now: datetime
) -> Event | None:
    kept = await session.scalar(select(BlueprintRow).where(BlueprintRow.key == blueprint.key))
    old = revived(kept)
    pilot = await import_pilot(session, blueprint, old, report)
    region = await import_region(session, blueprint, old, pilot, report, now=now)
    if kept is not None and kept.region_id != region.id:
        report.problem(
            f"format {blueprint.key}", "belongs to another region.", "Give yours a key of its own."
        )
        return None
    series = await import_series(session, blueprint, old, region, report)
    if kept is None:
        kept = BlueprintRow(key=blueprint.key, region_id=region.id)
        session.add(kept)
        report.created(f"format {blueprint.key}")
    kept.format, kept.title = blueprint.format, blueprint.event.title
    kept.definition, kept.is_demo = definition_of(blueprint), blueprint.demo
    await session.flush()
    owner = _Owner(session, kept, region, series, report, now)
    return await _events(owner, blueprint.each(), {one.event.key: one for one in _each(old)})


def _each(blueprint: Blueprint | None) -> list[Blueprint]:
    return blueprint.each() if blueprint else []


async def _events(
    owner: "_Owner", new: Sequence[Blueprint], old: Mapping[str, Blueprint]
) -> Event | None:
    """Bring each event to what the file says; return the first of the file."""
    keys = {one.event.key for one in new}
    found = await owner.session.execute(
        select(Event.key, Event.id).where(Event.key.in_(keys | old.keys()))
    )
    ids: dict[str, int] = dict(found.all())
    events: dict[str, Event | None] = {}
    # In the order of their ids, as ticks lock them; the new ones after them, as in the file.
    for one in sorted(new, key=lambda one: ids.get(one.event.key, inf)):
        key = one.event.key
        events[key] = await _event(owner, one, old.get(key), ids.get(key))
    for key in sorted(ids.keys() - keys):
        owner.report.changes.append(
            f"kept event {key}, which left the file: cancel or delete it in the chat"
        )
    return events[new[0].event.key]


def revived(kept: BlueprintRow | None) -> Blueprint | None:
    """Return the format as it was last imported; None when this version can't read it."""
    if kept is None:
        return None
    try:
        return revive(kept.definition)
    except ValidationError:
        return None  # kept by another version: to an import, all of the file is news


async def _event(
    owner: "_Owner", new: Blueprint, old: Blueprint | None, event_id: int | None
) -> Event | None:
    session, report, now = owner.session, owner.report, owner.now
    what = f"event {new.event.key}"
    if event_id is None:
        event = _new_event(owner, new)
        if event is None:
            return None
        session.add(event)
        await session.flush()
        report.created(what)
        await _fill(Import(session, event, owner.region, now, report), new)
        return event
    row = await lock_event(session, event_id)
    if row is None or row.blueprint_id != owner.kept.id:
        report.problem(what, "belongs to another format.", "Give yours a key of its own.")
        return None
    this = Import(session, row, owner.region, now, report)
    values = _event_values(new, owner.series_id(new))
    before = _event_values(old, owner.series_id(old)) if old else None
    present = {column: getattr(row, column) for column in values}
    columns = follow(row, values, before)
    report.changed(
        what,
        [named(one.removesuffix("_id"), present[one], values[one]) for one in columns],
    )
    await _roles(this, present["roles"])
    _closing_times(this, new, old)
    gone = await _times(this, new, old, was_at=present["place"])
    await import_parts(this, new, old)
    await drop_sessions(this, gone)
    return row


async def _fill(this: Import, blueprint: Blueprint) -> None:
    """Make all parts of a new event."""
    made = await import_sessions(this, blueprint, None, people=0)
    agenda.end_with_the_last(this.event, made.rows, blueprint.event.lasts)
    await import_parts(this, blueprint, None)


def _event_values(blueprint: Blueprint, series_id: int | None) -> dict[str, Any]:
    said = definition_of(blueprint)
    event = blueprint.event
    return {
        "series_id": series_id,
        "format": blueprint.format,
        "is_demo": blueprint.demo,
        "lead_language": event.lead_language,
        "languages": event.languages,
        "title": event.title,
        "summary": event.summary,
        "programme": event.programme or {},
        "place": said["event"]["place"],
        "roles": said["roles"],
    }


def _closings(blueprint: Blueprint) -> dict[str, int]:
    event = blueprint.event
    closes, answers = event.registration_closes.hours_before, event.answers_close
    return {
        "closes_hours_before": closes,
        "answers_close_hours_before": closes if answers is None else answers.hours_before,
    }


def _new_event(owner: "_Owner", new: Blueprint) -> Event | None:
    if new.event.starts is None:
        return None  # a format to make events from
    zone = new.zone.key
    event = Event(
        key=new.event.key,
        region_id=owner.region.id,
        blueprint_id=owner.kept.id,
        **_event_values(new, owner.series_id(new)),
        **_closings(new),
        state=EventState.PUBLISHED,
        created_at=owner.now,
        published_at=owner.now,
    )
    start = new.event.starts.local(wall_time(owner.now, zone).date())
    set_times(event, start, new.event.lasts, zone)
    if event.starts_at <= owner.now:
        owner.report.problem(
            f"event {new.event.key}",
            f"would have begun on {start:%Y-%m-%d} at {start:%H:%M}.",
            "Write a date to come.",
        )
        return None
    return event


async def _roles(this: Import, before: list[dict[str, Any]]) -> None:
    gone = {role["key"] for role in before} - {role["key"] for role in this.event.roles}
    for role in sorted(gone):
        if await count_registrations(this, ACTIVE, Registration.role == role):
            this.report.problem(
                f"role {role}", "can't go, because people have it.", "Keep it in the file."
            )


def _closing_times(this: Import, new: Blueprint, old: Blueprint | None) -> None:
    changed = follow(this.event, _closings(new), _closings(old) if old else None)
    names = {"closes_hours_before": "registration closes"}
    this.report.changed(
        f"event {this.event.key}", [names.get(one, "answers close") for one in changed]
    )


async def _times(
    this: Import, new: Blueprint, old: Blueprint | None, *, was_at: Mapping[str, Any]
) -> tuple[EventSession, ...]:
    """Move the event and its sessions, or tell that it can't be done behind people's backs."""
    event, was, now_is = this.event, old.event if old else None, new.event
    people = await count_registrations(this, ACTIVE)
    before = (event.starts_at, event.ends_at, event.zone)
    start = event.starts_local
    if now_is.starts is not None and (was is None or was.starts != now_is.starts):
        # Days are counted from the first import; a later one moves only the hour.
        day = now_is.starts.on or start.date()
        start = datetime.combine(day, now_is.starts.at)
    zone = new.zone.key if old is None or old.zone != new.zone else event.zone
    slots = await list_rows(this)
    agenda.shift(event, slots, start, zone)
    has_new_length = was is None or was.lasts != now_is.lasts
    if has_new_length:
        agenda.end_with_the_last(event, slots, now_is.lasts)
    has_moved = (event.starts_at, event.ends_at, event.zone) != before
    has_new_place = any(was_at.get(part) != event.place.get(part) for part in WHERE)
    if people and (has_moved or has_new_place):
        this.report.problem(
            f"event {event.key}",
            f"can't change time or place here while people are registered ({people}).",
            "Move it in the chat, so that they are told.",
        )
    followed = await import_sessions(this, new, old, people=people)
    if has_new_length or followed.has_moved:
        agenda.end_with_the_last(event, followed.rows, now_is.lasts)
    if has_moved or has_new_place or followed.has_moved:
        event.schedule_revision += 1
        event.calendar_sequence += 1
    if (event.starts_at, event.ends_at, event.zone) != before:
        this.report.changed(f"event {event.key}", ["time"])
    if has_moved or followed.has_moved:
        await this.session.flush()
        await journeys.reckon(this.session, event, now=this.now)
    return followed.gone

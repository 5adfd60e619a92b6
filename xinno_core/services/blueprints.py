"""Importing a format: its rows are made once, and later follow what its author edits.

What a file says is compared with what it said when it was last imported, and only the difference
is carried over. So a second import changes nothing, and what an organiser has changed in the chat
since then (a date, the seats) stays, unless the author of the file changes the same thing. An
import is all or nothing: a problem leaves everything as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints.read import Blueprint, definition_of, revive
from xinno_core.models import Blueprint as BlueprintRow
from xinno_core.models import (
    Event,
    EventState,
    Participant,
    Region,
    Registration,
    RegistrationState,
)
from xinno_core.services import journeys
from xinno_core.services.blueprint_parts import (
    Import,
    Report,
    count_registrations,
    follow,
    import_parts,
    named,
)
from xinno_core.services.blueprint_regions import import_pilot, import_region
from xinno_core.services.events import lock_event, set_times
from xinno_core.services.quiet import wall_time

ACTIVE = Registration.state != RegistrationState.CANCELLED
WHERE = ("name", "address", "latitude", "longitude")
"""What of a place people have to be told when it changes."""


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
        limit.model_copy(update={"seats": seats.get(limit.key, limit.seats)})
        for limit in blueprint.limits
    ]
    blueprint = blueprint.model_copy(update={"limits": limits})
    event = Event(
        key=key,
        region_id=kept.region_id,
        blueprint_id=kept.id,
        **{**_event_values(blueprint), "place": dict(place)},
        closes_hours_before=blueprint.event.registration_closes.hours_before,
        state=EventState.DRAFT,
        created_by=author.id,
        created_at=now,
    )
    set_times(event, starts_local, blueprint.event.lasts, blueprint.zone.key)
    session.add(event)
    await session.flush()
    region = await session.get_one(Region, kept.region_id)
    with session.no_autoflush:  # a part is whole only after all of them are
        await import_parts(Import(session, event, region, now, Report()), blueprint, None)
    await session.flush()
    return event


async def _import(
    session: AsyncSession, blueprint: Blueprint, report: Report, *, now: datetime
) -> Event | None:
    kept = await session.scalar(select(BlueprintRow).where(BlueprintRow.key == blueprint.key))
    old = revived(kept)
    pilot = await import_pilot(session, blueprint, old, report)
    region = await import_region(session, blueprint, old, pilot, report)
    if kept is not None and kept.region_id != region.id:
        report.problem(
            f"format {blueprint.key}", "belongs to another region.", "Give yours a key of its own."
        )
        return None
    if kept is None:
        kept = BlueprintRow(key=blueprint.key, region_id=region.id)
        session.add(kept)
        report.created(f"format {blueprint.key}")
    kept.format, kept.title = blueprint.format, blueprint.event.title
    kept.definition, kept.is_demo = definition_of(blueprint), blueprint.demo
    await session.flush()
    return await _event(session, kept, region, blueprint, old, report, now=now)


def revived(kept: BlueprintRow | None) -> Blueprint | None:
    """Return the format as it was last imported; None when this version can't read it."""
    if kept is None:
        return None
    try:
        return revive(kept.definition)
    except ValidationError:
        return None  # kept by another version: to an import, all of the file is news


async def _event(
    session: AsyncSession,
    kept: BlueprintRow,
    region: Region,
    new: Blueprint,
    old: Blueprint | None,
    report: Report,
    *,
    now: datetime,
) -> Event | None:
    what = f"event {new.event.key}"
    found = await session.scalar(select(Event.id).where(Event.key == new.event.key))
    if found is None:
        event = _new_event(kept, region, new, report, now=now)
        if event is None:
            return None
        session.add(event)
        await session.flush()
        report.created(what)
        await import_parts(Import(session, event, region, now, report), new, None)
        return event
    row = await lock_event(session, found)
    if row is None or row.blueprint_id != kept.id:
        report.problem(what, "belongs to another format.", "Give yours a key of its own.")
        return None
    old = old if old and old.event.key == new.event.key else None
    this = Import(session, row, region, now, report)
    values, before = _event_values(new), _event_values(old) if old else None
    present = {column: getattr(row, column) for column in values}
    columns = follow(row, values, before)
    report.changed(what, [named(one, present[one], values[one]) for one in columns])
    await _roles(this, present["roles"])
    moved = any(present["place"].get(part) != row.place.get(part) for part in WHERE)
    await _move(this, new, old, has_new_place=moved)
    await import_parts(this, new, old)
    return row


def _event_values(blueprint: Blueprint) -> dict[str, Any]:
    said = definition_of(blueprint)
    event = blueprint.event
    return {
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


def _new_event(
    kept: BlueprintRow, region: Region, new: Blueprint, report: Report, *, now: datetime
) -> Event | None:
    if new.event.starts is None:
        return None  # a format to make events from
    zone = new.event.zone or new.region.zone
    event = Event(
        key=new.event.key,
        region_id=region.id,
        blueprint_id=kept.id,
        **_event_values(new),
        closes_hours_before=new.event.registration_closes.hours_before,
        state=EventState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    start = new.event.starts.local(wall_time(now, zone).date())
    set_times(event, start, new.event.lasts, zone)
    if event.starts_at <= now:
        report.problem(
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


async def _move(
    this: Import, new: Blueprint, old: Blueprint | None, *, has_new_place: bool
) -> None:
    """Move the event in time, or tell that it can't be done behind people's backs."""
    event, was, now_is = this.event, old.event if old else None, new.event
    start, lasts, zone = event.starts_local, event.ends_at - event.starts_at, event.zone
    if now_is.starts is not None and (was is None or was.starts != now_is.starts):
        # Days are counted from the first import; a later one moves only the hour.
        day = now_is.starts.on or start.date()
        start = datetime.combine(day, now_is.starts.at)
    if was is None or was.lasts != now_is.lasts:
        lasts = now_is.lasts
    if old is None or old.zone != new.zone:
        zone = new.zone.key
    closes = now_is.registration_closes.hours_before
    if was is None or was.registration_closes != now_is.registration_closes:
        if event.closes_hours_before != closes:
            this.report.changed(f"event {event.key}", ["registration closes"])
        event.closes_hours_before = closes
    moves = (start, lasts, zone) != (
        event.starts_local,
        event.ends_at - event.starts_at,
        event.zone,
    )
    if moves or has_new_place:
        people = await count_registrations(this, ACTIVE)
        if people:
            this.report.problem(
                f"event {event.key}",
                f"can't change time or place here while people are registered ({people}).",
                "Move it in the chat, so that they are told.",
            )
        event.schedule_revision += 1
        event.calendar_sequence += 1
    set_times(event, start, lasts, zone)
    if moves:
        this.report.changed(f"event {event.key}", ["time"])
        await journeys.reckon(this.session, event, now=this.now)

"""Importing pilot, region and series of a blueprint, which several files share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.blueprints.read import Blueprint, definition_of
from xinno_core.models import Pilot, Region, Series
from xinno_core.services import journeys
from xinno_core.services.blueprint_rows import Report, Values, follow, named


async def import_pilot(
    session: AsyncSession, new: Blueprint, old: Blueprint | None, report: Report
) -> Pilot:
    """Return the blueprint's pilot, made or brought to what the file says."""
    row = await session.scalar(select(Pilot).where(Pilot.key == new.pilot.key))
    if row is None:
        row = Pilot(key=new.pilot.key, name=new.pilot.name)
        session.add(row)
        report.created(f"pilot {new.pilot.key}")
        await session.flush()
    elif old is None or old.pilot != new.pilot:
        _share(row, {"name": new.pilot.name}, None, f"pilot {row.key}", report)
    return row


async def import_region(
    session: AsyncSession,
    new: Blueprint,
    old: Blueprint | None,
    pilot: Pilot,
    report: Report,
    *,
    now: datetime,
) -> Region:
    """Return the blueprint's region, made or brought to what the file says."""
    values = {"pilot_id": pilot.id, **_region_values(new)}
    row = await session.scalar(select(Region).where(Region.key == new.region.key))
    if row is None:
        row = Region(key=new.region.key, **values)
        session.add(row)
        report.created(f"region {new.region.key}")
        await session.flush()
        return row
    before = _region_values(old) if old and old.region.key == row.key else None
    nights = (row.quiet_from, row.quiet_to)
    _share(row, values, before, f"region {row.key}", report)
    if (row.quiet_from, row.quiet_to) != nights:
        await session.flush()
        await journeys.follow_quiet_hours(session, row.id, now=now)
    return row


async def import_series(
    session: AsyncSession, new: Blueprint, old: Blueprint | None, region: Region, report: Report
) -> Series | None:
    """Return the blueprint's series, made or brought to what the file says."""
    if new.series is None:
        return None
    row = await session.scalar(select(Series).where(Series.key == new.series.key))
    if row is None:
        row = Series(key=new.series.key, region_id=region.id, title=new.series.title)
        session.add(row)
        report.created(f"series {row.key}")
        await session.flush()
    elif row.region_id != region.id:
        report.problem(
            f"series {row.key}", "belongs to another region.", "Give yours a key of its own."
        )
    elif old is None or old.series != new.series:
        _share(row, {"title": new.series.title}, None, f"series {row.key}", report)
    return row


def _share(
    row: Pilot | Region | Series, new: Values, old: Values | None, what: str, report: Report
) -> None:
    """Follow the file, and keep what other files of the same region say in other languages."""
    present = {column: getattr(row, column) for column in new}
    edited = {name: new[name] for name in new if old is None or old.get(name) != new[name]}
    values = {column: _joined(present[column], value) for column, value in edited.items()}
    columns = follow(row, values, None)
    report.changed(what, [named(one, present[one], values[one]) for one in columns])


def _joined(present: Any, new: Any) -> Any:  # noqa: ANN401 (JSON values)
    if not isinstance(present, Mapping) or not isinstance(new, Mapping):
        return new
    return {**present, **{name: _joined(present.get(name), value) for name, value in new.items()}}


def _region_values(blueprint: Blueprint) -> dict[str, Any]:
    region = blueprint.region
    said = definition_of(blueprint)["region"]
    extras = {"test_zone": region.test_zone} if region.test_zone else {}
    return {
        "name": region.name,
        "organiser": {**said["organiser"], **extras},
        "zone": region.zone,
        "languages": region.languages,
        "tone": region.tone,
        "data_protection": said["data_protection"],
        "quiet_from": region.quiet_hours.begins,
        "quiet_to": region.quiet_hours.ends,
    }

"""Quiet hours: when people are left alone, and local time in general."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_instant(wall: datetime, zone: str) -> datetime:
    """Return the instant at which the wall clock of a zone shows this.

    An hour that the clocks skip moves forward by the gap; of a doubled hour it is the first.
    """
    aware = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    return aware.astimezone(UTC)


def wall_time(instant: datetime, zone: str) -> datetime:
    """Return what the wall clock of a zone shows at an instant, without the zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def quiet_end(now: datetime, *, zone: str, starts: time, ends: time) -> datetime | None:
    """Return when the present quiet hours end, None outside them; they may cross midnight."""
    wall = wall_time(now, zone)
    if starts == ends or not _is_quiet(wall.time(), starts, ends):
        return None
    day = wall.date() if wall.time() < ends else wall.date() + timedelta(days=1)
    return local_instant(datetime.combine(day, ends), zone)


def quiet_start(now: datetime, *, zone: str, starts: time, ends: time) -> datetime | None:
    """Return when the present quiet hours began, None outside them."""
    wall = wall_time(now, zone)
    if starts == ends or not _is_quiet(wall.time(), starts, ends):
        return None
    day = wall.date() if wall.time() >= starts else wall.date() - timedelta(days=1)
    return local_instant(datetime.combine(day, starts), zone)


def _is_quiet(at: time, starts: time, ends: time) -> bool:
    if starts < ends:
        return starts <= at < ends
    return at >= starts or at < ends

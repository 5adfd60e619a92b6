"""Quiet hours: when people are left alone, and local time in general."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WITHOUT_END = datetime(9999, 1, 1, tzinfo=UTC)
"""What waits until then waits for a person, not for the clock."""


def local_instant(wall: datetime, zone: str) -> datetime:
    """Return the instant at which the wall clock of a zone shows this.

    An hour that the clocks skip moves forward by the gap; of a doubled hour it is the first.
    """
    aware = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    return aware.astimezone(UTC)


def wall_time(instant: datetime, zone: str) -> datetime:
    """Return what the wall clock of a zone shows at an instant, without the zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def local_day(instant: datetime, zone: str) -> date:
    """Return the day of the calendar on the wall of a zone."""
    return wall_time(instant, zone).date()


def next_midnight(instant: datetime, zone: str) -> datetime:
    """Return when the next day begins in a zone."""
    following = local_day(instant, zone) + timedelta(days=1)
    return local_instant(datetime.combine(following, time()), zone)


def quiet_end(now: datetime, *, zone: str, starts: time, ends: time) -> datetime | None:
    """Return when the present quiet hours end, None outside them; they may cross midnight."""
    span = _present(now, zone, starts, ends)
    return span[1] if span else None


def quiet_start(now: datetime, *, zone: str, starts: time, ends: time) -> datetime | None:
    """Return when the present quiet hours began, None outside them."""
    span = _present(now, zone, starts, ends)
    return span[0] if span else None


def _present(
    now: datetime, zone: str, starts: time, ends: time
) -> tuple[datetime, datetime] | None:
    """Return the quiet hours around an instant.

    They are compared as instants, not as what the wall shows: an hour that comes twice would else
    be quiet again after its end, and that end would lie in the past.
    """
    if starts == ends:
        return None
    today = local_day(now, zone)
    for day in (today - timedelta(days=1), today):
        last = day if starts < ends else day + timedelta(days=1)
        begin = local_instant(datetime.combine(day, starts), zone)
        end = local_instant(datetime.combine(last, ends), zone)
        if begin <= now < end:
            return begin, end
    return None

"""The rules of a time zone as a calendar file holds them, so that it needs no other source.

Where the clocks change by the same rule each year it is written as that rule, which all calendars
read; else each change is written by itself.
"""

import functools
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Change:
    """One change of the clocks."""

    wall: datetime  # what they show when they are changed
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def rule(self) -> tuple[int, int, int]:
        """Month, week (-1 is the last) and weekday."""
        is_last = self.wall.day + 7 > monthrange(self.wall.year, self.wall.month)[1]
        week = -1 if is_last else (self.wall.day - 1) // 7 + 1
        return self.wall.month, week, self.wall.weekday()


def zone_component(zone: str, first_year: int, last_year: int) -> Timezone:
    """Return the zone with all its changes in these years, and those of the year before."""
    made = Timezone()
    made.add("tzid", zone)
    years = range(first_year - 1, last_year + 1)
    changes = _changes(zone, years)
    by_kind: dict[object, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.rule, change.wall.time(), change.before, change.after].append(change)
    kinds = by_kind.values()
    if changes and all([one.wall.year for one in kind] == list(years) for kind in kinds):
        for first, *_ in kinds:
            made.add_component(_part(first, repeats=True))
        return made
    for change in (_state_at(zone, years[0]), *changes):
        made.add_component(_part(change, repeats=False))
    return made


def _part(change: Change, *, repeats: bool) -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    part.add("dtstart", change.wall)
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    if repeats:
        month, week, weekday = change.rule
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{week}{DAYS[weekday]}"})
    return part


@functools.lru_cache(maxsize=256)
def _changes(zone: str, years: range) -> tuple[Change, ...]:
    return tuple(_find_changes(ZoneInfo(zone), years))


def _find_changes(zone: ZoneInfo, years: range) -> Iterator[Change]:
    """Go through the years day by day, and look closer where the offset is another."""
    day, end = datetime(years[0], 1, 1, tzinfo=UTC), datetime(years[-1] + 1, 1, 1, tzinfo=UTC)
    while day < end:
        following = day + timedelta(days=1)
        if _offset(zone, day) != _offset(zone, following):
            yield _change_between(zone, day, following)
        day = following


def _change_between(zone: ZoneInfo, low: datetime, high: datetime) -> Change:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return _as_change(zone, high, before)


def _state_at(zone: str, year: int) -> Change:
    start = datetime(year, 1, 1, tzinfo=UTC)
    return _as_change(ZoneInfo(zone), start, _offset(ZoneInfo(zone), start))


def _as_change(zone: ZoneInfo, at: datetime, before: timedelta) -> Change:
    local = at.astimezone(zone)
    return Change(
        wall=(at + before).replace(tzinfo=None),
        before=before,
        after=_offset(zone, at),
        name=local.tzname() or "",
        is_summer=bool(local.dst()),
    )


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()

"""Local time, over both changes of the hour, and the hours in which people are left alone."""

from datetime import UTC, datetime, time

import pytest

from xinno_core.services.quiet import (
    local_instant,
    next_midnight,
    quiet_end,
    quiet_start,
    wall_time,
)

ZONES = ["Europe/Berlin", "Europe/Rome", "Europe/Warsaw"]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "shown, instant",
    [
        ("2027-03-27 18:00", "2027-03-27 17:00"),
        ("2027-03-28 01:59", "2027-03-28 00:59"),
        ("2027-03-28 02:30", "2027-03-28 01:30"),  # the clocks skip it: 03:30 it is
        ("2027-03-28 03:00", "2027-03-28 01:00"),
        ("2027-03-28 18:00", "2027-03-28 16:00"),
        ("2027-10-30 18:00", "2027-10-30 16:00"),
        ("2027-10-31 02:30", "2027-10-31 00:30"),  # it comes twice: the first
        ("2027-10-31 03:00", "2027-10-31 02:00"),
        ("2027-10-31 18:00", "2027-10-31 17:00"),
    ],
)
def test_a_wall_clock_shows_one_instant(zone: str, shown: str, instant: str) -> None:
    assert local_instant(wall(shown), zone) == utc(instant)


@pytest.mark.parametrize("zone", ZONES)
def test_what_the_wall_shows_comes_back_except_where_it_never_was(zone: str) -> None:
    assert wall_time(utc("2027-03-28 01:30"), zone) == wall("2027-03-28 03:30")
    assert wall_time(utc("2027-10-31 01:30"), zone).replace(fold=0) == wall("2027-10-31 02:30")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "now, start, end",
    [
        ("2027-03-08 11:00", None, None),
        ("2027-03-08 21:00", "2027-03-08 19:00", "2027-03-09 07:00"),
        ("2027-03-09 05:00", "2027-03-08 19:00", "2027-03-09 07:00"),
        # a night that is an hour shorter, and one that is an hour longer
        ("2027-03-27 22:00", "2027-03-27 19:00", "2027-03-28 06:00"),
        ("2027-03-28 05:00", "2027-03-27 19:00", "2027-03-28 06:00"),
        ("2027-10-30 22:00", "2027-10-30 18:00", "2027-10-31 07:00"),
        ("2027-10-31 06:00", "2027-10-30 18:00", "2027-10-31 07:00"),
    ],
)
def test_a_night_has_a_beginning_and_an_end(
    zone: str, now: str, start: str | None, end: str | None
) -> None:
    hours = {"zone": zone, "starts": time(20), "ends": time(8)}
    assert quiet_start(utc(now), **hours) == (utc(start) if start else None)  # type: ignore[arg-type]
    assert quiet_end(utc(now), **hours) == (utc(end) if end else None)  # type: ignore[arg-type]


def test_quiet_hours_may_lie_within_one_day() -> None:
    found = quiet_end(utc("2027-03-08 12:30"), zone="Europe/Berlin", starts=time(13), ends=time(15))
    assert found == utc("2027-03-08 14:00")


def test_without_a_span_there_are_no_quiet_hours() -> None:
    now = utc("2027-03-08 23:00")
    assert quiet_end(now, zone="Europe/Berlin", starts=time(8), ends=time(8)) is None
    assert quiet_start(now, zone="Europe/Berlin", starts=time(8), ends=time(8)) is None


@pytest.mark.parametrize("zone", ZONES)
def test_an_hour_that_comes_twice_is_not_quiet_again(zone: str) -> None:
    """Once, its second coming was quiet until an end that lay an hour before."""
    hours = {"zone": zone, "starts": time(20), "ends": time(2, 30)}
    assert quiet_end(utc("2027-10-31 00:10"), **hours) == utc("2027-10-31 00:30")  # type: ignore[arg-type]
    assert quiet_end(utc("2027-10-31 01:10"), **hours) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "zone, now, midnight",
    [
        ("Europe/Berlin", "2027-03-27 23:30", "2027-03-28 22:00"),
        ("Europe/Berlin", "2027-10-30 22:30", "2027-10-31 23:00"),
        ("Europe/Kyiv", "2027-03-27 22:30", "2027-03-28 21:00"),
        ("Europe/Kyiv", "2027-10-30 21:30", "2027-10-31 22:00"),
    ],
)
def test_a_day_ends_at_its_own_midnight(zone: str, now: str, midnight: str) -> None:
    assert next_midnight(utc(now), zone) == utc(midnight)

"""Dates and times as people read them: the only place that knows the event's time zone."""

import functools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
    get_timezone_name,
)

from xinno_core.texts.translator import Translator

EXAMPLE = datetime(2027, 3, 18, 18, 0)  # noqa: DTZ001 (wall time has no zone)


@functools.lru_cache(maxsize=4096)
def long_date(t: Translator, at: datetime, zone: str) -> str:
    """Return a full date with weekday, such as "Thursday, 10 December 2026"."""
    return format_date(_local(at, zone), format="full", locale=t.locale)


def plain_day(t: Translator, day: date) -> str:
    """Return a day without weekday, such as "10 December 2026"."""
    return format_date(day, format="long", locale=t.locale)


def stored_day(t: Translator, stored: str) -> str:
    """Return a day in words that a form keeps, such as 2027-03-18."""
    return plain_day(t, date.fromisoformat(stored))


@functools.lru_cache(maxsize=4096)
def clock_time(t: Translator, at: datetime, zone: str) -> str:
    """Return the time of day, such as "18:00"."""
    return format_time(_local(at, zone), format="HH:mm", locale=t.locale)


@functools.lru_cache(maxsize=4096)
def short_day(t: Translator, at: datetime, zone: str) -> str:
    """Return a short date for lists and buttons, such as "Thu 10 Dec"."""
    return format_skeleton("MMMEd", _local(at, zone), locale=t.locale)


def typed_time(t: Translator, wall: datetime) -> str:
    """Return a date with a time of day as its readers type it, such as "18.03.2027 18:00".

    In English the month is a word: its numbers are read differently on the two sides of an ocean.
    """
    at = f"{wall:%H:%M}"
    if t.language == "en":
        return f"{plain_day(t, wall)}, {at}"
    return f"{format_skeleton('yMMdd', wall, locale=t.locale)} {at}"


def example_time(t: Translator) -> str:
    """Return what a typed date and time can look like."""
    return typed_time(t, EXAMPLE)


def typed_tomorrow(t: Translator, now: datetime, zone: str) -> str:
    """Return a time tomorrow morning, as it could be typed now."""
    tomorrow = _local(now, zone) + timedelta(days=1)
    return typed_time(t, tomorrow.replace(hour=9, minute=30))


def date_and_time(t: Translator, at: datetime, zone: str) -> str:
    """Return date and time in one line."""
    return f"{long_date(t, at, zone)}, {clock_time(t, at, zone)}"


def span(t: Translator, starts: datetime, ends: datetime, zone: str) -> str:
    """Return when something happens, over one day or several."""
    if _local(starts, zone).date() == _local(ends, zone).date():
        return f"{date_and_time(t, starts, zone)}–{clock_time(t, ends, zone)}"
    return f"{date_and_time(t, starts, zone)} – {date_and_time(t, ends, zone)}"


def zone_name(t: Translator, at: datetime, zone: str) -> str:
    """Return the name of the zone at that time, such as "Berlin, CET"."""
    city = get_timezone_location(zone, locale=t.locale, return_city=True).rsplit("/", 1)[-1]
    return f"{city}, {get_timezone_name(_local(at, zone), width='short', locale=t.locale)}"


def time_left(t: Translator, until: datetime, now: datetime) -> str:
    """Return how long it is until then, rounded to what people would say."""
    left = max(until - now, timedelta(minutes=1))
    return format_timedelta(left, locale=t.locale)


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))

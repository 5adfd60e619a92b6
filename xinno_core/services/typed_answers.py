"""Reading answers that were typed or sent by a page: what a text says, or what is wrong with it."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from xinno_core.services.days import read_day
from xinno_core.services.questions import MOST_DIGITS, REFUSAL, Field, FieldKind, Problem
from xinno_core.services.quiet import local_instant, wall_time
from xinno_core.services.wall_times import read_wall_times

MOST_YEARS = 10
DAY = timedelta(days=1)
FEWEST_LOUD = timedelta(hours=2)
"""So much of each day has to remain in which messages may come."""
REFUSED = "~refused"
"""What a page sends for "I would rather not say": no key of an option, and nothing to type."""
LINK = r"https://[^\s/]+\S*"
HOURS = r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?"


def read_typed(
    asked: Field, text: str, *, now: datetime, language: str = "en"
) -> str | int | Problem:
    """Return the value of a typed answer, or what is wrong with it.

    Names of months are read in the language of whoever typed them.
    """
    text = "".join(sign for sign in text if sign.isprintable() or sign in "\n\u200d").strip()
    if not asked.is_typed:
        return Problem.CHOOSE_A_BUTTON
    if not text:
        return Problem.EMPTY
    if len(text) > asked.most:
        return Problem.TOO_LONG
    if asked.kind is FieldKind.TEXT:
        return asked.text_problem(text) or text
    if asked.kind is FieldKind.NUMBER:
        return read_number(asked, text)
    if asked.kind is FieldKind.DATE:
        day = read_day(text, language)
        return Problem.NOT_A_DATE if day is None else _in_bounds(asked, day.isoformat())
    if asked.kind is FieldKind.WALL_TIME:
        return _read_wall_time(asked, text, now=now, language=language)
    if asked.kind is FieldKind.HOURS:
        return _hours_problem(text) or text
    if asked.kind is FieldKind.LINK and not re.fullmatch(LINK, text):
        return Problem.NOT_A_LINK
    return text


def read_given(
    asked: Field, given: str | Sequence[str], *, now: datetime, language: str
) -> object | Problem:
    """Return the value of what a page sent, None for a question left out, or what is wrong.

    The options of a ranking are given in the order of their ranks.
    """
    values = [one for one in ([given] if isinstance(given, str) else given) if one.strip()]
    if REFUSED in values and asked.may_refuse:
        return dict(REFUSAL)
    if not values:
        return Problem.UNANSWERED if asked.required else None
    if asked.is_typed:
        return read_typed(asked, values[0], now=now, language=language)
    if not {option.key for option in asked.choices}.issuperset(values):
        return Problem.NOT_AN_OPTION
    if asked.is_of_many:
        if len(set(values)) < len(values):
            return Problem.RANKED_TWICE
        return asked.wrong_number(len(values)) or values
    if len(values) > 1:
        return Problem.NOT_AN_OPTION
    return int(values[0]) if asked.kind is FieldKind.RATING else values[0]


def read_number(asked: Field, text: str) -> int | Problem:
    """Return a typed whole number, or what is wrong with it."""
    is_negative = text.startswith(("-", "−")) and asked.least < 0
    digits = text[1:] if is_negative else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        return Problem.NOT_A_NUMBER
    number = -int(digits) if is_negative else int(digits)
    if number < asked.least:
        return Problem.TOO_SMALL
    return number if number <= asked.greatest else Problem.TOO_GREAT


def read_hours(text: str) -> tuple[time, time] | None:
    """Return from when to when typed hours go, None when they are none; "22-7" will do."""
    found = re.fullmatch(HOURS, text.strip(), flags=re.ASCII)
    if found is None:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    try:
        starts, ends = _clock(*numbers[:2]), _clock(*numbers[2:])
    except ValueError:
        return None
    return (starts, ends) if starts != ends else None


def _hours_problem(text: str) -> Problem | None:
    """Say what is wrong with hours in which nothing may come: some of the day has to remain."""
    hours = read_hours(text)
    if hours is None:
        return Problem.NOT_HOURS
    starts, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in hours)
    return Problem.NO_HOURS_LEFT if (starts - ends) % DAY < FEWEST_LOUD else None


def _clock(hour: int, minute: int) -> time:
    return time() if (hour, minute) == (24, 0) else time(hour, minute)


def _wall_time_problem(asked: Field, wall: datetime, *, now: datetime) -> Problem | None:
    zone = asked.zone or "UTC"
    if local_instant(wall, zone) <= now:
        return Problem.NOT_IN_FUTURE
    if asked.not_before and wall.date() < wall_time(asked.not_before, zone).date():
        return Problem.BEFORE_FIRST_DAY
    return None


def _read_wall_time(asked: Field, text: str, *, now: datetime, language: str) -> str | Problem:
    today = wall_time(now, asked.zone or "UTC")
    walls = read_wall_times(text, language=language, today=today)
    if isinstance(walls, Problem):
        return walls
    wall = next((one for one in walls if one > today), walls[0])
    if wall.year < today.year:
        return Problem.NOT_IN_FUTURE
    if wall.year - today.year > MOST_YEARS:
        # A slip of the finger, and at the end of time no instant follows from it.
        return Problem.NOT_A_TIME
    return _wall_time_problem(asked, wall, now=now) or wall.isoformat(timespec="minutes")


def _in_bounds(asked: Field, day: str) -> str | Problem:
    return asked.day_problem(day) or day

"""Reading a date with a time of day as people write it, wherever one is asked for."""

import re
import unicodedata
from datetime import date, datetime, time

from xinno_core.services.days import read_day
from xinno_core.services.questions import Problem

DAY_FIRST = {"it": "./", "nl": ".-"}
"""With which signs a language writes the day before the month; a dot says so in all of them."""
MONTHS = 12
LONGEST = 100
"""A longer text is no date, and is not searched for one."""

_BEFORE = r"(?:at|um|om|alle(?:\s+ore)?|ore|o|godz\.?|o\s+godz\.?|ve?)\s+"
_UNIT = r"\s*(?:uhr|uur|h|hod\.?|hodin|godz\.?)"
_TIME = re.compile(
    rf"(?P<day>.+?)(?:[\s,]+(?:{_BEFORE})?|(?<=\d)t)"
    rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}})(?::00)?(?:{_UNIT})?|{_UNIT})",
    flags=re.ASCII,
)
_NUMBERS = re.compile(
    r"(?P<day>\d{1,2})\s*(?P<sign>[./-])\s*(?P<month>\d{1,2})"
    r"(?:(?:\s*[./-]\s*|\s+)(?P<year>\d{4}|\d{2})\.?|\s*[./-])?"
)


def read_wall_times(text: str, *, language: str, today: date) -> tuple[datetime, ...] | Problem:
    """Return what a text can mean on a clock's wall: without a year, this year's and next year's.

    A day that is written differently on the two sides of an ocean is not guessed, except where
    the reader's language writes it in one way only.
    """
    plain = _plain(text)
    found = _TIME.fullmatch(plain) if len(plain) <= LONGEST else None
    if found is None:
        return Problem.NOT_A_TIME
    days = _days(found["day"], language, today)
    if isinstance(days, Problem):
        return days
    try:
        at = time(int(found["hour"]), int(found["minute"] or 0))
    except ValueError:
        return Problem.NOT_A_TIME
    return tuple(datetime.combine(day, at) for day in days) or Problem.NOT_A_TIME


def _days(text: str, language: str, today: date) -> list[date] | Problem:
    years: tuple[int, ...] = (today.year, today.year + 1)
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        named = [read_day(text, language)]
        if named == [None]:
            named = [read_day(f"{text} {year}", language) for year in years]
        return [day for day in named if day is not None]
    day, month = int(numbers["day"]), int(numbers["month"])
    is_clear = numbers["sign"] in DAY_FIRST.get(language, ".")
    if not is_clear and day != month and max(day, month) <= MONTHS:
        return Problem.TWO_MEANINGS
    if numbers["year"]:
        years = (int(f"20{numbers['year']}"[-4:]),)
    return [found for year in years if (found := _day(year, month, day)) is not None]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Drop case, and the narrow spaces that a copied text brings along."""
    return unicodedata.normalize("NFKC", text).casefold().strip()

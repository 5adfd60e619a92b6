"""Reading a day as people write it: in numbers, or with the name of the month in their words."""

import functools
import re
import unicodedata
from datetime import date

from babel import Locale

DAY_FIRST = r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4})\.?"
YEAR_FIRST = r"(\d{4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,2})\.?"
MONTH_IN_THE_MIDDLE = r"(\d{1,2})\D{0,4}?\s([^\W\d_]+)\.?\s+\D{0,4}?(\d{4})"
MONTH_FIRST = r"([^\W\d_]+)\.?\s+(\d{1,2})\D{0,3}\s(\d{4})"


def read_day(text: str, language: str) -> date | None:
    """Return the day that a text names, None where it names none.

    Of two numbers the first is the day, as everywhere in Europe.
    """
    text = _plain(text)
    try:
        if found := re.fullmatch(YEAR_FIRST, text):
            year, month, day = (int(part) for part in found.groups())
        elif found := re.fullmatch(DAY_FIRST, text):
            day, month, year = (int(part) for part in found.groups())
        elif found := re.fullmatch(MONTH_IN_THE_MIDDLE, text):
            day, month, year = int(found[1]), _month(found[2], language), int(found[3])
        elif found := re.fullmatch(MONTH_FIRST, text):
            month, day, year = _month(found[1], language), int(found[2]), int(found[3])
        else:
            return None
        return date(year, month, day)
    except ValueError:
        return None


def _month(name: str, language: str) -> int:
    """Return the number of a month; 0, which is none, for what is no month's name."""
    return _months(language).get(name) or _months("en").get(name) or 0


@functools.lru_cache(maxsize=16)
def _months(language: str) -> dict[str, int]:
    """Return all names of months, whole and short, as they stand alone and in a date."""
    known = Locale.parse(language)
    return {
        _plain(name).rstrip("."): number
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in known.months[form][width].items()
    }


def _plain(text: str) -> str:
    """Drop case and accents: "Unor" is typed for "Únor" on many phones."""
    apart = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))

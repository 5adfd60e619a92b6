"""Public holidays: on which days of which country nobody wants to hear from the office."""

import functools
from datetime import date


def is_holiday(day: date, country: str) -> bool:
    """Tell whether a day is a public holiday everywhere in a country; unknown ones have none."""
    return day in _days_off(country, day.year)


@functools.lru_cache(maxsize=64)
def _days_off(country: str, year: int) -> frozenset[date]:
    # It reads the rules of every country there is: not before one is asked for, and only once.
    import holidays  # noqa: PLC0415

    if country not in holidays.list_supported_countries(include_aliases=False):
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))

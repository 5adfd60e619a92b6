"""When an announcement starts: offered, or typed as people write a date and a time."""

from datetime import datetime, timedelta
from enum import StrEnum

from xinno_core.services.questions import Problem
from xinno_core.services.quiet import local_instant, wall_time
from xinno_core.services.wall_times import read_wall_times

LONGEST_AHEAD = timedelta(days=60)
MORNING = 9


class Offered(StrEnum):
    """A start that is chosen by a button."""

    NOW = "now"
    HOUR = "hour"
    TOMORROW = "tomorrow"


class StartProblem(StrEnum):
    """What is wrong with a typed start."""

    NOT_A_TIME = "not_a_time"
    TWO_MEANINGS = "two_meanings"
    PAST = "past"
    TOO_FAR = "too_far"


def offered_start(offered: Offered, *, zone: str, now: datetime) -> datetime | None:
    """Return the instant of an offered start, None for at once."""
    match offered:
        case Offered.NOW:
            return None
        case Offered.HOUR:
            return now.replace(second=0, microsecond=0) + timedelta(hours=1)
        case Offered.TOMORROW:
            day = wall_time(now, zone) + timedelta(days=1)
            return local_instant(day.replace(hour=MORNING, minute=0, second=0, microsecond=0), zone)


def read_start(
    text: str, *, zone: str, now: datetime, language: str = "en"
) -> datetime | StartProblem:
    """Return the instant of a typed date and time on the clock of the event's zone.

    Without a year it is the next such day, so that 2.1. typed in December is in January.
    """
    today = wall_time(now, zone)
    walls = read_wall_times(text, language=language, today=today)
    if isinstance(walls, Problem):
        return StartProblem(walls.value)
    ahead = [start for wall in walls if (start := _instant(wall, zone)) and start > now]
    if ahead and min(ahead) <= now + LONGEST_AHEAD:
        return min(ahead)
    # Of a day without a year, the one of this year is meant when both are out of reach.
    return StartProblem.TOO_FAR if _is_ahead(walls[0], today) else StartProblem.PAST


def _is_ahead(wall: datetime, today: datetime) -> bool:
    return wall > today


def _instant(wall: datetime, zone: str) -> datetime | None:
    try:
        return local_instant(wall, zone)
    except OverflowError:  # at the end of time
        return None

"""A date with a time of day, as people write it."""

from datetime import date, datetime, timedelta

import pytest

from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.services.questions import Problem
from xinno_core.services.wall_times import read_wall_times
from xinno_core.texts.dates import EXAMPLE, example_time, typed_time
from xinno_core.texts.translator import translator

TODAY = date(2026, 11, 23)
EVENING = datetime(2026, 12, 4, 19, 0)
BOTH = (EVENING, EVENING.replace(year=2027))


@pytest.mark.parametrize(
    "language, typed, meant",
    [
        ("de", "4.12. 19:00", BOTH),
        ("de", "4.12. 19.00 Uhr", BOTH),
        ("de", "04.12., 19 Uhr", BOTH),
        ("de", "4. Dezember um 19:00 Uhr", BOTH),
        ("de", "4.12.26 19.00", (EVENING,)),
        ("de", "29.2. 10:00", Problem.NOT_A_TIME),  # neither in this year nor in the next
        ("en", "4 December 2026, 19:00", (EVENING,)),
        ("en", "December 4, 2026 at 19:00", (EVENING,)),
        ("en", "2026-12-04T19:00:00", (EVENING,)),
        ("en", "4/12/2026 19:00", Problem.TWO_MEANINGS),
        ("en", "4-12 19:00", Problem.TWO_MEANINGS),
        ("en", "4 / 12 / 2026 19:00", Problem.TWO_MEANINGS),
        ("en", "4  /  12/2026 19:00", Problem.TWO_MEANINGS),
        ("de", "03/04/2027 19:00", Problem.TWO_MEANINGS),
        ("en", "12/12/2026 19:00", (datetime(2026, 12, 12, 19, 0),)),
        ("en", "18/12/2026 19:00", (datetime(2026, 12, 18, 19, 0),)),
        ("en", "12/18/2026 19:00", Problem.NOT_A_TIME),
        ("en", "4.12. 7:00 pm", Problem.NOT_A_TIME),
        ("en", "4.12.", Problem.NOT_A_TIME),
        ("en", "4.12. 19", Problem.NOT_A_TIME),
        ("en", "19:00", Problem.NOT_A_TIME),
        ("it", "4/12/2026 alle 19:00", (EVENING,)),
        ("it", "4 dicembre, ore 19.00", BOTH),
        ("cs", "4. prosince 2026 v 19.00 hod.", (EVENING,)),
        ("sk", "4. 12. 2026 o 19:00", (EVENING,)),
        ("pl", "4 grudnia 2026, godz. 19:00", (EVENING,)),
        ("nl", "4-12-2026 om 19.00 uur", (EVENING,)),
    ],
)
def test_it_is_read_as_it_is_meant(
    language: str, typed: str, meant: tuple[datetime, ...] | Problem
) -> None:
    assert read_wall_times(typed, language=language, today=TODAY) == meant


def test_a_long_text_is_not_searched() -> None:
    assert read_wall_times("1 " * 2000, language="en", today=TODAY) is Problem.NOT_A_TIME


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_what_is_shown_can_be_typed_back(language: str) -> None:
    """The example, and every day of a year as it is shown, mean the moment meant."""
    t = translator(language)
    assert read_wall_times(example_time(t), language=language, today=TODAY) == (EXAMPLE,)
    for number in range(365):
        wall = datetime(2027, 1, 1, 9, 5) + timedelta(days=number)
        assert read_wall_times(typed_time(t, wall), language=language, today=TODAY) == (wall,)

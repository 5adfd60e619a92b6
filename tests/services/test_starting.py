"""When an announcement starts, as people write it."""

from datetime import UTC, datetime

import pytest

from xinno_core.services.starting import Offered, StartProblem, offered_start, read_start

NOW = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)  # ten in Berlin


@pytest.mark.parametrize(
    "typed, start",
    [
        ("10.3. 09:30", "2027-03-10T08:30"),
        ("10.3.2027 9.30", "2027-03-10T08:30"),
        (" 10. 3. 2027, 09:30 ", "2027-03-10T08:30"),
        ("10/3/2027 09:30", StartProblem.TWO_MEANINGS),
        ("18/3/2027 09:30", "2027-03-18T08:30"),
        ("2027-03-10 09:30", "2027-03-10T08:30"),
        ("2027-03-10T09:30:00", "2027-03-10T08:30"),
        ("8.3. 10:01", "2027-03-08T09:01"),
        ("28.3. 02:30", "2027-03-28T01:30"),  # an hour that the clocks skip
        ("28.3. 03:30", "2027-03-28T01:30"),
        ("7.5. 11:00", "2027-05-07T09:00"),  # sixty days to the minute
        ("7.5. 11:01", StartProblem.TOO_FAR),
        ("24.12. 09:30", StartProblem.TOO_FAR),
        ("31.12.9999 23:59", StartProblem.TOO_FAR),
        ("8.3. 10:00", StartProblem.PAST),
        ("1.3. 09:30", StartProblem.PAST),
        ("1.1.0001 00:00", StartProblem.PAST),
        ("31.2. 10:00", StartProblem.NOT_A_TIME),
        ("10.3. 24:00", StartProblem.NOT_A_TIME),
        ("0.0. 10:00", StartProblem.NOT_A_TIME),
        ("10.3.", StartProblem.NOT_A_TIME),
        ("tomorrow", StartProblem.NOT_A_TIME),
        ("", StartProblem.NOT_A_TIME),
        ("9" * 4000, StartProblem.NOT_A_TIME),
    ],
)
def test_a_typed_start(typed: str, start: str | StartProblem) -> None:
    found = read_start(typed, zone="Europe/Berlin", now=NOW)
    if not isinstance(start, StartProblem):
        assert found == datetime.fromisoformat(start).replace(tzinfo=UTC)
    else:
        assert found is start


def test_without_a_year_it_is_the_next_such_day() -> None:
    december = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
    found = read_start("2.1. 09:00", zone="Europe/Berlin", now=december)
    assert found == datetime(2027, 1, 2, 8, 0, tzinfo=UTC)


def test_the_offered_starts() -> None:
    evening = datetime(2027, 3, 27, 22, 30, 40, tzinfo=UTC)  # the clocks change that night
    assert offered_start(Offered.NOW, zone="Europe/Berlin", now=evening) is None
    hour = offered_start(Offered.HOUR, zone="Europe/Berlin", now=evening)
    assert hour == datetime(2027, 3, 27, 23, 30, tzinfo=UTC)
    morning = offered_start(Offered.TOMORROW, zone="Europe/Berlin", now=evening)
    assert morning == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)

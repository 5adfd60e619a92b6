"""The send gate's manners: pace, own hours, pauses, topics, weekends, holidays, and being busy."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.services.test_gate import WELL
from xinno_core.models import NoticeClass, NoticeKind, RegistrationState, Topic
from xinno_core.services.gate import WEEK, Hold, Reason, Send, Skip, decide
from xinno_core.services.holidays import is_holiday
from xinno_core.services.preferences import PRESETS, Hours, Preferences
from xinno_core.services.quiet import WITHOUT_END

OPTIONAL = replace(
    WELL,
    kind=NoticeKind.EXERCISE,
    notice_class=NoticeClass.OPTIONAL,
    useful_until=datetime(2028, 1, 1, tzinfo=UTC),
)
NOON = datetime(2027, 3, 10, 11, 0, tzinfo=UTC)  # a Wednesday
SECOND = timedelta(seconds=1)
NOT_OPTIONAL = [each for each in NoticeClass if each is not NoticeClass.OPTIONAL]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# ── how many ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "pace, ago, decision",
    [
        (2, [], Send()),
        (2, [3], Send()),
        (2, [5, 1], Hold(NOON + timedelta(days=2), Reason.CAP_WEEK)),
        (1, [6], Hold(NOON + timedelta(days=1), Reason.CAP_WEEK)),
        (3, [6, 5], Send()),
        (3, [6, 5, 2], Hold(NOON + timedelta(days=1), Reason.CAP_WEEK)),
        (0, [], Skip(Reason.PACE_OFF)),
        # whoever has lowered the pace waits until there is room below it
        (1, [6, 2], Hold(NOON + timedelta(days=5), Reason.CAP_WEEK)),
    ],
)
def test_a_week_holds_so_many(pace: int, ago: list[int], decision: object) -> None:
    recent = tuple(NOON - timedelta(days=days) for days in ago)
    facts = replace(OPTIONAL, wishes=Preferences(pace), recent=recent)
    assert decide(facts, now=NOON) == decision


def test_nobody_gets_more_than_three_a_week_whatever_a_row_says() -> None:
    recent = tuple(NOON - timedelta(days=days) for days in (6, 5, 2))
    found = decide(replace(OPTIONAL, wishes=Preferences(7), recent=recent), now=NOON)
    assert isinstance(found, Hold)


@pytest.mark.parametrize(
    "since, goes", [(WEEK, True), (WEEK - SECOND, False), (WEEK + SECOND, True)]
)
def test_a_week_is_seven_days_to_the_second(since: timedelta, goes: bool) -> None:
    facts = replace(OPTIONAL, wishes=Preferences(1), recent=(NOON - since,))
    assert (decide(facts, now=NOON) == Send()) is goes


@pytest.mark.parametrize(
    "came, now, goes",
    [
        ("2027-03-09 22:59:59", "2027-03-10 07:00", True),  # the last second of Tuesday in Berlin
        ("2027-03-09 23:00", "2027-03-10 07:00", False),
        ("2027-03-10 07:00", "2027-03-10 18:59:59", False),
        ("2027-03-10 18:59:59", "2027-03-11 07:00", True),
    ],
)
def test_one_a_day_is_a_day_of_the_persons_calendar(came: str, now: str, goes: bool) -> None:
    facts = replace(OPTIONAL, recent=(utc(came),))
    found = decide(facts, now=utc(now))
    assert found == (Send() if goes else Hold(utc("2027-03-11 07:00"), Reason.CAP_DAY))


def test_the_calendar_is_that_of_the_persons_zone() -> None:
    came, now = utc("2027-03-09 22:30"), utc("2027-03-10 09:00")
    facts = replace(OPTIONAL, recent=(came,))
    assert decide(facts, now=now) == Send()
    in_kyiv = replace(facts, zone="Europe/Kyiv")  # there it was Wednesday by then
    assert decide(in_kyiv, now=now) == Hold(utc("2027-03-11 06:00"), Reason.CAP_DAY)


@pytest.mark.parametrize("notice_class", NOT_OPTIONAL)
def test_only_what_is_optional_has_a_pace_and_pauses(notice_class: NoticeClass) -> None:
    sunday = utc("2027-03-14 11:00")
    facts = replace(
        OPTIONAL,
        notice_class=notice_class,
        wishes=Preferences(pace=0, paused_until=WITHOUT_END),
        recent=(sunday,) * 3,
    )
    assert decide(facts, now=sunday) == Send()


# ── when ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "now, decision",
    [
        ("2027-03-12 18:59:59", Send()),
        ("2027-03-12 19:00", Hold(utc("2027-03-15 07:00"), Reason.QUIET_HOURS)),
        ("2027-03-13 10:00", Hold(utc("2027-03-15 07:00"), Reason.WEEKEND)),
        ("2027-03-14 22:00", Hold(utc("2027-03-15 07:00"), Reason.WEEKEND)),
        ("2027-03-15 07:00", Send()),
        # Good Friday, a weekend, and Easter Monday in Germany; the clocks change on the Sunday
        ("2027-03-26 10:00", Hold(utc("2027-03-30 06:00"), Reason.HOLIDAY)),
        ("2027-03-25 20:00", Hold(utc("2027-03-30 06:00"), Reason.QUIET_HOURS)),
    ],
)
def test_what_is_optional_comes_on_workdays(now: str, decision: object) -> None:
    assert decide(OPTIONAL, now=utc(now)) == decision


@pytest.mark.parametrize("now", ["2027-03-14 11:00", "2027-03-29 10:00"])
@pytest.mark.parametrize("notice_class", NOT_OPTIONAL)
def test_a_reminder_comes_on_a_sunday_and_on_a_holiday(now: str, notice_class: NoticeClass) -> None:
    assert decide(replace(WELL, notice_class=notice_class, useful_until=None), now=utc(now)) == (
        Send()
    )


@pytest.mark.parametrize(
    "country, day, workday",
    [
        ("IT", "2027-06-02", "2027-06-03"),
        ("SK", "2027-09-15", "2027-09-16"),
        ("PL", "2027-05-27", "2027-05-28"),
        ("CZ", "2027-07-06", "2027-07-07"),
        ("AT", "2027-10-26", "2027-10-27"),
        ("BE", "2027-07-21", "2027-07-22"),
        ("DE", "2027-05-06", "2027-05-07"),
    ],
)
def test_each_country_has_its_own_holidays(country: str, day: str, workday: str) -> None:
    facts = replace(OPTIONAL, country=country)
    found = decide(facts, now=utc(f"{day} 10:00"))
    assert found == Hold(utc(f"{workday} 06:00"), Reason.HOLIDAY)
    assert decide(replace(facts, country=""), now=utc(f"{day} 10:00")) == Send()


@pytest.mark.parametrize("country", ["", "XX", "../x"])
def test_a_country_that_nobody_knows_has_no_holidays(country: str) -> None:
    assert not is_holiday(datetime(2027, 1, 1, tzinfo=UTC).date(), country)


@pytest.mark.parametrize("zone, ahead", [("Europe/Berlin", 1), ("Europe/Kyiv", 2)])
@pytest.mark.parametrize(
    "starts, ends, wall, until",
    [
        (time(22), time(7), "21:59", None),
        (time(22), time(7), "22:00", "next 07:00"),
        (time(22), time(7), "06:59", "07:00"),
        (time(22), time(7), "07:00", None),
        (time(21, 30), time(0), "23:59", "next 00:00"),
        (time(13), time(15), "14:00", "15:00"),
        (time(13), time(15), "23:00", None),
        (time(0), time(0), "03:00", None),  # none at all
        (time(8), time(8), "12:00", None),
    ],
)
def test_own_hours_go_before_the_regions(
    zone: str, ahead: int, starts: time, ends: time, wall: str, until: str | None
) -> None:
    day = utc("2027-03-10 00:00") - timedelta(hours=ahead)
    now = day + _since_midnight(wall)
    facts = replace(
        WELL, zone=zone, useful_until=None, wishes=Preferences(hours=Hours(starts, ends))
    )
    if until is None:
        assert decide(facts, now=now) == Send()
        return
    end = day + timedelta(days=until.startswith("next")) + _since_midnight(until[-5:])
    assert decide(facts, now=now) == Hold(end, Reason.QUIET_HOURS)


def test_the_usual_hours_are_what_they_are_called() -> None:
    assert {key: hours for key, hours in PRESETS.items() if hours} == {
        "18": Hours(time(18), time(8)),
        "20": Hours(time(20), time(8)),
        "22": Hours(time(22), time(7)),
        "none": Hours(time(0), time(0)),
    }
    none = PRESETS["none"]
    assert none is not None
    assert none.are_none


@pytest.mark.parametrize(
    "zone, now, until",
    [
        ("Europe/Berlin", "2027-03-27 23:00", "2027-03-28 05:30"),  # a night of an hour less
        ("Europe/Berlin", "2027-10-30 23:00", "2027-10-31 06:30"),  # and of one more
        ("Europe/Kyiv", "2027-03-27 23:00", "2027-03-28 04:30"),
        ("Europe/Kyiv", "2027-10-30 23:00", "2027-10-31 05:30"),
    ],
)
def test_own_hours_end_by_the_wall_clock_when_it_changes(zone: str, now: str, until: str) -> None:
    own = Preferences(hours=Hours(time(21), time(7, 30)))
    facts = replace(WELL, zone=zone, useful_until=None, wishes=own)
    assert decide(facts, now=utc(now)) == Hold(utc(until), Reason.QUIET_HOURS)


def test_a_pause_holds_what_is_optional_until_it_ends() -> None:
    facts = replace(OPTIONAL, wishes=Preferences(paused_until=NOON + timedelta(days=6)))
    assert decide(facts, now=NOON) == Hold(NOON + timedelta(days=6), Reason.PAUSED)
    assert decide(facts, now=NOON + timedelta(days=6)) == Send()
    short = replace(facts, useful_until=NOON + timedelta(days=5))
    assert decide(short, now=NOON) == Skip(Reason.TOO_LATE)


def test_a_pause_without_an_end_drops_what_is_optional() -> None:
    """Held for ever, it would keep an announcement from ever being done."""
    for useful_until in (None, OPTIONAL.useful_until):
        facts = replace(
            OPTIONAL, useful_until=useful_until, wishes=Preferences(paused_until=WITHOUT_END)
        )
        assert decide(facts, now=NOON) == Skip(Reason.PAUSED)


def test_one_wait_may_lead_into_the_next() -> None:
    """A full week ends on a Saturday, the weekend before Easter Monday, and that in the night."""
    recent = (utc("2027-03-20 11:00"), utc("2027-03-22 11:00"))
    facts = replace(OPTIONAL, recent=recent)
    found = decide(facts, now=utc("2027-03-24 11:00"))
    assert found == Hold(utc("2027-03-30 06:00"), Reason.CAP_WEEK)
    too_short = replace(facts, useful_until=utc("2027-03-30 06:00"))
    assert decide(too_short, now=utc("2027-03-24 11:00")) == Skip(Reason.TOO_LATE)


# ── about what, to whom ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("notice_class", list(NoticeClass))
def test_a_topic_that_is_switched_off_is_silent_unless_it_is_critical(
    notice_class: NoticeClass,
) -> None:
    facts = replace(
        WELL,
        notice_class=notice_class,
        useful_until=None,
        topic=Topic.NEWS,
        wishes=Preferences(muted=frozenset({Topic.NEWS, Topic.MEDIA})),
    )
    is_silent = notice_class in {NoticeClass.SERVICE, NoticeClass.OPTIONAL}
    assert decide(facts, now=NOON) == (Skip(Reason.MUTED) if is_silent else Send())
    for topic in (Topic.REMINDERS, None):
        assert decide(replace(facts, topic=topic), now=NOON) == Send()


def test_who_answers_a_survey_is_not_interrupted() -> None:
    until = NOON + timedelta(minutes=7)
    busy = replace(WELL, busy_until=until, useful_until=None)
    assert decide(busy, now=NOON) == Hold(until, Reason.BUSY)
    assert decide(busy, now=until) == Send()
    assert decide(replace(busy, notice_class=NoticeClass.CRITICAL), now=NOON) == Send()
    assert decide(replace(busy, notice_class=NoticeClass.ANSWER), now=NOON) == Send()
    soon = replace(busy, useful_until=NOON + timedelta(minutes=5))  # it begins in five minutes
    assert decide(soon, now=NOON) == Send()


def test_an_announcement_says_itself_whose_registration_it_needs() -> None:
    waiting = replace(
        WELL, kind=NoticeKind.BROADCAST, registration_state=RegistrationState.WAITLISTED
    )
    assert decide(waiting, now=NOON) == Skip(Reason.NOT_REGISTERED)
    for_them = replace(waiting, wanted_states=(RegistrationState.WAITLISTED,))
    assert decide(for_them, now=NOON) == Send()
    confirmed = replace(for_them, registration_state=RegistrationState.CONFIRMED)
    assert decide(confirmed, now=NOON) == Skip(Reason.NOT_REGISTERED)
    assert decide(replace(for_them, in_audience=False), now=NOON) == Skip(Reason.NOT_IN_AUDIENCE)
    assert decide(replace(for_them, has_language=False), now=NOON) == Skip(Reason.NO_LANGUAGE)


def _since_midnight(wall: str) -> timedelta:
    hour, minute = wall.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))

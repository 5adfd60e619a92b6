"""The send gate: each class of message at each hour, and each reason to hold or to drop one."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from xinno_core.models import EventState, NoticeClass, NoticeKind, RegistrationState
from xinno_core.services.gate import Decision, Facts, Hold, Reason, Send, Skip, decide
from xinno_core.services.preferences import Preferences

NOON = datetime(2027, 3, 8, 11, 0, tzinfo=UTC)
NIGHT = datetime(2027, 3, 8, 21, 0, tzinfo=UTC)  # 22:00 in Berlin
MORNING = datetime(2027, 3, 9, 7, 0, tzinfo=UTC)  # 08:00 in Berlin
LONG_USEFUL = MORNING + timedelta(days=2)
SOON_USELESS = MORNING - timedelta(hours=1)

WELL = Facts(
    kind=NoticeKind.REMINDER,
    notice_class=NoticeClass.SERVICE,
    useful_until=LONG_USEFUL,
    has_telegram=True,
    reachable=True,
    forgotten=False,
    consents=True,
    event_state=EventState.PUBLISHED,
    registration_state=RegistrationState.CONFIRMED,
    has_answered=False,
    asked_before=2,
    is_superseded=False,
    keeps_role=True,
    is_decided=False,
    leads_nowhere=False,
    wanted_states=None,
    in_audience=True,
    has_language=True,
    topic=None,
    wishes=Preferences(),
    recent=(),
    busy_until=None,
    country="DE",
    zone="Europe/Berlin",
    quiet_from=time(20),
    quiet_to=time(8),
)

HELD = Hold(MORNING, Reason.QUIET_HOURS)


@pytest.mark.parametrize(
    "notice_class, now, useful_until, decision",
    [
        (NoticeClass.CRITICAL, NOON, LONG_USEFUL, Send()),
        (NoticeClass.CRITICAL, NIGHT, LONG_USEFUL, Send()),
        (NoticeClass.CRITICAL, NIGHT, SOON_USELESS, Send()),
        (NoticeClass.ANSWER, NOON, None, Send()),
        (NoticeClass.ANSWER, NIGHT, None, Send()),
        (NoticeClass.ANSWER, NIGHT, SOON_USELESS, Send()),
        (NoticeClass.SERVICE, NOON, LONG_USEFUL, Send()),
        (NoticeClass.SERVICE, NIGHT, LONG_USEFUL, HELD),
        (NoticeClass.SERVICE, NIGHT, None, HELD),
        (NoticeClass.SERVICE, NIGHT, SOON_USELESS, Skip(Reason.TOO_LATE)),
        (NoticeClass.OPTIONAL, NOON, LONG_USEFUL, Send()),
        (NoticeClass.OPTIONAL, NIGHT, LONG_USEFUL, HELD),
        (NoticeClass.OPTIONAL, NIGHT, None, HELD),
        (NoticeClass.OPTIONAL, NIGHT, SOON_USELESS, Skip(Reason.TOO_LATE)),
        *((each, NOON, NOON - timedelta(seconds=1), Skip(Reason.TOO_LATE)) for each in NoticeClass),
    ],
)
def test_each_class_has_its_hours(
    notice_class: NoticeClass, now: datetime, useful_until: datetime | None, decision: Decision
) -> None:
    facts = replace(WELL, notice_class=notice_class, useful_until=useful_until)
    assert decide(facts, now=now) == decision


@pytest.mark.parametrize(
    "now, is_held",
    [
        (datetime(2027, 3, 8, 18, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 8, 19, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 9, 6, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 9, 7, 0, tzinfo=UTC), False),
    ],
)
def test_quiet_hours_end_where_they_say(now: datetime, is_held: bool) -> None:
    assert isinstance(decide(WELL, now=now), Hold) is is_held


def test_quiet_hours_are_those_of_the_persons_zone() -> None:
    at_eight_in_kyiv = datetime(2027, 3, 9, 6, 0, tzinfo=UTC)
    assert isinstance(decide(WELL, now=at_eight_in_kyiv), Hold)
    assert decide(replace(WELL, zone="Europe/Kyiv"), now=at_eight_in_kyiv) == Send()


@pytest.mark.parametrize("now", [NOON, NIGHT], ids=["noon", "night"])
@pytest.mark.parametrize(
    "changes, reason",
    [
        ({"forgotten": True}, Reason.FORGOTTEN),
        ({"has_telegram": False}, Reason.NO_TELEGRAM),
        ({"reachable": False}, Reason.UNREACHABLE),
        ({"event_state": EventState.CANCELLED}, Reason.EVENT_CANCELLED),
        ({"registration_state": RegistrationState.CANCELLED}, Reason.NOT_REGISTERED),
        ({"registration_state": RegistrationState.WAITLISTED}, Reason.NOT_REGISTERED),
        ({"registration_state": None}, Reason.NOT_REGISTERED),
        ({"kind": NoticeKind.OFFER}, Reason.NOT_REGISTERED),
        (
            {"kind": NoticeKind.EXERCISE, "consents": False},
            Reason.NO_CONSENT,
        ),
        ({"kind": NoticeKind.SURVEY, "has_answered": True}, Reason.ANSWERED_ALREADY),
        ({"kind": NoticeKind.SURVEY, "asked_before": 3}, Reason.ASKED_ENOUGH),
        ({"keeps_role": False}, Reason.LOST_ROLE),
        ({"is_superseded": True}, Reason.SUPERSEDED),
        ({"useful_until": NOON - timedelta(hours=1)}, Reason.TOO_LATE),
        # the stronger reason is told
        ({"forgotten": True, "reachable": False}, Reason.FORGOTTEN),
        ({"reachable": False, "is_superseded": True}, Reason.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("notice_class", list(NoticeClass))
def test_what_no_longer_fits_is_dropped_whatever_its_class(
    changes: dict[str, Any], reason: Reason, notice_class: NoticeClass, now: datetime
) -> None:
    facts = replace(WELL, notice_class=notice_class, **changes)
    assert decide(facts, now=now) == Skip(reason)


@pytest.mark.parametrize(
    "kind, state, is_sent",
    [
        (NoticeKind.OFFER, RegistrationState.OFFERED, True),
        (NoticeKind.OFFER, RegistrationState.CONFIRMED, False),
        (NoticeKind.OFFER_EXPIRED, RegistrationState.CANCELLED, True),
        (NoticeKind.CONFIRMATION, RegistrationState.CONFIRMED, True),
        (NoticeKind.CONFIRMATION, RegistrationState.CANCELLED, False),
        (NoticeKind.CHANGED, RegistrationState.WAITLISTED, True),
        (NoticeKind.CHANGED, RegistrationState.OFFERED, True),
        (NoticeKind.CHANGED, RegistrationState.CANCELLED, False),
    ],
)
def test_each_kind_needs_its_own_state_of_the_registration(
    kind: NoticeKind, state: RegistrationState, is_sent: bool
) -> None:
    facts = replace(WELL, kind=kind, registration_state=state)
    assert (decide(facts, now=NOON) == Send()) is is_sent


@pytest.mark.parametrize("kind", [NoticeKind.CANCELLED, NoticeKind.BROADCAST])
def test_of_a_cancelled_event_people_still_hear_what_is_about_that(kind: NoticeKind) -> None:
    facts = replace(WELL, kind=kind, event_state=EventState.CANCELLED)
    assert decide(facts, now=NOON) == Send()


STATE_OF = {
    NoticeKind.OFFER: RegistrationState.OFFERED,
    NoticeKind.DECLINED: RegistrationState.DECLINED,
    NoticeKind.WAITLISTED: RegistrationState.WAITLISTED,
}


def test_only_exercises_and_invitations_need_a_consent() -> None:
    for kind in NoticeKind:
        state = STATE_OF.get(kind, RegistrationState.CONFIRMED)
        facts = replace(WELL, kind=kind, consents=False, registration_state=state)
        needs_one = kind in {NoticeKind.EXERCISE, NoticeKind.NEXT}
        assert (decide(facts, now=NOON) == Send()) is not needs_one, kind


def test_a_request_that_is_decided_is_not_told_any_more() -> None:
    facts = replace(WELL, kind=NoticeKind.REQUEST, is_decided=True)
    assert decide(facts, now=NOON) == Skip(Reason.DECIDED)


def test_nobody_is_invited_to_what_is_closed() -> None:
    facts = replace(WELL, kind=NoticeKind.NEXT, leads_nowhere=True)
    assert decide(facts, now=NOON) == Skip(Reason.NOT_OPEN)

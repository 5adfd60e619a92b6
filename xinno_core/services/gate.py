"""The send gate: one function decides for every notice whether it goes, waits or is dropped.

It is asked when a notice is about to be sent, never when it is planned, because consent, role,
registration and reachability may have changed in between. Each decision has a reason that a
person can read in the ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from xinno_core.models import (
    EventState,
    NoticeClass,
    NoticeKind,
    Purpose,
    RegistrationState,
    Topic,
)
from xinno_core.services.holidays import is_holiday
from xinno_core.services.preferences import MOST_PACE, Hours, Preferences
from xinno_core.services.quiet import WITHOUT_END, local_day, next_midnight, quiet_end


class Reason(StrEnum):
    """Why a notice waits or is dropped."""

    QUIET_HOURS = "quiet_hours"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CAP_DAY = "cap_day"
    CAP_WEEK = "cap_week"
    PAUSED = "paused"
    BUSY = "busy"
    PACE_OFF = "pace_off"
    MUTED = "muted"
    NO_TELEGRAM = "no_telegram"
    UNREACHABLE = "unreachable"
    FORGOTTEN = "forgotten"
    NO_CONSENT = "no_consent"
    TOO_LATE = "too_late"
    EVENT_CANCELLED = "event_cancelled"
    NOT_REGISTERED = "not_registered"
    ANSWERED_ALREADY = "answered_already"
    ASKED_ENOUGH = "asked_enough"
    SUPERSEDED = "superseded"
    LOST_ROLE = "lost_role"
    DECIDED = "decided"
    NOT_OPEN = "not_open"
    NOT_IN_AUDIENCE = "not_in_audience"
    NO_LANGUAGE = "no_language"
    NOTHING_TO_SHOW = "nothing_to_show"


NEEDS_STATE = {
    NoticeKind.CONFIRMATION: {RegistrationState.CONFIRMED},
    NoticeKind.OFFER: {RegistrationState.OFFERED},
    NoticeKind.REMINDER: {RegistrationState.CONFIRMED},
    NoticeKind.THANKS: {RegistrationState.CONFIRMED},
    NoticeKind.SURVEY: {RegistrationState.CONFIRMED},
    NoticeKind.EXERCISE: {RegistrationState.CONFIRMED},
    NoticeKind.NOTE: {RegistrationState.CONFIRMED},
    NoticeKind.BROADCAST: {RegistrationState.CONFIRMED},
    NoticeKind.CHANGED: {
        RegistrationState.CONFIRMED,
        RegistrationState.OFFERED,
        RegistrationState.WAITLISTED,
        RegistrationState.REQUESTED,
    },
    NoticeKind.DECLINED: {RegistrationState.DECLINED},
    NoticeKind.WAITLISTED: {RegistrationState.WAITLISTED},
    NoticeKind.NEXT: {RegistrationState.CONFIRMED},
    NoticeKind.MEDIA: {RegistrationState.CONFIRMED},
}
"""In which state a registration must be for a notice to still make sense, unless it says so."""

NEEDS_CONSENT = {
    NoticeKind.EXERCISE: Purpose.EXERCISES,
    NoticeKind.NEXT: Purpose.INVITATIONS,
}
"""What is sent only to those who asked for it."""

TOPIC_OF = {
    NoticeKind.REMINDER: Topic.REMINDERS,
    NoticeKind.SURVEY: Topic.SURVEYS,
    NoticeKind.SURVEY_ACTIONS: Topic.SURVEYS,
    NoticeKind.MEDIA: Topic.MEDIA,
    NoticeKind.THANKS: Topic.MEDIA,
}
"""What can be switched off by its topic; an announcement names its own."""

NEVER_WAITS = {NoticeClass.CRITICAL, NoticeClass.ANSWER}
"""What goes at any hour, and whatever is switched off."""

MOST_ASKED = 3
"""An invitation to a survey and two reminders: who has not answered then does not want to."""

WEEK = timedelta(days=7)
SATURDAY = 5

OUTLIVES_CANCELLING = {
    NoticeKind.CANCELLED,
    NoticeKind.BROADCAST,
    NoticeKind.BROADCAST_TEST,
    NoticeKind.BROADCAST_SECOND,
    NoticeKind.BROADCAST_STOPPED,
    NoticeKind.BROADCAST_DONE,
    NoticeKind.OFFER_EXPIRED,
    NoticeKind.SURVEY_RESULTS,
    NoticeKind.PHOTO_WITHDRAWN,
    NoticeKind.ENQUIRY,
    NoticeKind.ENQUIRY_ANSWER,
}
"""What is told although the event will not take place: news of that, and what people ask."""


@dataclass(frozen=True)
class Facts:
    """What the gate looks at."""

    kind: NoticeKind
    notice_class: NoticeClass
    useful_until: datetime | None
    has_telegram: bool
    reachable: bool
    forgotten: bool
    consents: bool  # to what this kind of notice needs a consent for
    event_state: EventState | None
    registration_state: RegistrationState | None
    has_answered: bool
    asked_before: int  # how often this person was asked to answer this survey
    is_superseded: bool
    keeps_role: bool
    is_decided: bool  # a request that somebody has answered by now
    leads_nowhere: bool  # an invitation to what is closed, or to which one is registered
    wanted_states: Collection[RegistrationState] | None  # None where the kind alone decides
    in_audience: bool  # still one of those whom an announcement is for
    has_language: bool  # there is a text for this reader
    topic: Topic | None
    wishes: Preferences
    recent: Collection[datetime]  # when this person got optional messages lately
    busy_until: datetime | None  # in the middle of a survey
    country: str  # whose public holidays hold
    zone: str
    quiet_from: time  # of the region; a person's own go before
    quiet_to: time
    shows_nothing: bool = False  # pictures and articles of which none is left for this reader


@dataclass(frozen=True)
class Send:
    """It goes now."""


@dataclass(frozen=True)
class Hold:
    """It waits."""

    until: datetime
    reason: Reason


@dataclass(frozen=True)
class Skip:
    """It is dropped for good."""

    reason: Reason


Decision = Send | Hold | Skip


def decide(facts: Facts, *, now: datetime) -> Decision:
    """Decide about one notice."""
    dropped = why_dropped(facts, now=now)
    if dropped is not None:
        return Skip(dropped)
    waits = _why_held(facts, now=now)
    if waits is None:
        return Send()
    if facts.useful_until is None or waits.until < facts.useful_until:
        return waits
    # Nobody is woken: what the night would spoil, a journey says on the evening before. Who only
    # answers a survey is interrupted rather than left without a reminder.
    is_night = _night(facts, now)[0] is not None
    is_worth_it = facts.notice_class is NoticeClass.SERVICE and not is_night
    return Send() if is_worth_it else Skip(Reason.TOO_LATE)


def why_dropped(facts: Facts, *, now: datetime) -> Reason | None:
    """Return why a notice is dropped, whatever the hour; None when it may go sooner or later."""
    wanted_states = NEEDS_STATE.get(facts.kind)
    if facts.wanted_states is not None:
        wanted_states = set(facts.wanted_states)
    is_optional = facts.notice_class is NoticeClass.OPTIONAL
    is_muted = facts.topic in facts.wishes.muted and facts.notice_class not in NEVER_WAITS
    pause = facts.wishes.paused_until
    checks = (
        (facts.forgotten, Reason.FORGOTTEN),
        (not facts.has_telegram, Reason.NO_TELEGRAM),
        (not facts.reachable, Reason.UNREACHABLE),
        (
            facts.event_state is EventState.CANCELLED and facts.kind not in OUTLIVES_CANCELLING,
            Reason.EVENT_CANCELLED,
        ),
        (
            wanted_states is not None and facts.registration_state not in wanted_states,
            Reason.NOT_REGISTERED,
        ),
        (not facts.in_audience, Reason.NOT_IN_AUDIENCE),
        (facts.kind in NEEDS_CONSENT and not facts.consents, Reason.NO_CONSENT),
        (is_muted, Reason.MUTED),
        (is_optional and facts.wishes.pace == 0, Reason.PACE_OFF),
        # Nobody knows when such a pause ends, and an announcement must end some day.
        (is_optional and pause is not None and pause >= WITHOUT_END, Reason.PAUSED),
        (not facts.has_language, Reason.NO_LANGUAGE),
        (facts.kind is NoticeKind.SURVEY and facts.has_answered, Reason.ANSWERED_ALREADY),
        (
            facts.kind is NoticeKind.SURVEY and facts.asked_before >= MOST_ASKED,
            Reason.ASKED_ENOUGH,
        ),
        (not facts.keeps_role, Reason.LOST_ROLE),
        (facts.is_decided, Reason.DECIDED),
        (facts.leads_nowhere, Reason.NOT_OPEN),
        (facts.shows_nothing, Reason.NOTHING_TO_SHOW),
        (facts.useful_until is not None and now > facts.useful_until, Reason.TOO_LATE),
        (facts.is_superseded, Reason.SUPERSEDED),
    )
    return next((reason for applies, reason in checks if applies), None)


def _why_held(facts: Facts, *, now: datetime) -> Hold | None:
    """Return until when a notice waits, and what for at first: the end of one wait may be another.

    After a week that is full comes a Sunday, after the Sunday a night.
    """
    if facts.notice_class in NEVER_WAITS:
        return None
    first: Reason | None = None
    at = now
    while (wait := _wait(facts, at)) is not None:
        first, at = first or wait.reason, wait.until
    return Hold(at, first) if first else None


def _wait(facts: Facts, at: datetime) -> Hold | None:
    """Return the wait that begins, or lasts, at this moment; the longest kind is told first."""
    waits = (*_optional_waits(facts, at), (facts.busy_until, Reason.BUSY), _night(facts, at))
    return next(
        (Hold(until, reason) for until, reason in waits if until is not None and until > at), None
    )


Wait = tuple[datetime | None, Reason]


def _optional_waits(facts: Facts, at: datetime) -> tuple[Wait, ...]:
    if facts.notice_class is not NoticeClass.OPTIONAL:
        return ()
    day, tomorrow = local_day(at, facts.zone), next_midnight(at, facts.zone)
    came_today = any(local_day(sent, facts.zone) == day for sent in facts.recent)
    return (
        (facts.wishes.paused_until, Reason.PAUSED),
        (_full_until(facts, at), Reason.CAP_WEEK),
        (tomorrow if came_today else None, Reason.CAP_DAY),
        (tomorrow if is_holiday(day, facts.country) else None, Reason.HOLIDAY),
        (tomorrow if day.weekday() >= SATURDAY else None, Reason.WEEKEND),
    )


def _full_until(facts: Facts, at: datetime) -> datetime | None:
    """Return when seven days will have passed since the message that makes the week full."""
    most = min(facts.wishes.pace, MOST_PACE)
    lately = sorted(sent for sent in facts.recent if sent > at - WEEK)
    return lately[-most] + WEEK if len(lately) >= most else None


def _night(facts: Facts, at: datetime) -> Wait:
    hours = facts.wishes.hours or Hours(facts.quiet_from, facts.quiet_to)
    end = quiet_end(at, zone=facts.zone, starts=hours.starts, ends=hours.ends)
    return end, Reason.QUIET_HOURS

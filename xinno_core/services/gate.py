"""The send gate: one function decides for every notice whether it goes, waits or is dropped.

It is asked when a notice is about to be sent, never when it is planned, because consent, role,
registration and reachability may have changed in between. Each decision has a reason that a
person can read in the ledger.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from xinno_core.models import EventState, NoticeClass, NoticeKind, Purpose, RegistrationState
from xinno_core.services.quiet import quiet_end


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
    SUPERSEDED = "superseded"
    LOST_ROLE = "lost_role"
    DECIDED = "decided"
    NOT_OPEN = "not_open"
    NOT_IN_AUDIENCE = "not_in_audience"
    NO_LANGUAGE = "no_language"


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
"""In which state a registration must be for a notice to still make sense."""

NEEDS_CONSENT = {
    NoticeKind.EXERCISE: Purpose.EXERCISES,
    NoticeKind.NEXT: Purpose.INVITATIONS,
}
"""What is sent only to those who asked for it."""

OUTLIVES_CANCELLING = {
    NoticeKind.CANCELLED,
    NoticeKind.BROADCAST,
    NoticeKind.BROADCAST_TEST,
    NoticeKind.BROADCAST_SECOND,
    NoticeKind.BROADCAST_STOPPED,
    NoticeKind.BROADCAST_DONE,
    NoticeKind.OFFER_EXPIRED,
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
    is_superseded: bool
    keeps_role: bool
    is_decided: bool  # a request that somebody has answered by now
    leads_nowhere: bool  # an invitation to what is closed, or to which one is registered
    zone: str
    quiet_from: time
    quiet_to: time


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
    dropped = _why_dropped(facts, now=now)
    if dropped is not None:
        return Skip(dropped)
    if facts.notice_class in {NoticeClass.CRITICAL, NoticeClass.ANSWER}:
        return Send()
    until = quiet_end(now, zone=facts.zone, starts=facts.quiet_from, ends=facts.quiet_to)
    if until is None:
        return Send()
    if facts.useful_until is None or until < facts.useful_until:
        return Hold(until, Reason.QUIET_HOURS)
    # Waiting would make it useless: a reminder is worth the disturbance, an exercise is not.
    return Send() if facts.notice_class is NoticeClass.SERVICE else Skip(Reason.TOO_LATE)


def _why_dropped(facts: Facts, *, now: datetime) -> Reason | None:
    wanted_states = NEEDS_STATE.get(facts.kind)
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
        (facts.kind in NEEDS_CONSENT and not facts.consents, Reason.NO_CONSENT),
        (facts.kind is NoticeKind.SURVEY and facts.has_answered, Reason.ANSWERED_ALREADY),
        (not facts.keeps_role, Reason.LOST_ROLE),
        (facts.is_decided, Reason.DECIDED),
        (facts.leads_nowhere, Reason.NOT_OPEN),
        (facts.useful_until is not None and now > facts.useful_until, Reason.TOO_LATE),
        (facts.is_superseded, Reason.SUPERSEDED),
    )
    return next((reason for applies, reason in checks if applies), None)

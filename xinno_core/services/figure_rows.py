"""What figures are counted from: one row a registration, with what came of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from xinno_core.models import (
    Attendance,
    Channel,
    Event,
    EventState,
    Organisation,
    Participant,
    Region,
    Registration,
    RegistrationState,
)

NOT_GIVEN = ""
"""The part of those of whom nothing is known."""


class Level(StrEnum):
    """At which level is counted, the widest first."""

    PILOT = "pilot"
    REGION = "region"
    EVENT = "event"


class Measure(StrEnum):
    """What is counted of registrations, in the order in which it is told."""

    REGISTERED = "registered"  # has or had a place, and whoever came without one
    QUEUED = "queued"  # waits, has asked, or is offered a seat
    ATTENDED = "attended"
    NO_SHOW = "no_show"  # had a place, and was not noted where others were
    CANCELLED = "cancelled"  # by the person or with the event, or declined


class Outcome(StrEnum):
    """What came of one registration."""

    OPEN = "open"  # has a place; whether they came is not known, or not yet
    QUEUED = "queued"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


OUTCOMES: Mapping[Measure, tuple[Outcome, ...]] = {
    Measure.REGISTERED: (Outcome.OPEN, Outcome.ATTENDED, Outcome.NO_SHOW),
    Measure.QUEUED: (Outcome.QUEUED,),
    Measure.ATTENDED: (Outcome.ATTENDED,),
    Measure.NO_SHOW: (Outcome.NO_SHOW,),
    Measure.CANCELLED: (Outcome.CANCELLED,),
}


class Part(StrEnum):
    """By what registrations are counted."""

    ROLE = "role"
    TYPE = "organisation_type"
    SECTOR = "sector"
    COUNTRY = "country"
    LANGUAGE = "language"
    CHANNEL = "channel"


def is_within(level: Level, ids: Collection[int]) -> ColumnElement[bool]:
    """Tell of an event joined with its region whether it is one of these, or in one of these."""
    of = {Level.PILOT: Region.pilot_id, Level.REGION: Region.id, Level.EVENT: Event.id}
    return of[level].in_(ids)


def registered(level: Level, ids: Collection[int], *, now: datetime) -> Subquery:
    """Select what the registrations of some places are counted by; drafts have none to show."""
    return (
        select(
            Region.pilot_id.label(Level.PILOT),
            Event.region_id.label(Level.REGION),
            Registration.event_id.label(Level.EVENT),
            Registration.id.label("registration"),
            Registration.participant_id.label("person"),
            Participant.organisation_id.label("organisation"),
            _outcome(now).label("outcome"),
            Registration.role.label(Part.ROLE),
            # Of who was erased the type is known all the same: it is kept with the registration.
            func.coalesce(Organisation.type, Registration.target).label(Part.TYPE),
            func.coalesce(Organisation.sector, NOT_GIVEN).label(Part.SECTOR),
            func.coalesce(Organisation.country, NOT_GIVEN).label(Part.COUNTRY),
            Participant.language.label(Part.LANGUAGE),
            func.coalesce(Channel.name, NOT_GIVEN).label(Part.CHANNEL),
        )
        .join(Event, Event.id == Registration.event_id)
        .join(Region, Region.id == Event.region_id)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .outerjoin(Channel, Channel.id == Registration.channel_id)
        .where(is_within(level, ids), Event.state != EventState.DRAFT)
        .subquery()
    )


def _outcome(now: datetime) -> ColumnElement[str]:
    came = exists().where(Attendance.registration_id == Registration.id)
    somebody = aliased(Registration)
    was_noted = Registration.event_id.in_(
        select(somebody.event_id).join(Attendance, Attendance.registration_id == somebody.id)
    )
    has_place = Registration.state == RegistrationState.CONFIRMED
    waits = Registration.state.in_(
        (RegistrationState.WAITLISTED, RegistrationState.OFFERED, RegistrationState.REQUESTED)
    )
    return case(
        (came, literal(Outcome.ATTENDED.value)),
        (and_(has_place, Event.ends_at <= now, was_noted), literal(Outcome.NO_SHOW.value)),
        (has_place, literal(Outcome.OPEN.value)),
        (waits, literal(Outcome.QUEUED.value)),
        else_=literal(Outcome.CANCELLED.value),
    )

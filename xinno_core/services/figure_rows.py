"""What figures are counted from: one row a registration, with what came of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from xinno_core.languages import INTERFACE_LANGUAGES
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
from xinno_core.services.countries import FIRST_COUNTRIES

NOT_GIVEN = ""
"""The part of those of whom nothing is known."""
OTHER = "other"
"""The part of all countries or languages that have none of their own."""


class Measure(StrEnum):
    """What came of a registration; each is counted under one of these."""

    CONFIRMED = "confirmed"  # has a place; whether they came is not known, or not yet
    QUEUED = "queued"  # waits, has asked, or is offered a seat
    ATTENDED = "attended"
    NO_SHOW = "no_show"  # had a place, and was not noted where others were
    CANCELLED = "cancelled"  # by the person or with the event, or declined


class Part(StrEnum):
    """By what registrations are counted."""

    ROLE = "role"
    TYPE = "organisation_type"
    SECTOR = "sector"
    COUNTRY = "country"
    LANGUAGE = "language"
    CHANNEL = "channel"


def registered(pilot_id: int, *, now: datetime) -> Subquery:
    """Select what the registrations of a pilot are counted by; drafts have none to show."""
    country = func.coalesce(Organisation.country, NOT_GIVEN)
    language = Participant.language
    return (
        select(
            Registration.event_id.label("event"),
            Event.region_id.label("region"),
            Registration.participant_id.label("person"),
            Participant.organisation_id.label("organisation"),
            _measure(now).label("measure"),
            Registration.role.label(Part.ROLE),
            # Of who was erased the type is known all the same: it is kept with the registration.
            func.coalesce(Organisation.type, Registration.target).label(Part.TYPE),
            func.coalesce(Organisation.sector, NOT_GIVEN).label(Part.SECTOR),
            _one_of(country, (NOT_GIVEN, *FIRST_COUNTRIES)).label(Part.COUNTRY),
            _one_of(language, INTERFACE_LANGUAGES).label(Part.LANGUAGE),
            func.coalesce(Channel.name, NOT_GIVEN).label(Part.CHANNEL),
        )
        .join(Event, Event.id == Registration.event_id)
        .join(Region, Region.id == Event.region_id)
        .join(Participant, Participant.id == Registration.participant_id)
        .outerjoin(Organisation, Organisation.id == Participant.organisation_id)
        .outerjoin(Channel, Channel.id == Registration.channel_id)
        .where(Region.pilot_id == pilot_id, Event.state != EventState.DRAFT)
        .subquery()
    )


def _measure(now: datetime) -> ColumnElement[str]:
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
        (came, literal(Measure.ATTENDED.value)),
        (and_(has_place, Event.ends_at <= now, was_noted), literal(Measure.NO_SHOW.value)),
        (has_place, literal(Measure.CONFIRMED.value)),
        (waits, literal(Measure.QUEUED.value)),
        else_=literal(Measure.CANCELLED.value),
    )


def _one_of(value: SQLColumnExpression[str], known: tuple[str, ...]) -> ColumnElement[str]:
    """Count together what has no number of its own: that it is there would tell of somebody."""
    return case((value.in_(known), value), else_=literal(OTHER))

"""One participant at one event."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class RegistrationState(StrEnum):
    """Where a registration stands."""

    REQUESTED = "requested"  # waits for the organiser's yes; holds no seat and no number
    DECLINED = "declined"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """What the participant said to a reminder."""

    COMING = "coming"
    LATE = "late"


class Cause(StrEnum):
    """Why a registration or a session seat came to stand where it stands."""

    ASKED = "asked"  # the person's own tap
    GAVE_BACK = "gave_back"
    ACCEPTED = "accepted"
    APPROVED = "approved"
    DECLINED = "declined"
    SEAT_FREED = "seat_freed"  # someone gave a place back, or was erased
    OFFER_ENDED = "offer_ended"
    LIMIT_RAISED = "limit_raised"
    EVENT_MOVED = "event_moved"
    MORNING = "morning"  # a seat that stayed with the queue over night
    RESUMED = "resumed"  # offers had been paused
    IMPORTED = "imported"  # the event's file was imported anew


class Invitation(Base):
    """That one participant may choose one role which is not open to everybody."""

    __tablename__ = "invitation"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]


class Registration(Base):
    """One participant's seat, or wait for a seat, at one event."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("event_id", "participant_id"),
        CheckConstraint(
            "state NOT IN ('waitlisted', 'offered') OR queue_number IS NOT NULL",
            name="waits_with_a_number",
        ),
        CheckConstraint("state <> 'offered' OR offered_until IS NOT NULL", name="offers_end"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_when"),
        Index(None, "state", "offered_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    role: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(16), default="")  # type of organisation, back then
    state: Mapped[RegistrationState]
    queue_number: Mapped[int | None]  # given under the limit's lock; a time would tie
    offered_until: Mapped[datetime | None]  # an offer holds the seat until then
    answers: Mapped[dict[str, Any]]
    presence: Mapped[Presence | None]
    # Two who come together share the smaller of their ids here; they are offered seats together.
    pair: Mapped[int | None] = mapped_column(index=True)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"), index=True)
    word: Mapped[str | None] = mapped_column(String(500))  # the organiser's, with a yes or a no
    # The event's revision about which the person was asked, and the one that was answered.
    asked_revision: Mapped[int | None]
    kept_revision: Mapped[int | None]
    calendar_sequence: Mapped[int] = mapped_column(default=0)  # grows with leaving and coming back
    revision: Mapped[int] = mapped_column(default=0)  # grows with each change of state
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Tell whether the participant has a seat, an offer, a number or a request."""
        return self.state not in {RegistrationState.CANCELLED, RegistrationState.DECLINED}

    @property
    def holds_seat(self) -> bool:
        """Tell whether a seat is counted for this registration."""
        return self.state in HOLDING


class SessionSeat(Base):
    """One registration's seat, or wait for a seat, in a session that people choose."""

    __tablename__ = "session_seat"
    __table_args__ = (
        UniqueConstraint("registration_id", "session_id"),
        CheckConstraint(
            "state NOT IN ('waitlisted', 'offered') OR queue_number IS NOT NULL",
            name="waits_with_a_number",
        ),
        CheckConstraint("state <> 'offered' OR offered_until IS NOT NULL", name="offers_end"),
        Index(None, "state", "offered_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"), index=True)
    state: Mapped[RegistrationState]
    queue_number: Mapped[int | None]  # from the event's one row of numbers
    offered_until: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)

    @property
    def is_active(self) -> bool:
        """Tell whether there is a seat, an offer or a number."""
        return self.state is not RegistrationState.CANCELLED

    @property
    def holds_seat(self) -> bool:
        """Tell whether a seat is counted."""
        return self.state in HOLDING


HOLDING = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)
"""States in which a seat is counted."""


class Attendance(Base):
    """That a registered person was there: at the event, or at one of its sessions."""

    __tablename__ = "attendance"
    # A UNIQUE over a nullable column lets equal rows in, so the place is also one NOT NULL text.
    __table_args__ = (UniqueConstraint("registration_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    place: Mapped[str] = mapped_column(String(32))  # "event", or "session" and its number
    at: Mapped[datetime]
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))


class RegistrationStep(Base):
    """What became of a registration, when and why: what an organiser is told about the queue."""

    __tablename__ = "registration_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"))
    at: Mapped[datetime]
    state: Mapped[RegistrationState]
    cause: Mapped[Cause]
    queue_number: Mapped[int | None]

"""One participant at one event."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class RegistrationState(StrEnum):
    """Where a registration stands."""

    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """What the participant said to a reminder."""

    COMING = "coming"
    LATE = "late"


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
    state: Mapped[RegistrationState]
    queue_number: Mapped[int | None]  # given under the limit's lock; a time would tie
    offered_until: Mapped[datetime | None]  # an offer holds the seat until then
    answers: Mapped[dict[str, Any]]
    presence: Mapped[Presence | None]
    revision: Mapped[int] = mapped_column(default=0)  # grows with each change of state
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    @property
    def is_active(self) -> bool:
        """Tell whether the participant has a seat, an offer or a place in the queue."""
        return self.state is not RegistrationState.CANCELLED

    @property
    def holds_seat(self) -> bool:
        """Tell whether a seat is counted for this registration."""
        return self.state in {RegistrationState.CONFIRMED, RegistrationState.OFFERED}

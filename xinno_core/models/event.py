"""Formats, and the events made from them: when, where, for how many, with which questions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base, WallTime


class EventState(StrEnum):
    """Whether people may see an event; that it is over follows from its time."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class QuestionKind(StrEnum):
    """How a registration question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"


class Blueprint(Base):
    """A format as it was imported: what an organiser makes events from."""

    __tablename__ = "blueprint"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    format: Mapped[str] = mapped_column(String(32))
    title: Mapped[dict[str, str]]
    definition: Mapped[dict[str, Any]]
    is_demo: Mapped[bool] = mapped_column(default=False)


class Event(Base):
    """What one registers for."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_when"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(48), unique=True)  # stands in links
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"), index=True)
    format: Mapped[str] = mapped_column(String(32))
    lead_language: Mapped[str] = mapped_column(String(8))
    languages: Mapped[list[str]]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    programme: Mapped[dict[str, str]]
    place: Mapped[dict[str, Any]]
    roles: Mapped[list[dict[str, Any]]]
    # Local wall time and zone are the truth; the UTC instants follow from them.
    starts_local: Mapped[datetime] = mapped_column(WallTime())
    ends_local: Mapped[datetime] = mapped_column(WallTime())
    zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    closes_hours_before: Mapped[int] = mapped_column(default=0)
    registration_closes_at: Mapped[datetime]
    state: Mapped[EventState] = mapped_column(default=EventState.DRAFT)
    schedule_revision: Mapped[int] = mapped_column(default=0)  # grows when time or place changes
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    queue_issued: Mapped[int] = mapped_column(default=0)  # last queue number given
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Limit(Base):
    """How many seats some roles of an event share; a limit without roles bounds them all."""

    __tablename__ = "limit"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("taken >= 0 AND taken <= seats", name="never_oversold"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(64))
    label: Mapped[dict[str, str]]
    roles: Mapped[list[str]]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)

    def bounds(self, role: str) -> bool:
        """Tell whether a seat in this role counts here."""
        return not self.roles or role in self.roles


class Question(Base):
    """Asked once on the way to a seat."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("event_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[QuestionKind]
    text: Mapped[dict[str, str]]
    options: Mapped[list[dict[str, Any]]]
    required: Mapped[bool]
    roles: Mapped[list[str]]

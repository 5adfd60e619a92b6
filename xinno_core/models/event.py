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


class Series(Base):
    """Events that belong together, one evening after the other."""

    __tablename__ = "series"
    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[dict[str, str]]


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
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    format: Mapped[str] = mapped_column(String(32))
    lead_language: Mapped[str] = mapped_column(String(8))
    languages: Mapped[list[str]]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    programme: Mapped[dict[str, str]]
    # Field to the languages whose text is older than that of the lead language.
    stale_texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
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
    answers_close_hours_before: Mapped[int] = mapped_column(default=0)
    offers_paused: Mapped[bool] = mapped_column(default=False)
    journey_paused_at: Mapped[datetime | None]  # since when its rules make no messages
    state: Mapped[EventState] = mapped_column(default=EventState.DRAFT)
    schedule_revision: Mapped[int] = mapped_column(default=0)  # grows when time or place changes
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    queue_issued: Mapped[int] = mapped_column(default=0)  # last queue number given
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class EventSession(Base):
    """A slot in an event's agenda: one day of a course, or a workshop with seats of its own."""

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    by_choice: Mapped[bool]  # each chooses; else whoever is registered takes part
    roles: Mapped[list[str]]  # who may choose it, or takes part; none named means all
    place: Mapped[dict[str, Any]]  # what is otherwise than at the event: room, name, link ...
    starts_local: Mapped[datetime] = mapped_column(WallTime())
    ends_local: Mapped[datetime] = mapped_column(WallTime())
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    def is_for(self, role: str) -> bool:
        """Tell whether someone in this role takes part, or may choose it."""
        return not self.roles or role in self.roles


class Limit(Base):
    """How many seats a part of the registrations share: all of them where nothing is named.

    Limits overlap: a seat counts in each limit that bounds it. A limit of a session bounds the
    seats of that session, every other limit bounds the registration itself.
    """

    __tablename__ = "limit"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("taken >= 0 AND taken <= seats", name="never_oversold"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    label: Mapped[dict[str, str]]
    roles: Mapped[list[str]]
    targets: Mapped[list[str]] = mapped_column(default=list)  # types of organisation
    seats: Mapped[int]
    room: Mapped[int | None]  # how many the room holds, where more seats are given out
    taken: Mapped[int] = mapped_column(default=0)

    def bounds(self, role: str, target: str, session_id: int | None = None) -> bool:
        """Tell whether a seat counts here: of this role, target group and session."""
        return (
            self.session_id == session_id
            and (not self.roles or role in self.roles)
            and (not self.targets or target in self.targets)
        )


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
    # Asked only after one of these answers to an earlier question: {"question": ..., "is": [...]}.
    only_if: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Channel(Base):
    """A link that remembers where it was found: a partner's site, a poster, a newsletter."""

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("event_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(16), unique=True)  # stands in the link
    created_at: Mapped[datetime]


class Arrival(Base):
    """That one participant came through one channel."""

    __tablename__ = "arrival"
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    at: Mapped[datetime]

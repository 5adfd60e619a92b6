"""Journeys, announcements, and the ledger in which every promised message stands with its fate."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class NoticeClass(StrEnum):
    """How urgent a notice is: what quiet hours, consent and caps mean for it."""

    CRITICAL = "critical"
    ANSWER = "answer"  # the person's own tap asked for it
    SERVICE = "service"
    OPTIONAL = "optional"


class NoticeKind(StrEnum):
    """What a notice says."""

    CONFIRMATION = "confirmation"
    OFFER = "offer"
    OFFER_EXPIRED = "offer_expired"
    REMINDER = "reminder"
    THANKS = "thanks"
    SURVEY = "survey"
    EXERCISE = "exercise"
    NOTE = "note"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REQUEST = "request"  # to organisers: someone asks for a place
    DECLINED = "declined"
    WAITLISTED = "waitlisted"  # approved, and no seat is free
    NEXT = "next"  # the next event of the series
    BROADCAST = "broadcast"
    BROADCAST_DONE = "broadcast_done"


class NoticeState(StrEnum):
    """What became of a notice."""

    PLANNED = "planned"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Anchor(StrEnum):
    """From which moment of the event, or of the rule's session, a rule counts."""

    START = "start"
    END = "end"


class BroadcastState(StrEnum):
    """Where an announcement stands."""

    RUNNING = "running"
    DONE = "done"


class Rule(Base):
    """One line of an event's journey: what is sent, when, to whom."""

    __tablename__ = "rule"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint(
            "(days IS NOT NULL AND at IS NOT NULL AND hours IS NULL)"
            " OR (days IS NULL AND at IS NULL AND hours IS NOT NULL)",
            name="one_kind_of_offset",
        ),
        Index(None, "expanded", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[NoticeKind]
    notice_class: Mapped[NoticeClass]
    anchor: Mapped[Anchor]
    days: Mapped[int | None]  # calendar days after the anchor, negative before it, with `at`
    at: Mapped[time | None]  # local wall time: keeps the hour when the clocks change
    hours: Mapped[int | None]  # elapsed hours after the anchor, negative before it
    roles: Mapped[list[str]]
    exercise: Mapped[str | None] = mapped_column(String(32))
    survey: Mapped[str | None] = mapped_column(String(64))  # key of the event's survey
    text: Mapped[dict[str, str]]
    useful_hours: Mapped[int | None]
    due_at: Mapped[datetime]  # derived from the event, quiet hours already considered
    expanded: Mapped[bool] = mapped_column(default=False)


class Notice(Base):
    """A promised message: outbox and ledger in one."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "participant_id", "event_id"),
        Index(None, "broadcast_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"), index=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id"))
    kind: Mapped[NoticeKind]
    notice_class: Mapped[NoticeClass]
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    params: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    useful_until: Mapped[datetime | None]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # machine time
    lease_holder: Mapped[str | None] = mapped_column(String(40))
    telegram_ids: Mapped[list[int]]
    sent_at: Mapped[datetime | None]


class Broadcast(Base):
    """An organiser's message to many, its audience frozen when it was confirmed."""

    __tablename__ = "broadcast"
    id: Mapped[int] = mapped_column(primary_key=True)
    # Made when the draft begins: a second confirmation of one draft finds the first's row.
    draft_key: Mapped[str] = mapped_column(String(40), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    text: Mapped[dict[str, str]]
    state: Mapped[BroadcastState] = mapped_column(default=BroadcastState.RUNNING, index=True)
    confirmed_at: Mapped[datetime]


class Recipient(Base):
    """One person in the frozen audience of a broadcast."""

    __tablename__ = "recipient"
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)

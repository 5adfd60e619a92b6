"""Journeys, and the ledger in which every promised message stands with its fate."""

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
    SURVEY_RESULTS = "survey_results"  # to organisers and leads: they can be seen, or too few came
    SURVEY_ACTIONS = "survey_actions"  # to those invited: what follows from it
    EXERCISE = "exercise"
    NOTE = "note"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REQUEST = "request"  # to organisers: someone asks for a place
    DECLINED = "declined"
    WAITLISTED = "waitlisted"  # approved, and no seat is free
    NEXT = "next"  # the next event of the series
    MEDIA = "media"  # pictures, videos and articles after an event
    MEDIA_MISSING = "media_missing"  # to organisers: a rule is near, and there is nothing to show
    PHOTO_WITHDRAWN = "photo_withdrawn"  # to organisers: someone does not want to be shown
    ENQUIRY = "enquiry"  # to organisers: someone asks
    ENQUIRY_ANSWER = "enquiry_answer"
    BROADCAST = "broadcast"
    BROADCAST_TEST = "broadcast_test"  # to its author alone
    BROADCAST_SECOND = "broadcast_second"  # to the other organisers: one of them confirms, too
    BROADCAST_STOPPED = "broadcast_stopped"  # to its author: it paused by itself
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
    RECALLED = "recalled"  # sent, and taken back
    CORRECTED = "corrected"  # sent, and put right in place


class NoticeAct(StrEnum):
    """What is still to be done with a message that was sent."""

    RECALL = "recall"
    CORRECT = "correct"


class Topic(StrEnum):
    """What a person can switch off without leaving: never what their own place depends on."""

    REMINDERS = "reminders"
    SURVEYS = "surveys"
    MEDIA = "media"
    NEWS = "news"


class Anchor(StrEnum):
    """From which moment a rule counts."""

    START = "start"  # of the event, or of the rule's session
    END = "end"
    REGISTRATION = "registration"  # when each person's place was confirmed
    PUBLICATION = "publication"
    SURVEY_CLOSING = "survey_closing"  # of the rule's survey


class RuleClock(StrEnum):
    """Whose wall clock a rule with a local hour means."""

    EVENT = "event"
    PERSON = "person"


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
    states: Mapped[list[str]] = mapped_column(
        default=list
    )  # of the registration; none named means confirmed
    clock: Mapped[RuleClock] = mapped_column(default=RuleClock.EVENT)
    exercise: Mapped[str | None] = mapped_column(String(32))
    survey: Mapped[str | None] = mapped_column(String(64))  # key of the event's survey
    text: Mapped[dict[str, str]]
    links: Mapped[list[dict[str, Any]]] = mapped_column(
        default=list
    )  # articles: {"url": ..., "title": {language: text}}
    useful_hours: Mapped[int | None]
    # Derived from the event, quiet hours already considered; with a clock or an anchor of each
    # person it is the first moment at which it may be due for somebody.
    due_at: Mapped[datetime]
    reached_at: Mapped[datetime | None]  # until when each person's own times have been looked at
    expanded: Mapped[bool] = mapped_column(default=False)
    stopped_at: Mapped[datetime | None]  # since when an organiser lets it make no messages


class Notice(Base):
    """A promised message: outbox and ledger in one."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "participant_id", "event_id"),
        Index(None, "broadcast_id", "state"),
        Index(None, "act"),
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
    parts_sent: Mapped[int] = mapped_column(default=0)  # a notice of several messages goes on there
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # when its fate was known, whatever it was
    version: Mapped[int] = mapped_column(default=0)  # of the announcement that the person has
    act: Mapped[NoticeAct | None]  # done again and again until it is certain: it can't double

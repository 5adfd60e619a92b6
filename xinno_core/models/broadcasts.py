"""Announcements: an organiser's message to many, and those whom it is for."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base
from xinno_core.models.messages import NoticeClass, Topic


class BroadcastState(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    CONFIRMING = "confirming"  # waits for the yes of a second organiser
    SCHEDULED = "scheduled"  # confirmed; until it starts, it can be undone
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class Broadcast(Base):
    """An organiser's message to many: a draft first, its audience frozen when it is confirmed."""

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'cancelled') OR confirmed_at IS NOT NULL", name="confirmed_when"
        ),
        CheckConstraint(
            "state NOT IN ('scheduled', 'running') OR starts_at IS NOT NULL", name="starts_when"
        ),
        # An organiser writes one announcement of an event at a time.
        Index(
            "uq_broadcast_draft",
            "event_id",
            "author_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # Made anew with every change of the draft: a yes is to what was seen, and to nothing else.
    draft_key: Mapped[str] = mapped_column(String(40), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    state: Mapped[BroadcastState] = mapped_column(default=BroadcastState.DRAFT, index=True)
    notice_class: Mapped[NoticeClass] = mapped_column(default=NoticeClass.SERVICE)
    topic: Mapped[Topic] = mapped_column(default=Topic.NEWS)
    # {"states": [...], "roles": [...], "languages": [...], "targets": [...],
    #  "answers": {question key: [option keys]}}; a list that is left out does not narrow.
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # language -> {"parts": [...], "buttons": [{"label": ..., "url": ...}]}; see services/contents.
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # language without a text -> language whose text its readers get, "" to leave them out.
    fallback: Mapped[dict[str, str]] = mapped_column(default=dict)
    to_group: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)  # grows with each correction
    starts_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    reason: Mapped[str | None] = mapped_column(String(32))  # why it is paused
    recalled_at: Mapped[datetime | None]


class Recipient(Base):
    """One person in the frozen audience of a broadcast."""

    __tablename__ = "recipient"
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)


class FollowedScreen(Base):
    """A message that shows figures of an announcement, which are kept current while they move."""

    __tablename__ = "followed_screen"
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(primary_key=True)  # Telegram's
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"))


class BroadcastVote(Base):
    """One person's choice in a poll that an announcement brought; the organiser sees counts."""

    __tablename__ = "broadcast_vote"
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)  # which part of the content
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    option: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))  # of the poll that was answered

"""The Telegram group of an event, and what is posted there."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base, BigId
from xinno_core.models.messages import NoticeState


class GroupPostKind(StrEnum):
    """What is posted into an event's group."""

    TEXT = "text"
    POLL = "poll"
    CLOSE = "close"  # ends a poll that was posted before


class EventGroup(Base):
    """The Telegram group of an event; nothing about its members is kept."""

    __tablename__ = "event_group"
    # One group for an event and one event for a group, as long as they are linked.
    __table_args__ = tuple(
        Index(
            f"uq_event_group_{column}",
            column,
            unique=True,
            sqlite_where=text("unlinked_at IS NULL"),
            postgresql_where=text("unlinked_at IS NULL"),
        )
        for column in ("event_id", "chat_id")
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    chat_id: Mapped[int] = mapped_column(BigId)
    # What Telegram called it before it became a supergroup.
    former_chat_id: Mapped[int | None] = mapped_column(BigId, index=True)
    link_key: Mapped[str] = mapped_column(String(32), unique=True)  # of its link: each works once
    title: Mapped[str] = mapped_column(String(200))
    linked_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    linked_at: Mapped[datetime]
    left_at: Mapped[datetime | None]  # the assistant was removed from it
    unlinked_at: Mapped[datetime | None]  # let go, or replaced; its posts stay


class GroupPost(Base):
    """A promised post in an event's group, with its fate: the same endings as a notice."""

    __tablename__ = "group_post"
    __table_args__ = (Index(None, "state", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("event_group.id"), index=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id"), index=True)
    kind: Mapped[GroupPostKind]
    # What is posted: {"language": ..., "parts": [...], "buttons": [...]}, as in a broadcast.
    content: Mapped[dict[str, Any]]
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    due_at: Mapped[datetime]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # machine time
    lease_holder: Mapped[str | None] = mapped_column(String(40))
    telegram_ids: Mapped[list[int]] = mapped_column(default=list)
    parts_sent: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    survey_id: Mapped[int | None] = mapped_column(
        ForeignKey("survey.id"), index=True
    )  # whose question it asks ...
    question: Mapped[str | None] = mapped_column(String(64))  # ... and which
    poll_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    results: Mapped[list[int]] = mapped_column(
        default=list
    )  # votes for each option, as Telegram counts them
    voters: Mapped[int] = mapped_column(default=0)
    # The update that counted last: an older one says nothing any more.
    poll_update_id: Mapped[int | None] = mapped_column(BigId)
    closed_at: Mapped[datetime | None]

"""What keeps the machine honest: updates taken in, dialogues under way, marks, and the audit."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base, BigId


class InboxState(StrEnum):
    """Whether an update has had its effect."""

    OPEN = "open"
    DONE = "done"
    PARKED = "parked"


class Inbox(Base):
    """One update from Telegram, stored before it was acknowledged."""

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "state", "id"), Index(None, "person_key", "state", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(BigId, unique=True)
    person_key: Mapped[str | None] = mapped_column(String(32))  # blanked with the payload
    payload: Mapped[str | None] = mapped_column(Text)
    state: Mapped[InboxState] = mapped_column(default=InboxState.OPEN)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # machine time
    lease_holder: Mapped[str | None] = mapped_column(String(40))
    error: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime]  # machine time


class Dialogue(Base):
    """A form that one participant has begun and not finished: a work that survives anything.

    Typed text goes to the current one; the others wait until the person comes back to them.
    """

    __tablename__ = "dialogue"
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_current: Mapped[bool]
    step: Mapped[str | None] = mapped_column(String(64))  # key of the field being asked
    version: Mapped[int] = mapped_column(default=1)  # of the shape of `data`
    data: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]


class Marker(Base):
    """A fact about the installation itself: demo data, the clock's place, a pause of sending."""

    __tablename__ = "marker"
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[dict[str, Any]]


class ExportState(StrEnum):
    """Where the making of a file stands."""

    PLANNED = "planned"
    RUNNING = "running"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportJob(Base):
    """A file that somebody asked for in the chat: made beside the program, and sent when whole."""

    __tablename__ = "export_job"
    __table_args__ = (Index(None, "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    scope: Mapped[dict[str, Any]]  # of what: {"event": 12}, {"region": 3} or {"pilot": 1}
    options: Mapped[dict[str, Any]]  # format, language of the labels, separator
    # While it is wanted: the same file asked for twice is made once.
    dedup_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[ExportState] = mapped_column(default=ExportState.PLANNED)
    reason: Mapped[str | None] = mapped_column(String(64))
    done: Mapped[int] = mapped_column(default=0)  # rows written
    total: Mapped[int | None]
    message_id: Mapped[int | None]  # Telegram's, of the message that shows how far it is
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]  # machine time
    lease_holder: Mapped[str | None] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what to which object, for those who answer for it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    verb: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]

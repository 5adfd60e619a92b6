"""What people ask the organisers, and what those answer."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class EnquiryKind(StrEnum):
    """What somebody wrote to the organisers, as those sort it."""

    NEED = "need"
    QUESTION = "question"
    PRAISE = "praise"


class EnquiryState(StrEnum):
    """Whether something is still to be said."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Enquiry(Base):
    """What a participant asked the organisers of a region, and what those said."""

    __tablename__ = "enquiry"
    __table_args__ = (Index(None, "region_id", "state", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    text: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(8))
    message_id: Mapped[int | None]  # in the person's chat: the answer comes in the same thread
    kind: Mapped[EnquiryKind | None]
    state: Mapped[EnquiryState] = mapped_column(default=EnquiryState.OPEN)
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Faq(Base):
    """A question that was asked often, with the answer shown before one asks again."""

    __tablename__ = "faq"
    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    question: Mapped[dict[str, str]]
    answer: Mapped[dict[str, str]]
    shown: Mapped[int] = mapped_column(default=0)
    helped: Mapped[int] = mapped_column(default=0)  # how often nothing was asked after it
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

"""What became of an exercise that a participant was sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class Practice(Base):
    """One participant and one exercise; private to the participant, never in a report."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("participant_id", "exercise"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    exercise: Mapped[str] = mapped_column(String(32))
    choice: Mapped[str | None] = mapped_column(String(32))
    reflection: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

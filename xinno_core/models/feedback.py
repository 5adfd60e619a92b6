"""Surveys; and, apart from each other, who took part and what was said.

The two tables share no key but the survey, hold no time, and are stored in the order of their
random or foreign keys (no row id), so that neither order nor time joins them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class Survey(Base):
    """Questions to answer before or after an event."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint(
            "(closes_days_after IS NULL) <> (closes_hours_before IS NULL)", name="closes_once"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(64))
    title: Mapped[dict[str, str]]
    questions: Mapped[list[dict[str, Any]]]
    version: Mapped[int] = mapped_column(default=1)
    closes_days_after: Mapped[int | None]  # after the event's end ...
    closes_hours_before: Mapped[int | None]  # ... or before its start, for what is asked ahead
    closes_at: Mapped[datetime]


class Ballot(Base):
    """That a participant took part: never what was said."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)


class Answer(Base):
    """What was said to one question: never by whom or when."""

    __tablename__ = "answer"
    __table_args__ = ({"sqlite_with_rowid": False},)
    response: Mapped[str] = mapped_column(String(32), primary_key=True)  # random, one a submission
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    value: Mapped[dict[str, Any]]

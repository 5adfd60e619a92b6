"""Surveys; and, apart from each other, who took part and what was said.

An answer to an anonymous survey lies sealed beside its ballot until its wave is opened. What is
said afterwards shares no key with the ballots but the survey, holds no time, and is stored in the
order of random numbers (no row id), so that neither order nor time joins the two.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base


class SurveyMode(StrEnum):
    """How answers are kept; decided before the first one, and told before the first question."""

    ANONYMOUS = "anonymous"  # sealed until the wave is opened, then without any person
    PSEUDONYMOUS = "pseudonymous"  # with the person in the database, and a code in exports


class Door(StrEnum):
    """Where a survey was answered."""

    CHAT = "chat"
    WEB = "web"


class WaveEnd(StrEnum):
    """What became of the answers that were collected together."""

    OPENED = "opened"
    TOO_FEW = "too_few"  # fewer than could be shown: sealed answers were destroyed unread


class Survey(Base):
    """Questions to answer before or after an event."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint(
            "(closes_days_after IS NULL) <> (closes_hours_before IS NULL)", name="closes_once"
        ),
        Index(None, "ended_at", "closes_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    key: Mapped[str] = mapped_column(String(64))
    # The ready-made questions that it asks, so that results can be laid side by side.
    instrument: Mapped[str | None] = mapped_column(String(64))
    mode: Mapped[SurveyMode] = mapped_column(default=SurveyMode.ANONYMOUS)
    title: Mapped[dict[str, str]]
    questions: Mapped[list[dict[str, Any]]]  # of the newest version; what is hidden stays in it
    version: Mapped[int] = mapped_column(default=1)
    closes_days_after: Mapped[int | None]  # after the event's end ...
    closes_hours_before: Mapped[int | None]  # ... or before its start, for what is asked ahead
    closes_at: Mapped[datetime]
    wave: Mapped[int] = mapped_column(default=1)  # in which answers are collected now
    ended_at: Mapped[datetime | None]  # when its last wave was opened or given up
    told_at: Mapped[datetime | None]  # when those invited were told what follows from it


class SurveyVersion(Base):
    """The words of a survey as they were asked; its codes are the same in all versions."""

    __tablename__ = "survey_version"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    questions: Mapped[list[dict[str, Any]]]


class Wave(Base):
    """Answers that were given out together: results are never shown of a part of them."""

    __tablename__ = "wave"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[WaveEnd]
    ended_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))  # none: it closed
    version: Mapped[int]
    responses: Mapped[int]
    # Numbers of people that may be shown by their groups, as they were when it ended: groups
    # change later, and two looks could be subtracted. Without one, nothing is shown by groups.
    release: Mapped[dict[str, Any] | None]


class Ballot(Base):
    """That a participant took part: never what was said."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    wave: Mapped[int] = mapped_column(default=1)
    door: Mapped[Door] = mapped_column(default=Door.CHAT)


class Envelope(Base):
    """A sealed answer beside its ballot; the key lies outside the database."""

    __tablename__ = "envelope"
    __table_args__ = (Index(None, "survey_id", "wave"), {"sqlite_with_rowid": False})
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    wave: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Response(Base):
    """What one person said: in an anonymous survey never by whom, and never when."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("survey_id", "participant_id"),
        Index(None, "survey_id", "wave"),
        {"sqlite_with_rowid": False},
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    wave: Mapped[int]
    version: Mapped[int]
    # Key of a question to its code, codes, number or text; {"missing": ...} where none was given.
    # What was not asked has no key.
    answers: Mapped[dict[str, Any]]
    participant_id: Mapped[int | None] = mapped_column(
        ForeignKey("participant.id")
    )  # pseudonymous only
    is_linked: Mapped[bool] = mapped_column(
        default=False
    )  # the same code in other surveys, by consent


class SurveyGuest(Base):
    """Somebody without Telegram who was given a link of their own to one survey."""

    __tablename__ = "survey_guest"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]


class SurveyAction(Base):
    """What follows from a survey: you said, we did."""

    __tablename__ = "survey_action"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[dict[str, str]]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))

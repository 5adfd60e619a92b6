"""People, the organisations they come from, the regions that invite them, and who may do what."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base, BigId


class Role(StrEnum):
    """What a person may do beyond taking part."""

    OPERATOR = "operator"
    ORGANISER = "organiser"
    STAFF = "staff"
    LEAD = "lead"


class Purpose(StrEnum):
    """What a person is asked to agree to, each by itself."""

    EXERCISES = "exercises"
    INVITATIONS = "invitations"  # to the next event of a series
    PHOTOS = "photos"  # to be seen on pictures and videos of events
    LINKING = "linking"  # of one's answers to several surveys, under one code


class Pilot(Base):
    """Several regions with one theme."""

    __tablename__ = "pilot"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]]


class Region(Base):
    """One partner with its place: the controller of its events' data."""

    __tablename__ = "region"
    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]]
    organiser: Mapped[dict[str, Any]]  # name, country and what else the blueprint says of it
    zone: Mapped[str] = mapped_column(String(64))
    languages: Mapped[list[str]]
    tone: Mapped[str] = mapped_column(String(16))
    data_protection: Mapped[dict[str, Any]]
    quiet_from: Mapped[time]
    quiet_to: Mapped[time]
    second_from: Mapped[int | None]  # recipients from which a second organiser confirms, too


class Organisation(Base):
    """Where a person comes from: a row, so that organisations can be counted once."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("name_key", "type"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))  # folded, so that case does not double it
    type: Mapped[str] = mapped_column(String(16))
    sector: Mapped[str] = mapped_column(String(32))
    country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166; empty: not known


class Participant(Base):
    """A person who uses the assistant; after erasure a row that holds nothing of the person."""

    __tablename__ = "participant"
    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(BigId, unique=True)
    name: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(default=False)  # else Telegram's is followed
    tone: Mapped[str] = mapped_column(String(16), default="formal")  # of who invited last
    zone: Mapped[str | None] = mapped_column(String(64))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    reachable: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    came_for: Mapped[str | None] = mapped_column(String(64))  # key of the event behind a link
    came_by: Mapped[int | None]  # the channel of that link
    came_with: Mapped[int | None]  # the registration of someone who asked to come together
    refused_album: Mapped[str | None] = mapped_column(String(64))  # see services/albums
    calendar_revision: Mapped[int] = mapped_column(default=0)  # grows when the address is renewed
    welcomed_at: Mapped[datetime | None]  # when the privacy notice had been shown and passed
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class Preference(Base):
    """How a person wants to be written to; without a row, as the region and the house have it."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("pace BETWEEN 0 AND 3", name="pace_is_a_week"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="both_hours_or_none"),
    )
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True)
    pace: Mapped[int] = mapped_column(default=2)  # optional messages a week; none at all with 0
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    paused_until: Mapped[datetime | None]  # nothing optional comes before
    muted: Mapped[list[str]] = mapped_column(default=list)  # topics that are switched off


class RoleGrant(Base):
    """One role of one person, in one region, one pilot, or everywhere."""

    __tablename__ = "role_grant"
    # A UNIQUE over nullable columns lets equal rows in, so the scope is also one NOT NULL text.
    __table_args__ = (UniqueConstraint("participant_id", "role", "scope"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    role: Mapped[Role]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"))
    scope: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Consent(Base):
    """One yes or no of a person; rows are only added, and the newest one holds."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    purpose: Mapped[Purpose]
    text_version: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    given: Mapped[bool]
    at: Mapped[datetime]


class RoleInvite(Base):
    """A link that gives one person a role in a region, once; only its fingerprint is kept."""

    __tablename__ = "role_invite"
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    created_by: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    used_at: Mapped[datetime | None]

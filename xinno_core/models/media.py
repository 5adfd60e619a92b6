"""Pictures, videos and documents of an event."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from xinno_core.models.base import Base, BigId


class MediaKind(StrEnum):
    """What a file of an event is."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"


class Media(Base):
    """A picture, video or document of an event: uploaded once, used again by its id."""

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("event_id", "unique_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[MediaKind]
    bot_id: Mapped[int] = mapped_column(BigId)  # another bot can't use the file's id
    file_id: Mapped[str] = mapped_column(String(200))
    unique_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(200))
    in_gallery: Mapped[bool] = mapped_column(default=False)  # goes out with the event's media
    position: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # someone who may be seen on it does not want that


class MediaMark(Base):
    """That somebody does not want a picture or video shown, until an organiser has seen to it."""

    __tablename__ = "media_mark"
    __table_args__ = (UniqueConstraint("media_id", "participant_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id"))
    # None once the person's data were erased: the mark stays, whoever made it.
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    certain: Mapped[bool]  # shown on this one; else the consent as a whole was taken back
    created_at: Mapped[datetime]

"""What an organiser composes from: a message of their own becomes a part, or is refused.

Whatever is sent in the chat arrives here as plain facts; announcements, corrections, posts in a
group and the pictures of an event are all made from them.
"""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Event, MediaKind, Participant
from xinno_core.services import media
from xinno_core.services.contents import (
    Content,
    LinkButton,
    MediaPart,
    Part,
    PlacePart,
    PollPart,
    TextPart,
)
from xinno_core.services.markup import cleaned, is_web_address, safe_html, units, visible

MOST_TEXT = 3500
MOST_CAPTION = 700
"""UTF-16 units as people see them: title, signature and a note about the language fit beside."""
MOST_PARTS = 10
MOST_IN_AN_ALBUM = 10
MOST_LINKS = 5
LONGEST_LABEL = 40
FEWEST_OPTIONS, MOST_OPTIONS = 2, 10


class SentKind(StrEnum):
    """What somebody sent."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    PLACE = "place"
    POLL = "poll"
    OTHER = "other"  # a sticker, a voice message and whatever Telegram thinks of next


@dataclass(frozen=True)
class Sent:
    """One message of a person, in plain facts; `html` is as Telegram's client formatted it."""

    kind: SentKind
    message_id: int = 0
    text: str = ""  # plain, of a text message alone
    html: str = ""  # of a text, or of a caption
    bot_id: int = 0  # the bot that can send the file again
    file_id: str = ""
    unique_id: str = ""
    name: str = ""
    album: str = ""  # what binds the items of one album together
    place: PlacePart | None = None
    poll: PollPart | None = None

    @property
    def media_kind(self) -> MediaKind | None:
        """What the file is, None without one."""
        return _FILES.get(self.kind)


_FILES = {
    SentKind.PHOTO: MediaKind.PHOTO,
    SentKind.VIDEO: MediaKind.VIDEO,
    SentKind.DOCUMENT: MediaKind.DOCUMENT,
}


class Flaw(StrEnum):
    """Why a message can't be a part."""

    UNKNOWN_KIND = "unknown_kind"
    EMPTY = "empty"
    TEXT_TOO_LONG = "text_too_long"
    CAPTION_TOO_LONG = "caption_too_long"
    OPTIONS = "options"
    TOO_MANY_PARTS = "too_many_parts"
    NOT_A_LINK = "not_a_link"  # no label, or no address that a button may open
    LABEL_TOO_LONG = "label_too_long"
    TOO_MANY_LINKS = "too_many_links"
    STOPPED = "stopped"  # someone who may be seen on it does not want that


_LINK = re.compile(r"(?P<label>[^\n]*?)\s*[-–—:|]?\s+(?P<url>\S+)")


@dataclass(frozen=True)
class Problem:
    """Why what was sent is not taken; nothing has changed."""

    flaw: Flaw
    length: int = 0  # as long as it is
    most: int = 0  # as long as it may be


async def take(
    session: AsyncSession, *, sent: Sent, event: Event, participant: Participant, now: datetime
) -> Part | Problem:
    """Return the part that a message becomes; a file is kept with the event's."""
    read = read_sent(sent)
    if not isinstance(read, MediaPart) or sent.media_kind is None:
        return read
    kept = await media.keep(
        session,
        event_id=event.id,
        kind=sent.media_kind,
        file_id=sent.file_id,
        unique_id=sent.unique_id,
        name=cleaned(sent.name) or None,
        added_by=participant,
        bot_id=sent.bot_id,
        now=now,
    )
    if kept.stopped_at is not None:
        return Problem(Flaw.STOPPED)
    return dataclasses.replace(read, media=(kept.id,))


def read_sent(sent: Sent) -> Part | Problem:
    """Return the part that a message becomes, without the id of its file."""
    reader = _READERS.get(sent.kind)
    return reader(sent) if reader else Problem(Flaw.UNKNOWN_KIND)


def read_link(text: str) -> LinkButton | Problem:
    """Return the button that a line such as "Programme - https://example.org" means."""
    found = _LINK.fullmatch(cleaned(text).strip())
    if found is None:
        return Problem(Flaw.NOT_A_LINK)
    label, url = found["label"].strip(), found["url"]
    if url.lower().startswith("t.me/"):
        url = "https://" + url
    if not label or not is_web_address(url):
        return Problem(Flaw.NOT_A_LINK)
    if units(label) > LONGEST_LABEL:
        return Problem(Flaw.LABEL_TOO_LONG, units(label), LONGEST_LABEL)
    return LinkButton(label, url)


def put(content: Content, part: Part, *, continues: bool = False) -> Content | Problem:
    """Return the content with one part more; the next item of an album joins the last part."""
    last = content.parts[-1] if content.parts else None
    if (
        continues
        and isinstance(part, MediaPart)
        and isinstance(last, MediaPart)
        and len(last.media) < MOST_IN_AN_ALBUM
    ):
        caption = "\n".join(one for one in (last.html, part.html) if one)
        joined = MediaPart((*last.media, *part.media), caption)
        return _checked_caption(joined) or _with_last(content, joined)
    if len(content.parts) >= MOST_PARTS:
        return Problem(Flaw.TOO_MANY_PARTS, length=len(content.parts) + 1, most=MOST_PARTS)
    return dataclasses.replace(content, parts=(*content.parts, part))


def without_last(content: Content) -> Content:
    """Return the content without its last part."""
    return dataclasses.replace(content, parts=content.parts[:-1])


def first_parts(content: Content, number: int) -> Content:
    """Return the content with so many of its parts, those that were there first."""
    return dataclasses.replace(content, parts=content.parts[:number])


def _with_last(content: Content, part: Part) -> Content:
    return dataclasses.replace(content, parts=(*content.parts[:-1], part))


def _read_text(sent: Sent) -> Part | Problem:
    text = safe_html(sent.html)
    length = units(visible(text))
    if not visible(text).strip():
        return Problem(Flaw.EMPTY)
    if length > MOST_TEXT:
        return Problem(Flaw.TEXT_TOO_LONG, length, MOST_TEXT)
    return TextPart(text)


def _read_file(sent: Sent) -> Part | Problem:
    part = MediaPart((), safe_html(sent.html))
    return _checked_caption(part) or part


def _checked_caption(part: MediaPart) -> Problem | None:
    length = units(visible(part.html))
    return Problem(Flaw.CAPTION_TOO_LONG, length, MOST_CAPTION) if length > MOST_CAPTION else None


def _read_place(sent: Sent) -> Part | Problem:
    if sent.place is None:
        return Problem(Flaw.UNKNOWN_KIND)
    title, address = cleaned(sent.place.title).strip(), cleaned(sent.place.address).strip()
    return dataclasses.replace(sent.place, title=title, address=address)


def _read_poll(sent: Sent) -> Part | Problem:
    if sent.poll is None:
        return Problem(Flaw.UNKNOWN_KIND)
    question = cleaned(sent.poll.question).strip()
    options = tuple(cleaned(option).strip() for option in sent.poll.options)
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        return Problem(Flaw.OPTIONS, len(options), MOST_OPTIONS)
    return PollPart(question, options) if question and all(options) else Problem(Flaw.EMPTY)


_READERS: dict[SentKind, Callable[[Sent], Part | Problem]] = {
    SentKind.TEXT: _read_text,
    SentKind.PHOTO: _read_file,
    SentKind.VIDEO: _read_file,
    SentKind.DOCUMENT: _read_file,
    SentKind.PLACE: _read_place,
    SentKind.POLL: _read_poll,
}

"""Putting an announcement right: new words in the place of the old ones, and nothing else.

Telegram lets a bot change the words of what it has sent, so the number and the kinds of its parts
stay as they are. What is being written waits in a dialogue; the yes names the version that it
changes, so that two organisers never put different things right at once.
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LANGUAGES
from xinno_core.models import Broadcast, Event, Participant
from xinno_core.services import acts, listening
from xinno_core.services.backgrounds import language_read
from xinno_core.services.broadcast_progress import (
    NotNow,
    Progress,
    Turn,
    TurnOutcome,
    lock_organised,
    not_now,
    read_progress,
    turned,
)
from xinno_core.services.composing import MOST_CAPTION, Flaw, Problem, Sent, SentKind, read_sent
from xinno_core.services.contents import (
    MediaPart,
    Part,
    TextPart,
    as_json,
    read_content,
)
from xinno_core.services.markup import units, visible

PREFIX = "correct"


@dataclass(frozen=True)
class Words:
    """Words of an announcement that can be put right: a text, or what stands under a picture."""

    language: str
    part: int
    html: str
    is_caption: bool
    is_new: bool = False


@dataclass(frozen=True)
class Correction:
    """An announcement that is being put right."""

    progress: Progress
    words: tuple[Words, ...]
    chosen: Words | None = None  # whose new words are waited for
    have_it: int = 0  # people in whose chats something changes

    @property
    def is_ready(self) -> bool:
        """Tell whether there are new words, and none that are still waited for."""
        has_new = any(one.is_new for one in self.words)
        return has_new and (self.chosen is None or self.chosen.is_new)


@dataclass(frozen=True)
class NotWords:
    """Something else than words was sent, and only words can be changed."""

    correction: Correction


@dataclass(frozen=True)
class Unfit:
    """The words can't stand there."""

    correction: Correction
    problem: Problem


@dataclass(frozen=True)
class NoWords:
    """Nothing of it consists of words."""

    progress: Progress


Opened = Correction | NoWords | NotNow
Taken = Correction | NotWords | Unfit | NotNow


async def begin(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> Opened:
    """Begin to put an announcement right; with one text alone, its new words are waited for."""
    row, event = await lock_organised(session, participant, broadcast_id)
    if not _may_change(row):
        return await not_now(session, row, event, actor=participant, now=now)
    progress = await read_progress(session, row, event, reader=participant, now=now)
    words = tuple(_words(row, {}))
    if not words:
        return NoWords(progress)
    data: dict[str, Any] = {"version": row.version, "content": {}}
    if len(words) == 1:
        data |= {"language": words[0].language, "part": words[0].part}
    await listening.begin(
        session, participant=participant, topic=_topic(broadcast_id), now=now, data=data
    )
    return _correction(row, event, progress, data)


async def choose(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    language: str,
    part: int,
    now: datetime,
) -> Opened:
    """Wait for the new words of one text."""
    row, event = await lock_organised(session, participant, broadcast_id)
    data = await _recall(session, participant, row, now=now)
    if data is None:
        return await begin(session, participant=participant, broadcast_id=row.id, now=now)
    if not any((one.language, one.part) == (language, part) for one in _words(row, data)):
        raise NotFoundError
    data |= {"language": language, "part": part}
    topic = _topic(broadcast_id)
    await listening.begin(session, participant=participant, topic=topic, now=now, data=data)
    progress = await read_progress(session, row, event, reader=participant, now=now)
    return _correction(row, event, progress, data)


async def take(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    sent: Sent,
    now: datetime,
) -> Taken:
    """Take the words that were sent, and show what will stand there."""
    row, event = await lock_organised(session, participant, broadcast_id)
    data = await _recall(session, participant, row, now=now)
    if data is None:
        return await not_now(session, row, event, actor=participant, now=now)
    progress = await read_progress(session, row, event, reader=participant, now=now)
    before = _correction(row, event, progress, data)
    if before.chosen is None or sent.kind is not SentKind.TEXT:
        return NotWords(before)
    read = _fitting(sent, is_caption=before.chosen.is_caption)
    if isinstance(read, Problem):
        return Unfit(before, read)
    language, number = before.chosen.language, before.chosen.part
    content = read_content(data["content"].get(language) or row.content[language])
    parts = list(content.parts)
    parts[number] = _with_words(parts[number], read.html)
    changed = as_json(dataclasses.replace(content, parts=tuple(parts)))
    data = {**data, "content": {**data["content"], language: changed}}
    topic = _topic(row.id)
    await listening.begin(session, participant=participant, topic=topic, now=now, data=data)
    return _correction(row, event, progress, data)


async def confirm(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    version: int,
    now: datetime,
) -> TurnOutcome:
    """Put it right: in the chats that have it, and for those who still wait."""
    row, event = await lock_organised(session, participant, broadcast_id)
    data = await _recall(session, participant, row, now=now)
    if data is None or row.version != version or not data["content"]:
        return await not_now(session, row, event, actor=participant, now=now)
    row.content = {**row.content, **data["content"]}
    row.version += 1
    await session.flush()
    await acts.ask_to_correct(session, row, languages=_readers(row, event, data["content"]))
    await listening.end(session, participant=participant, topic=_topic(row.id))
    return await turned(session, Turn.CORRECTED, row, event, actor=participant, now=now)


async def drop(
    session: AsyncSession, *, participant: Participant, broadcast_id: int, now: datetime
) -> Progress:
    """Leave the announcement as it is."""
    row, event = await lock_organised(session, participant, broadcast_id)
    await listening.end(session, participant=participant, topic=_topic(row.id))
    return await read_progress(session, row, event, reader=participant, now=now)


def _topic(broadcast_id: int) -> str:
    return f"{PREFIX}.{broadcast_id}"


def _may_change(row: Broadcast) -> bool:
    has_begun = row.state not in acts.BEFORE_ANY
    return has_begun and row.recalled_at is None and row.confirmed_at is not None


async def _recall(
    session: AsyncSession, participant: Participant, row: Broadcast, *, now: datetime
) -> dict[str, Any] | None:
    """Return what is being written, None when it is about a version that is no longer the last."""
    data = await listening.recall(session, participant=participant, topic=_topic(row.id), now=now)
    if data is None or data["version"] != row.version or not _may_change(row):
        return None
    return dict(data)


def _correction(
    row: Broadcast, event: Event, progress: Progress, data: Mapping[str, Any]
) -> Correction:
    words = tuple(_words(row, data))
    wanted = (data.get("language"), data.get("part"))
    readers = _readers(row, event, data["content"])
    languages = progress.figures.languages
    return Correction(
        progress=progress,
        words=words,
        chosen=next((one for one in words if (one.language, one.part) == wanted), None),
        have_it=sum(languages[one].arrived for one in readers if one in languages),
    )


def _words(row: Broadcast, data: Mapping[str, Any]) -> Iterator[Words]:
    changed = data.get("content", {})
    for language, raw in row.content.items():
        old, new = read_content(raw), read_content(changed.get(language, raw))
        for number, part in enumerate(new.parts):
            html = _html(part)
            if html:
                is_new = html != _html(old.parts[number])
                yield Words(language, number, html, isinstance(part, MediaPart), is_new)


def _html(part: Part) -> str:
    return part.html if isinstance(part, TextPart | MediaPart) else ""


def _with_words(part: Part, html: str) -> Part:
    return dataclasses.replace(part, html=html) if isinstance(part, TextPart | MediaPart) else part


def _fitting(sent: Sent, *, is_caption: bool) -> TextPart | Problem:
    read = read_sent(sent)
    if not isinstance(read, TextPart):
        return read if isinstance(read, Problem) else Problem(Flaw.UNKNOWN_KIND)
    length = units(visible(read.html))
    if is_caption and length > MOST_CAPTION:
        return Problem(Flaw.CAPTION_TOO_LONG, length, MOST_CAPTION)
    return read


def _readers(row: Broadcast, event: Event, changed: Collection[str]) -> frozenset[str]:
    """Return the languages whose readers have the text of one of these."""
    return frozenset(
        language for language in LANGUAGES if language_read(row, language, event) in changed
    )

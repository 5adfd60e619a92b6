"""Writing an announcement in one language: messages as they are sent, and link buttons below.

What the organiser sends belongs to the draft as long as its writing screen is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.errors import NotFoundError
from xinno_core.languages import LANGUAGES
from xinno_core.models import Broadcast, Event, Participant
from xinno_core.services import announcements, composing, listening
from xinno_core.services.announcements import Found
from xinno_core.services.composing import Flaw, Problem, Sent, SentKind
from xinno_core.services.contents import Content, as_json
from xinno_core.services.drafts import Draft, NotADraft, topic_of
from xinno_core.services.starting import StartProblem, read_start


class Wanted(StrEnum):
    """What the next message will be taken for."""

    PARTS = "parts"
    LINK = "link"
    START = "start"


@dataclass(frozen=True)
class Writing:
    """Where the organiser stands: which draft, which language, and what is awaited."""

    draft: Draft
    wanted: Wanted
    language: str
    continues: bool = False  # an album, below which the screen stands already

    @property
    def content(self) -> Content:
        """What is written so far."""
        return self.draft.content(self.language)


@dataclass(frozen=True)
class Refused:
    """What was sent is not taken; an album is refused whole, with what came of it before."""

    writing: Writing
    problem: Problem | StartProblem
    is_in_place: bool = False  # it takes the place of the screen below the album


async def begin(
    session: AsyncSession,
    *,
    participant: Participant,
    draft_id: int,
    wanted: Wanted,
    language: str = "",
    now: datetime,
) -> Writing | NotADraft:
    """Let what is sent from now on be a part, a link button, or the time of the start."""
    if language not in LANGUAGES and wanted is not Wanted.START:
        raise NotFoundError
    draft = await announcements.find_draft(
        session, participant=participant, draft_id=draft_id, now=now
    )
    return await _listen(session, participant, draft, wanted, language, now=now)


async def find(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Writing | NotADraft:
    """Return where the organiser stands with an event's announcement."""
    noted = await _noted(session, participant, event_id, now=now)
    draft = await announcements.find_draft(
        session, participant=participant, draft_id=noted["draft"], now=now
    )
    if isinstance(draft, NotADraft):
        return draft
    return Writing(draft, Wanted(noted["wanted"]), noted["language"])


async def resume(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Writing | NotADraft:
    """Go on where the organiser turned to something else."""
    stands = await find(session, participant=participant, event_id=event_id, now=now)
    if isinstance(stands, NotADraft):
        return stands
    return await _listen(
        session, participant, stands.draft, stands.wanted, stands.language, now=now
    )


async def end(
    session: AsyncSession, *, participant: Participant, draft_id: int, now: datetime
) -> Found:
    """Return to the draft: what is sent from now on is no part of it."""
    draft = await announcements.find_draft(
        session, participant=participant, draft_id=draft_id, now=now
    )
    await listening.end(session, participant=participant, topic=topic_of(draft.card.id))
    return draft


async def take(
    session: AsyncSession, *, participant: Participant, event_id: int, sent: Sent, now: datetime
) -> Writing | Refused | NotADraft:
    """Take what the organiser sent for what is awaited."""
    stands = await find(session, participant=participant, event_id=event_id, now=now)
    if isinstance(stands, NotADraft):
        return stands
    match stands.wanted:
        case Wanted.PARTS:
            return await _take_part(session, participant, stands, sent, now=now)
        case Wanted.LINK:
            return await _take_link(session, participant, stands, sent, now=now)
        case Wanted.START:
            return await _take_start(session, participant, stands, sent, now=now)


async def shorten(
    session: AsyncSession,
    *,
    participant: Participant,
    draft_id: int,
    language: str,
    parts: int,
    links: int,
    now: datetime,
) -> Writing | NotADraft:
    """Keep only so many of the parts and link buttons; what is fewer already stays."""

    def by(row: Broadcast, draft: Draft) -> None:
        content = draft.content(language)
        _store(row, language, Content(tuple(content.parts[:parts]), tuple(content.buttons[:links])))

    draft = await announcements.alter(
        session, participant=participant, draft_id=draft_id, now=now, by=by
    )
    return await _listen(session, participant, draft, Wanted.PARTS, language, now=now)


async def _take_part(
    session: AsyncSession, participant: Participant, stands: Writing, sent: Sent, *, now: datetime
) -> Writing | Refused | NotADraft:
    event_id = stands.draft.card.id
    event = await session.get_one(Event, event_id)
    noted = await _noted(session, participant, event_id, now=now)
    continues = bool(sent.album) and noted["album"] == sent.album and "parts_before" in noted
    part = await composing.take(session, sent=sent, event=event, participant=participant, now=now)
    content = (
        part
        if isinstance(part, Problem)
        else composing.put(stands.content, part, continues=continues)
    )
    if isinstance(content, Problem):
        if not continues:
            return Refused(stands, content)
        before = composing.first_parts(stands.content, noted["parts_before"])
        written = await _write(session, participant, stands, before, now=now)
        if isinstance(written, NotADraft):
            return written
        return Refused(written, content, is_in_place=True)
    stands = replace(stands, continues=continues)
    await listening.remember(
        session,
        participant=participant,
        topic=topic_of(event_id),
        album=sent.album,
        parts_before=noted["parts_before"] if continues else len(stands.content.parts),
    )
    return await _write(session, participant, stands, content, now=now)


async def _take_link(
    session: AsyncSession, participant: Participant, stands: Writing, sent: Sent, *, now: datetime
) -> Writing | Refused | NotADraft:
    link = composing.read_link(sent.text)
    if isinstance(link, Problem):
        return Refused(stands, link)
    if len(stands.content.buttons) >= composing.MOST_LINKS:
        return Refused(stands, Problem(Flaw.TOO_MANY_LINKS, most=composing.MOST_LINKS))
    content = replace(stands.content, buttons=(*stands.content.buttons, link))
    await listening.remember(
        session,
        participant=participant,
        topic=topic_of(stands.draft.card.id),
        wanted=Wanted.PARTS.value,
    )
    return await _write(
        session, participant, replace(stands, wanted=Wanted.PARTS), content, now=now
    )


async def _take_start(
    session: AsyncSession, participant: Participant, stands: Writing, sent: Sent, *, now: datetime
) -> Writing | Refused | NotADraft:
    start = (
        read_start(sent.text, zone=stands.draft.card.zone, now=now, language=participant.language)
        if sent.kind is SentKind.TEXT
        else StartProblem.NOT_A_TIME
    )
    if isinstance(start, StartProblem):
        return Refused(stands, start)
    draft = await announcements.alter(
        session,
        participant=participant,
        draft_id=stands.draft.id,
        now=now,
        by=announcements.starting_at(start),
    )
    if isinstance(draft, NotADraft):
        return draft
    await listening.end(session, participant=participant, topic=topic_of(draft.card.id))
    return replace(stands, draft=draft)


async def _write(
    session: AsyncSession,
    participant: Participant,
    stands: Writing,
    content: Content,
    *,
    now: datetime,
) -> Writing | NotADraft:
    def by(row: Broadcast, _draft: Draft) -> None:
        _store(row, stands.language, content)

    draft = await announcements.alter(
        session, participant=participant, draft_id=stands.draft.id, now=now, by=by
    )
    return draft if isinstance(draft, NotADraft) else replace(stands, draft=draft)


async def _listen(
    session: AsyncSession,
    participant: Participant,
    draft: Found,
    wanted: Wanted,
    language: str,
    *,
    now: datetime,
) -> Writing | NotADraft:
    if isinstance(draft, NotADraft):
        return draft
    await listening.begin(
        session,
        participant=participant,
        topic=topic_of(draft.card.id),
        now=now,
        data={"draft": draft.id, "wanted": wanted.value, "language": language, "album": ""},
    )
    return Writing(draft, wanted, language)


async def _noted(
    session: AsyncSession, participant: Participant, event_id: int, *, now: datetime
) -> Mapping[str, Any]:
    noted = await listening.recall(
        session, participant=participant, topic=topic_of(event_id), now=now
    )
    if noted is None or "wanted" not in noted:
        raise NotFoundError
    return noted


def _store(row: Broadcast, language: str, content: Content) -> None:
    others = {one: raw for one, raw in row.content.items() if one != language}
    if content.parts or content.buttons:
        row.content = {**others, language: as_json(content)}
    else:
        row.content = others

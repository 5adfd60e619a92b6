"""Trying an announcement out: it comes to its writer alone, as its readers will get it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import NoticeKind, Participant
from xinno_core.services import announcements, outbox
from xinno_core.services.drafts import Draft, NotADraft

ALL = "all"


@dataclass(frozen=True)
class Tested:
    """The test is on its way, in these languages."""

    draft: Draft
    languages: tuple[str, ...]


async def promise(
    session: AsyncSession, *, participant: Participant, draft_id: int, language: str, now: datetime
) -> Tested | NotADraft:
    """Promise the writer what readers of one language will get, or of all."""
    draft = await announcements.find_draft(
        session, participant=participant, draft_id=draft_id, now=now
    )
    if isinstance(draft, NotADraft):
        return draft
    wanted = draft.languages if language == ALL else (language,)
    languages = tuple(one for one in wanted if draft.gets(one))
    for one in languages:
        # The same test pressed twice within a minute is a double tap.
        await outbox.promise(
            session,
            participant_id=participant.id,
            kind=NoticeKind.BROADCAST_TEST,
            dedup_key=f"test:{draft.id}:{draft.draft_key}:{one}:{now:%Y%m%d%H%M}",
            event_id=draft.card.id,
            due_at=now,
            params={"broadcast_id": draft.id, "language": one, "writer": participant.language},
        )
    return Tested(draft, languages)

"""Dialogues that take whatever is sent: an announcement being written, a gallery, a post.

A form asks one question after the other; here everything that the person sends belongs to one
thing, until they turn to something else. It is a dialogue row like a form's, so it survives a
restart, and /cancel ends it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Dialogue, Participant
from xinno_core.services import forms
from xinno_core.services.form_standing import SHAPE
from xinno_core.services.forms import KEPT_FOR


async def begin(
    session: AsyncSession,
    *,
    participant: Participant,
    topic: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Let what is sent from now on belong to the topic; `data` is what to remember with it."""
    await forms.leave(session, participant=participant)
    dialogue = await session.get(Dialogue, (participant.id, topic))
    if dialogue is None:
        dialogue = Dialogue(participant_id=participant.id, topic=topic)
        session.add(dialogue)
    dialogue.version, dialogue.step, dialogue.is_current = SHAPE, None, True
    dialogue.data, dialogue.expires_at = dict(data or {}), now + KEPT_FOR
    await session.flush()


async def recall(
    session: AsyncSession, *, participant: Participant, topic: str, now: datetime
) -> Mapping[str, Any] | None:
    """Return what was remembered with the topic, None when nothing is open under it."""
    dialogue = await session.get(Dialogue, (participant.id, topic))
    if dialogue is None or dialogue.version != SHAPE or dialogue.expires_at <= now:
        return None
    return dialogue.data


async def remember(
    session: AsyncSession, *, participant: Participant, topic: str, **facts: object
) -> None:
    """Keep more facts with a topic that is open."""
    dialogue = await session.get(Dialogue, (participant.id, topic))
    if dialogue is not None:
        dialogue.data = {**dialogue.data, **facts}
        await session.flush()


async def end(session: AsyncSession, *, participant: Participant, topic: str) -> None:
    """Close the topic: what is sent no longer belongs to it."""
    await forms.cancel(session, participant=participant, topic=topic)

"""Notices in a person's chat, found again by the message whose button was pressed."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Notice, NoticeKind, Participant

DOORS = {NoticeKind.SURVEY}
"""What only invites: the first page behind it says all of it again."""


async def must_stay(session: AsyncSession, *, participant: Participant, message_id: int) -> bool:
    """Tell whether this message is a notice whose words and buttons a dialogue must not replace."""
    notice = await _find(session, participant, message_id)
    return notice is not None and notice.kind not in DOORS


async def _find(session: AsyncSession, participant: Participant, message_id: int) -> Notice | None:
    if not message_id:
        return None
    found = await session.execute(
        select(Notice.id, Notice.telegram_ids).where(Notice.participant_id == participant.id)
    )
    # The databases look into a list in different ways, and nobody has very many.
    notice_id = next((one for one, ids in found if message_id in (ids or ())), None)
    return await session.get(Notice, notice_id) if notice_id is not None else None

"""Which messages show figures that move: kept, so that a restart goes on keeping them current."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once
from xinno_core.models import FollowedScreen, Participant


@dataclass(frozen=True)
class Place:
    """A message of a chat, and the announcement whose figures it shows."""

    chat_id: int
    message_id: int
    broadcast_id: int


async def follow(session: AsyncSession, place: Place) -> None:
    """Keep that a message shows the figures of an announcement."""
    await unfollow(session, chat_id=place.chat_id, message_id=place.message_id)
    person_id = await session.scalar(_whose(place.chat_id))
    if person_id is not None:
        await session.execute(
            insert_once(session, FollowedScreen).values(
                participant_id=person_id,
                message_id=place.message_id,
                broadcast_id=place.broadcast_id,
            )
        )


async def unfollow(session: AsyncSession, *, chat_id: int, message_id: int) -> None:
    """A message shows something else now, or figures that have come to rest."""
    await session.execute(
        delete(FollowedScreen).where(
            FollowedScreen.participant_id.in_(_whose(chat_id)),
            FollowedScreen.message_id == message_id,
        )
    )


async def is_followed(session: AsyncSession, place: Place) -> bool:
    """Tell whether a message still shows these figures, whichever process has shown it last."""
    found = select(FollowedScreen.message_id).where(
        FollowedScreen.participant_id.in_(_whose(place.chat_id)),
        FollowedScreen.message_id == place.message_id,
        FollowedScreen.broadcast_id == place.broadcast_id,
    )
    return await session.scalar(found) is not None


async def list_all(session: AsyncSession) -> Sequence[Place]:
    """Return all messages whose figures move."""
    found = await session.execute(
        select(Participant.telegram_id, FollowedScreen.message_id, FollowedScreen.broadcast_id)
        .join(Participant, Participant.id == FollowedScreen.participant_id)
        .where(Participant.telegram_id.is_not(None))
        .order_by(FollowedScreen.participant_id, FollowedScreen.message_id)
    )
    return tuple(Place(chat, message, broadcast) for chat, message, broadcast in found if chat)


def _whose(chat_id: int) -> Select[int]:
    return select(Participant.id).where(Participant.telegram_id == chat_id)

"""Votes in the polls that announcements bring: one choice of each reader, changed as they like.

The organiser sees how many chose each option, and nobody is shown who did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once
from xinno_core.errors import NotFoundError
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    BroadcastVote,
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
)
from xinno_core.services import access
from xinno_core.services.background_reading import read_files
from xinno_core.services.contents import Content, File, PollPart, media_ids, read_content
from xinno_core.services.events import EventCard, read_card

OPEN_AFTER_THE_EVENT = timedelta(days=14)
"""So long one can vote in an announcement that came when the event was over."""

HAS_COME = (
    NoticeState.SENDING,  # its poll may be there while the rest is on its way
    NoticeState.SENT,
    NoticeState.UNKNOWN,
    NoticeState.CORRECTED,
)


@dataclass(frozen=True)
class Voting:
    """A poll of an announcement, and until when one can vote in it."""

    broadcast_id: int
    card: EventCard
    content: Content
    language: str
    part: int
    poll: PollPart
    closes_at: datetime
    files: Mapping[int, File]


@dataclass(frozen=True)
class Voted:
    """The choice is kept."""

    voting: Voting
    option: int


@dataclass(frozen=True)
class VotingClosed:
    """It is too late to choose, or to choose again."""

    voting: Voting
    option: int | None  # what the person chose while it was open


@dataclass(frozen=True)
class OnlyATest:
    """Its writer tried it out: nothing is counted."""


@dataclass(frozen=True)
class PollCount:
    """How many chose each option of one poll."""

    language: str
    part: int
    question: str
    options: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        """How many have voted."""
        return sum(number for _, number in self.options)


VoteOutcome = Voted | VotingClosed | OnlyATest


async def vote(
    session: AsyncSession,
    *,
    participant: Participant,
    broadcast_id: int,
    language: str,
    part: int,
    option: int,
    now: datetime,
) -> VoteOutcome:
    """Keep a reader's choice in place of an earlier one; who did not get it has no vote."""
    row = await session.get(Broadcast, broadcast_id)
    voting = await _read_voting(session, row, language, part)
    if row is None or voting is None or option >= len(voting.poll.options):
        raise NotFoundError
    if not await _has_come(session, participant, broadcast_id):
        return await _tried_out(session, participant, row)
    if now >= voting.closes_at or row.recalled_at is not None:
        return VotingClosed(voting, await _find_choice(session, participant, voting))
    await _keep(session, participant, voting, option)
    return Voted(voting, option)


async def count_votes(session: AsyncSession, broadcast_id: int) -> tuple[PollCount, ...]:
    """Return how many chose each option, for each poll of an announcement in each language."""
    row = await session.get(Broadcast, broadcast_id)
    if row is None:
        return ()
    found = await session.execute(
        select(BroadcastVote.language, BroadcastVote.part, BroadcastVote.option, func.count())
        .where(BroadcastVote.broadcast_id == broadcast_id)
        .group_by(BroadcastVote.language, BroadcastVote.part, BroadcastVote.option)
    )
    counts = {(language, part, option): number for language, part, option, number in found}
    return tuple(
        PollCount(
            language,
            place,
            part.question,
            tuple(
                (label, counts.get((language, place, option), 0))
                for option, label in enumerate(part.options)
            ),
        )
        for language, raw in row.content.items()
        for place, part in enumerate(read_content(raw).parts)
        if isinstance(part, PollPart)
    )


async def _read_voting(
    session: AsyncSession, row: Broadcast | None, language: str, part: int
) -> Voting | None:
    content = read_content(row.content.get(language, {})) if row else Content()
    poll = content.parts[part] if part < len(content.parts) else None
    if row is None or not isinstance(poll, PollPart):
        return None
    event = await session.get_one(Event, row.event_id)
    return Voting(
        broadcast_id=row.id,
        card=await read_card(session, event),
        content=content,
        language=language,
        part=part,
        poll=poll,
        closes_at=_closes_at(row, event),
        files=await read_files(session, set(media_ids({language: row.content[language]}))),
    )


def _closes_at(row: Broadcast, event: Event) -> datetime:
    starts_at = row.starts_at or event.ends_at
    return event.ends_at if starts_at < event.ends_at else starts_at + OPEN_AFTER_THE_EVENT


async def _has_come(session: AsyncSession, participant: Participant, broadcast_id: int) -> bool:
    found = await session.scalar(
        select(Notice.id).where(
            Notice.broadcast_id == broadcast_id,
            Notice.participant_id == participant.id,
            Notice.kind == NoticeKind.BROADCAST,
            Notice.state.in_(HAS_COME),
        )
    )
    return found is not None


async def _tried_out(session: AsyncSession, participant: Participant, row: Broadcast) -> OnlyATest:
    """Tell a press in a test, or before a second yes, from one that has no business there."""
    is_before = row.state in {
        BroadcastState.DRAFT,
        BroadcastState.CONFIRMING,
        BroadcastState.SCHEDULED,
    }
    if is_before or row.author_id == participant.id:
        await access.get_organised_event(session, participant, row.event_id)
        return OnlyATest()
    raise NotFoundError


async def _find_choice(
    session: AsyncSession, participant: Participant, voting: Voting
) -> int | None:
    return await session.scalar(
        select(BroadcastVote.option).where(
            BroadcastVote.broadcast_id == voting.broadcast_id,
            BroadcastVote.part == voting.part,
            BroadcastVote.participant_id == participant.id,
            BroadcastVote.language == voting.language,
        )
    )


async def _keep(
    session: AsyncSession, participant: Participant, voting: Voting, option: int
) -> None:
    made = await change(
        session,
        insert_once(session, BroadcastVote).values(
            broadcast_id=voting.broadcast_id,
            part=voting.part,
            participant_id=participant.id,
            option=option,
            language=voting.language,
        ),
    )
    if not made:
        await session.execute(
            update(BroadcastVote)
            .where(
                BroadcastVote.broadcast_id == voting.broadcast_id,
                BroadcastVote.part == voting.part,
                BroadcastVote.participant_id == participant.id,
            )
            .values(option=option, language=voting.language)
        )

"""An announcement before it goes: one draft for each organiser and event.

A draft waits as long as it takes: over restarts, and while its writer does other things. Each
change gives it a new key, and the last yes names the key of what was seen: a yes to anything older
does nothing.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.languages import LANGUAGES
from xinno_core.models import (
    Broadcast,
    BroadcastState,
    Event,
    EventGroup,
    NoticeClass,
    Participant,
    RegistrationState,
    Topic,
)
from xinno_core.services import access, audiences, broadcasts, listening
from xinno_core.services.audiences import switched, switched_answer
from xinno_core.services.broadcasts import Launched, NoAudience
from xinno_core.services.contents import read_content
from xinno_core.services.drafts import Draft, NotADraft, Outdated, topic_of
from xinno_core.services.events import read_card
from xinno_core.services.starting import Offered, offered_start

LEAVE_OUT = "-"
CLASSES = (NoticeClass.CRITICAL, NoticeClass.SERVICE, NoticeClass.OPTIONAL)

Found = Draft | NotADraft
ConfirmOutcome = Launched | Outdated | Draft | NotADraft
Alter = Callable[[Broadcast, Draft], None]


async def open_draft(
    session: AsyncSession, *, participant: Participant, event_id: int, now: datetime
) -> Draft | NoAudience:
    """Return the draft that waits, or begin one; with nobody registered there is no reader."""
    event = await access.get_organised_event(session, participant, event_id)
    row = await _waiting(session, participant, event)
    if row is None:
        if not await audiences.is_anybody_registered(session, event.id):
            return NoAudience(await read_card(session, event))
        await session.execute(
            insert_once(session, Broadcast).values(
                draft_key=secrets.token_hex(8),
                event_id=event.id,
                author_id=participant.id,
                state=BroadcastState.DRAFT,
                audience={"states": [RegistrationState.CONFIRMED.value]},
                content={},
                fallback={},
                notice_class=NoticeClass.SERVICE,
                topic=Topic.NEWS,
                to_group=False,
                version=0,
                created_at=now,
            )
        )
        row = await _waiting(session, participant, event)
    if row is None:
        msg = "the draft was neither found nor made"
        raise LookupError(msg)
    return await read_draft(session, row, event, now=now)


async def find_draft(
    session: AsyncSession, *, participant: Participant, draft_id: int, now: datetime
) -> Found:
    """Return one's own draft; one that has been confirmed or dropped is none any more."""
    row, event = await lock_own(session, participant, draft_id)
    if row.state is not BroadcastState.DRAFT:
        return await not_a_draft(session, row, event)
    return await read_draft(session, row, event, now=now)


async def alter(
    session: AsyncSession,
    *,
    participant: Participant,
    draft_id: int,
    now: datetime,
    by: Alter,
) -> Found:
    """Change one's own draft; what was seen of it before can't be confirmed any more."""
    row, event = await lock_own(session, participant, draft_id)
    if row.state is not BroadcastState.DRAFT:
        return await not_a_draft(session, row, event)
    by(row, await read_draft(session, row, event, now=now))
    if session.is_modified(row):
        row.draft_key = secrets.token_hex(8)
        await session.flush()
    return await read_draft(session, row, event, now=now)


def narrowed(name: str, option: int, *, chosen: bool) -> Alter:
    """Choose one entry of a list of the audience, or take it out."""

    def by(row: Broadcast, draft: Draft) -> None:
        entries = draft.choosables.lists.get(name, ())
        if option >= len(entries):
            raise NotFoundError
        row.audience = switched(row.audience, name, entries[option].key, chosen=chosen)

    return by


def narrowed_by_answer(question_id: int, option: int, *, chosen: bool) -> Alter:
    """Choose one answer to a question of the registration, or take it out."""

    def by(row: Broadcast, draft: Draft) -> None:
        asked = draft.choosables.question(question_id)
        if asked is None or option >= len(asked.options):
            raise NotFoundError
        row.audience = switched_answer(
            row.audience, asked.key, asked.options[option].key, chosen=chosen
        )

    return by


def of_class(name: str) -> Alter:
    """Say how urgent it is."""

    def by(row: Broadcast, _draft: Draft) -> None:
        row.notice_class = next((one for one in CLASSES if one.value == name), row.notice_class)

    return by


def to_group(*, chosen: bool) -> Alter:
    """Let it go to the event's group, too, or to people alone."""

    def by(row: Broadcast, draft: Draft) -> None:
        row.to_group = chosen and draft.group is not None

    return by


def falling_back(language: str, to: str) -> Alter:
    """Say which text the readers of a language get that has none, or leave them out."""

    def by(row: Broadcast, draft: Draft) -> None:
        if language not in LANGUAGES or (to != LEAVE_OUT and not draft.contents.get(to)):
            raise NotFoundError
        row.fallback = {**row.fallback, language: "" if to == LEAVE_OUT else to}

    return by


def starting(offered: str, *, now: datetime) -> Alter:
    """Start at an offered time."""

    def by(row: Broadcast, draft: Draft) -> None:
        if offered not in set(Offered):
            raise NotFoundError
        row.starts_at = offered_start(Offered(offered), zone=draft.card.zone, now=now)

    return by


def starting_at(instant: datetime) -> Alter:
    """Start at this time."""

    def by(row: Broadcast, _draft: Draft) -> None:
        row.starts_at = instant

    return by


async def drop(
    session: AsyncSession, *, participant: Participant, draft_id: int, now: datetime
) -> NotADraft:
    """Give one's own draft up."""
    row, event = await lock_own(session, participant, draft_id)
    if row.state is BroadcastState.DRAFT:
        await listening.end(session, participant=participant, topic=topic_of(event.id))
        row.state, row.draft_key = BroadcastState.CANCELLED, secrets.token_hex(8)
        await session.flush()
    return await not_a_draft(session, row, event)


async def confirm(
    session: AsyncSession,
    *,
    participant: Participant,
    draft_id: int,
    draft_key: str,
    now: datetime,
) -> ConfirmOutcome:
    """Launch the announcement as it was seen; a second yes shows how far the first has come."""
    row, event = await lock_own(session, participant, draft_id)
    if row.state is BroadcastState.CANCELLED and row.confirmed_at is None:
        return await not_a_draft(session, row, event)
    if row.state is BroadcastState.DRAFT:
        draft = await read_draft(session, row, event, now=now)
        if row.draft_key != draft_key:
            return Outdated(draft)
        if draft.hindrances:
            return draft
        _settle(row, draft)
        await listening.end(session, participant=participant, topic=topic_of(event.id))
    return await broadcasts.launch(
        session, broadcast=row, author=participant, now=now, starts_at=row.starts_at
    )


async def lock_own(
    session: AsyncSession, participant: Participant, draft_id: int
) -> tuple[Broadcast, Event]:
    """Return one's own announcement with its row locked; another's is not found."""
    row = await session.scalar(
        lock(select(Broadcast).where(Broadcast.id == draft_id)).execution_options(
            populate_existing=True
        )
    )
    if row is None or row.author_id != participant.id:
        raise NotFoundError
    return row, await access.get_organised_event(session, participant, row.event_id)


async def not_a_draft(session: AsyncSession, row: Broadcast, event: Event) -> NotADraft:
    """Return what became of a draft that is none any more."""
    was_dropped = row.state is BroadcastState.CANCELLED and row.confirmed_at is None
    return NotADraft(row.id, await read_card(session, event), was_dropped=was_dropped)


async def read_draft(
    session: AsyncSession, row: Broadcast, event: Event, *, now: datetime
) -> Draft:
    """Return a draft in plain values, with those whom it reaches at this moment."""
    group = await session.scalar(
        select(EventGroup.title).where(
            EventGroup.event_id == event.id,
            EventGroup.unlinked_at.is_(None),
            EventGroup.left_at.is_(None),
        )
    )
    contents = {language: read_content(raw) for language, raw in row.content.items()}
    return Draft(
        id=row.id,
        card=await read_card(session, event),
        draft_key=row.draft_key,
        audience=row.audience,
        counted=await audiences.count_people(
            session, row.audience, event.id, notice_class=row.notice_class
        ),
        choosables=await audiences.read_choosables(session, event),
        notice_class=row.notice_class,
        contents=contents,
        fallback=row.fallback,
        starts_at=row.starts_at,
        to_group=row.to_group and group is not None,
        group=group,
        now=now,
    )


def _settle(row: Broadcast, draft: Draft) -> None:
    """Keep of the draft what counts when it is sent."""
    row.content = {language: raw for language, raw in row.content.items() if draft.has(language)}
    row.fallback = {
        language: gets
        for language in LANGUAGES
        if not draft.has(language) and (gets := draft.gets(language)) is not None
    }
    row.to_group = draft.to_group


async def _waiting(
    session: AsyncSession, participant: Participant, event: Event
) -> Broadcast | None:
    return await session.scalar(
        select(Broadcast).where(
            Broadcast.event_id == event.id,
            Broadcast.author_id == participant.id,
            Broadcast.state == BroadcastState.DRAFT,
        )
    )

"""You said, we did: what follows from a survey, told once to all who were asked.

Whether somebody answered makes no difference: a message to those who did would name them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock
from xinno_core.errors import NotFoundError
from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Event,
    Notice,
    NoticeKind,
    NoticeState,
    Participant,
    Survey,
    SurveyAction,
)
from xinno_core.models.base import Instant, Json
from xinno_core.services import access, results
from xinno_core.services.events import EventCard, read_card
from xinno_core.services.outbox import CLASS_OF
from xinno_core.services.questions import Audience, Field, FieldKind, Form

TOPIC = "said"
MOST = 3
LONGEST = 400
"""Three of them fit one message, in any language."""


@dataclass(frozen=True)
class ActionDesk:
    """What is to follow from a survey, as it stands."""

    card: EventCard
    survey_id: int
    title: LanguageMap
    actions: tuple[LanguageMap, ...]
    people: int  # whom it would reach
    was_told: bool

    @property
    def languages(self) -> tuple[str, ...]:
        """The event's languages, its first one first."""
        return tuple(dict.fromkeys((self.card.lead_language, *self.card.languages)))

    @property
    def lacking(self) -> tuple[str, ...]:
        """Those in which not all of it is written: their readers get some in another language."""
        return tuple(
            language
            for language in self.languages
            if not all(text.get(language) for text in self.actions)
        )

    @property
    def mark(self) -> str:
        """What stands for these words, so that nothing else is told than was seen."""
        words = json.dumps(self.actions, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Told:
    """It is on its way to so many people."""

    desk: ActionDesk
    people: int


@dataclass(frozen=True)
class ToldBefore:
    """It was told already, and is told once."""

    desk: ActionDesk


@dataclass(frozen=True)
class ChangedSince:
    """Somebody has written since: it is to be looked at again."""

    desk: ActionDesk


@dataclass(frozen=True)
class Saved:
    """The words are kept, and nobody is told yet."""

    desk: ActionDesk


TellOutcome = Told | ToldBefore | ChangedSince
SaveOutcome = Saved | ToldBefore | ChangedSince


async def find_desk(
    session: AsyncSession, *, participant: Participant, survey_id: int
) -> ActionDesk:
    """Return what is to follow from a survey that is over, of an own region."""
    survey, event = await _get(session, participant, survey_id)
    return await _read(session, survey, event)


async def find_form(
    session: AsyncSession, *, participant: Participant, survey_id: int, number: int, language: str
) -> Form | None:
    """Return what is asked for one of the actions; None once they are told."""
    desk = await find_desk(session, participant=participant, survey_id=survey_id)
    _check(desk, number, language)
    if desk.was_told:
        return None
    written = desk.actions[number - 1] if number <= len(desk.actions) else {}
    lead = desk.card.lead_language
    return Form(
        topic=f"{TOPIC}.{survey_id}.{number}.{language}",
        fields=(
            Field(
                "survey_action",
                FieldKind.TEXT,
                required=not written.get(language),
                hint=language,
                kept=written.get(language, ""),
                source="" if language == lead else written.get(lead, ""),
                most=LONGEST,
            ),
        ),
        audience=Audience.EVERYONE,
        lead=lead,
    )


async def save(
    session: AsyncSession,
    *,
    participant: Participant,
    survey_id: int,
    number: int,
    language: str,
    text: str | None,
) -> SaveOutcome:
    """Keep the words of one action in one language; without any, what stands there stays."""
    survey, event = await _lock(session, participant, survey_id)
    desk = await _read(session, survey, event)
    _check(desk, number, language)
    if desk.was_told:
        return ToldBefore(desk)
    if text:
        action = await session.get(SurveyAction, (survey_id, number))
        if action is None:
            action = SurveyAction(survey_id=survey_id, number=number, text={})
            session.add(action)
        action.text = {**action.text, language: text}
        action.created_by = participant.id
        await session.flush()
    return Saved(await _read(session, survey, event))


async def drop_last(
    session: AsyncSession, *, participant: Participant, survey_id: int, mark: str
) -> SaveOutcome:
    """Remove the last action, unless somebody has written since it was looked at."""
    survey, event = await _lock(session, participant, survey_id)
    desk = await _read(session, survey, event)
    if desk.was_told:
        return ToldBefore(desk)
    last = await session.get(SurveyAction, (survey_id, len(desk.actions)))
    if last is None or desk.mark != mark:
        return ChangedSince(desk)
    await session.delete(last)
    await session.flush()
    return Saved(await _read(session, survey, event))


async def tell(
    session: AsyncSession, *, participant: Participant, survey_id: int, mark: str, now: datetime
) -> TellOutcome:
    """Promise the actions to all who were asked; of two organisers who confirm, the first does."""
    survey, event = await _lock(session, participant, survey_id)
    desk = await _read(session, survey, event)
    if desk.was_told:
        return ToldBefore(desk)
    if not desk.actions or desk.mark != mark:
        return ChangedSince(desk)
    people = await _promise(session, survey, now=now)
    survey.told_at = now
    await session.flush()
    access.record(
        session,
        actor=participant,
        verb="tell_actions",
        subject=f"survey:{survey.id}",
        at=now,
        people=people,
    )
    return Told(await _read(session, survey, event), people)


async def list_actions(session: AsyncSession, survey_id: int) -> Sequence[SurveyAction]:
    """Return what follows from a survey, in its order."""
    found = await session.scalars(
        select(SurveyAction)
        .where(SurveyAction.survey_id == survey_id)
        .order_by(SurveyAction.number)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def _promise(session: AsyncSession, survey: Survey, *, now: datetime) -> int:
    """Promise one message to everybody who was asked, in one statement."""
    reached = _reached(survey).subquery()
    people = select(
        reached.c.id,
        literal(survey.event_id),
        literal(NoticeKind.SURVEY_ACTIONS, Notice.kind.type),
        literal(CLASS_OF[NoticeKind.SURVEY_ACTIONS], Notice.notice_class.type),
        literal(f"survey_actions:{survey.id}:") + cast(reached.c.id, String),
        literal({"survey_id": survey.id}, Json),
        literal(now, Instant()),
        literal(NoticeState.PLANNED, Notice.state.type),
        literal(0),
        literal([], Json),
    ).where(reached.c.id.is_not(None))
    columns = (
        "participant_id",
        "event_id",
        "kind",
        "notice_class",
        "dedup_key",
        "params",
        "due_at",
        "state",
        "attempts",
        "telegram_ids",
    )
    return await change(session, insert_once(session, Notice).from_select(columns, people))


def _reached(survey: Survey) -> Select[int]:
    """Return whom a message can reach of those who were asked."""
    return select(Participant.id).where(
        Participant.id.in_(results.invited(survey)),
        Participant.telegram_id.is_not(None),
        Participant.forgotten_at.is_(None),
    )


async def _get(
    session: AsyncSession, participant: Participant, survey_id: int
) -> tuple[Survey, Event]:
    survey, event, is_own = await access.get_reported_survey(session, participant, survey_id)
    if not is_own or survey.ended_at is None:
        raise NotFoundError
    return survey, event


async def _lock(
    session: AsyncSession, participant: Participant, survey_id: int
) -> tuple[Survey, Event]:
    await _get(session, participant, survey_id)
    await session.scalar(
        lock(select(Survey).where(Survey.id == survey_id)).execution_options(populate_existing=True)
    )
    return await _get(session, participant, survey_id)


async def _read(session: AsyncSession, survey: Survey, event: Event) -> ActionDesk:
    reached = select(func.count()).select_from(_reached(survey).subquery())
    return ActionDesk(
        card=await read_card(session, event),
        survey_id=survey.id,
        title=survey.title,
        actions=tuple(one.text for one in await list_actions(session, survey.id)),
        people=await session.scalar(reached) or 0,
        was_told=survey.told_at is not None,
    )


def _check(desk: ActionDesk, number: int, language: str) -> None:
    """Only the next one can be added, and only in the event's languages."""
    most = min(len(desk.actions) + 1, MOST)
    if not 1 <= number <= most or language not in desk.languages:
        raise NotFoundError

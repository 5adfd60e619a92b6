"""Forms: one question at a time, with back, skip and progress, kept until they are finished.

Registration questions, the profile, surveys, reflections and an organiser's drafts are all forms.
What is asked comes from the feature; where the person stands is a dialogue row, so a restart or a
week in between loses nothing.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, insert_once, lock
from xinno_core.models import Dialogue, Participant
from xinno_core.services.form_standing import (
    SHAPE,
    Asking,
    Complete,
    FormOutcome,
    Standing,
    answer,
    asking_of,
    chosen_of,
    draft_of,
    finish,
    read_standing,
    unanswered,
)
from xinno_core.services.questions import REFUSAL, Field, FieldKind, Form, Problem
from xinno_core.services.typed_answers import read_given, read_typed

KEPT_FOR = timedelta(days=14)
NOTHING_YET = 0
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Filled:
    """What came of a whole page of answers: what was good is kept, what was not is asked again."""

    problems: Mapping[str, Problem]
    asking: Asking | None  # the first question without an answer
    complete: Complete | None  # everything is answered


async def begin(
    session: AsyncSession,
    *,
    participant: Participant,
    form: Form,
    now: datetime,
    takes_typed: bool = True,
) -> FormOutcome:
    """Ask the first question, or go on where the person left; a finished draft is complete.

    A page on the web leaves alone what is typed in the chat.
    """
    if not form.shown({}):
        return Complete(form, {})
    standing = await _stand(session, participant, form, takes_typed=takes_typed, now=now)
    return draft_of(standing) or asking_of(standing)


async def find_draft(
    session: AsyncSession, *, participant: Participant, form: Form, now: datetime
) -> Complete | None:
    """Return the finished answers that wait for a yes."""
    row = await session.get(Dialogue, (participant.id, form.topic))
    standing = read_standing(session, form, row, now=now)
    return draft_of(standing) if standing is not None else None


async def is_open(
    session: AsyncSession, *, participant: Participant, form: Form, now: datetime
) -> bool:
    """Tell whether the person is in the middle of this form, or left it unfinished."""
    dialogue = await session.get(Dialogue, (participant.id, form.topic))
    return dialogue is not None and dialogue.version == SHAPE and dialogue.expires_at > now


async def find_current(
    session: AsyncSession, *, participant: Participant, now: datetime
) -> str | None:
    """Return the topic that typed text belongs to."""
    return await session.scalar(
        select(Dialogue.topic).where(
            Dialogue.participant_id == participant.id,
            Dialogue.is_current.is_(True),
            Dialogue.expires_at > now,
            Dialogue.version == SHAPE,
        )
    )


async def find_unfinished(
    session: AsyncSession, *, participant: Participant, now: datetime, besides: str = ""
) -> str | None:
    """Return the topic of the form that was left last, as long as it is kept."""
    return await session.scalar(
        select(Dialogue.topic)
        .where(
            Dialogue.participant_id == participant.id,
            Dialogue.expires_at > now,
            Dialogue.version == SHAPE,
            Dialogue.topic != besides,
        )
        .order_by(Dialogue.expires_at.desc())
        .limit(1)
    )


async def press_option(
    session: AsyncSession,
    *,
    participant: Participant,
    form: Form,
    at: int,
    option: int,
    now: datetime,
) -> FormOutcome:
    """Take a pressed option; in a multiple choice it is switched on or off."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at or option >= len(asking.field.choices):
        return asking  # a button of an earlier question: ask the present one again
    key = asking.field.choices[option].key
    if asking.field.is_of_many:
        return await _switch(standing, asking, key)
    value: Any = int(key) if asking.field.kind is FieldKind.RATING else key
    return await answer(standing, asking, value)


async def _switch(standing: Standing, asking: Asking, key: str) -> Asking:
    """Put an option behind those that are chosen, or take it out of them."""
    before = chosen_of(standing, asking.field)
    chosen = [one for one in before if one != key]
    if len(chosen) == len(before):
        if len(chosen) >= asking.field.most_chosen:
            problem = asking.field.wrong_number(len(chosen) + 1)
            return dataclasses.replace(asking, problem=problem)
        chosen.append(key)
    standing.answers[asking.field.key] = chosen
    await standing.keep()
    return asking_of(standing)


async def press_done(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Close a multiple choice or a ranking."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at or not asking.field.is_of_many:
        return asking
    chosen = chosen_of(standing, asking.field)
    problem = asking.field.wrong_number(len(chosen))
    if problem is not None and (chosen or asking.field.required):
        return dataclasses.replace(asking, problem=problem)
    return await answer(standing, asking, chosen)


async def press_skip(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Leave an optional question out, or keep the answer from before."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at:
        return asking
    if asking.field.required and asking.known is None:
        return asking
    return await answer(standing, asking, asking.known)


async def press_refuse(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Take "I would rather not say" for an answer, where it is one."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at or not asking.field.may_refuse:
        return asking
    return await answer(standing, asking, dict(REFUSAL))


async def press_clear(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Take an answer from before back, where the question may be left out."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at or asking.field.required:
        return asking
    return await answer(standing, asking, None)


async def press_back(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Return to the question before, from a preview to the last; what was answered is kept."""
    standing, asking = await _resume(session, participant, form, now)
    if at != (len(form.fields) if isinstance(asking, Complete) else asking.at):
        return asking
    before = [place for place in form.shown(standing.answers) if place < at]
    standing.step = form.fields[before[-1] if before else at].key
    standing.row.is_current = True
    await standing.keep()
    return asking_of(standing)


async def ask_again(
    session: AsyncSession,
    *,
    participant: Participant,
    form: Form,
    key: str,
    problem: Problem,
    now: datetime,
) -> Asking:
    """Return from a preview to a question whose answer is no longer good; the others are kept."""
    standing, _ = await _resume(session, participant, form, now)
    standing.step, standing.row.is_current = key, True
    await standing.keep()
    return dataclasses.replace(asking_of(standing), problem=problem)


async def type_answer(
    session: AsyncSession, *, participant: Participant, form: Form, text: str, now: datetime
) -> FormOutcome:
    """Take a typed answer; what is wrong with it is said, and the question asked again."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete):
        return asking
    value = read_typed(asking.field, text, now=now, language=participant.language)
    if isinstance(value, Problem):
        return dataclasses.replace(asking, problem=value, length=len(text))
    return await answer(standing, asking, value)


def page(form: Form, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the next questions that can be asked together.

    They begin with the first one without an answer, and end before one that is only asked after
    certain answers to a question among them.
    """
    asked: list[Field] = []
    open_keys: set[str] = set()
    shown = set(form.shown(answers))
    for place, one in enumerate(form.fields):
        if one.only_if is not None and one.only_if.question in open_keys:
            break
        if place in shown and (asked or not one.is_answered(answers)):
            asked.append(one)
            open_keys.add(one.key)
    return tuple(asked)


async def fill(
    session: AsyncSession,
    *,
    participant: Participant,
    form: Form,
    given: Mapping[str, str | Sequence[str]],
    now: datetime,
    finishes: bool = True,
) -> Filled:
    """Take the answers of a whole page: those of a chat and those of a page are the same row.

    `given` holds a value for each question that stood on the page, an empty one for what was left
    open; of a ranking the options in their order. Who goes back to an earlier page has not
    finished, even if nothing is open.
    """
    standing = await _stand(session, participant, form, takes_typed=False, now=now)
    problems = {}
    for place in _in_turn(form, standing):
        one = form.fields[place]
        if one.key not in given:
            continue
        value = read_given(one, given[one.key], now=now, language=participant.language)
        if isinstance(value, Problem):
            problems[one.key] = value
            standing.answers.pop(one.key, None)
        else:
            standing.answers[one.key] = value
    rest = unanswered(standing)
    if not rest and finishes:
        return Filled(problems, None, await finish(standing))
    standing.step = rest[0] if rest else form.fields[form.shown(standing.answers)[-1]].key
    await standing.keep()
    return Filled(problems, asking_of(standing), None)


def _in_turn(form: Form, standing: Standing) -> Iterator[int]:
    """Go through what is asked; an answer on the way decides what follows it."""
    for place in range(len(form.fields)):
        if place in form.shown(standing.answers):
            yield place


async def cancel(
    session: AsyncSession, *, participant: Participant, topic: str | None = None
) -> str | None:
    """Drop the current form, or the named one; return its topic."""
    query = select(Dialogue).where(Dialogue.participant_id == participant.id)
    if topic is None:
        query = query.where(Dialogue.is_current.is_(True))
    else:
        query = query.where(Dialogue.topic == topic)
    dialogue = await session.scalar(query.limit(1))
    if dialogue is None:
        return None
    await session.delete(dialogue)
    await session.flush()
    return dialogue.topic


async def set_aside(
    session: AsyncSession, *, participant: Participant, topic: str, now: datetime
) -> datetime | None:
    """Stop in the middle of a form without losing it; return until when it is kept."""
    row = await session.get(Dialogue, (participant.id, topic), populate_existing=True)
    if row is None or row.version != SHAPE or row.expires_at <= now:
        return None
    row.is_current = False
    await session.flush()
    return row.expires_at


async def leave(session: AsyncSession, *, participant: Participant) -> None:
    """Turn to something else: the form is kept, but typed text no longer goes to it."""
    await _leave_current(session, participant)


async def drop_expired(session: AsyncSession, *, now: datetime) -> int:
    """Remove forms that nobody came back to."""
    return await change(session, delete(Dialogue).where(Dialogue.expires_at <= now))


async def _resume(
    session: AsyncSession, participant: Participant, form: Form, now: datetime
) -> tuple[Standing, FormOutcome]:
    """Make this form the current one; a stale button of a form long gone begins it anew."""
    standing = await _stand(session, participant, form, takes_typed=True, now=now)
    return standing, draft_of(standing) or asking_of(standing)


async def _stand(
    session: AsyncSession,
    participant: Participant,
    form: Form,
    *,
    takes_typed: bool,
    now: datetime,
) -> Standing:
    """Find where the person stands, or begin: the row is locked, for a page and a chat may meet."""
    if takes_typed:
        await _leave_current(session, participant)
    row = await _lock_row(session, participant, form)
    standing = read_standing(session, form, row, now=now)
    if standing is None:
        row.version, row.is_current = SHAPE, False
        standing = Standing(session, form, row, {}, step=form.fields[form.shown({})[0]].key)
    row.expires_at = now + KEPT_FOR
    is_draft = draft_of(standing) is not None
    if is_draft or takes_typed:
        row.is_current = not is_draft
    if not is_draft and standing.step is None:
        standing.step = unanswered(standing)[0]
    await standing.keep()
    return standing


async def _lock_row(session: AsyncSession, participant: Participant, form: Form) -> Dialogue:
    key = {"participant_id": participant.id, "topic": form.topic}
    await session.execute(
        insert_once(session, Dialogue).values(
            **key, is_current=False, version=NOTHING_YET, data={}, expires_at=LONG_AGO
        )
    )
    return (
        await session.scalars(
            lock(select(Dialogue).filter_by(**key)).execution_options(populate_existing=True)
        )
    ).one()


async def _leave_current(session: AsyncSession, participant: Participant) -> None:
    await session.execute(
        update(Dialogue)
        .where(Dialogue.participant_id == participant.id, Dialogue.is_current.is_(True))
        .values(is_current=False)
        .execution_options(synchronize_session="fetch")
    )

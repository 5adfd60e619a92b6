"""Forms: one question at a time, with back, skip and progress, kept until they are finished.

Registration questions, the profile, surveys, reflections and an organiser's drafts are all forms.
What is asked comes from the feature; where the person stands is a dialogue row, so a restart or a
week in between loses nothing.
"""

import dataclasses
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, seal_of
from xinno_core.models import Dialogue, Participant
from xinno_core.sealing import WrongKeyError
from xinno_core.services.questions import Field, FieldKind, Form, Problem, read_typed

KEPT_FOR = timedelta(days=14)
SHAPE = 1
"""Version of the data in a dialogue row; a row of another shape is begun anew."""
SEALED = "sealed"


@dataclass(frozen=True)
class Asking:
    """The next question, or the same one again with what was wrong."""

    form: Form
    at: int
    chosen: tuple[str, ...] = ()
    problem: Problem | None = None
    known: Any = None  # the answer given by now, here or before, which may be kept
    length: int = 0
    number: int = 1  # of those that are asked
    total: int = 1

    @property
    def field(self) -> Field:
        """The question being asked."""
        return self.form.fields[self.at]

    @property
    def is_stored(self) -> bool:
        """Tell whether there is an answer from before this form was begun."""
        return self.form.known.get(self.field.key) is not None


@dataclass(frozen=True)
class Complete:
    """Everything is answered; the dialogue row is gone, or waits as a draft with this key."""

    form: Form
    answers: dict[str, Any]
    draft_key: str = ""


FormOutcome = Asking | Complete


async def begin(
    session: AsyncSession, *, participant: Participant, form: Form, now: datetime
) -> FormOutcome:
    """Ask the first question, or go on where the person left; a finished draft is complete."""
    if not form.shown({}):
        return Complete(form, {})
    await _leave_current(session, participant)
    row = await session.get(Dialogue, (participant.id, form.topic))
    standing = _read(session, form, row, now=now)
    if standing is None:
        if row is not None:
            await session.delete(row)
            await session.flush()
        row = Dialogue(
            participant_id=participant.id, topic=form.topic, version=SHAPE, is_current=True
        )
        session.add(row)
        standing = _Standing(session, form, row, {}, step=form.fields[form.shown({})[0]].key)
    standing.row.expires_at = now + KEPT_FOR
    draft = _draft(standing)
    standing.row.is_current = draft is None
    if draft is None and standing.step is None:
        standing.step = _unanswered(standing)[0]
    await standing.keep()
    return draft or _asking(standing)


async def find_draft(
    session: AsyncSession, *, participant: Participant, form: Form, now: datetime
) -> Complete | None:
    """Return the finished answers that wait for a yes."""
    row = await session.get(Dialogue, (participant.id, form.topic))
    standing = _read(session, form, row, now=now)
    return _draft(standing) if standing is not None else None


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
    if asking.field.kind is FieldKind.MULTIPLE:
        chosen = [item for item in _chosen(standing, asking.field) if item != key]
        if len(chosen) == len(_chosen(standing, asking.field)):
            chosen.append(key)
        standing.answers[asking.field.key] = chosen
        await standing.keep()
        return _asking(standing)
    value: Any = int(key) if asking.field.kind is FieldKind.RATING else key
    return await _answer(standing, asking, value)


async def press_done(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Close a multiple choice."""
    standing, asking = await _resume(session, participant, form, now)
    if (
        isinstance(asking, Complete)
        or asking.at != at
        or asking.field.kind is not FieldKind.MULTIPLE
    ):
        return asking
    chosen = _chosen(standing, asking.field)
    if asking.field.required and not chosen:
        return dataclasses.replace(asking, chosen=(), problem=Problem.CHOOSE_ONE_AT_LEAST)
    return await _answer(standing, asking, chosen)


async def press_skip(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Leave an optional question out, or keep the answer from before."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at:
        return asking
    if asking.field.required and asking.known is None:
        return asking
    return await _answer(standing, asking, asking.known)


async def press_clear(
    session: AsyncSession, *, participant: Participant, form: Form, at: int, now: datetime
) -> FormOutcome:
    """Take an answer from before back, where the question may be left out."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete) or asking.at != at or asking.field.required:
        return asking
    return await _answer(standing, asking, None)


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
    return _asking(standing)


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
    return dataclasses.replace(_asking(standing), problem=problem)


async def type_answer(
    session: AsyncSession, *, participant: Participant, form: Form, text: str, now: datetime
) -> FormOutcome:
    """Take a typed answer; what is wrong with it is said, and the question asked again."""
    standing, asking = await _resume(session, participant, form, now)
    if isinstance(asking, Complete):
        return asking
    value = read_typed(asking.field, text, now=now)
    if isinstance(value, Problem):
        return dataclasses.replace(asking, problem=value, length=len(text))
    return await _answer(standing, asking, value)


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


async def leave(session: AsyncSession, *, participant: Participant) -> None:
    """Turn to something else: the form is kept, but typed text no longer goes to it."""
    await _leave_current(session, participant)


async def drop_expired(session: AsyncSession, *, now: datetime) -> int:
    """Remove forms that nobody came back to."""
    return await change(session, delete(Dialogue).where(Dialogue.expires_at <= now))


class _Standing:
    """Where a person stands in a form: a dialogue row, whose content may lie sealed.

    Which question is asked next can tell how an earlier one was answered, so the step is sealed
    with the answers.
    """

    def __init__(
        self,
        session: AsyncSession,
        form: Form,
        row: Dialogue,
        answers: dict[str, Any],
        *,
        step: str | None,
        draft_key: str = "",
    ) -> None:
        self.form, self.row = form, row
        self.answers, self.step, self.draft_key = answers, step, draft_key
        self._session = session

    async def keep(self) -> None:
        """Write down where the person stands."""
        data: dict[str, Any] = {"answers": dict(self.answers)}
        if self.draft_key:
            data["draft_key"] = self.draft_key
        if self.form.is_sealed:
            said = json.dumps({**data, "step": self.step}, ensure_ascii=False)
            sealed = seal_of(self._session).close_text(
                said, place=_place(self.row), block=self.form.most_bytes
            )
            self.row.step, self.row.data = SEALED, {SEALED: sealed}
        else:
            self.row.step, self.row.data = self.step, data
        await self._session.flush()

    async def drop(self) -> None:
        """Forget it."""
        await self._session.delete(self.row)
        await self._session.flush()


def _read(
    session: AsyncSession, form: Form, row: Dialogue | None, *, now: datetime
) -> _Standing | None:
    """Return where a person stands; None where they have to begin anew."""
    if row is None or row.version != SHAPE or row.expires_at <= now:
        return None
    data = row.data
    step = row.step
    if form.is_sealed:
        if SEALED not in data:  # begun when nothing was sealed yet
            return None
        try:
            data = json.loads(seal_of(session).open_text(data[SEALED], place=_place(row)))
        except WrongKeyError:  # the key file was exchanged meanwhile
            return None
        step = data["step"]
    return _Standing(
        session,
        form,
        row,
        dict(data["answers"]),
        step=step,
        draft_key=str(data.get("draft_key", "")),
    )


def _place(row: Dialogue) -> str:
    return f"dialogue:{row.participant_id}:{row.topic}"


async def _resume(
    session: AsyncSession, participant: Participant, form: Form, now: datetime
) -> tuple[_Standing, FormOutcome]:
    """Make this form the current one; a stale button of a form long gone begins it anew."""
    outcome = await begin(session, participant=participant, form=form, now=now)
    row = await session.get_one(Dialogue, (participant.id, form.topic))
    standing = _read(session, form, row, now=now)
    if standing is None:
        msg = "a form that was just begun can't be read"
        raise LookupError(msg)
    return standing, outcome


async def _answer(standing: _Standing, asking: Asking, value: object) -> FormOutcome:
    form = standing.form
    standing.answers[asking.field.key] = value
    after = [place for place in form.shown(standing.answers) if place > asking.at]
    if after:
        standing.step = form.fields[after[0]].key
        await standing.keep()
        return _asking(standing)
    if form.is_kept:
        standing.step, standing.row.is_current = None, False
        standing.draft_key = secrets.token_hex(8)
        await standing.keep()
    else:
        await standing.drop()
    return _complete(standing)


def _complete(standing: _Standing) -> Complete:
    form, answers = standing.form, standing.answers
    asked = {form.fields[place].key for place in form.shown(answers)}
    return Complete(
        form,
        {key: value for key, value in answers.items() if key in asked},
        standing.draft_key,
    )


def _draft(standing: _Standing) -> Complete | None:
    """Return the finished answers; None while one is missing, also of a question that is new."""
    if standing.step is not None or _unanswered(standing):
        return None
    return _complete(standing)


def _unanswered(standing: _Standing) -> list[str]:
    form, answers = standing.form, standing.answers
    asked = [form.fields[place].key for place in form.shown(answers)]
    return [key for key in asked if key not in answers]


async def _leave_current(session: AsyncSession, participant: Participant) -> None:
    await session.execute(
        update(Dialogue)
        .where(Dialogue.participant_id == participant.id, Dialogue.is_current.is_(True))
        .values(is_current=False)
        .execution_options(synchronize_session="fetch")
    )


def _asking(standing: _Standing) -> Asking:
    form = standing.form
    shown = form.shown(standing.answers)
    at = next((place for place in shown if form.fields[place].key == standing.step), shown[0])
    return Asking(
        form,
        at,
        tuple(_chosen(standing, form.fields[at])),
        known=_known(standing, form.fields[at]),
        number=shown.index(at) + 1,
        total=len(shown),
    )


def _known(standing: _Standing, asked: Field) -> Any:  # noqa: ANN401 (a JSON value)
    """Return the answer that may be kept: what was said in this form goes before what was stored.

    Of a multiple choice the options themselves show it, and *Done* keeps it.
    """
    if asked.key not in standing.answers:
        return standing.form.known.get(asked.key)
    given = standing.answers[asked.key]
    return given if asked.kind is not FieldKind.MULTIPLE and asked.fits(given) else None


def _chosen(standing: _Standing, asked: Field) -> list[str]:
    stored = standing.answers.get(asked.key, standing.form.known.get(asked.key))
    return list(stored) if isinstance(stored, list) else []

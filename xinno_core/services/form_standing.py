"""Where a person stands in a form: a dialogue row, whose content may lie sealed."""

import dataclasses
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import change, seal_of
from xinno_core.models import Dialogue
from xinno_core.sealing import WrongKeyError
from xinno_core.services.questions import Field, Form, Problem

SHAPE = 1
"""Version of the data in a dialogue row; a row of another shape is begun anew."""
SEALED = "sealed"
LIES_SEALED = Dialogue.data[SEALED].as_string().is_not(None)


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
    total: int = 1  # at most, where the form branches
    answers: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # of the form by now

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


class Standing:
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
        if self.row.data and not self.form.is_sealed:  # what a feature has noted beside it stays
            data = {**self.row.data, **data}
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


def read_standing(
    session: AsyncSession, form: Form, row: Dialogue | None, *, now: datetime
) -> Standing | None:
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
    return Standing(
        session,
        form,
        row,
        dict(data["answers"]),
        step=step,
        draft_key=str(data.get("draft_key", "")),
    )


async def count_sealed(session: AsyncSession) -> int:
    """Return how many forms are under way that only the key opens."""
    return await session.scalar(select(func.count()).select_from(Dialogue).where(LIES_SEALED)) or 0


async def drop_sealed(session: AsyncSession) -> int:
    """Drop the forms under way that are sealed: their key is lost. A press begins them anew."""
    return await change(
        session,
        delete(Dialogue).where(LIES_SEALED).execution_options(synchronize_session=False),
    )


def _place(row: Dialogue) -> str:
    return f"dialogue:{row.participant_id}:{row.topic}"


async def answer(standing: Standing, asking: Asking, value: object) -> FormOutcome:
    """Keep an answer and ask what follows; after the last, what was not answered before it."""
    form = standing.form
    standing.answers[asking.field.key] = value
    after = [
        form.fields[place].key for place in form.shown(standing.answers) if place > asking.at
    ] or unanswered(standing)
    if after:
        standing.step = after[0]
        await standing.keep()
        return asking_of(standing)
    return await finish(standing)


async def finish(standing: Standing) -> Complete:
    """Close a form whose questions are all answered."""
    if standing.form.is_kept:
        standing.step, standing.row.is_current = None, False
        standing.draft_key = secrets.token_hex(8)
        await standing.keep()
    else:
        await standing.drop()
    return complete(standing)


def complete(standing: Standing) -> Complete:
    """Return the answers to what was asked."""
    form, answers = standing.form, standing.answers
    asked = {form.fields[place].key for place in form.shown(answers)}
    return Complete(
        form,
        {key: value for key, value in answers.items() if key in asked},
        standing.draft_key,
    )


def draft_of(standing: Standing) -> Complete | None:
    """Return the finished answers; None while one is missing, also of a question that is new."""
    if standing.step is not None or unanswered(standing):
        return None
    return complete(standing)


def unanswered(standing: Standing) -> list[str]:
    """Return the keys of what is asked and has no answer yet."""
    form, answers = standing.form, standing.answers
    asked = (form.fields[place] for place in form.shown(answers))
    return [one.key for one in asked if not one.is_answered(answers)]


def asking_of(standing: Standing) -> Asking:
    """Return the question at which the person stands."""
    form = standing.form
    shown = form.shown(standing.answers)
    at = next((place for place in shown if form.fields[place].key == standing.step), shown[0])
    return Asking(
        form,
        at,
        tuple(chosen_of(standing, form.fields[at])),
        known=_known(standing, form.fields[at]),
        number=shown.index(at) + 1,
        total=form.total(standing.answers),
        answers=dict(standing.answers),
    )


def _known(standing: Standing, asked: Field) -> Any:  # noqa: ANN401 (a JSON value)
    """Return the answer that may be kept: what was said in this form goes before what was stored.

    Where an answer is made of many options they show it themselves, and *Done* keeps it.
    """
    if asked.key not in standing.answers:
        return standing.form.known.get(asked.key)
    given = standing.answers[asked.key]
    return given if asked.fits(given) and not isinstance(given, list) else None


def chosen_of(standing: Standing, asked: Field) -> list[str]:
    """Return the options that are chosen by now, in the order of their choice."""
    stored = standing.answers.get(asked.key, standing.form.known.get(asked.key))
    return list(stored) if isinstance(stored, list) else []

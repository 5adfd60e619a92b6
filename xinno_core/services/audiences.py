"""Whom an announcement is for: its audience as one query of people, and how many they are.

An audience is plain JSON: {"states", "roles", "languages", "targets": [...], "answers": {question:
[options]}}. Several within one list mean any of them, several lists mean all of them together. A
list that is left out does not narrow, but without a state of the registration it is for nobody.
What people answer to surveys never picks them out: only what they said when they registered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.database import holds
from xinno_core.languages import LANGUAGES, LanguageMap
from xinno_core.models import (
    Event,
    NoticeClass,
    Participant,
    Preference,
    Question,
    QuestionKind,
    Registration,
    RegistrationState,
    Topic,
)
from xinno_core.services.gate import Reason
from xinno_core.services.profile import ORGANISATION_TYPES

STATES = (
    RegistrationState.CONFIRMED,
    RegistrationState.WAITLISTED,
    RegistrationState.OFFERED,
    RegistrationState.REQUESTED,
    RegistrationState.CANCELLED,
)
"""In which states of their registration people can be written to."""

LISTS = ("states", "roles", "languages", "targets")
CHOSEN_FROM_OPTIONS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.YES_NO)


@dataclass(frozen=True)
class Choosable:
    """One entry of a list; without a label, the house has its own word for the key."""

    key: str
    label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question of the registration whose answers can pick people out."""

    id: int
    key: str
    text: LanguageMap
    options: tuple[Choosable, ...]


@dataclass(frozen=True)
class Choosables:
    """What an event's audience can be chosen from, always in the same order."""

    lists: Mapping[str, tuple[Choosable, ...]]
    questions: tuple[Asked, ...] = ()

    def question(self, question_id: int) -> Asked | None:
        """Return the question with this id."""
        return next((one for one in self.questions if one.id == question_id), None)


@dataclass(frozen=True)
class Counted:
    """How many people an audience holds: who would get it, by language, and who not, by reason."""

    reached: Mapping[str, int]
    missed: Mapping[Reason, int]

    @property
    def total(self) -> int:
        """How many would get it."""
        return sum(self.reached.values())


def select_people(audience: Mapping[str, Any], event_id: int) -> Select[int]:
    """Return the query of the participants' ids."""
    query = select(Registration.participant_id).where(
        Registration.event_id == event_id,
        Registration.state.in_(tuple(audience.get("states", ()))),
    )
    if "roles" in audience:
        query = query.where(Registration.role.in_(audience["roles"]))
    if "targets" in audience:
        query = query.where(Registration.target.in_(audience["targets"]))
    if "languages" in audience:
        query = query.join(Participant, Participant.id == Registration.participant_id).where(
            Participant.language.in_(audience["languages"])
        )
    for question, options in audience.get("answers", {}).items():
        query = query.where(_has_answered(question, options))
    return query


async def count_people(
    session: AsyncSession,
    audience: Mapping[str, Any],
    event_id: int,
    *,
    notice_class: NoticeClass,
) -> Counted:
    """Return how many people of each language get it, and how many not and why; one query."""
    people = (
        select(Participant.language, _why_missed(notice_class).label("reason"))
        .outerjoin(Preference, Preference.participant_id == Participant.id)
        .where(Participant.id.in_(select_people(audience, event_id)))
        .subquery()
    )
    language, reason = people.c.language, people.c.reason
    found = await session.execute(
        select(language, reason, func.count())
        .group_by(language, reason)
        .order_by(func.count().desc(), language)
    )
    reached: dict[str, int] = {}
    missed: dict[Reason, int] = {}
    for reads, why, number in found:
        if why is None:
            reached[reads] = number
        else:
            missed[Reason(why)] = missed.get(Reason(why), 0) + number
    return Counted(reached, missed)


async def is_anybody_registered(session: AsyncSession, event_id: int) -> bool:
    """Tell whether there is anybody at all who could be written to."""
    query = select_people({"states": STATES}, event_id).limit(1)
    return await session.scalar(query) is not None


async def read_choosables(session: AsyncSession, event: Event) -> Choosables:
    """Return what this event's audience can be chosen from."""
    questions = await session.scalars(
        select(Question)
        .where(Question.event_id == event.id, Question.kind.in_(CHOSEN_FROM_OPTIONS))
        .order_by(Question.position, Question.id)
    )
    return Choosables(
        {
            "states": tuple(Choosable(state.value) for state in STATES),
            "roles": tuple(Choosable(role["key"], role["label"]) for role in event.roles),
            "languages": tuple(Choosable(code) for code in LANGUAGES),
            "targets": tuple(Choosable(key) for key in ORGANISATION_TYPES),
        },
        tuple(
            Asked(question.id, question.key, question.text, tuple(_options(question)))
            for question in questions
        ),
    )


def switched(audience: Mapping[str, Any], name: str, key: str, *, chosen: bool) -> dict[str, Any]:
    """Return the audience with one entry of a list chosen, or not any more."""
    entries = _switched(audience.get(name, ()), key, chosen=chosen)
    left = {one: value for one, value in audience.items() if one != name}
    # Nobody means everybody by taking the last state away; of the other lists, none means any.
    return left if not entries and name != "states" else {**left, name: entries}


def switched_answer(
    audience: Mapping[str, Any], question: str, option: str, *, chosen: bool
) -> dict[str, Any]:
    """Return the audience with one answer to a question chosen, or not any more."""
    answers = dict(audience.get("answers", {}))
    options = _switched(answers.pop(question, ()), option, chosen=chosen)
    if options:
        answers[question] = options
    left = {one: value for one, value in audience.items() if one != "answers"}
    return {**left, "answers": answers} if answers else left


def _switched(entries: Iterable[str], key: str, *, chosen: bool) -> list[str]:
    kept = [one for one in entries if one != key]
    return [*kept, key] if chosen else kept


def _has_answered(question: str, options: Iterable[str]) -> ColumnElement[bool]:
    answer = Registration.answers[question]
    return or_(false(), *(holds(answer, option) for option in options))


def _why_missed(notice_class: NoticeClass) -> ColumnElement[Any]:
    """Return the reason for which the gate would not let it go, NULL where it would."""
    reasons: list[tuple[ColumnElement[bool], str]] = [
        (Participant.telegram_id.is_(None), Reason.NO_TELEGRAM.value),
        (Participant.reachable.is_(False), Reason.UNREACHABLE.value),
    ]
    if notice_class is not NoticeClass.CRITICAL:
        reasons.append((holds(Preference.muted, Topic.NEWS.value), Reason.MUTED.value))
    if notice_class is NoticeClass.OPTIONAL:
        reasons.append((Preference.pace == 0, Reason.PACE_OFF.value))
    return case(*reasons, else_=None)


def _options(question: Question) -> Iterable[Choosable]:
    if question.kind is QuestionKind.YES_NO:
        return (Choosable("yes"), Choosable("no"))
    return (Choosable(option["key"], option["label"]) for option in question.options)

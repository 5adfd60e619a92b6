"""Versions of a survey: what it has asked so far, under codes that never change.

What is taken out stays among the questions, marked as hidden, because answers are stored under it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import Survey, SurveyVersion

Entry = dict[str, Any]
"""A question or one of its options, as it is stored."""

HIDDEN = "hidden"
WORDS = {"text", "label", "low", "high"}


async def keep_words(session: AsyncSession, survey: Survey) -> None:
    """Keep the words of a version as they are asked: exports tell which was answered."""
    await session.merge(
        SurveyVersion(
            survey_id=survey.id,
            version=survey.version,
            title=survey.title,
            questions=survey.questions,
        )
    )


def follow_questions(asked: Sequence[Entry], said: Sequence[Entry]) -> list[Entry]:
    """Return what is wanted now, together with what was asked before and is hidden from now on."""
    before = {one["key"]: one for one in asked}
    return _follow(asked, [_with_options(one, before.get(one["key"], {})) for one in said])


def of_another_kind(asked: Sequence[Entry], said: Sequence[Entry]) -> Iterator[str]:
    """Yield the keys under which another kind of answer would be stored than before."""
    kinds = {one["key"]: one["kind"] for one in asked}
    for one in said:
        if kinds.get(one["key"], one["kind"]) != one["kind"]:
            yield one["key"]


def differ_in_words_only(asked: Sequence[Entry], wanted: Sequence[Entry]) -> bool:
    """Tell whether two versions ask the same in the same order: an answer would tell the order."""
    return [_without_words(one) for one in asked] == [_without_words(one) for one in wanted]


def shown(questions: Sequence[Entry]) -> list[Entry]:
    """Return questions without what is hidden."""
    return [
        {**one, "options": [option for option in one["options"] if not option.get(HIDDEN)]}
        if one.get("options")
        else one
        for one in questions
        if not one.get(HIDDEN)
    ]


def _with_options(said: Entry, before: Entry) -> Entry:
    if not before.get("options"):
        return said
    return {**said, "options": _follow(before["options"], said.get("options", []))}


def _follow(before: Sequence[Entry], wanted: Sequence[Entry]) -> list[Entry]:
    """Put what has left the list back into it, hidden, behind what stood before it."""
    kept = {one["key"] for one in wanted}
    whole = list(wanted)
    place = 0
    for one in before:
        if one["key"] in kept:
            place = next(at for at, other in enumerate(whole) if other["key"] == one["key"])
        else:
            whole.insert(place, {**one, HIDDEN: True})
        place += 1
    return whole


def _without_words(entry: Entry) -> Entry:
    bare = {name: value for name, value in entry.items() if name not in WORDS}
    if "options" in bare:
        bare["options"] = [_without_words(option) for option in bare["options"]]
    return bare

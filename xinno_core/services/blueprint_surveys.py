"""Importing surveys: their codes stay as they are once somebody has answered under them.

What leaves the file then is hidden instead of removed, and is there again when the file has it
again; each other wording is a version of its own. While an anonymous survey collects, only its
words change: answers to other questions could be told from those given before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, select

from xinno_core.blueprints.read import Blueprint, definition_of
from xinno_core.database import lock
from xinno_core.models import (
    Ballot,
    Dialogue,
    GroupPost,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
    SurveyVersion,
    Wave,
)
from xinno_core.services import journeys, survey_versions, surveys
from xinno_core.services.blueprint_rows import Import, Values, follow_all


@dataclass(frozen=True)
class _Asked:
    """A survey as it stood before the import, and what it has gathered."""

    mode: SurveyMode
    questions: list[dict[str, Any]]
    collected: int  # ballots of the wave that is collected now
    has_answers: bool  # in this wave or an earlier one
    is_given_out: bool  # in a group, or by a link of somebody's own
    is_begun: bool  # somebody has been told how answers are kept, and has not finished


async def import_surveys(
    this: Import, new: Blueprint, old: Blueprint | None
) -> Mapping[str, Survey]:
    """Bring the surveys of an event to what the file says, and leave what was said as it is."""
    asked = await _list_asked(this)
    said, before = _values(new), _values(old)
    wanted = {
        key: _with_hidden(this, key, values, before.get(key), asked.get(key))
        for key, values in said.items()
    }
    followed = await follow_all(this, Survey, "survey", wanted, before)
    for key, row in followed.gone.items():
        if asked[key].has_answers or asked[key].is_given_out:
            this.report.problem(
                f"survey {key}", "can't go, because people were asked.", "Keep it in the file."
            )
            continue
        await this.session.execute(delete(SurveyVersion).where(SurveyVersion.survey_id == row.id))
        await this.session.delete(row)
    for key, columns in followed.edited.items():
        survey = followed.rows[key]
        survey.closes_at = journeys.closing_of(survey, this.event)
        if key in asked:
            _check(this, asked[key], survey)
            survey.version += bool(columns & {"questions", "title"})
    await this.session.flush()
    for key in followed.edited:
        await survey_versions.keep_words(this.session, followed.rows[key])
    return followed.rows


async def _list_asked(this: Import) -> dict[str, _Asked]:
    """Return the surveys there are; nobody answers them until the import is done."""
    rows = await this.session.scalars(
        lock(select(Survey).where(Survey.event_id == this.event.id).order_by(Survey.id))
    )
    locked = {row.id: row for row in rows}
    collected = (
        select(func.count())
        .where(Ballot.survey_id == Survey.id, Ballot.wave == Survey.wave)
        .correlate(Survey)
        .scalar_subquery()
    )
    has_answers = (
        exists().where(Ballot.survey_id == Survey.id)
        | exists().where(Response.survey_id == Survey.id)
        | exists().where(Wave.survey_id == Survey.id)
    )
    is_given_out = exists().where(SurveyGuest.survey_id == Survey.id) | exists().where(
        GroupPost.survey_id == Survey.id
    )
    topics = [f"{surveys.TOPIC}.{one}" for one in locked]
    begun = set(
        await this.session.scalars(select(Dialogue.topic).where(Dialogue.topic.in_(topics)))
    )
    found = await this.session.execute(
        select(Survey.id, collected, has_answers, is_given_out).where(Survey.id.in_(locked))
    )
    return {
        locked[one].key: _Asked(
            mode=locked[one].mode,
            questions=locked[one].questions,
            collected=number,
            has_answers=is_answered,
            is_given_out=is_given,
            is_begun=f"{surveys.TOPIC}.{one}" in begun,
        )
        for one, number, is_answered, is_given in found
    }


def _with_hidden(
    this: Import, key: str, new: Values, old: Values | None, asked: _Asked | None
) -> Values:
    """Return what the file says of a survey, with the questions and options that it has lost."""
    is_edited = old is None or old["questions"] != new["questions"]
    if asked is None or not asked.has_answers or not is_edited:
        return new
    for question in survey_versions.of_another_kind(asked.questions, new["questions"]):
        this.report.problem(
            f"survey {key}",
            f"can't ask {question} as another kind of question, because people have answered.",
            "Give the question a new key.",
        )
    followed = survey_versions.follow_questions(asked.questions, new["questions"])
    return {**new, "questions": followed}


def _check(this: Import, asked: _Asked, survey: Survey) -> None:
    """Tell what can't change any more, because somebody has relied on it."""
    if survey.mode is not asked.mode and (asked.has_answers or asked.is_begun):
        this.report.problem(
            f"survey {survey.key}",
            f"can't become {survey.mode}, because people have been told that it is {asked.mode}.",
            "Ask in a new survey, with a key of its own.",
        )
    is_collecting = asked.mode is SurveyMode.ANONYMOUS and asked.collected > 0
    if is_collecting and not survey_versions.differ_in_words_only(
        asked.questions, survey.questions
    ):
        this.report.problem(
            f"survey {survey.key}",
            f"can't ask otherwise while anonymous answers are collected ({asked.collected}): who "
            "answered before could be told from who answers after.",
            "Change only its words, or wait until these answers are opened.",
        )


def _values(blueprint: Blueprint | None) -> dict[str, Values]:
    said = definition_of(blueprint) if blueprint else {}
    return {
        one["key"]: {
            "instrument": one.get("use"),
            "mode": SurveyMode(one.get("mode", SurveyMode.ANONYMOUS)),
            "title": one["title"],
            "questions": one["questions"],
            "closes_days_after": one["closes"].get("days_after"),
            "closes_hours_before": one["closes"].get("hours_before"),
        }
        for one in said.get("surveys", ())
    }

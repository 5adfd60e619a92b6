"""The format of a survey: questions before or after an event, its own or ready-made ones."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from xinno_core.blueprints.files.fields import (
    Claim,
    Day,
    Form,
    Label,
    Line,
    Sentence,
    ShortKey,
    Whole,
)
from xinno_core.blueprints.files.values import is_whole

SurveyQuestionKind = Literal["rating", "single", "multiple", "number", "date", "ranking", "text"]
Mode = Literal["anonymous", "pseudonymous"]
MOST_QUESTIONS = 20

# A rating is answered by a number, which an author writes as one.
Answer = Annotated[
    ShortKey,
    BeforeValidator(lambda value: str(value) if is_whole(value) else value),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "maxLength": 32}, {"type": "integer"}]}, mode="validation"
    ),
]


class Option(Form):
    """An answer to choose."""

    key: ShortKey = Field(description="Key of the answer, such as train.")
    label: Label = Field(description="The answer in each language, up to 40 characters.")


class Closes(Form):
    """Until when a survey can be answered."""

    days_after: Whole | None = Field(
        default=None, ge=1, le=120, description="Days after the event's end, such as 14."
    )
    hours_before: Whole | None = Field(
        default=None,
        ge=0,
        le=720,
        description="Hours before the event's start, for a survey that is asked ahead: 0.",
    )


class SurveyOnlyIf(Form):
    """After which answer to an earlier question of the survey a question is asked."""

    question: ShortKey = Field(description="Key of the earlier question, such as useful.")
    answers: list[Answer] = Field(
        alias="is", min_length=1, description="Answers after which it is asked: [1, 2] or [little]."
    )


class SurveyQuestion(Form):
    """One question of a survey."""

    key: ShortKey = Field(description="Key of the question, such as useful.")
    kind: SurveyQuestionKind = Field(
        description="How it is answered: rating (1 to 5), single, multiple, number, date, ranking "
        "or text."
    )
    text: Sentence = Field(description="The question in each language.")
    options: list[Option] = Field(
        default=[],
        max_length=10,
        description="Answers to choose from or to put into order, each `key` and `label`.",
    )
    low: Label | None = Field(default=None, description="What 1 means, in each language.")
    high: Label | None = Field(default=None, description="What 5 means, in each language.")
    optional: Claim = Field(default=False, description="Whether it may be skipped: true, false.")
    may_refuse: Claim = Field(
        default=False,
        description="Whether people may say that they would rather not answer: true, false.",
    )
    least: Whole | None = Field(
        default=None, ge=0, le=1_000_000, description="The least number that is taken, such as 1."
    )
    greatest: Whole | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="The greatest number that is taken, such as 100.",
    )
    most: Whole | None = Field(
        default=None, ge=20, le=500, description="How many characters a text may have, up to 500."
    )
    least_choices: Whole | None = Field(
        default=None, ge=1, le=10, description="How many answers are chosen at least, such as 1."
    )
    most_choices: Whole | None = Field(
        default=None, ge=1, le=10, description="How many answers are chosen at most, such as 3."
    )
    earliest: Day | None = Field(
        default=None, description="The first day that is taken, such as 2026-12-10."
    )
    latest: Day | None = Field(
        default=None, description="The last day that is taken, such as 2027-03-31."
    )
    only_if: SurveyOnlyIf | None = Field(
        default=None,
        description="After which answer it is asked: {question: useful, is: [1, 2]}.",
    )


class Survey(Form):
    """Questions to answer before or after an event."""

    key: ShortKey = Field(description="Key of the survey, such as feedback.")
    use: ShortKey | None = Field(
        default=None,
        description="Key of the ready-made questions it asks, such as feedback; the file then has "
        "neither title nor questions for it.",
    )
    mode: Mode | None = Field(
        default=None,
        description="How answers are kept: anonymous or pseudonymous; anonymous if left out, or as "
        "the ready-made questions have it.",
    )
    title: Line = Field(default={}, validate_default=False, description="Title in each language.")
    closes: Closes = Field(
        description="When it closes: {days_after: 14}, or {hours_before: 0} when asked ahead."
    )
    topics: list[Option] = Field(
        default=[],
        max_length=10,
        description="Topics to vote on, each `key` and `label`, in place of the ready-made ones.",
    )
    questions: list[SurveyQuestion] = Field(
        default=[],
        max_length=MOST_QUESTIONS,
        description="The questions, in the order they are asked.",
    )

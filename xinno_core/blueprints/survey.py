"""The format of a survey: three to five taps and a line of text, before or after an event."""

from typing import Literal

from pydantic import Field

from xinno_core.blueprints.files.fields import Claim, Form, Label, Line, Sentence, ShortKey, Whole

SurveyQuestionKind = Literal["rating", "single", "multiple", "number", "text"]


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


class SurveyQuestion(Form):
    """One question of a survey."""

    key: ShortKey = Field(description="Key of the question, such as useful.")
    kind: SurveyQuestionKind = Field(
        description="How it is answered: rating (1 to 5), single, multiple, number or text."
    )
    text: Sentence = Field(description="The question in each language.")
    options: list[Option] = Field(
        default=[], max_length=10, description="Answers to choose from, each `key` and `label`."
    )
    low: Label | None = Field(default=None, description="What 1 means, in each language.")
    high: Label | None = Field(default=None, description="What 5 means, in each language.")
    optional: Claim = Field(default=False, description="Whether it may be skipped: true, false.")


class Survey(Form):
    """Questions to answer before or after an event."""

    key: ShortKey = Field(description="Key of the survey, such as feedback.")
    title: Line = Field(description="Title in each language.")
    closes: Closes = Field(
        description="When it closes: {days_after: 14}, or {hours_before: 0} when asked ahead."
    )
    questions: list[SurveyQuestion] = Field(
        min_length=1, max_length=10, description="The questions, in the order they are asked."
    )

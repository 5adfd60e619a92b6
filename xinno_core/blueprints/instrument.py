"""The format of ready-made questions: the same codes wherever, and whenever, they are asked."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from xinno_core.blueprints.files.fields import Claim, Form, Line, ShortKey
from xinno_core.blueprints.survey import MOST_QUESTIONS, Mode, Option, Survey, SurveyQuestion

TOPICS = "topics"
"""Key of the question whose answers an event may bring itself."""


class Instrument(Form):
    """Questions with their title, written in every language of the assistant."""

    instrument: Literal[1] = Field(description="Version of this file format: 1.")
    key: ShortKey = Field(description="Key of the questions, such as feedback; their file's name.")
    mode: Mode = Field(
        description="How answers are kept: anonymous or pseudonymous, so that a person's answers "
        "can be compared over time."
    )
    mode_fixed: Claim = Field(
        default=False, description="true where an event can't choose another mode."
    )
    title: Line = Field(description="Title in each language.")
    questions: list[SurveyQuestion] = Field(
        min_length=1,
        max_length=MOST_QUESTIONS,
        description="The questions, in the order they are asked.",
    )

    @property
    def fewest_topics(self) -> int:
        """How many topics an event may bring at least; 0 where it brings none."""
        for question in self.questions:
            if question.key == TOPICS and question.kind == "multiple":
                return question.most_choices or 2
        return 0

    def asked_by(self, survey: Survey) -> Survey:
        """Return the survey of an event with these questions, its own topics among them."""
        return survey.model_copy(
            update={
                "mode": survey.mode or self.mode,
                "title": self.title,
                "questions": [_with(one, survey.topics) for one in self.questions],
            }
        )


def _with(question: SurveyQuestion, topics: Sequence[Option]) -> SurveyQuestion:
    if question.key != TOPICS or not topics:
        return question
    return question.model_copy(update={"options": list(topics)})

"""The format of an exercise: one idea, two minutes of doing, one question, one thought."""

from typing import Literal

from pydantic import Field

from xinno_core.blueprints.files.fields import (
    Claim,
    Form,
    Label,
    Line,
    Name,
    Paragraph,
    Sentence,
    ShortKey,
    TinyKey,
    Whole,
)
from xinno_core.languages import LANGUAGES

Skill = Literal[
    "cre", "com", "coo", "ref", "ada", "emp", "fai", "fdb", "fac", "xse", "crt", "rsk", "int"
]
WorkField = Literal["I", "C", "S", "W"]


class QuizOption(Form):
    """An answer of the quiz, with what there is to say about it."""

    key: TinyKey = Field(description="Key of the answer, such as a.")
    label: Label = Field(description="The answer in each language, up to 40 characters.")
    right: Claim = Field(default=False, description="true for the one right answer.")
    feedback: Sentence = Field(
        description="Why it holds or not, in each language; about the matter, not the person."
    )


class Quiz(Form):
    """A question with one right answer, asked to explain, never to score."""

    question: Sentence = Field(description="The question in each language.")
    options: list[QuizOption] = Field(
        min_length=2, max_length=4, description="Two to four answers, exactly one of them right."
    )


class Exercise(Form):
    """A learning card."""

    library: Literal[1] = Field(description="Version of this file format: 1.")
    key: ShortKey = Field(description="Key of the exercise, such as com-4; also the file's name.")
    skill: Skill = Field(description="Skill it trains, such as com; the key begins with it.")
    field: WorkField = Field(
        description="Where it is used: I innovation, C customers, S services, W working together."
    )
    minutes: Whole = Field(ge=1, le=15, description="How long it takes, in minutes: 2.")
    title: Line = Field(description="Title in each language.")
    idea: Paragraph = Field(description="The one idea, in each language; claims stay modest.")
    exercise: Paragraph = Field(description="What to do now, in each language.")
    quiz: Quiz = Field(description="One question with explained answers: `question`, `options`.")
    reflection: Sentence = Field(description="A question to think about, in each language.")
    source: Name | None = Field(default=None, description="Where the idea comes from.")

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in, all of it."""
        return tuple(language for language in LANGUAGES if language in self.title)

    @property
    def missing_languages(self) -> tuple[str, ...]:
        """The assistant's languages it still has to be written in."""
        return tuple(language for language in LANGUAGES if language not in self.title)

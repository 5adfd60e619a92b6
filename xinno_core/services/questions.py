"""What can be asked, and how: the vocabulary of all forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from xinno_core.languages import LanguageMap

MOST_CHARACTERS = 500
MOST_NUMBER = 1_000_000
MOST_DIGITS = 12

MISSING = "missing"
REFUSAL: Mapping[str, str] = {MISSING: "refused"}
"""The answer "I would rather not say", which is an answer, other than leaving a question out."""


class FieldKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    RATING = "rating"
    WALL_TIME = "wall_time"
    LINK = "link"
    HOURS = "hours"  # from and to, on any day
    DATE = "date"
    RANKING = "ranking"  # options in an order of one's own


class Audience(StrEnum):
    """Who will see the answers."""

    ORGANISER = "organiser"
    SEALED = "sealed"  # nobody before they are opened together, without any person
    CODED = "coded"  # under a code instead of the name
    ONLY_YOU = "only_you"
    EVERYONE = "everyone"
    RECIPIENT = "recipient"  # the one person it is written to
    CONFIRMED = "confirmed"  # those who have a place at the event


class Problem(StrEnum):
    """What is wrong with an answer."""

    CHOOSE_A_BUTTON = "choose_a_button"
    CHOOSE_ONE_AT_LEAST = "choose_one_at_least"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_IN_WORDS = "not_in_words"
    TOO_FEW_LETTERS = "too_few_letters"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TIME = "not_a_time"
    TWO_MEANINGS = "two_meanings"
    NOT_IN_FUTURE = "not_in_future"
    BEFORE_FIRST_DAY = "before_first_day"
    NOT_A_LINK = "not_a_link"
    NOT_HOURS = "not_hours"
    NO_HOURS_LEFT = "no_hours_left"
    TOO_SMALL = "too_small"
    TOO_GREAT = "too_great"
    NOT_A_DATE = "not_a_date"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TOO_FEW_CHOSEN = "too_few_chosen"
    TOO_MANY_CHOSEN = "too_many_chosen"
    TOO_FEW_RANKED = "too_few_ranked"
    TOO_MANY_RANKED = "too_many_ranked"
    RANKED_TWICE = "ranked_twice"
    NOT_AN_OPTION = "not_an_option"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Option:
    """One answer to choose; without a label, the house has its own word for the key."""

    key: str
    label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """Asked only after one of these answers to an earlier question."""

    question: str
    answers: frozenset[str]

    def is_met(self, given: Mapping[str, Any]) -> bool:
        """Tell whether one of the answers was given; a question that was not asked has none."""
        answer = given.get(self.question)
        if isinstance(answer, dict):  # left out, or rather not said
            return False
        said = answer if isinstance(answer, list) else [answer]
        return any(str(one) in self.answers for one in said)  # a rating is a number


@dataclass(frozen=True)
class Field:
    """One question; without a text, the house has its own for the key."""

    key: str
    kind: FieldKind
    text: LanguageMap = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    required: bool = True
    low: LanguageMap = field(default_factory=dict)
    high: LanguageMap = field(default_factory=dict)
    most: int = MOST_CHARACTERS
    hint: str = ""  # what the house's own question needs to know, such as a language
    is_worded: bool = False  # signs and pictures alone are no answer
    least_letters: int = 0  # in a text, of any script
    kept: str = ""  # what stays when the question is skipped
    source: str = ""  # the text to be put into another language
    is_retold: bool = False  # the source shows who wrote it: no tap takes it over
    zone: str = ""  # whose wall clock a time is read from
    not_before: datetime | None = None  # an instant: no time on an earlier day is taken
    least: int = 0
    greatest: int = MOST_NUMBER
    least_choices: int = 0
    most_choices: int = 0  # 0: as many as there are
    earliest: str = ""  # a day, as dates are stored
    latest: str = ""
    may_refuse: bool = False
    only_if: Condition | None = None

    @property
    def choices(self) -> tuple[Option, ...]:
        """What can be pressed."""
        if self.kind is FieldKind.YES_NO:
            return (Option("yes"), Option("no"))
        if self.kind is FieldKind.RATING:
            return tuple(Option(str(number)) for number in range(1, 6))
        return self.options

    @property
    def is_of_many(self) -> bool:
        """Tell whether several options make one answer."""
        return self.kind in {FieldKind.MULTIPLE, FieldKind.RANKING}

    @property
    def fewest_chosen(self) -> int:
        """How many options an answer has at least; a ranking without a limit has all."""
        if self.kind is FieldKind.RANKING:
            return self.least_choices or self.most_choices or len(self.choices)
        return max(self.least_choices, 1)

    @property
    def most_chosen(self) -> int:
        """How many options an answer has at most."""
        return self.most_choices or len(self.choices)

    @property
    def is_typed(self) -> bool:
        """Tell whether the answer is written."""
        return self.kind in {
            *(FieldKind.TEXT, FieldKind.NUMBER, FieldKind.WALL_TIME, FieldKind.LINK),
            *(FieldKind.HOURS, FieldKind.DATE),
        }

    @property
    def most_bytes(self) -> int:
        """How long the longest answer is when it is written down, with its key."""
        options = sum(len(option.key) + 4 for option in self.choices)
        is_short = self.kind in {FieldKind.NUMBER, FieldKind.DATE}
        signs = MOST_DIGITS if is_short else self.most
        written = 4 * signs if self.is_typed else 0  # UTF-8; an escaped sign takes two
        return len(self.key) + 32 + max(options, written)

    def fits(self, answer: object) -> bool:
        """Tell whether an earlier answer could still be given: its options may have changed."""
        if answer == REFUSAL:
            return self.may_refuse
        keys = {option.key for option in self.choices}
        match self.kind:
            case FieldKind.TEXT:
                return (
                    isinstance(answer, str) and bool(answer) and self.text_problem(answer) is None
                )
            case FieldKind.WALL_TIME | FieldKind.LINK | FieldKind.HOURS:
                return isinstance(answer, str) and bool(answer)
            case FieldKind.NUMBER:
                return isinstance(answer, int) and self.least <= answer <= self.greatest
            case FieldKind.DATE:
                return isinstance(answer, str) and bool(answer) and self.day_problem(answer) is None
            case FieldKind.RATING:
                return str(answer) in keys
            case FieldKind.MULTIPLE | FieldKind.RANKING:
                return (
                    isinstance(answer, list)
                    and bool(answer)
                    and keys.issuperset(answer)
                    and self.wrong_number(len(answer)) is None
                )
        return isinstance(answer, str) and answer in keys

    def is_answered(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether there is an answer that holds; an optional question may be left out."""
        if self.key not in answers:
            return False
        answer = answers[self.key]
        return not self.required if answer in (None, []) else self.fits(answer)

    @property
    def has_range(self) -> bool:
        """Tell whether a number is bounded by the question itself."""
        return self.greatest < MOST_NUMBER

    def wrong_number(self, chosen: int) -> Problem | None:
        """Say what is wrong with choosing so many options."""
        ranks = self.kind is FieldKind.RANKING
        if chosen == 0 and not ranks:
            return Problem.CHOOSE_ONE_AT_LEAST
        if chosen < self.fewest_chosen:
            return Problem.TOO_FEW_RANKED if ranks else Problem.TOO_FEW_CHOSEN
        if chosen > self.most_chosen:
            return Problem.TOO_MANY_RANKED if ranks else Problem.TOO_MANY_CHOSEN
        return None

    def text_problem(self, text: str) -> Problem | None:
        """Say what is wrong with a text that people are to read as words, or as a name."""
        if self.is_worded and not any(sign.isalnum() for sign in text):
            return Problem.NOT_IN_WORDS
        if sum(sign.isalpha() for sign in text) < self.least_letters:
            return Problem.TOO_FEW_LETTERS
        return None

    def day_problem(self, day: str) -> Problem | None:
        """Say what is wrong with a stored day: such texts stand in the order of time."""
        if self.earliest and day < self.earliest:
            return Problem.TOO_EARLY
        if self.latest and day > self.latest:
            return Problem.TOO_LATE
        return None


@dataclass(frozen=True)
class Form:
    """What is asked under a topic, and who will see it."""

    topic: str  # feature and objects, separated by dots: "reg.12.visitor"
    fields: tuple[Field, ...]
    audience: Audience
    lead: str = "en"  # language to fall back to
    organiser: str = ""
    is_kept: bool = False  # once finished, the answers wait for a yes to their preview
    is_sealed: bool = False  # what is answered by now can't be read in the database
    known: Mapping[str, Any] = field(default_factory=dict)  # answers from before, to be kept

    @property
    def most_bytes(self) -> int:
        """How long all answers together can be when they are written down."""
        return 64 + sum(one.most_bytes for one in self.fields)

    @property
    def branches(self) -> bool:
        """Tell whether this is a survey whose answers decide how many questions follow.

        How many there are at most was said before the first one, and a number that grew on the way
        would break that. Elsewhere nothing was said, and what does not concern a person is not
        counted.
        """
        return self.is_sealed and any(one.only_if is not None for one in self.fields)

    def total(self, answers: Mapping[str, Any]) -> int:
        """Return how many questions are asked; at most, where the answers decide."""
        return len(self.fields) if self.branches else len(self.shown(answers))

    def shown(self, answers: Mapping[str, Any]) -> tuple[int, ...]:
        """Return which fields are asked after these answers, by their place in the form."""
        given: dict[str, Any] = {}
        places = []
        for place, asked in enumerate(self.fields):
            if asked.only_if is None or asked.only_if.is_met(given):
                places.append(place)
                given[asked.key] = answers.get(asked.key, self.known.get(asked.key))
        return tuple(places)

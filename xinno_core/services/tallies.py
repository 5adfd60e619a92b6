"""Counting what was said to one question, answer by answer, without keeping the answers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xinno_core.services.questions import Field, FieldKind
from xinno_core.services.surveys import missing

MISSING_COLUMN = "missing:"
"""Before why an answer is missing, where it stands beside answers: no code has a colon."""

SKIPPED, REFUSED, NOT_ASKED = (
    f"{MISSING_COLUMN}{why}" for why in ("skipped", "refused", "not_asked")
)
ANSWERED, CHOSEN, NOT_CHOSEN = "answered", "chosen", "not_chosen"

COUNTED = frozenset(
    {
        *(FieldKind.RATING, FieldKind.SINGLE, FieldKind.YES_NO, FieldKind.MULTIPLE),
        FieldKind.RANKING,
    }
)
"""What is answered by options, which can be counted."""


@dataclass
class Tally:
    """What was said to one question; what was not said is counted apart."""

    asked: Field
    people: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)  # of options; of first places
    ranks: Counter[str] = field(default_factory=Counter)  # sums of places
    ranked: Counter[str] = field(default_factory=Counter)
    numbers: Counter[int] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)

    def add(self, answers: Mapping[str, Any]) -> None:
        """Count one response."""
        self.people += 1
        value: Any = answers.get(self.asked.key)
        why = why_missing(value)
        if why is not None:
            self.missing[why] += 1
            return
        match self.asked.kind:
            case FieldKind.RATING:
                self.counts[str(value)] += 1
                self.numbers[int(value)] += 1
            case FieldKind.NUMBER:
                self.numbers[int(value)] += 1
            case FieldKind.DATE:
                self.numbers[date.fromisoformat(value).toordinal()] += 1
            case FieldKind.MULTIPLE:
                self.counts.update(value)
            case FieldKind.RANKING:
                self.counts[value[0]] += 1
                for rank, option in enumerate(value, start=1):
                    self.ranks[option] += rank
                    self.ranked[option] += 1
            case FieldKind.SINGLE | FieldKind.YES_NO:
                self.counts[str(value)] += 1
            case _:
                self.texts.append(str(value))

    @property
    def answered(self) -> int:
        """How many said something."""
        return self.people - sum(self.missing.values())

    @property
    def mean(self) -> float | None:
        """The mean of ratings or numbers."""
        if not self.numbers or self.asked.kind is FieldKind.DATE:
            return None
        return sum(value * times for value, times in self.numbers.items()) / self.answered

    @property
    def median(self) -> float | None:
        """The value in the middle; of two, what lies between them."""
        if not self.numbers:
            return None
        in_order = sorted(self.numbers.items())
        low, high = (self._at(in_order, place) for place in middle(self.answered))
        return (low + high) / 2

    @property
    def middle_day(self) -> date | None:
        """The day in the middle of dates; of two, the earlier one."""
        if not self.numbers or self.asked.kind is not FieldKind.DATE:
            return None
        in_order = sorted(self.numbers.items())
        return date.fromordinal(self._at(in_order, middle(self.answered)[0]))

    @staticmethod
    def _at(in_order: list[tuple[int, int]], place: int) -> int:
        passed = 0
        for value, times in in_order:
            passed += times
            if place < passed:
                return value
        return in_order[-1][0]

    def mean_rank(self, option: str) -> float | None:
        """Return the mean place of an option among those who placed it."""
        return self.ranks[option] / self.ranked[option] if self.ranked[option] else None


def middle(number: int) -> tuple[int, int]:
    """Return the places in the middle of so many."""
    return (number - 1) // 2, number // 2


def why_missing(value: object) -> str | None:
    """Return why there is no answer, as a column; None where there is one."""
    if value is None:
        return NOT_ASKED
    why = missing(value)
    return f"{MISSING_COLUMN}{why}" if why is not None else None


def tables_of(asked: Field) -> tuple[str, ...]:
    """Return the tables by which a question is broken down: of many options, one for each."""
    if asked.kind is FieldKind.MULTIPLE:
        return (asked.key, *(table_of(asked, option.key) for option in asked.choices))
    return (asked.key,) if asked.kind in COUNTED else ()


def table_of(asked: Field, option: str) -> str:
    """Return the table of one option of many."""
    return f"{asked.key}/{option}"


def columns_of(asked: Field, value: object) -> Mapping[str, str]:
    """Return in which column of each of a question's tables an answer stands."""
    why = why_missing(value)
    if asked.kind is not FieldKind.MULTIPLE:
        first = value[0] if isinstance(value, list) and value else value
        return {asked.key: why or str(first)}
    chosen = set(value) if isinstance(value, list) else set()
    return {
        asked.key: why or ANSWERED,
        **{
            table_of(asked, option.key): CHOSEN if option.key in chosen else NOT_CHOSEN
            for option in asked.choices
        },
    }

"""Answers as cells: one question's answers of a whole batch at a time, which is what makes it fast.

What was not asked, left out, and not wanted to be said are three things, in every form of file.
"""

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from xinno_core.services.export_answers import AskedSurvey, Batch, Column
from xinno_core.services.questions import FieldKind
from xinno_core.texts.cells import Writing
from xinno_core.texts.forms import house_option
from xinno_core.texts.translator import Translator

NOT_ASKED = "not_asked"
SKIPPED = "skipped"
REFUSED = "refused"
REASONS = (NOT_ASKED, SKIPPED, REFUSED)
_NOT_ASKED = {"missing": NOT_ASKED}
# Something no answer can be: told from all of them, and as quick to look up as any text.
MARKS = {reason: f"\0{reason}" for reason in REASONS}
REASON_OF = {mark: reason for reason, mark in MARKS.items()}

MOST_KEPT = 20_000
"""Ready cells that are kept of one question: a ranking can be answered in very many ways."""

JOINED = "; "


def missing_number(reason: str, column: Column) -> int:
    """Return the code for an answer that is missing, as statistics expect it: a number."""
    numbers = {NOT_ASKED: 97, SKIPPED: 98, REFUSED: 99}
    is_possible = column.field.kind is FieldKind.NUMBER and column.field.least < 0
    return -(numbers[reason] + (1_000_000_000 if is_possible else 0))


def missing_word(reason: str, t: Translator) -> str:
    """Return the words for an answer that is missing."""
    if reason == NOT_ASKED:
        return t.plain.gettext("(not asked)")
    return t.plain.gettext("(skipped)") if reason == SKIPPED else t.plain.gettext("(rather not)")


def label(column: Column, key: str, t: Translator) -> str:
    """Return the label of an option, as its newest version has it."""
    option = next((one for one in column.field.choices if one.key == key), None)
    if option is None:
        return key
    return t.plain.show(option.label, column.lead) if option.label else house_option(key, t.plain)


def parts_of(column: Column) -> tuple[str, ...]:
    """Return the options that have a column of their own: of several that make one answer."""
    if column.field.kind in {FieldKind.MULTIPLE, FieldKind.RANKING}:
        return tuple(option.key for option in column.field.options)
    return ()


class Kept(dict[Any, Any]):
    """Makes a ready cell the first time, and finds it every other time."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        """Take what makes the cell."""
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> Any:  # noqa: ANN401 (any answer)
        made = self._make(key)
        if len(self) < MOST_KEPT:
            self[key] = made
        return made


Columns = list[Sequence[Any]]


class ColumnCells:
    """Makes the cells of one question, and counts how often each answer was given."""

    def __init__(
        self, column: Column, surveys: Sequence[AskedSurvey], way: Writing, t: Translator
    ) -> None:
        """Prepare what the form of file and the language need."""
        self.column = column
        self.counts: Counter[Any] = Counter()  # option or mark to how many
        self.numbers = Numbers()
        self._surveys = {survey.id: survey for survey in surveys}
        self._way, self._t = way, t
        self._parts = parts_of(column)
        self._kind = column.field.kind
        is_number = self._kind in {FieldKind.RATING, FieldKind.NUMBER}
        self._words = {reason: way.text(missing_word(reason, t)) for reason in REASONS}
        numbers = {reason: missing_number(reason, column) for reason in REASONS}
        self._codes, self._part_codes = (
            {reason: way.missing(number, among_numbers=among) for reason, number in numbers.items()}
            for among in (is_number, True)
        )
        self._labelled, self._coded = Kept(self._label), Kept(self._code)
        self._many = Kept(lambda key: Kept(functools.partial(self._cells_of_many, *key)))

    @property
    def answers(self) -> int:
        """How many said something."""
        return self.numbers.all - sum(self.counts[mark] for mark in REASON_OF)

    def columns(self, batch: Batch) -> tuple[Columns, Columns]:
        """Return the columns of this question with labels, and the same with codes."""
        key = self.column.places.get(batch.survey.id)
        said: list[Any] = (
            [_NOT_ASKED] * len(batch.answers)
            if key is None
            else [answers.get(key, _NOT_ASKED) for answers in batch.answers]
        )
        self.numbers.all += len(said)
        match self._kind:
            case FieldKind.MULTIPLE | FieldKind.RANKING:
                return self._of_many(batch, said)
            case FieldKind.SINGLE | FieldKind.YES_NO | FieldKind.RATING:
                values = [MARKS[one["missing"]] if one.__class__ is dict else one for one in said]
                self.counts.update(values)
                labelled, coded = self._labelled, self._coded
                return [[labelled[one] for one in values]], [[coded[one] for one in values]]
            case _:
                return self._of_any(said)

    def _of_any(self, said: list[Any]) -> tuple[Columns, Columns]:
        """Own words, numbers and days: hardly any is said twice."""
        is_number = self._kind is FieldKind.NUMBER
        write = self._way.number if is_number else self._way.text
        words, codes = self._words, self._codes
        shown = [words[one["missing"]] if one.__class__ is dict else write(one) for one in said]
        coded = [
            codes[one["missing"]] if one.__class__ is dict else ready
            for one, ready in zip(said, shown, strict=True)
        ]
        self.counts.update(MARKS[one["missing"]] for one in said if one.__class__ is dict)
        if is_number:
            self.numbers.add([one for one in said if one.__class__ is not dict])
        return [shown], [coded]

    def _of_many(self, batch: Batch, said: list[Any]) -> tuple[Columns, Columns]:
        values = [(MARKS[one["missing"]],) if one.__class__ is dict else tuple(one) for one in said]
        for chosen, number in Counter(values).items():  # few ways among many people
            # Of a ranking is counted what comes first.
            for one in chosen[:1] if self._kind is FieldKind.RANKING else chosen:
                self.counts[one] += number
        cells = self._cells_of_versions(batch, values)
        labels, codes = zip(*cells, strict=True)
        return list(zip(*labels, strict=True)), list(zip(*codes, strict=True))

    def _cells_of_versions(self, batch: Batch, values: list[tuple[str, ...]]) -> list[Any]:
        survey = batch.survey.id
        if len(set(batch.versions)) == 1:
            many = self._many[survey, batch.versions[0]]
            return [many[one] for one in values]
        by_version = {one: self._many[survey, one] for one in set(batch.versions)}
        return [
            by_version[version][one] for version, one in zip(batch.versions, values, strict=True)
        ]

    def _label(self, value: str | int) -> Any:  # noqa: ANN401 (as the form needs it)
        if value in REASON_OF:
            return self._words[REASON_OF[str(value)]]
        if isinstance(value, int):
            return self._way.number(value)
        return self._way.text(label(self.column, value, self._t))

    def _code(self, value: str | int) -> Any:  # noqa: ANN401 (as the form needs it)
        if value in REASON_OF:
            return self._codes[REASON_OF[str(value)]]
        return self._way.number(value) if isinstance(value, int) else self._way.text(value)

    def _cells_of_many(
        self, survey_id: int, version: int, chosen: tuple[str, ...]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return the cells of all columns of the question: joined, then one for each option."""
        way = self._way
        if chosen[0] in REASON_OF:
            reason = REASON_OF[chosen[0]]
            word, code, number = self._words[reason], self._codes[reason], self._part_codes[reason]
            return (word, *([word] * len(self._parts))), (code, *([number] * len(self._parts)))
        survey = self._surveys[survey_id]
        offered = survey.version(version).offered(self.column.places[survey_id]) | set(chosen)
        labels = [label(self.column, one, self._t) for one in chosen]
        shown, coded = [way.text(JOINED.join(labels))], [way.text(JOINED.join(chosen))]
        for part in self._parts:
            if part not in offered:  # it came with another version
                shown.append(self._words[NOT_ASKED])
                coded.append(self._part_codes[NOT_ASKED])
                continue
            is_chosen = part in chosen
            if self._kind is FieldKind.MULTIPLE:
                cell = way.number(int(is_chosen))
                shown.append(cell)
                coded.append(cell)
            else:
                shown.append(
                    way.number(chosen.index(part) + 1) if is_chosen else self._words[SKIPPED]
                )
                coded.append(
                    way.number(chosen.index(part) + 1) if is_chosen else self._part_codes[SKIPPED]
                )
        return tuple(shown), tuple(coded)


class Numbers:
    """What is told of numbers: how many, their mean, the least and the greatest."""

    def __init__(self) -> None:
        """Begin with none."""
        self.all = 0  # rows, with and without a number
        self.number = 0
        self.sum = 0
        self.least: int | None = None
        self.greatest: int | None = None

    def add(self, values: Sequence[int]) -> None:
        """Take some more."""
        if not values:
            return
        self.number += len(values)
        self.sum += sum(values)
        self.least = min(values) if self.least is None else min(self.least, *values)
        self.greatest = max(values) if self.greatest is None else max(self.greatest, *values)

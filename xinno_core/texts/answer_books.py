"""A file of answers in the reader's words: its columns, codebook, summary and who took part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from xinno_core.models import Door, SurveyMode, WaveEnd
from xinno_core.services.export_answers import AnswersExport, AskedSurvey, Batch, Column
from xinno_core.services.exports import Format
from xinno_core.services.questions import FieldKind
from xinno_core.texts import read_me
from xinno_core.texts.answer_cells import (
    MARKS,
    NOT_ASKED,
    REASONS,
    REFUSED,
    SKIPPED,
    ColumnCells,
    label,
    missing_number,
    parts_of,
)
from xinno_core.texts.cells import Cell, Writing
from xinno_core.texts.sheets import Book, Chart, Lines, Row, Table
from xinno_core.texts.translator import Translator

LONGEST_HEADING = 250


@dataclass(frozen=True)
class Leading:
    """What stands before the answers of a row: which survey, which wave, whose code."""

    events: bool
    surveys: bool
    codes: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """Name its columns for machines."""
        wanted = (("event", self.events), ("survey", self.surveys), ("code", self.codes))
        return (*(key for key, is_there in wanted if is_there), "wave", "version")


class AnswerLayout:
    """The file of an export of answers, and what makes its lines."""

    def __init__(
        self,
        export: AnswersExport,
        t: Translator,
        *,
        way: Writing,
        format_: Format,
        now: datetime,
    ) -> None:
        """Fix the columns, before any answer is read."""
        self._export, self._t, self._way, self._now = export, t.plain, way, now
        self._format = format_
        self.cells = [
            ColumnCells(column, export.surveys, way, self._t) for column in export.columns
        ]
        self.leading = Leading(
            events=len({one.card.id for one in export.surveys}) > 1,
            surveys=len({one.key for one in export.surveys}) > 1,
            codes=any(one.mode is SurveyMode.PSEUDONYMOUS for one in export.surveys),
        )
        t = self._t
        # JSON has lists, so it needs no columns for single options.
        most = 1 if format_ is Format.JSON else None
        named = [pair for one in export.columns for pair in named_columns(one, t)[:most]]
        keys = (*self.leading.keys, *(key for key, _ in named))
        headings = _apart((*self._headings(), *(text for _, text in named)), keys)
        self.book = Book(
            title=read_me.title_of_answers(t),
            data=(
                Table("responses", t.gettext("Responses"), keys, headings),
                Table("responses-codes", t.gettext("Codes"), keys, keys),
            )
            if format_ is not Format.JSON
            else (Table("responses", t.gettext("Responses"), keys, headings),),
            after=self._after,
            made_at=now.astimezone(UTC),
        )

    def lines(self, batch: Batch) -> tuple[int, Sequence[Lines]]:
        """Return how many rows a batch has, and its lines for each data table."""
        number = len(batch.answers)
        leading = self._lead(batch)
        if self._format is Format.JSON:
            return number, [self._as_said(batch, leading)]
        labels, codes = list(leading), list(leading)
        for one in self.cells:
            shown, coded = one.columns(batch)
            labels.extend(shown)
            codes.extend(coded)
        return number, [zip(*labels, strict=True), zip(*codes, strict=True)]

    def _lead(self, batch: Batch) -> list[Sequence[Any]]:
        text, number, size = self._way.text, self._way.number, len(batch.answers)
        columns: list[Sequence[Any]] = []
        if self.leading.events:
            columns.append([text(batch.survey.card.key)] * size)
        if self.leading.surveys:
            columns.append([text(batch.survey.key)] * size)
        if self.leading.codes:
            columns.append(
                [text(code) for code in batch.codes] if batch.codes else [text("")] * size
            )
        for numbers in (batch.waves, batch.versions):
            ready = {one: number(one) for one in set(numbers)}
            columns.append([ready[one] for one in numbers])
        return columns

    def _as_said(self, batch: Batch, leading: list[Sequence[Any]]) -> Lines:
        """Return rows for JSON, which says everything as it is; they are counted all the same."""
        columns: list[Sequence[Any]] = []
        for one in self.cells:
            one.columns(batch)
            key = one.column.places.get(batch.survey.id, "")
            said = [answers.get(key, {"missing": NOT_ASKED}) for answers in batch.answers]
            columns.append(
                [self._way.text(value) if isinstance(value, str) else value for value in said]
            )
        return zip(*leading, *columns, strict=True)

    def _headings(self) -> tuple[str, ...]:
        t = self._t
        words = {
            "event": t.gettext("Event"),
            "survey": t.gettext("Survey"),
            "code": t.gettext("Code of the person"),
            "wave": t.gettext("Wave"),
            "version": t.gettext("Version of the questions"),
        }
        return tuple(words[key] for key in self.leading.keys)

    # ── small tables ─────────────────────────────────────────────────────────────────────────
    def _after(self) -> tuple[Table, ...]:
        return (
            self._codebook(),
            self._summary(),
            self._participation(),
            read_me.of_answers(
                self._export, self._t, now=self._now, replaced=self._way.replaced, cells=self.cells
            ),
        )

    def _codebook(self) -> Table:
        t = self._t
        return Table(
            "codebook",
            t.gettext("Codebook"),
            (
                *("column", "question", "kind", "code", "label", "answers"),
                *("not_asked", "skipped", "refused", "asked_in"),
            ),
            (
                t.gettext("Column"),
                t.gettext("Question"),
                t.gettext("Kind"),
                t.gettext("Code"),
                t.gettext("Label"),
                t.gettext("Number of answers"),
                t.gettext("Code for: not asked"),
                t.gettext("Code for: skipped"),
                t.gettext("Code for: rather not said"),
                t.gettext("Asked in"),
            ),
            [row for one in self.cells for row in self._codebook_rows(one)],
        )

    def _codebook_rows(self, one: ColumnCells) -> list[Row]:
        column, t = one.column, self._t
        asked_in = ", ".join(
            f"{survey.card.key}/{survey.key}"
            for survey in self._export.surveys
            if survey.id in column.places
        )
        missing = [missing_number(reason, column) for reason in (NOT_ASKED, SKIPPED, REFUSED)]
        question = t.show(column.field.text, column.lead)
        kind = kind_word(column.field.kind, t)
        first: tuple[Cell, ...] = (
            column.key,
            question,
            kind,
            "",
            scale(column, t),
            one.answers,
            *missing,
            asked_in,
        )
        options: list[Row] = []
        for option in column.field.options:
            words = label(column, option.key, t)
            options.append((column.key, "", "", option.key, words, None, None, None, None, ""))
        return [
            first,
            *options,
            *(
                (name, text, part_word(column.field.kind, t), "", "", None, *missing, "")
                for name, text in named_columns(column, t)[1:]
            ),
        ]

    def _summary(self) -> Table:
        t = self._t
        rows: list[Row] = []
        charts: list[Chart] = []
        for one in self.cells:
            column = one.column
            question = t.show(column.field.text, column.lead)
            counted = _counted(one, t)
            if counted:
                title = t.gettext(
                    "{question} (n = {number})", question=question, number=one.answers
                )
                charts.append(
                    Chart(title, len(rows) + 1, len(rows) + len(counted), names=3, values=4)
                )
            for code, words, number in counted:
                share = round(100 * number / one.answers) if one.answers else None
                rows.append((column.key, question, code, words, number, share))
            rows.extend(
                (column.key, question, "", words, said, None) for words, said in _told(one, t)
            )
        return Table(
            "summary",
            # Translators: name of a sheet in a file, at most 31 letters.
            t.gettext("Summary of answers"),
            ("column", "question", "code", "label", "number", "percent"),
            (
                t.gettext("Column"),
                t.gettext("Question"),
                t.gettext("Code"),
                t.gettext("Answer"),
                t.gettext("Number"),
                t.gettext("Percent of those who answered"),
            ),
            rows,
            tuple(charts),
        )

    def _participation(self) -> Table:
        t = self._t
        rows: list[Row] = []
        for survey in (*self._export.surveys, *self._export.withheld):
            rows.extend(_took_part(survey, t))
        return Table(
            "participation",
            t.gettext("Participation"),
            (
                *("event", "survey", "title", "wave", "invited", "links", "ballots", "percent"),
                *("chat", "web", "outcome", "ended"),
            ),
            (
                t.gettext("Event"),
                t.gettext("Key of the survey"),
                t.gettext("Survey"),
                t.gettext("Wave"),
                t.gettext("Invited in the chat"),
                t.gettext("Links given out"),
                t.gettext("Took part"),
                t.gettext("Percent of those invited"),
                t.gettext("In the chat"),
                t.gettext("On the web page"),
                t.gettext("Outcome"),
                t.gettext("Ended (UTC)"),
            ),
            rows,
        )


def kind_word(kind: FieldKind, t: Translator) -> str:
    """Return the word for a kind of question."""
    match kind:
        case FieldKind.SINGLE | FieldKind.YES_NO:
            return t.gettext("One answer of several")
        case FieldKind.MULTIPLE:
            return t.gettext("Several answers")
        case FieldKind.RATING:
            return t.gettext("Rating")
        case FieldKind.NUMBER:
            return t.gettext("Number")
        case FieldKind.DATE:
            return t.gettext("Date")
        case FieldKind.RANKING:
            return t.gettext("Ranking")
        case FieldKind.TEXT | FieldKind.WALL_TIME | FieldKind.LINK | FieldKind.HOURS:
            return t.gettext("Own words")


def part_word(kind: FieldKind, t: Translator) -> str:
    """Return what the number in the column of one option means."""
    if kind is FieldKind.MULTIPLE:
        return t.gettext("1 = chosen, 0 = not chosen")
    return t.gettext("Place in the ranking, 1 is the first")


def scale(column: Column, t: Translator) -> str:
    """Return what the ends of a rating mean."""
    if column.field.kind is not FieldKind.RATING:
        return ""
    low, high = t.show(column.field.low, column.lead), t.show(column.field.high, column.lead)
    if not (low and high):
        return t.gettext("1 is lowest, 5 is highest.")
    return t.gettext("1 = {low}, 5 = {high}", low=low, high=high)


def named_columns(column: Column, t: Translator) -> list[tuple[str, str]]:
    """Return key and heading of the columns of a question: its own, then one for each option."""
    question = t.plain.show(column.field.text, column.lead)
    return [
        (column.key, question),
        *(
            (f"{column.key}.{part}", f"{question} [{label(column, part, t)}]")
            for part in parts_of(column)
        ),
    ]


def _apart(headings: Sequence[str], keys: Sequence[str]) -> tuple[str, ...]:
    """Return headings of which no two are equal: a reader of tables takes them for names."""
    found: dict[str, None] = {}
    for heading, key in zip(headings, keys, strict=True):
        short = heading if len(heading) <= LONGEST_HEADING else f"{heading[:LONGEST_HEADING]}…"
        found[f"{short} ({key})" if short in found or not short else short] = None
    return tuple(found)


def _counted(one: ColumnCells, t: Translator) -> list[tuple[str, str, int]]:
    """Return how often each answer that could be chosen was given, in the instrument's order."""
    column = one.column
    if column.field.kind is FieldKind.RATING:
        return [(str(mark), str(mark), one.counts[mark]) for mark in range(1, 6)]
    return [
        (option.key, label(column, option.key, t), one.counts[option.key])
        for option in column.field.choices
    ]


def _told(one: ColumnCells, t: Translator) -> list[tuple[str, Cell]]:
    """Return what else is told of a question: figures of numbers, and why answers are missing."""
    lines: list[tuple[str, Cell]] = []
    numbers = one.numbers
    if numbers.number and numbers.least is not None and numbers.greatest is not None:
        lines = [
            (t.gettext("Mean, rounded"), round(numbers.sum / numbers.number)),
            (t.gettext("Least"), numbers.least),
            (t.gettext("Greatest"), numbers.greatest),
        ]
    words = {
        NOT_ASKED: t.gettext("Not asked"),
        SKIPPED: t.gettext("Skipped"),
        REFUSED: t.gettext("Rather not said"),
    }
    return [
        (t.gettext("Number of answers"), one.answers),
        *lines,
        *((words[reason], one.counts[MARKS[reason]]) for reason in REASONS),
    ]


def _took_part(survey: AskedSurvey, t: Translator) -> list[Row]:
    hidden = t.gettext("not shown")
    outcomes = {
        WaveEnd.OPENED: t.gettext("Opened"),
        WaveEnd.TOO_FEW: t.gettext("Too few answers: not opened"),
    }
    title = t.show(survey.title, survey.card.lead_language)
    if not survey.waves:
        return [
            (
                *(survey.card.key, survey.key, title, None, survey.invited, survey.links),
                *([None] * 4),
                *("", ""),
            ),
        ]
    rows: list[Row] = []
    for wave in survey.waves:
        is_known = survey.invited and not survey.links  # whom a link reached is unknown
        rate = round(100 * wave.ballots / survey.invited) if is_known else None
        doors = [
            hidden if wave.doors[door] is None else wave.doors[door]
            for door in (Door.CHAT, Door.WEB)
        ]
        rows.append(
            (
                survey.card.key,
                survey.key,
                title,
                wave.number,
                survey.invited,
                survey.links,
                wave.ballots,
                rate,
                *doors,
                outcomes[wave.outcome],
                f"{wave.ended_at.astimezone(UTC):%Y-%m-%d}",
            )
        )
    return rows

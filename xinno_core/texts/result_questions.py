"""Results of one question: the numbers as text, beside the picture of them."""

from collections.abc import Iterable

from babel.numbers import format_decimal, format_percent

from xinno_core.services.questions import FieldKind
from xinno_core.services.results import GroupRow, PollCount, QuestionResult
from xinno_core.services.tallies import NOT_ASKED, REFUSED, SKIPPED
from xinno_core.services.wave_groups import Attribute
from xinno_core.texts.actions import BreakDownResults, OpenQuestionResults, OpenSurveyResults
from xinno_core.texts.dates import plain_day
from xinno_core.texts.forms import option_label, scale
from xinno_core.texts.message import Button, Message, Picture, rows
from xinno_core.texts.paging import pairs
from xinno_core.texts.result_charts import chart_of, group_name
from xinno_core.texts.translator import Html, Translator

MOST_WORDS = 2000
"""Letters of what people wrote on one screen; all of it is in the files."""


def question(t: Translator, found: QuestionResult) -> Message:
    """Show what was said to one question: a picture, and the numbers beside it."""
    chart = chart_of(t, found)
    parts = [_question_head(t, found), "\n".join(_answered(t, found))]
    if found.attribute is None:
        parts.extend(_all_together(t, found))
    else:
        parts.extend(_by_group(t, found))
    return Message(
        "\n\n".join(part for part in parts if part),
        _question_buttons(t, found),
        picture=Picture(chart) if chart is not None else None,
    )


def attribute_word(t: Translator, attribute: Attribute) -> str:
    """Return the button that breaks results down."""
    match attribute:
        case Attribute.ROLE:
            return t.plain.gettext("By role")
        case Attribute.TARGET_GROUP:
            return t.plain.gettext("By target group")
        case Attribute.SECTOR:
            return t.plain.gettext("By sector")
        case Attribute.COUNTRY:
            return t.plain.gettext("By country")
        case Attribute.LANGUAGE:
            return t.plain.gettext("By language")


def _question_head(t: Translator, found: QuestionResult) -> str:
    lead = found.stand.card.lead_language
    said = t.gettext("<b>{question}</b>", question=t.plain.show(found.asked.text, lead))
    if found.asked.kind is FieldKind.RATING:
        said += "\n" + scale(found.asked, t, lead)
    return (
        said
        + "\n"
        + t.gettext(
            "Question {place} of {questions}. {survey}, wave {wave}, n = {people}",
            place=found.place + 1,
            questions=found.questions,
            survey=t.plain.show(found.stand.title, lead),
            wave=found.wave.number,
            people=found.tally.people,
        )
    )


def _answered(t: Translator, found: QuestionResult) -> Iterable[str]:
    tally = found.tally
    yield t.gettext("Answered: {number}", number=tally.answered)
    if tally.missing[SKIPPED]:
        yield t.gettext("Left out: {number}", number=tally.missing[SKIPPED])
    if tally.missing[REFUSED]:
        yield t.gettext("Would rather not say: {number}", number=tally.missing[REFUSED])
    if tally.missing[NOT_ASKED]:
        yield t.gettext("Not asked: {number}", number=tally.missing[NOT_ASKED])


def _all_together(t: Translator, found: QuestionResult) -> Iterable[str]:
    match found.asked.kind:
        case FieldKind.RATING:
            yield "\n".join(_counts(t, found))
            yield _middle(t, found)
        case FieldKind.SINGLE | FieldKind.MULTIPLE | FieldKind.YES_NO:
            yield "\n".join(_counts(t, found))
        case FieldKind.RANKING:
            yield "\n".join(_places(t, found))
        case FieldKind.NUMBER:
            yield _middle(t, found)
        case FieldKind.DATE:
            yield _middle_day(t, found)
        case _:
            yield _written(t, found)
    yield from (_poll(t, one) for one in found.polls)


def _counts(t: Translator, found: QuestionResult) -> Iterable[str]:
    for option in found.asked.choices:
        number = found.tally.counts[option.key]
        yield t.gettext(
            "{label}: {number} ({percent})",
            label=option_label(option, t, found.stand.card.lead_language),
            number=number,
            percent=_percent(t, number, found.tally.answered),
        )


def _places(t: Translator, found: QuestionResult) -> Iterable[str]:
    for option in found.asked.choices:
        rank = found.tally.mean_rank(option.key)
        yield t.gettext(
            # Translators: of options that people put in an order; the mean may be "not placed".
            "{label}: first for {number}, mean place {rank}",
            label=option_label(option, t, found.stand.card.lead_language),
            number=found.tally.counts[option.key],
            rank=t.plain.gettext("not placed") if rank is None else _decimal(t, rank),
        )


def _middle(t: Translator, found: QuestionResult) -> str:
    mean, median = found.tally.mean, found.tally.median
    if mean is None or median is None:
        return ""
    return t.gettext(
        "Mean: {mean} · median: {median}", mean=_decimal(t, mean), median=_decimal(t, median)
    )


def _middle_day(t: Translator, found: QuestionResult) -> str:
    day = found.tally.middle_day
    return t.gettext("The day in the middle: {day}", day=plain_day(t, day)) if day else ""


def _written(t: Translator, found: QuestionResult) -> str:
    words = found.tally.texts
    if not words:
        return t.gettext("Fewer than 5 people wrote something: it is not shown.")
    lines: list[str] = []
    for one in words:
        if sum(map(len, lines)) + len(one) > MOST_WORDS:
            break
        lines.append(t.gettext("– {words}", words=one))
    left = len(words) - len(lines)
    if left:
        lines.append(
            t.ngettext(
                "{number} more stands in the exports.", "{number} more stand in the exports.", left
            )
        )
    return t.gettext("In no order:") + "\n" + "\n".join(lines)


def _poll(t: Translator, poll: PollCount) -> str:
    lines = [
        t.gettext("{label}: {number}", label=label, number=number) for label, number in poll.options
    ]
    return (
        t.ngettext(
            "<b>In the Telegram group</b>, counted apart: {number} person",
            "<b>In the Telegram group</b>, counted apart: {number} people",
            poll.voters,
        )
        + "\n"
        + "\n".join(lines)
    )


# ── groups ───────────────────────────────────────────────────────────────────────────────────
def _by_group(t: Translator, found: QuestionResult) -> Iterable[str]:
    if not found.rows:
        yield t.gettext(
            "No group has 5 people or more who could be shown without telling of fewer."
        )
        return
    yield from ("\n".join(_group(t, found, row)) for row in found.rows)
    yield t.gettext(
        "Hidden are numbers from 1 to 4, and those that would give one away; "
        "also whole groups for that reason."
    )


def _group(t: Translator, found: QuestionResult, row: GroupRow) -> Iterable[str]:
    name = group_name(t, found, row)
    yield t.gettext("<b>{group}</b>, n = {people}", group=name, people=row.people)
    hidden = Html("<i>" + t.gettext("hidden") + "</i>")
    for option in found.asked.choices:
        number = row.numbers[option.key]
        yield t.gettext(
            "{label}: {number}",
            label=option_label(option, t, found.stand.card.lead_language),
            number=hidden if number is None else number,
        )
    if row.mean is not None:
        yield t.gettext("Mean: {mean}", mean=_decimal(t, row.mean))


def _question_buttons(t: Translator, found: QuestionResult) -> tuple[tuple[Button, ...], ...]:
    of, wave, place = found.stand.survey_id, found.wave.number, found.place
    before = OpenQuestionResults(of, wave, place - 1)
    after = OpenQuestionResults(of, wave, place + 1)
    others = [one for one in Attribute if one is not found.attribute]
    return (
        *pairs(
            Button(t.plain.gettext("Previous"), before) if place else None,
            Button(t.plain.gettext("Next"), after) if place + 1 < found.questions else None,
        ),
        *pairs(
            Button(t.plain.gettext("All together"), OpenQuestionResults(of, wave, place))
            if found.attribute is not None
            else None,
            *(
                Button(attribute_word(t, one), BreakDownResults(of, wave, place, one.value))
                for one in (others if found.may_break_down else ())
            ),
        ),
        *rows(Button(t.plain.gettext("Back to the survey"), OpenSurveyResults(of))),
    )


def _percent(t: Translator, number: int, whole: int) -> str:
    return str(format_percent(number / whole if whole else 0, locale=t.locale))


def _decimal(t: Translator, number: float) -> str:
    return str(format_decimal(number, "#,##0.##", locale=t.locale))

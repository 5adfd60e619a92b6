"""Results of surveys: a picture, and the same numbers as text beside it."""

from collections.abc import Iterable
from typing import assert_never

from babel.numbers import format_decimal, format_percent

from xinno_core.models import SurveyMode, WaveEnd
from xinno_core.services.backgrounds import DueNotice
from xinno_core.services.events import EventCard
from xinno_core.services.exports import Span
from xinno_core.services.questions import FieldKind, Option
from xinno_core.services.results import (
    EventSurveys,
    GroupRow,
    PollCount,
    QuestionResult,
    Stand,
    WaveLine,
)
from xinno_core.services.tallies import NOT_ASKED, REFUSED, SKIPPED
from xinno_core.services.wave_groups import Attribute
from xinno_core.services.waves import Ended, EndedBefore, LockedOut, TooFewYet, WaveOutcome
from xinno_core.texts.actions import (
    AskOpenWave,
    BreakDownResults,
    ChooseExport,
    ManageEvent,
    OpenQuestionResults,
    OpenResults,
    OpenSurveyActions,
    OpenSurveyResults,
    OpenWave,
)
from xinno_core.texts.charts import Chart, Line
from xinno_core.texts.dates import date_and_time, plain_day
from xinno_core.texts.events import facts
from xinno_core.texts.forms import language_name, option_label, scale
from xinno_core.texts.message import Button, Message, Picture, rows
from xinno_core.texts.paging import pairs, short, turns
from xinno_core.texts.translator import Html, Translator

WAVES_ON_A_PAGE = 6
MOST_BARS = 24
MOST_WORDS = 2000
"""Letters of what people wrote on one screen; all of it is in the files."""


def surveys(t: Translator, found: EventSurveys) -> Message:
    """Show the surveys of an event, one button each."""
    lead = found.card.lead_language
    back = (
        Button(t.plain.gettext("Back to the event"), ManageEvent(found.card.id))
        if found.is_own
        else Button(t.plain.gettext("Back"), ChooseExport(Span.EVENT.value, found.card.id))
    )
    if not found.lines:
        said = t.gettext("<b>Survey results</b>\nThis event has no survey.")
    else:
        said = t.gettext("<b>Survey results</b>\nOf which survey?")
    return Message(
        said + "\n\n" + facts(t, found.card),
        rows(
            *(
                Button(short(t.plain.show(one.title, lead)), OpenSurveyResults(one.survey_id))
                for one in found.lines
            ),
            back,
        ),
    )


def stand(t: Translator, shown: Stand, page: int = 0) -> Message:
    """Show how a survey stands: how many were asked and answered, and its waves."""
    newest = shown.waves[::-1]
    pages = max((len(newest) + WAVES_ON_A_PAGE - 1) // WAVES_ON_A_PAGE, 1)
    page = min(page, pages - 1)
    listed = newest[page * WAVES_ON_A_PAGE : (page + 1) * WAVES_ON_A_PAGE]
    parts = [_head(t, shown), "\n".join(_numbers(t, shown))]
    if listed:
        parts.append("\n".join(_wave_line(t, shown, one) for one in listed))
    parts.append(_state(t, shown))
    return Message(
        "\n\n".join(parts),
        (
            *rows(*(_wave_button(t, shown, one) for one in listed)),
            *turns(t, page, pages, lambda to: OpenSurveyResults(shown.survey_id, to)),
            *rows(
                None
                if shown.is_over
                else Button(t.plain.gettext("Open the answers now"), AskOpenWave(shown.survey_id)),
                Button(t.plain.gettext("You said, we did"), OpenSurveyActions(shown.survey_id))
                if shown.is_over and shown.is_own
                else None,
                Button(t.plain.gettext("Other surveys"), OpenResults(shown.card.id)),
            ),
        ),
    )


def ask_open(t: Translator, shown: Stand) -> Message:
    """Say what opening means before it is done: it can't be undone."""
    return Message(
        _head(t, shown)
        + "\n\n"
        + t.gettext(
            "<b>Open the answers now?</b>\nWhoever has answered by now can not change it any "
            "more. Those who answer later are the next wave, shown by itself. "
            "Fewer than 5 answers are never opened; if the survey closes with so few in a wave, "
            "nothing of that wave is shown."
        ),
        rows(
            Button(t.plain.gettext("Yes, open them"), OpenWave(shown.survey_id)),
            Button(t.plain.gettext("Back"), OpenSurveyResults(shown.survey_id)),
        ),
    )


def opened(t: Translator, outcome: WaveOutcome, shown: Stand) -> Message:
    """Say what came of opening, above how the survey stands."""
    match outcome:
        case Ended():
            said = t.gettext("<b>Opened.</b> The answers can be seen as a wave of their own.")
        case TooFewYet() | EndedBefore() if not shown.is_over:
            # Whether nobody or somebody has answered makes no difference here: it would be a count.
            said = t.gettext(
                "<b>Not opened.</b> Fewer than 5 people have answered since the last time. "
                "With so few, it could be told who said what."
            )
        case TooFewYet() | EndedBefore():
            said = t.gettext("This survey is over: all that can be opened is open.")
        case LockedOut():
            said = t.gettext(
                "<b>Not opened.</b> The assistant does not have the key with which these answers "
                "were sealed. Nothing is lost: please tell whoever runs the assistant."
            )
        case _:
            assert_never(outcome)
    under = stand(t, shown)
    return Message(said + "\n\n" + under.text, under.buttons)


def news(t: Translator, due: DueNotice, card: EventCard) -> Message:
    """Tell organisers and leads that a wave has ended, and whether there is something to see."""
    lead = card.lead_language
    head = t.gettext(
        "<b>{title}</b>\nEvent: {event}",
        title=t.plain.show(due.survey_title, lead),
        event=t.plain.show(card.title, lead),
    )
    people, of = int(due.params["people"]), due.survey_id or 0
    if people:
        said = t.ngettext(
            "The answers of {number} person can be seen now.",
            "The answers of {number} people can be seen now.",
            people,
        )
    elif due.params["mode"] == SurveyMode.ANONYMOUS.value:
        said = t.gettext(
            "<b>Too few answers.</b> Fewer than 5 people answered, so nothing is shown. "
            "What they said was destroyed unread, as was promised to them."
        )
    else:
        said = t.gettext(
            "<b>Too few answers.</b> Fewer than 5 people answered, so nothing is shown: "
            "it could be told who said what."
        )
    seen = OpenQuestionResults(of, int(due.params["wave"]), 0)
    return Message(
        head + "\n\n" + said,
        rows(
            Button(t.plain.gettext("See the results"), seen) if people else None,
            Button(t.plain.gettext("Open the survey"), OpenSurveyResults(of)),
        ),
    )


def question(t: Translator, found: QuestionResult) -> Message:
    """Show what was said to one question: a picture, and the numbers beside it."""
    chart = _chart(t, found)
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


def group_word(t: Translator, found: Stand, attribute: Attribute, key: str) -> str:
    """Return what a group of people is called."""
    lead = found.card.lead_language
    if not key:
        return t.plain.gettext("not given")
    match attribute:
        case Attribute.ROLE:
            role = found.card.role(key)
            return t.plain.show(role.label, lead) if role else key
        case Attribute.COUNTRY:
            return str(t.locale.territories.get(key, key))
        case Attribute.LANGUAGE:
            return language_name(key, t)
        case Attribute.TARGET_GROUP | Attribute.SECTOR:
            return option_label(Option(key), t, lead)


# ── a survey ─────────────────────────────────────────────────────────────────────────────────
def _head(t: Translator, shown: Stand) -> str:
    lead = shown.card.lead_language
    return t.gettext(
        "<b>{title}</b>\nEvent: {event}",
        title=t.plain.show(shown.title, lead),
        event=t.plain.show(shown.card.title, lead),
    )


def _numbers(t: Translator, shown: Stand) -> Iterable[str]:
    yield t.gettext("Invited: {number}", number=shown.invited)
    yield t.gettext("Answers that can be seen: {number}", number=shown.responses)
    if shown.invited and shown.responses:
        rate = format_percent(min(shown.responses / shown.invited, 1), "#,##0%", locale=t.locale)
        yield t.gettext("Share of those invited: {percent}", percent=rate)
    if shown.mode is SurveyMode.ANONYMOUS:
        yield t.gettext("Kept without any person: results by wave, in no other groups.")


def _state(t: Translator, shown: Stand) -> str:
    if shown.is_over:
        return t.gettext("The survey is over.")
    return t.gettext(
        "Answers are collected until: {when}. How many there are by now is not shown: "
        "whoever saw it grow could tell who has just answered.",
        when=date_and_time(t, shown.closes_at, shown.card.zone),
    )


def _wave_line(t: Translator, shown: Stand, one: WaveLine) -> str:
    when = date_and_time(t, one.ended_at, shown.card.zone)
    if one.outcome is WaveEnd.TOO_FEW:
        return t.gettext(
            "Wave {number}, {when}: fewer than 5 answers, nothing is shown",
            number=one.number,
            when=when,
        )
    return t.gettext(
        "Wave {number}, {when}: n = {people}", number=one.number, when=when, people=one.responses
    )


def _wave_button(t: Translator, shown: Stand, one: WaveLine) -> Button | None:
    if one.outcome is WaveEnd.TOO_FEW:
        return None
    label = t.plain.gettext("Results of wave {number}", number=one.number)
    return Button(label, OpenQuestionResults(shown.survey_id, one.number, 0))


# ── a question ───────────────────────────────────────────────────────────────────────────────
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
    name = _group_name(t, found, row)
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


def _group_name(t: Translator, found: QuestionResult, row: GroupRow) -> str:
    attribute = found.attribute or Attribute.ROLE
    return group_word(t, found.stand, attribute, row.key)


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


# ── the picture ──────────────────────────────────────────────────────────────────────────────
def _chart(t: Translator, found: QuestionResult) -> Chart | None:
    t = t.plain
    lines = _lines(t, found)
    if not lines or len(lines) > MOST_BARS:
        return None
    lead = found.stand.card.lead_language
    legend: tuple[str, ...] = ()
    if found.asked.kind is FieldKind.RATING:
        low, high = t.show(found.asked.low, lead), t.show(found.asked.high, lead)
        ends = (f"1 {low}".strip(), f"5 {high}".strip())
        legend = (ends[0], "2", "3", "4", ends[1])
    return Chart(
        title=t.show(found.asked.text, lead),
        note=t.gettext(
            "Wave {wave} · n = {people}", wave=found.wave.number, people=found.tally.people
        ),
        lines=lines,
        hidden=t.gettext("hidden: it would tell of fewer than 5"),
        legend=legend,
        whole=0 if found.attribute is not None else found.tally.answered,
    )


def _lines(t: Translator, found: QuestionResult) -> tuple[Line, ...]:
    choices = found.asked.choices
    lead = found.stand.card.lead_language
    is_rating = found.asked.kind is FieldKind.RATING
    if not found.tally.counts:
        return ()
    if found.attribute is None and is_rating:
        numbers = tuple(found.tally.counts[option.key] for option in choices)
        return (Line(t.gettext("All together"), numbers),)
    if found.attribute is None:
        return tuple(
            Line(option_label(option, t, lead), (found.tally.counts[option.key],))
            for option in choices
        )
    if is_rating:
        return tuple(_rating_line(t, found, row) for row in found.rows)
    return tuple(
        Line(
            t.gettext(
                "{group}: {label}",
                group=_group_name(t, found, row),
                label=option_label(option, t, lead),
            ),
            () if (number := row.numbers[option.key]) is None else (number,),
        )
        for row in found.rows
        for option in choices
    )


def _rating_line(t: Translator, found: QuestionResult, row: GroupRow) -> Line:
    shown = tuple(number for number in row.numbers.values() if number is not None)
    label = t.gettext("{group}, n = {people}", group=_group_name(t, found, row), people=row.people)
    return Line(label, shown if len(shown) == len(row.numbers) else ())


def _percent(t: Translator, number: int, whole: int) -> str:
    return str(format_percent(number / whole if whole else 0, "#,##0%", locale=t.locale))


def _decimal(t: Translator, number: float) -> str:
    return str(format_decimal(number, "#,##0.##", locale=t.locale))

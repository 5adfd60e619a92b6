"""What the picture of a question's results says: bars for choices, shares for ratings."""

from xinno_core.services.questions import FieldKind, Option
from xinno_core.services.results import GroupRow, QuestionResult, Stand
from xinno_core.services.wave_groups import Attribute
from xinno_core.texts.charts import Chart, Line
from xinno_core.texts.forms import option_label
from xinno_core.texts.languages import language_name
from xinno_core.texts.translator import Translator

MOST_BARS = 24


def chart_of(t: Translator, found: QuestionResult) -> Chart | None:
    """Return the chart of a question; None where nothing is counted, or too much for a phone."""
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
        locale=str(t.locale),
    )


def group_name(t: Translator, found: QuestionResult, row: GroupRow) -> str:
    """Return what the group of a row is called."""
    attribute = found.attribute or Attribute.ROLE
    return _group_word(t, found.stand, attribute, row.key)


def _group_word(t: Translator, found: Stand, attribute: Attribute, key: str) -> str:
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


def _lines(t: Translator, found: QuestionResult) -> tuple[Line, ...]:
    choices = found.asked.choices
    lead = found.stand.card.lead_language
    is_rating = found.asked.kind is FieldKind.RATING
    if not found.tally.counts:
        return ()
    if found.attribute is None and is_rating:
        numbers = tuple(found.tally.counts[option.key] for option in choices)
        return (Line("", numbers),)  # under the question, nothing else could be meant
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
                group=group_name(t, found, row),
                label=option_label(option, t, lead),
            ),
            () if (number := row.numbers[option.key]) is None else (number,),
        )
        for row in found.rows
        for option in choices
    )


def _rating_line(t: Translator, found: QuestionResult, row: GroupRow) -> Line:
    shown = tuple(number for number in row.numbers.values() if number is not None)
    label = t.gettext("{group}, n = {people}", group=group_name(t, found, row), people=row.people)
    return Line(label, shown if len(shown) == len(row.numbers) else ())

"""The read-me of a file: what it holds, what is not shown and why, and what had to be replaced."""

from collections.abc import Sequence
from datetime import datetime

from xinno_core.languages import OWN_NAMES
from xinno_core.models import SurveyMode, WaveEnd
from xinno_core.services.events import EventCard
from xinno_core.services.export_answers import AnswersExport, AskedSurvey, Version
from xinno_core.services.exports import Scope
from xinno_core.texts.answer_cells import (
    NOT_ASKED,
    REFUSED,
    SKIPPED,
    ColumnCells,
    missing_number,
    missing_word,
)
from xinno_core.texts.cells import CUT, LONGEST_CELL, UNKNOWN_SIGN, Replaced
from xinno_core.texts.dates import long_date, span, zone_name
from xinno_core.texts.sheets import Table
from xinno_core.texts.translator import Translator
from xinno_core.texts.welcome import co_funding, demo_line

Said = list[tuple[str, str]]


def title_of_answers(t: Translator) -> str:
    """Return what a file of answers is called."""
    return t.gettext("Answers without names")


def of_list(title: str, scope: Scope, t: Translator, *, now: datetime, replaced: Replaced) -> Table:
    """Return the read-me of a list."""
    said = [(t.gettext("Content"), title), *_of_file(t, now), *_of_replaced(t, replaced)]
    return _table(t, [*said, *_of_events(scope.cards, t)])


def of_answers(
    export: AnswersExport,
    t: Translator,
    *,
    now: datetime,
    replaced: Replaced,
    cells: Sequence[ColumnCells],
) -> Table:
    """Return the read-me of a file of answers."""
    said = [
        (t.gettext("Content"), title_of_answers(t)),
        (
            t.gettext("Note"),
            t.gettext(
                "The order of the rows has no meaning. What people wrote in their own words "
                "may still show who they are: please pass it on with care."
            ),
        ),
        *_of_file(t, now),
        *_of_missing(t, cells),
        *_of_suppressed(export, t),
        *_of_replaced(t, replaced),
    ]
    for survey in export.surveys:
        said.extend(_of_survey(survey, t))
    return _table(t, [*said, *_of_events(export.scope.cards, t)])


def _table(t: Translator, said: Said) -> Table:
    headings = (t.gettext("About"), "")
    return Table("read-me", t.gettext("Read me"), ("what", "value"), headings, said)


def _of_file(t: Translator, now: datetime) -> Said:
    return [
        (t.gettext("Date of export"), long_date(t, now, "UTC")),
        (t.gettext("Language"), OWN_NAMES[t.language]),
        (t.gettext("Project"), "x-Inno Radar, Interreg CENTRAL EUROPE"),
        (t.gettext("Funding"), co_funding(t)),
    ]


def _of_missing(t: Translator, cells: Sequence[ColumnCells]) -> Said:
    meanings = {
        NOT_ASKED: t.gettext(
            "The question was not asked: an earlier answer ruled it out, or it is not part of "
            "this survey or of this version of it."
        ),
        SKIPPED: t.gettext("The question was asked, and left out."),
        REFUSED: t.gettext("The person chose: I would rather not say."),
    }
    said: Said = []
    for reason, meaning in meanings.items():
        codes = sorted({str(missing_number(reason, one.column)) for one in cells})
        said.append((f"{missing_word(reason, t)} = {', '.join(codes)}", meaning))
    return said


def _of_suppressed(export: AnswersExport, t: Translator) -> Said:
    said: Said = [
        (
            t.gettext("What is not shown"),
            t.gettext(
                "Answers are given out wave by wave, when a wave has ended with at least 5 of "
                "them; what is being collected now is in no file. How many were invited, and how "
                "many took part in a wave, is exact: that is no answer. By which way they "
                "answered is not shown where it would tell of fewer than 5 people."
            ),
        )
    ]
    said.extend(
        (
            t.gettext("Not shown: fewer than 5 answers"),
            _name(survey, t),
        )
        for survey in export.withheld
    )
    said.extend(
        (
            t.gettext("Not shown: fewer than 5 answers"),
            t.gettext("{survey}, wave {number}", survey=_name(survey, t), number=wave.number),
        )
        for survey in export.surveys
        for wave in survey.waves
        if wave.outcome is WaveEnd.TOO_FEW
    )
    return said


def _of_replaced(t: Translator, replaced: Replaced) -> Said:
    """Say what had to be replaced, so that nothing is lost in silence."""
    return [
        (
            t.gettext("Cells with signs that this form of file cannot hold"),
            t.gettext(
                "{number}; each such sign is shown as {sign}, and every line ends in one way",
                number=replaced.signs,
                sign=UNKNOWN_SIGN,
            ),
        ),
        (
            t.gettext("Cells cut at {number} characters", number=LONGEST_CELL),
            t.gettext("{number}; they end in {sign}", number=replaced.cut, sign=CUT.strip()),
        ),
        (
            t.gettext("Cells with an apostrophe put before a sign"),
            t.gettext(
                "{number}; a spreadsheet would have taken them for formulas",
                number=replaced.guarded,
            ),
        ),
    ]


def _of_survey(survey: AskedSurvey, t: Translator) -> Said:
    mode = (
        t.gettext("anonymous: kept without the person")
        if survey.mode is SurveyMode.ANONYMOUS
        else t.gettext("with a code instead of the name; the same in other surveys only by consent")
    )
    said: Said = [
        (t.gettext("Survey"), _name(survey, t)),
        (t.gettext("How answers are kept"), mode),
    ]
    if survey.instrument:
        said.append((t.gettext("Set of questions"), survey.instrument))
    said.append(
        (
            t.gettext("Waves in this file"),
            ", ".join(str(wave.number) for wave in survey.waves if wave.outcome is WaveEnd.OPENED),
        )
    )
    for number in sorted(survey.versions):
        said.extend(_of_version(survey, survey.versions[number], t))
    return said


def _of_version(survey: AskedSurvey, version: Version, t: Translator) -> Said:
    """Say how a version worded what the newest one words otherwise, or does not ask at all."""
    lead = survey.card.lead_language
    newest = survey.versions[survey.newest]
    name = t.gettext("Version {number} of the questions", number=version.number)
    if version is newest:
        return [(name, t.gettext("the newest; its words stand in the codebook"))]
    said: Said = []
    for key, field in version.fields.items():
        now = newest.fields.get(key)
        if now is None or t.show(now.text, lead) != t.show(field.text, lead):
            said.append((f"{name}: {key}", t.show(field.text, lead)))
        known = {one.key: t.show(one.label, lead) for one in (now.options if now else ())}
        said.extend(
            (f"{name}: {key} = {one.key}", t.show(one.label, lead))
            for one in field.options
            if known.get(one.key) != t.show(one.label, lead)
        )
    return said or [(name, t.gettext("the same words as the newest"))]


def _name(survey: AskedSurvey, t: Translator) -> str:
    lead = survey.card.lead_language
    return f"{t.show(survey.title, lead)} ({survey.card.key}/{survey.key})"


def _of_events(cards: Sequence[EventCard], t: Translator) -> Said:
    said: Said = []
    if any(card.is_demo for card in cards):
        said.append((t.gettext("Demo data"), demo_line(t)))
    for card in cards:
        zone = zone_name(t, card.starts_at, card.zone)
        when = f"{span(t, card.starts_at, card.ends_at, card.zone)} ({zone})"
        said.extend(
            [
                (t.gettext("Event"), t.show(card.title, card.lead_language)),
                (t.gettext("Key of the event"), card.key),
                (t.gettext("Region"), t.show(card.region, card.lead_language)),
                (t.gettext("Organiser"), card.organiser),
                (t.gettext("Date of the event"), when),
            ]
        )
    return said

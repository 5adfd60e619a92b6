"""Exports in the reader's words: headings, cells, codebook, and what the file is about."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, assert_never

from xinno_core.languages import OWN_NAMES
from xinno_core.models import RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.exports import (
    AnswersExport,
    Asked,
    CountsExport,
    DeliveriesExport,
    Delivery,
    Export,
    Questions,
    QuestionsExport,
    Registered,
    RegistrationsExport,
    Response,
)
from xinno_core.services.figures import NOT_GIVEN, Figures, Part
from xinno_core.services.questions import FieldKind
from xinno_core.texts.channels import channel_name
from xinno_core.texts.dates import long_date, span, zone_name
from xinno_core.texts.forms import house_option
from xinno_core.texts.sheets import Book, Cell, Row, Table
from xinno_core.texts.translator import Translator
from xinno_core.texts.welcome import co_funding, demo_line

STATES = (
    RegistrationState.CONFIRMED,
    RegistrationState.OFFERED,
    RegistrationState.WAITLISTED,
    RegistrationState.REQUESTED,
    RegistrationState.DECLINED,
    RegistrationState.CANCELLED,
)

Columns = Mapping[str, tuple[str, str]]
"""Key of a column to its heading and what it means."""


def book(export: Export, t: Translator, *, now: datetime) -> Book:
    """Return the file around an export's rows."""
    t = t.plain
    if isinstance(export, AnswersExport):
        headings = _answer_headings(export, t)
        codebook = _answer_codebook(export, t)
    else:
        columns = _columns(export, t)
        headings = {key: heading for key, (heading, _) in columns.items()}
        codebook = Table(
            "codebook",
            t.gettext("Codebook"),
            ("column", "heading", "meaning"),
            (t.gettext("Column"), t.gettext("Heading"), t.gettext("Meaning")),
            [(key, heading, meaning) for key, (heading, meaning) in columns.items()],
        )
    return Book(
        title=_title(export, t),
        data=Table("data", t.gettext("Data"), tuple(headings), tuple(headings.values())),
        tables=(codebook, _about(export, t, now=now)),
        made_at=now.astimezone(UTC),
    )


def cells(export: Export, t: Translator) -> Callable[[Any], list[Row]]:
    """Return what makes rows of one line of this export."""
    t = t.plain
    cards = {card.id: card for card in export.scope.cards}
    match export:
        case AnswersExport():
            asked = {(one.survey_id, one.column): one for one in export.asked}
            columns = tuple(_answer_headings(export, t))
            return lambda response: [_answer_row(response, columns, asked, t)]
        case CountsExport():
            return lambda figures: _count_rows(figures, t)
        case RegistrationsExport():
            return lambda line: [_registered_row(line, cards, t)]
        case DeliveriesExport():
            return lambda line: [_delivery_row(line, cards)]
        case QuestionsExport():
            return lambda line: [_questions_row(line, cards)]
        case _:
            assert_never(export)


def shown_total(t: Translator, number: int | None) -> str | int:
    """Return a number, or a word where it tells of too few people."""
    return t.plain.gettext("fewer than 5") if number is None else number


def state_word(t: Translator, state: RegistrationState) -> str:
    """Return the word for the state of a registration."""
    match state:
        case RegistrationState.CONFIRMED:
            return t.plain.gettext("Confirmed")
        case RegistrationState.OFFERED:
            return t.plain.gettext("Seat offered")
        case RegistrationState.WAITLISTED:
            return t.plain.gettext("Waiting")
        case RegistrationState.REQUESTED:
            return t.plain.gettext("Requested")
        case RegistrationState.DECLINED:
            return t.plain.gettext("Declined")
        case RegistrationState.CANCELLED:
            return t.plain.gettext("Cancelled")


# ── answers ──────────────────────────────────────────────────────────────────────────────────
def _answer_headings(export: AnswersExport, t: Translator) -> dict[str, str]:
    headings: dict[str, str] = {}
    if len({one.card.id for one in export.asked}) > 1:
        headings["event"] = t.gettext("Event")
    for one in export.asked:
        headings.setdefault(one.column, t.show(one.field.text, one.card.lead_language))
    return headings


def _answer_row(
    response: Response,
    columns: tuple[str, ...],
    asked: Mapping[tuple[int, str], Asked],
    t: Translator,
) -> Row:
    row: list[Cell] = []
    for column in columns:
        one = asked.get((response.survey_id, column))
        if one is not None:
            row.append(_answer(one, response.values.get(column), t))
        elif column == "event":
            row.append(_event_key(response.survey_id, asked))
        else:
            row.append(None)  # a question of another event's survey
    return row


def _event_key(survey_id: int, asked: Mapping[tuple[int, str], Asked]) -> str:
    return next(one.card.key for (survey, _), one in asked.items() if survey == survey_id)


def _answer(one: Asked, value: object, t: Translator) -> Cell:
    if isinstance(value, list):
        return "; ".join(_label(one, str(key), t) for key in value)
    if value is None or isinstance(value, int):
        return value
    if one.field.kind in {FieldKind.SINGLE, FieldKind.YES_NO}:
        return _label(one, str(value), t)
    return str(value)


def _label(one: Asked, key: str, t: Translator) -> str:
    option = next((option for option in one.field.choices if option.key == key), None)
    if option is None or not option.label:
        return house_option(key, t)
    return t.show(option.label, one.card.lead_language)


def _answer_codebook(export: AnswersExport, t: Translator) -> Table:
    return Table(
        "codebook",
        t.gettext("Codebook"),
        ("event", "column", "question", "kind", "options", "scale", "answers"),
        (
            t.gettext("Event"),
            t.gettext("Column"),
            t.gettext("Question"),
            t.gettext("Kind"),
            t.gettext("Answers to choose from, with their codes"),
            t.gettext("Scale"),
            t.gettext("Number of answers"),
        ),
        [
            (
                one.card.key,
                one.column,
                t.show(one.field.text, one.card.lead_language),
                _kind(one.field.kind, t),
                "; ".join(
                    f"{option.key} = {_label(one, option.key, t)}" for option in one.field.options
                ),
                _scale(one, t),
                one.answers,
            )
            for one in export.asked
        ],
    )


def _kind(kind: FieldKind, t: Translator) -> str:
    match kind:
        case FieldKind.SINGLE | FieldKind.YES_NO:
            return t.gettext("One answer of several")
        case FieldKind.MULTIPLE:
            return t.gettext("Several answers")
        case FieldKind.RATING:
            return t.gettext("Rating")
        case FieldKind.NUMBER:
            return t.gettext("Number")
        case FieldKind.TEXT | FieldKind.WALL_TIME | FieldKind.LINK | FieldKind.HOURS:
            return t.gettext("Own words")


def _scale(one: Asked, t: Translator) -> str:
    if one.field.kind is not FieldKind.RATING:
        return ""
    lead = one.card.lead_language
    low, high = t.show(one.field.low, lead), t.show(one.field.high, lead)
    if not (low and high):
        return t.gettext("1 is lowest, 5 is highest.")
    return t.gettext("1 = {low}, 5 = {high}", low=low, high=high)


# ── counts, registrations, deliveries ────────────────────────────────────────────────────────
def _columns(
    export: CountsExport | RegistrationsExport | DeliveriesExport | QuestionsExport, t: Translator
) -> Columns:
    event = (t.gettext("Event"), t.gettext("Key of the event; its title stands under About."))
    match export:
        case CountsExport():
            return {
                "event": event,
                "part": (t.gettext("Counted by"), t.gettext("What the people are counted by.")),
                "key": (t.gettext("Code"), t.gettext("Code of the group.")),
                "group": (t.gettext("Group"), t.gettext("Who is counted in this row.")),
                **{
                    state.value: (
                        state_word(t, state),
                        t.gettext(
                            "Number of people. “fewer than 5”: too few to show. “not shown”: "
                            "fewer than 5, or a number that would give such a one away."
                        ),
                    )
                    for state in STATES
                },
            }
        case RegistrationsExport():
            return {
                "event": event,
                "name": (
                    t.gettext("Name"),
                    t.gettext("As the person wrote it; empty after the person's data was erased."),
                ),
                "organisation": (t.gettext("Organisation"), t.gettext("As the person wrote it.")),
                "organisation_type": (
                    t.gettext("Organisation type"),
                    t.gettext("Target group of the programme."),
                ),
                "sector": (t.gettext("Sector"), t.gettext("Field in which it works mainly.")),
                "role": (t.gettext("Role"), t.gettext("Role at the event.")),
                "state": (t.gettext("State"), t.gettext("Where the registration stands.")),
                "channel": (
                    t.gettext("Channel"),
                    t.gettext("Link by which the person came; empty for the open one."),
                ),
            }
        case DeliveriesExport():
            return {
                "event": event,
                "participant": (
                    t.gettext("Participant"),
                    t.gettext("A number of the assistant's own, no name."),
                ),
                "kind": (t.gettext("Message"), t.gettext("Code of the kind of message.")),
                "class": (t.gettext("Class"), t.gettext("Code of how urgent it is.")),
                "state": (t.gettext("State"), t.gettext("Code of what became of it.")),
                "reason": (t.gettext("Reason"), t.gettext("Code of why.")),
                "attempts": (t.gettext("Attempts"), t.gettext("How often it was tried.")),
                "due_at": (t.gettext("Due (UTC)"), t.gettext("When it was to be sent.")),
                "sent_at": (t.gettext("Sent (UTC)"), t.gettext("When Telegram took it.")),
            }
        case QuestionsExport():
            return {
                "region": (t.gettext("Region"), t.gettext("Key of the region that was asked.")),
                "event": event,
                "kind": (
                    t.gettext("Kind"),
                    t.gettext("Code of what it is: a need, a question, praise; or not sorted."),
                ),
                "state": (t.gettext("State"), t.gettext("Code of what became of it.")),
                "number": (t.gettext("Number"), t.gettext("How many there are.")),
            }
        case _:
            assert_never(export)


def _count_rows(figures: Figures, t: Translator) -> list[Row]:
    key = figures.card.key
    total: Row = (
        key,
        t.gettext("All"),
        "",
        t.gettext("All"),
        *(shown_total(t, figures.totals[state]) for state in STATES),
    )
    hidden = t.gettext("not shown")
    return [
        total,
        *(
            (
                key,
                _part(line.part, t),
                line.key,
                _group(line.part, line.key, figures.card, t),
                *(
                    hidden if line.numbers[state] is None else line.numbers[state]
                    for state in STATES
                ),
            )
            for line in figures.lines
        ),
    ]


def _part(part: Part, t: Translator) -> str:
    match part:
        case Part.ROLE:
            return t.gettext("Role")
        case Part.TYPE:
            return t.gettext("Organisation type")
        case Part.SECTOR:
            return t.gettext("Sector")
        case Part.LANGUAGE:
            return t.gettext("Language")


def _group(part: Part, key: str, card: EventCard, t: Translator) -> str:
    if key == NOT_GIVEN:
        return t.gettext("Not given")
    if part is Part.ROLE:
        return _role(card, key, t)
    return OWN_NAMES.get(key, key) if part is Part.LANGUAGE else house_option(key, t)


def _role(card: EventCard | None, key: str, t: Translator) -> str:
    role = card.role(key) if card else None
    return t.show(role.label, card.lead_language) if card and role else key


def _registered_row(line: Registered, cards: Mapping[int, EventCard], t: Translator) -> Row:
    card = cards.get(line.event_id)
    return (
        card.key if card else "",
        line.name or "",
        line.organisation or "",
        house_option(line.type, t) if line.type else "",
        house_option(line.sector, t) if line.sector else "",
        _role(card, line.role, t),
        state_word(t, line.state),
        channel_name(t.plain, line.channel) if line.channel else "",
    )


def _delivery_row(line: Delivery, cards: Mapping[int, EventCard]) -> Row:
    card = cards.get(line.event_id or 0)
    return (
        card.key if card else "",
        line.participant_id,
        line.kind.value,
        line.notice_class.value,
        line.state.value,
        line.reason or "",
        line.attempts,
        _utc(line.due_at),
        _utc(line.sent_at) if line.sent_at else "",
    )


def _questions_row(line: Questions, cards: Mapping[int, EventCard]) -> Row:
    card = cards.get(line.event_id or 0)
    kind = line.kind.value if line.kind else ""
    return (line.region, card.key if card else "", kind, line.state.value, line.number)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


# ── about ────────────────────────────────────────────────────────────────────────────────────
def _title(export: Export, t: Translator) -> str:
    match export:
        case AnswersExport():
            return t.gettext("Answers without names")
        case CountsExport():
            return t.gettext("Counts")
        case RegistrationsExport():
            return t.gettext("List of registrations")
        case DeliveriesExport():
            return t.gettext("Messages and what became of them")
        case QuestionsExport():
            return t.gettext("Questions to the organisers, in numbers")
        case _:
            assert_never(export)


def _about(export: Export, t: Translator, *, now: datetime) -> Table:
    lines: list[tuple[str, str]] = [(t.gettext("Content"), _title(export, t))]
    if isinstance(export, AnswersExport):
        lines.append(
            (
                t.gettext("Note"),
                t.gettext(
                    "The order of the rows has no meaning. What people wrote in their own words "
                    "may still show who they are: please pass it on with care."
                ),
            )
        )
        lines.extend(
            (
                t.gettext("Not shown: fewer than 5 answers"),
                t.show(card.title, card.lead_language),
            )
            for card in export.withheld
        )
    lines.append((t.gettext("Date of export"), long_date(t, now, "UTC")))
    lines.append((t.gettext("Language"), OWN_NAMES[t.language]))
    lines.append((t.gettext("Project"), "x-Inno Radar, Interreg CENTRAL EUROPE"))
    lines.append((t.gettext("Funding"), co_funding(t)))
    if any(card.is_demo for card in export.scope.cards):
        lines.append((t.gettext("Demo data"), demo_line(t)))
    for card in export.scope.cards:
        lines.extend(_about_event(card, t))
    headings = (t.gettext("About"), "")
    return Table("about", t.gettext("About"), ("what", "value"), headings, lines)


def _about_event(card: EventCard, t: Translator) -> list[tuple[str, str]]:
    zone = zone_name(t, card.starts_at, card.zone)
    when = f"{span(t, card.starts_at, card.ends_at, card.zone)} ({zone})"
    return [
        (t.gettext("Event"), t.show(card.title, card.lead_language)),
        (t.gettext("Key of the event"), card.key),
        (t.gettext("Region"), t.show(card.region, card.lead_language)),
        (t.gettext("Organiser"), card.organiser),
        (t.gettext("Date of the event"), when),
    ]

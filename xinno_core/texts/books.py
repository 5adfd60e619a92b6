"""Exports in the reader's words: headings, cells, codebook, and the file around them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, assert_never

from xinno_core.languages import OWN_NAMES
from xinno_core.models import RegistrationState
from xinno_core.services.events import EventCard
from xinno_core.services.export_answers import AnswersExport
from xinno_core.services.export_lists import (
    AttendanceExport,
    Attended,
    DeliveriesExport,
    Delivery,
    FiguresExport,
    ListExport,
    Questions,
    QuestionsExport,
    Registered,
    RegistrationsExport,
)
from xinno_core.services.export_opening import Export
from xinno_core.services.exports import Format
from xinno_core.services.figure_rows import NOT_GIVEN, Level, Measure, Part
from xinno_core.services.figures import Count, Counts, Figures, Line, Place
from xinno_core.texts import read_me
from xinno_core.texts.answer_books import AnswerLayout
from xinno_core.texts.cells import Writing, prepared
from xinno_core.texts.channels import channel_name
from xinno_core.texts.forms import house_option
from xinno_core.texts.sheets import Book, Lines, Row, Table
from xinno_core.texts.translator import Translator

Columns = Mapping[str, tuple[str, str]]
"""Key of a column to its heading and what it means."""


@dataclass(frozen=True)
class Layout:
    """The file of an export, and what makes of each batch its number of rows and its lines."""

    book: Book
    lines: Callable[[Any], tuple[int, Sequence[Lines]]]


def layout(
    export: Export, t: Translator, *, way: Writing, format_: Format, now: datetime
) -> Layout:
    """Return how an export becomes a file."""
    if isinstance(export, AnswersExport):
        answers = AnswerLayout(export, t, way=way, format_=format_, now=now)
        return Layout(answers.book, answers.lines)
    make = _cells(export, t.plain)

    def lines(batch: Sequence[Any]) -> tuple[int, Sequence[Lines]]:
        made = [row for line in batch for row in make(line)]
        return len(made), [[[prepared(way, cell) for cell in row] for row in made]]

    return Layout(_book(export, t.plain, way=way, now=now), lines)


def _book(export: ListExport, t: Translator, *, way: Writing, now: datetime) -> Book:
    columns = _columns(export, t)
    headings = {key: heading for key, (heading, _) in columns.items()}
    codebook = Table(
        "codebook",
        t.gettext("Codebook"),
        ("column", "heading", "meaning"),
        (t.gettext("Column"), t.gettext("Heading"), t.gettext("Meaning")),
        [(key, heading, meaning) for key, (heading, meaning) in columns.items()],
    )
    title = _title(export, t)
    return Book(
        title=title,
        data=(Table("data", t.gettext("Data"), tuple(headings), tuple(headings.values())),),
        after=lambda: (
            codebook,
            read_me.of_list(title, export.scope, t, now=now, replaced=way.replaced),
        ),
        made_at=now.astimezone(UTC),
    )


def _cells(export: ListExport, t: Translator) -> Callable[[Any], list[Row]]:
    """Return what makes rows of one line of this export."""
    cards = {card.id: card for card in export.scope.cards}
    match export:
        case FiguresExport():
            return lambda figures: _count_rows(figures, t)
        case RegistrationsExport():
            return lambda line: [_registered_row(line, cards, t)]
        case AttendanceExport():
            return lambda line: [_attended_row(line, cards, t)]
        case DeliveriesExport():
            return lambda line: [_delivery_row(line, cards)]
        case QuestionsExport():
            return lambda line: [_questions_row(line, cards)]
        case _:
            assert_never(export)


def shown_total(t: Translator, number: int | None) -> str | int:
    """Return a number, or a word where it tells of too few people."""
    return t.plain.gettext("fewer than 5") if number is None else number


def measure_word(t: Translator, measure: Measure) -> str:
    """Return the word for what came of registrations."""
    match measure:
        case Measure.REGISTERED:
            return t.plain.gettext("With a place")
        case Measure.QUEUED:
            return t.plain.gettext("Waiting or asked")
        case Measure.ATTENDED:
            return t.plain.gettext("Came")
        case Measure.NO_SHOW:
            return t.plain.gettext("Had a place, did not come")
        case Measure.CANCELLED:
            return t.plain.gettext("Cancelled or declined")


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


# ── counts, registrations, deliveries ────────────────────────────────────────────────────────
def _columns(export: ListExport, t: Translator) -> Columns:
    event = (t.gettext("Event"), t.gettext("Key of the event; its title stands under “Read me”."))
    match export:
        case FiguresExport():
            return {
                "level": (t.gettext("Level"), t.gettext("An event, a region or a pilot.")),
                "place": (t.gettext("Key"), t.gettext("Key of the event, region or pilot.")),
                "part": (t.gettext("Counted by"), t.gettext("What the people are counted by.")),
                "key": (t.gettext("Code"), t.gettext("Code of the group.")),
                "group": (t.gettext("Group"), t.gettext("Who is counted in this row.")),
                "unit": (
                    t.gettext("What is counted"),
                    t.gettext("Participations, different people, or different organisations."),
                ),
                **{
                    measure.value: (measure_word(t, measure), _meaning(t, measure))
                    for measure in Measure
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
        case AttendanceExport():
            return {
                "event": event,
                "name": (
                    t.gettext("Name"),
                    t.gettext("As the person wrote it; empty after the person's data was erased."),
                ),
                "organisation": (t.gettext("Organisation"), t.gettext("As the person wrote it.")),
                "role": (t.gettext("Role"), t.gettext("Role at the event.")),
                "session": (
                    t.gettext("Session"),
                    t.gettext("What the person came to; empty for the event itself."),
                ),
                "at": (t.gettext("Noted (UTC)"), t.gettext("When it was noted.")),
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


def _meaning(t: Translator, measure: Measure) -> str:
    """Say what is counted under a measure."""
    match measure:
        case Measure.REGISTERED:
            return t.gettext("Have or had a place; those who came or did not come are among them.")
        case Measure.QUEUED:
            return t.gettext("Wait for a place, have asked for one, or have been offered one.")
        case Measure.ATTENDED:
            return t.gettext("Were noted at the event or at one of its sessions.")
        case Measure.NO_SHOW:
            return t.gettext("Were not noted where others were; counted once the event is over.")
        case Measure.CANCELLED:
            return t.gettext("Gave the place back, were declined, or the event was cancelled.")


def _count_rows(figures: Figures, t: Translator) -> list[Row]:
    """Return three rows of each group, for the three ways in which is counted."""
    of = (_level(figures.place, t), figures.place.key)
    everybody = (t.gettext("All"), "", t.gettext("All"))
    groups: list[tuple[tuple[str, str, str], Counts]] = [(everybody, figures.totals)]
    groups += [
        ((part_word(line.part, t), line.key, group_word(line, t)), line.counts)
        for line in figures.lines
    ]
    units: tuple[tuple[str, Callable[[Count], int]], ...] = (
        (t.gettext("Participations"), lambda count: count.participations),
        (t.gettext("Different people"), lambda count: count.persons),
        (t.gettext("Different organisations"), lambda count: count.organisations),
    )
    return [
        (*of, *group, unit, *(number(counts[measure]) for measure in Measure))
        for group, counts in groups
        for unit, number in units
    ]


def _level(place: Place, t: Translator) -> str:
    match place.level:
        case Level.EVENT:
            return t.gettext("Event")
        case Level.REGION:
            return t.gettext("Region")
        case Level.PILOT:
            return t.gettext("Pilot")


def part_word(part: Part, t: Translator) -> str:
    """Return what is counted by."""
    match part:
        case Part.ROLE:
            return t.gettext("Role")
        case Part.TYPE:
            return t.gettext("Organisation type")
        case Part.SECTOR:
            return t.gettext("Sector")
        case Part.COUNTRY:
            return t.gettext("Country")
        case Part.LANGUAGE:
            return t.gettext("Language")
        case Part.CHANNEL:
            return t.gettext("Channel")


def group_word(line: Line, t: Translator) -> str:
    """Return who is counted in a line."""
    key = line.key
    if line.part is Part.CHANNEL:
        return channel_name(t, key) if key else t.gettext("The open link")
    if key == NOT_GIVEN:
        return t.gettext("Not given")
    match line.part:
        case Part.ROLE:
            return _role(line.card, key, t)
        case Part.LANGUAGE:
            return OWN_NAMES.get(key, key)
        case Part.COUNTRY:
            return str(t.locale.territories.get(key, key))
        case _:
            return house_option(key, t)


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


def _attended_row(line: Attended, cards: Mapping[int, EventCard], t: Translator) -> Row:
    card = cards.get(line.event_id)
    lead = card.lead_language if card else "en"
    return (
        card.key if card else "",
        line.name or "",
        line.organisation or "",
        _role(card, line.role, t),
        t.show(line.session, lead) if line.session else "",
        _utc(line.at),
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


def _title(export: ListExport, t: Translator) -> str:
    match export:
        case FiguresExport():
            return t.gettext("Figures")
        case RegistrationsExport():
            return t.gettext("List of registrations")
        case AttendanceExport():
            return t.gettext("List of those who were there")
        case DeliveriesExport():
            return t.gettext("Messages and what became of them")
        case QuestionsExport():
            return t.gettext("Questions to the organisers, in numbers")
        case _:
            assert_never(export)

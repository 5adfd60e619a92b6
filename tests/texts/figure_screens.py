"""The screens of attendance, figures and countries, with the longest values there may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from xinno_core.languages import LANGUAGES
from xinno_core.services import attendance as noting
from xinno_core.services.events import EventCard, Slot
from xinno_core.services.figure_rows import Level, Measure, Part
from xinno_core.services.figures import KNOWN, Count, Figures, Line, Place, Reading
from xinno_core.texts import attendance, countries, figures
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Translator

Shown = Message | tuple[Message, ...]
Make = Callable[[Translator], Shown]

BIGGEST = 999_999_999
NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
TITLE = dict.fromkeys(LANGUAGES, ("&<b>🏟" * 30)[:119] + "<")
NAME = ("<i>&" * 40)[:80]
SLOT = Slot(BIGGEST, "k" * 57, TITLE, {}, True, (), {}, NOW, NOW)


def screens(card: EventCard) -> dict[Callable[..., Shown], list[Make]]:
    """Each function that makes a message, with each shape of what it is given."""
    course = replace(card, slots=(SLOT,) * 20)
    role = card.roles[-1].key
    lines = tuple(
        noting.Line(BIGGEST, name, NAME * 2, role, is_noted, not is_noted and bool(number % 2))
        for number, is_noted in enumerate((True, False) * 4)
        for name in (("", NAME)[number % 2],)
    )
    sheet = noting.Sheet(course, SLOT, lines, 1, 9, BIGGEST, BIGGEST)
    early = noting.TooEarly(course, SLOT, NOW)
    place = Place(Level.EVENT, BIGGEST, card.key, TITLE, "de")
    return {
        attendance.places: [
            lambda t: attendance.places(
                t, noting.Places(course, BIGGEST, tuple((slot, BIGGEST) for slot in course.slots))
            )
        ],
        attendance.sheet: [
            _sheet(one)
            for one in (
                sheet,
                replace(sheet, slot=None, lines=(), total=0),
                noting.PageChanged(sheet),
                early,
            )
        ],
        attendance.too_early: [lambda t: attendance.too_early(t, early)],
        figures.places: [lambda t: figures.places(t, (place,) * 20)],
        figures.figures: [
            _figures(card, place, part, is_own, number)
            for part in (None, *Part)
            for is_own in (True, False)
            for number in (BIGGEST, 0)
        ],
        countries.countries: [
            _countries(country, page) for country in ("", "GS") for page in (0, 1, 6, 99)
        ],
    }


def _sheet(shown: noting.Sheet | noting.TooEarly | noting.PageChanged) -> Make:
    return lambda t: attendance.sheet(t, shown)


def _countries(country: str, page: int) -> Make:
    return lambda t: countries.countries(t, country, page)


def _figures(card: EventCard, place: Place, part: Part | None, is_own: bool, number: int) -> Make:
    keys = {
        **KNOWN,
        Part.ROLE: tuple(role.key for role in card.roles),
        Part.CHANNEL: ("", *(f"{at}" * 60 for at in range(10))),
    }
    counts = dict.fromkeys(Measure, Count(number, number, number))
    lines = tuple(Line(part, key, counts, card) for key in keys[part]) if part else ()
    shown = Figures(place, counts, lines)
    return lambda t: figures.figures(t, Reading(shown, part, is_own))

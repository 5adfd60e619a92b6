"""What can be asked, and how: the vocabulary of all forms, and how a typed answer is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from xinno_core.languages import LanguageMap
from xinno_core.services.quiet import local_instant, wall_time

MOST_CHARACTERS = 500
MOST_NUMBER = 1_000_000
MOST_YEARS = 10

LINK = r"https://[^\s/]+\S*"
HOURS = r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?"
DATE_SHAPES = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%d. %m. %Y %H:%M")


class FieldKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    RATING = "rating"
    WALL_TIME = "wall_time"
    LINK = "link"
    HOURS = "hours"  # from and to, on any day


class Audience(StrEnum):
    """Who will see the answers."""

    ORGANISER = "organiser"
    RESULTS = "results"  # without the name
    ONLY_YOU = "only_you"
    EVERYONE = "everyone"
    RECIPIENT = "recipient"  # the one person it is written to
    CONFIRMED = "confirmed"  # those who have a place at the event


class Problem(StrEnum):
    """What is wrong with an answer."""

    CHOOSE_A_BUTTON = "choose_a_button"
    CHOOSE_ONE_AT_LEAST = "choose_one_at_least"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TIME = "not_a_time"
    NOT_IN_FUTURE = "not_in_future"
    BEFORE_FIRST_DAY = "before_first_day"
    NOT_A_LINK = "not_a_link"
    NOT_HOURS = "not_hours"


@dataclass(frozen=True)
class Option:
    """One answer to choose; without a label, the house has its own word for the key."""

    key: str
    label: LanguageMap = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """Asked only after one of these answers to an earlier question."""

    question: str
    answers: frozenset[str]

    def is_met(self, given: Mapping[str, Any]) -> bool:
        """Tell whether one of the answers was given; a question that was not asked has none."""
        answer = given.get(self.question)
        said = answer if isinstance(answer, list) else [answer]
        return any(str(one) in self.answers for one in said)  # a rating is a number


@dataclass(frozen=True)
class Field:
    """One question; without a text, the house has its own for the key."""

    key: str
    kind: FieldKind
    text: LanguageMap = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    required: bool = True
    low: LanguageMap = field(default_factory=dict)
    high: LanguageMap = field(default_factory=dict)
    most: int = MOST_CHARACTERS
    hint: str = ""  # what the house's own question needs to know, such as a language
    kept: str = ""  # what stays when the question is skipped
    source: str = ""  # the text to be put into another language
    zone: str = ""  # whose wall clock a time is read from
    not_before: datetime | None = None  # an instant: no time on an earlier day is taken
    least: int = 0
    only_if: Condition | None = None

    @property
    def choices(self) -> tuple[Option, ...]:
        """What can be pressed."""
        if self.kind is FieldKind.YES_NO:
            return (Option("yes"), Option("no"))
        if self.kind is FieldKind.RATING:
            return tuple(Option(str(number)) for number in range(1, 6))
        return self.options

    @property
    def is_typed(self) -> bool:
        """Tell whether the answer is written."""
        return self.kind in {
            *(FieldKind.TEXT, FieldKind.NUMBER, FieldKind.WALL_TIME, FieldKind.LINK),
            FieldKind.HOURS,
        }

    @property
    def most_bytes(self) -> int:
        """How long the longest answer is when it is written down, with its key."""
        options = sum(len(option.key) + 4 for option in self.choices)
        written = 4 * self.most if self.is_typed else 0  # UTF-8; an escaped sign takes two
        return len(self.key) + 32 + max(options, written)

    def fits(self, answer: object) -> bool:
        """Tell whether an earlier answer could still be given: its options may have changed."""
        keys = {option.key for option in self.choices}
        match self.kind:
            case FieldKind.TEXT | FieldKind.WALL_TIME | FieldKind.LINK | FieldKind.HOURS:
                return isinstance(answer, str) and bool(answer)
            case FieldKind.NUMBER:
                return isinstance(answer, int)
            case FieldKind.RATING:
                return str(answer) in keys
            case FieldKind.MULTIPLE:
                return isinstance(answer, list) and bool(answer) and keys.issuperset(answer)
        return answer in keys


@dataclass(frozen=True)
class Form:
    """What is asked under a topic, and who will see it."""

    topic: str  # feature and objects, separated by dots: "reg.12.visitor"
    fields: tuple[Field, ...]
    audience: Audience
    lead: str = "en"  # language to fall back to
    organiser: str = ""
    is_kept: bool = False  # once finished, the answers wait for a yes to their preview
    is_sealed: bool = False  # what is answered by now can't be read in the database
    known: Mapping[str, Any] = field(default_factory=dict)  # answers from before, to be kept

    @property
    def most_bytes(self) -> int:
        """How long all answers together can be when they are written down."""
        return 64 + sum(one.most_bytes for one in self.fields)

    def shown(self, answers: Mapping[str, Any]) -> tuple[int, ...]:
        """Return which fields are asked after these answers, by their place in the form."""
        given: dict[str, Any] = {}
        places = []
        for place, asked in enumerate(self.fields):
            if asked.only_if is None or asked.only_if.is_met(given):
                places.append(place)
                given[asked.key] = answers.get(asked.key, self.known.get(asked.key))
        return tuple(places)


def read_typed(asked: Field, text: str, *, now: datetime) -> str | int | Problem:
    """Return the value of a typed answer, or what is wrong with it."""
    text = "".join(sign for sign in text if sign.isprintable() or sign in "\n\u200d").strip()
    if not asked.is_typed:
        return Problem.CHOOSE_A_BUTTON
    if not text:
        return Problem.EMPTY
    if len(text) > asked.most:
        return Problem.TOO_LONG
    if asked.kind is FieldKind.NUMBER:
        digits = text.isascii() and text.isdigit()
        fits = digits and asked.least <= int(text) <= MOST_NUMBER
        return int(text) if fits else Problem.NOT_A_NUMBER
    if asked.kind is FieldKind.WALL_TIME:
        return _read_wall_time(asked, text, now=now)
    if asked.kind is FieldKind.HOURS and read_hours(text) is None:
        return Problem.NOT_HOURS
    if asked.kind is FieldKind.LINK and not re.fullmatch(LINK, text):
        return Problem.NOT_A_LINK
    return text


def read_hours(text: str) -> tuple[time, time] | None:
    """Return from when to when typed hours go, None when they are none; "22-7" will do."""
    found = re.fullmatch(HOURS, text.strip(), flags=re.ASCII)
    if found is None:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    try:
        starts, ends = _clock(*numbers[:2]), _clock(*numbers[2:])
    except ValueError:
        return None
    return (starts, ends) if starts != ends else None


def _clock(hour: int, minute: int) -> time:
    return time() if (hour, minute) == (24, 0) else time(hour, minute)


def _wall_time_problem(asked: Field, wall: datetime, *, now: datetime) -> Problem | None:
    zone = asked.zone or "UTC"
    if local_instant(wall, zone) <= now:
        return Problem.NOT_IN_FUTURE
    if asked.not_before and wall.date() < wall_time(asked.not_before, zone).date():
        return Problem.BEFORE_FIRST_DAY
    return None


def _read_wall_time(asked: Field, text: str, *, now: datetime) -> str | Problem:
    for shape in DATE_SHAPES:
        try:
            wall = datetime.strptime(text, shape)  # noqa: DTZ007 (wall time has no zone on purpose)
        except ValueError:
            continue
        years_ahead = wall.year - now.year
        if years_ahead < 0:
            return Problem.NOT_IN_FUTURE
        if years_ahead > MOST_YEARS:
            break  # a slip of the finger, and at the end of time no instant follows from it
        return _wall_time_problem(asked, wall, now=now) or wall.isoformat(timespec="minutes")
    return Problem.NOT_A_TIME

"""What the fields of these files may hold: keys, texts in several languages, times, zones."""

import difflib
import re
from datetime import date, time, timedelta
from typing import Annotated, Any, NoReturn
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from xinno_core.languages import LANGUAGES

KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LINK = r"^https://[^\s/]+\S*$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_GLIMPSE = 40
_LONGEST_LINK = 300
SPAN = r"^(?=.)([1-9][0-9]{0,2}h)?([1-9][0-9]{0,4}m)?$"


class Form(BaseModel):
    """A group of fields; a field it does not know is a mistake, not an extra."""

    # Not pydantic's strict mode: it would refuse plain groups of fields. Each type here is strict.
    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse(wrong: str, cure: str) -> NoReturn:
    """Say what is wrong with a value, and what to do about it."""
    kind = "refused"
    raise PydanticCustomError(kind, "{wrong} {cure}", {"wrong": wrong, "cure": cure})


def nearest(word: object, known: "list[str] | tuple[str, ...]") -> str:
    """Return the question whether a known word was meant, or nothing."""
    close = difflib.get_close_matches(str(word), known, n=1)
    return f"Did you mean {close[0]}? " if close else ""


def _key_up_to(longest: int) -> PlainValidator:
    def check(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(KEY, value):
            refuse(
                f"is {shown(value)}, which is not a key.",
                "Write small letters without accents, digits and hyphens, such as ground-zero.",
            )
        if len(value) > longest:
            refuse(
                f"is {len(value)} characters long; {longest} fit.",
                f"Shorten it by {len(value) - longest}.",
            )
        return value

    return PlainValidator(check)


def _key_schema(longest: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": KEY, "maxLength": longest})


def _known_language(value: str) -> str:
    if value not in LANGUAGES:
        refuse(
            f"{value} is not a language of the assistant.",
            f"{nearest(value, LANGUAGES)}Known are: {', '.join(LANGUAGES)}.",
        )
    return value


def _plain_text(value: str) -> str:
    if not value.strip():
        refuse("is empty.", "Write the text.")
    if found := re.search(r"</?[a-zA-Z][^<>]*>", value):
        refuse(
            f"contains markup ({found.group()}), which people would see as it stands here.",
            "Write plain text.",
        )
    if found := re.search(r"\{[^{}\n]*\}", value):
        refuse(
            f"contains a placeholder ({found.group()}), which nothing fills in.",
            "Write the words themselves.",
        )
    return value.strip()


def _link(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(LINK, value):
        refuse(
            f"is {shown(value)}, which is not an address on the web.",
            "Write all of it, such as https://meet.example.org/talks.",
        )
    if len(value) > _LONGEST_LINK:
        refuse(f"is {len(value)} characters long; {_LONGEST_LINK} fit.", "Use a shorter address.")
    return value


def _time(value: object) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(CLOCK, value):
        refuse(f"is {shown(value)}, which is not a time.", 'Write hours and minutes: "18:00".')
    return time.fromisoformat(value)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            refuse(f"is {value}, a day that no calendar has.", "Check month and day.")
    refuse(f"is {shown(value)}, which is not a date.", "Write year, month, day: 2026-12-10.")


def _span(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(SPAN, value) if isinstance(value, str) else None
    if found is None:
        refuse(
            f"is {shown(value)}, which is not a length of time.",
            'Write hours and minutes: "2h30m", "3h" or "45m".',
        )
    hours, minutes = (int((part or "0h")[:-1]) for part in found.groups())
    length = timedelta(hours=hours, minutes=minutes)
    if length > timedelta(days=14):
        refuse("is longer than 14 days.", "Make an event of each part.")
    return length


def _span_text(value: timedelta) -> str:
    hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if minutes else "")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        refuse(
            f"{value} is not a time zone.",
            f"{nearest(value, sorted(available_timezones()))}"
            "Write its IANA name, such as Europe/Rome.",
        )
    return value


def shown(value: Any) -> str:  # noqa: ANN401 (whatever the file holds)
    """Return a value as an author knows it from the file."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"' if len(value) <= _GLIMPSE else f'"{value[:_GLIMPSE]}…"'
        case list():
            return "a list"
        case dict():
            return "a group of fields"
        case _:
            return str(value)


Key = Annotated[str, _key_up_to(64), _key_schema(64)]
"""A name that machines use: small letters, digits, hyphens."""

ShortKey = Annotated[str, _key_up_to(32), _key_schema(32)]
"""A key that has to fit into the data of a button."""

MiddleKey = Annotated[str, _key_up_to(24), _key_schema(24)]
"""A key that stands behind another one."""

TinyKey = Annotated[str, _key_up_to(16), _key_schema(16)]
"""A key that has to fit into the data of a button beside another."""

LinkKey = Annotated[str, _key_up_to(48), _key_schema(48)]
"""A key that stands in a link together with other words."""

Language = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_known_language),
    WithJsonSchema({"type": "string", "enum": list(LANGUAGES)}),
]
Link = Annotated[
    str,
    PlainValidator(_link),
    WithJsonSchema({"type": "string", "pattern": LINK, "maxLength": _LONGEST_LINK}),
]
Zone = Annotated[str, StringConstraints(strict=True), AfterValidator(_zone)]
LocalTime = Annotated[
    time,
    PlainValidator(_time),
    PlainSerializer(lambda value: value.strftime("%H:%M"), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": CLOCK}),
]
Day = Annotated[
    date,
    PlainValidator(_day),
    PlainSerializer(date.isoformat, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Span = Annotated[
    timedelta,
    PlainValidator(_span),
    PlainSerializer(_span_text, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": SPAN}),
]
Whole = Annotated[int, Field(strict=True)]
Claim = Annotated[bool, Field(strict=True)]
Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Name = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=120), AfterValidator(_plain_text)
]

# Texts in several languages, by what they have to fit into.
_OfLabel = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=40), AfterValidator(_plain_text)
]
_OfLine = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=120), AfterValidator(_plain_text)
]
_OfSentence = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=300), AfterValidator(_plain_text)
]
_OfParagraph = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=800), AfterValidator(_plain_text)
]
_OfText = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=1500), AfterValidator(_plain_text)
]

Label = Annotated[dict[Language, _OfLabel], Field(min_length=1)]
"""Fits on a button."""

Line = Annotated[dict[Language, _OfLine], Field(min_length=1)]
"""Fits into a title."""

Sentence = Annotated[dict[Language, _OfSentence], Field(min_length=1)]
"""A question or a hint; a quiz of Telegram's own takes 300 characters."""

Paragraph = Annotated[dict[Language, _OfParagraph], Field(min_length=1)]
"""A part of a message: title, summary, programme and directions fit into its 4,096 together."""

Text = Annotated[dict[Language, _OfText], Field(min_length=1)]
"""The longest text of a format."""

"""The format of what happens when: the start, the sessions of an event, a series of events."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from xinno_core.blueprints.files.fields import (
    Day,
    Form,
    Key,
    Line,
    LinkKey,
    LocalTime,
    MiddleKey,
    Name,
    Paragraph,
    ShortKey,
    Span,
    Text,
    Whole,
    refuse,
    shown,
)
from xinno_core.blueprints.place import Place

FRIDAY = 5
Choice = Literal["all", "own"]


def _seats_by_limit(value: object) -> object:
    if not isinstance(value, Mapping):
        refuse(
            f"is {shown(value)}, where the key of a limit and its seats are expected.",
            "Write them such as {visitors: 40}.",
        )
    return value


SeatsByLimit = Annotated[
    dict[ShortKey, Annotated[Whole, Field(ge=1, le=100_000)]], BeforeValidator(_seats_by_limit)
]


class Starts(Form):
    """When an event begins: on a date, or some days after the file is imported."""

    in_days: Whole | None = Field(
        default=None,
        ge=1,
        le=730,
        description="Days from the first import, such as 14; a weekend moves to the Monday after.",
    )
    on: Day | None = Field(default=None, description="Date of the event: 2026-12-10.")
    at: LocalTime = Field(description='Local time at which it begins, such as "18:00".')

    def local(self, today: date) -> datetime:
        """Return the wall time of the beginning, for a file imported on this local day."""
        if self.on is not None:
            return datetime.combine(self.on, self.at)
        day = today + timedelta(days=self.in_days or 0)
        past_friday = max(day.isoweekday() - FRIDAY, 0)
        return datetime.combine(day + timedelta(days=(3 - past_friday) % 3), self.at)


class Series(Form):
    """Events that belong together."""

    key: Key = Field(description="Key of the series, such as ground-zero; the same in its files.")
    title: Line = Field(description="Title of the series in each language.")


class Further(Form):
    """Another event of the same file; what it leaves out is as in `event`."""

    key: LinkKey = Field(description="Key of the event; it stands in its link.")
    starts: Starts = Field(description='When it begins: {on: 2026-12-10, at: "18:00"}.')
    title: Line | None = Field(
        default=None, description="Title in each language, if it has one of its own."
    )
    summary: Paragraph | None = Field(
        default=None, description="What it is, in each language, if it is something else."
    )
    programme: Text | None = Field(
        default=None, description="What happens, in each language, if it is something else."
    )
    place: Place | None = Field(
        default=None, description="Where people meet, if it is elsewhere: `name`, `address`."
    )
    limits: SeatsByLimit = Field(
        default={}, description="Seats that are other than in `limits`: {visitors: 40}."
    )


class Session(Form):
    """A slot of the agenda: a day of a course, or a workshop that people choose."""

    key: MiddleKey = Field(description="Key of the session, such as day-1.")
    title: Line = Field(description="Title of the session in each language.")
    summary: Paragraph | None = Field(
        default=None, description="What it is about, in each language."
    )
    day: Whole = Field(
        default=0, ge=0, le=120, description="Days after the event's first day, such as 7."
    )
    at: LocalTime = Field(description='Local time at which it begins, such as "14:00".')
    lasts: Span = Field(description='How long it takes, such as "3h".')
    room: Name | None = Field(
        default=None, description="Room at the event's place, such as Sala 2."
    )
    place: Place | None = Field(
        default=None, description="Where it is, if not at the event's place: `name`, `address`."
    )
    choice: Choice = Field(
        default="all",
        description="all: whoever is registered takes part; own: people choose it themselves.",
    )
    roles: list[ShortKey] = Field(
        default=[], description="Roles that take part; none named means all of them."
    )

    def after(self, first: time) -> timedelta:
        """Return how much later the session begins, on the wall clock, than its event."""
        return self._clock(self.at) - self._clock(first) + timedelta(days=self.day)

    def starting(self, after: timedelta, first: time) -> "Session":
        """Return the session at this distance from an event that begins at another time."""
        begins = self._clock(first) + after
        return self.model_copy(
            update={"day": (begins - self._clock(time(0))).days, "at": begins.time()}
        )

    @staticmethod
    def _clock(at: time) -> datetime:
        return datetime.combine(date(2001, 1, 1), at)

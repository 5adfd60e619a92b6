"""The format of a journey: what is sent around an event, when, and to whom.

Two kinds of offset: days with a local time keep the wall clock when the clocks change; hours keep
the time that really passes. Both may count from any of the moments.
"""

from typing import Literal

from pydantic import Field

from xinno_core.blueprints.files.fields import (
    Form,
    Line,
    Link,
    LocalTime,
    ShortKey,
    Text,
    Whole,
)

RuleKind = Literal["reminder", "thanks", "survey", "exercise", "note", "next", "media"]
RuleClass = Literal["critical", "service", "optional"]
AnchorName = Literal["start", "end", "registration", "publication", "survey_closing"]
ClockName = Literal["event", "person"]
StateName = Literal["confirmed", "waitlisted", "requested", "offered"]

CLASS_OF: dict[RuleKind, RuleClass] = {
    "reminder": "service",
    "thanks": "service",
    "survey": "service",
    "exercise": "optional",
    "note": "service",
    "next": "optional",
    "media": "service",
}
EACH = "each"
"""Word of a rule that holds for each session in which everyone registered takes part."""


class When(Form):
    """When a rule is due: days with a time, or hours, around a moment."""

    anchor: AnchorName | None = Field(
        default=None,
        description="From what is counted: start, end, registration (of each person), publication "
        "or survey_closing; left out, before means start and after means end.",
    )
    session: ShortKey | None = Field(
        default=None,
        description="Key of the session whose start or end counts; each: one message for each.",
    )
    days_before: Whole | None = Field(
        default=None, ge=0, le=365, description="Days before, with `at`: 7."
    )
    days_after: Whole | None = Field(
        default=None, ge=0, le=365, description="Days after, with `at`: 1."
    )
    hours_before: Whole | None = Field(default=None, ge=1, le=240, description="Hours before: 2.")
    hours_after: Whole | None = Field(default=None, ge=0, le=240, description="Hours after: 1.")
    at: LocalTime | None = Field(
        default=None, description='Local time of the day, with days: "10:00".'
    )
    clock: ClockName = Field(
        default="event",
        description="Whose local time `at` means: event (of the place) or person (each one's own).",
    )

    @property
    def counts_from(self) -> AnchorName:
        """The moment of the event from which the offset counts."""
        is_before = self.days_before is not None or self.hours_before is not None
        return self.anchor or ("start" if is_before else "end")

    @property
    def days(self) -> int | None:
        """Calendar days after that moment, negative before it; None when hours are given."""
        return self.days_after if self.days_before is None else -self.days_before

    @property
    def hours(self) -> int | None:
        """Elapsed hours after that moment, negative before it; None when days are given."""
        return self.hours_after if self.hours_before is None else -self.hours_before


class Audience(Form):
    """Who gets it: everyone with a confirmed seat, only some roles, or those who wait."""

    roles: list[ShortKey] = Field(
        default=[], description="Roles that get it; none named means all of them."
    )
    states: list[StateName] = Field(
        default=["confirmed"],
        min_length=1,
        description="How their registration stands: confirmed, waitlisted, requested, offered.",
    )

    @property
    def named_states(self) -> list[str]:
        """The states as they are kept: none where only a place counts."""
        return [] if self.states == ["confirmed"] else list(self.states)


class Article(Form):
    """A page on the web that a rule leads to."""

    url: Link = Field(description="Its address, such as https://example.org/evening.")
    title: Line = Field(description="What it is, in each language, up to 120 characters.")


class Rule(Form):
    """One line of a journey."""

    key: ShortKey = Field(description="Key of the rule, such as week-before.")
    kind: RuleKind = Field(
        description="What is sent: reminder, thanks, survey, exercise, note, next or media."
    )
    when: When = Field(
        description='When it is due: {days_before: 7, at: "10:00"} or {hours_before: 2}.'
    )
    audience: Audience = Field(
        default=Audience(), description="Who gets it: {roles: [visitor]}; everyone if left out."
    )
    given_class: RuleClass | None = Field(
        default=None,
        alias="class",
        description="How urgent it is: critical, service or optional; each kind has its own.",
    )
    exercise: ShortKey | None = Field(
        default=None, description="Key of the exercise, for the kind exercise: com-4."
    )
    survey: ShortKey | None = Field(
        default=None, description="Key of the survey, for the kind survey, if there are several."
    )
    text: Text | None = Field(
        default=None, description="The text in each language, for the kinds note and media."
    )
    links: list[Article] = Field(
        default=[],
        max_length=5,
        description="Articles and videos on the web, for the kind media, each `url` and `title`.",
    )
    useful_for: Whole | None = Field(
        default=None, ge=1, le=720, description="Hours after which it is no longer worth sending."
    )

    @property
    def urgency(self) -> RuleClass:
        """How urgent it is, by its own word or by its kind."""
        return self.given_class or CLASS_OF[self.kind]

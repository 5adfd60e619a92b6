"""The format of a blueprint: region, event, seats, questions; the rest has modules of its own.

A description says what to write, because it is what an author reads: in the editor, in the
documentation, and as the cure when the field is missing.
"""

from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from xinno_core.blueprints.agenda import Further, Series, Session, Starts
from xinno_core.blueprints.files.fields import (
    Claim,
    Form,
    Key,
    Label,
    Language,
    Line,
    LinkKey,
    LocalTime,
    Name,
    Paragraph,
    Sentence,
    ShortKey,
    Span,
    Text,
    Whole,
    Zone,
)
from xinno_core.blueprints.journey import Rule
from xinno_core.blueprints.place import Place
from xinno_core.blueprints.survey import Option, Survey

Format = Literal[
    "p2p_needs", "course", "transborder", "talks", "evening", "coworking", "expo", "team"
]
Tone = Literal["formal", "informal"]
TestZone = Literal["1A", "1B"]
Country = Literal["AT", "BE", "CZ", "DE", "IT", "PL", "SI", "SK"]
OrganisationType = Literal[
    "sme", "large", "bso", "hei", "edu", "lpa", "rpa", "npa", "sec", "ngo", "pub", "oth"
]
QuestionKind = Literal["single", "multiple", "text", "number", "yes_no"]


OVERBOOKED_PERCENT = 15


class Pilot(Form):
    """Several regions with one theme."""

    key: Key = Field(description="Key of the pilot, such as pilot-1; the same in all its files.")
    name: Line = Field(description="Name of the pilot in each language of the event.")


class Organiser(Form):
    """Who invites."""

    name: Name = Field(description="Name of the organisation, in its own language.")
    country: Country = Field(description="Country of the organisation, such as IT.")


class DataProtection(Form):
    """Who answers for the participants' data."""

    controller: Line = Field(description="Who is responsible for the data, in each language.")
    contact: Name = Field(description="Where questions about data go: an e-mail address.")
    authority: Line = Field(description="Authority that hears complaints, in each language.")
    retention_months: Whole = Field(
        default=6, ge=1, le=24, description="Months after an event until chat data is deleted."
    )


class QuietHours(Form):
    """When no message is sent that can wait."""

    begins: LocalTime = Field(
        default=time(20), alias="from", description='When quiet hours begin, such as "20:00".'
    )
    ends: LocalTime = Field(
        default=time(8), alias="to", description='When quiet hours end, such as "08:00".'
    )


class Region(Form):
    """One partner with its place."""

    key: Key = Field(description="Key of the region, such as padova; the same in all its files.")
    name: Line = Field(description="Name of the region in each language of the event.")
    test_zone: TestZone | None = Field(default=None, description="Test zone: 1A or 1B.")
    organiser: Organiser = Field(description="Who invites: `name` and `country`.")
    zone: Zone = Field(description="Time zone of the region, such as Europe/Rome.")
    languages: list[Language] = Field(
        min_length=1, description="Languages the region works in, its own first: [it, en]."
    )
    tone: Tone = Field(
        default="formal", description="How people are addressed: formal or informal."
    )
    data_protection: DataProtection = Field(
        description="Who answers for the data: `controller`, `contact`, `authority`."
    )
    quiet_hours: QuietHours = Field(
        default=QuietHours.model_validate({}),
        description='Hours without messages: {from: "20:00", to: "08:00"}.',
    )


class RegistrationCloses(Form):
    """Until when people can register."""

    hours_before: Whole = Field(
        default=0, ge=0, le=720, description="Hours before the beginning, such as 2."
    )


class AnswersClose(Form):
    """Until when people can change what they answered."""

    hours_before: Whole = Field(ge=0, le=720, description="Hours before the beginning, such as 24.")


class Event(Form):
    """What one registers for."""

    key: LinkKey = Field(description="Key of the event; it stands in its link.")
    title: Line = Field(description="Title in each language of the event.")
    summary: Paragraph = Field(description="What it is and for whom, in each language.")
    programme: Text | None = Field(
        default=None, description="What happens, without clock times, in each language."
    )
    lead_language: Language = Field(description="Language spoken at the event, such as it.")
    languages: list[Language] = Field(
        min_length=1, description="Languages its messages are written in: [it, en]."
    )
    zone: Zone | None = Field(
        default=None, description="Time zone of the place, if it is not the region's."
    )
    place: Place = Field(description="Where people meet: `name`, `address`.")
    starts: Starts | None = Field(
        default=None,
        description="When it begins; a file without it brings a format and no event.",
    )
    lasts: Span = Field(
        description='How long it takes, such as "2h30m"; with sessions, until the last one ends.'
    )
    registration_closes: RegistrationCloses = Field(
        default=RegistrationCloses.model_validate({}),
        description="When registration ends: {hours_before: 2}.",
    )
    answers_close: AnswersClose | None = Field(
        default=None,
        description="Until when answers can be changed, if not until registration closes.",
    )


class EventRole(Form):
    """As what people take part."""

    key: ShortKey = Field(description="Key of the role, such as visitor.")
    label: Label = Field(description="Name of the role in each language.")
    register_by: Literal["self", "approval", "invited"] = Field(
        default="self",
        alias="register",
        description="self: anyone may choose it; approval: the organiser agrees; invited: by link.",
    )


class Limit(Form):
    """How many seats some roles share."""

    key: ShortKey = Field(description="Key of the limit, such as visitors.")
    label: Label = Field(description="What is limited, in each language.")
    roles: list[ShortKey] = Field(
        default=[], description="Roles that share these seats; none named means all of them."
    )
    targets: list[OrganisationType] = Field(
        default=[], description="Types of organisation that share them; none named means all."
    )
    session: ShortKey | None = Field(
        default=None, description="Key of the session that has these seats, one that is chosen."
    )
    seats: Whole = Field(ge=1, le=100_000, description="Number of seats, such as 35.")
    room: Whole | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="How many the room holds; up to 15 % more seats may be given out.",
    )

    def with_seats(self, seats: int, *, elsewhere: bool = False) -> "Limit":
        """Return the limit with so many seats; a room that is not used says nothing of them."""
        fits = self.room is None or (not elsewhere and seats <= self.most_seats(self.room))
        return self.model_copy(update={"seats": seats, **({} if fits else {"room": None})})

    @staticmethod
    def most_seats(room: int) -> int:
        """Return how many seats may be given out in a room that holds so many."""
        return room * (100 + OVERBOOKED_PERCENT) // 100


class OnlyIf(Form):
    """After which answer to an earlier question a question is asked."""

    question: ShortKey = Field(description="Key of the earlier question, such as first-time.")
    answers: list[ShortKey] = Field(
        alias="is", min_length=1, description="Answers after which it is asked: [yes]."
    )


class Question(Form):
    """Asked once on the way to a seat."""

    key: ShortKey = Field(description="Key of the question, such as topic.")
    kind: QuestionKind = Field(
        description="How it is answered: single, multiple, text, number or yes_no."
    )
    text: Sentence = Field(description="The question in each language.")
    options: list[Option] = Field(
        default=[], max_length=10, description="Answers to choose from, each `key` and `label`."
    )
    required: Claim = Field(default=True, description="Whether it has to be answered: true, false.")
    roles: list[ShortKey] = Field(
        default=[], description="Roles that are asked; none named means all of them."
    )
    only_if: OnlyIf | None = Field(
        default=None,
        description="After which answer it is asked: {question: first-time, is: [yes]}.",
    )


class Blueprint(Form):
    """A format as a file: events, sessions, seats, questions, journey, surveys."""

    blueprint: Literal[1] = Field(description="Version of this file format: 1.")
    key: Key = Field(description="Key of the format, such as ground-zero.")
    format: Format = Field(description="Type of the event, such as course or evening.")
    demo: Claim = Field(
        default=False, description="true while some of its values are made up; the bot says so."
    )
    pilot: Pilot = Field(description="The pilot it belongs to: `key` and `name`.")
    region: Region = Field(description="The region that invites, with its organiser.")
    series: Series | None = Field(
        default=None, description="The series its events belong to: `key` and `title`."
    )
    event: Event = Field(description="What people register for.")
    further: list[Further] = Field(
        default=[], max_length=30, description="Further events of the file, a series' other dates."
    )
    sessions: list[Session] = Field(
        default=[], max_length=40, description="The agenda of each event: days or workshops."
    )
    roles: list[EventRole] = Field(
        min_length=1, max_length=10, description="As what people take part: `key` and `label`."
    )
    limits: list[Limit] = Field(
        default=[], max_length=20, description="How many seats there are, for which roles."
    )
    questions: list[Question] = Field(
        default=[], max_length=10, description="Asked when people register."
    )
    journey: list[Rule] = Field(
        default=[], max_length=40, description="What is sent before and after the event."
    )
    surveys: list[Survey] = Field(
        default=[], max_length=6, description="Questions before or after the event."
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the event's place."""
        return ZoneInfo(self.event.zone or self.region.zone)

    @property
    def first_clock(self) -> time:
        """The local time at which the first day begins, from which sessions are counted."""
        if self.event.starts is not None:
            return self.event.starts.at
        first_day = [session.at for session in self.sessions if session.day == 0]
        return min(first_day, default=time(0))

    def survey_of(self, rule: Rule) -> str | None:
        """Return the key of the survey that a rule sends: the one it names, or the only one."""
        if rule.kind != "survey":
            return None
        return rule.survey or (self.surveys[0].key if len(self.surveys) == 1 else None)

    def each(self) -> list["Blueprint"]:
        """Return the file once for each of its events, as if it had no other."""
        return [
            self.model_copy(update={"further": []}),
            *(self._alone(further) for further in self.further),
        ]

    def _alone(self, further: Further) -> "Blueprint":
        given = {
            name: getattr(further, name) for name in ("title", "summary", "programme", "place")
        }
        own = {name: value for name, value in given.items() if value is not None}
        return self.model_copy(
            update={
                "further": [],
                "event": self.event.model_copy(
                    update={"key": further.key, "starts": further.starts, **own}
                ),
                "limits": [
                    limit.with_seats(further.limits[limit.key], elsewhere=bool(further.place))
                    if limit.key in further.limits
                    else limit
                    for limit in self.limits
                ],
                "sessions": [
                    session.starting(session.after(self.first_clock), further.starts.at)
                    for session in self.sessions
                ],
            }
        )

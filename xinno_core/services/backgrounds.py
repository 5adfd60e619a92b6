"""What a batch of due notices refers to, and what is told of one notice that may go.

background_reading reads it; gate_facts says of it what the gate looks at, and due_notices what a
text needs.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xinno_core.languages import LanguageMap
from xinno_core.models import (
    Broadcast,
    Event,
    EventSession,
    Notice,
    NoticeClass,
    NoticeKind,
    Organisation,
    Participant,
    Presence,
    Purpose,
    Region,
    Registration,
    RegistrationState,
    Rule,
    SessionSeat,
    Survey,
)
from xinno_core.services.broadcast_figures import Figures
from xinno_core.services.contents import Content, File
from xinno_core.services.enquiry_cards import EnquiryCard
from xinno_core.services.events import EventCard, Slot
from xinno_core.services.pictures import Pictures, Withdrawal
from xinno_core.services.preferences import USUAL_PACE
from xinno_core.services.readers import Readers
from xinno_core.services.showing import Showing


@dataclass(frozen=True)
class Asker:
    """Who asks an organiser for a place, and as what."""

    registration_id: int
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class DueNotice:
    """One notice that may go: to whom, in which language, and what it is about."""

    id: int
    participant_id: int
    telegram_id: int
    language: str
    tone: str
    kind: NoticeKind
    params: Mapping[str, Any]
    now: datetime
    card: EventCard | None = None
    text: LanguageMap | None = None
    lead: str = "en"
    survey_id: int | None = None
    survey_title: LanguageMap = field(default_factory=dict)
    survey_minutes: int = 1
    survey_closes_at: datetime | None = None
    asks_ahead: bool = False  # the survey is answered before the event
    reminds: bool = False  # the reader was asked to answer it before
    actions: tuple[LanguageMap, ...] = ()  # what follows from the survey
    figures: Figures | None = None  # of the announcement
    author: str = ""  # who wrote it
    slot: Slot | None = None  # the session that an offer or a change is about
    next_card: EventCard | None = None  # the next event of the series
    chosen: tuple[Slot, ...] = ()  # the workshops in which the reader has a seat
    asker: Asker | None = None
    enquiry: EnquiryCard | None = None  # a question to the organisers, perhaps with its answer
    word: str | None = None  # the organiser's, with a yes or a no
    state: RegistrationState | None = None  # where the reader stands at the event
    broadcast_id: int | None = None
    version: int = 0  # of the announcement
    content: Content | None = None  # what an organiser composed, in the language chosen for them
    content_language: str = ""
    files: Mapping[int, File] = field(default_factory=dict)  # of the content, what may be shown
    parts_sent: int = 0  # messages of this notice that Telegram has already
    telegram_ids: tuple[int, ...] = ()  # and their ids
    notice_class: NoticeClass = NoticeClass.SERVICE
    pace: int = USUAL_PACE  # optional messages a week that the reader wants
    also: tuple[EventCard, ...] = ()  # other events that a reminder speaks for
    presence: Presence | None = None  # what was answered to a reminder that is shown once more
    showing: Showing | None = None  # the pictures and articles of an event
    withdrawal: Withdrawal | None = None  # who does not want to be shown
    a_day_later: int = 0  # the offset that a rule would have then


@dataclass(frozen=True)
class Background:
    """Everything a batch refers to, read at once."""

    now: datetime
    people: Mapping[int, Participant]
    events: Mapping[int, Event]
    regions: Mapping[int, Region]
    registrations: Mapping[tuple[int, int], Registration]
    rules: Mapping[int, Rule]
    surveys: Mapping[int, Survey]
    broadcasts: Mapping[int, Broadcast]
    sessions: Mapping[int, EventSession]
    agendas: Mapping[int, Sequence[EventSession]]
    following: Mapping[int, EventCard]
    seats: Mapping[tuple[int, int], SessionSeat]
    requests: Mapping[int, tuple[Registration, Participant, Organisation | None]]
    consenting: Mapping[Purpose, frozenset[int]]
    voted: frozenset[tuple[int, int]]
    newest: Mapping[tuple[int, int, NoticeKind], int]
    organisers: frozenset[tuple[int, int]]
    leads: frozenset[tuple[int, int]]
    actions: Mapping[int, tuple[LanguageMap, ...]]
    figures: Mapping[int, Figures]
    authors: Mapping[int, Participant]
    files: Mapping[int, File]
    enquiries: Mapping[int, EnquiryCard]
    readers: Readers
    pictures: Pictures

    def at(self, now: datetime, due: Iterable[Notice]) -> "Background":
        """Return the same background at a later moment, when these notices are due together."""
        newest: dict[tuple[int, int, NoticeKind], int] = {}
        for one in due:
            key = (one.participant_id, one.event_id or 0, one.kind)
            if one.rule_id is not None:
                newest[key] = max(newest.get(key, 0), one.id)
        return dataclasses.replace(self, now=now, newest=newest)


def region_of(background: Background, notice: Notice, event: Event | None) -> Region:
    """Return whose quiet hours and organisers count; a question may be about no event."""
    named = background.regions.get(notice.params.get("region_id", 0))
    if event is None:
        return named or next(iter(background.regions.values()))
    return background.regions[event.region_id]


def language_for(broadcast: Broadcast, person: Participant, event: Event | None) -> str:
    """Return in which language this reader gets an announcement; "" when they are left out."""
    return language_read(broadcast, person.language, event)


def language_read(broadcast: Broadcast, language: str, event: Event | None) -> str:
    """Return in which language an announcement is read by those who read this one."""
    if language in broadcast.content:
        return language
    lead = event.lead_language if event else "en"
    # A language that nobody read when it was confirmed: chosen since, so the event's own stands in.
    to = broadcast.fallback.get(language, lead)
    return to if to in broadcast.content else ""

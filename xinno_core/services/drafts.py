"""What an organiser is shown of an announcement that is not confirmed yet, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from xinno_core.languages import LANGUAGES
from xinno_core.models import NoticeClass
from xinno_core.services.audiences import Choosables, Counted
from xinno_core.services.contents import Content
from xinno_core.services.events import EventCard


class Hindrance(StrEnum):
    """Why a draft can't be confirmed yet."""

    NO_STATE = "no_state"  # nobody is chosen
    NOBODY = "nobody"  # nobody who is chosen would get it
    NO_TEXT = "no_text"
    UNDECIDED = "undecided"  # a language without a text, and nobody said what its readers get
    TIME_PAST = "time_past"


@dataclass(frozen=True)
class Draft:
    """An announcement before it goes: for whom, what in which language, how and when."""

    id: int
    card: EventCard
    draft_key: str
    audience: Mapping[str, Any]
    counted: Counted
    choosables: Choosables
    notice_class: NoticeClass
    contents: Mapping[str, Content]
    fallback: Mapping[str, str]
    starts_at: datetime | None  # at once without one
    to_group: bool
    group: str | None  # the title of the event's linked group
    now: datetime

    def has(self, language: str) -> bool:
        """Tell whether there is anything to send in this language."""
        return bool(self.contents.get(language))

    def content(self, language: str) -> Content:
        """Return what is written in a language."""
        return self.contents.get(language, Content())

    def gets(self, reads: str) -> str | None:
        """Return the language that these readers get: "" leaves them out, None is undecided."""
        if self.has(reads):
            return reads
        to = self.fallback.get(reads)
        return to if to is None or to == "" or self.has(to) else None

    @property
    def written(self) -> tuple[str, ...]:
        """Languages in which there is something to send, the event's own first."""
        return tuple(
            language
            for language in dict.fromkeys((self.card.lead_language, *LANGUAGES))
            if self.has(language)
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that somebody reads, those that are written, and the event's own."""
        return tuple(dict.fromkeys((*self.counted.reached, *self.written, self.card.lead_language)))

    @property
    def undecided(self) -> tuple[str, ...]:
        """Languages whose readers get nothing yet, and nobody said what they should get."""
        return tuple(one for one in self.counted.reached if self.gets(one) is None)

    @property
    def total(self) -> int:
        """How many people get it as it stands."""
        return sum(number for reads, number in self.counted.reached.items() if self.gets(reads))

    @property
    def hindrances(self) -> tuple[Hindrance, ...]:
        """Return what must be done before it can be confirmed."""
        if not self.audience.get("states"):
            return (Hindrance.NO_STATE,)
        if not self.counted.total:
            return (Hindrance.NOBODY,)
        checks = (
            (not self.written, Hindrance.NO_TEXT),
            (bool(self.written and self.undecided), Hindrance.UNDECIDED),
            (bool(self.written and not self.undecided and not self.total), Hindrance.NOBODY),
            (self.starts_at is not None and self.starts_at <= self.now, Hindrance.TIME_PAST),
        )
        return tuple(hindrance for applies, hindrance in checks if applies)


@dataclass(frozen=True)
class NotADraft:
    """This draft was confirmed or dropped meanwhile: nothing of it can be changed here."""

    id: int
    card: EventCard
    was_dropped: bool = False


@dataclass(frozen=True)
class Outdated:
    """The yes was to an older preview; nothing was sent."""

    draft: Draft


def topic_of(event_id: int) -> str:
    """Return the topic of the dialogue in which an event's announcement is written."""
    return f"announce.{event_id}"

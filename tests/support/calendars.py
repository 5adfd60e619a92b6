"""A calendar as people have one: it reads files by another library than wrote them.

What it keeps follows the rules by which calendars keep entries (RFC 5546, 2.1.5): one for each UID,
the higher SEQUENCE wins, and where it is equal the later DTSTAMP.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import vobject

ZONE = "Europe/Berlin"
_numbers = itertools.count()


@dataclass(frozen=True)
class Kept:
    """One entry as the other library reads it."""

    uid: str
    sequence: int
    stamp: datetime
    is_cancelled: bool
    title: str
    starts: datetime
    ends: datetime
    where: str
    link: str
    about: str

    @property
    def rank(self) -> tuple[int, datetime]:
        """What decides between two of one UID."""
        return self.sequence, self.stamp


def read(content: bytes) -> list[Kept]:
    """Read a file strictly; its zone is known from the file alone."""
    # Under another name each time: the library would take a zone that it knows from elsewhere.
    text = content.decode().replace(ZONE, f"Zone{next(_numbers)}")
    calendar = vobject.readOne(text, validate=True)
    takes_out = calendar.method.value == "CANCEL"
    entries = [_kept(event) for event in calendar.contents.get("vevent", [])]
    assert not takes_out or all(entry.is_cancelled for entry in entries)
    return entries


@dataclass
class Store:
    """A calendar that takes in files in whatever order they come."""

    known: dict[str, Kept] = field(default_factory=dict)

    def take(self, *contents: bytes) -> "Store":
        """Take in files, one after the other."""
        for content in contents:
            for entry in read(content):
                before = self.known.get(entry.uid)
                if before is None or entry.rank >= before.rank:
                    self.known[entry.uid] = entry
        return self

    @property
    def shown(self) -> list[Kept]:
        """What is to be seen, by its time."""
        entries: Iterable[Kept] = self.known.values()
        return sorted((one for one in entries if not one.is_cancelled), key=lambda one: one.starts)

    @property
    def only(self) -> Kept:
        """The only one there is to see."""
        (one,) = self.shown
        return one


def _kept(event: vobject.base.Component) -> Kept:
    def said(name: str) -> str:
        return str(getattr(event, name).value) if name in event.contents else ""

    starts, ends = event.dtstart.value, event.dtend.value
    assert starts.tzinfo is not None
    assert ends.tzinfo is not None
    return Kept(
        uid=said("uid"),
        sequence=int(said("sequence")),
        stamp=event.dtstamp.value.astimezone(UTC),
        is_cancelled=said("status") == "CANCELLED",
        title=said("summary"),
        starts=starts.astimezone(UTC),
        ends=ends.astimezone(UTC),
        where=said("location"),
        link=said("url"),
        about=said("description"),
    )

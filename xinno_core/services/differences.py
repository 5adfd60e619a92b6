"""How an event and its sessions stand, and what is otherwise than a person was last told.

All of it is plain values: what was told waits in the ledger until it is sent, and only then is it
put into words.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from xinno_core.languages import LanguageMap
from xinno_core.models import Event, EventSession
from xinno_core.services.quiet import wall_time

PARTS = ("name", "address", "room", "link")
"""What of a place is told."""

SOON = timedelta(hours=24)
"""News about what begins within this time can't wait for the morning."""

Times = tuple[datetime, datetime]


@dataclass(frozen=True)
class SessionStand:
    """When and where a session is; the place names only what is otherwise than at the event."""

    title: LanguageMap
    starts_at: datetime
    ends_at: datetime
    place: Mapping[str, str]

    @property
    def times(self) -> Times:
        """From when until when."""
        return self.starts_at, self.ends_at


@dataclass(frozen=True)
class Stand:
    """When and where an event is, with those of its sessions that concern somebody."""

    starts_at: datetime
    ends_at: datetime
    place: Mapping[str, str]
    sessions: Mapping[int, SessionStand]

    @property
    def times(self) -> Times:
        """From when until when."""
        return self.starts_at, self.ends_at

    def seen(self, session_ids: Collection[int], *, with_link: bool) -> "Stand":
        """Return what concerns one person: the address of an online room only with a seat."""
        return Stand(
            self.starts_at,
            self.ends_at,
            _without_link(self.place, keep=with_link),
            {
                key: replace(one, place=_without_link(one.place, keep=with_link))
                for key, one in self.sessions.items()
                if key in session_ids
            },
        )

    def to_params(self, titled: Collection[int] = ()) -> dict[str, Any]:
        """Return it as the ledger keeps it; only the sessions that are to be named have titles."""
        return {
            **_times_to_params(self.times),
            "place": dict(self.place),
            "sessions": {
                str(key): {
                    **_times_to_params(one.times),
                    "place": dict(one.place),
                    "title": dict(one.title) if key in titled else {},
                }
                for key, one in self.sessions.items()
            },
        }


@dataclass(frozen=True)
class Part:
    """A part of a place, as it was and as it is; nothing where there was, or is, none."""

    key: str  # place, room, link
    was: str
    now: str


@dataclass(frozen=True)
class SessionDifference:
    """What is otherwise with one session."""

    session_id: int
    title: LanguageMap
    times: tuple[Times, Times] | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Difference:
    """What is otherwise, and nothing else."""

    times: tuple[Times, Times] | None
    parts: tuple[Part, ...]
    sessions: tuple[SessionDifference, ...]
    moves_along: bool  # all sessions keep their distance from the event
    ends: Times | None = None  # the end as it was and is, where the start stays

    def __bool__(self) -> bool:
        return bool(self.times or self.parts or self.sessions)


def stand_of(event: Event, slots: Sequence[EventSession]) -> Stand:
    """Return how an event stands, with all its sessions."""
    return Stand(
        event.starts_at,
        event.ends_at,
        _told_parts(event.place),
        {
            slot.id: SessionStand(slot.title, slot.starts_at, slot.ends_at, _told_parts(slot.place))
            for slot in slots
        },
    )


def from_params(kept: Mapping[str, Any]) -> Stand:
    """Return what the ledger has kept."""
    return Stand(
        *_times_from_params(kept),
        kept["place"],
        {
            int(key): SessionStand(one["title"], *_times_from_params(one), one["place"])
            for key, one in kept["sessions"].items()
        },
    )


def difference(was: Stand, now: Stand, zone: str) -> Difference:
    """Return what is otherwise now.

    That the event ends later because a session does is told with the session alone; only the
    organiser's preview names the new end.
    """
    is_moved = was.starts_at != now.starts_at
    shared = {key: (was.sessions[key], one) for key, one in _shared(was, now)}
    by = _distance(was.starts_at, now.starts_at, zone)
    along = is_moved and all(
        _distance(before.starts_at, after.starts_at, zone) == by
        for before, after in shared.values()
    )
    sessions = (
        SessionDifference(
            key,
            after.title,
            None if along or before.times == after.times else (before.times, after.times),
            _differing(before.place, after.place),
        )
        for key, (before, after) in shared.items()
    )
    return Difference(
        (was.times, now.times) if is_moved else None,
        _differing(was.place, now.place),
        tuple(one for one in sessions if one.times or one.parts),
        moves_along=along and bool(shared),
        ends=(was.ends_at, now.ends_at) if not is_moved and was.ends_at != now.ends_at else None,
    )


def is_soon(spans: Collection[Times], *, now: datetime) -> bool:
    """Tell whether one of these begins within a day, or is under way."""
    return any(starts - SOON <= now <= ends for starts, ends in spans)


def spans_of(stand: Stand) -> list[Times]:
    """Return when people are together: in the sessions, and else as long as the event lasts."""
    if not stand.sessions:
        return [stand.times]
    return [
        (stand.starts_at, stand.starts_at),
        *(one.times for one in stand.sessions.values()),
    ]


def spans_of_difference(news: Difference, was: Stand, now: Stand) -> list[Times]:
    """Return when that takes place, or would have taken place, which is otherwise."""
    spans = spans_of(was) + spans_of(now) if news.times or news.parts else []
    for one in news.sessions:
        spans += [was.sessions[one.session_id].times, now.sessions[one.session_id].times]
    return spans


def _shared(was: Stand, now: Stand) -> Iterator[tuple[int, SessionStand]]:
    """Go through the sessions that were told, in the order of their times."""
    in_order = sorted(now.sessions.items(), key=lambda item: (item[1].starts_at, item[0]))
    return (item for item in in_order if item[0] in was.sessions)


def _distance(was: datetime, now: datetime, zone: str) -> timedelta:
    """Return how far the wall clock was moved, which is not the time that passes."""
    return wall_time(now, zone) - wall_time(was, zone)


def _differing(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[Part, ...]:
    """Name and address are one thing: neither can be found without the other."""
    both = (
        Part("place", _line(was), _line(now)),
        *(Part(key, was.get(key, ""), now.get(key, "")) for key in ("room", "link")),
    )
    return tuple(part for part in both if part.was != part.now)


def _line(place: Mapping[str, str]) -> str:
    return ", ".join(place[part] for part in ("name", "address") if place.get(part))


def _told_parts(place: Mapping[str, Any]) -> dict[str, str]:
    return {part: str(place[part]) for part in PARTS if place.get(part)}


def _without_link(place: Mapping[str, str], *, keep: bool) -> Mapping[str, str]:
    return place if keep else {part: place[part] for part in place if part != "link"}


def _times_to_params(times: Times) -> dict[str, str]:
    starts, ends = times
    return {"starts": starts.isoformat(), "ends": ends.isoformat()}


def _times_from_params(kept: Mapping[str, Any]) -> Times:
    return datetime.fromisoformat(kept["starts"]), datetime.fromisoformat(kept["ends"])

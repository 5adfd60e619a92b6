"""What places, times, sessions and seats of the events of a file have to do with each other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.blueprints.files.values import Group, entries, group, is_whole, keys
from xinno_core.blueprints.journey import EACH
from xinno_core.blueprints.schema import Limit


def faults(data: Group) -> Iterator[Fault]:
    """Find what does not fit in where and when, and for how many."""
    event = group(data, "event")
    yield from _place(("event", "place"), event)
    yield from _starts(("event", "starts"), data, event)
    for path, one in entries(data, "further"):
        yield from _place((*path, "place"), one)
        yield from _starts((*path, "starts"), data, one)
        yield from _further(path, one, data)
    for path, one in entries(data, "sessions"):
        yield from _place((*path, "place"), one)
        yield from _session(path, one, group(event, "starts"))
    for path, one in entries(data, "limits"):
        yield from _limit(path, one, data)


def _place(path: Path, owner: Group) -> Iterator[Fault]:
    place = group(owner, "place")
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if one in place and other not in place:
            yield Fault(
                (*path, other),
                f"is missing, but {one} is given.",
                f"Add {other}, or remove {one}.",
            )
    if place and "address" not in place and "link" not in place:
        yield Fault(
            (*path, "address"),
            "is missing; people would not find it.",
            "Add street and town, or a `link` if it is online.",
        )


def _starts(path: Path, data: Group, owner: Group) -> Iterator[Fault]:
    starts = group(owner, "starts")
    if not starts:
        return
    if ("in_days" in starts) == ("on" in starts):
        both = "on" in starts
        yield Fault(
            path,
            "has both `in_days` and `on`." if both else "has neither `in_days` nor `on`.",
            "Keep `on` for a fixed date, or `in_days` for one counted from the import."
            if both
            else "Add `on: 2026-12-10` for a fixed date, or `in_days: 14`.",
        )
    zone_name = group(data, "event").get("zone") or group(data, "region").get("zone") or "UTC"
    try:
        wall = datetime.combine(
            date.fromisoformat(starts["on"]),
            time.fromisoformat(starts["at"]),
            ZoneInfo(zone_name),
        )
    except (KeyError, ValueError, TypeError, OSError):
        return  # one of them is missing or wrong, and said so by the form
    shown = wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None)
    if shown != wall.replace(tzinfo=None):
        yield Fault(
            (*path, "at"),
            f"is {starts['at']}, which the clocks skip on {starts['on']}.",
            "Choose another time: the clocks go forward in that night.",
        )


def _further(path: Path, one: Group, data: Group) -> Iterator[Fault]:
    event, key = group(data, "event"), one.get("key")
    if key is not None and key == event.get("key"):
        yield Fault(
            (*path, "key"), f"is {key}, as is `event`.", "Give each event a key of its own."
        )
    if event and "starts" not in event:
        yield Fault(
            path, "is a further event, but `event` has no `starts`.", "Add `starts` to `event`."
        )
    rooms = {limit.get("key"): limit.get("room") for _, limit in entries(data, "limits")}
    for limit, seats in group(one, "limits").items():
        if limit not in rooms:
            known = keys(data, "limits")
            yield Fault(
                (*path, "limits", limit),
                f"{limit} is not a limit of this file.",
                f"{nearest(limit, known)}Limits here are: {', '.join(known) or 'none'}.",
                at_name=True,
            )
        elif "place" not in one:  # the same room
            yield from _room((*path, "limits", limit), seats, rooms[limit])


def _session(path: Path, session: Group, starts: Group) -> Iterator[Fault]:
    if session.get("key") == EACH:
        yield Fault(
            (*path, "key"),
            f"is {EACH}, by which a rule names all sessions.",
            "Give it another key, such as s1.",
        )
    if "room" in session and "place" in session:
        yield Fault(
            (*path, "room"),
            "is given beside `place`.",
            "Move the room into `place`, or remove `place` to stay at the event's.",
        )
    begins, at = _clock(starts.get("at")), _clock(session.get("at"))
    if begins and at and session.get("day", 0) == 0 and at < begins:
        yield Fault(
            (*path, "at"),
            f"is {at:%H:%M}, before the event itself begins ({begins:%H:%M}).",
            "Let the event begin with its first session.",
        )


def _limit(path: Path, limit: Group, data: Group) -> Iterator[Fault]:
    yield from _room((*path, "seats"), limit.get("seats"), limit.get("room"))
    named = limit.get("session")
    if not isinstance(named, str):
        return
    choices = {one.get("key"): one.get("choice", "all") for _, one in entries(data, "sessions")}
    if named not in choices:
        known = keys(data, "sessions")
        yield Fault(
            (*path, "session"),
            f"{named} is not a session of this event.",
            f"{nearest(named, known)}Sessions here are: {', '.join(known) or 'none'}.",
        )
    elif choices[named] == "all":
        yield Fault(
            (*path, "session"),
            f"{named} is no session that people choose, so it has no seats of its own.",
            "Write `choice: own` into the session, or remove `session` here.",
        )


def _room(path: Path, seats: object, room: object) -> Iterator[Fault]:
    if not is_whole(seats) or not is_whole(room):
        return
    most = Limit.most_seats(int(str(room)))
    if int(str(seats)) > most:
        yield Fault(
            path,
            f"is {seats}; a room for {room} bears at most {most} seats.",
            f"Write {most} or less: 15 % more than the room holds is the most.",
        )


def _clock(value: object) -> time | None:
    try:
        return time.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

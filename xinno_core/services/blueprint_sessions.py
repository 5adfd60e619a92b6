"""Importing the sessions of an event: their words, their times, and the event's end with them.

Times are compared as distances from the event, so that a session keeps its place in an event that
was moved in the chat.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from xinno_core.blueprints.read import Blueprint, definition_of
from xinno_core.models import EventSession, SessionSeat
from xinno_core.services import agenda
from xinno_core.services.blueprint_rows import Import, Values, follow_all

Slot = tuple[timedelta, timedelta]
"""How much later than its event a session begins on the wall clock, and how long it takes."""

WHERE = ("name", "address", "room", "link", "latitude", "longitude")
"""What of a place people have to be told when it changes."""


@dataclass(frozen=True)
class Agenda:
    """The sessions of an event after they followed the file."""

    rows: tuple[EventSession, ...]
    gone: tuple[EventSession, ...]
    has_moved: bool


async def import_sessions(
    this: Import, new: Blueprint, old: Blueprint | None, *, people: int
) -> Agenda:
    """Bring the sessions to what the file says; what people were told stays while there are any."""
    places = {row.key: row.place for row in await list_rows(this)}
    slots, was = _slots(new), _slots(old)
    followed = await follow_all(this, EventSession, "session", _values(new), _values(old))
    this.sessions.update(followed.gone | followed.rows)
    moved = [
        _set_times(this, followed.rows[key], slot, people=people)
        for key, slot in slots.items()
        if key in followed.rows and slot != was.get(key)
    ]
    for key, columns in followed.edited.items():
        place = followed.rows[key].place
        if people and key in places and _is_felt(columns, places[key], place):
            this.report.problem(
                f"session {key}",
                f"can't change its place or choice while people are registered ({people}).",
                "Change the place in the chat, so that they are told, or add another session.",
            )
    await _let_go(this, followed.gone, people=people)
    await this.session.flush()
    return Agenda(
        rows=tuple(followed.rows.values()),
        gone=tuple(followed.gone.values()),
        has_moved=any(moved) or bool(followed.gone),
    )


async def list_rows(this: Import) -> Sequence[EventSession]:
    """Return the sessions that the event has, in the order in which they were made."""
    found = await this.session.scalars(
        select(EventSession).where(EventSession.event_id == this.event.id).order_by(EventSession.id)
    )
    return found.all()


async def drop_sessions(this: Import, gone: Collection[EventSession]) -> None:
    """Remove the sessions that left the file, once no limit and no rule belongs to them."""
    if gone and not this.report.problems:
        await this.session.flush()
        for row in gone:
            await this.session.delete(row)


def _set_times(this: Import, row: EventSession, slot: Slot, *, people: int) -> bool:
    """Give a session the file's time; tell whether that is another one."""
    after, lasts = slot
    is_new, before = row.id is None, (row.starts_local, row.ends_local)
    start = this.event.starts_local + after
    agenda.set_session_times(row, start, lasts, this.event.zone)
    if is_new or (row.starts_local, row.ends_local) == before:
        return is_new
    this.report.changed(f"session {row.key}", ["time"])
    if people:
        this.report.problem(
            f"session {row.key}",
            f"can't change its time while people are registered ({people}).",
            "Change it in the chat, so that they are told.",
        )
    return True


async def _let_go(this: Import, gone: Mapping[str, EventSession], *, people: int) -> None:
    """Say which sessions can't go: those that people have chosen, or that all take part in."""
    if not gone:
        return
    chosen = await this.session.execute(
        select(SessionSeat.session_id, func.count())
        .where(SessionSeat.session_id.in_([row.id for row in gone.values()]))
        .group_by(SessionSeat.session_id)
    )
    seats: dict[int, int] = dict(chosen.all())
    for key, row in gone.items():
        number = seats.get(row.id, 0)
        if number:
            this.report.problem(
                f"session {key}",
                f"can't go, because people have chosen it ({number}).",
                "Keep it in the file.",
            )
        elif people and not row.by_choice:
            this.report.problem(
                f"session {key}",
                f"can't go while people are registered ({people}).",
                "Keep it in the file.",
            )


def _is_felt(columns: Collection[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    who = {"by_choice", "roles"} & set(columns)
    return bool(who) or any(before.get(part) != after.get(part) for part in WHERE)


def _values(said: Blueprint | None) -> dict[str, Values]:
    return {
        one["key"]: {
            "title": one["title"],
            "summary": one.get("summary", {}),
            "by_choice": one["choice"] == "own",
            "roles": one["roles"],
            "place": one.get("place") or ({"room": one["room"]} if "room" in one else {}),
        }
        for one in (definition_of(said)["sessions"] if said else ())
    }


def _slots(said: Blueprint | None) -> dict[str, Slot]:
    if said is None:
        return {}
    return {one.key: (one.after(said.first_clock), one.lasts) for one in said.sessions}

"""The times of an event and its sessions: they move together, and the event ends with the last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xinno_core.models import Event, EventSession
from xinno_core.services.events import set_times
from xinno_core.services.quiet import local_instant, wall_time


def set_session_times(slot: EventSession, start: datetime, lasts: timedelta, zone: str) -> None:
    """Derive the instants of a session from its wall time, as an event's are."""
    slot.starts_at = local_instant(start, zone)
    slot.starts_local = wall_time(slot.starts_at, zone)
    slot.ends_at = slot.starts_at + lasts
    slot.ends_local = wall_time(slot.ends_at, zone)


def shift(event: Event, slots: Sequence[EventSession], start: datetime, zone: str) -> None:
    """Give an event another start; its sessions keep their distance on the wall clock."""
    lasts, by = event.ends_at - event.starts_at, start - event.starts_local
    ended_with_session = _last_end(slots) == event.ends_at
    set_times(event, start, lasts, zone)
    for slot in slots:
        set_session_times(slot, slot.starts_local + by, slot.ends_at - slot.starts_at, zone)
    last = _last_end(slots)
    if last is not None and (ended_with_session or last > event.ends_at):
        _end(event, last)  # an hour that the clocks skip or repeat lies in between


def end_with_the_last(event: Event, slots: Sequence[EventSession], lasts: timedelta) -> None:
    """Let an event end after its own length, or with the session that ends last."""
    last = _last_end(slots)
    end = event.starts_at + lasts
    _end(event, end if last is None else max(end, last))


def _last_end(slots: Sequence[EventSession]) -> datetime | None:
    return max((slot.ends_at for slot in slots), default=None)


def _end(event: Event, end: datetime) -> None:
    event.ends_at, event.ends_local = end, wall_time(end, event.zone)

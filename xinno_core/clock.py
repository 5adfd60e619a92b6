"""Business time: what the rules call now.

Machine time (leases, limiter, timeouts) is never taken from here: it is the monotonic clock or
the database's, and nobody can move it.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells business time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """Business time is the machine's time: the only clock with a real Telegram."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class MovableClock:
    """Business time of a demo or a test: runs on, and can be set forward."""

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        """Start at an instant; a clock that is not running stands still until it is moved."""
        self._running = running
        self._offset = (start - datetime.now(UTC)) if start else timedelta()
        self._fixed = start or datetime.now(UTC)

    def now(self) -> datetime:
        """Return the present business instant."""
        return datetime.now(UTC) + self._offset if self._running else self._fixed

    def set(self, instant: datetime) -> None:
        """Make it this instant."""
        self._fixed = instant.astimezone(UTC)
        self._offset = self._fixed - datetime.now(UTC)

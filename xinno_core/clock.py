"""Business time: what the rules call now.

Machine time (leases, limiter, timeouts) is never taken from here: it is the monotonic clock or
the database's, and nobody can move it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self


class Clock(Protocol):
    """Tells business time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


def machine_time() -> datetime:
    """Return what the machine's own clock shows."""
    return datetime.now(UTC)


class SystemClock:
    """Business time is the machine's time: the only clock with a real Telegram."""

    def now(self) -> datetime:
        """Return the present instant."""
        return machine_time()


class MovableClock:
    """Business time of a demo or a test: runs on, and can be set forward."""

    def __init__(
        self,
        start: datetime | None = None,
        *,
        running: bool = True,
        machine: Callable[[], datetime] = machine_time,
    ) -> None:
        """Start at an instant; a clock that is not running stands still until it is moved."""
        self._running = running
        self._machine = machine
        self.set(start or machine())

    def now(self) -> datetime:
        """Return the present business instant."""
        return self._machine() + self._offset if self._running else self._fixed

    def set(self, instant: datetime) -> None:
        """Make it this instant."""
        self._fixed = instant.astimezone(UTC)
        self._offset = self._fixed - self._machine()

    def kept(self, instant: datetime) -> dict[str, str]:
        """Return what a later start needs to go on from this instant with `going_on`."""
        return {"now": instant.isoformat(), "machine": self._machine().isoformat()}

    @classmethod
    def going_on(
        cls, kept: dict[str, str], *, machine: Callable[[], datetime] = machine_time
    ) -> Self:
        """Return a clock that is as far ahead of the machine's as the one that was kept.

        It ran on after it was set, so the instant alone would lie before what it last showed.
        """
        left_at = datetime.fromisoformat(kept["now"])
        since = machine() - datetime.fromisoformat(kept.get("machine", kept["now"]))
        return cls(left_at + max(since, timedelta()), machine=machine)

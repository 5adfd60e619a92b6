"""Moving the clock of the program that runs beside the simulator."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

_MOST_STEPS = 200
_STEPS = {"+1h": timedelta(hours=1), "+1d": timedelta(days=1)}


class ClockPort(Protocol):
    """Business time, as the program around the simulator hands it in."""

    def now(self) -> datetime:
        """Business time, aware."""
        ...

    async def next_due(self, after: datetime) -> datetime | None:
        """When the next thing happens by itself; None when nothing is planned."""
        ...

    async def move_to(self, instant: datetime) -> None:
        """Go there from due instant to due instant, so that nothing is passed over."""
        ...


class CannotMove(ValueError):
    """The clock stays where it is; the text says why."""


class ClockControl:
    """One move at a time, whoever asks, and everybody can see that it is under way."""

    def __init__(self, port: ClockPort, *, last_message: Callable[[], int]) -> None:
        """`last_message` tells the number of the newest message, to see whether one came."""
        self._port = port
        self._last_message = last_message
        self._move: asyncio.Task[None] | None = None
        self.target: datetime | None = None
        self.arrived = 0  # messages that the last move brought

    @property
    def moving(self) -> bool:
        """Whether a move is under way."""
        return self._move is not None and not self._move.done()

    def now(self) -> datetime:
        """Business time."""
        return self._port.now()

    async def move(self, to: str) -> bool:
        """Move to "next", "+1h", "+1d" or an instant; False when nothing is planned.

        The move goes on when the one who asked hangs up.
        """
        if self.moving:
            raise CannotMove("the clock is moving already")
        # The task is made before the first wait, or two askers could both pass the check.
        self._move = asyncio.create_task(self._go(to), name="simulator clock")
        await asyncio.shield(self._move)
        return self.target is not None

    async def close(self) -> None:
        """Stop moving."""
        if self._move is not None and self.moving:
            self._move.cancel()
            await asyncio.gather(self._move, return_exceptions=True)

    async def _go(self, to: str) -> None:
        self.target, self.arrived, before = None, 0, self._last_message()
        if to == "next":
            await self._go_to_next_message()
        else:
            self.target = self._target(to)
            await self._port.move_to(self.target)
        self.arrived = self._last_message() - before

    async def _go_to_next_message(self) -> None:
        """Not everything due becomes a message: what is dropped in silence is passed."""
        before = self._last_message()
        for _ in range(_MOST_STEPS):
            due = await self._port.next_due(self._port.now())
            if due is None:
                return
            self.target = due
            await self._port.move_to(due)
            if self._last_message() != before:
                return

    def _target(self, to: str) -> datetime:
        now = self._port.now()
        if to in _STEPS:
            return now + _STEPS[to]
        try:
            instant = datetime.fromisoformat(to)
        except ValueError:
            raise CannotMove(f"{to!r} is no instant") from None
        if instant.tzinfo is None:
            raise CannotMove("an instant needs its distance to UTC")
        if instant <= now:
            raise CannotMove("the clock only goes forward")
        return instant.astimezone(UTC)

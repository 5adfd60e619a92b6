"""Moving the clock of the program that runs beside the simulator."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

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

    def __init__(self, port: ClockPort) -> None:
        self._port = port
        self._move: asyncio.Task[None] | None = None
        self.target: datetime | None = None

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
        self.target = None
        self.target = await self._target(to)
        if self.target is not None:
            await self._port.move_to(self.target)

    async def _target(self, to: str) -> datetime | None:
        now = self._port.now()
        if to == "next":
            return await self._port.next_due(now)
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

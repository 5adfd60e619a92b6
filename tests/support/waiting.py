"""Waiting for what others do, up to a deadline; the only place where a test lets time pass."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

LOOK_AGAIN = 0.02


async def until(
    holds: Callable[[], bool | Awaitable[bool]], what: str, *, seconds: float = 30
) -> None:
    """Wait until a condition holds; what never comes is named."""
    try:
        async with asyncio.timeout(seconds):
            while not await _ask(holds):
                await asyncio.sleep(LOOK_AGAIN)
    except TimeoutError:
        raise AssertionError(f"waited {seconds:.0f} s in vain for: {what}") from None


async def _ask(holds: Callable[[], bool | Awaitable[bool]]) -> bool:
    answer = holds()
    return bool(await answer) if inspect.isawaitable(answer) else bool(answer)

"""Changes told to browsers as they happen, by server-sent events."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.simulator.clock import ClockControl
from bot.simulator.keys import CLOCK, CLOSING, SIMULATOR
from bot.simulator.state import Simulator
from bot.simulator.telegram_side import Event
from bot.simulator.view import clock_view, group_view, message_view, person_view, state_view

routes = web.RouteTableDef()

# How often the clock is looked at while nothing else happens.
_LOOK_EVERY = 1.0
_LOOK_EVERY_WHILE_MOVING = 0.1
# A proxy or a sleeping browser is noticed by writing to it.
_SIGN_OF_LIFE_EVERY = 15.0


@routes.get("/chat/events")
async def events(request: web.Request) -> web.StreamResponse:
    """The whole state once, then every change."""
    simulator, clock = request.app[SIMULATOR], request.app.get(CLOCK)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    news: asyncio.Queue[Event] = asyncio.Queue()
    stop = simulator.listen(news.put_nowait)
    try:
        await response.prepare(request)
        await _tell(response, {"kind": "state", **state_view(simulator, clock)})
        await _follow(response, simulator, clock, news, request.app[CLOSING])
    except ConnectionResetError:
        pass  # the browser has gone
    finally:
        stop()
    return response


async def _follow(
    response: web.StreamResponse,
    simulator: Simulator,
    clock: ClockControl | None,
    news: asyncio.Queue[Event],
    closing: asyncio.Event,
) -> None:
    loop = asyncio.get_running_loop()
    shown_clock, told_at = _to_the_minute(clock), loop.time()
    while not closing.is_set():
        moving = clock is not None and clock.moving
        try:
            wait = _LOOK_EVERY_WHILE_MOVING if moving else _LOOK_EVERY
            event = await asyncio.wait_for(news.get(), wait)
        except TimeoutError:
            event = None
        simulator.close_due_polls()
        told = None if event is None else _view(simulator, event)
        if told is not None:
            await _tell(response, told)
            told_at = loop.time()
        if news.empty() and (now_shown := _to_the_minute(clock)) != shown_clock:
            # Told after the messages of a move, so that "arrived" is true when it is read.
            shown_clock = now_shown
            await _tell(response, {"kind": "clock", "clock": clock_view(clock)})
            told_at = loop.time()
        if loop.time() - told_at >= _SIGN_OF_LIFE_EVERY:
            await response.write(b": still here\n\n")
            told_at = loop.time()


def _to_the_minute(clock: ClockControl | None) -> tuple[Any, ...]:
    return () if clock is None else (clock.now().replace(second=0, microsecond=0), clock.moving)


def _view(simulator: Simulator, event: Event) -> dict[str, Any] | None:
    """The event as a browser needs it; None when it is already out of date."""
    kind, person_id = event["kind"], event["person_id"]
    match kind:
        case "message":
            message = simulator.find_message(person_id, event["message_id"])
            if message is None:
                return None
            return event | {"message": message_view(simulator, message)}
        case "person" | "action":
            person = simulator.people[person_id]
            return event | {"person": person_view(simulator, person)}
        case "group_message":
            message = simulator.find_message(event["chat_id"], event["message_id"])
            if message is None:
                return None
            return event | {"message": message_view(simulator, message)}
        case "group" | "group_action":
            return event | {"group": group_view(simulator, simulator.group(event["chat_id"]))}
        case "profile":
            people = [person_view(simulator, person) for person in simulator.people.values()]
            groups = [group_view(simulator, group) for group in simulator.groups]
            return event | {"people": people, "groups": groups}
        case "updates":
            return event | {"pending": len(simulator.updates)}
        case _:
            return event


async def _tell(response: web.StreamResponse, event: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(event)}\n\n".encode())

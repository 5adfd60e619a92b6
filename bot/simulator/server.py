"""The simulator's server, reachable from this machine only."""

import asyncio
import ipaddress
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from bot.simulator import bot_api, live, web_chat
from bot.simulator.clock import ClockControl, ClockPort
from bot.simulator.keys import CLOCK, CLOSING, SIMULATOR
from bot.simulator.state import Simulator

__all__ = ["ClockPort", "Served", "create_app", "run_alone", "serve"]

LARGEST_BODY = 60 * 1024 * 1024
DEMO_TOKEN = "1000001:simulator-token-for-local-use-only"  # noqa: S105  opens nothing anywhere
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(simulator: Simulator, *, clock: ClockPort | None = None) -> web.Application:
    """The Bot API and the web chat; without a clock the chat shows none."""
    app = web.Application(middlewares=[_this_machine_only], client_max_size=LARGEST_BODY)
    app[SIMULATOR] = simulator
    app[CLOSING] = asyncio.Event()
    if clock is not None:
        app[CLOCK] = ClockControl(clock, last_message=lambda: simulator.messages_stored)
    app.add_routes(bot_api.routes)
    app.add_routes(live.routes)
    app.add_routes(web_chat.routes)
    app.on_response_prepare.append(_add_headers)
    app.on_startup.append(_start)
    app.on_shutdown.append(_close)
    return app


class Served:
    """A running server; close it to free the port and keep the state."""

    def __init__(self, runner: web.AppRunner, simulator: Simulator, url: str) -> None:
        self._runner = runner
        self._simulator = simulator
        self.url = url

    async def close(self) -> None:
        """Stop answering, stop delivering, write the state down."""
        await self._runner.cleanup()
        await self._simulator.close()


async def serve(
    simulator: Simulator,
    *,
    port: int,
    clock: ClockPort | None = None,
    host: str = "127.0.0.1",
) -> Served:
    """Serve on a loopback address; a taken port raises OSError."""
    if not _is_loopback(host):
        raise ValueError(f"the simulator listens on this machine only, not on {host}")
    runner = web.AppRunner(
        create_app(simulator, clock=clock),
        access_log=None,  # its lines would hold the token
        handler_cancellation=True,  # a bot that hangs up no longer polls
        shutdown_timeout=1.0,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    shown = f"[{host}]" if ":" in host else host
    return Served(runner, simulator, f"http://{shown}:{runner.addresses[0][1]}")


def run_alone(port: int, token: str = DEMO_TOKEN, state_file: Path | None = None) -> None:
    """Serve until stopped, with a few people to begin with, and say how to connect a bot."""
    asyncio.run(_run_alone(port, token, state_file))


async def _run_alone(port: int, token: str, state_file: Path | None) -> None:
    simulator = Simulator(token=token, state_file=state_file)
    for number, (name, language) in enumerate(
        (("Anna", "it"), ("Jan", "de"), ("Eva", "en")), start=5_000_000_001
    ):
        simulator.add_person(first_name=name, language=language, person_id=number)
    stopped = asyncio.Event()
    for stop in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(stop, stopped.set)
    served = await serve(simulator, port=port)
    sys.stdout.write(
        f"Bot API:   {served.url}\n"
        f"Token:     {token}\n"
        f"Web chat:  {served.url}/\n"
        "Stop with Ctrl+C.\n"
    )
    sys.stdout.flush()
    try:
        await stopped.wait()
    finally:
        await served.close()


@web.middleware
async def _this_machine_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names that only resolve to this machine, and pages of other origins."""
    if not _is_loopback(_hostname(f"//{request.host}")):
        raise web.HTTPForbidden(text="the simulator answers to this machine's own names only")
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.host}"
    orders = request.method not in {"GET", "HEAD"}
    # Others may link to the page; a picture of theirs must not be a call of the Bot API.
    elsewhere = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    if (orders and origin not in {None, own}) or (elsewhere and request.path != "/"):
        raise web.HTTPForbidden(text="the simulator takes no orders from other pages")
    return await handler(request)


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")


async def _start(app: web.Application) -> None:
    app[SIMULATOR].delivery.wake()  # what an earlier run left for the webhook


async def _close(app: web.Application) -> None:
    app[CLOSING].set()
    app[SIMULATOR].updates.release_poll()
    if CLOCK in app:
        await app[CLOCK].close()


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""The web part: webhook, health, readiness. Errors are short and carry an id that is in the log."""

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram import intake
from xinno_core.database import Database

log = structlog.get_logger()

WEBHOOK_PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
LARGEST_UPDATE = 1024 * 1024
NOT_AN_UPDATE = (ValueError, RecursionError)  # a number of 5,000 digits is one too
STORED_WITHIN = 4.0
"""Seconds after which Telegram is told to come again; it asks for an answer in good time."""
OUTAGE = (OSError, TimeoutError, SQLAlchemyError)

Readiness = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready, with a reason for each; empty when all is well."""


def create_app(
    *,
    database: Database,
    readiness: Readiness,
    webhook_secret: str | None,
    stored: Callable[[], None],
) -> web.Application:
    """Return the web application; without a secret there is no webhook."""
    app = web.Application(client_max_size=LARGEST_UPDATE, middlewares=[_errors])
    storing: set[asyncio.Task[bool]] = set()

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_request: web.Request) -> web.Response:
        missing = await readiness()
        return web.json_response(
            {"status": "not ready", "reasons": missing} if missing else {"status": "ready"},
            status=503 if missing else 200,
        )

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, (webhook_secret or "").encode()):
            return web.json_response({"error": "wrong secret"}, status=403)
        try:
            raw = json.loads(await request.read())
            await _in_time(asyncio.create_task(intake.store(database, raw)), storing)
        except NOT_AN_UPDATE:
            return web.json_response({"error": "not an update"}, status=400)
        except OUTAGE as error:
            # Telegram keeps it and comes again; 200 would lose it, 410 would end the webhook.
            log.exception("update_not_stored", error=type(error).__name__)
            return web.json_response({"error": "try again"}, status=503)
        stored()
        return web.json_response({})

    async def leave_nothing_under_way(_app: web.Application) -> None:
        await asyncio.gather(*storing, return_exceptions=True)

    app.on_cleanup.append(leave_nothing_under_way)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if webhook_secret:
        app.router.add_post(WEBHOOK_PATH, webhook)
    return app


async def _in_time(task: asyncio.Task[bool], storing: set[asyncio.Task[bool]]) -> None:
    """Wait for a task as long as Telegram may wait; what hangs is cancelled, not waited for.

    Even the end of a cancelled query takes seconds when the database says nothing.
    """
    storing.add(task)
    task.add_done_callback(storing.discard)
    task.add_done_callback(_forget)
    done, _ = await asyncio.wait({task}, timeout=STORED_WITHIN)
    if not done:
        task.cancel()
        raise TimeoutError
    await task


def _forget(task: asyncio.Task[bool]) -> None:
    """Look at how an abandoned task failed, so that nobody complains that none did."""
    if not task.cancelled():
        task.exception()


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer an unexpected error with an id, and log it under the same."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.reason}, status=error.status)
    except ConnectionError:
        raise
    except RuntimeError:
        number = secrets.token_hex(4)
        log.exception("request_failed", id=number, path=request.path)
        return web.json_response({"error": "something went wrong", "id": number}, status=500)

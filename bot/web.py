"""The web part: webhook, calendars, forms, health, readiness.

Errors are short and carry an id that is in the log. Where an address is a secret, what stands in
the log is the pattern of its route.
"""

import asyncio
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import structlog
from aiohttp import ETag, web
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram import intake
from bot.web_forms import add_forms
from xinno_core.database import Database
from xinno_core.services import calendar
from xinno_core.texts import calendar as calendar_texts
from xinno_core.texts.translator import translator

T = TypeVar("T")

log = structlog.get_logger()

WEBHOOK_PATH = "/telegram/webhook"
CALENDAR_PATH = f"/calendar/{{token:{calendar.TOKEN_PATTERN}}}.ics"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
LARGEST_UPDATE = 1024 * 1024
NOT_AN_UPDATE = (ValueError, RecursionError)  # a number of 5,000 digits is one too
ANSWERED_WITHIN = 4.0
"""Seconds after which whoever asks is told to come again; Telegram does not wait for long."""
OUTAGE = (OSError, TimeoutError, SQLAlchemyError)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Readiness = Callable[[], Awaitable[dict[str, str]]]
"""Returns what is not ready, with a reason for each; empty when all is well."""


def create_app(
    *,
    database: Database,
    readiness: Readiness,
    webhook_secret: str | None,
    stored: Callable[[], None],
    secret: bytes,
    now: Callable[[], datetime],
    public_url: str = "",
) -> web.Application:
    """Return the web application; without a secret there is no webhook."""
    app = web.Application(client_max_size=LARGEST_UPDATE, middlewares=[_errors])
    under_way: set[asyncio.Task[Any]] = set()

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
            await _in_time(asyncio.create_task(intake.store(database, raw)), under_way)
        except NOT_AN_UPDATE:
            return web.json_response({"error": "not an update"}, status=400)
        except OUTAGE as error:
            # Telegram keeps it and comes again; 200 would lose it, 410 would end the webhook.
            log.exception("update_not_stored", error=type(error).__name__)
            return web.json_response({"error": "try again"}, status=503)
        stored()
        return web.json_response({})

    async def leave_nothing_under_way(_app: web.Application) -> None:
        await asyncio.gather(*under_way, return_exceptions=True)

    app.on_cleanup.append(leave_nothing_under_way)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get(CALENDAR_PATH, _feed_of(database, secret, now, under_way))
    add_forms(
        app,
        database=database,
        secret=secret,
        now=now,
        public_url=public_url,
        in_time=lambda work: _in_time(asyncio.create_task(work), under_way),
    )
    if webhook_secret:
        app.router.add_post(WEBHOOK_PATH, webhook)
    return app


def _feed_of(
    database: Database,
    secret: bytes,
    now: Callable[[], datetime],
    under_way: set[asyncio.Task[Any]],
) -> Handler:
    """Return what answers calendars that fetch an address."""

    async def read(token: str, at: datetime) -> calendar.Feed | None:
        async with database.reading() as session:
            return await calendar.find_feed(session, token=token, secret=secret, now=at)

    async def feed(request: web.Request) -> web.Response:
        token, at = request.match_info["token"], now()
        try:
            found = await _in_time(asyncio.create_task(read(token, at)), under_way)
        except OUTAGE as error:
            log.exception("calendar_not_read", error=type(error).__name__)
            return web.json_response({"error": "try again"}, status=503)
        if found is None:
            raise web.HTTPNotFound  # the same as for an address that never was
        # Hundreds of entries take their time; meanwhile other people are answered.
        content = await asyncio.to_thread(
            calendar_texts.feed_file, found, translator(found.language), now=at
        )
        return _unless_known(request, content)

    return feed


def _unless_known(request: web.Request, content: bytes) -> web.Response:
    """Send a calendar, or only say that nothing has changed since it was last fetched."""
    # Each reading has its own stamps; what is compared is the rest.
    tag = ETag(sha256(calendar_texts.without_stamps(content)).hexdigest()[:32], is_weak=True)
    known = {one.value for one in request.if_none_match or ()}
    answer = web.Response(status=304) if tag.value in known else web.Response(body=content)
    if answer.status == 200:
        answer.content_type, answer.charset = "text/calendar", "utf-8"
    answer.etag = tag
    answer.headers["Cache-Control"] = "private, no-cache"  # kept, and asked about each time
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


async def _in_time(task: asyncio.Task[T], under_way: set[asyncio.Task[Any]]) -> T:
    """Wait for a task as long as may be; what hangs is cancelled, not waited for.

    Even the end of a cancelled query takes seconds when the database says nothing.
    """
    under_way.add(task)
    task.add_done_callback(under_way.discard)
    task.add_done_callback(_forget)
    done, _ = await asyncio.wait({task}, timeout=ANSWERED_WITHIN)
    if not done:
        task.cancel()
        raise TimeoutError
    return await task


def _forget(task: asyncio.Task[Any]) -> None:
    """Look at how an abandoned task failed, so that nobody complains that none did."""
    if not task.cancelled():
        task.exception()


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer an unexpected error with an id, and log it under the same."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.json_response({"error": error.reason}, status=error.status)
    except ConnectionError:
        raise
    except RuntimeError:
        number = secrets.token_hex(4)
        log.exception("request_failed", id=number, path=_route(request))
        return web.json_response({"error": "something went wrong", "id": number}, status=500)


def _route(request: web.Request) -> str:
    """Return the pattern of the route that was asked for: what fills it may be a secret."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "?"

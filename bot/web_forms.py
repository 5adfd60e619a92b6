"""The way of browsers to forms: one transaction for each request, and a page whatever happens."""

import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from aiohttp import web
from multidict import CIMultiDictProxy
from sqlalchemy.exc import SQLAlchemyError

from handlers.web import surveys
from handlers.web.context import Visit
from xinno_core.database import Database
from xinno_core.languages import INTERFACE_LANGUAGES, from_telegram
from xinno_core.texts.web_forms import Trouble

log = structlog.get_logger()

FORM_PATH = "/f/{token:.*}"
LARGEST_FORM = 256 * 1024
"""Bytes of an answered page: forty long texts in any script."""
MOST_VALUES = 1000
METHODS = {"GET", "HEAD", "POST"}
FORM = "application/x-www-form-urlencoded"
OUTAGE = (OSError, TimeoutError, SQLAlchemyError)


InTime = Callable[[Coroutine[Any, Any, web.Response]], Awaitable[web.Response]]
"""Waits for work as long as a browser may wait."""


class NotAFormError(ValueError):
    """What was sent is no answered page."""


class TooLargeError(ValueError):
    """What was sent is longer than any answered page."""


def add_forms(
    app: web.Application,
    *,
    database: Database,
    secret: bytes,
    now: Callable[[], datetime],
    public_url: str,
    in_time: InTime,
) -> None:
    """Let browsers reach the forms."""

    async def answer(request: web.Request, posted: Mapping[str, list[str]]) -> web.Response:
        is_sent = request.method == "POST"
        async with database.writing() if is_sent else database.reading() as session:
            visit = Visit(
                session=session,
                token=request.match_info["token"],
                query=dict(request.query),
                posted=posted,
                browser_language=_language(request),
                secret=secret,
                now=now(),
            )
            return await (surveys.on_answered(visit) if is_sent else surveys.on_opened(visit))

    async def door(request: web.Request) -> web.Response:
        language = _language(request)
        try:
            if request.method not in METHODS:
                return surveys.trouble(Trouble.WRONG_METHOD, language)
            if request.method == "POST" and not _is_ours(request.headers, request.host, public_url):
                return surveys.trouble(Trouble.FROM_ELSEWHERE, language)
            posted = await _posted(request) if request.method == "POST" else {}
            return await in_time(answer(request, posted))
        except TooLargeError:
            return surveys.trouble(Trouble.TOO_LARGE, language)
        except NotAFormError:
            return surveys.trouble(Trouble.NOT_A_FORM, language)
        except OUTAGE as error:
            log.exception("form_not_reached", error=type(error).__name__)
            return surveys.trouble(Trouble.OUTAGE, language)
        except Exception:
            # The number helps whoever reads the log; the address stands in neither.
            number = secrets.token_hex(4)
            log.exception("form_failed", id=number)
            return surveys.trouble(Trouble.FAILED, language, number)

    app.router.add_route("*", FORM_PATH, door)


async def _posted(request: web.Request) -> Mapping[str, list[str]]:
    """Read what a page sent; never more of it than a page can send."""
    if request.content_type != FORM:
        raise NotAFormError
    body = bytearray()
    async for part in request.content.iter_chunked(64 * 1024):
        body += part
        if len(body) > LARGEST_FORM:
            raise TooLargeError
    try:
        text = body.decode("ascii")
        return parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_VALUES)
    except ValueError:
        raise NotAFormError from None


def _is_ours(headers: CIMultiDictProxy[str], host: str, public_url: str) -> bool:
    """Tell whether a page of ours sent this; what older browsers do not say is not held against.

    With no referrer allowed, browsers send "null" for the origin of our own pages.
    """
    if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc in {host, urlsplit(public_url).netloc}


def _language(request: web.Request) -> str:
    """Return the language of pages that belong to nobody: asked for, or the browser's first."""
    asked = request.query.get("language", "")
    if asked in INTERFACE_LANGUAGES:
        return asked
    return from_telegram(request.headers.get("Accept-Language", "").split(",")[0].split(";")[0])

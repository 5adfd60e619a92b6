"""Logs: event names with fields, never what people wrote, and never the token.

The token stands in the library's log lines and in the text of its errors, so it is taken out at
the last moment, on every handler, whatever wrote the line. What people wrote stands in the text of
errors, too: a database's names the value it refused, and the row that holds it. So an error is told
by its kind and its place in the code, and only our own, which are written for operators, by their
words.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import ExcInfo, Processor

from xinno_core.errors import XinnoError

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")
ADDRESS = re.compile(r"(/(?:calendar|f)/)[^\s\"']+")
"""Whoever knows the address of a calendar can read it; of a form, answer for somebody else."""

QUIET = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "asyncpg",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
)
SILENT = ("telegram.request.BaseRequest",)
"""Writes what it could not read: updates, and with them who said what. We tell the failure."""


class Redact(logging.Formatter):
    """Formats by another formatter, then takes secrets out of the finished line."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        """Take out these values, bot tokens, and the addresses of calendars."""
        super().__init__()
        self._inner = inner
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets, tracebacks included."""
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return ADDRESS.sub(r"\1[address]", TOKEN.sub("[token]", line))


def configure(*, level: str, shape: str, secrets: tuple[str, ...] = ()) -> None:
    """Set logging up once for structlog and for every library."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if shape == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # the richer one shows local variables, and with them people
            exception_formatter=_write_error,
        )
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([structlog.processors.ExceptionRenderer(_told)] if shape == "json" else []),
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redact(formatter, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These write addresses with the token, or what people wrote, or a line for each request.
    for noisy in QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for wordy in SILENT:
        logging.getLogger(wordy).setLevel(logging.CRITICAL + 1)
    sys.excepthook = _log_crash
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _log_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Write the last words of the program through the log: an error's text can hold the token."""
    if issubclass(kind, KeyboardInterrupt):
        return
    # Whoever runs the program needs its words here; errors of people's updates never come so far.
    said = "".join(traceback.format_exception(kind, error, trace))
    logging.getLogger("bot").critical("crashed\n%s", said)


def _write_error(to: TextIO, found: ExcInfo) -> None:
    to.write("\n" + _told(found))


def _told(exc_info: ExcInfo) -> str:
    return "".join(_parts(exc_info[1])).rstrip()


def _parts(error: BaseException) -> Iterator[str]:
    """Yield the places an error went through, and its kind, after what caused it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _parts(cause)
        yield "and then:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    yield f": {error}\n" if isinstance(error, XinnoError) else "\n"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield "one of them:\n"
            yield from _parts(one)

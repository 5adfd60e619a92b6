"""Logs: event names with fields, never what people wrote, and never the token.

The token stands in the library's log lines and in the text of its errors, so it is taken out at
the last moment, on every handler, whatever wrote the line.
"""

import logging
import re
import sys
from types import TracebackType

import structlog
from structlog.typing import Processor

TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{20,}")
ADDRESS = re.compile(r"(/calendar/)[^\s\"']+")
"""Whoever knows the address of a calendar can read it."""

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
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([structlog.processors.format_exc_info] if shape == "json" else []),
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
    logging.getLogger("bot").critical("crashed", exc_info=(kind, error, trace))

"""All that the program logs, as it logs it when it runs: formatted, and as much as it can."""

import contextlib
import io
import logging
import sys
from collections.abc import Iterator

import structlog

from bot import logs


@contextlib.contextmanager
def logbook(shape: str = "json") -> Iterator[io.StringIO]:
    """Log into what is handed out, and afterwards as before."""
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    names = (*logs.QUIET, *logs.SILENT)
    before = {name: logging.getLogger(name).level for name in names}
    logs.configure(level="debug", shape=shape)
    written = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        sys.excepthook = hook
        for name, was in before.items():
            logging.getLogger(name).setLevel(was)
        structlog.reset_defaults()

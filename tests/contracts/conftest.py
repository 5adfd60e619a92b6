"""What the promises are proved with: a world, and a log in which no error may stand."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.support.fixtures import world

__all__ = ["world"]

BAD = {"error", "critical", "exception"}
THEIRS = {"telegram.request.BaseRequest"}
"""The library complains by itself of each broken answer."""
LOST_CONNECTION = "unexpected connection_lost() call"
"""So asyncpg leaves a future behind that nobody waits for when a silent server goes."""


class Logged:
    """Everything that was logged in a test; an error in it fails the test unless it is taken."""

    def __init__(self, entries: list[Any]) -> None:
        self.entries = entries

    def errors(self) -> list[Any]:
        """The errors that nobody has taken."""
        return [entry for entry in self.entries if entry["log_level"] in BAD]

    def take_errors(self, event: str) -> list[Any]:
        """The errors with this name: the test has expected them."""
        taken = [entry for entry in self.errors() if entry["event"] == event]
        for entry in taken:
            self.entries.remove(entry)
        return taken

    def __str__(self) -> str:
        return "\n".join(map(str, self.entries))


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Logged]:
    """The log of the test, by whichever library it was written."""
    with capture_logs() as entries:
        made = Logged(entries)
        yield made
    assert not made.errors()
    written = [
        record
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.ERROR
        and record.name not in THEIRS
        and LOST_CONNECTION not in record.getMessage()
    ]
    assert written == []

"""Telegram's errors, classified once by what they prove.

The library's classes do not say it: TimedOut and BadRequest are both NetworkErrors, though one
proves nothing and the other proves a refusal.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

# The library warns at every 429 until it is told that a span of time is welcome.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class Verdict(StrEnum):
    """What an error proves about a message."""

    NOT_TRIED = "not_tried"  # nobody called: its turn did not come
    NOT_SENT = "not_sent"  # certainly not: may be tried again
    TOO_MANY = "too_many"  # certainly not: after a pause
    REFUSED = "refused"  # for good
    BLOCKED = "blocked"  # for good, as long as the person does not come back
    MARKUP = "markup"  # our bug: the text's markup
    UNCHANGED = "unchanged"  # as good as done
    GONE = "gone"  # the message to edit, or the press to answer, is no longer there
    TOO_OLD = "too_old"  # the message can't be deleted any more: it can only be replaced
    TOKEN = "token"  # noqa: S105 (a word, not a secret): nothing can be sent any more
    UNKNOWN = "unknown"  # nobody knows


@dataclass(frozen=True)
class Finding:
    """The verdict with its reason, and after how many seconds one may try again."""

    verdict: Verdict
    reason: str
    retry_after: float = 0.0


PAUSE_WITHOUT_A_NUMBER = 5.0
PHRASES = (
    ("message is not modified", Verdict.UNCHANGED),
    ("message to edit not found", Verdict.GONE),
    ("message can't be edited", Verdict.GONE),
    ("no text in the message to edit", Verdict.GONE),
    ("no caption in the message to edit", Verdict.GONE),
    ("message to delete not found", Verdict.GONE),
    ("message can't be deleted", Verdict.TOO_OLD),
    ("query is too old", Verdict.GONE),
    ("query id is invalid", Verdict.GONE),
    ("can't parse entities", Verdict.MARKUP),
    ("poll has already been closed", Verdict.GONE),
    ("message with poll to stop not found", Verdict.GONE),
    ("chat not found", Verdict.BLOCKED),
    ("not enough rights", Verdict.REFUSED),  # in a group whose members may not write
    ("have no rights", Verdict.REFUSED),
    ("chat_write_forbidden", Verdict.REFUSED),
)
OF_A_FILE = ("wrong file", "wrong remote file", "file is temporarily unavailable", "invalid file")
"""Telegram does not know a file's id, or not any more; another try changes nothing."""


def classify(error: TelegramError) -> Finding:
    """Return what an error of a call proves; the narrowest class is asked first."""
    match error:
        case RetryAfter():
            delay = error.retry_after
            seconds = delay if isinstance(delay, int | float) else delay.total_seconds()
            return Finding(Verdict.TOO_MANY, "too_many_requests", float(seconds))
        case Forbidden():
            return Finding(Verdict.BLOCKED, "blocked")
        case InvalidToken():
            return Finding(Verdict.TOKEN, "token_refused")
        case ChatMigrated() | Conflict():
            return Finding(Verdict.REFUSED, type(error).__name__)
        case BadRequest():
            return _bad_request(error)
        case TimedOut():
            return Finding(Verdict.UNKNOWN, "no_answer")
        case NetworkError() if "too many requests" in error.message.lower():  # without a number
            return Finding(Verdict.TOO_MANY, "too_many_requests", PAUSE_WITHOUT_A_NUMBER)
        case NetworkError() if isinstance(
            error.__cause__,
            ConnectionRefusedError | aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError,
        ):
            return Finding(Verdict.NOT_SENT, "not_connected")
        case _:
            return Finding(Verdict.UNKNOWN, "broken_answer")


def _bad_request(error: BadRequest) -> Finding:
    said = error.message.lower()
    for phrase, verdict in PHRASES:
        if phrase in said:
            return Finding(verdict, phrase.replace(" ", "_"))
    if any(phrase in said for phrase in OF_A_FILE):
        return Finding(Verdict.REFUSED, "file_refused")
    return Finding(Verdict.REFUSED, "bad_request")


class Caught:
    """What went wrong inside a `caught` block, if anything."""

    error: Exception | None = None


@contextlib.contextmanager
def caught() -> Iterator[Caught]:
    """Keep any error of the block, so that one bad update never stops the others."""
    keeper = Caught()
    try:
        yield keeper
    except Exception as error:
        keeper.error = error

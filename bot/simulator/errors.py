"""What the simulated Telegram says when it refuses, and when the line itself breaks."""

from typing import Any


class Refused(Exception):
    """A call that Telegram answers with ``ok: false``."""

    def __init__(
        self, status: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> dict[str, Any]:
        """The body of the answer, as Telegram writes it."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters is not None:
            answer["parameters"] = self.parameters
        return answer


def bad_request(reason: str) -> Refused:
    """Say no for good: the same call would be refused again."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """Say no because of the person, not of the call."""
    return Refused(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> Refused:
    """Say: not now, but after so many seconds."""
    return Refused(
        429,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )


class BrokenLine(Exception):
    """The answer never arrives as it should; the caller sees a transport failure."""


class ConnectRefused(BrokenLine):
    """Nobody listens: the call has certainly not reached Telegram."""


class NoAnswer(BrokenLine):
    """The connection stays open and silent until the caller gives up."""


class GarbledAnswer(BrokenLine):
    """An answer comes, but it is not what Telegram's protocol promises."""

    def __init__(self, status: int, body: bytes, content_type: str) -> None:
        super().__init__(f"{status} with {len(body)} bytes of {content_type}")
        self.status = status
        self.body = body
        self.content_type = content_type


class NotPossible(ValueError):
    """A deed a person could not do in Telegram either, such as writing to a blocked bot."""

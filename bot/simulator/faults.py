"""Things that go wrong on purpose: a small plan of faults, taken one call at a time."""

from dataclasses import dataclass
from enum import StrEnum

from bot.simulator.errors import (
    BrokenLine,
    ConnectRefused,
    GarbledAnswer,
    NoAnswer,
    Refused,
    bad_request,
    forbidden,
    too_many_requests,
)


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    TOO_MANY_REQUESTS = "too_many_requests"
    BLOCKED = "blocked"
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    SERVER_ERROR = "server_error"
    BROKEN_JSON = "broken_json"
    CONNECT_REFUSED = "connect_refused"
    ACCEPT_THEN_HANG = "accept_then_hang"
    DROP = "drop"


# Telegram did the work, and only its answer is lost.
_DONE_FIRST = {FaultKind.BROKEN_JSON, FaultKind.ACCEPT_THEN_HANG}


@dataclass(slots=True)
class Fault:
    """One planned fault; without a method or chat it meets any call."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    retry_after: int = 1
    description: str | None = None
    done_first: bool = False

    def meets(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is the one to fail."""
        if self.times == 0 or (self.method is not None and self.method != method):
            return False
        return self.chat_id is None or self.chat_id == chat_id

    def failure(self) -> Refused | BrokenLine:
        """What the caller gets instead of an answer."""
        match self.kind:
            case FaultKind.TOO_MANY_REQUESTS:
                return too_many_requests(self.retry_after)
            case FaultKind.BLOCKED:
                return forbidden(self.description or "bot was blocked by the user")
            case FaultKind.BAD_REQUEST:
                return bad_request(self.description or "planned by the test")
            case FaultKind.UNAUTHORIZED:
                return Refused(401, "Unauthorized")
            case FaultKind.SERVER_ERROR:
                page = b"<html><head><title>502 Bad Gateway</title></head></html>"
                return GarbledAnswer(502, page, "text/html")
            case FaultKind.BROKEN_JSON:
                return GarbledAnswer(200, b'{"ok":true,"result":{"mess', "application/json")
            case FaultKind.CONNECT_REFUSED:
                return ConnectRefused("connection refused")
            case FaultKind.ACCEPT_THEN_HANG | FaultKind.DROP:
                return NoAnswer("no answer came")


class Faults:
    """The plan: faults are met in the order in which they were added."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def add(
        self,
        *,
        kind: FaultKind | str,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
        retry_after: int = 1,
        description: str | None = None,
        done_first: bool | None = None,
    ) -> Fault:
        """Plan a fault for the next matching calls; ``times=None`` means until cleared.

        ``done_first`` says whether the call takes effect before it fails; by default only
        a hang after acceptance and a broken body do.
        """
        kind = FaultKind(kind)
        fault = Fault(
            kind=kind,
            method=method,
            chat_id=chat_id,
            times=times,
            retry_after=retry_after,
            description=description,
            done_first=kind in _DONE_FIRST if done_first is None else done_first,
        )
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Forget the plan: everything works again."""
        self._planned.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault this call meets, used up by one."""
        for fault in self._planned:
            if fault.meets(method, chat_id):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

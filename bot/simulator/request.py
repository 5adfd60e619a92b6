"""The simulator as a transport of python-telegram-bot: no socket, the same serialisation."""

import json
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.simulator.errors import ConnectRefused, GarbledAnswer, NoAnswer
from bot.simulator.parameters import Upload
from bot.simulator.state import Simulator


class SimulatorRequest(BaseRequest):
    """Plugs a simulator in where otherwise HTTP begins.

    A refused connection surfaces as NetworkError with a ConnectionRefusedError as its cause,
    silence as TimedOut, and a garbled answer as the status and the bytes that came.
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    @property
    def read_timeout(self) -> float | None:
        """The library adds its own waiting time for getUpdates to this."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close; the simulator lives longer than one bot."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_timeouts: object,
        **_more_timeouts: object,
    ) -> tuple[int, bytes]:
        """Hand one call to the simulator; nothing here waits, so timeouts have no use."""
        parts = urlsplit(url).path.strip("/").split("/")
        if len(parts) > 2 and parts[-1] and parts[0] == "file":
            return self._download(parts)
        token, name = parts[-2].removeprefix("bot"), parts[-1]
        try:
            status, answer = await self._simulator.call(
                name, _values(request_data), _files(request_data), token=unquote(token)
            )
        except ConnectRefused as fault:
            raise NetworkError("connection refused") from ConnectionRefusedError(str(fault))
        except NoAnswer as fault:
            raise TimedOut from fault
        except GarbledAnswer as fault:
            return fault.status, fault.body
        return status, json.dumps(answer).encode()

    def _download(self, parts: list[str]) -> tuple[int, bytes]:
        if unquote(parts[1]).removeprefix("bot") != self._simulator.token:
            return 401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}'
        file = self._simulator.files.at("/".join(parts[2:]))
        if file is None:
            return 404, b'{"ok":false,"error_code":404,"description":"Not Found"}'
        return 200, file.content


def _values(data: RequestData | None) -> dict[str, Any]:
    return dict(data.json_parameters) if data is not None else {}


def _files(data: RequestData | None) -> dict[str, Upload]:
    if data is None or not data.contains_files:
        return {}
    return {name: (part[0], _bytes(part[1])) for name, part in (data.multipart_data or {}).items()}


def _bytes(content: bytes | IO[bytes]) -> bytes:
    return content if isinstance(content, bytes) else content.read()

"""The Bot API over HTTP: /bot<token>/<method> and the download of files."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.simulator.errors import ConnectRefused, GarbledAnswer, NoAnswer, Refused, bad_request
from bot.simulator.keys import CLOSING, SIMULATOR
from bot.simulator.parameters import Upload

routes = web.RouteTableDef()


@routes.get("/bot{token}/{method}")
@routes.post("/bot{token}/{method}")
async def call(request: web.Request) -> web.StreamResponse:
    """One call of a bot."""
    simulator = request.app[SIMULATOR]
    try:
        values, files = await _parameters(request)
    except Refused as refused:
        return _answer(refused.status, refused.as_answer())
    token, method = request.match_info["token"], request.match_info["method"]
    try:
        status, body = await simulator.call(method, values, files, token=token)
    except GarbledAnswer as fault:
        return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type)
    except NoAnswer:
        # Silence until the client gives up, which cancels this handler, or we close.
        await request.app[CLOSING].wait()
        return _hang_up(request)
    except ConnectRefused:
        return _hang_up(request)
    return _answer(status, body)


@routes.get("/file/bot{token}/{path:.+}")
async def download(request: web.Request) -> web.Response:
    """A file at the path that getFile named."""
    simulator = request.app[SIMULATOR]
    if request.match_info["token"] != simulator.token:
        return _answer(401, Refused(401, "Unauthorized").as_answer())
    file = simulator.files.at(request.match_info["path"])
    if file is None:
        return _answer(404, Refused(404, "Not Found").as_answer())
    return web.Response(body=file.content, content_type="application/octet-stream")


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == "GET" or not request.can_read_body:
        return values, files
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise bad_request("can't parse request body as a JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse request body as a JSON object")
        return values | body, files
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            files[name] = (part.filename, await asyncio.to_thread(part.file.read))
        else:
            values[name] = part if isinstance(part, str) else part.decode("utf-8", "replace")
    return values, files


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    retry_after = body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return web.json_response(body, status=status, headers=headers)


def _hang_up(request: web.Request) -> web.Response:
    """Cut the line without a word; a listening server cannot refuse a connection any earlier."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

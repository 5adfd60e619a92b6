"""The endpoints of the web chat; they also serve drivers that have no browser."""

import json
from importlib.resources import files
from typing import Any, NoReturn
from urllib.parse import quote

from aiohttp import web

from bot.simulator.clock import CannotMove
from bot.simulator.errors import NotPossible
from bot.simulator.keys import CLOCK, SIMULATOR
from bot.simulator.people import Person
from bot.simulator.view import clock_view, message_view, person_view, state_view

routes = web.RouteTableDef()

_PAGES = {
    "": ("index.html", "text/html"),
    "chat.css": ("chat.css", "text/css"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    **{
        f"{name}.js": (f"{name}.js", "text/javascript")
        for name in ("chat", "column", "composer", "message", "clock", "server", "words")
    },
}
# A browser may show these itself; everything else it only stores.
_SHOWN = {"text/plain", "text/csv", "application/pdf", "application/json"}


@routes.get("/{name:[a-z]*(\\.(css|js|svg))?}")
async def page(request: web.Request) -> web.Response:
    """The page itself and what belongs to it."""
    try:
        name, content_type = _PAGES[request.match_info["name"]]
    except KeyError:
        raise web.HTTPNotFound from None
    text = (files("bot.simulator") / "web" / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=content_type, charset="utf-8")


@routes.get("/chat/state")
async def state(request: web.Request) -> web.Response:
    """Everything that is to be seen now."""
    return web.json_response(state_view(request.app[SIMULATOR], request.app.get(CLOCK)))


@routes.get("/chat/{id:\\d+}")
async def chat(request: web.Request) -> web.Response:
    """One person's chat."""
    simulator, person = request.app[SIMULATOR], _person(request)
    messages = [message_view(simulator, message) for message in simulator.chat(person.id)]
    return web.json_response(person_view(simulator, person) | {"messages": messages})


@routes.post("/chat/people")
async def add_person(request: web.Request) -> web.Response:
    """Somebody new with a name and a language."""
    simulator, body = request.app[SIMULATOR], await _body(request)
    first_name = _text(body, "first_name").strip()
    if not first_name:
        _refuse("a person needs a name")
    person = simulator.add_person(
        first_name=first_name[:64],
        last_name=_text(body, "last_name").strip()[:64] or None,
        username=_text(body, "username").strip()[:32] or None,
        language=_text(body, "language").strip()[:35] or None,
        note=_text(body, "note").strip()[:80],
    )
    return web.json_response(person_view(simulator, person), status=201)


@routes.post("/chat/{id:\\d+}/text")
async def send_text(request: web.Request) -> web.Response:
    """A person sends a text."""
    simulator, person, body = request.app[SIMULATOR], _person(request), await _body(request)
    try:
        sent = simulator.send_text(person.id, _text(body, "text"))
    except NotPossible as reason:
        _refuse(str(reason))
    return web.json_response({"message_id": sent.message_id, "update_id": sent.update_id})


@routes.post("/chat/{id:\\d+}/start")
async def start(request: web.Request) -> web.Response:
    """A person opens the bot's link and taps START."""
    simulator, person, body = request.app[SIMULATOR], _person(request), await _body(request)
    try:
        sent = simulator.open_link(person.id, _text(body, "payload"))
    except NotPossible as reason:
        _refuse(str(reason))
    return web.json_response({"message_id": sent.message_id, "update_id": sent.update_id})


@routes.post("/chat/{id:\\d+}/press")
async def press(request: web.Request) -> web.Response:
    """A person presses a button, by its place or, forged, by any data."""
    simulator, person, body = request.app[SIMULATOR], _person(request), await _body(request)
    message_id = _number(body, "message_id")
    try:
        if "data" in body:
            press_id = simulator.press_data(person.id, message_id, _text(body, "data"))
            return web.json_response({"press_id": press_id})
        row, column = _number(body, "row"), _number(body, "column")
        given = simulator.press(person.id, message_id, row=row, column=column)
    except NotPossible as reason:
        _refuse(str(reason))
    message = simulator.find_message(person.id, message_id)
    button = message.buttons[row][column] if message is not None else None
    if button is None or button.data is not None:
        return web.json_response({"press_id": given})
    return web.json_response({"url": button.url, "copied": button.copies})


@routes.post("/chat/{id:\\d+}/block")
async def block(request: web.Request) -> web.Response:
    """A person blocks the bot, or lets it back in."""
    simulator, person, body = request.app[SIMULATOR], _person(request), await _body(request)
    if body.get("blocked", True):
        simulator.block(person.id)
    else:
        simulator.unblock(person.id)
    return web.json_response(person_view(simulator, person))


@routes.get("/chat/presses/{id}")
async def press_answer(request: web.Request) -> web.Response:
    """What the bot answered to a press; null while it has not."""
    answer = request.app[SIMULATOR].answer_of(request.match_info["id"])
    body = None if answer is None else {"text": answer.text, "show_alert": answer.show_alert}
    return web.json_response({"answer": body})


@routes.post("/chat/clock")
async def move_clock(request: web.Request) -> web.Response:
    """Move the clock; the answer comes when it has arrived."""
    clock = request.app.get(CLOCK)
    if clock is None:
        raise web.HTTPNotFound(text="there is no clock to move")
    to = _text(await _body(request), "to")
    try:
        moved = await clock.move(to)
    except CannotMove as reason:
        raise web.HTTPConflict(text=str(reason)) from None
    return web.json_response(
        {"moved": moved, "arrived": clock.arrived, **(clock_view(clock) or {})}
    )


@routes.post("/chat/faults")
async def add_fault(request: web.Request) -> web.Response:
    """Plan something to go wrong."""
    body = await _body(request)
    try:
        request.app[SIMULATOR].faults.add(**body)
    except (TypeError, ValueError) as wrong:
        _refuse(str(wrong))
    return web.json_response({"planned": True}, status=201)


@routes.delete("/chat/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Let everything work again."""
    request.app[SIMULATOR].faults.clear()
    return web.json_response({"planned": False})


@routes.get("/chat/files/{file_id}")
async def file(request: web.Request) -> web.Response:
    """A file of a chat, shown when a browser can do so safely, stored otherwise."""
    found = request.app[SIMULATOR].files.find(request.match_info["file_id"])
    if found is None:
        raise web.HTTPNotFound(text="no such file")
    shown = found.mime_type in _SHOWN and "store" not in request.query
    response = web.Response(body=found.content, content_type=found.mime_type)
    if found.mime_type.startswith("text/"):
        response.charset = "utf-8"
    disposition = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = _disposition(disposition, found.name)
    # The file is the bot's, not ours: it may run nothing in this origin.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _disposition(kind: str, name: str) -> str:
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


def _person(request: web.Request) -> Person:
    try:
        return request.app[SIMULATOR].people[int(request.match_info["id"])]
    except KeyError:
        raise web.HTTPNotFound(text="nobody here has this id") from None


async def _body(request: web.Request) -> dict[str, Any]:
    # A page of another origin cannot send this type without being asked for permission.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        _refuse("this is no JSON")
    if not isinstance(body, dict):
        _refuse("send a JSON object")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        _refuse(f"{name} must be a text")
    return value or ""


def _number(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _refuse(f"{name} must be a whole number")
    return value


def _refuse(reason: str) -> NoReturn:
    raise web.HTTPBadRequest(text=reason)

"""The endpoints of the web chat; they also serve drivers that have no browser."""

from importlib.resources import files
from urllib.parse import quote

from aiohttp import web

from bot.simulator import web_groups, web_sending
from bot.simulator.clock import CannotMove
from bot.simulator.keys import CLOCK, SIMULATOR
from bot.simulator.view import clock_view, group_view, message_view, person_view, state_view
from bot.simulator.web_asking import body_of, group_of, person_of, refuse, refusing, text

_own = web.RouteTableDef()

_SCRIPTS = (
    "attachments",
    "bar",
    "cards",
    "chat",
    "clock",
    "column",
    "composer",
    "dialogs",
    "formatted",
    "formatting",
    "group",
    "groupdialogs",
    "media",
    "message",
    "nodes",
    "person",
    "poll",
    "server",
    "words",
)
_PAGES = {
    "": ("index.html", "text/html"),
    "chat.css": ("chat.css", "text/css"),
    "media.css": ("media.css", "text/css"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"{name}.js": (f"{name}.js", "text/javascript") for name in _SCRIPTS},
}
# A browser may show these itself; everything else it only stores.
_SHOWN = {
    "text/plain",
    "text/csv",
    "application/pdf",
    "application/json",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/webm",
    "video/quicktime",
}


@_own.get("/{name:[a-z]*(\\.(css|js|svg))?}")
async def page(request: web.Request) -> web.Response:
    """The page itself and what belongs to it."""
    try:
        name, content_type = _PAGES[request.match_info["name"]]
    except KeyError:
        raise web.HTTPNotFound from None
    text = (files("bot.simulator") / "web" / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=content_type, charset="utf-8")


@_own.get("/chat/state")
async def state(request: web.Request) -> web.Response:
    """Everything that is to be seen now."""
    return web.json_response(state_view(request.app[SIMULATOR], request.app.get(CLOCK)))


@_own.get("/chat/{id:-?\\d+}")
async def chat(request: web.Request) -> web.Response:
    """One person's chat, or a group."""
    simulator = request.app[SIMULATOR]
    chat_id = int(request.match_info["id"])
    if chat_id < 0:
        facts = group_view(simulator, group_of(request))
    else:
        facts = person_view(simulator, person_of(request))
    messages = [message_view(simulator, message) for message in simulator.chat(chat_id)]
    return web.json_response(facts | {"messages": messages})


@_own.post("/chat/people")
async def add_person(request: web.Request) -> web.Response:
    """Somebody new with a name and a language."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    first_name = text(body, "first_name").strip()
    if not first_name:
        refuse("a person needs a name")
    person = simulator.add_person(
        first_name=first_name[:64],
        last_name=text(body, "last_name").strip()[:64] or None,
        username=text(body, "username").strip()[:32] or None,
        language=text(body, "language").strip()[:35] or None,
        note=text(body, "note").strip()[:80],
    )
    return web.json_response(person_view(simulator, person), status=201)


@_own.post("/chat/{id:\\d+}/start")
async def start(request: web.Request) -> web.Response:
    """A person opens the bot's link and taps START."""
    simulator, person, body = request.app[SIMULATOR], person_of(request), await body_of(request)
    with refusing():
        sent = simulator.open_link(person.id, text(body, "payload"))
    return web.json_response({"message_id": sent.message_id, "update_id": sent.update_id})


@_own.post("/chat/{id:\\d+}/block")
async def block(request: web.Request) -> web.Response:
    """A person blocks the bot, or lets it back in."""
    simulator, person, body = request.app[SIMULATOR], person_of(request), await body_of(request)
    if body.get("blocked", True):
        simulator.block(person.id)
    else:
        simulator.unblock(person.id)
    return web.json_response(person_view(simulator, person))


@_own.get("/chat/presses/{id}")
async def press_answer(request: web.Request) -> web.Response:
    """What the bot answered to a press; null while it has not."""
    answer = request.app[SIMULATOR].answer_of(request.match_info["id"])
    body = None if answer is None else {"text": answer.text, "show_alert": answer.show_alert}
    return web.json_response({"answer": body})


@_own.post("/chat/clock")
async def move_clock(request: web.Request) -> web.Response:
    """Move the clock; the answer comes when it has arrived."""
    clock = request.app.get(CLOCK)
    if clock is None:
        raise web.HTTPNotFound(text="there is no clock to move")
    to = text(await body_of(request), "to")
    try:
        moved = await clock.move(to)
    except CannotMove as reason:
        raise web.HTTPConflict(text=str(reason)) from None
    return web.json_response(
        {"moved": moved, "arrived": clock.arrived, **(clock_view(clock) or {})}
    )


@_own.post("/chat/faults")
async def add_fault(request: web.Request) -> web.Response:
    """Plan something to go wrong."""
    body = await body_of(request)
    try:
        request.app[SIMULATOR].faults.add(**body)
    except (TypeError, ValueError) as wrong:
        refuse(str(wrong))
    return web.json_response({"planned": True}, status=201)


@_own.delete("/chat/faults")
async def clear_faults(request: web.Request) -> web.Response:
    """Let everything work again."""
    request.app[SIMULATOR].faults.clear()
    return web.json_response({"planned": False})


@_own.get("/chat/files/{file_id}")
async def file(request: web.Request) -> web.Response:
    """A file of a chat, shown when a browser can do so safely, stored otherwise."""
    found = request.app[SIMULATOR].files.find(request.match_info["file_id"])
    if found is None:
        raise web.HTTPNotFound(text="no such file")
    shown = found.mime_type in _SHOWN and "store" not in request.query
    response = _whole_or_part(request, found.content)
    response.content_type = found.mime_type
    if found.mime_type.startswith("text/"):
        response.charset = "utf-8"
    disposition = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = _disposition(disposition, found.name)
    # An id stands for the same bytes for ever, so a picture need not come anew.
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    # The file is the bot's, not ours: it may run nothing in this origin.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _whole_or_part(request: web.Request, content: bytes) -> web.Response:
    """A player asks for parts of a film, to begin anywhere in it."""
    try:
        wanted = request.http_range
        start, stop, _ = wanted.indices(len(content))
    except ValueError:
        start, stop = 0, 0
    if "Range" not in request.headers or not start < stop:
        return web.Response(body=content, headers={"Accept-Ranges": "bytes"})
    part = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return web.Response(status=206, body=content[start:stop], headers=part)


def _disposition(kind: str, name: str) -> str:
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


# What people send, and what they do with groups, stands in modules of its own.
routes = [*_own, *web_sending.routes, *web_groups.routes]

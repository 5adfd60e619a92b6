"""The endpoints by which people of the web chat send: texts, files, places, polls and votes.

Each address begins with a chat: the id of a person, or that of a group, and then ``by`` says
which member it is.
"""

import json
import mimetypes
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from bot.simulator.chats import SentMessage
from bot.simulator.errors import NotPossible
from bot.simulator.files import FileKind
from bot.simulator.keys import SIMULATOR
from bot.simulator.pictures import picture_size
from bot.simulator.sending_people import LARGEST_PHOTO, MOST_IN_AN_ALBUM, AlbumItem
from bot.simulator.state import Simulator
from bot.simulator.web_asking import (
    Speaker,
    body_of,
    degrees,
    flag,
    formats,
    number,
    numbers,
    optional_number,
    refuse,
    refusing,
    someone,
    speaker_of,
    text,
    texts,
)

routes = web.RouteTableDef()

LARGEST_TOGETHER = 50 * 1024 * 1024
# What belongs to a form besides its files.
_ROOM_FOR_FIELDS = 1024 * 1024


@routes.post("/chat/{id:-?\\d+}/text")
async def send_text(request: web.Request) -> web.Response:
    """A person sends a text."""
    body = await body_of(request)
    who = speaker_of(request, body)
    with refusing():
        sent = request.app[SIMULATOR].send_text(
            who.person_id,
            text(body, "text"),
            entities=formats(body, "entities"),
            reply_to=optional_number(body, "reply_to"),
            chat_id=who.chat_id,
        )
    return _sent(sent)


@routes.post("/chat/{id:-?\\d+}/files")
async def send_files(request: web.Request) -> web.Response:
    """A person sends files, several as one album; the caption belongs to the first.

    The form holds each ``file``, and ``as``: ``media`` to be seen at once, or ``document``.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType(text="send multipart/form-data")
    if (request.content_length or 0) > LARGEST_TOGETHER + _ROOM_FOR_FIELDS:
        refuse("together these files are larger than 50 MB")
    simulator, form = request.app[SIMULATOR], await request.post()
    body = _fields({name: form[name] for name in form if name != "file"})
    who = speaker_of(request, body)
    files = [field for field in form.getall("file", []) if isinstance(field, FileField)]
    if not 1 <= len(files) <= MOST_IN_AN_ALBUM:
        refuse("one to ten files can be sent at once")
    shown = text(body, "as") != "document"
    caption, marks = text(body, "caption"), formats(body, "caption_entities")
    items = [
        _item(field, shown=shown, caption="" if place else caption, marks=[] if place else marks)
        for place, field in enumerate(files)
    ]
    reply_to = optional_number(body, "reply_to")
    with refusing():
        return _sent(*_send_items(simulator, who, items, reply_to))


@routes.post("/chat/{id:-?\\d+}/place")
async def send_place(request: web.Request) -> web.Response:
    """A person sends a point on the map, with a title a venue."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    who = speaker_of(request, body)
    point = degrees(body, "latitude"), degrees(body, "longitude")
    title, address = text(body, "title")[:256], text(body, "address")[:256]
    reply_to = optional_number(body, "reply_to")
    with refusing():
        if title.strip():
            sent = simulator.send_venue(
                who.person_id, *point, title, address, reply_to=reply_to, chat_id=who.chat_id
            )
        else:
            sent = simulator.send_location(
                who.person_id, *point, reply_to=reply_to, chat_id=who.chat_id
            )
    return _sent(sent)


@routes.post("/chat/{id:-?\\d+}/poll")
async def send_poll(request: web.Request) -> web.Response:
    """A person asks a question; with ``correct`` it is a quiz."""
    body = await body_of(request)
    who = speaker_of(request, body)
    with refusing():
        sent = request.app[SIMULATOR].send_poll(
            who.person_id,
            text(body, "question")[:300],
            [option[:100] for option in texts(body, "options")],
            anonymous=flag(body, "anonymous", default=True),
            multiple=flag(body, "multiple"),
            correct=numbers(body, "correct"),
            explanation=text(body, "explanation")[:200],
            reply_to=optional_number(body, "reply_to"),
            chat_id=who.chat_id,
        )
    return _sent(sent)


@routes.post("/chat/polls/{poll_id}/vote")
async def vote(request: web.Request) -> web.Response:
    """A person answers a poll; without options the vote is taken back."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    person_id, poll_id = someone(request, body, "by"), request.match_info["poll_id"]
    options = numbers(body, "options")
    with refusing():
        if options:
            simulator.vote(person_id, poll_id, options)
        else:
            simulator.retract_vote(person_id, poll_id)
    return web.json_response({"chosen": options})


@routes.post("/chat/{id:-?\\d+}/press")
async def press(request: web.Request) -> web.Response:
    """A person presses a button, by its place or, forged, by any data."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    who, message_id = speaker_of(request, body), number(body, "message_id")
    person_id, chat_id = who.person_id, who.chat_id
    try:
        if "data" in body:
            data = text(body, "data")
            press_id = simulator.press_data(person_id, message_id, data, chat_id=chat_id)
            return web.json_response({"press_id": press_id})
        row, column = number(body, "row"), number(body, "column")
        given = simulator.press(person_id, message_id, row=row, column=column, chat_id=chat_id)
    except NotPossible as reason:
        refuse(str(reason))
    message = simulator.find_message(who.where, message_id)
    button = message.buttons[row][column] if message is not None else None
    if button is None or button.data is not None:
        return web.json_response({"press_id": given})
    return web.json_response({"url": button.url, "copied": button.copies})


def _send_items(
    simulator: Simulator, who: Speaker, items: list[AlbumItem], reply_to: int | None
) -> list[SentMessage]:
    if len(items) > 1:
        return simulator.send_album(who.person_id, items, reply_to=reply_to, chat_id=who.chat_id)
    (item,) = items
    rest: dict[str, Any] = {
        "caption": item.caption,
        "caption_entities": item.caption_entities,
        "reply_to": reply_to,
        "chat_id": who.chat_id,
    }
    match item.kind:
        case FileKind.PHOTO:
            sent = simulator.send_photo(who.person_id, item.content, name=item.name, **rest)
        case FileKind.VIDEO:
            sent = simulator.send_video(who.person_id, item.content, name=item.name, **rest)
        case FileKind.DOCUMENT:
            sent = simulator.send_document(who.person_id, item.name, item.content, **rest)
    return [sent]


def _item(field: FileField, *, shown: bool, caption: str, marks: list[dict[str, Any]]) -> AlbumItem:
    content, name = field.file.read(), field.filename
    if not shown:
        return AlbumItem(FileKind.DOCUMENT, name, content, caption, marks)
    if picture_size(content) is not None:
        if len(content) > LARGEST_PHOTO:
            refuse(f"{name} is larger than 10 MB; it can go as a file")
        return AlbumItem(FileKind.PHOTO, name, content, caption, marks)
    guessed = mimetypes.guess_type(name)[0] or ""
    if not (field.content_type.startswith("video/") or guessed.startswith("video/")):
        refuse(f"{name} is no picture or video that can be shown; it can go as a file")
    return AlbumItem(FileKind.VIDEO, name, content, caption, marks)


def _fields(form: dict[str, object]) -> dict[str, Any]:
    """A form knows texts only; numbers and formats are written in them."""
    body: dict[str, Any] = dict(form)
    for name in ("by", "reply_to", "caption_entities"):
        if name in body:
            try:
                body[name] = json.loads(text(body, name) or "null")
            except json.JSONDecodeError:
                refuse(f"{name} cannot be read")
    return body


def _sent(*messages: SentMessage) -> web.Response:
    first = messages[0]
    return web.json_response(
        {
            "message_id": first.message_id,
            "update_id": first.update_id,
            "message_ids": [message.message_id for message in messages],
        }
    )

"""What the web chat's endpoints read from a request, checked, with a refusal in words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from aiohttp import web

from bot.simulator.errors import NotPossible
from bot.simulator.groups import Group
from bot.simulator.keys import SIMULATOR
from bot.simulator.links import LinkRefused, checked_link
from bot.simulator.people import Person

# What somebody can put into a text with a messenger's own tools.
_FORMATS = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "blockquote",
    "text_link",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who does something and in which chat; without a chat it is the private one."""

    person_id: int
    chat_id: int | None

    @property
    def where(self) -> int:
        """The id of the chat, which in private is that of the person."""
        return self.person_id if self.chat_id is None else self.chat_id


def person_of(request: web.Request) -> Person:
    """The person whose id stands in the address."""
    try:
        return request.app[SIMULATOR].people[int(request.match_info["id"])]
    except KeyError:
        raise web.HTTPNotFound(text="nobody here has this id") from None


def group_of(request: web.Request) -> Group:
    """The group whose id stands in the address."""
    try:
        return request.app[SIMULATOR].group(int(request.match_info["id"]))
    except NotPossible as reason:
        raise web.HTTPNotFound(text=str(reason)) from None


def speaker_of(request: web.Request, body: dict[str, Any]) -> Speaker:
    """Who does it: the person of the address, or in a group the person named ``by``."""
    if int(request.match_info["id"]) >= 0:
        return Speaker(person_of(request).id, None)
    group = group_of(request)
    return Speaker(someone(request, body, "by"), group.id)


def someone(request: web.Request, body: dict[str, Any], name: str) -> int:
    """The id of a person who exists."""
    person_id = number(body, name)
    if person_id not in request.app[SIMULATOR].people:
        refuse(f"{name} must be the id of somebody who is here")
    return person_id


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object a page sends."""
    # A page of another origin cannot send this type without being asked for permission.
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        refuse("this is no JSON")
    if not isinstance(body, dict):
        refuse("send a JSON object")
    return body


def text(body: dict[str, Any], name: str) -> str:
    """A text, empty when it is not there."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        refuse(f"{name} must be a text")
    return value or ""


def number(body: dict[str, Any], name: str) -> int:
    """A whole number that has to be there."""
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        refuse(f"{name} must be a whole number")
    return value


def optional_number(body: dict[str, Any], name: str) -> int | None:
    """A whole number, if it is there."""
    return None if body.get(name) is None else number(body, name)


def degrees(body: dict[str, Any], name: str) -> float:
    """A place's latitude or longitude."""
    value = body.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        refuse(f"{name} must be a number")
    return float(value)


def flag(body: dict[str, Any], name: str, *, default: bool = False) -> bool:
    """Yes or no."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        refuse(f"{name} must be true or false")
    return value


def numbers(body: dict[str, Any], name: str) -> list[int]:
    """A list of whole numbers, empty when it is not there."""
    return [number({name: value}, name) for value in _list(body, name)]


def texts(body: dict[str, Any], name: str) -> list[str]:
    """A list of texts, empty when it is not there."""
    return [text({name: value}, name) for value in _list(body, name)]


def formats(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """What is bold, italic, linked and so on, as MessageEntities of the Bot API."""
    return [_format(value, name) for value in _list(body, name)]


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what a person could not do into a refusal that says why."""
    try:
        yield
    except NotPossible as reason:
        refuse(str(reason))


def refuse(reason: str) -> NoReturn:
    """Say no, and why."""
    raise web.HTTPBadRequest(text=reason)


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        refuse(f"{name} must be a list")
    return value


def _format(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.get("type") not in _FORMATS:
        refuse(f"{name} must be formats that a messenger knows")
    body: dict[str, Any] = {
        "type": value["type"],
        "offset": number(value, "offset"),
        "length": number(value, "length"),
    }
    if body["type"] == "text_link":
        try:
            body["url"] = checked_link(text(value, "url"))
        except LinkRefused:
            refuse("this address is no link")
    return body

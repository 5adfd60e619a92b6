"""The endpoints by which people of the web chat found groups and decide who is in them."""

from aiohttp import web

from bot.simulator.keys import SIMULATOR
from bot.simulator.state import Simulator
from bot.simulator.view import group_view
from bot.simulator.web_asking import (
    Speaker,
    body_of,
    flag,
    group_of,
    number,
    numbers,
    refuse,
    refusing,
    someone,
    speaker_of,
    text,
)

routes = web.RouteTableDef()


@routes.post("/chat/groups")
async def create_group(request: web.Request) -> web.Response:
    """Somebody founds a group."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    with refusing():
        group = simulator.create_group(
            text(body, "title"),
            by=someone(request, body, "by"),
            members=numbers(body, "members"),
            with_bot=flag(body, "with_bot"),
        )
    return web.json_response(group_view(simulator, group), status=201)


@routes.post("/chat/{id:-\\d+}/members")
async def change_member(request: web.Request) -> web.Response:
    """A member adds, removes, promotes or demotes another one, themselves, or the bot.

    The bot is added with the ``payload`` of a link to groups, if there is one.
    """
    simulator, body = request.app[SIMULATOR], await body_of(request)
    who, deed, member = speaker_of(request, body), text(body, "deed"), number(body, "member")
    payload = text(body, "payload") if "payload" in body else None
    with refusing():
        _change(simulator, who, deed, member, payload)
    return web.json_response(group_view(simulator, group_of(request)))


@routes.post("/chat/{id:-\\d+}/migrate")
async def migrate(request: web.Request) -> web.Response:
    """Somebody in charge makes a supergroup of a group; the answer is the new one."""
    simulator, body = request.app[SIMULATOR], await body_of(request)
    who = speaker_of(request, body)
    with refusing():
        group = simulator.migrate_group(who.where, by=who.person_id)
    return web.json_response(group_view(simulator, group), status=201)


def _change(
    simulator: Simulator, who: Speaker, deed: str, member: int, payload: str | None
) -> None:
    is_bot = member == simulator.bot_id
    match deed:
        case "add" if is_bot:
            simulator.add_bot(who.where, by=who.person_id, payload=payload)
        case "add":
            simulator.add_member(who.where, member, by=who.person_id)
        case "remove" if is_bot:
            simulator.kick_bot(who.where, by=who.person_id)
        case "remove":
            simulator.remove_member(who.where, member, by=who.person_id)
        case "promote":
            simulator.promote(who.where, member, by=who.person_id)
        case "demote":
            simulator.demote(who.where, member, by=who.person_id)
        case _:
            refuse("a member is added, removed, promoted or demoted")

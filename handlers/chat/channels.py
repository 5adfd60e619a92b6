"""An event's links: for everybody, for roles, for channels; and their QR codes."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import channels, organising
from xinno_core.services.channels import LinkDesk
from xinno_core.services.questions import Form
from xinno_core.texts import channels as texts
from xinno_core.texts.actions import AddChannel, OpenLinks, ShowQrCode, StartChannel


async def on_links(update: Update, context: XinnoContext) -> None:
    """All links of an event."""
    press = context.pressed(update, OpenLinks)
    await _show_links(context, [str(press.event_id)])


async def on_start(update: Update, context: XinnoContext) -> None:
    """Ask for the name of a channel."""
    press = context.pressed(update, StartChannel)
    await ask(context, await _find(context, [str(press.event_id)]))


async def on_add(update: Update, context: XinnoContext) -> None:
    """One of the usual channels."""
    press = context.pressed(update, AddChannel)
    if press.name not in channels.USUAL:
        raise NotAnActionError
    await _make(context, press.event_id, press.name)


async def on_qr_code(update: Update, context: XinnoContext) -> None:
    """The code of one link, to print."""
    press = context.pressed(update, ShowQrCode)
    desk = await _find_desk(context, press.event_id)
    address = _address(context, desk, press.kind, press.of)
    label = texts.link_label(context.translator.plain, desk, press.kind, press.of)
    context.show(texts.qr_code(context.translator, desk.card, label, address))


def _address(context: XinnoContext, desk: LinkDesk, kind: str, of: str) -> str:
    if kind == texts.CHANNEL:
        channel = desk.channel(whole(of))
        if channel is None:
            raise NotAnActionError
        return texts.channel_link(context.desk.bot_username, channel)
    links = dict(_links(context, desk))
    wanted = {texts.OPEN: "", texts.ROLE: of or "?"}.get(kind, "?")
    if wanted not in links:
        raise NotAnActionError
    return links[wanted]


def _links(context: XinnoContext, desk: LinkDesk) -> tuple[tuple[str, str], ...]:
    return organising.links_of(
        desk.card, bot_username=context.desk.bot_username, secret=context.desk.secret
    )


async def _find_desk(context: XinnoContext, event_id: int) -> LinkDesk:
    return await channels.find_desk(
        context.session, participant=context.participant, event_id=event_id
    )


async def _show_links(context: XinnoContext, arguments: list[str]) -> None:
    desk = await _find_desk(context, whole(arguments[0]))
    username = context.desk.bot_username
    context.show(texts.links(context.translator, desk, _links(context, desk), username))


async def _make(context: XinnoContext, event_id: int, name: str) -> None:
    outcome = await channels.make(
        context.session,
        participant=context.participant,
        event_id=event_id,
        name=name,
        now=context.now,
    )
    links = _links(context, outcome.desk)
    context.show(texts.made(context.translator, outcome, links, context.desk.bot_username))


async def _find(context: XinnoContext, arguments: list[str]) -> Form:
    return await channels.find_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    await _make(context, whole(arguments[0]), answers["channel_name"])


FORM = FormKind("channel", _find, _complete, begin=_show_links)

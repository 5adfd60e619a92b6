"""The organiser's desk: events, and new ones."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import drafting, organising
from xinno_core.services.events import EventCard
from xinno_core.services.questions import Form
from xinno_core.texts import organising as texts
from xinno_core.texts.actions import (
    ChooseFormat,
    ManageEvent,
    OpenDesk,
    PreviewCard,
    Publish,
)


async def on_organise(update: Update, context: XinnoContext) -> None:
    """/organise: the events of the own regions."""
    await _show_desk(context, 0)


async def on_desk(update: Update, context: XinnoContext) -> None:
    """Another page of the desk."""
    await _show_desk(context, context.pressed(update, OpenDesk).page)


async def on_manage(update: Update, context: XinnoContext) -> None:
    """One event, and how it stands."""
    press = context.pressed(update, ManageEvent)
    board = await organising.find_watched_board(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.board(context.translator, board, _links(context, board.card)))


async def on_new(update: Update, context: XinnoContext) -> None:
    """/new: the formats to choose from."""
    choices = await drafting.list_formats(context.session, participant=context.participant)
    context.show(texts.formats(context.translator, choices))


async def on_format_chosen(update: Update, context: XinnoContext) -> None:
    """Ask what the format leaves open."""
    press = context.pressed(update, ChooseFormat)
    await ask(context, await _find_new(context, [str(press.blueprint_id)]))


async def on_preview(update: Update, context: XinnoContext) -> None:
    """The card as people with one language will see it."""
    press = context.pressed(update, PreviewCard)
    board = await organising.find_board(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.card_preview(context.translator, board, press.language))


async def on_publish(update: Update, context: XinnoContext) -> None:
    """Let people see the event."""
    press = context.pressed(update, Publish)
    outcome = await drafting.publish(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    links = _links(context, outcome.board.card)
    context.show(texts.publish_outcome(context.translator, outcome, links))


async def _show_desk(context: XinnoContext, page: int) -> None:
    found = await organising.list_desk(
        context.session, participant=context.participant, now=context.now, page=page
    )
    context.show(texts.desk(context.translator, found))


def _links(context: XinnoContext, card: EventCard) -> tuple[tuple[str, str], ...]:
    desk = context.desk
    return organising.links_of(card, bot_username=desk.bot_username, secret=desk.secret)


async def _show_drafts(context: XinnoContext, arguments: list[str]) -> None:
    """Answer a second tap on the last button: the draft lies on the desk."""
    await _show_desk(context, 0)


async def _find_new(context: XinnoContext, arguments: list[str]) -> Form:
    return await drafting.find_new_form(
        context.session, participant=context.participant, blueprint_id=whole(arguments[0])
    )


async def _complete_new(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    board = await drafting.make_draft(
        context.session,
        participant=context.participant,
        blueprint_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    language = texts.first_language(board.card, context.participant.language)
    context.show(texts.card_preview(context.translator, board, language))


NEW_FORM = FormKind("new", _find_new, _complete_new, begin=_show_drafts)

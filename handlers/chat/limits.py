"""Seats after publishing, and the pause of offers."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import limits
from xinno_core.services.limits import SeatBoard
from xinno_core.services.questions import Form
from xinno_core.texts import limits as texts
from xinno_core.texts.actions import OpenSeats, StartSeats, SwitchOffers


async def on_seats(update: Update, context: XinnoContext) -> None:
    """How each limit stands."""
    press = context.pressed(update, OpenSeats)
    board = await limits.find_board(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.seats(context.translator, board))


async def on_start(update: Update, context: XinnoContext) -> None:
    """Ask for another number of seats."""
    press = context.pressed(update, StartSeats)
    board = await _find_board(context, press.limit_id)
    if board.may_change:
        await ask(context, await _find(context, [str(press.limit_id)]))
    else:
        context.show(texts.seats(context.translator, board))


async def on_switch(update: Update, context: XinnoContext) -> None:
    """Pause offers, or let them go on."""
    press = context.pressed(update, SwitchOffers)
    switch = limits.pause_offers if press.paused else limits.resume_offers
    outcome = await switch(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.outcome(context.translator, outcome))


async def _find(context: XinnoContext, arguments: list[str]) -> Form:
    return await limits.find_form(
        context.session,
        participant=context.participant,
        limit_id=whole(arguments[0]),
    )


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    outcome = await limits.set_seats(
        context.session,
        participant=context.participant,
        limit_id=whole(arguments[0]),
        seats=answers["limit_seats"],
        now=context.now,
    )
    context.show(texts.outcome(context.translator, outcome))


async def _show_limit(context: XinnoContext, arguments: list[str]) -> None:
    board = await _find_board(context, whole(arguments[0]))
    context.show(texts.seats(context.translator, board))


async def _find_board(context: XinnoContext, limit_id: int) -> SeatBoard:
    return await limits.find_board_of(
        context.session,
        participant=context.participant,
        limit_id=limit_id,
        now=context.now,
    )


FORM = FormKind("seats", _find, _complete, begin=_show_limit)

"""Sessions that people choose: the list, choosing, swapping, leaving, taking an offer."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import XinnoContext
from xinno_core.services import choices, events, workshops
from xinno_core.services.choices import Choices
from xinno_core.texts import workshops as texts
from xinno_core.texts.actions import (
    AskLeaveSession,
    ChooseSession,
    LeaveSession,
    OpenWorkshops,
    SwapSession,
    TakeSession,
)


async def on_workshops(update: Update, context: XinnoContext) -> None:
    """The sessions that can be chosen."""
    press = context.pressed(update, OpenWorkshops)
    found = await choices.list_choices(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    if found is None:
        raise NotAnActionError
    context.show(texts.workshops(context.translator, found))


async def on_choose(update: Update, context: XinnoContext) -> None:
    """A seat, or a number."""
    press = context.pressed(update, ChooseSession)
    outcome = await workshops.choose(
        context.session,
        participant=context.participant,
        session_id=press.session_id,
        now=context.now,
        despite_overlap=bool(press.anyway),
    )
    found = await _list(context, press.session_id)
    context.show(texts.choose_outcome(context.translator, outcome, found))


async def on_swap(update: Update, context: XinnoContext) -> None:
    """One session instead of another."""
    press = context.pressed(update, SwapSession)
    outcome = await workshops.swap(
        context.session,
        participant=context.participant,
        session_id=press.session_id,
        now=context.now,
    )
    found = await _list(context, press.session_id)
    context.show(texts.choose_outcome(context.translator, outcome, found))


async def on_take(update: Update, context: XinnoContext) -> None:
    """The seat that is held."""
    press = context.pressed(update, TakeSession)
    outcome = await workshops.accept_offer(
        context.session,
        participant=context.participant,
        session_id=press.session_id,
        now=context.now,
        despite_overlap=bool(press.anyway),
    )
    found = await _list(context, press.session_id)
    context.show(texts.choose_outcome(context.translator, outcome, found))


async def on_ask_leave(update: Update, context: XinnoContext) -> None:
    """Ask before a seat is given back; nothing to ask where there is none."""
    press = context.pressed(update, AskLeaveSession)
    found = await _list(context, press.session_id)
    one = found.held(press.session_id)
    if one is None:
        context.show(texts.workshops(context.translator, found))
    else:
        context.show(texts.ask_leave(context.translator, found, one))


async def on_leave(update: Update, context: XinnoContext) -> None:
    """Give the seat back."""
    press = context.pressed(update, LeaveSession)
    outcome = await workshops.leave(
        context.session,
        participant=context.participant,
        session_id=press.session_id,
        now=context.now,
    )
    found = await _list(context, press.session_id)
    context.show(texts.leave_outcome(context.translator, outcome, found))


async def _list(context: XinnoContext, session_id: int) -> Choices:
    event_id = await events.find_event_of(context.session, session_id)
    found = await choices.list_choices(
        context.session, participant=context.participant, event_id=event_id or 0, now=context.now
    )
    if found is None:
        raise NotAnActionError
    return found

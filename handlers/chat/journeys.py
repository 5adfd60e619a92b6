"""The messages of an event: what is sent when, the pause, and single lines."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import journey_board, journey_desk
from xinno_core.texts import journeys as texts
from xinno_core.texts.actions import (
    OpenJourney,
    OpenRule,
    PauseJourney,
    ResumeJourney,
    SwitchRule,
)


async def on_journey(update: Update, context: XinnoContext) -> None:
    """A page of what is sent around an event."""
    press = context.pressed(update, OpenJourney)
    board = await journey_board.find_board(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        page=press.page,
        now=context.now,
    )
    context.show(texts.journey(context.translator, board))


async def on_rule(update: Update, context: XinnoContext) -> None:
    """One line, and what it says."""
    press = context.pressed(update, OpenRule)
    view = await journey_board.find_line(
        context.session,
        participant=context.participant,
        rule_id=press.rule_id,
        language=press.language,
        now=context.now,
    )
    context.show(texts.line(context.translator, view))


async def on_switch(update: Update, context: XinnoContext) -> None:
    """Switch one line off or on."""
    press = context.pressed(update, SwitchRule)
    view = await journey_desk.switch(
        context.session,
        participant=context.participant,
        rule_id=press.rule_id,
        on=bool(press.on),
        language=press.language,
        now=context.now,
    )
    context.show(texts.line(context.translator, view))


async def on_pause(update: Update, context: XinnoContext) -> None:
    """Let nothing be sent for a while."""
    press = context.pressed(update, PauseJourney)
    outcome = await journey_desk.pause(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.paused(context.translator, outcome))


async def on_resume(update: Update, context: XinnoContext) -> None:
    """Let the journey go on."""
    press = context.pressed(update, ResumeJourney)
    outcome = await journey_desk.resume(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        send=bool(press.send),
        now=context.now,
    )
    context.show(texts.resumed(context.translator, outcome))

"""Changing and cancelling events, and what people answer to it."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import cancelling, keeping, moving
from xinno_core.services.questions import Form
from xinno_core.texts import changes as changes_texts
from xinno_core.texts import moving as texts
from xinno_core.texts.actions import (
    AskCancelEvent,
    CancelEvent,
    ConfirmMove,
    ConfirmSessionMove,
    KeepPlace,
    MoveEvent,
    MoveSession,
    OpenSilent,
    StartMove,
)


async def on_start(update: Update, context: XinnoContext) -> None:
    """Ask what of an event is to be changed; without sessions there is but one answer."""
    press = context.pressed(update, StartMove)
    choice = await moving.find_choice(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    if choice is not None and choice.slots:
        context.show(texts.choice(context.translator, choice))
    else:
        await _ask(context, await _find_move(context, [str(press.event_id)]))


async def on_event(update: Update, context: XinnoContext) -> None:
    """Ask for another time or place of an event."""
    press = context.pressed(update, MoveEvent)
    await _ask(context, await _find_move(context, [str(press.event_id)]))


async def on_session(update: Update, context: XinnoContext) -> None:
    """Ask for another time or room of a session."""
    press = context.pressed(update, MoveSession)
    arguments = [str(press.event_id), str(press.session_id)]
    await _ask(context, await _find_session_move(context, arguments))


async def on_event_confirmed(update: Update, context: XinnoContext) -> None:
    """Change the event as previewed."""
    press = context.pressed(update, ConfirmMove)
    outcome = await moving.move(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        revision=press.revision,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(texts.move_outcome(context.translator, outcome))


async def on_session_confirmed(update: Update, context: XinnoContext) -> None:
    """Change the session as previewed."""
    press = context.pressed(update, ConfirmSessionMove)
    outcome = await moving.move(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        session_id=press.session_id,
        revision=press.revision,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(texts.move_outcome(context.translator, outcome))


async def on_ask_cancel(update: Update, context: XinnoContext) -> None:
    """Ask before an event is cancelled."""
    press = context.pressed(update, AskCancelEvent)
    outcome = await cancelling.preview_cancel(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.ask_cancel(context.translator, outcome))


async def on_cancel_confirmed(update: Update, context: XinnoContext) -> None:
    """Cancel the event."""
    press = context.pressed(update, CancelEvent)
    outcome = await cancelling.cancel(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.cancel_outcome(context.translator, outcome))


async def on_keep(update: Update, context: XinnoContext) -> None:
    """Somebody stays although it was changed."""
    press = context.pressed(update, KeepPlace)
    outcome = await keeping.keep_place(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        revision=press.revision,
        now=context.now,
    )
    context.show(changes_texts.keep_outcome(context.translator, outcome))


async def on_silent(update: Update, context: XinnoContext) -> None:
    """Who has not answered yet."""
    press = context.pressed(update, OpenSilent)
    found = await keeping.list_silent(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        page=press.page,
    )
    context.show(changes_texts.silent(context.translator, found))


async def _ask(context: XinnoContext, form: Form | None) -> None:
    if form is None:
        raise NotAnActionError
    await ask(context, form)


async def _find_move(context: XinnoContext, arguments: list[str]) -> Form | None:
    return await moving.find_form(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        now=context.now,
    )


async def _find_session_move(context: XinnoContext, arguments: list[str]) -> Form | None:
    return await moving.find_form(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        session_id=whole(arguments[1]),
        now=context.now,
    )


async def _preview_move(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    outcome = await moving.preview(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        now=context.now,
    )
    context.show(texts.move_preview(context.translator, outcome))


async def _preview_session_move(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    outcome = await moving.preview(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        session_id=whole(arguments[1]),
        now=context.now,
    )
    context.show(texts.move_preview(context.translator, outcome))


FORM = FormKind("move", _find_move, _preview_move)
SESSION_FORM = FormKind("slot", _find_session_move, _preview_session_move, arguments=2)

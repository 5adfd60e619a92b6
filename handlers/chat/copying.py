"""Copying an event: one question, then a draft."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import copying, organising
from xinno_core.services.questions import Form
from xinno_core.texts import copying as texts
from xinno_core.texts import organising as organising_texts
from xinno_core.texts.actions import CopyEvent


async def on_copy(update: Update, context: XinnoContext) -> None:
    """Ask when the copy begins."""
    press = context.pressed(update, CopyEvent)
    await ask(context, await _find(context, [str(press.event_id)]))


async def _find(context: XinnoContext, arguments: list[str]) -> Form:
    return await copying.find_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    outcome = await copying.copy(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    context.show(texts.copied(context.translator, outcome))


async def _show_source(context: XinnoContext, arguments: list[str]) -> None:
    """Answer a button of a form that is finished: the draft is made, and not a second time."""
    board = await organising.find_board(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        now=context.now,
    )
    context.show(organising_texts.board(context.translator, board))


FORM = FormKind("copy", _find, _complete, begin=_show_source)

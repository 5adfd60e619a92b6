"""The texts of an event in its languages."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import wording
from xinno_core.services.questions import Form
from xinno_core.texts import wording as texts
from xinno_core.texts.actions import ChooseTexts, EditText, OpenTexts


async def on_texts(update: Update, context: XinnoContext) -> None:
    """How complete the texts are in each language."""
    press = context.pressed(update, OpenTexts)
    desk = await wording.find_desk(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.languages(context.translator, desk))


async def on_language(update: Update, context: XinnoContext) -> None:
    """The texts of one language."""
    press = context.pressed(update, ChooseTexts)
    await _show_language(context, [str(press.event_id), press.language])


async def on_edit(update: Update, context: XinnoContext) -> None:
    """Ask for one text in one language."""
    press = context.pressed(update, EditText)
    await ask(context, await _find(context, [str(press.event_id), press.language, press.key]))


async def _show_language(context: XinnoContext, arguments: list[str]) -> None:
    desk = await wording.find_desk(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )
    if arguments[1] not in desk.languages:
        raise NotAnActionError
    context.show(texts.texts(context.translator, desk, arguments[1]))


async def _find(context: XinnoContext, arguments: list[str]) -> Form:
    event_id, language, key = arguments
    return await wording.find_form(
        context.session,
        participant=context.participant,
        event_id=whole(event_id),
        language=language,
        key=key,
    )


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    event_id, language, key = arguments
    outcome = await wording.save(
        context.session,
        participant=context.participant,
        event_id=whole(event_id),
        language=language,
        key=key,
        text=next(iter(answers.values())),
        now=context.now,
    )
    context.show(texts.saved(context.translator, outcome))


FORM = FormKind("text", _find, _complete, arguments=3, begin=_show_language)

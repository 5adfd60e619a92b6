"""You said, we did: organisers write what follows from a survey, and tell those who were asked."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import survey_actions
from xinno_core.services.questions import Form
from xinno_core.texts import survey_actions as texts
from xinno_core.texts.actions import (
    DropSurveyAction,
    OpenSurveyActions,
    PreviewSurveyActions,
    TellSurveyActions,
    WriteSurveyAction,
)


async def on_actions(update: Update, context: XinnoContext) -> None:
    """What is to follow from a survey."""
    await _show(context, [str(context.pressed(update, OpenSurveyActions).survey_id)])


async def on_write(update: Update, context: XinnoContext) -> None:
    """Ask for one action in one language."""
    press = context.pressed(update, WriteSurveyAction)
    arguments = [str(press.survey_id), str(press.number), press.language]
    form = await _find(context, arguments)
    if form is None:
        await _show(context, arguments)
        return
    await ask(context, form)


async def on_drop(update: Update, context: XinnoContext) -> None:
    """Remove the last one."""
    press = context.pressed(update, DropSurveyAction)
    outcome = await survey_actions.drop_last(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        mark=press.mark,
    )
    context.show(texts.saved(context.translator, outcome))


async def on_preview(update: Update, context: XinnoContext) -> None:
    """As readers of one language would get it."""
    press = context.pressed(update, PreviewSurveyActions)
    desk = await survey_actions.find_desk(
        context.session, participant=context.participant, survey_id=press.survey_id
    )
    if press.language not in desk.languages or not desk.actions:
        raise NotAnActionError
    context.show(texts.preview(context.translator, desk, press.language))


async def on_tell(update: Update, context: XinnoContext) -> None:
    """Tell everybody who was asked."""
    press = context.pressed(update, TellSurveyActions)
    outcome = await survey_actions.tell(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        mark=press.mark,
        now=context.now,
    )
    context.show(texts.told(context.translator, outcome))


async def _show(context: XinnoContext, arguments: list[str]) -> None:
    desk = await survey_actions.find_desk(
        context.session, participant=context.participant, survey_id=whole(arguments[0])
    )
    context.show(texts.desk(context.translator, desk))


async def _find(context: XinnoContext, arguments: list[str]) -> Form | None:
    survey_id, number, language = arguments
    return await survey_actions.find_form(
        context.session,
        participant=context.participant,
        survey_id=whole(survey_id),
        number=whole(number),
        language=language,
    )


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    survey_id, number, language = arguments
    outcome = await survey_actions.save(
        context.session,
        participant=context.participant,
        survey_id=whole(survey_id),
        number=whole(number),
        language=language,
        text=next(iter(answers.values())),
    )
    context.show(texts.saved(context.translator, outcome))


FORM = FormKind("said", _find, _complete, arguments=3, begin=_show)

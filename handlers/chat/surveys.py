"""Answering a survey: a few taps, resumable."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import surveys
from xinno_core.services.questions import Form
from xinno_core.texts import surveys as texts
from xinno_core.texts.actions import StartSurvey


async def on_start_survey(update: Update, context: XinnoContext) -> None:
    """Begin, or go on where it was left."""
    press = context.pressed(update, StartSurvey)
    await _begin(context, [str(press.survey_id)])


async def _begin(context: XinnoContext, arguments: list[str]) -> None:
    refused = await surveys.may_answer(
        context.session,
        participant=context.participant,
        survey_id=whole(arguments[0]),
        now=context.now,
    )
    if refused is not None:
        context.show(texts.survey_outcome(refused, context.translator))
        return
    form = await _find_form(context, arguments)
    if form is None:
        raise NotAnActionError
    await ask(context, form)


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form | None:
    return await surveys.find_form(context.session, survey_id=whole(arguments[0]))


async def _complete(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    outcome = await surveys.submit(
        context.session,
        participant=context.participant,
        survey_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    context.show(texts.survey_outcome(outcome, context.translator))


FORM = FormKind("survey", _find_form, _complete, begin=_begin)

"""Results of surveys, for who organises the event or leads its pilot."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import XinnoContext
from xinno_core.services import results
from xinno_core.services.wave_groups import Attribute
from xinno_core.texts import result_questions
from xinno_core.texts import results as texts
from xinno_core.texts.actions import (
    AskOpenWave,
    BreakDownResults,
    OpenQuestionResults,
    OpenResults,
    OpenSurveyResults,
    OpenWave,
)


async def on_results(update: Update, context: XinnoContext) -> None:
    """The surveys of an event."""
    press = context.pressed(update, OpenResults)
    found = await results.list_surveys(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.surveys(context.translator, found))


async def on_survey(update: Update, context: XinnoContext) -> None:
    """One survey and its waves."""
    press = context.pressed(update, OpenSurveyResults)
    stand = await results.find_stand(
        context.session, participant=context.participant, survey_id=press.survey_id
    )
    context.show(texts.stand(context.translator, stand, press.page))


async def on_ask_open(update: Update, context: XinnoContext) -> None:
    """Whether to open the answers of now."""
    press = context.pressed(update, AskOpenWave)
    stand = await results.find_stand(
        context.session, participant=context.participant, survey_id=press.survey_id
    )
    context.show(texts.ask_open(context.translator, stand))


async def on_open(update: Update, context: XinnoContext) -> None:
    """Open them."""
    press = context.pressed(update, OpenWave)
    outcome, stand = await results.open_now(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        wave=press.wave,
        now=context.now,
    )
    context.show(texts.opened(context.translator, outcome, stand))


async def on_question(update: Update, context: XinnoContext) -> None:
    """One question of one wave."""
    press = context.pressed(update, OpenQuestionResults)
    found = await results.find_question(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        wave=press.wave,
        place=press.place,
    )
    context.show(result_questions.question(context.translator, found))


async def on_broken_down(update: Update, context: XinnoContext) -> None:
    """The same by one attribute of the people."""
    press = context.pressed(update, BreakDownResults)
    if press.attribute not in set(Attribute):
        raise NotAnActionError
    found = await results.find_question(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        wave=press.wave,
        place=press.place,
        attribute=Attribute(press.attribute),
    )
    context.show(result_questions.question(context.translator, found))

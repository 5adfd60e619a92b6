"""Answering a survey: what becomes of the answers, a few taps, and a change of mind."""

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import own_surveys, survey_visits, surveys, web_forms
from xinno_core.services.questions import Form
from xinno_core.services.survey_visits import Opening, Paused
from xinno_core.services.surveys import SurveyOutcome
from xinno_core.texts import own_surveys as own_texts
from xinno_core.texts import surveys as texts
from xinno_core.texts.actions import (
    AskEraseAnswers,
    BeginSurvey,
    ChangeSurvey,
    EraseAnswers,
    StartSurvey,
)


async def on_start_survey(update: Update, context: XinnoContext) -> None:
    """What becomes of the answers; or on, where it was left."""
    press = context.pressed(update, StartSurvey)
    await _enter(context, [str(press.survey_id)])


async def on_begin(update: Update, context: XinnoContext) -> None:
    """The first question is wanted."""
    press = context.pressed(update, BeginSurvey)
    entered = await survey_visits.begin(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        is_linked={texts.LINK: True, texts.DO_NOT_LINK: False}.get(press.linking),
        now=context.now,
    )
    await _show(context, entered)


async def on_change(update: Update, context: XinnoContext) -> None:
    """The answers are to be changed."""
    press = context.pressed(update, ChangeSurvey)
    entered = await survey_visits.change(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        now=context.now,
    )
    await _show(context, entered)


async def on_ask_erase(update: Update, context: XinnoContext) -> None:
    """The answers are to be erased: that is asked first."""
    press = context.pressed(update, AskEraseAnswers)
    kept = await own_surveys.ask_erase(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        now=context.now,
    )
    context.show(own_texts.ask_erase(context.translator, kept))


async def on_erase(update: Update, context: XinnoContext) -> None:
    """Yes, erase them."""
    press = context.pressed(update, EraseAnswers)
    outcome = await own_surveys.erase(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        now=context.now,
    )
    context.show(own_texts.erased(context.translator, outcome))


async def _enter(context: XinnoContext, arguments: list[str]) -> None:
    entered = await survey_visits.enter(
        context.session,
        participant=context.participant,
        survey_id=whole(arguments[0]),
        now=context.now,
    )
    await _show(context, entered)


async def _show(context: XinnoContext, entered: Opening | Form | SurveyOutcome) -> None:
    match entered:
        case Form():
            await ask(context, entered)
        case Opening():
            address = web_forms.address_of(
                context.participant,
                entered.survey_id,
                secret=context.desk.secret,
                public_url=context.desk.public_url,
                is_demo=context.desk.is_demo,
            )
            context.show(texts.opening(context.translator, entered, address))
        case _:
            context.show(texts.survey_outcome(entered, context.translator))


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form | None:
    return await surveys.find_form(
        context.session, survey_id=whole(arguments[0]), participant=context.participant
    )


async def _stops(context: XinnoContext, arguments: list[str]) -> bool:
    refused = await survey_visits.stop_if_over(
        context.session,
        participant=context.participant,
        survey_id=whole(arguments[0]),
        now=context.now,
        in_form=True,
    )
    if refused is not None:
        context.show(texts.survey_outcome(refused, context.translator))
    return refused is not None


async def _pauses(context: XinnoContext, arguments: list[str]) -> None:
    paused = await survey_visits.pause(
        context.session,
        participant=context.participant,
        survey_id=whole(arguments[0]),
        now=context.now,
    )
    if isinstance(paused, Paused):
        context.show(own_texts.paused(context.translator, paused))
    else:
        context.show(texts.survey_outcome(paused, context.translator))


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


FORM = FormKind("survey", _find_form, _complete, begin=_enter, pauses=_pauses, stops=_stops)

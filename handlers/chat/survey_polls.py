"""Questions of a survey, asked of an event's group by its organiser."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import survey_polls
from xinno_core.texts import survey_polls as texts
from xinno_core.texts.actions import OpenSurveyPolls, PostSurveyPoll, PreviewSurveyPoll


async def on_questions(update: Update, context: XinnoContext) -> None:
    """What the group can be asked."""
    press = context.pressed(update, OpenSurveyPolls)
    found = await survey_polls.list_questions(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.questions(context.translator, found))


async def on_preview(update: Update, context: XinnoContext) -> None:
    """How a question will look in the group."""
    await _show(context, context.pressed(update, PreviewSurveyPoll))


async def on_post(update: Update, context: XinnoContext) -> None:
    """Ask the group."""
    press = context.pressed(update, PostSurveyPoll)
    await survey_polls.ask(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        version=press.version,
        number=press.number,
        now=context.now,
    )
    await _show(context, press, texts.promised(context.translator))


async def _show(
    context: XinnoContext, press: PreviewSurveyPoll | PostSurveyPoll, said: str = ""
) -> None:
    seen = await survey_polls.preview(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        version=press.version,
        number=press.number,
    )
    context.show(texts.preview(context.translator, seen, said))

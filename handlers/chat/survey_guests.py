"""Links to a survey for people without Telegram."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import survey_guests
from xinno_core.texts import survey_guests as texts
from xinno_core.texts.actions import MakeSurveyLinks, OpenSurveyLinks


async def on_links(update: Update, context: XinnoContext) -> None:
    """How many links were given out."""
    press = context.pressed(update, OpenSurveyLinks)
    desk = await survey_guests.find_desk(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(texts.desk(context.translator, desk))


async def on_make(update: Update, context: XinnoContext) -> None:
    """More links."""
    press = context.pressed(update, MakeSurveyLinks)
    outcome = await survey_guests.make(
        context.session,
        participant=context.participant,
        survey_id=press.survey_id,
        number=press.number,
        given=press.given,
        secret=context.desk.secret,
        now=context.now,
    )
    context.show(texts.made(context.translator, outcome, context.desk.public_url))

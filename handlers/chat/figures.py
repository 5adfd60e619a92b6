"""Figures: an organiser reads those of the own region, a lead those of the pilot."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import figures
from xinno_core.texts import figures as texts
from xinno_core.texts.actions import OpenFigures, ShowFigures


async def on_figures(update: Update, context: XinnoContext) -> None:
    """The pilots and regions that there are figures of."""
    context.pressed(update, OpenFigures)
    found = await figures.list_places(context.session, participant=context.participant)
    context.show(texts.places(context.translator, found))


async def on_show(update: Update, context: XinnoContext) -> None:
    """Figures in all, or by one part."""
    press = context.pressed(update, ShowFigures)
    found = await figures.find_figures(
        context.session,
        participant=context.participant,
        level=press.level,
        id_=press.id,
        part=press.part,
        now=context.now,
    )
    context.show(texts.figures(context.translator, found))

"""In which country a person's organisation is."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.errors import NotFoundError
from xinno_core.services import profile
from xinno_core.texts import countries as texts
from xinno_core.texts.actions import OpenCountries, SetCountry


async def on_countries(update: Update, context: XinnoContext) -> None:
    """Countries to choose from."""
    await _show(context, context.pressed(update, OpenCountries).page)


async def on_chosen(update: Update, context: XinnoContext) -> None:
    """A country is chosen."""
    press = context.pressed(update, SetCountry)
    await profile.set_country(
        context.session, participant=context.participant, country=press.country
    )
    await _show(context, 0)


async def _show(context: XinnoContext, page: int) -> None:
    organisation = await profile.find_organisation(context.session, context.participant)
    if organisation is None:
        raise NotFoundError
    context.show(texts.countries(context.translator, organisation.country, page))

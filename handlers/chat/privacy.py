"""One's own data: see it, take it along, have it erased."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import my_data, privacy, standings
from xinno_core.texts import privacy as texts
from xinno_core.texts.actions import ForgetMe


async def on_my_data(update: Update, context: XinnoContext) -> None:
    """/mydata: what is stored about me."""
    data = await my_data.read_my_data(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.my_data(context.translator, data))


async def on_download(update: Update, context: XinnoContext) -> None:
    """The same as a file."""
    data = await my_data.read_my_data(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.my_data_file(context.translator, data))


async def on_ask_forget(update: Update, context: XinnoContext) -> None:
    """/forget: what erasing means, and the question."""
    owned = await standings.list_own(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.ask_forget(context.translator, owned))


async def on_forget(update: Update, context: XinnoContext) -> None:
    """Yes, erase."""
    context.pressed(update, ForgetMe)
    outcome = await privacy.forget(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.forgotten(context.translator, outcome))

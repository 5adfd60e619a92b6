"""Why somebody got a message, or did not: for organisers, by event and person."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import ledger
from xinno_core.texts import ledger as texts
from xinno_core.texts.actions import ExplainPerson, OpenLedger, OpenLedgers


async def on_why(update: Update, context: XinnoContext) -> None:
    """/why, alone or with a name."""
    if not context.args:
        await _show_events(context, 0)
        return
    found = await ledger.search(
        context.session, participant=context.participant, words=" ".join(context.args)
    )
    context.show(texts.found(context.translator, found))


async def on_events(update: Update, context: XinnoContext) -> None:
    """Another page of events."""
    await _show_events(context, context.pressed(update, OpenLedgers).page)


async def on_event(update: Update, context: XinnoContext) -> None:
    """The people of one event."""
    press = context.pressed(update, OpenLedger)
    page = await ledger.list_people(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        only_troubled=bool(press.troubled),
        page=press.page,
    )
    context.show(texts.people(context.translator, page))


async def on_person(update: Update, context: XinnoContext) -> None:
    """The messages of one person."""
    press = context.pressed(update, ExplainPerson)
    shown = await ledger.find_ledger(
        context.session,
        participant=context.participant,
        registration_id=press.registration_id,
        now=context.now,
        page=press.page,
    )
    context.show(texts.person(context.translator, shown))


async def _show_events(context: XinnoContext, page: int) -> None:
    choices = await ledger.list_events(context.session, participant=context.participant, page=page)
    context.show(texts.events(context.translator, choices))

"""Exports: a lead chooses an event, sees what there is, gets a file."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import exports
from xinno_core.texts import exports as texts
from xinno_core.texts.actions import ChooseExport, Export, OpenExports


async def on_exports(update: Update, context: XinnoContext) -> None:
    """/export: the events of the pilots a person leads."""
    await _list(context, None)


async def on_page(update: Update, context: XinnoContext) -> None:
    """Another page of the list."""
    page = context.pressed(update, OpenExports).page
    await _list(context, page - 1 if page else None)


async def on_choose(update: Update, context: XinnoContext) -> None:
    """What there is to export of one event."""
    press = context.pressed(update, ChooseExport)
    found = await exports.get_overview(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.overview(context.translator, found))


async def on_export(update: Update, context: XinnoContext) -> None:
    """A file is asked for."""
    press = context.pressed(update, Export)
    format_ = exports.format_for_leads(press.format)
    outcome = await exports.export_led(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        kind=exports.kind_for_leads(press.kind),
        now=context.now,
    )
    context.show(
        texts.export_outcome(outcome, context.translator, format_=format_, now=context.now)
    )


async def _list(context: XinnoContext, page: int | None) -> None:
    found = await exports.list_led(
        context.session, participant=context.participant, now=context.now, page=page
    )
    context.show(texts.event_list(context.translator, found))

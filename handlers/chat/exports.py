"""Exports: somebody chooses an event, sees what there is, asks for a file."""

from telegram import Update

from handlers.chat.context import XinnoContext, shown_in
from xinno_core.services import export_jobs, exports
from xinno_core.texts import exports as texts
from xinno_core.texts.actions import (
    CancelExport,
    ChooseExport,
    ChooseExportLanguage,
    Export,
    OpenExports,
)


async def on_exports(update: Update, context: XinnoContext) -> None:
    """/export: the events that a person can export."""
    await _list(context, None)


async def on_page(update: Update, context: XinnoContext) -> None:
    """Another page of the list."""
    page = context.pressed(update, OpenExports).page
    await _list(context, page - 1 if page else None)


async def on_choose(update: Update, context: XinnoContext) -> None:
    """What there is to export of an event, a region or a pilot."""
    press = context.pressed(update, ChooseExport)
    form = exports.read_form(press.language or context.participant.language, press.separator)
    found = await exports.get_overview(
        context.session,
        participant=context.participant,
        where=exports.read_where(press.span, press.id),
        now=context.now,
    )
    context.show(
        texts.overview(context.translator, found, language=form.language, separator=form.separator)
    )


async def on_languages(update: Update, context: XinnoContext) -> None:
    """In which language a file should be."""
    press = context.pressed(update, ChooseExportLanguage)
    found = await exports.get_overview(
        context.session,
        participant=context.participant,
        where=exports.read_where(press.span, press.id),
        now=context.now,
    )
    form = exports.read_form(context.participant.language, press.separator)
    context.show(texts.languages(context.translator, found.where, form.separator))


async def on_export(update: Update, context: XinnoContext) -> None:
    """A file is asked for."""
    press = context.pressed(update, Export)
    outcome = await export_jobs.ask(
        context.session,
        participant=context.participant,
        wish=exports.read_wish(
            exports.read_where(press.span, press.id),
            exports.read_form(press.language, press.separator),
            kind=press.kind,
            format_=press.format,
        ),
        message_id=shown_in(update) or None,
        now=context.now,
    )
    context.show(texts.asked(outcome, context.translator))


async def on_cancel(update: Update, context: XinnoContext) -> None:
    """A file is no longer wanted."""
    press = context.pressed(update, CancelExport)
    outcome = await export_jobs.cancel(
        context.session, participant=context.participant, job_id=press.job_id, now=context.now
    )
    context.show(texts.cancelled(outcome, context.translator))


async def _list(context: XinnoContext, page: int | None) -> None:
    found = await exports.list_exportable(
        context.session, participant=context.participant, now=context.now, page=page
    )
    context.show(texts.event_list(context.translator, found))

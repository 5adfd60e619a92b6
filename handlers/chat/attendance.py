"""Who was there: organisers and staff note people by name."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import attendance
from xinno_core.services.attendance import TooEarly
from xinno_core.texts import attendance as texts
from xinno_core.texts.actions import ListAttendance, NoteAttendance, NotePage, OpenAttendance


async def on_attendance(update: Update, context: XinnoContext) -> None:
    """Where to note people: an event without sessions has one list only."""
    press = context.pressed(update, OpenAttendance)
    found = await attendance.list_places(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    if isinstance(found, TooEarly):
        context.show(texts.too_early(context.translator, found))
    elif found.sessions:
        context.show(texts.places(context.translator, found))
    else:
        await _show(context, ListAttendance(press.event_id))


async def on_list(update: Update, context: XinnoContext) -> None:
    """People by name."""
    await _show(context, context.pressed(update, ListAttendance))


async def on_note(update: Update, context: XinnoContext) -> None:
    """One person was there, or was not."""
    press = context.pressed(update, NoteAttendance)
    shown = await attendance.note(
        context.session,
        participant=context.participant,
        registration_id=press.registration_id,
        session_id=press.session_id,
        was_there=bool(press.was_there),
        page=press.page,
        now=context.now,
    )
    context.show(texts.sheet(context.translator, shown))


async def on_note_page(update: Update, context: XinnoContext) -> None:
    """Everybody on a page was there."""
    press = context.pressed(update, NotePage)
    shown = await attendance.note_page(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        session_id=press.session_id,
        page=press.page,
        fingerprint=press.fingerprint,
        now=context.now,
    )
    context.show(texts.sheet(context.translator, shown))


async def _show(context: XinnoContext, wanted: ListAttendance) -> None:
    shown = await attendance.read_sheet(
        context.session,
        participant=context.participant,
        event_id=wanted.event_id,
        session_id=wanted.session_id,
        page=wanted.page,
        now=context.now,
    )
    context.show(texts.sheet(context.translator, shown))

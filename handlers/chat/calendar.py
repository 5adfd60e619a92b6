"""The calendar: a file to put in or to take out, and an address to subscribe to."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import calendar
from xinno_core.texts import calendar as texts
from xinno_core.texts.actions import GetCalendarFile, RemoveFromCalendar, RenewAddress


async def on_calendar_file(update: Update, context: XinnoContext) -> None:
    """The calendar file of a registration."""
    press = context.pressed(update, GetCalendarFile)
    outcome = await calendar.find_file(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.file_outcome(outcome, context.translator, now=context.now))


async def on_removal_file(update: Update, context: XinnoContext) -> None:
    """The file that takes a registration out of the calendar."""
    press = context.pressed(update, RemoveFromCalendar)
    outcome = await calendar.find_removal(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.file_outcome(outcome, context.translator, now=context.now))


async def on_subscription(update: Update, context: XinnoContext) -> None:
    """The address of the person's calendar."""
    _show_address(context, is_new=False)


async def on_renew(update: Update, context: XinnoContext) -> None:
    """Another address; a second press on the same button ends nothing."""
    press = context.pressed(update, RenewAddress)
    calendar.renew(context.participant, revision=press.revision)
    _show_address(context, is_new=True)


def _show_address(context: XinnoContext, *, is_new: bool) -> None:
    token = calendar.token_of(context.participant, secret=context.desk.secret)
    context.show(
        texts.subscription(
            context.translator,
            f"{context.desk.public_url}/calendar/{token}.ics",
            revision=context.participant.calendar_revision,
            is_new=is_new,
        )
    )

"""Writing to an event's registered: text, preview, yes, progress."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import announcements, broadcasts
from xinno_core.services.announcements import Draft
from xinno_core.services.broadcasts import NoAudience
from xinno_core.services.questions import Form
from xinno_core.texts import announcements as texts
from xinno_core.texts.actions import (
    ConfirmAnnouncement,
    PreviewAnnouncement,
    ShowAnnouncement,
    StartAnnouncement,
)


async def on_announce(update: Update, context: XinnoContext) -> None:
    """/announce: the events whose registered can be written to."""
    found = await announcements.list_choices(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.choices(context.translator, found))


async def on_start(update: Update, context: XinnoContext) -> None:
    """Ask for the text in each language of the event, or show the draft that waits."""
    press = context.pressed(update, StartAnnouncement)
    found = await announcements.begin(
        context.session, participant=context.participant, event_id=press.event_id
    )
    if isinstance(found, NoAudience):
        context.show(texts.no_audience(context.translator, found.card))
    else:
        await ask(context, found)


async def on_preview(update: Update, context: XinnoContext) -> None:
    """The draft as readers of one language will see it."""
    press = context.pressed(update, PreviewAnnouncement)
    draft = await _find_draft(context, press.event_id)
    if draft is None:
        raise NotAnActionError
    context.show(texts.preview(context.translator, draft, press.language))


async def on_confirm(update: Update, context: XinnoContext) -> None:
    """Send it."""
    press = context.pressed(update, ConfirmAnnouncement)
    outcome = await announcements.confirm(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(texts.outcome(context.translator, outcome))


async def on_show(update: Update, context: XinnoContext) -> None:
    """How far an announcement has come."""
    press = context.pressed(update, ShowAnnouncement)
    found = await broadcasts.find_progress(
        context.session, participant=context.participant, broadcast_id=press.broadcast_id
    )
    if found is None:
        raise NotAnActionError
    context.show(texts.progress(context.translator, found))


async def _find_draft(context: XinnoContext, event_id: int) -> Draft | None:
    return await announcements.find_draft(
        context.session, participant=context.participant, event_id=event_id, now=context.now
    )


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form:
    return await announcements.find_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _preview(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    draft = await _find_draft(context, whole(arguments[0]))
    if draft is None:
        raise NotAnActionError
    language = texts.first_language(draft, context.participant.language)
    context.show(texts.preview(context.translator, draft, language))


FORM = FormKind("announce", _find_form, _preview)

"""An announcement's draft: opened, made urgent or not, timed, looked at once more, confirmed."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import announceable, announcement_writing, announcements
from xinno_core.services.announcement_writing import Wanted
from xinno_core.services.announcements import Alter
from xinno_core.services.broadcasts import NoAudience
from xinno_core.services.drafts import Draft, NotADraft, Outdated
from xinno_core.texts import announcement_writing as writing_texts
from xinno_core.texts import announcements as texts
from xinno_core.texts import steering
from xinno_core.texts.actions import (
    AskCritical,
    AskDropDraft,
    CheckDraft,
    ChooseStart,
    ChooseUrgency,
    ConfirmDraft,
    DropDraft,
    ListAnnounceable,
    SetStart,
    SetUrgency,
    ShowDraft,
    StartAnnouncement,
)


async def on_announce(update: Update, context: XinnoContext) -> None:
    """/announce: the events whose people can be written to."""
    await _show_choices(context, page=0)


async def on_choices(update: Update, context: XinnoContext) -> None:
    """Another page of the events."""
    await _show_choices(context, page=context.pressed(update, ListAnnounceable).page)


async def on_start(update: Update, context: XinnoContext) -> None:
    """Begin a draft, or show the one that waits."""
    press = context.pressed(update, StartAnnouncement)
    found = await announcements.open_draft(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    if isinstance(found, NoAudience):
        context.show(steering.no_audience(context.translator, found.card))
    else:
        context.show(texts.draft(context.translator, found))


async def on_draft(update: Update, context: XinnoContext) -> None:
    """The draft as it stands; what is sent from now on is no part of it."""
    press = context.pressed(update, ShowDraft)
    found = await announcement_writing.end(
        context.session, participant=context.participant, draft_id=press.draft_id, now=context.now
    )
    context.show(texts.found(context.translator, found, texts.draft))


async def on_urgency(update: Update, context: XinnoContext) -> None:
    """The classes of urgency."""
    found = await _find(context, context.pressed(update, ChooseUrgency).draft_id)
    context.show(texts.found(context.translator, found, texts.urgency))


async def on_ask_critical(update: Update, context: XinnoContext) -> None:
    """The most urgent class is asked for twice."""
    found = await _find(context, context.pressed(update, AskCritical).draft_id)
    context.show(texts.found(context.translator, found, texts.ask_critical))


async def on_urgency_chosen(update: Update, context: XinnoContext) -> None:
    """So urgent it is."""
    press = context.pressed(update, SetUrgency)
    found = await _alter(context, press.draft_id, announcements.of_class(press.notice_class))
    context.show(texts.found(context.translator, found, texts.draft))


async def on_when(update: Update, context: XinnoContext) -> None:
    """When should it go? A time may be pressed or written."""
    press = context.pressed(update, ChooseStart)
    stands = await announcement_writing.begin(
        context.session,
        participant=context.participant,
        draft_id=press.draft_id,
        wanted=Wanted.START,
        now=context.now,
    )
    context.show(writing_texts.screen(context.translator, stands))


async def on_start_chosen(update: Update, context: XinnoContext) -> None:
    """An offered time was chosen."""
    press = context.pressed(update, SetStart)
    by = announcements.starting(press.start, now=context.now)
    found = await _alter(context, press.draft_id, by)
    context.show(texts.found(context.translator, found, texts.draft))


async def on_check(update: Update, context: XinnoContext) -> None:
    """Everything once more, with the yes."""
    found = await _find(context, context.pressed(update, CheckDraft).draft_id)
    context.show(texts.found(context.translator, found, texts.check))


async def on_confirm(update: Update, context: XinnoContext) -> None:
    """The yes to what was shown."""
    press = context.pressed(update, ConfirmDraft)
    outcome = await announcements.confirm(
        context.session,
        participant=context.participant,
        draft_id=press.draft_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    match outcome:
        case Outdated():
            context.show(texts.outdated(context.translator, outcome))
        case Draft() | NotADraft():
            context.show(texts.found(context.translator, outcome, texts.draft))
        case launched:
            context.show(steering.launched(context.translator, launched))


async def on_ask_drop(update: Update, context: XinnoContext) -> None:
    """Before the draft is given up, it is asked."""
    found = await _find(context, context.pressed(update, AskDropDraft).draft_id)
    context.show(texts.found(context.translator, found, texts.ask_drop))


async def on_drop(update: Update, context: XinnoContext) -> None:
    """The draft is given up."""
    press = context.pressed(update, DropDraft)
    dropped = await announcements.drop(
        context.session, participant=context.participant, draft_id=press.draft_id, now=context.now
    )
    context.show(texts.not_a_draft(context.translator, dropped))


async def _show_choices(context: XinnoContext, *, page: int) -> None:
    shown = await announceable.list_choices(
        context.session, participant=context.participant, page=page, now=context.now
    )
    context.show(texts.choices(context.translator, shown))


async def _find(context: XinnoContext, draft_id: int) -> Draft | NotADraft:
    return await announcements.find_draft(
        context.session, participant=context.participant, draft_id=draft_id, now=context.now
    )


async def _alter(context: XinnoContext, draft_id: int, by: Alter) -> Draft | NotADraft:
    return await announcements.alter(
        context.session,
        participant=context.participant,
        draft_id=draft_id,
        now=context.now,
        by=by,
    )

"""Steering an announcement that was confirmed: second yes, pause, undo, take back, send again."""

from collections.abc import Awaitable, Callable

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import TakerKind, XinnoContext
from xinno_core.services import acts, broadcasts, corrections
from xinno_core.services.broadcasts import Progress, TurnOutcome
from xinno_core.services.composing import Sent
from xinno_core.services.corrections import Correction
from xinno_core.texts import corrections as correction_texts
from xinno_core.texts import progress as texts
from xinno_core.texts import steering
from xinno_core.texts.actions import (
    AskCancelAnnouncement,
    AskRecall,
    AskResend,
    CancelAnnouncement,
    ConfirmCorrection,
    CorrectWords,
    DropCorrection,
    ListAnnouncements,
    PauseAnnouncement,
    RecallAnnouncement,
    ResendUnknown,
    ResumeAnnouncement,
    SecondAnnouncement,
    SendBackAnnouncement,
    ShowAnnouncement,
    StartCorrection,
    UndoAnnouncement,
)


async def on_show(update: Update, context: XinnoContext) -> None:
    """How far an announcement has come."""
    press = context.pressed(update, ShowAnnouncement)
    context.show(texts.progress(context.translator, await _find(context, press.broadcast_id)))


async def on_list(update: Update, context: XinnoContext) -> None:
    """The newest announcements of an event."""
    press = context.pressed(update, ListAnnouncements)
    found = await broadcasts.list_of_event(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    context.show(texts.listing(context.translator, found))


async def on_second(update: Update, context: XinnoContext) -> None:
    """The yes of a second organiser."""
    press = context.pressed(update, SecondAnnouncement)
    outcome = await broadcasts.second(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(steering.turned(context.translator, outcome))


async def on_send_back(update: Update, context: XinnoContext) -> None:
    """The no of a second organiser."""
    press = context.pressed(update, SendBackAnnouncement)
    outcome = await broadcasts.send_back(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(steering.turned(context.translator, outcome))


async def on_undo(update: Update, context: XinnoContext) -> None:
    """Take the yes back in time."""
    await _turn(context, broadcasts.undo, context.pressed(update, UndoAnnouncement).broadcast_id)


async def on_pause(update: Update, context: XinnoContext) -> None:
    """Nothing more goes for the moment."""
    await _turn(context, broadcasts.pause, context.pressed(update, PauseAnnouncement).broadcast_id)


async def on_resume(update: Update, context: XinnoContext) -> None:
    """It goes on."""
    press = context.pressed(update, ResumeAnnouncement)
    await _turn(context, broadcasts.resume, press.broadcast_id)


async def on_ask_cancel(update: Update, context: XinnoContext) -> None:
    """Ask before nobody else gets it."""
    press = context.pressed(update, AskCancelAnnouncement)
    found = await _find(context, press.broadcast_id)
    context.show(steering.ask_cancel(context.translator, found))


async def on_cancel(update: Update, context: XinnoContext) -> None:
    """Nobody else gets it."""
    press = context.pressed(update, CancelAnnouncement)
    await _turn(context, broadcasts.cancel, press.broadcast_id)


async def on_ask_recall(update: Update, context: XinnoContext) -> None:
    """Say what taking back can do, and ask."""
    press = context.pressed(update, AskRecall)
    found = await _find(context, press.broadcast_id)
    context.show(steering.ask_recall(context.translator, found))


async def on_recall(update: Update, context: XinnoContext) -> None:
    """Take it back."""
    await _turn(context, acts.recall, context.pressed(update, RecallAnnouncement).broadcast_id)


async def on_ask_resend(update: Update, context: XinnoContext) -> None:
    """Say what sending again may do, and ask."""
    press = context.pressed(update, AskResend)
    found = await _find(context, press.broadcast_id)
    context.show(steering.ask_resend(context.translator, found))


async def on_resend(update: Update, context: XinnoContext) -> None:
    """Send again to the unknown."""
    press = context.pressed(update, ResendUnknown)
    await _turn(context, broadcasts.resend_unknown, press.broadcast_id)


async def _turn(
    context: XinnoContext, verb: Callable[..., Awaitable[TurnOutcome]], broadcast_id: int
) -> None:
    outcome = await verb(
        context.session,
        participant=context.participant,
        broadcast_id=broadcast_id,
        now=context.now,
    )
    context.show(steering.turned(context.translator, outcome))


async def _find(context: XinnoContext, broadcast_id: int) -> Progress:
    found = await broadcasts.find_progress(
        context.session,
        participant=context.participant,
        broadcast_id=broadcast_id,
        now=context.now,
    )
    if found is None:
        raise NotAnActionError
    return found


# ── putting right ────────────────────────────────────────────────────────────────────────────
async def on_correct(update: Update, context: XinnoContext) -> None:
    """Begin to put it right."""
    press = context.pressed(update, StartCorrection)
    await _begin_correction(context, press.broadcast_id)


async def on_correct_words(update: Update, context: XinnoContext) -> None:
    """Wait for the new words of one text."""
    press = context.pressed(update, CorrectWords)
    outcome = await corrections.choose(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        language=press.language,
        part=press.part,
        now=context.now,
    )
    context.show(correction_texts.shown(context.translator, outcome))


async def on_confirm_correction(update: Update, context: XinnoContext) -> None:
    """Put it right in every chat that has it."""
    press = context.pressed(update, ConfirmCorrection)
    outcome = await corrections.confirm(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        version=press.version,
        now=context.now,
    )
    context.show(steering.turned(context.translator, outcome))


async def on_drop_correction(update: Update, context: XinnoContext) -> None:
    """Leave it as it is."""
    press = context.pressed(update, DropCorrection)
    found = await corrections.drop(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        now=context.now,
    )
    context.show(texts.progress(context.translator, found))


async def _begin_correction(context: XinnoContext, broadcast_id: int) -> None:
    outcome = await corrections.begin(
        context.session,
        participant=context.participant,
        broadcast_id=broadcast_id,
        now=context.now,
    )
    context.show(correction_texts.shown(context.translator, outcome))


async def _takes(context: XinnoContext, arguments: list[str], sent: Sent) -> bool:
    outcome = await corrections.take(
        context.session,
        participant=context.participant,
        broadcast_id=whole(arguments[0]),
        sent=sent,
        now=context.now,
    )
    context.show(correction_texts.shown(context.translator, outcome))
    return isinstance(outcome, Correction)


async def _go_on(context: XinnoContext, arguments: list[str]) -> None:
    await _begin_correction(context, whole(arguments[0]))


TAKER = TakerKind(corrections.PREFIX, _takes, _go_on)

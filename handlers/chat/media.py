"""Pictures that one was sent: thanks, and not wanting to be seen; and what organisers do then."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import releases, taking_back, thanks, withdrawals
from xinno_core.services.releases import UsedAgain
from xinno_core.texts import media as texts
from xinno_core.texts import withdrawals as withdrawal_texts
from xinno_core.texts.actions import (
    AskStopAllMedia,
    AskStopMedia,
    AskTakeMediaBack,
    AskUseAllMediaAgain,
    AskUseMediaAgain,
    OpenOwnMedia,
    StopAllMedia,
    StopMedia,
    TakeMediaBack,
    ThankForMedia,
    UseAllMediaAgain,
    UseMediaAgain,
)


async def on_thank(update: Update, context: XinnoContext) -> None:
    """Thank you."""
    press = context.pressed(update, ThankForMedia)
    card = await thanks.say(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(texts.closing(context.translator, card, thanked=True))


async def on_own(update: Update, context: XinnoContext) -> None:
    """A picture shows me, and which one."""
    press = context.pressed(update, OpenOwnMedia)
    found = await withdrawals.read_own(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(withdrawal_texts.own(context.translator, found, press.page))


async def on_ask_stop(update: Update, context: XinnoContext) -> None:
    """Shall this one be stopped."""
    press = context.pressed(update, AskStopMedia)
    found, row = await withdrawals.find_own(
        context.session, participant=context.participant, media_id=press.media_id
    )
    context.show(withdrawal_texts.ask_stop(context.translator, found, row))


async def on_stop(update: Update, context: XinnoContext) -> None:
    """Yes, this one."""
    press = context.pressed(update, StopMedia)
    outcome = await withdrawals.stop_one(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        now=context.now,
    )
    context.show(withdrawal_texts.stopped(context.translator, outcome))


async def on_ask_stop_all(update: Update, context: XinnoContext) -> None:
    """Shall all of this event be stopped."""
    press = context.pressed(update, AskStopAllMedia)
    found = await withdrawals.read_own(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(withdrawal_texts.ask_stop_all(context.translator, found))


async def on_stop_all(update: Update, context: XinnoContext) -> None:
    """Yes, all of this event."""
    press = context.pressed(update, StopAllMedia)
    outcome = await withdrawals.stop_all(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        now=context.now,
    )
    context.show(withdrawal_texts.stopped(context.translator, outcome))


async def on_ask_no_photos(update: Update, context: XinnoContext) -> None:
    """What it means not to be seen on any picture."""
    context.show(withdrawal_texts.ask_no_photos(context.translator))


# ── organisers ───────────────────────────────────────────────────────────────────────────────
async def on_ask_use_again(update: Update, context: XinnoContext) -> None:
    """Who asked for it to be stopped."""
    press = context.pressed(update, AskUseMediaAgain)
    found = await releases.find_stopped(
        context.session, participant=context.participant, media_id=press.media_id
    )
    context.show(withdrawal_texts.ask_use_again(context.translator, found))


async def on_use_again(update: Update, context: XinnoContext) -> None:
    """They have agreed."""
    press = context.pressed(update, UseMediaAgain)
    outcome = await releases.use_again(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        key=press.key,
        now=context.now,
    )
    if isinstance(outcome, UsedAgain):
        context.show(withdrawal_texts.used_again(context.translator, outcome))
    else:
        asked = withdrawal_texts.ask_use_again(context.translator, outcome.found, is_changed=True)
        context.show(asked)


async def on_ask_use_all_again(update: Update, context: XinnoContext) -> None:
    """Who may be on pictures of the event."""
    press = context.pressed(update, AskUseAllMediaAgain)
    found = await releases.find_unsure(
        context.session, participant=context.participant, event_id=press.event_id
    )
    context.show(withdrawal_texts.ask_use_all_again(context.translator, found))


async def on_use_all_again(update: Update, context: XinnoContext) -> None:
    """The organiser has looked."""
    press = context.pressed(update, UseAllMediaAgain)
    outcome = await releases.use_all_again(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        key=press.key,
        now=context.now,
    )
    if isinstance(outcome, UsedAgain):
        context.show(withdrawal_texts.used_again(context.translator, outcome))
    else:
        asked = withdrawal_texts.ask_use_all_again(context.translator, outcome, is_changed=True)
        context.show(asked)


async def on_ask_take_back(update: Update, context: XinnoContext) -> None:
    """From how many people it would be taken back."""
    press = context.pressed(update, AskTakeMediaBack)
    found = await taking_back.find(
        context.session, participant=context.participant, media_id=press.media_id
    )
    context.show(withdrawal_texts.ask_take_back(context.translator, found))


async def on_take_back(update: Update, context: XinnoContext) -> None:
    """Take it back."""
    press = context.pressed(update, TakeMediaBack)
    outcome = await taking_back.take(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        now=context.now,
    )
    context.show(withdrawal_texts.taken_back(context.translator, outcome))

"""Two who come together: the link, the yes or no of the other, and coming alone again."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import XinnoContext
from xinno_core.services import cards, pairs
from xinno_core.texts import events as event_texts
from xinno_core.texts import pairs as texts
from xinno_core.texts.actions import ComeAlone, DeclinePair, InvitePartner, JoinPair


async def on_invite(update: Update, context: XinnoContext) -> None:
    """The link to pass on; where nobody can be invited any more, the card as it is."""
    press = context.pressed(update, InvitePartner)
    seen = await cards.find_seen(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    if seen is None or seen.own is None:
        raise NotAnActionError
    if not seen.around.may_invite:
        context.show(event_texts.event_card(context.translator, seen.card, seen.own, seen.around))
        return
    link = pairs.pair_link(
        context.desk.bot_username, context.desk.secret, registration_id=seen.own.registration_id
    )
    context.show(texts.invite(context.translator, seen.card, link))


async def on_join(update: Update, context: XinnoContext) -> None:
    """Yes."""
    press = context.pressed(update, JoinPair)
    is_tied = await pairs.join(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    await _show_card(context, press.event_id, texts.joined(context.translator, is_tied=is_tied))


async def on_decline(update: Update, context: XinnoContext) -> None:
    """No."""
    press = context.pressed(update, DeclinePair)
    pairs.decline(context.participant)
    await _show_card(context, press.event_id, texts.alone(context.translator))


async def on_come_alone(update: Update, context: XinnoContext) -> None:
    """No longer together."""
    press = context.pressed(update, ComeAlone)
    await pairs.come_alone(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    await _show_card(context, press.event_id, texts.alone(context.translator))


async def _show_card(context: XinnoContext, event_id: int, said: str) -> None:
    seen = await cards.find_seen(
        context.session, participant=context.participant, event_id=event_id, now=context.now
    )
    if seen is None:
        raise NotAnActionError
    card = event_texts.event_card(context.translator, seen.card, seen.own, seen.around)
    context.show(texts.above(said, card))

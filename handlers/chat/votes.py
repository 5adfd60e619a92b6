"""A reader's vote in a poll that an announcement brought."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import votes
from xinno_core.texts import votes as texts
from xinno_core.texts.actions import VoteInBroadcast


async def on_vote(update: Update, context: XinnoContext) -> None:
    """One option was pressed; another can be pressed later."""
    press = context.pressed(update, VoteInBroadcast)
    outcome = await votes.vote(
        context.session,
        participant=context.participant,
        broadcast_id=press.broadcast_id,
        language=press.language,
        part=press.part,
        option=press.option,
        now=context.now,
    )
    context.show(texts.outcome(context.translator, outcome))

"""Bringing colleagues in: the team, a link for one person, and their yes."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import access, role_invites, visits
from xinno_core.texts import role_invites as texts
from xinno_core.texts.actions import InviteRole, TakeRole


async def on_team(update: Update, context: XinnoContext) -> None:
    """Who organises and helps."""
    found = await role_invites.list_teams(context.session, participant=context.participant)
    context.show(texts.teams(context.translator, found))


async def on_invite(update: Update, context: XinnoContext) -> None:
    """A link for one person."""
    press = context.pressed(update, InviteRole)
    made = await role_invites.invite(
        context.session,
        participant=context.participant,
        role=press.role,
        region_id=press.region_id,
        now=context.now,
    )
    address = visits.link(context.desk.bot_username, made.payload)
    context.show(texts.invited(context.translator, made, address))


async def on_take(update: Update, context: XinnoContext) -> None:
    """Yes to the role behind the link."""
    press = context.pressed(update, TakeRole)
    outcome = await role_invites.take(
        context.session,
        participant=context.participant,
        invite_id=press.invite_id,
        now=context.now,
    )
    rights = await access.access_of(context.session, context.participant)
    context.show(texts.taken(context.translator, outcome, rights))

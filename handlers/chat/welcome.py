"""The first minute, and finding one's way: start, notice, language, consent, menu, help."""

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import (
    access,
    cards,
    consents,
    participants,
    preferences,
    role_invites,
    visits,
)
from xinno_core.texts import events as event_texts
from xinno_core.texts import registration as registration_texts
from xinno_core.texts import role_invites as role_texts
from xinno_core.texts import settings as settings_texts
from xinno_core.texts import welcome as texts
from xinno_core.texts.actions import SetConsent, SetLanguage


async def on_start(update: Update, context: XinnoContext) -> None:
    """/start, alone or with what a link asks for."""
    payload = context.args[0] if context.args else ""
    arrival = await visits.arrive(
        context.session,
        participant=context.participant,
        payload=payload,
        secret=context.desk.secret,
        now=context.now,
    )
    # Behind some links is no event, but something to be asked once the notice is passed.
    is_lost = bool(payload) and arrival is None and context.participant.came_for is None
    if context.participant.welcomed_at is None:
        context.show(
            texts.welcome(
                context.translator, arrival, is_demo=context.desk.is_demo, is_lost=is_lost
            )
        )
        return
    if is_lost:
        rights = await access.access_of(context.session, context.participant)
        of_role = payload.startswith(role_invites.ROLE_LINK)
        lost = role_texts.lost if of_role else texts.link_lost
        context.show(lost(context.translator, rights))
        return
    await _go_on(context)


async def show_welcome(context: XinnoContext) -> None:
    """Greet first whoever has not seen the privacy notice yet."""
    card = await visits.find_arrival(context.session, participant=context.participant)
    context.show(texts.welcome(context.translator, card, is_demo=context.desk.is_demo))


async def on_read_notice(update: Update, context: XinnoContext) -> None:
    """The full privacy notice."""
    card = await visits.find_arrival(context.session, participant=context.participant)
    contact = await visits.find_contact(context.session, participant=context.participant)
    context.show(texts.full_notice(context.translator, card, contact))


async def on_pass_notice(update: Update, context: XinnoContext) -> None:
    """The notice is passed; the one separate consent is asked once."""
    visits.pass_notice(context.participant, now=context.now)
    if await participants.read_consents(context.session, context.participant):
        await _go_on(context)
    else:
        context.show(texts.ask_exercises(context.translator))


async def on_consent(update: Update, context: XinnoContext) -> None:
    """A consent is given or taken back."""
    press = context.pressed(update, SetConsent)
    await consents.say(
        context.session,
        participant=context.participant,
        purpose=participants.purpose(press.purpose),
        given=bool(press.given),
        now=context.now,
    )
    if press.where == "start":
        await _go_on(context)
    elif press.where == "series" and press.given:
        context.show(registration_texts.invitations_on(context.translator))
    else:
        await _show_settings(context)


async def on_languages(update: Update, context: XinnoContext) -> None:
    """/language: the languages to choose from."""
    context.show(texts.languages(context.translator))


async def on_language_chosen(update: Update, context: XinnoContext) -> None:
    """A language is chosen, and kept."""
    press = context.pressed(update, SetLanguage)
    participants.choose_language(context.participant, press.language)
    if context.participant.welcomed_at is None:
        await show_welcome(context)
    else:
        await _show_settings(context)


async def on_menu(update: Update, context: XinnoContext) -> None:
    """The menu."""
    rights = await access.access_of(context.session, context.participant)
    context.show(texts.menu(context.translator, rights))


async def on_help(update: Update, context: XinnoContext) -> None:
    """/help."""
    rights = await access.access_of(context.session, context.participant)
    context.show(texts.help_page(context.translator, rights))


async def on_outdated(update: Update, context: XinnoContext) -> None:
    """A button nobody knows any more, or a forged one: a fresh menu, and nothing else."""
    rights = await access.access_of(context.session, context.participant)
    context.show(texts.outdated(context.translator, rights))


async def on_refused(update: Update, context: XinnoContext) -> None:
    """A command for people with a role that this person does not have."""
    rights = await access.access_of(context.session, context.participant)
    context.show(texts.refused(context.translator, rights))


async def on_blocked_or_back(update: Update, context: XinnoContext) -> None:
    """The person blocked the assistant, or let it in again."""
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status in {"kicked", "left"}:
        await participants.mark_unreachable(context.session, context.participant.id)


async def _show_settings(context: XinnoContext) -> None:
    standing = await preferences.read_standing(
        context.session, participant=context.participant, now=context.now
    )
    context.show(settings_texts.settings(context.translator, standing))


async def _go_on(context: XinnoContext) -> None:
    """Show what the person came for: the event or the role behind the link, or the menu."""
    offer = await role_invites.find_offer(
        context.session, participant=context.participant, now=context.now
    )
    if offer is not None:
        context.show(role_texts.offer(context.translator, offer))
        return
    card = await visits.take_arrival(context.session, participant=context.participant)
    if card is None:
        rights = await access.access_of(context.session, context.participant)
        context.show(texts.menu(context.translator, rights))
        return
    seen = await cards.find_seen(
        context.session, participant=context.participant, event_id=card.id, now=context.now
    )
    if seen is not None:
        context.show(event_texts.event_card(context.translator, seen.card, seen.own, seen.around))

"""Registering for an event, and giving the place back."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import (
    cards,
    coming,
    enrolment,
    participants,
    registration,
    shown_notices,
    standings,
)
from xinno_core.services.coming import ChangedSince
from xinno_core.services.questions import Form
from xinno_core.services.registration import AcceptOutcome, RegisterOutcome
from xinno_core.services.standings import EventOver
from xinno_core.texts import changes, events, notices
from xinno_core.texts import registration as texts
from xinno_core.texts.actions import (
    AskFreePlace,
    FreePlace,
    KeepRegistration,
    Register,
    SayPresence,
    TakeSeat,
)
from xinno_core.texts.message import Message


async def on_register_pressed(update: Update, context: XinnoContext) -> None:
    """Ask what is still to be known, then take a seat or a number."""
    press = context.pressed(update, Register)
    await _begin(context, [str(press.event_id), press.role])


async def on_ask_free_pressed(update: Update, context: XinnoContext) -> None:
    """Ask before a place is given back."""
    press = context.pressed(update, AskFreePlace)
    own = await standings.find_own(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    if own is None:
        context.show(texts.not_registered(context.translator))
    elif isinstance(own, EventOver):
        context.show(texts.free_outcome(own, context.translator))
    else:
        context.show(texts.ask_free(context.translator, own))


async def on_free_pressed(update: Update, context: XinnoContext) -> None:
    """Give the place back."""
    press = context.pressed(update, FreePlace)
    outcome = await registration.free_place(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    context.show(texts.free_outcome(outcome, context.translator))


async def on_keep_pressed(update: Update, context: XinnoContext) -> None:
    """No, nothing is given back."""
    press = context.pressed(update, KeepRegistration)
    again = await _find_again(context, press.event_id)
    context.show(again or await _card(context, press.event_id))


async def on_take_seat_pressed(update: Update, context: XinnoContext) -> None:
    """Take the seat that is held."""
    press = context.pressed(update, TakeSeat)
    outcome = await registration.accept_offer(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    await _show_outcome(context, outcome)


async def on_presence_pressed(update: Update, context: XinnoContext) -> None:
    """Coming, or late."""
    press = context.pressed(update, SayPresence)
    presence = standings.presence(press.presence)
    card = await coming.say(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        presence=presence,
        message_id=context.pressed_in,
        now=context.now,
    )
    if isinstance(card, ChangedSince):
        context.show(changes.changed(context.translator, card.news, card.card))
    elif card is None:
        context.show(texts.not_registered(context.translator))
    elif isinstance(card, EventOver):
        context.show(texts.free_outcome(card, context.translator))
    else:
        again = await _find_again(context, press.event_id)
        context.show(again or texts.presence_kept(context.translator, card, presence))


async def _find_again(context: XinnoContext, event_id: int) -> Message | None:
    """Find the words that stood in the pressed message before, as they hold now."""
    told = await shown_notices.find_again(
        context.session,
        participant=context.participant,
        event_id=event_id,
        message_id=context.pressed_in,
        now=context.now,
    )
    return notices.notice(told)[-1] if told is not None else None


async def _card(context: XinnoContext, event_id: int) -> Message:
    seen = await cards.find_seen(
        context.session, participant=context.participant, event_id=event_id, now=context.now
    )
    if seen is None:
        return texts.no_such_event(context.translator)
    return events.event_card(context.translator, seen.card, seen.own, seen.around)


async def _begin(context: XinnoContext, arguments: list[str]) -> None:
    event_id, role = arguments
    refused = await enrolment.may_begin(
        context.session,
        participant=context.participant,
        event_id=whole(event_id),
        role=role,
        now=context.now,
    )
    if refused is not None:
        await _show_outcome(context, refused)
        return
    form = await _find_form(context, arguments)
    if form is None:
        raise NotAnActionError
    await ask(context, form)


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form | None:
    event_id, role = arguments
    return await enrolment.find_form(
        context.session, participant=context.participant, event_id=whole(event_id), role=role
    )


async def _complete(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    event_id, role = arguments
    outcome = await enrolment.complete(
        context.session,
        participant=context.participant,
        event_id=whole(event_id),
        role=role,
        answers=answers,
        now=context.now,
    )
    await _show_outcome(context, outcome)


async def _show_outcome(context: XinnoContext, outcome: RegisterOutcome | AcceptOutcome) -> None:
    consents = await participants.read_consents(context.session, context.participant)
    context.show(texts.register_outcome(outcome, context.translator, consents))


FORM = FormKind("reg", _find_form, _complete, arguments=2, begin=_begin)

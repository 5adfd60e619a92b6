"""Events: list, card, place."""

import dataclasses

from telegram import Update

from handlers.chat.context import XinnoContext
from xinno_core.services import cards, events, open_surveys, standings
from xinno_core.texts import events as texts
from xinno_core.texts import places
from xinno_core.texts import registration as registration_texts
from xinno_core.texts.actions import OpenEvent, OpenEventBelow, OpenEvents, ShowPlace
from xinno_core.texts.message import Message


async def on_events(update: Update, context: XinnoContext) -> None:
    """/events: the events to come."""
    await _list(context, OpenEvents(0))


async def on_page(update: Update, context: XinnoContext) -> None:
    """Another page of the list."""
    await _list(context, context.pressed(update, OpenEvents))


async def on_event(update: Update, context: XinnoContext) -> None:
    """One event's card."""
    context.show(await _card(context, context.pressed(update, OpenEvent).event_id))


async def on_event_below(update: Update, context: XinnoContext) -> None:
    """One event's card, under a message that stays as it is."""
    card = await _card(context, context.pressed(update, OpenEventBelow).event_id)
    context.show(dataclasses.replace(card, fresh=True))


async def on_mine(update: Update, context: XinnoContext) -> None:
    """/my: my registrations."""
    owned = await standings.list_own(
        context.session, participant=context.participant, now=context.now
    )
    found = await open_surveys.list_open(
        context.session, participant=context.participant, now=context.now
    )
    context.show(texts.my_registrations(context.translator, owned, found))


async def on_place(update: Update, context: XinnoContext) -> None:
    """The place on the map."""
    press = context.pressed(update, ShowPlace)
    card = await events.find_card(context.session, press.event_id)
    if card is None:
        context.show(registration_texts.no_such_event(context.translator))
    else:
        context.show(places.place_message(context.translator, card))


async def _card(context: XinnoContext, event_id: int) -> Message:
    seen = await cards.find_seen(
        context.session, participant=context.participant, event_id=event_id, now=context.now
    )
    if seen is None:
        return registration_texts.no_such_event(context.translator)
    return texts.event_card(context.translator, seen.card, seen.own, seen.around)


async def _list(context: XinnoContext, wanted: OpenEvents) -> None:
    found = await events.list_open(
        context.session, now=context.now, page=wanted.page, region_id=wanted.region_id
    )
    context.show(texts.event_list(context.translator, found))

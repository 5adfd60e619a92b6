"""Asking the organisers: choosing whom, seeing it once more, sending, and the answer."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import asking, enquiries, enquiry_drafts, faq
from xinno_core.services.enquiry_drafts import NothingToSend
from xinno_core.services.questions import Form
from xinno_core.texts import enquiries as texts
from xinno_core.texts import faq as faq_texts
from xinno_core.texts.actions import (
    AddressText,
    AnswerDidNotHelp,
    AnswerHelped,
    AskOrganiser,
    FaqHelped,
    OpenFaq,
    SendEnquiry,
)


async def on_ask(update: Update, context: XinnoContext) -> None:
    """Ask for a question to an event's or a region's organisers, or first whom it is for."""
    press = context.pressed(update, AskOrganiser)
    if not press.event_id and not press.region_id:
        places = await asking.list_choices(
            context.session, participant=context.participant, now=context.now
        )
        await context.show_begun(texts.choice(context.translator, places))
        return
    refusal = await asking.find_refusal(
        context.session, participant=context.participant, now=context.now
    )
    if refusal is not None:
        await context.show_begun(texts.refused(context.translator, refusal))
        return
    await ask(context, await _find(context, [str(press.event_id), str(press.region_id)]))


async def on_address(update: Update, context: XinnoContext) -> None:
    """A text that is kept is for these organisers."""
    press = context.pressed(update, AddressText)
    if press.event_id or press.region_id:
        await _show_preview(context, press.event_id, press.region_id, press.draft_key)
    else:
        await _show_choice(context, enquiry_drafts.FREE_TEXT)


async def on_send(update: Update, context: XinnoContext) -> None:
    """Yes to the preview."""
    press = context.pressed(update, SendEnquiry)
    outcome = await enquiries.send(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        region_id=press.region_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(texts.sent(context.translator, outcome))


async def on_faq_helped(update: Update, context: XinnoContext) -> None:
    """What is known already answers it."""
    press = context.pressed(update, FaqHelped)
    await enquiry_drafts.take_faq(
        context.session,
        participant=context.participant,
        faq_id=press.faq_id,
        draft_key=press.draft_key,
        now=context.now,
    )
    context.show(texts.answered_by_faq(context.translator))


async def on_helped(update: Update, context: XinnoContext) -> None:
    """The answer helped."""
    press = context.pressed(update, AnswerHelped)
    card = await enquiries.say_helped(
        context.session, participant=context.participant, enquiry_id=press.enquiry_id
    )
    context.show(texts.helped(context.translator, card))


async def on_not_helped(update: Update, context: XinnoContext) -> None:
    """The answer did not help yet."""
    press = context.pressed(update, AnswerDidNotHelp)
    card = await enquiries.say_not_helped(
        context.session,
        participant=context.participant,
        enquiry_id=press.enquiry_id,
        now=context.now,
    )
    context.show(texts.not_helped(context.translator, card))


async def on_faq(update: Update, context: XinnoContext) -> None:
    """The frequent questions about an event."""
    press = context.pressed(update, OpenFaq)
    page = await faq.list_for_event(context.session, event_id=press.event_id, page=press.page)
    context.show(faq_texts.faq(context.translator, page))


async def _show_preview(
    context: XinnoContext, event_id: int, region_id: int, draft_key: str
) -> None:
    shown = await enquiry_drafts.find_preview(
        context.session,
        participant=context.participant,
        event_id=event_id,
        region_id=region_id,
        draft_key=draft_key,
        now=context.now,
    )
    if isinstance(shown, NothingToSend):
        context.show(texts.nothing_to_send(context.translator, shown.place))
    else:
        context.show(texts.preview(context.translator, shown))


async def _show_choice(context: XinnoContext, topic: str) -> None:
    kept = await enquiry_drafts.find_kept(
        context.session, participant=context.participant, topic=topic, now=context.now
    )
    if kept is None:
        places = await asking.list_choices(
            context.session, participant=context.participant, now=context.now
        )
        context.show(texts.choice(context.translator, places))
    else:
        context.show(texts.address(context.translator, kept, topic))


async def _find(context: XinnoContext, arguments: list[str]) -> Form:
    event_id, region_id = map(whole, arguments)
    return await enquiry_drafts.find_form(context.session, event_id=event_id, region_id=region_id)


async def _complete(context: XinnoContext, arguments: list[str], answers: dict[str, Any]) -> None:
    event_id, region_id = map(whole, arguments)
    written = await enquiry_drafts.note_written(
        context.session,
        participant=context.participant,
        event_id=event_id,
        region_id=region_id,
        message_id=context.message_id,
    )
    if written.event_id or written.region_id:
        await _show_preview(context, written.event_id, written.region_id, written.draft_key)
    else:
        await _show_choice(context, written.topic)


async def _begin(context: XinnoContext, arguments: list[str]) -> None:
    """Answer a button of a text that is sent or dropped."""
    await _show_choice(context, f"{enquiry_drafts.TOPIC}.{arguments[0]}.{arguments[1]}")


FORM = FormKind("ask", _find, _complete, arguments=2, begin=_begin)

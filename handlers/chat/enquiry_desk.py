"""Questions at the organisers' desk: lists, an answer, sorting, and what is asked often."""

from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import enquiry_desk, faq_desk
from xinno_core.services.questions import Form
from xinno_core.texts import enquiry_desk as texts
from xinno_core.texts import faq as faq_texts
from xinno_core.texts.actions import (
    AddToFaq,
    AnswerEnquiry,
    AskRemoveFaq,
    CloseEnquiry,
    EditFaq,
    ListEnquiries,
    ListFaq,
    OpenEnquiry,
    OpenFaqEntry,
    RemoveFaq,
    SortAs,
    SortEnquiry,
)


async def on_list(update: Update, context: XinnoContext) -> None:
    """Open questions, or those that are done, or of one kind."""
    press = context.pressed(update, ListEnquiries)
    page = await enquiry_desk.list_enquiries(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        shown=enquiry_desk.shown(press.kind),
        now=context.now,
        page=press.page,
    )
    context.show(texts.enquiries(context.translator, page))


async def on_open(update: Update, context: XinnoContext) -> None:
    """One question."""
    await _show(context, context.pressed(update, OpenEnquiry).enquiry_id)


async def on_answer(update: Update, context: XinnoContext) -> None:
    """Ask for an answer; where none is wanted any more, show the one there is."""
    press = context.pressed(update, AnswerEnquiry)
    card = await enquiry_desk.find_enquiry(
        context.session, participant=context.participant, enquiry_id=press.enquiry_id
    )
    if enquiry_desk.may_answer(card.state, card.answer):
        await ask(context, await _find_reply(context, [str(card.id)]))
    else:
        context.show(texts.enquiry(context.translator, card))


async def on_sort(update: Update, context: XinnoContext) -> None:
    """What a question can be sorted as."""
    press = context.pressed(update, SortEnquiry)
    card = await enquiry_desk.find_enquiry(
        context.session, participant=context.participant, enquiry_id=press.enquiry_id
    )
    context.show(texts.sorting(context.translator, card))


async def on_sorted(update: Update, context: XinnoContext) -> None:
    """A need, a question or praise."""
    press = context.pressed(update, SortAs)
    outcome = await enquiry_desk.sort(
        context.session,
        participant=context.participant,
        enquiry_id=press.enquiry_id,
        kind=press.kind,
        now=context.now,
    )
    context.show(texts.done(context.translator, outcome))


async def on_close(update: Update, context: XinnoContext) -> None:
    """Let a question rest."""
    press = context.pressed(update, CloseEnquiry)
    outcome = await enquiry_desk.close(
        context.session,
        participant=context.participant,
        enquiry_id=press.enquiry_id,
        now=context.now,
    )
    context.show(texts.done(context.translator, outcome))


async def on_add_to_faq(update: Update, context: XinnoContext) -> None:
    """Ask for the words of a frequent question."""
    press = context.pressed(update, AddToFaq)
    await ask(context, await _find_new(context, [str(press.enquiry_id)]))


async def on_faq_list(update: Update, context: XinnoContext) -> None:
    """The frequent questions of the own regions."""
    press = context.pressed(update, ListFaq)
    await _show_faq(context, press.event_id, press.page)


async def on_faq_entry(update: Update, context: XinnoContext) -> None:
    """One frequent question."""
    press = context.pressed(update, OpenFaqEntry)
    entry = await faq_desk.find_entry(
        context.session, participant=context.participant, faq_id=press.faq_id
    )
    context.show(faq_texts.entry(context.translator, entry))


async def on_edit_faq(update: Update, context: XinnoContext) -> None:
    """Ask for the words of a frequent question in one language."""
    press = context.pressed(update, EditFaq)
    await ask(context, await _find_words(context, [str(press.faq_id), press.language]))


async def on_ask_remove(update: Update, context: XinnoContext) -> None:
    """Ask before a frequent question goes."""
    press = context.pressed(update, AskRemoveFaq)
    entry = await faq_desk.find_entry(
        context.session, participant=context.participant, faq_id=press.faq_id
    )
    context.show(faq_texts.ask_remove(context.translator, entry))


async def on_remove(update: Update, context: XinnoContext) -> None:
    """Yes, it goes."""
    press = context.pressed(update, RemoveFaq)
    entry = await faq_desk.remove(
        context.session, participant=context.participant, faq_id=press.faq_id, now=context.now
    )
    context.show(faq_texts.removed(context.translator, entry))


async def _show(context: XinnoContext, enquiry_id: int) -> None:
    card = await enquiry_desk.find_enquiry(
        context.session, participant=context.participant, enquiry_id=enquiry_id
    )
    context.show(texts.enquiry(context.translator, card))


async def _show_faq(context: XinnoContext, event_id: int, page: int) -> None:
    found = await faq_desk.list_entries(
        context.session, participant=context.participant, event_id=event_id, page=page
    )
    context.show(faq_texts.entries(context.translator, found))


# ── forms ────────────────────────────────────────────────────────────────────────────────────
async def _find_reply(context: XinnoContext, arguments: list[str]) -> Form:
    return await enquiry_desk.find_form(
        context.session, participant=context.participant, enquiry_id=whole(arguments[0])
    )


async def _complete_reply(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    outcome = await enquiry_desk.answer(
        context.session,
        participant=context.participant,
        enquiry_id=whole(arguments[0]),
        text=answers["reply_text"],
        now=context.now,
    )
    context.show(texts.done(context.translator, outcome))


async def _begin_reply(context: XinnoContext, arguments: list[str]) -> None:
    await _show(context, whole(arguments[0]))


async def _find_new(context: XinnoContext, arguments: list[str]) -> Form:
    return await faq_desk.find_new_form(
        context.session, participant=context.participant, enquiry_id=whole(arguments[0])
    )


async def _complete_new(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    entry = await faq_desk.add(
        context.session,
        participant=context.participant,
        enquiry_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    context.show(faq_texts.saved(context.translator, entry))


async def _begin_new(context: XinnoContext, arguments: list[str]) -> None:
    await _show_faq(context, 0, 0)


async def _find_words(context: XinnoContext, arguments: list[str]) -> Form:
    faq_id, language = arguments
    return await faq_desk.find_form(
        context.session,
        participant=context.participant,
        faq_id=whole(faq_id),
        language=language,
    )


async def _complete_words(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    entry = await faq_desk.save(
        context.session,
        participant=context.participant,
        faq_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    context.show(faq_texts.saved(context.translator, entry))


async def _begin_words(context: XinnoContext, arguments: list[str]) -> None:
    entry = await faq_desk.find_entry(
        context.session, participant=context.participant, faq_id=whole(arguments[0])
    )
    context.show(faq_texts.entry(context.translator, entry))


REPLY_FORM = FormKind("reply", _find_reply, _complete_reply, begin=_begin_reply)
NEW_FAQ_FORM = FormKind("faqnew", _find_new, _complete_new, begin=_begin_new)
FAQ_FORM = FormKind("faq", _find_words, _complete_words, arguments=2, begin=_begin_words)

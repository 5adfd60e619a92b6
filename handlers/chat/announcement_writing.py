"""Writing an announcement by sending its messages; preview, test, and what the others get."""

import dataclasses

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import TakerKind, XinnoContext
from xinno_core.services import announcement_writing, announcements, testing
from xinno_core.services.announcement_writing import Refused, Wanted, Writing
from xinno_core.services.composing import Sent
from xinno_core.services.drafts import Draft, NotADraft
from xinno_core.texts import announcement_writing as texts
from xinno_core.texts import announcements as draft_texts
from xinno_core.texts.actions import (
    AskStartOver,
    ChooseFallback,
    ChooseTest,
    PreviewDraft,
    SetFallback,
    ShortenText,
    StartLink,
    TestDraft,
    WriteAnnouncement,
)


async def on_write(update: Update, context: XinnoContext) -> None:
    """What is sent next is a message of the announcement."""
    press = context.pressed(update, WriteAnnouncement)
    await _begin(update, context, press.draft_id, press.language, Wanted.PARTS)


async def on_start_link(update: Update, context: XinnoContext) -> None:
    """What is typed next is a link button."""
    press = context.pressed(update, StartLink)
    await _begin(update, context, press.draft_id, press.language, Wanted.LINK)


async def on_shorten(update: Update, context: XinnoContext) -> None:
    """The last message or button is taken out, or all of them."""
    press = context.pressed(update, ShortenText)
    stands = await announcement_writing.shorten(
        context.session,
        participant=context.participant,
        draft_id=press.draft_id,
        language=press.language,
        parts=press.parts,
        links=press.links,
        now=context.now,
    )
    context.show(texts.screen(context.translator, stands))


async def on_ask_start_over(update: Update, context: XinnoContext) -> None:
    """Before everything is taken out, it is asked."""
    press = context.pressed(update, AskStartOver)
    found = await _find(context, press.draft_id)
    context.show(
        draft_texts.found(
            context.translator, found, lambda t, one: texts.ask_start_over(t, one, press.language)
        )
    )


async def on_ask_fallback(update: Update, context: XinnoContext) -> None:
    """What the readers get who have no text of their own."""
    press = context.pressed(update, ChooseFallback)
    found = await _find(context, press.draft_id)
    context.show(
        draft_texts.found(
            context.translator, found, lambda t, one: texts.fallback(t, one, press.language)
        )
    )


async def on_fallback(update: Update, context: XinnoContext) -> None:
    """They get this text, or nothing."""
    press = context.pressed(update, SetFallback)
    found = await announcements.alter(
        context.session,
        participant=context.participant,
        draft_id=press.draft_id,
        now=context.now,
        by=announcements.falling_back(press.language, press.to),
    )
    context.show(draft_texts.found(context.translator, found, draft_texts.draft))


async def on_preview(update: Update, context: XinnoContext) -> None:
    """The texts as readers of one language will see them."""
    press = context.pressed(update, PreviewDraft)
    found = await _find(context, press.draft_id)
    context.show(
        draft_texts.found(
            context.translator, found, lambda t, one: texts.preview(t, one, press.language)
        )
    )


async def on_ask_test(update: Update, context: XinnoContext) -> None:
    """The languages in which a test can come."""
    found = await _find(context, context.pressed(update, ChooseTest).draft_id)
    context.show(draft_texts.found(context.translator, found, texts.test))


async def on_test(update: Update, context: XinnoContext) -> None:
    """The test is promised to its writer."""
    press = context.pressed(update, TestDraft)
    outcome = await testing.promise(
        context.session,
        participant=context.participant,
        draft_id=press.draft_id,
        language=press.language,
        now=context.now,
    )
    context.show(texts.tested(context.translator, outcome))


async def _begin(
    update: Update, context: XinnoContext, draft_id: int, language: str, wanted: Wanted
) -> None:
    stands = await announcement_writing.begin(
        context.session,
        participant=context.participant,
        draft_id=draft_id,
        language=language,
        wanted=wanted,
        now=context.now,
    )
    context.show(texts.screen(context.translator, stands))


async def _take(context: XinnoContext, arguments: list[str], sent: Sent) -> bool:
    outcome = await announcement_writing.take(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        sent=sent,
        now=context.now,
    )
    if isinstance(outcome, Refused):
        refusal = texts.refused(context.translator, outcome, sent.message_id)
        context.show(dataclasses.replace(refusal, edits_newest=outcome.is_in_place))
        return False
    screen = texts.taken(context.translator, outcome)
    goes_on = isinstance(outcome, Writing) and outcome.continues
    context.show(dataclasses.replace(screen, edits_newest=goes_on))
    return True


async def _resume(context: XinnoContext, arguments: list[str]) -> None:
    stands = await announcement_writing.resume(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        now=context.now,
    )
    context.show(texts.screen(context.translator, stands))


async def _find(context: XinnoContext, draft_id: int) -> Draft | NotADraft:
    return await announcements.find_draft(
        context.session, participant=context.participant, draft_id=draft_id, now=context.now
    )


TAKER = TakerKind("announce", _take, _resume)

"""An event's pictures, videos and articles, put together and sent by its organiser."""

import dataclasses
from typing import Any

from telegram import Update

from handlers.chat.buttons import whole
from handlers.chat.context import FormKind, TakerKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import gallery, gallery_rules, gallery_words, listening
from xinno_core.services.composing import Sent
from xinno_core.services.gallery import Added, AddOutcome, Gallery
from xinno_core.services.questions import Form
from xinno_core.texts import gallery as texts
from xinno_core.texts.actions import (
    AddMedia,
    AskSendGallery,
    OpenGallery,
    PlaceMedia,
    PreviewGallery,
    PutGalleryOff,
    RemoveArticle,
    RemoveMedia,
    SendGallery,
    SetGalleryAside,
    ShowMedia,
    StartArticle,
    WriteCaption,
)

TAKEN = "taken"


async def on_gallery(update: Update, context: XinnoContext) -> None:
    """What there is, and when it goes out."""
    press = context.pressed(update, OpenGallery)
    found = await _find(context, press.event_id)
    context.show(texts.gallery(context.translator, _here(context, found), press.page))


async def on_add(update: Update, context: XinnoContext) -> None:
    """Take what is sent from now on."""
    press = context.pressed(update, AddMedia)
    await _begin(context, [str(press.event_id)])


async def on_show(update: Update, context: XinnoContext) -> None:
    """One file, to look at."""
    press = context.pressed(update, ShowMedia)
    found, row = await gallery.find_of_media(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        now=context.now,
    )
    context.show(texts.item(context.translator, found, row))


async def on_place(update: Update, context: XinnoContext) -> None:
    """Another order."""
    press = context.pressed(update, PlaceMedia)
    found = await gallery.put_at(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        place=press.place,
        now=context.now,
    )
    _show(context, found)


async def on_remove(update: Update, context: XinnoContext) -> None:
    """Take one out."""
    press = context.pressed(update, RemoveMedia)
    found = await gallery.remove(
        context.session,
        participant=context.participant,
        media_id=press.media_id,
        now=context.now,
    )
    _show(context, found)


async def on_caption(update: Update, context: XinnoContext) -> None:
    """Ask for the caption in one language."""
    press = context.pressed(update, WriteCaption)
    await ask(context, await _find_caption(context, [str(press.event_id), press.language]))


async def on_article(update: Update, context: XinnoContext) -> None:
    """Ask for an article."""
    press = context.pressed(update, StartArticle)
    await ask(context, await _find_article(context, [str(press.event_id)]))


async def on_remove_article(update: Update, context: XinnoContext) -> None:
    """Take an article out."""
    press = context.pressed(update, RemoveArticle)
    found = await gallery_words.remove_article(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        key=press.key,
        now=context.now,
    )
    _show(context, found)


async def on_preview(update: Update, context: XinnoContext) -> None:
    """As readers of one language get it."""
    press = context.pressed(update, PreviewGallery)
    found = await gallery.preview(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        language=press.language,
        now=context.now,
    )
    context.show(texts.preview_on_its_way(context.translator, _here(context, found)))


async def on_ask_send(update: Update, context: XinnoContext) -> None:
    """Who would get it now."""
    press = context.pressed(update, AskSendGallery)
    found = await _find(context, press.event_id)
    context.show(texts.ask_send(context.translator, _here(context, found)))


async def on_send(update: Update, context: XinnoContext) -> None:
    """Send it."""
    press = context.pressed(update, SendGallery)
    outcome = await gallery_rules.send_now(
        context.session,
        participant=context.participant,
        event_id=press.event_id,
        key=press.key,
        now=context.now,
    )
    found = await _find(context, press.event_id)
    context.show(texts.sent(context.translator, outcome, _here(context, found)))


async def on_set_aside(update: Update, context: XinnoContext) -> None:
    """Let it not go out by itself, or let it after all."""
    press = context.pressed(update, SetGalleryAside)
    event_id = await gallery_rules.set_aside(
        context.session,
        participant=context.participant,
        rule_id=press.rule_id,
        aside=bool(press.aside),
        now=context.now,
    )
    _show(context, await _find(context, event_id))


async def on_put_off(update: Update, context: XinnoContext) -> None:
    """Let it go out later."""
    press = context.pressed(update, PutGalleryOff)
    event_id = await gallery_rules.put_off(
        context.session,
        participant=context.participant,
        rule_id=press.rule_id,
        offset=press.offset,
        now=context.now,
    )
    _show(context, await _find(context, event_id))


async def _find(context: XinnoContext, event_id: int) -> Gallery:
    return await gallery.find(
        context.session, participant=context.participant, event_id=event_id, now=context.now
    )


def _here(context: XinnoContext, found: Gallery) -> Gallery:
    """Return the gallery as this bot can send it."""
    return dataclasses.replace(found, bot_id=context.desk.bot_id)


def _show(context: XinnoContext, found: Gallery) -> None:
    context.show(texts.gallery(context.translator, _here(context, found)))


async def _show_gallery(context: XinnoContext, arguments: list[str]) -> None:
    _show(context, await _find(context, whole(arguments[0])))


# ── what is sent ─────────────────────────────────────────────────────────────────────────────
async def _begin(context: XinnoContext, arguments: list[str]) -> None:
    found = await _find(context, whole(arguments[0]))
    topic = f"{TAKER.prefix}.{found.card.id}"
    await listening.begin(
        context.session, participant=context.participant, topic=topic, now=context.now
    )
    context.show(texts.asked_to_send(context.translator, found))


async def _take(context: XinnoContext, arguments: list[str], sent: Sent) -> bool:
    outcome = await gallery.add(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        sent=sent,
        now=context.now,
    )
    topic = f"{TAKER.prefix}.{outcome.gallery.card.id}"
    before = await listening.recall(
        context.session, participant=context.participant, topic=topic, now=context.now
    )
    said = _kind_of(outcome)
    await listening.remember(
        context.session, participant=context.participant, topic=topic, album=sent.album, said=said
    )
    noted = before or {}
    continues = bool(sent.album) and noted.get("album") == sent.album
    if not (continues and said in {TAKEN, noted.get("said")}):
        context.show(texts.added(context.translator, outcome))
    return True  # each of an album for itself: what does not fit hinders none that is renewed


def _kind_of(outcome: AddOutcome) -> str:
    """Return what is said once of an album, however many of it that concerns."""
    if isinstance(outcome, Added):
        return "stopped" if outcome.is_stopped else TAKEN
    return "full" if outcome.problem is None else "not_taken"


TAKER = TakerKind("gallery", takes=_take, begin=_begin)


# ── what is written ──────────────────────────────────────────────────────────────────────────
async def _find_caption(context: XinnoContext, arguments: list[str]) -> Form:
    return await gallery_words.find_caption_form(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        language=arguments[1],
        now=context.now,
    )


async def _save_caption(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    found = await gallery_words.save_caption(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        language=arguments[1],
        text=answers.get("gallery_caption"),
        now=context.now,
    )
    _show(context, found)


async def _find_article(context: XinnoContext, arguments: list[str]) -> Form:
    return await gallery_words.find_article_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _save_article(
    context: XinnoContext, arguments: list[str], answers: dict[str, Any]
) -> None:
    found = await gallery_words.add_article(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    _show(context, found)


CAPTION_FORM = FormKind("caption", _find_caption, _save_caption, arguments=2, begin=_show_gallery)
ARTICLE_FORM = FormKind("article", _find_article, _save_article, begin=_show_gallery)

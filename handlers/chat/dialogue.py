"""Forms in the chat: presses and what is sent, whatever feature asks."""

import dataclasses
from collections.abc import Awaitable, Callable

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import FormKind, TakerKind, XinnoContext, typed
from handlers.chat.sent import what_was_sent
from xinno_core.services import access, albums, enquiry_drafts, forms
from xinno_core.services.composing import Sent
from xinno_core.services.form_standing import Asking, Complete, FormOutcome
from xinno_core.services.questions import Form
from xinno_core.texts import forms as texts
from xinno_core.texts import welcome
from xinno_core.texts.actions import (
    FormBack,
    FormCancel,
    FormClear,
    FormDone,
    FormOption,
    FormRefuse,
    FormResume,
    FormSkip,
)


async def ask(context: XinnoContext, form: Form) -> None:
    """Begin a form, or go on where the person left it."""
    outcome = await forms.begin(
        context.session, participant=context.participant, form=form, now=context.now
    )
    if isinstance(outcome, Asking):
        await context.show_begun(texts.question(outcome, context.translator))
    else:
        await _show(context, outcome)


async def on_option(update: Update, context: XinnoContext) -> None:
    """An option was pressed."""
    press = context.pressed(update, FormOption)
    await _press(context, forms.press_option, press.topic, at=press.field, option=press.option)


async def on_done(update: Update, context: XinnoContext) -> None:
    """A multiple choice is finished."""
    press = context.pressed(update, FormDone)
    await _press(context, forms.press_done, press.topic, at=press.field)


async def on_skip(update: Update, context: XinnoContext) -> None:
    """An optional question is left out."""
    press = context.pressed(update, FormSkip)
    await _press(context, forms.press_skip, press.topic, at=press.field)


async def on_clear(update: Update, context: XinnoContext) -> None:
    """An answer from before is taken back."""
    press = context.pressed(update, FormClear)
    await _press(context, forms.press_clear, press.topic, at=press.field)


async def on_refuse(update: Update, context: XinnoContext) -> None:
    """An answer is rather not given."""
    press = context.pressed(update, FormRefuse)
    await _press(context, forms.press_refuse, press.topic, at=press.field)


async def on_back(update: Update, context: XinnoContext) -> None:
    """Back to the question before."""
    press = context.pressed(update, FormBack)
    await _press(context, forms.press_back, press.topic, at=press.field)


async def on_resume(update: Update, context: XinnoContext) -> None:
    """Go on with a form that was left."""
    press = context.pressed(update, FormResume)
    kind, arguments = _kind(context, press.topic)
    if isinstance(kind, TakerKind):
        await kind.begin(context, arguments)
    elif kind.stops is None:
        await ask(context, await _find(context, press.topic))
    elif (form := await _find_open(context, press.topic)) is not None:
        await ask(context, form)


async def on_stop(update: Update, context: XinnoContext) -> None:
    """The form is left by its own button."""
    press = context.pressed(update, FormCancel)
    if await _pauses(context, press.topic):
        return
    topic = await forms.cancel(context.session, participant=context.participant, topic=press.topic)
    await _show_cancelled(context, topic)


async def on_cancel(update: Update, context: XinnoContext) -> None:
    """/cancel: leave whatever is under way."""
    current = await forms.find_current(
        context.session, participant=context.participant, now=context.now
    )
    if current is not None and await _pauses(context, current):
        return
    topic = await forms.cancel(context.session, participant=context.participant)
    await _show_cancelled(context, topic)


async def on_sent(update: Update, context: XinnoContext) -> None:
    """Something was sent: for what is under way, or for nothing.

    A form reads words alone. Whatever else comes, it says so and asks again; of an album once.
    """
    sent = what_was_sent(update)
    if albums.is_refused(context.participant, sent.album):
        return
    if not await _take(update, context, sent):
        albums.refuse(context.participant, sent.album)


async def _take(update: Update, context: XinnoContext, sent: Sent) -> bool:
    """Take what was sent for what it is; False when it was refused."""
    topic = await forms.find_current(
        context.session, participant=context.participant, now=context.now
    )
    if topic is None or typed(update).startswith("/"):
        await _show_not_understood(context, typed(update))
        return False
    taken = await _take_for(context, topic, sent)
    if context.screen is not None and not context.screen.edits_newest:
        context.show(dataclasses.replace(context.screen, closes_newest=True))
    return taken


async def _take_for(context: XinnoContext, topic: str, sent: Sent) -> bool:
    """Give what was sent to what is under way."""
    kind, arguments = _kind(context, topic)
    if isinstance(kind, TakerKind):
        return await kind.takes(context, arguments, sent)
    form = await _find_open(context, topic)
    if form is None:
        return False
    outcome = await forms.type_answer(
        context.session,
        participant=context.participant,
        form=form,
        text=sent.text,
        now=context.now,
    )
    await _show(context, outcome)
    return not sent.album  # a form reads words alone


async def _press(
    context: XinnoContext,
    verb: Callable[..., Awaitable[FormOutcome]],
    topic: str,
    **pressed: int,
) -> None:
    """Hand a pressed button to the form that it belongs to, if that is still open."""
    form = await _find_open(context, topic)
    if form is None:
        return
    outcome = await verb(
        context.session, participant=context.participant, form=form, now=context.now, **pressed
    )
    await _show(context, outcome)


async def _show(context: XinnoContext, outcome: FormOutcome) -> None:
    match outcome:
        case Asking():
            context.show(texts.question(outcome, context.translator))
        case Complete(form, answers):
            kind, arguments = _form_kind(context, form.topic)
            await kind.complete(context, arguments, answers)


async def leave(context: XinnoContext) -> None:
    """Turn to something else; the form is kept, and offered when something is typed."""
    await forms.leave(context.session, participant=context.participant)


async def _show_not_understood(context: XinnoContext, text: str) -> None:
    """Offer to ask people; the text is kept until it is said for whom it is."""
    rights = await access.access_of(context.session, context.participant)
    unfinished = await forms.find_unfinished(
        context.session,
        participant=context.participant,
        now=context.now,
        besides=enquiry_drafts.FREE_TEXT,
    )
    kept = None
    if not text.startswith("/"):  # a mistyped command is no question
        kept = await enquiry_drafts.keep(
            context.session,
            participant=context.participant,
            text=text,
            message_id=context.message_id,
            now=context.now,
        )
    context.show(welcome.not_understood(context.translator, rights, unfinished, kept))


async def _pauses(context: XinnoContext, topic: str) -> bool:
    """Leave a form that is kept for later, where this is one."""
    prefix, *arguments = topic.split(".")
    kind = context.desk.forms.get(prefix)
    if not isinstance(kind, FormKind) or kind.pauses is None or len(arguments) != kind.arguments:
        return False
    await kind.pauses(context, arguments)
    return True


async def _show_cancelled(context: XinnoContext, topic: str | None) -> None:
    rights = await access.access_of(context.session, context.participant)
    context.show(welcome.cancelled(context.translator, rights, topic))


async def _find_open(context: XinnoContext, topic: str) -> Form | None:
    """Find the form of a pressed button; a second tap on the last one finds it finished."""
    form = await _find(context, topic)
    kind, arguments = _form_kind(context, topic)
    if kind.stops is not None and await kind.stops(context, arguments):
        return None
    is_open = await forms.is_open(
        context.session, participant=context.participant, form=form, now=context.now
    )
    if is_open or kind.begin is None:
        return form
    await kind.begin(context, arguments)
    return None


async def _find(context: XinnoContext, topic: str) -> Form:
    kind, arguments = _form_kind(context, topic)
    form = await kind.find(context, arguments)
    if form is None or not form.fields:
        raise NotAnActionError
    return form


def _form_kind(context: XinnoContext, topic: str) -> tuple[FormKind, list[str]]:
    kind, arguments = _kind(context, topic)
    if isinstance(kind, TakerKind):
        raise NotAnActionError
    return kind, arguments


def _kind(context: XinnoContext, topic: str) -> tuple[FormKind | TakerKind, list[str]]:
    prefix, *arguments = topic.split(".")
    kind = context.desk.forms.get(prefix)
    if kind is None or len(arguments) != kind.arguments:
        raise NotAnActionError
    return kind, arguments

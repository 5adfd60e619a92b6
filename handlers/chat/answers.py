"""One's own answers to an event's questions: seen, and changed while that is possible."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError, whole
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import answers as own_answers
from xinno_core.services.questions import Form
from xinno_core.texts import answers as texts
from xinno_core.texts.actions import EditAnswers, OpenAnswers


async def on_answers(update: Update, context: XinnoContext) -> None:
    """What was asked, and what was answered."""
    press = context.pressed(update, OpenAnswers)
    await _show(context, [str(press.event_id)])


async def on_edit(update: Update, context: XinnoContext) -> None:
    """Ask again, with the present answers to keep; too late, they are only shown."""
    press = context.pressed(update, EditAnswers)
    arguments = [str(press.event_id)]
    found = await own_answers.read_answers(
        context.session, participant=context.participant, event_id=press.event_id, now=context.now
    )
    form = await _find_form(context, arguments)
    if found is None or form is None or not found.is_open:
        await _show(context, arguments)
    else:
        await ask(context, form)


async def _show(context: XinnoContext, arguments: list[str]) -> None:
    found = await own_answers.read_answers(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        now=context.now,
    )
    if found is None:
        raise NotAnActionError
    context.show(texts.own_answers(context.translator, found))


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form | None:
    return await own_answers.find_form(
        context.session, participant=context.participant, event_id=whole(arguments[0])
    )


async def _complete(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    found = await own_answers.save(
        context.session,
        participant=context.participant,
        event_id=whole(arguments[0]),
        answers=answers,
        now=context.now,
    )
    if found is None:
        raise NotAnActionError
    context.show(texts.saved(context.translator, found))


FORM = FormKind("answers", _find_form, _complete, begin=_show)

"""Doing an exercise: question, feedback, a note for oneself."""

from telegram import Update

from handlers.chat.buttons import NotAnActionError
from handlers.chat.context import FormKind, XinnoContext
from handlers.chat.dialogue import ask
from xinno_core.services import exercises
from xinno_core.services.exercises import Sheet
from xinno_core.services.questions import Form
from xinno_core.texts import exercises as texts
from xinno_core.texts.actions import AnswerQuiz, FinishExercise, Reflect


async def on_quiz_answered(update: Update, context: XinnoContext) -> None:
    """An answer of the question was pressed."""
    press = context.pressed(update, AnswerQuiz)
    _show(
        context,
        await exercises.answer_quiz(
            context.session,
            participant=context.participant,
            exercise=press.exercise,
            option=press.option,
            now=context.now,
        ),
    )


async def on_finish(update: Update, context: XinnoContext) -> None:
    """Done without a note."""
    press = context.pressed(update, FinishExercise)
    _show(
        context,
        await exercises.finish(
            context.session,
            participant=context.participant,
            exercise=press.exercise,
            now=context.now,
        ),
    )


async def on_reflect(update: Update, context: XinnoContext) -> None:
    """Write a note for oneself."""
    press = context.pressed(update, Reflect)
    form = await _find_form(context, [press.exercise])
    if form is None:
        raise NotAnActionError
    await ask(context, form)


def _show(context: XinnoContext, sheet: Sheet | None) -> None:
    if sheet is None:
        raise NotAnActionError
    context.show(texts.sheet(context.translator, sheet))


async def _find_form(context: XinnoContext, arguments: list[str]) -> Form | None:
    return exercises.reflection_form(arguments[0], language=context.participant.language)


async def _complete(
    context: XinnoContext, arguments: list[str], answers: dict[str, object]
) -> None:
    _show(
        context,
        await exercises.finish(
            context.session,
            participant=context.participant,
            exercise=arguments[0],
            now=context.now,
            reflection=str(answers["reflection"]),
        ),
    )


FORM = FormKind("note", _find_form, _complete)

"""Exercises: an idea, two minutes of doing, a question that explains, a thought for oneself."""

from xinno_core.library.library import exercise as find_exercise
from xinno_core.library.schema import Exercise
from xinno_core.models import Purpose
from xinno_core.services.exercises import Sheet
from xinno_core.texts.actions import AnswerQuiz, FinishExercise, OpenMenu, Reflect, SetConsent
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def sheet(t: Translator, shown: Sheet) -> Message:
    """Show an exercise as far as this person has come with it."""
    exercise = find_exercise(shown.exercise)
    if shown.choice is None:
        return card(t, exercise)
    chosen = next((one for one in exercise.quiz.options if one.key == shown.choice), None)
    if chosen is None:
        return card(t, exercise)
    right = next(one for one in exercise.quiz.options if one.right)
    parts = [
        "<b>" + t.show(exercise.title) + "</b>",
        "<b>" + t.show(exercise.quiz.question) + "</b>",
        # Translators: what the person pressed as an answer.
        t.gettext("You chose: {answer}", answer=t.plain.show(chosen.label)),
        t.show(chosen.feedback),
    ]
    if not chosen.right:
        parts.append(
            t.gettext("What fits better: {answer}", answer=t.plain.show(right.label))
            + "\n"
            + t.show(right.feedback)
        )
    if shown.is_done:
        parts.append(
            t.gettext("Your note is kept. Only you can see it, under /mydata.")
            if shown.has_reflection
            else t.gettext("Done. Well worth two minutes.")
        )
        return Message(
            "\n\n".join(parts),
            rows(
                _stop(t),
                Button(t.plain.gettext("Menu"), OpenMenu()),
            ),
        )
    parts.append(
        t.gettext("<b>To think about:</b> {question}", question=t.plain.show(exercise.reflection))
    )
    return Message(
        "\n\n".join(parts),
        rows(
            Button(t.plain.gettext("Write a note for myself"), Reflect(exercise.key)),
            Button(t.plain.gettext("Done without a note"), FinishExercise(exercise.key)),
        ),
    )


def card(t: Translator, exercise: Exercise) -> Message:
    """Show idea, exercise and question."""
    return Message(
        "\n\n".join(
            (
                # Translators: a learning card that takes about two minutes.
                t.gettext(
                    "<b>Exercise of two minutes: {title}</b>", title=t.plain.show(exercise.title)
                ),
                t.show(exercise.idea),
                "<b>" + t.gettext("Try it") + "</b>\n" + t.show(exercise.exercise),
                "<b>" + t.gettext("Question") + "</b>\n" + t.show(exercise.quiz.question),
                "<i>" + t.gettext("Your answers are seen by you alone.") + "</i>",
            )
        ),
        rows(
            *(
                Button(t.plain.show(option.label), AnswerQuiz(exercise.key, option.key))
                for option in exercise.quiz.options
            ),
            _stop(t),
        ),
    )


def _stop(t: Translator) -> Button:
    """Return the button that does what it says; the settings then show that they are off."""
    return Button(
        t.plain.gettext("Stop exercises"), SetConsent(Purpose.EXERCISES.value, 0, "settings")
    )

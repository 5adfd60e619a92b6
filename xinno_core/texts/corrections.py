"""What an organiser reads while an announcement is put right."""

from typing import assert_never

from xinno_core.services.broadcast_progress import NotNow
from xinno_core.services.composing import Flaw, Problem
from xinno_core.services.corrections import (
    Correction,
    NotWords,
    NoWords,
    Opened,
    Taken,
    Unfit,
    Words,
)
from xinno_core.texts.actions import (
    ConfirmCorrection,
    CorrectWords,
    DropCorrection,
)
from xinno_core.texts.languages import language_name
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.progress import progress
from xinno_core.texts.steering import turned
from xinno_core.texts.translator import Html, Translator


def shown(t: Translator, outcome: Opened | Taken) -> Message:
    """Show how far the correction has come, or why there is none."""
    match outcome:
        case Correction():
            return _correction(t, outcome)
        case NotWords(correction):
            return _correction(t, correction, _only_words(t))
        case Unfit(correction, problem):
            return _correction(t, correction, _unfit(t, problem))
        case NoWords(at):
            said = t.gettext(
                "There are no words in it that could be put right: a picture, a place and a poll "
                "stay as they were sent."
            )
            return progress(t, at, said)
        case NotNow():
            return turned(t, outcome)
        case _:
            assert_never(outcome)


def _correction(t: Translator, correction: Correction, said: str = "") -> Message:
    parts = [said] if said else []
    if correction.is_ready:
        parts += _changed(t, correction)
    elif correction.chosen is not None:
        parts += _asking(t, correction.chosen)
    else:
        parts.append(t.gettext("<b>Put right</b>\nWhich words are wrong?"))
        parts.append(_only_words(t))
    return Message(Html("\n\n".join(parts)), _buttons(t, correction))


def _asking(t: Translator, words: Words) -> list[str]:
    return [
        t.gettext("<b>Put right</b>\nThese words stand there now:"),
        "<b>" + _where(t, words) + "</b>",
        words.html,
        t.gettext("Please send the words that should stand there instead."),
    ]


def _changed(t: Translator, correction: Correction) -> list[str]:
    parts = [t.gettext("<b>Put right</b>\nThis is how it will read:")]
    for one in correction.words:
        if one.is_new:
            parts += ["<b>" + _where(t, one) + "</b>", one.html]
    figures = correction.progress.figures
    parts.append(
        t.ngettext(
            "It changes in the chat of {number} person, with a line that says so.",
            "It changes in the chats of {number} people, with a line that says so.",
            correction.have_it,
        )
    )
    if figures.waiting:
        parts.append(
            t.ngettext(
                "{number} person who waits for it gets the new words at once.",
                "{number} people who wait for it get the new words at once.",
                figures.waiting,
            )
        )
    if correction.progress.to_group:
        parts.append(t.gettext("What stands in the event's group stays there as it is."))
    return parts


def _buttons(t: Translator, correction: Correction) -> tuple[tuple[Button, ...], ...]:
    at = correction.progress
    confirm = ConfirmCorrection(at.broadcast_id, at.version)
    others = [one for one in correction.words if one != correction.chosen]
    return rows(
        Button(t.plain.gettext("Yes, put it right"), confirm) if correction.is_ready else None,
        *(
            Button(_where(t.plain, one), CorrectWords(at.broadcast_id, one.language, one.part))
            for one in others
        ),
        Button(t.plain.gettext("Leave it as it is"), DropCorrection(at.broadcast_id)),
    )


def _where(t: Translator, words: Words) -> str:
    language = language_name(words.language, t)
    if words.is_caption:
        # Translators: names the words under a picture; {number} counts an announcement's messages.
        return t.gettext(
            "{language}, message {number}: below the picture",
            language=language,
            number=words.part + 1,
        )
    return t.gettext("{language}, message {number}", language=language, number=words.part + 1)


def _only_words(t: Translator) -> str:
    return t.gettext(
        "Only words can be put right, and only by words: pictures, places and polls stay as they "
        "were sent, and no message can be added."
    )


def _unfit(t: Translator, problem: Problem) -> str:
    match problem.flaw:
        case Flaw.TEXT_TOO_LONG | Flaw.CAPTION_TOO_LONG:
            return t.gettext(
                "These words are too long: {length} characters, at most {most}.",
                length=problem.length,
                most=problem.most,
            )
        case _:
            return _only_words(t)

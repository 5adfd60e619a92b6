"""What participants read about their own answers to an event's questions."""

from typing import Any

from xinno_core.services.answers import OwnAnswers
from xinno_core.services.questions import Field
from xinno_core.texts.actions import EditAnswers, OpenEvent
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.forms import answer
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def own_answers(t: Translator, found: OwnAnswers, said: str = "") -> Message:
    """Show what was asked and answered, and until when it can be changed."""
    card = found.card
    until = date_and_time(t, card.answers_close_at, card.zone)
    parts = [
        t.gettext("<b>My answers: {title}</b>", title=t.plain.show(card.title, card.lead_language)),
        said,
        *(_given(t, asked, given, card.lead_language) for asked, given in found.given),
        t.gettext("You can change them until: {when}", when=until)
        if found.is_open
        else t.gettext("They could be changed until: {when}", when=until),
    ]
    change = Button(t.plain.gettext("Change my answers"), EditAnswers(card.id))
    return Message(
        "\n\n".join(part for part in parts if part),
        rows(
            change if found.is_open else None,
            Button(t.plain.gettext("Open the event"), OpenEvent(card.id)),
        ),
    )


def saved(t: Translator, found: OwnAnswers) -> Message:
    """Show the answers as they are after a change, or that it came too late."""
    said = (
        t.gettext("Your answers are saved. Your registration stays as it is.")
        if found.is_open
        else t.gettext("It is too late to change these answers; they stay as they were.")
    )
    return own_answers(t, found, said)


def _given(t: Translator, asked: Field, given: Any, lead: str) -> str:  # noqa: ANN401 (JSON)
    question = t.plain.show(asked.text, lead)
    if given is None:
        return t.gettext("{question}\n<i>no answer</i>", question=question)
    said = answer(asked, given, t.plain, lead)
    return t.gettext("{question}\n<b>{answer}</b>", question=question, answer=said)

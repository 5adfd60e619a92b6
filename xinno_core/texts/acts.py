"""What stands in the place of an announcement that was taken back, or put right."""

import dataclasses
from datetime import datetime

from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Message
from xinno_core.texts.translator import Html, Translator


def taken_back(t: Translator) -> Message:
    """Return the line that stands where a message can't be deleted any more."""
    return Message(t.gettext("The organiser has taken this message back."))


def corrected(
    t: Translator, messages: tuple[Message, ...], *, at: datetime, zone: str
) -> tuple[Message, ...]:
    """Return an announcement's messages with a line that says that they were put right, and when.

    The line stands below the first words, where somebody who has read them before looks.
    """
    line = "<i>" + t.gettext("Corrected: {when}", when=date_and_time(t, at, zone)) + "</i>"
    first = next((number for number, one in enumerate(messages) if one.text), None)
    return tuple(
        dataclasses.replace(one, text=Html(one.text + "\n\n" + line)) if number == first else one
        for number, one in enumerate(messages)
    )

"""What two who come together read; neither is told who the other is."""

import dataclasses

from xinno_core.services.events import EventCard
from xinno_core.texts.actions import OpenEvent
from xinno_core.texts.events import facts
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def invite(t: Translator, card: EventCard, link: str) -> Message:
    """Show the link to pass on, and what it leads to."""
    return Message(
        t.gettext(
            "<b>Come with someone</b>\n"
            "Pass this link on to one person; when they say yes, you come together. "
            "If both of you have to wait, you are offered seats together, and the later of your "
            "numbers counts."
        )
        + "\n\n"
        + t.gettext("Link: {link}", link=link)
        + "\n\n"
        + facts(t, card),
        rows(Button(t.plain.gettext("Open the event"), OpenEvent(card.id))),
    )


def joined(t: Translator, *, is_tied: bool) -> str:
    """Say what came of saying yes."""
    if is_tied:
        return t.gettext("<b>You come together now.</b>")
    return t.gettext("This is not possible any more: plans have changed in the meantime.")


def alone(t: Translator) -> str:
    """Say that one comes alone; place and number are one's own."""
    return t.gettext("<b>You come alone.</b> Your own place or number stays as it is.")


def above(said: str, card: Message) -> Message:
    """Put a sentence above an event's card."""
    return dataclasses.replace(card, text=said + "\n\n" + card.text)

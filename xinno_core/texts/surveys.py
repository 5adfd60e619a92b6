"""Surveys: invitation and thanks."""

from typing import assert_never

from xinno_core.services.surveys import (
    NotAsked,
    SurveyClosed,
    SurveyOutcome,
    Thanked,
    TookPartAlready,
)
from xinno_core.texts.actions import OpenEvents, OpenMenu
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def survey_outcome(outcome: SurveyOutcome, t: Translator) -> Message:
    """Say what came of answering."""
    match outcome:
        case Thanked(title=title):
            said = t.gettext(
                "<b>Thank you for your feedback: {title}</b>\n"
                "Your answers are shown without your name.",
                title=t.plain.show(title),
            )
        case TookPartAlready(title=title):
            said = t.gettext(
                "You have answered already: {title}. Thank you; your answers are kept.",
                title=t.plain.show(title),
            )
        case SurveyClosed(title):
            said = t.gettext(
                "This survey is closed: {title}. Thank you all the same.", title=t.plain.show(title)
            )
        case NotAsked():
            said = t.gettext("There is no such survey here for you.")
        case _:
            assert_never(outcome)
    return Message(
        said,
        rows(
            Button(t.plain.gettext("Events"), OpenEvents(0)),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )

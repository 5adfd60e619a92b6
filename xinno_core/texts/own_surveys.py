"""One's own place in a survey: left for later, found again, changed, erased."""

from collections.abc import Sequence
from datetime import datetime

from xinno_core.services.open_surveys import OpenSurvey
from xinno_core.services.own_surveys import EraseOutcome, KeptAnswers, NothingToErase
from xinno_core.services.survey_visits import Paused
from xinno_core.texts.actions import (
    AskEraseAnswers,
    ChangeSurvey,
    EraseAnswers,
    OpenMenu,
    StartSurvey,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.translator import Translator


def paused(t: Translator, outcome: Paused) -> Message:
    """Say until when one can go on, with the way back: it stays an invitation."""
    title = t.plain.show(outcome.title, outcome.lead)
    menu = Button(t.plain.gettext("Menu"), OpenMenu())
    if outcome.kept_until is None:
        until = date_and_time(t, outcome.closes_at, outcome.zone)
        return Message(
            t.gettext(
                "<b>Another time: {title}</b>\n"
                "You can answer until {until}, with the button below or under /my.",
                title=title,
                until=until,
            ),
            rows(
                Button(t.plain.gettext("Answer the survey"), StartSurvey(outcome.survey_id)), menu
            ),
        )
    until = date_and_time(t, outcome.kept_until, outcome.zone)
    if outcome.is_change:
        return Message(
            t.gettext(
                "<b>Your earlier answers count: {title}</b>\n"
                "What you have changed so far is kept until {until}, and counts only once you have "
                "gone through to the end.",
                title=title,
                until=until,
            ),
            rows(
                Button(t.plain.gettext("Change my answers"), ChangeSurvey(outcome.survey_id)),
                erase_button(t, outcome.survey_id),
                menu,
            ),
        )
    return Message(
        t.gettext(
            "<b>Stopped for now: {title}</b>\n"
            "What you have answered so far is kept until {until}, and counts only once you have "
            "gone through to the end. Go on with the button below or under /my.",
            title=title,
            until=until,
        ),
        rows(
            Button(t.plain.gettext("Go on with the survey"), StartSurvey(outcome.survey_id)), menu
        ),
    )


def open_surveys(t: Translator, found: Sequence[OpenSurvey]) -> list[str]:
    """Name the surveys that wait for this person, or that can still be changed."""
    if not found:
        return []
    lines = [
        t.gettext(
            "{title}: open until {until}",
            title=t.plain.show(one.title, one.lead),
            until=date_and_time(t, one.closes_at, one.zone),
        )
        for one in found
    ]
    return ["\n".join(("<b>" + t.gettext("Your surveys") + "</b>", *lines))]


def open_survey_buttons(t: Translator, found: Sequence[OpenSurvey]) -> list[Button]:
    """Return the way into each of them."""
    return [
        Button(_way_into(t, one, t.plain.show(one.title, one.lead)), StartSurvey(one.survey_id))
        for one in found
    ]


def _way_into(t: Translator, one: OpenSurvey, title: str) -> str:
    if one.is_begun:
        return t.plain.gettext("Go on with: {title}", title=title)
    if one.is_answered:
        return t.plain.gettext("Change or erase: {title}", title=title)
    return t.plain.gettext("Answer: {title}", title=title)


def erase_button(t: Translator, survey_id: int) -> Button:
    """Return the way to have one's answers erased, which asks before."""
    return Button(t.plain.gettext("Erase my answers"), AskEraseAnswers(survey_id))


def ask_erase(t: Translator, kept: EraseOutcome) -> Message:
    """Say what erasing one's answers means, and ask."""
    if isinstance(kept, NothingToErase):
        return _nothing_to_erase(t)
    head = t.gettext(
        "<b>Erase your answers? {title}</b>", title=t.plain.show(kept.title, kept.lead)
    )
    return Message(
        head + "\n" + erasing(t, kept),
        rows(
            Button(t.plain.gettext("Yes, erase my answers"), EraseAnswers(kept.survey_id)),
            Button(t.plain.gettext("No, keep them"), StartSurvey(kept.survey_id)),
        ),
    )


def erasing(t: Translator, kept: KeptAnswers) -> str:
    """Say what would be erased, and what stays."""
    if not kept.goes_whole:
        return t.gettext(
            "Nothing would lead from these answers to you any more. What was counted or exported "
            "stays. This can't be undone."
        )
    if not kept.is_open:
        return t.gettext(
            "They go as if they had never been given. This can't be undone, and the survey is "
            "closed: you can't answer anew."
        )
    return t.gettext(
        "They go as if they had never been given. This can't be undone, but you can answer anew "
        "until {until}.",
        until=date_and_time(t, kept.closes_at, kept.zone),
    )


def erased(t: Translator, outcome: EraseOutcome) -> Message:
    """Say that it is done, and whether one may answer anew."""
    if isinstance(outcome, NothingToErase):
        return _nothing_to_erase(t)
    title = t.plain.show(outcome.title, outcome.lead)
    menu = Button(t.plain.gettext("Menu"), OpenMenu())
    if not outcome.goes_whole:
        head = t.gettext("<b>Your answers no longer lead to you: {title}</b>", title=title)
        return Message(head + "\n" + cut_off(t), rows(menu))
    head = t.gettext("<b>Your answers are erased: {title}</b>", title=title)
    if not outcome.may_answer_anew:
        return Message(head, rows(menu))
    said = answer_anew(t, outcome.closes_at, outcome.zone)
    again = Button(t.plain.gettext("Answer anew"), StartSurvey(outcome.survey_id))
    return Message(head + "\n" + said, rows(again, menu))


def answer_anew(t: Translator, closes_at: datetime, zone: str) -> str:
    """Say that whoever erased their answers is free to give others."""
    return t.gettext(
        "If you like, you can answer anew until {until}.", until=date_and_time(t, closes_at, zone)
    )


def cut_off(t: Translator) -> str:
    """Say what became of answers that were counted before they were erased."""
    return t.gettext("Nothing leads from them to you any more. What was counted stays.")


def _nothing_to_erase(t: Translator) -> Message:
    return Message(
        t.gettext("There is nothing of yours to erase."),
        rows(Button(t.plain.gettext("Menu"), OpenMenu())),
    )

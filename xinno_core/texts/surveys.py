"""Surveys: what is promised before the first question, and what came of answering."""

from typing import assert_never

from xinno_core.models import SurveyMode
from xinno_core.services.survey_visits import Opening
from xinno_core.services.surveys import (
    NotAsked,
    SurveyClosed,
    SurveyOutcome,
    Thanked,
    TookPartAlready,
    topic_of,
)
from xinno_core.texts.actions import (
    BeginSurvey,
    ChangeSurvey,
    FormCancel,
    OpenEvents,
    OpenMenu,
)
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.message import Button, Message, rows
from xinno_core.texts.own_surveys import cut_off, erase_button
from xinno_core.texts.translator import Translator

LINK, DO_NOT_LINK, AS_IT_IS = "yes", "no", "-"


def opening(t: Translator, entered: Opening, address: str = "") -> Message:
    """Say what becomes of the answers, before the first question; `address` is for a browser."""
    until = date_and_time(t, entered.closes_at, entered.zone)
    head = (
        t.gettext("<b>{title}</b>", title=t.plain.show(entered.title, entered.lead))
        + "\n"
        + _number(t, entered, until)
    )
    parts = [head, *pledge(t, entered.mode)]
    if entered.mode is SurveyMode.PSEUDONYMOUS:
        parts.append(linking(t, is_linked=entered.is_linked))
    return Message("\n\n".join(parts), rows(*_ways_in(t, entered, address)))


def _number(t: Translator, entered: Opening, until: str) -> str:
    if entered.branches:
        return t.ngettext(
            "At most {number} question, open until: {until}",
            "At most {number} questions, open until: {until}",
            entered.questions,
            until=until,
        )
    return t.ngettext(
        "{number} question, open until: {until}",
        "{number} questions, open until: {until}",
        entered.questions,
        until=until,
    )


def _ways_in(t: Translator, entered: Opening, address: str) -> list[Button | None]:
    of = entered.survey_id
    browser = Button(t.plain.gettext("Answer in the browser"), url=address) if address else None
    if entered.asks_to_link:
        ways = [
            Button(t.plain.gettext("Link my answers"), BeginSurvey(of, LINK)),
            Button(t.plain.gettext("Do not link them"), BeginSurvey(of, DO_NOT_LINK)),
        ]
    else:
        ways = [Button(t.plain.gettext("To the questions"), BeginSurvey(of, AS_IT_IS))]
    first, last = (browser, None) if entered.is_long else (None, browser)
    return [first, *ways, last, Button(t.plain.gettext("Not now"), FormCancel(topic_of(of)))]


def pledge(t: Translator, mode: SurveyMode) -> tuple[str, ...]:
    """Return what is promised about the answers, in paragraphs, as the survey keeps them."""
    match mode:
        case SurveyMode.ANONYMOUS:
            return _sealed_pledge(t)
        case SurveyMode.PSEUDONYMOUS:
            return _coded_pledge(t)


def _sealed_pledge(t: Translator) -> tuple[str, ...]:
    return (
        t.gettext(
            "<b>This survey is anonymous.</b> Organiser and pilot lead see your answers mixed "
            "with those of at least four others, without name or time. Fewer than five are "
            "destroyed unread."
        ),
        t.gettext(
            "Answers lie sealed until the survey closes, or the organiser has it opened; until "
            "then you can replace or erase yours."
        ),
        t.gettext(
            "That you took part is kept apart. Only whoever runs the assistant holds the key and "
            "could, against this promise, open them early. Please name nobody, not even yourself."
        ),
    )


def _coded_pledge(t: Translator) -> tuple[str, ...]:
    return (
        t.gettext(
            "<b>Your answers are kept under a code.</b> Organiser and pilot lead see it instead of "
            "your name, and never the answers of fewer than five people."
        ),
        t.gettext(
            "Answers are shown when the survey closes, or the organiser has it opened; until then "
            "you can change yours. Under My data you can see and erase them at any time; what was "
            "counted or exported stays."
        ),
        t.gettext(
            "Whoever runs the assistant could, against this promise, look up who said what. "
            "Please name nobody, not even yourself."
        ),
    )


def linking(t: Translator, *, is_linked: bool | None) -> str:
    """Say what linking means, or what was decided about it."""
    if is_linked is None:
        return t.gettext(
            "May your answers to several surveys bear the same code? Then it can be seen how "
            "something develops over time. It is up to you, and you can take it back at any time "
            "under Settings."
        )
    if is_linked:
        return t.gettext(
            "Your answers to several surveys bear the same code, as you agreed. "
            "You can take it back at any time under Settings."
        )
    return t.gettext("Your answers to several surveys are not linked with each other.")


def survey_outcome(outcome: SurveyOutcome, t: Translator) -> Message:
    """Say what came of answering."""
    match outcome:
        case Thanked():
            said = _thanked(t, outcome)
        case TookPartAlready():
            said = _took_part(t, outcome)
        case SurveyClosed(title, lead, was_begun=True):
            said = t.gettext(
                "<b>This survey has closed meanwhile: {title}</b>", title=t.plain.show(title, lead)
            )
            said += "\n" + closed_meanwhile(t)
        case SurveyClosed(title, lead):
            said = t.gettext(
                "This survey is closed: {title}. Thank you all the same.",
                title=t.plain.show(title, lead),
            )
        case NotAsked():
            said = t.gettext("There is no such survey here for you.")
        case _:
            assert_never(outcome)
    return Message(
        said,
        rows(
            _change_button(t, outcome),
            erase_button(t, outcome.survey_id)
            if isinstance(outcome, Thanked)
            or (isinstance(outcome, TookPartAlready) and outcome.can_erase)
            else None,
            Button(t.plain.gettext("Events"), OpenEvents(0)),
            Button(t.plain.gettext("Menu"), OpenMenu()),
        ),
    )


def _change_button(t: Translator, outcome: SurveyOutcome) -> Button | None:
    if isinstance(outcome, Thanked) or (
        isinstance(outcome, TookPartAlready) and outcome.can_change
    ):
        return Button(t.plain.gettext("Change my answers"), ChangeSurvey(outcome.survey_id))
    return None


def _thanked(t: Translator, outcome: Thanked) -> str:
    title = t.plain.show(outcome.title, outcome.lead)
    if outcome.is_change:
        thanks = t.gettext(
            "<b>Thank you: {title}</b>\nYour new answers have taken the place of the old ones.",
            title=title,
        )
    else:
        thanks = t.gettext("<b>Thank you for your feedback: {title}</b>", title=title)
    return thanks + "\n" + _changeable(t, outcome)


def _took_part(t: Translator, outcome: TookPartAlready) -> str:
    title = t.plain.show(outcome.title, outcome.lead)
    if outcome.was_destroyed:
        said = t.gettext("<b>This survey is closed: {title}</b>", title=title)
        return said + "\n" + destroyed(t)
    if outcome.was_begun:
        late = t.gettext("<b>It is too late to change your answers: {title}</b>", title=title)
        return late + "\n" + changed_too_late(t)
    said = t.gettext("You have answered already: {title}. Thank you.", title=title)
    if outcome.was_cut_off:
        return said + "\n" + cut_off(t)
    return said + "\n" + _changeable(t, outcome) if outcome.can_change else said


def closed_meanwhile(t: Translator) -> str:
    """Say what becomes of answers that came after the end."""
    return t.gettext(
        "What you had answered was not handed in, and is not kept. Thank you all the same."
    )


def changed_too_late(t: Translator) -> str:
    """Say what becomes of a change that came after the answers were given out."""
    return t.gettext(
        "While you were changing them, the survey closed or its answers were opened. What you had "
        "handed in before stays, and there is nothing for you to do."
    )


def destroyed(t: Translator) -> str:
    """Say what became of answers that were too few."""
    return t.gettext(
        "Too few people answered. As promised, all answers were destroyed unread, yours among "
        "them. Thank you all the same."
    )


def _changeable(t: Translator, outcome: Thanked | TookPartAlready) -> str:
    until = date_and_time(t, outcome.until, outcome.zone)
    if outcome.mode is SurveyMode.ANONYMOUS:
        return t.gettext(
            "Your answers lie sealed until the survey closes, or is opened before: {until}. As "
            "long as they do, you can answer anew; the new answers then take their place.",
            until=until,
        )
    return t.gettext(
        "Your answers are kept under a code. You can change them until the survey closes, or is "
        "opened before: {until}",
        until=until,
    )

"""Forms in the browser: plain strings for pages, which escape them by themselves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, assert_never

from xinno_core.languages import INTERFACE_LANGUAGES, OWN_NAMES
from xinno_core.models import SurveyMode
from xinno_core.services.surveys import SurveyClosed, TookPartAlready
from xinno_core.services.web_forms import (
    LINKING,
    NO,
    YES,
    Closing,
    Erasing,
    Go,
    Head,
    Opening,
    Questions,
)
from xinno_core.texts import own_surveys, web_questions
from xinno_core.texts import surveys as survey_texts
from xinno_core.texts.dates import date_and_time
from xinno_core.texts.translator import Translator
from xinno_core.texts.web_questions import Asked, Choice


class Trouble(StrEnum):
    """Why nothing of a form is shown."""

    GONE = "gone"
    OUTAGE = "outage"
    TOO_LARGE = "too_large"
    NOT_A_FORM = "not_a_form"
    WRONG_METHOD = "wrong_method"
    FROM_ELSEWHERE = "from_elsewhere"
    FAILED = "failed"


@dataclass(frozen=True)
class Page:
    """What every page has."""

    template: str
    language: str
    heading: str
    event: str = ""
    problems: tuple[Asked, ...] = ()
    problems_label: str = ""
    languages_label: str = ""
    languages: tuple[Choice, ...] = ()
    telling: tuple[str, ...] = ()
    deed: Choice | None = None
    second: Choice | None = None

    @property
    def title(self) -> str:
        """What stands on the browser's tab; what is wrong is read first."""
        return f"{self.problems_label} – {self.heading}" if self.problems else self.heading


@dataclass(frozen=True)
class FirstPage(Page):
    """What becomes of the answers, before the first question."""

    linking: Asked | None = None


@dataclass(frozen=True)
class QuestionsPage(Page):
    """All questions that can be asked together."""

    number: int = 1
    telling_label: str = ""
    progress: str = ""
    done: int = 0
    total: int = 0
    questions: tuple[Asked, ...] = ()


def page_of(view: Opening | Questions | Closing | Erasing, t: Translator) -> Page:
    """Return the page of a survey that is shown now."""
    match view:
        case Opening():
            return _first(view, t)
        case Questions():
            return _questions(view, t)
        case Closing():
            return _closing(view, t)
        case Erasing():
            return _erasing(view, t)
        case _:
            assert_never(view)


def trouble(what: Trouble, t: Translator, number: str = "") -> Page:
    """Say why nothing of a form is shown; the number stands in the log, too."""
    heading, *telling = _trouble(what, t.plain)
    if number:
        telling.append(t.plain.gettext("Number of this error: {id}", id=number))
    return Page("said.html", t.language, heading, telling=tuple(telling))


def _trouble(what: Trouble, t: Translator) -> tuple[str, ...]:
    match what:
        case Trouble.GONE:
            return (
                t.gettext("There is nothing here"),
                t.gettext(
                    "This address leads nowhere, or no longer. Please look whether it was copied "
                    "whole, or ask whoever sent it to you."
                ),
            )
        case Trouble.OUTAGE:
            return (
                t.gettext("Please try again in a minute"),
                t.gettext(
                    "The page can't be reached right now. What was kept before is not lost. Go "
                    "back, and send the page once more."
                ),
            )
        case Trouble.TOO_LARGE:
            return (
                t.gettext("That was too much"),
                t.gettext("Please go back, and shorten what you have written."),
            )
        case Trouble.NOT_A_FORM | Trouble.WRONG_METHOD | Trouble.FROM_ELSEWHERE:
            return (
                t.gettext("This did not come from the page"),
                t.gettext("Please open the address that you were sent, and answer there."),
            )
        case Trouble.FAILED:
            return (
                t.gettext("Something went wrong"),
                t.gettext(
                    "What was kept before is not lost. Please go back, and try once more; if it "
                    "happens again, tell whoever sent you here."
                ),
            )
        case _:
            assert_never(what)


def _first(view: Opening, t: Translator) -> FirstPage:
    head = view.head
    return FirstPage(
        "first.html",
        **_frame(head, t),
        telling=(
            *_erased(view, t),
            *survey_texts.pledge(t, head.mode),
            *_linked(view, t),
            *_for_guests(view.head, t),
            _number(view, t.plain),
            _until(head, t),
        ),
        linking=_linking(t.plain) if view.asks_to_link else None,
        deed=Choice("", Go.BEGIN.value, t.plain.gettext("Begin")),
    )


def _number(view: Opening, t: Translator) -> str:
    if view.branches:
        return t.ngettext("{number} question at most.", "{number} questions at most.", view.number)
    return t.ngettext("{number} question.", "{number} questions.", view.number)


def _erased(view: Opening, t: Translator) -> tuple[str, ...]:
    """Say first that it is done: the page looks as it did before anything was answered."""
    if not view.was_erased:
        return ()
    head = view.head
    anew = own_surveys.answer_anew(t.plain, head.closes_at, head.zone)
    return (t.gettext("<b>Your answers are erased.</b>"), anew)


def _erasing(view: Erasing, t: Translator) -> Page:
    frame = _frame(view.head, t)
    frame["heading"] = t.plain.gettext("Erase your answers?")
    return Page(
        "said.html",
        **frame,
        telling=(own_surveys.erasing(t.plain, view.kept),),
        deed=Choice("", Go.ERASE_NOW.value, t.plain.gettext("Yes, erase my answers")),
        second=Choice("", Go.KEEP.value, t.plain.gettext("No, keep them")),
    )


def _linked(view: Opening, t: Translator) -> tuple[str, ...]:
    """Say what was decided about linking, where it was."""
    head = view.head
    if head.mode is SurveyMode.ANONYMOUS or head.is_guest or view.asks_to_link:
        return ()
    return (survey_texts.linking(t, is_linked=view.is_linked),)


def _for_guests(head: Head, t: Translator) -> tuple[str, ...]:
    """Say what stands in for the chat where there is none."""
    if not head.is_guest:
        return ()
    return (
        t.plain.gettext(
            "You answer without the chat, and without a name. Keep the address of this page: it "
            "is what the chat's My data is to others. Here you can change your answers, and erase "
            "them."
        ),
    )


def _linking(t: Translator) -> Asked:
    return Asked(
        id=LINKING,
        shape="radios",
        language=t.language,
        words=survey_texts.linking(t, is_linked=None),
        choices=(
            Choice(f"{LINKING}.{YES}", YES, t.gettext("Link my answers")),
            Choice(f"{LINKING}.{NO}", NO, t.gettext("Do not link them"), is_chosen=True),
        ),
    )


def _questions(view: Questions, t: Translator) -> QuestionsPage:
    questions = tuple(web_questions.asked(view, one, t) for one in view.fields)
    first, last = view.before + 1, view.before + len(view.fields)
    go_on = t.plain.gettext("Send") if view.is_last else t.plain.gettext("Continue")
    back = Choice("", Go.BACK.value, t.plain.gettext("Back")) if view.number > 1 else None
    return QuestionsPage(
        "questions.html",
        **_frame(view.head, t),
        telling=(*survey_texts.pledge(t, view.head.mode), *_for_guests(view.head, t)),
        telling_label=t.plain.gettext("What becomes of your answers"),
        problems=tuple(one for one in questions if one.problem),
        problems_label=t.plain.gettext("Please look at this once more"),
        number=view.number,
        progress=_progress(view, t.plain, first=first, last=last),
        done=view.before,
        total=view.total,
        questions=questions,
        deed=Choice("", Go.NEXT.value, go_on),
        second=back,
    )


def _progress(view: Questions, t: Translator, *, first: int, last: int) -> str:
    if view.form.branches:
        return t.ngettext(
            "Question {first} of at most {total}",
            "Questions {first} to {last} of at most {total}",
            len(view.fields),
            first=first,
            last=last,
            total=view.total,
        )
    return t.ngettext(
        "Question {first} of {total}",
        "Questions {first} to {last} of {total}",
        len(view.fields),
        first=first,
        last=last,
        total=view.total,
    )


def _closing(view: Closing, t: Translator) -> Page:
    head, plain = view.head, t.plain
    frame = _frame(head, t)
    deed, telling = None, []
    match view.outcome:
        case TookPartAlready(was_destroyed=True):
            telling.append(survey_texts.destroyed(plain))
        case TookPartAlready(was_begun=True):
            frame["heading"] = plain.gettext("It is too late to change your answers")
            telling.append(survey_texts.changed_too_late(plain))
        case TookPartAlready(was_cut_off=True):
            frame["heading"] = plain.gettext("Your answers are erased")
            telling.append(own_surveys.cut_off(plain))
        case TookPartAlready(can_change=can_change):
            frame["heading"] = plain.gettext("Thank you for your feedback")
            telling.append(plain.gettext("Your answers are kept."))
            if can_change:
                deed = Choice("", Go.CHANGE.value, plain.gettext("Change my answers"))
                telling.extend(_change(head, plain))
            else:
                telling.append(plain.gettext("They can no longer be changed."))
        case SurveyClosed(was_begun=True):
            frame["heading"] = plain.gettext("This survey has closed meanwhile")
            telling.append(survey_texts.closed_meanwhile(plain))
        case SurveyClosed():
            if view.was_erased:
                telling.append(plain.gettext("Your answers are erased."))
            telling.append(plain.gettext("This survey is closed. Thank you all the same."))
        case _:
            assert_never(view.outcome)
    erasing = Choice("", Go.ERASE.value, plain.gettext("Erase my answers"))
    return Page(
        "said.html",
        **frame,
        telling=tuple(telling),
        deed=deed,
        second=erasing if view.can_erase else None,
    )


def _change(head: Head, t: Translator) -> list[str]:
    said = [
        t.gettext(
            "They can be changed until {until}, unless they are opened before.",
            until=date_and_time(t, head.closes_at, head.zone),
        )
    ]
    if head.mode is SurveyMode.ANONYMOUS:
        said.append(
            t.gettext(
                "They lie sealed and can't be shown. If you answer once more, the new answers take "
                "their place."
            )
        )
    return said


def _until(head: Head, t: Translator) -> str:
    return t.plain.gettext(
        "Until {until} you can answer, and change what you have answered.",
        until=date_and_time(t.plain, head.closes_at, head.zone),
    )


def _frame(head: Head, t: Translator) -> dict[str, Any]:
    """Return what stands above every page of a survey."""
    return {
        "language": t.language,
        "heading": t.plain.show(head.title, head.lead),
        "event": t.plain.show(head.event, head.lead),
        "languages_label": t.plain.gettext("Language"),
        "languages": tuple(
            Choice("", code, OWN_NAMES[code], code == t.language) for code in INTERFACE_LANGUAGES
        ),
    }

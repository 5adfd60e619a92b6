"""What is wrong with an answer, and what to do."""

from datetime import datetime

from babel.numbers import format_decimal

from xinno_core.services.form_standing import Asking
from xinno_core.services.questions import Field, Problem
from xinno_core.texts.dates import date_and_time, example_time, stored_day
from xinno_core.texts.translator import Translator

CHOICE_PROBLEMS = {
    Problem.CHOOSE_ONE_AT_LEAST,
    Problem.TOO_FEW_CHOSEN,
    Problem.TOO_MANY_CHOSEN,
    Problem.TOO_FEW_RANKED,
    Problem.TOO_MANY_RANKED,
    Problem.RANKED_TWICE,
    Problem.NOT_AN_OPTION,
}


def problem(asking: Asking, t: Translator) -> str:
    """Say what is wrong with the answer that was given last."""
    asked = asking.field
    if asking.problem is Problem.BEFORE_FIRST_DAY and asked.not_before is not None:
        return before_first_day(t, asked.not_before, asked.zone)
    return "<b>" + _wrong(asked, asking.problem, t, length=asking.length) + "</b>"


def before_first_day(t: Translator, starts_at: datetime, zone: str) -> str:
    """Say that a session can't lie before the day on which its event begins."""
    return t.gettext(
        "<b>Not changed.</b> The session would lie before the first day of the event, "
        "which begins: {when}. To begin earlier, change the whole event.",
        when=date_and_time(t, starts_at, zone),
    )


def two_meanings(t: Translator, example: str) -> str:
    """Say that a day can be read in two ways, as 03/04 can."""
    return t.gettext(
        "This can be read as two different days. Please write date and time like this: {example}",
        example=example,
    )


def _wrong(asked: Field, problem: Problem | None, t: Translator, *, length: int) -> str:
    if problem in CHOICE_PROBLEMS:
        return _wrong_choice(asked, problem, t)
    match problem:
        case Problem.CHOOSE_A_BUTTON:
            return t.gettext("Please answer this question with one of the buttons.")
        case Problem.EMPTY:
            return t.gettext("Please answer with words: nothing else can be read here.")
        case Problem.TOO_LONG:
            # Translators: {most} is a large number of characters, such as 500.
            return t.gettext(
                "Your text has {length} characters, at most {most} are possible. "
                "Please shorten it and send it again.",
                length=length,
                most=asked.most,
            )
        case Problem.NOT_IN_WORDS:
            return t.gettext("Please answer with words: signs or emoji alone are not enough.")
        case Problem.TOO_FEW_LETTERS:
            return t.ngettext(
                "Please write it with at least {number} letter.",
                "Please write it with at least {number} letters.",
                asked.least_letters,
            )
        case Problem.NOT_A_NUMBER | Problem.TOO_SMALL | Problem.TOO_GREAT if asked.has_range:
            return not_in_range(asked, t)
        case Problem.NOT_A_NUMBER:
            return t.gettext("Please write a whole number, for example 25.")
        case Problem.NOT_A_TIME:
            return t.gettext(
                "Please write date and time like this: {example}", example=example_time(t)
            )
        case Problem.TWO_MEANINGS:
            return two_meanings(t, example_time(t))
        case Problem.NOT_IN_FUTURE:
            return t.gettext("This time is past. Please write a time to come.")
        case Problem.NOT_HOURS:
            return t.gettext(
                "Please write two different times of day with a dash between them, "
                "for example 21:00-07:30."
            )
        case Problem.NO_HOURS_LEFT:
            return t.gettext(
                "Please leave at least two hours of the day in which messages may come. "
                "To hear nothing optional for a while, use “How often, and pauses” in /settings."
            )
        case Problem.NOT_A_LINK:
            return t.gettext(
                "Please write the whole address, for example https://meet.example.org/talks."
            )
        case Problem.TOO_SMALL:
            return t.gettext("Please write a number that is at least {least}.", least=asked.least)
        case Problem.TOO_GREAT:
            return t.gettext(
                "Please write a number that is at most {greatest}.", greatest=asked.greatest
            )
        case Problem.NOT_A_DATE:
            return t.gettext(
                "No day can be read from this. Please write day, month and year, "
                "for example 18.03.2027."
            )
        case Problem.TOO_EARLY:
            return t.gettext(
                "This day is too early. Please write one from {earliest} on.",
                earliest=stored_day(t, asked.earliest),
            )
        case Problem.TOO_LATE:
            return t.gettext(
                "This day is too late. Please write one up to {latest}.",
                latest=stored_day(t, asked.latest),
            )
        case Problem.UNANSWERED:
            return t.gettext("This question needs an answer. Please give one.")
        case _:
            return ""


def not_in_range(asked: Field, t: Translator) -> str:
    """Say which numbers can be read; the same in the chat and in the browser."""
    return t.gettext(
        "Please write a whole number from {least} to {greatest}, and nothing else.",
        least=whole_number(t, asked.least),
        greatest=whole_number(t, asked.greatest),
    )


def number_range(asked: Field, t: Translator) -> str:
    """Say from where to where a number goes."""
    return t.gettext(
        "A whole number from {least} to {greatest}.",
        least=whole_number(t, asked.least),
        greatest=whole_number(t, asked.greatest),
    )


def whole_number(t: Translator, number: int) -> str:
    """Return a number as it is written in the reader's language."""
    return str(format_decimal(number, locale=t.locale))


def _wrong_choice(asked: Field, problem: Problem | None, t: Translator) -> str:
    match problem:
        case Problem.CHOOSE_ONE_AT_LEAST:
            return t.gettext("Please choose at least one answer.")
        case Problem.TOO_FEW_CHOSEN:
            return t.ngettext(
                "These are too few. Please choose at least one answer.",
                "These are too few. Please choose at least {number} answers.",
                asked.fewest_chosen,
                number=asked.fewest_chosen,
            )
        case Problem.TOO_MANY_CHOSEN:
            return t.ngettext(
                "At most one answer can be chosen. Please take the other out first.",
                "At most {number} answers can be chosen. Please take one out first.",
                asked.most_chosen,
                number=asked.most_chosen,
            )
        case Problem.TOO_FEW_RANKED:
            return t.ngettext(
                "Something is still missing. Please put at least one answer in its place.",
                "Something is still missing. Please put at least {number} answers in order.",
                asked.fewest_chosen,
                number=asked.fewest_chosen,
            )
        case Problem.TOO_MANY_RANKED:
            return t.ngettext(
                "Only one answer can be put in its place. Please take it out first.",
                "Only {number} answers can be put in order. Please take one out first.",
                asked.most_chosen,
                number=asked.most_chosen,
            )
        case Problem.RANKED_TWICE:
            return t.gettext("One answer was given twice. Please give each of them once.")
        case _:
            return t.gettext("This answer is no longer offered. Please choose another.")

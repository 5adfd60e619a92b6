"""How a form asks: progress, the question, how to answer it, and who will see the answer."""

from datetime import datetime

from xinno_core.services.form_standing import Asking
from xinno_core.services.questions import REFUSAL, Audience, Field, FieldKind, Option
from xinno_core.texts.actions import (
    FormBack,
    FormCancel,
    FormClear,
    FormDone,
    FormOption,
    FormRefuse,
    FormSkip,
)
from xinno_core.texts.dates import stored_day, typed_time
from xinno_core.texts.form_problems import number_range, problem
from xinno_core.texts.form_questions import house_question
from xinno_core.texts.message import Button, Message
from xinno_core.texts.translator import Translator

OPTIONS_IN_A_ROW = 5


def question(asking: Asking, t: Translator) -> Message:
    """Ask one question."""
    form, asked = asking.form, asking.field
    parts = []
    if asking.problem is not None:
        parts.append(problem(asking, t))
    if asking.total > 1:
        parts.append("<i>" + _progress(asking, t) + "</i>")
    parts.append(_text(asked, t, form.lead))
    if asking.known is not None:
        so_far = answer(asked, asking.known, t.plain, form.lead)
        parts.append(t.gettext("Your answer so far: {answer}", answer=so_far))
    if asked.kind is FieldKind.RATING:
        parts.append(scale(asked, t, form.lead))
    if (manner := how_to(asked, t)) != "":
        parts.append("<i>" + manner + "</i>")
    parts.append("<i>" + _audience(asking, t) + "</i>")
    return Message("\n\n".join(parts), _buttons(asking, t))


def _progress(asking: Asking, t: Translator) -> str:
    if asking.form.branches:
        return t.gettext("Question {at} of at most {total}", at=asking.number, total=asking.total)
    return t.gettext("Question {at} of {total}", at=asking.number, total=asking.total)


def _buttons(asking: Asking, t: Translator) -> tuple[tuple[Button, ...], ...]:
    form, asked, at = asking.form, asking.field, asking.at
    options = [
        Button(
            _option(asking, option, t),
            FormOption(form.topic, at, index),
        )
        for index, option in enumerate(asked.choices)
    ]
    in_a_row = OPTIONS_IN_A_ROW if asked.kind is FieldKind.RATING else 1
    if asked.kind is FieldKind.YES_NO:
        in_a_row = 2
    grid = [tuple(options[i : i + in_a_row]) for i in range(0, len(options), in_a_row)]
    if asked.kind is FieldKind.MULTIPLE or _is_ranked(asking):
        grid.append((Button(t.plain.gettext("Done"), FormDone(form.topic, at)),))
    if asked.may_refuse:
        grid.append((Button(rather_not(t), FormRefuse(form.topic, at)),))
    way = []
    if asking.number > 1:
        way.append(Button(t.plain.gettext("Back"), FormBack(form.topic, at)))
    if asking.known is not None:
        way.append(Button(t.plain.gettext("Keep"), FormSkip(form.topic, at)))
        if not asked.required:
            without = t.plain.gettext("No answer") if asking.is_stored else t.plain.gettext("Skip")
            way.append(Button(without, FormClear(form.topic, at)))
    elif not asked.required and asking.chosen:
        way.append(Button(t.plain.gettext("No answer"), FormClear(form.topic, at)))
    elif not asked.required:
        way.append(Button(t.plain.gettext("Skip"), FormSkip(form.topic, at)))
    way.append(Button(t.plain.gettext("Stop"), FormCancel(form.topic)))
    return (*grid, tuple(way))


def _is_ranked(asking: Asking) -> bool:
    """Done shows once it would be taken."""
    asked = asking.field
    is_whole = asked.wrong_number(len(asking.chosen)) is None
    return asked.kind is FieldKind.RANKING and is_whole


def rather_not(t: Translator) -> str:
    """Return the words for an answer that is refused."""
    return t.plain.gettext("I would rather not say")


def how_to(asked: Field, t: Translator) -> str:
    """Say how a question is answered, and within which limits; nothing where it needs no word."""
    match asked.kind:
        case FieldKind.MULTIPLE:
            return _how_many(asked, t)
        case FieldKind.RANKING if asked.most_chosen < len(asked.choices):
            return t.ngettext(
                "Press what comes first for you, then Done.",
                "Press what comes first, then what comes next, {number} in all, then Done. "
                "Press again to take one out.",
                asked.most_chosen,
                number=asked.most_chosen,
            )
        case FieldKind.RANKING:
            return t.gettext(
                "Press what comes first, then what comes next, and so on, then Done. "
                "Press again to take one out."
            )
        case FieldKind.DATE:
            return _which_days(asked, t)
        case FieldKind.NUMBER if asked.has_range:
            return number_range(asked, t)
    return ""


def _how_many(asked: Field, t: Translator) -> str:
    if asked.least_choices > 1 and asked.most_choices:
        return t.gettext(
            "Choose from {least} to {most} answers, then press Done.",
            least=asked.least_choices,
            most=asked.most_choices,
        )
    if asked.most_choices:
        return t.ngettext(
            "Choose one answer, then press Done.",
            "Choose up to {number} answers, then press Done.",
            asked.most_choices,
            number=asked.most_choices,
        )
    if asked.least_choices > 1:
        return t.ngettext(
            "Choose at least one answer, then press Done.",
            "Choose at least {number} answers, then press Done.",
            asked.least_choices,
            number=asked.least_choices,
        )
    return t.gettext("Choose as many as you like, then press Done.")


def _which_days(asked: Field, t: Translator) -> str:
    said = t.gettext("Write a day, for example 18.03.2027.")
    if asked.earliest and asked.latest:
        bounds = t.gettext(
            "From {earliest} to {latest}.",
            earliest=stored_day(t, asked.earliest),
            latest=stored_day(t, asked.latest),
        )
        return said + " " + bounds
    return said


def answer(asked: Field, given: object, t: Translator, lead: str) -> str:
    """Return an answer in words: labels instead of keys."""
    if given == REFUSAL:
        return rather_not(t)
    if asked.kind is FieldKind.DATE:
        return stored_day(t, str(given))
    labels = {
        option.key: t.show(option.label, lead) if option.label else house_option(option.key, t)
        for option in asked.options or (Option("yes"), Option("no"))
    }
    if isinstance(given, list):
        return ", ".join(labels.get(str(key), str(key)) for key in given) or "-"
    if asked.kind is FieldKind.WALL_TIME:
        return typed_time(t, datetime.fromisoformat(str(given)))
    is_chosen = asked.kind in {FieldKind.SINGLE, FieldKind.YES_NO}
    return labels.get(str(given), str(given)) if is_chosen else str(given)


def _text(asked: Field, t: Translator, lead: str) -> str:
    if asked.text:
        return "<b>" + t.show(asked.text, lead) + "</b>"
    return house_question(asked, t)


def scale(asked: Field, t: Translator, lead: str) -> str:
    """Say what the ends of a rating mean."""
    low, high = t.show(asked.low, lead), t.show(asked.high, lead)
    if not (low and high):
        return t.gettext("1 is lowest, 5 is highest.")
    return t.gettext("1 = {low}, 5 = {high}", low=low, high=high)


def option_label(option: Option, t: Translator, lead: str) -> str:
    """Return what an option is called."""
    return t.plain.show(option.label, lead) if option.label else house_option(option.key, t)


def _option(asking: Asking, option: Option, t: Translator) -> str:
    label = option_label(option, t, asking.form.lead)
    if option.key not in asking.chosen:
        return label
    if asking.field.kind is FieldKind.RANKING:
        rank = asking.chosen.index(option.key) + 1
        # Translators: an option of a list that is put into an order, with its place in it.
        return t.plain.gettext("{rank}. {label}", rank=rank, label=label)
    # Translators: marks an option of a list that is chosen; {label} is the option.
    return t.plain.gettext("{label} (chosen)", label=label)


def house_option(key: str, t: Translator) -> str:
    """Return the house's own word for an option."""
    words = {
        "yes": t.plain.gettext("Yes"),
        "no": t.plain.gettext("No"),
        "sme": t.plain.gettext("Small or medium-sized firm, freelancer"),
        "large": t.plain.gettext("Large firm"),
        "bso": t.plain.gettext("Chamber of commerce, cluster, business support"),
        "hei": t.plain.gettext("University, research"),
        "edu": t.plain.gettext("School, training centre"),
        "lpa": t.plain.gettext("Local authority"),
        "rpa": t.plain.gettext("Regional authority"),
        "npa": t.plain.gettext("National authority"),
        "sec": t.plain.gettext("Sectoral agency"),
        "ngo": t.plain.gettext("Interest group, association"),
        "pub": t.plain.gettext("Private person"),
        "oth": t.plain.gettext("Something else"),
        "creative": t.plain.gettext("Creative sector"),
        "industry": t.plain.gettext("Industry, technology"),
        "public": t.plain.gettext("Public sector"),
        "research": t.plain.gettext("Research"),
        "support": t.plain.gettext("Business support"),
        "civil": t.plain.gettext("Civil society"),
        "faq_event": t.plain.gettext("For this event"),
        "faq_region": t.plain.gettext("For all events of the region"),
    }
    return str(words.get(key, key))


def _audience(asking: Asking, t: Translator) -> str:
    match asking.form.audience:
        case Audience.ORGANISER if asking.form.organiser:
            return t.gettext("Seen by the organiser: {organiser}.", organiser=asking.form.organiser)
        case Audience.ORGANISER:
            return t.gettext("Seen by the organisers of your events.")
        case Audience.SEALED:
            return t.gettext(
                "Sealed now. Shown to the organiser and the pilot lead together with the answers "
                "of at least four others, and without your name."
            )
        case Audience.CODED:
            return t.gettext(
                "Shown to the organiser and the pilot lead under a code instead of your name, "
                "together with the answers of at least four others."
            )
        case Audience.ONLY_YOU:
            return t.gettext("Seen by you alone.")
        case Audience.RECIPIENT:
            return t.gettext("Seen by the person you write to, and by your region's organisers.")
        case Audience.EVERYONE:
            return t.gettext("Seen by everybody who can see the event.")
        case Audience.CONFIRMED:
            return t.gettext("Goes to everybody with a confirmed place.")

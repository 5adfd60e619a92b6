"""How a form asks: progress, the question, who will see the answer, and what was wrong."""

from datetime import date, datetime

from xinno_core.services.form_standing import Asking
from xinno_core.services.questions import (
    MOST_NUMBER,
    REFUSAL,
    Audience,
    Field,
    FieldKind,
    Option,
    Problem,
)
from xinno_core.texts.actions import (
    FormBack,
    FormCancel,
    FormClear,
    FormDone,
    FormOption,
    FormRefuse,
    FormSkip,
)
from xinno_core.texts.dates import date_and_time, plain_day
from xinno_core.texts.message import Button, Message
from xinno_core.texts.translator import Translator

OPTIONS_IN_A_ROW = 5
CHOICE_PROBLEMS = {
    Problem.CHOOSE_ONE_AT_LEAST,
    Problem.TOO_FEW_CHOSEN,
    Problem.TOO_MANY_CHOSEN,
    Problem.TOO_FEW_RANKED,
    Problem.TOO_MANY_RANKED,
    Problem.RANKED_TWICE,
    Problem.NOT_AN_OPTION,
}


def question(asking: Asking, t: Translator) -> Message:
    """Ask one question."""
    form, asked = asking.form, asking.field
    parts = []
    if asking.problem is not None:
        parts.append(_problem(asking, t))
    if asking.total > 1:
        parts.append(
            "<i>"
            + t.gettext("Question {at} of {total}", at=asking.number, total=asking.total)
            + "</i>"
        )
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
        case FieldKind.NUMBER if asked.least and asked.greatest < MOST_NUMBER:
            return t.gettext(
                "A whole number from {least} to {greatest}.",
                least=asked.least,
                greatest=asked.greatest,
            )
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
            earliest=_day(asked.earliest, t),
            latest=_day(asked.latest, t),
        )
        return said + " " + bounds
    return said


def _day(stored: str, t: Translator) -> str:
    return plain_day(t, date.fromisoformat(stored))


def answer(asked: Field, given: object, t: Translator, lead: str) -> str:
    """Return an answer in words: labels instead of keys."""
    if given == REFUSAL:
        return rather_not(t)
    if asked.kind is FieldKind.DATE:
        return _day(str(given), t)
    labels = {
        option.key: t.show(option.label, lead) if option.label else house_option(option.key, t)
        for option in asked.options or (Option("yes"), Option("no"))
    }
    if isinstance(given, list):
        return ", ".join(labels.get(str(key), str(key)) for key in given) or "-"
    if asked.kind is FieldKind.WALL_TIME:
        return str(given).replace("T", " ")  # as it is typed
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


def house_question(asked: Field, t: Translator) -> str:
    """Return the house's own question for a field."""
    match asked.key:
        case "profile_name":
            return t.gettext(
                "<b>What is your name?</b>\nAs it should stand on the list of participants."
            )
        case "profile_organisation":
            return t.gettext(
                "<b>Which organisation do you come from?</b>\n"
                "If you come for yourself, write your own trade or “private”."
            )
        case "profile_type":
            return t.gettext("<b>What kind of organisation is it?</b>")
        case "profile_sector":
            return t.gettext("<b>In which field does your organisation mainly work?</b>")
        case "reflection":
            return t.gettext(
                "<b>{question}</b>\nWrite a few words for yourself.", question=asked.hint
            )
        case "quiet_hours":
            return t.gettext(
                "<b>From when to when should it be quiet?</b>\n"
                "Two times of day with a dash between them, for example 21:00-07:30."
            )
        case "ask_text":
            return t.gettext(
                "<b>What would you like to ask?</b>\n"
                "Please write it in one message. You see it once more before it is sent."
            )
        case "reply_text":
            return t.gettext(
                "<b>What would you like to answer?</b>\nThe person reads it as you write it. "
                "The question was:\n{question}",
                question=asked.source,
            )
        case "faq_scope":
            return t.gettext("<b>For which events does this hold?</b>")
        case "limit_seats":
            return t.gettext(
                "<b>How many seats are there?</b>\n"
                "A whole number, for “{limit}”. Now there are: {kept}",
                limit=asked.hint,
                kept=asked.kept,
            )
        case "channel_name":
            return t.gettext(
                "<b>Where will this link stand?</b>\nA short name for you, such as “Radio”."
            )
        case "group_question":
            return t.gettext("<b>What do you want to ask the group?</b>\nOne question.")
        case "group_answers":
            return t.gettext(
                "<b>Which answers can be chosen?</b>\nWrite each on a line of its own, in one "
                "message: 2 to 10 of them."
            )
        case "survey_action":
            return _action_question(asked, t)
        case "word_yes":
            return t.gettext(
                "<b>What would you like to say with your yes?</b>\nThe person reads it as you "
                "write it."
            )
        case "word_no":
            return t.gettext(
                "<b>What would you like to say with your no?</b>\nThe person reads it as you "
                "write it."
            )
    if asked.key.startswith("faq_"):
        return _faq_question(asked, t)
    if asked.key.startswith(("gallery_", "article_")):
        return _gallery_question(asked, t)
    if asked.key.startswith("wording_"):
        return _wording_question(asked, t)
    return _organisers_question(asked, t)


def _faq_question(asked: Field, t: Translator) -> str:
    language = language_name(asked.hint, t)
    if asked.key.startswith("faq_answer_"):
        return t.gettext("<b>And the answer, in this language: {language}?</b>", language=language)
    said = t.gettext(
        "<b>How should the frequent question read, in this language: {language}?</b>\n"
        "Everybody can read it. Please write no name and nothing that shows who asked.",
        language=language,
    )
    if not asked.source:
        return said
    return said + "\n" + t.gettext("So far it reads:\n{text}", text=asked.source)


def _action_question(asked: Field, t: Translator) -> str:
    parts = [
        t.gettext(
            "<b>What follows from the answers?</b>\nOne thing that you have changed or will "
            "do, in this language: {language}. Everybody who was asked reads it.",
            language=language_name(asked.hint, t),
        )
    ]
    if asked.source:
        parts.append(t.gettext("In the event's first language:\n{text}", text=asked.source))
    if asked.kept:
        parts.append(t.gettext("Skip keeps: {kept}", kept=asked.kept))
    return "\n".join(parts)


def _wording_question(asked: Field, t: Translator) -> str:
    match asked.key:
        case "wording_title":
            what = t.gettext("<b>Title</b>")
        case "wording_summary":
            what = t.gettext("<b>Summary</b>")
        case "wording_programme":
            what = t.gettext("<b>Programme</b>")
        case _:
            what = t.gettext("<b>Directions</b>")
    parts = [
        what,
        t.gettext(
            "Please write the text in this language: {language}.",
            language=language_name(asked.hint, t),
        ),
    ]
    if asked.source:
        parts.append(t.gettext("In the event's first language:\n{text}", text=asked.source))
    if asked.kept:
        parts.append(t.gettext("Skip keeps: {kept}", kept=asked.kept))
    return "\n".join(parts)


def _gallery_question(asked: Field, t: Translator) -> str:
    match asked.key.partition(".")[0]:
        case "gallery_caption":
            return t.gettext(
                "<b>What shall stand under the pictures, in this language: {language}?</b>\n"
                "Who reads a language without a caption gets that of the event's first language.",
                language=language_name(asked.hint, t),
            )
        case "article_url":
            return t.gettext(
                "<b>Where is the article?</b>\nAn address that begins with https://, for example "
                "of a report or an album on the web."
            )
        case _:
            return t.gettext(
                "<b>What is the article called in this language: {language}?</b>",
                language=language_name(asked.hint, t),
            )


def _organisers_question(asked: Field, t: Translator) -> str:
    match asked.key.partition(".")[0]:
        case "new_starts" if asked.kept:
            return t.gettext(
                "<b>When does the event start?</b>\n"
                "Date and time at the event's place, for example 2027-03-18 18:00. "
                "Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "new_starts":
            return t.gettext(
                "<b>When does the event start?</b>\n"
                "Date and time at the event's place, for example 2027-03-18 18:00."
            )
        case "new_title":
            return t.gettext(
                "<b>What is the event called in this language: {language}?</b>\nSkip keeps: {kept}",
                language=language_name(asked.hint, t),
                kept=asked.kept,
            )
        case "new_place":
            return t.gettext(
                "<b>Where does it take place?</b>\nName of the place. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "new_address":
            return t.gettext(
                "<b>What is the address?</b>\nStreet, number, town. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "slot_starts":
            return t.gettext(
                "<b>When does this session start: {session}?</b>\n"
                "Date and time at the event's place, for example 2027-03-18 18:00. "
                "Skip keeps: {kept}",
                session=asked.hint,
                kept=asked.kept,
            )
        case "new_room" if asked.kept:
            return t.gettext(
                "<b>In which room?</b>\nSkip keeps: {kept}. A single - takes it out.",
                kept=asked.kept,
            )
        case "new_room":
            return t.gettext("<b>In which room?</b>\nSkip if none needs to be named.")
        case "new_link":
            return t.gettext(
                "<b>What is the link?</b>\n"
                "The address at which people join, beginning with https://. Skip keeps: {kept}",
                kept=asked.kept,
            )
        case "new_seats":
            # Translators: {limit} is what is limited, such as "Seats in the room".
            return t.gettext(
                "<b>How many seats are there?</b>\n"
                "A whole number, for “{limit}”. Skip keeps: {kept}",
                limit=asked.hint,
                kept=asked.kept,
            )
    msg = f"no question for the field {asked.key}"
    raise LookupError(msg)


def language_name(code: str, t: Translator) -> str:
    """Return the name of a language in the reader's own."""
    return str(t.locale.languages.get(code, code))


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


def before_first_day(t: Translator, starts_at: datetime, zone: str) -> str:
    """Say that a session can't lie before the day on which its event begins."""
    return t.gettext(
        "<b>Not changed.</b> The session would lie before the first day of the event, "
        "which begins: {when}. To begin earlier, change the whole event.",
        when=date_and_time(t, starts_at, zone),
    )


def _problem(asking: Asking, t: Translator) -> str:
    asked = asking.field
    if asking.problem is Problem.BEFORE_FIRST_DAY and asked.not_before is not None:
        return before_first_day(t, asked.not_before, asked.zone)
    return "<b>" + wrong(asked, asking.problem, t, length=asking.length) + "</b>"


def wrong(asked: Field, problem: Problem | None, t: Translator, *, length: int = 0) -> str:
    """Say what is wrong with an answer, and what to do."""
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
        case Problem.NOT_A_NUMBER:
            return t.gettext("Please write a whole number, for example 25.")
        case Problem.NOT_A_TIME:
            return t.gettext("Please write date and time like this: 2027-03-18 18:00.")
        case Problem.NOT_IN_FUTURE:
            return t.gettext("This time is past. Please write a time to come.")
        case Problem.NOT_HOURS:
            return t.gettext(
                "Please write two different times of day with a dash between them, "
                "for example 21:00-07:30."
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
                earliest=_day(asked.earliest, t),
            )
        case Problem.TOO_LATE:
            return t.gettext(
                "This day is too late. Please write one up to {latest}.",
                latest=_day(asked.latest, t),
            )
        case Problem.UNANSWERED:
            return t.gettext("This question needs an answer. Please give one.")
        case _:
            return ""


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

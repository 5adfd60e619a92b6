"""One question as a page shows it: plain strings, which the page escapes by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xinno_core.services.questions import REFUSAL, Field, FieldKind, Option, Problem
from xinno_core.services.typed_answers import REFUSED
from xinno_core.services.web_forms import PREFIX, REFUSAL_PREFIX, Questions
from xinno_core.texts.dates import plain_day
from xinno_core.texts.form_problems import not_in_range, number_range, whole_number
from xinno_core.texts.forms import option_label, rather_not
from xinno_core.texts.translator import Translator


@dataclass(frozen=True)
class Choice:
    """Something to choose, or a button."""

    id: str
    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Asked:
    """A question: what is read, and what its fields hold."""

    id: str
    shape: str  # text, number, date, scale, radios, checks or ranks
    words: str
    language: str  # of the words, which may not be there in the reader's
    optional: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""
    choices: tuple[Choice, ...] = ()
    besides: tuple[Choice, ...] = ()  # other than the question's own options
    ranks: tuple[str, ...] = ()
    value: str = ""
    least: str = ""
    greatest: str = ""
    refusal: Choice | None = None

    @property
    def target(self) -> str:
        """Where the summary of problems leads."""
        return self.choices[0].id if self.choices else self.id


def asked(page: Questions, one: Field, t: Translator) -> Asked:
    """Return one question of a page, filled with what was sent, or with what is known."""
    t, lead = t.plain, page.form.lead
    words = t.content(one.text, lead)
    known = page.answers.get(one.key)
    chosen = _chosen(page, one, known)
    shape = _shape(one)
    problem = page.problems.get(one.key)
    name = PREFIX + one.key
    refuses = _refuses(page, one, known)
    return Asked(
        id=name,
        shape=shape,
        words=words.text,
        language=words.language,
        optional="" if one.required else t.gettext("(may be left out)"),
        notes=_notes(page, one, t),
        problem=problem_words(one, problem, t, length=_length(page, one)) if problem else "",
        choices=tuple(
            Choice(f"{name}.{option.key}", value, label, is_chosen)
            for option, value, label, is_chosen in _choices(page, one, chosen, t)
        ),
        besides=_besides(page, one, name, t, refuses=refuses, is_open=not chosen and not refuses),
        ranks=tuple(str(rank) for rank in range(1, one.most_chosen + 1)),
        value=_value(page, one, known),
        least=one.earliest,
        greatest=one.latest,
        refusal=_refusal(one, shape, t, refuses=refuses),
    )


def _shape(one: Field) -> str:
    match one.kind:
        case FieldKind.RATING:
            return "scale"
        case FieldKind.SINGLE | FieldKind.YES_NO:
            return "radios"
        case FieldKind.MULTIPLE:
            return "checks"
        case FieldKind.RANKING:
            return "ranks"
        case FieldKind.NUMBER:
            return "number"
        case FieldKind.DATE:
            return "date"
        case _:
            return "text"


def _sent(page: Questions, name: str) -> Sequence[str] | None:
    """Return what was sent with the page that is shown again; None on one that is shown anew."""
    return page.sent.get(name, ()) if page.sent else None


def _chosen(page: Questions, one: Field, known: object) -> list[str]:
    """Return the keys of options that are chosen; of a ranking in their order."""
    sent = _sent(page, PREFIX + one.key)
    if sent is not None:
        return list(sent)
    if isinstance(known, list):
        return [str(key) for key in known]
    return [] if known is None or isinstance(known, dict) else [str(known)]


def _choices(
    page: Questions, one: Field, chosen: list[str], t: Translator
) -> list[tuple[Option, str, str, bool]]:
    found = []
    for option in one.choices:
        label = option_label(option, t, page.form.lead)
        value = option.key
        if one.kind is FieldKind.RANKING:
            sent = _sent(page, f"{PREFIX}{one.key}.{option.key}")
            rank = str(chosen.index(option.key) + 1) if option.key in chosen else ""
            value = rank if sent is None else "".join(sent[:1])
        found.append((option, value, label, option.key in chosen))
    return found


def _besides(
    page: Questions, one: Field, name: str, t: Translator, *, refuses: bool, is_open: bool
) -> tuple[Choice, ...]:
    """Return what can be chosen besides the options: radios have no way back to nothing."""
    if _shape(one) not in {"scale", "radios"}:
        return ()
    found = []
    if one.may_refuse:
        found.append(Choice(f"{name}~refused", REFUSED, rather_not(t), refuses))
    if not one.required:
        is_left = is_open and (bool(page.sent) or one.key in page.answers)
        found.append(Choice(f"{name}~none", "", t.gettext("No answer"), is_left))
    return tuple(found)


def _refusal(one: Field, shape: str, t: Translator, *, refuses: bool) -> Choice | None:
    if not one.may_refuse or shape in {"scale", "radios"}:
        return None
    return Choice(REFUSAL_PREFIX + one.key, "yes", rather_not(t), refuses)


def _refuses(page: Questions, one: Field, known: object) -> bool:
    sent = _sent(page, PREFIX + one.key)
    if sent is None:
        return known == REFUSAL
    return REFUSED in sent or bool(_sent(page, REFUSAL_PREFIX + one.key))


def _value(page: Questions, one: Field, known: object) -> str:
    sent = _sent(page, PREFIX + one.key)
    if sent is not None:
        return "".join(sent[:1])
    return "" if known is None or isinstance(known, (dict, list)) else str(known)


def _length(page: Questions, one: Field) -> int:
    return len(_value(page, one, None).replace("\r\n", "\n").strip())


def _notes(page: Questions, one: Field, t: Translator) -> tuple[str, ...]:
    """Return what is said below a question."""
    match one.kind:
        case FieldKind.RATING:
            return (_scale(page, one, t),)
        case FieldKind.MULTIPLE:
            return (_how_many(one, t),)
        case FieldKind.RANKING if one.fewest_chosen >= len(one.choices):
            return (t.gettext("Give each a number: 1 for what comes first. No number twice."),)
        case FieldKind.RANKING:
            return (
                t.gettext("Give numbers: 1 for what comes first. No number twice."),
                _how_many(one, t),
            )
        case FieldKind.NUMBER if one.has_range:
            return (number_range(one, t),)
        case FieldKind.NUMBER:
            return (t.gettext("A whole number."),)
        case FieldKind.DATE:
            return _days(one, t)
        case FieldKind.TEXT:
            return (
                t.ngettext("At most {number} character.", "At most {number} characters.", one.most),
            )
    return ()


def _scale(page: Questions, one: Field, t: Translator) -> str:
    low, high = t.show(one.low, page.form.lead), t.show(one.high, page.form.lead)
    if not (low and high):
        return t.gettext("1 is lowest, 5 is highest.")
    return t.gettext("1 = {low}, 5 = {high}", low=low, high=high)


def _how_many(one: Field, t: Translator) -> str:
    fewest, most = one.fewest_chosen, one.most_chosen
    if fewest == most:
        return t.ngettext("Choose {number}.", "Choose {number}.", most)
    if fewest > 1:
        return t.gettext("Choose {fewest} to {most}.", fewest=fewest, most=most)
    if most < len(one.choices):
        return t.ngettext("Choose up to {number}.", "Choose up to {number}.", most)
    return t.gettext("Choose as many as you like.")


def _days(one: Field, t: Translator) -> tuple[str, ...]:
    first, last = _day(one.earliest, t), _day(one.latest, t)
    if first and last:
        return (t.gettext("From {earliest} to {latest}.", earliest=first, latest=last),)
    if first:
        return (t.gettext("Not before {day}.", day=first),)
    return (t.gettext("Not after {day}.", day=last),) if last else ()


def _day(stored: str, t: Translator) -> str:
    return plain_day(t, date.fromisoformat(stored)) if stored else ""


def problem_words(one: Field, problem: Problem, t: Translator, *, length: int) -> str:
    """Say what is wrong with an answer, and how it will be right."""
    t = t.plain
    match problem:
        case Problem.TOO_LONG:
            # Translators: {most} is a large number of characters, such as 500.
            return t.gettext(
                "Please shorten this text: it has {length} characters, at most {most} are "
                "possible.",
                length=length,
                most=one.most,
            )
        case Problem.NOT_A_NUMBER | Problem.TOO_SMALL | Problem.TOO_GREAT if one.has_range:
            return not_in_range(one, t)
        case Problem.NOT_A_NUMBER:
            return t.gettext("Please write a whole number here, such as 25.")
        case Problem.TOO_SMALL | Problem.TOO_GREAT:
            return t.gettext(
                "Please write a number from {least} to {greatest}.",
                least=whole_number(t, one.least),
                greatest=whole_number(t, one.greatest),
            )
        case Problem.NOT_A_DATE:
            return t.gettext("Please give a date here, such as 2027-03-18.")
        case Problem.TOO_EARLY:
            return t.gettext("Please give a date not before {day}.", day=_day(one.earliest, t))
        case Problem.TOO_LATE:
            return t.gettext("Please give a date not after {day}.", day=_day(one.latest, t))
        case Problem.TOO_FEW_CHOSEN | Problem.TOO_FEW_RANKED:
            return t.ngettext(
                "Please choose at least {number}.",
                "Please choose at least {number}.",
                one.fewest_chosen,
            )
        case Problem.TOO_MANY_CHOSEN | Problem.TOO_MANY_RANKED:
            return t.ngettext(
                "Please choose {number} at most.",
                "Please choose {number} at most.",
                one.most_chosen,
            )
        case Problem.RANKED_TWICE:
            return t.gettext("Please give each number only once.")
    return t.gettext("Please answer this question.")

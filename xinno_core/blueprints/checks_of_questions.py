"""What the parts of a question have to do with each other, and one question with another."""

from collections.abc import Iterator, Sequence

from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.blueprints.files.values import Group, entries, group, is_whole, keys, words

CHOICES = ("single", "multiple")
WITH_OPTIONS = (*CHOICES, "ranking")
CHOOSABLE = ("single", "multiple", "yes_no")
"""Kinds of question at registration on whose answers another question may depend."""

RATINGS = ["1", "2", "3", "4", "5"]
FEWEST_OPTIONS = 2


def faults(data: Group, *, choosable: Sequence[str] = CHOOSABLE) -> Iterator[Fault]:
    """Find what does not fit in a list of questions, those of registration or of one survey."""
    asked = list(entries(data, "questions"))
    for path, question in asked:
        yield from _question(path, question)
        if "only_if" in question:
            earlier = [one for where, one in asked if where < path]
            yield from _only_if(path, question, earlier, choosable)


def _question(path: Path, question: Group) -> Iterator[Fault]:
    kind, options = question.get("kind"), question.get("options")
    how_many = len(options) if isinstance(options, list) else 0
    if kind in WITH_OPTIONS and how_many < FEWEST_OPTIONS:
        yield Fault(
            (*path, "options"),
            f"has {how_many or 'no'} answer{'s' if how_many != 1 else ''} to choose from.",
            "Write at least two options, each with `key` and `label`.",
        )
    if isinstance(kind, str) and kind not in WITH_OPTIONS and how_many:
        yield Fault(
            (*path, "options"),
            f"is given, but a question of the kind {kind} has no options.",
            "Remove the options, or make the kind single or multiple.",
        )
    for end in ("low", "high"):
        if end in question and kind != "rating":
            yield Fault(
                (*path, end),
                f"is given, but only a rating has a {end} end.",
                "Remove it, or make the kind rating.",
            )
    yield from same_labels((*path, "options"), options)


def same_labels(path: Path, options: object) -> Iterator[Fault]:
    """Find answers to choose that look the same to people."""
    shown: set[tuple[str, str]] = set()
    for place, option in enumerate(options if isinstance(options, list) else []):
        for language, label in group(option if isinstance(option, dict) else {}, "label").items():
            if isinstance(label, str) and (language, label.casefold()) in shown:
                yield Fault(
                    (*path, place, "label", language),
                    "is the same as another option of the question.",
                    "Give each option words of its own; people see only the words.",
                )
            shown.add((language, str(label).casefold()))


def _only_if(
    path: Path, question: Group, earlier: list[Group], choosable: Sequence[str]
) -> Iterator[Fault]:
    """A condition names an answer that everyone who comes here was asked for before."""
    condition, path = group(question, "only_if"), (*path, "only_if")
    named = condition.get("question")
    before = next((one for one in earlier if one.get("key") == named), None)
    if not isinstance(named, str):
        return
    if before is None:
        known = [str(one.get("key")) for one in earlier if _answers_of(one, choosable)]
        yield Fault(
            (*path, "question"),
            f"{named} is not an earlier question.",
            f"{nearest(named, known)}Earlier ones with answers to choose: "
            f"{', '.join(known) or 'none'}.",
        )
        return
    answers = _answers_of(before, choosable)
    if not answers:
        yield Fault(
            (*path, "question"),
            f"{named} has no answers to choose from.",
            f"Name a question of the kind {', '.join(choosable[:-1])} or {choosable[-1]}.",
        )
        return
    said = condition.get("is")
    for place, given in enumerate(said if isinstance(said, list) else []):
        answer = str(given)  # an answer to a rating is written as a number
        if (isinstance(given, str) or is_whole(given)) and answer not in answers:
            yield Fault(
                (*path, "is", place),
                f"{answer} is not an answer to {named}.",
                f"{nearest(answer, answers)}Its answers are: {', '.join(answers)}.",
            )
    asked, asked_before = words(question, "roles"), words(before, "roles")
    if asked_before and not (asked and set(asked) <= set(asked_before)):
        yield Fault(
            (*path, "question"),
            f"{named} is asked of {', '.join(asked_before)} only.",
            "Ask this question of the same roles, or of fewer: write them into its `roles`.",
        )


def _answers_of(question: Group, choosable: Sequence[str]) -> list[str]:
    match question.get("kind"):
        case kind if kind not in choosable:
            return []
        case "yes_no":
            return ["yes", "no"]
        case "rating":
            return RATINGS
    return keys(question, "options")

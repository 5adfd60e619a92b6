"""What has to fit in a survey: its questions, their limits, and the names that answers get."""

from collections.abc import Iterator, Mapping

from xinno_core.blueprints import checks_of_questions
from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.blueprints.files.values import Group, entries, is_whole, keys, words
from xinno_core.blueprints.instrument import Instrument

OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "least": ("number",),
    "greatest": ("number",),
    "most": ("text",),
    "least_choices": ("multiple", "ranking"),
    "most_choices": ("multiple", "ranking"),
    "earliest": ("date",),
    "latest": ("date",),
}
"""Which kinds of question a limit is for."""

PAIRS = (("least", "greatest"), ("least_choices", "most_choices"), ("earliest", "latest"))
RESERVED = frozenset(
    ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
)
"""Words that statistics programs do not take as the name of a variable."""

CHOOSABLE = ("single", "multiple", "rating")
"""Kinds of question on whose answers another question may depend."""

LONGEST_NAME = 40
MOST_CALLS = 3


def faults(data: Group, *, instruments: Mapping[str, Instrument]) -> Iterator[Fault]:
    """Find what does not fit in the surveys of a blueprint."""
    for path, survey in entries(data, "surveys"):
        if survey.get("use") is not None:
            yield from _used(path, survey, instruments)
            continue
        for part in ("title", "questions"):
            if part not in survey or survey[part] == []:
                yield Fault(
                    (*path, part),
                    "is empty." if part in survey else "is missing.",
                    "Write it, or `use` ready-made questions: " + ", ".join(instruments) + ".",
                )
        if "topics" in survey:
            yield Fault(
                (*path, "topics"),
                "is given, but only ready-made questions take topics.",
                f"Write them as the options of a question, or `use: {_voting(instruments)}`.",
            )
        yield from questions_of(path, survey)
    yield from _calls(data)


def questions_of(path: Path, survey: Group) -> Iterator[Fault]:
    """Find what does not fit in the questions of one survey."""
    for fault in checks_of_questions.faults(survey, choosable=CHOOSABLE):
        yield Fault((*path, *fault.path), fault.wrong, fault.cure, at_name=fault.at_name)
    for place, question in entries(survey, "questions"):
        yield from _limits((*path, *place), question)
    yield from _names(path, survey)


def _used(path: Path, survey: Group, instruments: Mapping[str, Instrument]) -> Iterator[Fault]:
    """An event brings to ready-made questions only what they leave open."""
    named = survey["use"]
    found = instruments.get(named) if isinstance(named, str) else None
    if found is None:
        yield Fault(
            (*path, "use"),
            f"{named} is none of the ready-made questions.",
            f"{nearest(named, list(instruments))}There are: {', '.join(instruments)}.",
        )
        return
    for part in ("title", "questions"):
        if part in survey:
            yield Fault(
                (*path, part),
                f"is given, but {named} brings its own.",
                "Remove it, or remove `use` and write title and questions yourself.",
                at_name=True,
            )
    if found.mode_fixed and survey.get("mode") not in {None, found.mode}:
        yield Fault(
            (*path, "mode"),
            f"is {survey['mode']}, but {named} is always {found.mode}.",
            "Remove it.",
        )
    if "topics" not in survey:
        return
    if not found.fewest_topics:
        yield Fault(
            (*path, "topics"),
            f"is given, but {named} has no question about topics.",
            "Remove it.",
            at_name=True,
        )
        return
    topics = survey["topics"]
    if isinstance(topics, list) and len(topics) < found.fewest_topics:
        yield Fault(
            (*path, "topics"),
            f"has {len(topics)} entries, too few to choose among.",
            f"Write at least {found.fewest_topics}, each with `key` and `label`.",
        )
    yield from checks_of_questions.same_labels((*path, "topics"), topics)


def _voting(instruments: Mapping[str, Instrument]) -> str:
    return next((key for key, one in instruments.items() if one.fewest_topics), "")


def _limits(path: Path, question: Group) -> Iterator[Fault]:
    kind, how_many = question.get("kind"), len(keys(question, "options"))
    for limit, kinds in OF_KINDS.items():
        if limit in question and isinstance(kind, str) and kind not in kinds:
            yield Fault(
                (*path, limit),
                f"is given, but a question of the kind {kind} has no such limit.",
                f"Remove it; it is for the kind {' or '.join(kinds)}.",
            )
            return
    for low, high in PAIRS:
        least, most = question.get(low), question.get(high)
        if _exceeds(least, most):
            yield Fault(
                (*path, low),
                f"is {least}, which is more than `{high}` ({most}).",
                f"Write {most} or less, or another `{high}`.",
            )
            return
    for limit in ("least_choices", "most_choices"):
        given = question.get(limit)
        if is_whole(given) and how_many and given > how_many:
            yield Fault(
                (*path, limit),
                f"is {given}, but there are only {how_many} answers to choose from.",
                f"Write {how_many} or less.",
            )


def _exceeds(low: object, high: object) -> bool:
    if is_whole(low) and is_whole(high):
        return low > high
    return isinstance(low, str) and isinstance(high, str) and low > high  # days sort as text


def _names(path: Path, survey: Group) -> Iterator[Fault]:
    """Answers become columns of a table: their names have to be names everywhere."""
    taken: dict[str, str] = {}
    for place, question in entries(survey, "questions"):
        key = question.get("key")
        if not isinstance(key, str):
            continue
        if not key[:1].isalpha() or key in RESERVED:
            yield Fault(
                (*path, *place, "key"),
                f"is {key}, which can't be the name of a column of results.",
                "Begin with a letter, and use none of: " + ", ".join(sorted(RESERVED)) + ".",
            )
        for name in _columns(question, key):
            folded = name.casefold().replace("-", "_")
            if len(folded) > LONGEST_NAME:
                yield Fault(
                    (*path, *place, "key"),
                    f"gives a column a name of {len(folded)} characters ({name}).",
                    f"Shorten the key or those of its options: {LONGEST_NAME} fit together.",
                )
            elif taken.setdefault(folded, key) != key:
                yield Fault(
                    (*path, *place, "key"),
                    f"gives a column the same name ({folded}) as {taken[folded]}.",
                    "Give one of the two another key.",
                )


def _columns(question: Group, key: str) -> Iterator[str]:
    yield key
    if question.get("kind") in ("multiple", "ranking"):  # a list is no kind, and has no hash
        for option in keys(question, "options"):
            yield f"{key}_{option}"


def _calls(data: Group) -> Iterator[Fault]:
    """An invitation and two reminders: who has not answered by then does not want to."""
    roles, surveys = keys(data, "roles"), keys(data, "surveys")
    asked: dict[tuple[str, str], int] = {}
    for path, rule in entries(data, "journey"):
        if rule.get("kind") != "survey":
            continue
        survey = rule.get("survey", surveys[0] if len(surveys) == 1 else None)
        audience = rule.get("audience")
        named = words(audience, "roles") if isinstance(audience, dict) else []
        counts = [asked.get((str(survey), role), 0) + 1 for role in named or roles]
        asked |= {
            (str(survey), role): count for role, count in zip(named or roles, counts, strict=True)
        }
        if max(counts, default=0) == MOST_CALLS + 1:
            yield Fault(
                path,
                f"would ask {survey} of the same people for the fourth time.",
                "Keep one rule that invites and at most two that remind.",
            )

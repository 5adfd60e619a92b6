"""What the fields of a blueprint have to do with each other.

Each rule looks at the plain values and keeps quiet about what it cannot read: that a value has
the wrong type is said by the form.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, get_args
from zoneinfo import ZoneInfo

from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.meaning import doubled_keys, missing_languages
from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.blueprints.journey import RuleKind
from xinno_core.languages import LANGUAGES

OFFSETS = ("days_before", "days_after", "hours_before", "hours_after")
KINDS = get_args(RuleKind)
CHOICES = ("single", "multiple")
FEWEST_OPTIONS = 2
Group = dict[str, Any]


def faults(data: Group, *, exercises: Collection[str]) -> Iterator[Fault]:
    """Find everything in a blueprint that does not fit together."""
    languages = event_languages(data)
    yield from missing_languages(data, languages)
    yield from doubled_keys(data)
    yield from _event(data, languages)
    yield from _roles(data)
    for path, question in (*entries(data, "questions"), *entries(data, "survey", "questions")):
        yield from _question(path, question)
    for path, rule in entries(data, "journey"):
        yield from _rule(path, rule, exercises)
    yield from _survey(data)


def event_languages(data: Group) -> list[str]:
    """Return the languages of the event, as far as the file gives them."""
    given = group(data, "event").get("languages")
    return [one for one in given if one in LANGUAGES] if isinstance(given, list) else []


def group(data: Group, *path: str) -> Group:
    """Return a group of fields, an empty one when the file has something else there."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def entries(data: Group, *path: str) -> Iterator[tuple[Path, Group]]:
    """Yield the entries of a list that are groups of fields, each with its path."""
    value = group(data, *path[:-1]).get(path[-1])
    for place, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, dict):
            yield (*path, place), entry


def _event(data: Group, languages: list[str]) -> Iterator[Fault]:
    event = group(data, "event")
    lead = event.get("lead_language")
    if languages and lead in LANGUAGES and lead not in languages:
        yield Fault(
            ("event", "lead_language"),
            f"is {lead}, which is not among the event's languages.",
            f"Add {lead} to `languages`, or write one of: {', '.join(languages)}.",
        )
    place = group(event, "place")
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if one in place and other not in place:
            yield Fault(
                ("event", "place", other),
                f"is missing, but {one} is given.",
                f"Add {other}, or remove {one}.",
            )
    quiet = group(data, "region", "quiet_hours")
    if quiet.get("from", "20:00") == quiet.get("to", "08:00"):
        yield Fault(
            ("region", "quiet_hours"),
            "begin and end at the same time.",
            'Write two times, such as {from: "20:00", to: "08:00"}.',
        )
    yield from _starts(data, event)


def _starts(data: Group, event: Group) -> Iterator[Fault]:
    starts, path = group(event, "starts"), ("event", "starts")
    if not starts:
        return
    if ("in_days" in starts) == ("on" in starts):
        both = "on" in starts
        yield Fault(
            path,
            "has both `in_days` and `on`." if both else "has neither `in_days` nor `on`.",
            "Keep `on` for a fixed date, or `in_days` for one counted from the import."
            if both
            else "Add `on: 2026-12-10` for a fixed date, or `in_days: 14`.",
        )
    try:
        zone = ZoneInfo(event.get("zone") or group(data, "region").get("zone") or "UTC")
        wall = datetime.combine(
            date.fromisoformat(starts["on"]), time.fromisoformat(starts["at"]), zone
        )
    except (KeyError, ValueError, TypeError, OSError):
        return  # one of them is missing or wrong, and said so by the form
    if wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        yield Fault(
            (*path, "at"),
            f"is {starts['at']}, which the clocks skip on {starts['on']}.",
            "Choose another time: the clocks go forward in that night.",
        )


def _roles(data: Group) -> Iterator[Fault]:
    known = [role["key"] for _, role in entries(data, "roles") if isinstance(role.get("key"), str)]
    places = [(path, one) for name in ("limits", "questions") for path, one in entries(data, name)]
    places += [
        ((*path, "audience"), group(rule, "audience")) for path, rule in entries(data, "journey")
    ]
    for path, one in places:
        named = one.get("roles")
        for place, role in enumerate(named if isinstance(named, list) else []):
            if isinstance(role, str) and role not in known:
                yield Fault(
                    (*path, "roles", place),
                    f"{role} is not a role of this event.",
                    f"{nearest(role, known)}Roles here are: {', '.join(known) or 'none'}.",
                )


def _question(path: Path, question: Group) -> Iterator[Fault]:
    kind, options = question.get("kind"), question.get("options")
    how_many = len(options) if isinstance(options, list) else 0
    if kind in CHOICES and how_many < FEWEST_OPTIONS:
        yield Fault(
            (*path, "options"),
            f"has {how_many or 'no'} answer{'s' if how_many != 1 else ''} to choose from.",
            "Write at least two options, each with `key` and `label`.",
        )
    if isinstance(kind, str) and kind not in CHOICES and how_many:
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
    shown: set[tuple[str, str]] = set()
    for place, option in enumerate(options if isinstance(options, list) else []):
        for language, label in group(option if isinstance(option, dict) else {}, "label").items():
            if isinstance(label, str) and (language, label.casefold()) in shown:
                yield Fault(
                    (*path, "options", place, "label", language),
                    "is the same as another option of the question.",
                    "Give each option words of its own; people see only the words.",
                )
            shown.add((language, str(label).casefold()))


def _rule(path: Path, rule: Group, exercises: Collection[str]) -> Iterator[Fault]:
    kind, exercise = str(rule.get("kind")), rule.get("exercise")
    for field, owner in (("exercise", "exercise"), ("text", "note")):
        if kind == owner and field not in rule:
            yield Fault(
                (*path, field), f"is missing; a rule of the kind {owner} needs it.", "Add it."
            )
        if kind in KINDS and kind != owner and field in rule:
            yield Fault(
                (*path, field),
                f"is given, but only a rule of the kind {owner} has it.",
                f"Remove it, or make the kind {owner}.",
            )
    if isinstance(exercise, str) and exercise not in exercises:
        yield Fault(
            (*path, "exercise"),
            f"{exercise} is not in the library.",
            f"{nearest(exercise, sorted(exercises))}There are: {', '.join(sorted(exercises))}.",
        )
    if rule.get("class") == "critical" and kind in KINDS and kind != "note":
        yield Fault(
            (*path, "class"),
            f"is critical, which would break quiet hours for a rule of the kind {kind}.",
            "Remove it; only a note can be critical.",
        )
    yield from _when((*path, "when"), group(rule, "when"), kind)


def _when(path: Path, when: Group, kind: str) -> Iterator[Fault]:
    given = [name for name in OFFSETS if name in when]
    if len(given) > 1:
        yield Fault(path, f"has several offsets: {', '.join(given)}.", "Keep the one you mean.")
        return
    if not given:
        if when:
            yield Fault(
                path,
                "has no offset.",
                'Write {days_before: 7, at: "10:00"}, {hours_before: 2}, or the same with _after.',
            )
        return
    offset = given[0]
    if offset.startswith("days") and "at" not in when:
        yield Fault(
            (*path, "at"),
            "is missing; days need a time of the day.",
            'Add the local time, such as at: "10:00".',
        )
    if offset.startswith("hours") and "at" in when:
        yield Fault(
            (*path, "at"),
            "is given, but hours are counted from the event's own time.",
            "Remove it, or count in days.",
        )
    is_before = offset.endswith("before")
    anchor = when.get("anchor") or ("start" if is_before else "end")
    if kind == "reminder" and not (is_before and anchor == "start"):
        yield Fault(
            (*path, offset),
            "would remind people of an event that has begun.",
            "Count before the start: days_before or hours_before.",
        )
    if kind in {"thanks", "survey"} and not (not is_before and anchor == "end"):
        yield Fault(
            (*path, offset),
            f"would send the {kind} before the event is over.",
            "Count after the end: days_after or hours_after.",
        )


def _survey(data: Group) -> Iterator[Fault]:
    asking = [
        (path, rule) for path, rule in entries(data, "journey") if rule.get("kind") == "survey"
    ]
    if "survey" in data and not asking:
        yield Fault(
            ("survey",),
            "is never sent: no rule of the journey is of the kind survey.",
            "Add one, such as {key: survey, kind: survey, when: {hours_after: 1}}.",
        )
    if "survey" not in data:
        for path, _ in asking:
            yield Fault(
                (*path, "kind"),
                "is survey, but the file has no survey.",
                "Add the group `survey`, or remove the rule.",
            )
    closes = group(data, "survey", "closes").get("days_after")
    for path, rule in asking:
        days = group(rule, "when").get("days_after")
        if type(closes) is int and type(days) is int and days >= closes:
            yield Fault(
                (*path, "when", "days_after"),
                f"is {days}, but the survey closes {closes} days after the event.",
                "Send it earlier, or close the survey later.",
            )

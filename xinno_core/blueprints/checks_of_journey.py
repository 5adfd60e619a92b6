"""What the rules of a journey have to do with each other, with sessions and with surveys."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import get_args

from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.blueprints.files.values import Group, entries, group, is_whole, keys
from xinno_core.blueprints.journey import EACH, RuleKind

OFFSETS = ("days_before", "days_after", "hours_before", "hours_after")
KINDS = get_args(RuleKind)
NEEDED = {"exercise": "exercise", "text": "note"}
OWNERS = {
    "exercise": ("exercise",),
    "text": ("note", "media"),
    "survey": ("survey",),
    "links": ("media",),
}
AFTER_THE_END = ("thanks", "survey", "next", "media")


def faults(data: Group, *, exercises: Collection[str]) -> Iterator[Fault]:
    """Find what does not fit in the journey and its surveys."""
    for path, rule in entries(data, "journey"):
        yield from _fields(path, rule, exercises)
        yield from _session(path, rule, data)
        yield from _when((*path, "when"), group(rule, "when"))
        yield from _order((*path, "when"), rule, _survey_of(rule, data))
        if rule.get("kind") == "next" and "series" not in data:
            yield Fault(
                (*path, "kind"),
                "is next, but the file has no series.",
                "Add the group `series`, or remove the rule.",
            )
        if rule.get("kind") == "survey":
            yield from _which_survey(path, rule, data)
            yield from _in_time((*path, "when"), group(rule, "when"), rule, data)
    yield from _surveys(data)


def _fields(path: Path, rule: Group, exercises: Collection[str]) -> Iterator[Fault]:
    kind, exercise = str(rule.get("kind")), rule.get("exercise")
    for field, owner in NEEDED.items():
        if kind == owner and field not in rule:
            yield Fault(
                (*path, field), f"is missing; a rule of the kind {owner} needs it.", "Add it."
            )
    for field, owners in OWNERS.items():
        if kind in KINDS and kind not in owners and field in rule:
            yield Fault(
                (*path, field),
                f"is given, but only a rule of the kind {' or '.join(owners)} has it.",
                f"Remove it, or make the kind {' or '.join(owners)}.",
            )
    yield from _states(path, rule)
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


def _states(path: Path, rule: Group) -> Iterator[Fault]:
    """What is said to those without a place is a note: all else speaks of the place."""
    states, kind = group(rule, "audience").get("states"), rule.get("kind")
    others = [one for one in states if one != "confirmed"] if isinstance(states, list) else []
    if not others or kind not in KINDS:
        return
    where = (*path, "audience", "states")
    if kind != "note":
        yield Fault(
            where,
            f"names {others[0]}, but a rule of the kind {kind} speaks to those who have a place.",
            "Remove it, or make the kind note.",
        )
    elif "session" in group(rule, "when"):
        yield Fault(
            where,
            f"names {others[0]}, but the sessions are for those who have a place.",
            "Remove it, or count from the event.",
        )


def _session(path: Path, rule: Group, data: Group) -> Iterator[Fault]:
    named, kind = group(rule, "when").get("session"), rule.get("kind")
    if not isinstance(named, str):
        return
    path = (*path, "when", "session")
    known = keys(data, "sessions")
    for_all = [one for _, one in entries(data, "sessions") if one.get("choice", "all") == "all"]
    if named == EACH and not for_all:
        yield Fault(
            path,
            "is each, but there is no session in which all take part.",
            "Name one session, or remove `session`.",
        )
    elif named != EACH and named not in known:
        yield Fault(
            path,
            f"{named} is not a session of this event.",
            f"{nearest(named, known)}Write each, or one of: {', '.join(known) or 'none'}.",
        )
    elif kind == "next":
        yield Fault(
            path,
            "is given, but the next event is proposed once, after the whole event.",
            "Remove it.",
        )
    elif kind == "survey" and named == EACH:
        yield Fault(
            path,
            "is each, which would ask the same survey again and again.",
            "Write a rule for each session, with a survey of its own.",
        )


def _when(path: Path, when: Group) -> Iterator[Fault]:
    given = [name for name in OFFSETS if name in when]
    if len(given) > 1:
        yield Fault(path, f"has several offsets: {', '.join(given)}.", "Keep the one you mean.")
    elif not given and when:
        yield Fault(
            path,
            "has no offset.",
            'Write {days_before: 7, at: "10:00"}, {hours_before: 2}, or the same with _after.',
        )
    elif given and given[0].startswith("days") and "at" not in when:
        yield Fault(
            (*path, "at"),
            "is missing; days need a time of the day.",
            'Add the local time, such as at: "10:00".',
        )
    elif given and given[0].startswith("hours") and "at" in when:
        yield Fault(
            (*path, "at"),
            "is given, but hours are counted from the event's own time.",
            "Remove it, or count in days.",
        )
    if when.get("clock") == "person" and given and given[0].startswith("hours"):
        yield Fault(
            (*path, "clock"),
            "is person, but hours pass alike everywhere.",
            "Remove it, or count in days with `at`.",
        )


def _order(path: Path, rule: Group, survey: Group | None) -> Iterator[Fault]:
    """Reminders come before the start, thanks after the end, a survey on its own side of it."""
    kind, when = rule.get("kind"), group(rule, "when")
    given = [name for name in OFFSETS if name in when]
    if len(given) != 1:
        return
    offset = given[0]
    is_before = offset.endswith("before")
    anchor = when.get("anchor") or ("start" if is_before else "end")
    if anchor in MOMENTS:
        yield from _moment(path, rule, offset, survey)
        return
    before_the_start, after_the_end = (
        is_before and anchor == "start",
        not is_before and anchor == "end",
    )
    if kind == "reminder" and not before_the_start:
        yield Fault(
            (*path, offset),
            "would remind people of an event that has begun.",
            "Count before the start: days_before or hours_before.",
        )
    if kind == "survey" and _is_ahead(survey):
        if not before_the_start or "session" in when:
            yield Fault(
                (*path, offset),
                "would send the survey when it is closed: it is asked before the event.",
                "Count before the event's start, or let the survey close days_after.",
            )
    elif kind in AFTER_THE_END and not after_the_end:
        what = "the next event" if kind == "next" else f"the {kind}"
        cure = "Count after the end: days_after or hours_after."
        if kind == "survey":
            cure += " A survey that is asked ahead closes `hours_before`."
        yield Fault((*path, offset), f"would send {what} before the event is over.", cure)


MOMENTS = {
    "registration": ("note", "exercise", "survey"),
    "publication": ("note", "exercise", "survey"),
    "survey_closing": ("survey",),
}
"""Which kinds of rule count from these moments."""


def _moment(path: Path, rule: Group, offset: str, survey: Group | None) -> Iterator[Fault]:
    """What counts from a registration or a publication follows it; a last call comes before."""
    when, kind = group(rule, "when"), rule.get("kind")
    anchor, given = str(when["anchor"]), when.get(offset)
    if kind in KINDS and kind not in MOMENTS[anchor]:
        yield Fault(
            (*path, "anchor"),
            f"is {anchor}, from which a rule of the kind {kind} does not count.",
            f"Count from start or end; {anchor} is for: {', '.join(MOMENTS[anchor])}.",
        )
        return
    if "session" in when:
        yield Fault(
            (*path, "session"),
            f"is given, but the {anchor.replace('_', ' ')} is one for all sessions.",
            "Remove it, or count from start or end.",
        )
    if anchor == "survey_closing":
        yield from _last_call(path, offset, given, survey)
    elif not offset.endswith("after"):
        yield Fault(
            (*path, offset),
            f"would be before the {anchor}, when there is nobody to write to.",
            "Count after it: days_after or hours_after.",
        )
    elif anchor == "registration" and offset == "hours_after" and given == 0:
        yield Fault(
            (*path, offset),
            "is 0, which is when the confirmation comes.",
            "Write 1 or more, so that it is a message of its own.",
        )
    elif kind == "survey" and survey is not None and not _is_ahead(survey):
        yield Fault(
            (*path, offset),
            "would send the survey before the event is over.",
            "Let the survey close `hours_before`, or count after the end.",
        )


def _last_call(path: Path, offset: str, given: object, survey: Group | None) -> Iterator[Fault]:
    """A last call comes while one can answer, and not before what is asked about."""
    after = group(survey or {}, "closes").get("days_after")
    if not offset.endswith("before"):
        yield Fault(
            (*path, offset),
            "would ask when the survey is closed.",
            "Count before it: days_before or hours_before.",
        )
        return
    hours = 1 if offset.startswith("hours") else 24
    if type(after) is int and type(given) is int and given * hours >= after * 24:
        yield Fault(
            (*path, offset),
            f"is {given}, but the survey closes {after} days after the event.",
            "Send it later, or close the survey later.",
        )


def _which_survey(path: Path, rule: Group, data: Group) -> Iterator[Fault]:
    known, named = keys(data, "surveys"), rule.get("survey")
    if not data.get("surveys"):
        yield Fault(
            (*path, "kind"),
            "is survey, but the file has no surveys.",
            "Add the group `surveys`, or remove the rule.",
        )
    elif named is None and len(known) > 1:
        yield Fault(
            (*path, "survey"),
            "is missing; the file has several surveys.",
            f"Write one of: {', '.join(known)}.",
        )
    elif isinstance(named, str) and named not in known:
        yield Fault(
            (*path, "survey"),
            f"{named} is not a survey of this file.",
            f"{nearest(named, known)}Surveys here are: {', '.join(known)}.",
        )


def _in_time(path: Path, when: Group, rule: Group, data: Group) -> Iterator[Fault]:
    """A survey is sent while it can be answered."""
    if when.get("anchor") in MOMENTS:
        return
    closes = group(_survey_of(rule, data) or {}, "closes")
    after, ahead = closes.get("days_after"), closes.get("hours_before")
    if type(after) is int:
        for offset, hours in (("days_after", 24), ("hours_after", 1)):
            given = when.get(offset)
            if type(given) is int and given * hours >= after * 24:
                yield Fault(
                    (*path, offset),
                    f"is {given}, but the survey closes {after} days after the event.",
                    "Send it earlier, or close the survey later.",
                )
    elif type(ahead) is int:
        for offset in ("days_before", "hours_before"):
            given = when.get(offset)
            if type(given) is int and _is_late(when, ahead, data):
                yield Fault(
                    (*path, offset),
                    f"is {given}, but the survey closes {ahead} hours before the event.",
                    "Send it earlier, or close the survey later.",
                )


def _is_late(when: Group, ahead: int, data: Group) -> bool:
    """Tell whether an offset falls behind the closing of a survey, at one of the events."""
    if is_whole(when.get("hours_before")):
        return bool(when["hours_before"] <= ahead)
    owners = (group(data, "event"), *(one for _, one in entries(data, "further")))
    for owner in owners:
        try:
            begins = time.fromisoformat(group(owner, "starts")["at"])
            due = time.fromisoformat(when["at"])
        except (KeyError, ValueError, TypeError):
            continue  # a format without a start, or said by the form
        day = date(2001, 1, 1)
        before = datetime.combine(day, begins) - datetime.combine(day, due)
        if before + timedelta(days=when["days_before"]) <= timedelta(hours=ahead):
            return True
    return False


def _surveys(data: Group) -> Iterator[Fault]:
    rules = [rule for _, rule in entries(data, "journey") if rule.get("kind") == "survey"]
    known, named = keys(data, "surveys"), [rule.get("survey") for rule in rules]
    is_unclear = any(name not in known for name in named)  # said where it is named
    for path, survey in entries(data, "surveys"):
        if survey.get("key") not in named and not is_unclear:
            yield Fault(
                path,
                "is never sent: no rule of the journey asks it.",
                "Add one, such as {key: ask, kind: survey, when: {hours_after: 1}}.",
            )
        closes = group(survey, "closes")
        if closes and ("days_after" in closes) == ("hours_before" in closes):
            yield Fault(
                (*path, "closes"),
                "has both `days_after` and `hours_before`.",
                "Keep `hours_before` for a survey that is asked ahead, else `days_after`.",
            )
        elif "closes" in survey and isinstance(survey["closes"], dict) and not closes:
            yield Fault(
                (*path, "closes"),
                "has neither `days_after` nor `hours_before`.",
                "Write {days_after: 14}, or {hours_before: 0} when it is asked ahead.",
            )


def _survey_of(rule: Group, data: Group) -> Group | None:
    """Return the survey that a rule sends: the one it names, or the only one."""
    surveys = [one for _, one in entries(data, "surveys")]
    if rule.get("survey") is None:
        return surveys[0] if len(surveys) == 1 else None
    return next((one for one in surveys if one.get("key") == rule["survey"]), None)


def _is_ahead(survey: Group | None) -> bool:
    closes = group(survey or {}, "closes")
    return "hours_before" in closes and "days_after" not in closes

"""What the fields of a blueprint have to do with each other.

Each rule looks at the plain values and keeps quiet about what it cannot read: that a value has
the wrong type is said by the form.
"""

from collections.abc import Collection, Iterator, Mapping

from xinno_core.blueprints import (
    checks_of_agenda,
    checks_of_journey,
    checks_of_questions,
    checks_of_surveys,
)
from xinno_core.blueprints.files.fields import nearest
from xinno_core.blueprints.files.meaning import doubled_keys, missing_languages
from xinno_core.blueprints.files.problems import Fault
from xinno_core.blueprints.files.values import Group, entries, group, keys, words
from xinno_core.blueprints.instrument import Instrument
from xinno_core.languages import LANGUAGES


def faults(
    data: Group, *, exercises: Collection[str], instruments: Mapping[str, Instrument]
) -> Iterator[Fault]:
    """Find everything in a blueprint that does not fit together."""
    languages = event_languages(data)
    yield from missing_languages(data, languages)
    yield from doubled_keys(data)
    yield from _event(data, languages)
    yield from _roles(data)
    yield from checks_of_agenda.faults(data)
    yield from checks_of_questions.faults(data)
    yield from checks_of_surveys.faults(data, instruments=instruments)
    yield from checks_of_journey.faults(data, exercises=exercises)


def event_languages(data: Group) -> list[str]:
    """Return the languages of the event, as far as the file gives them."""
    return [one for one in words(group(data, "event"), "languages") if one in LANGUAGES]


def _event(data: Group, languages: list[str]) -> Iterator[Fault]:
    event = group(data, "event")
    lead = event.get("lead_language")
    if languages and lead in LANGUAGES and lead not in languages:
        yield Fault(
            ("event", "lead_language"),
            f"is {lead}, which is not among the event's languages.",
            f"Add {lead} to `languages`, or write one of: {', '.join(languages)}.",
        )
    quiet = group(data, "region", "quiet_hours")
    if quiet.get("from", "20:00") == quiet.get("to", "08:00"):
        yield Fault(
            ("region", "quiet_hours"),
            "begin and end at the same time.",
            'Write two times, such as {from: "20:00", to: "08:00"}.',
        )


def _roles(data: Group) -> Iterator[Fault]:
    known = keys(data, "roles")
    places = [
        (path, one)
        for name in ("limits", "sessions", "questions")
        for path, one in entries(data, name)
    ]
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

"""Blueprints broken in their journey: moments, clocks, and who is meant."""

from tests.blueprints.broken_values import Broken

SOON = "    when: {hours_before: 2}"
AFTER = "    when: {hours_after: 1}"
ASK = '    when: {days_after: 1, at: "10:00"}'
JOURNEY = "journey:\n"


def line(when: str, *, kind: str = "note", more: str = "") -> str:
    """A first line of the journey."""
    words = "    text: {en: Words., de: Worte.}\n" if kind == "note" else ""
    return f"{JOURNEY}  - key: first\n    kind: {kind}\n    when: {when}\n{words}{more}"


JOURNEYS = (
    Broken(
        "anchor-not-known",
        JOURNEY,
        line("{anchor: registrations, hours_after: 3} # here"),
        "journey[0].when.anchor",
        'is "registrations", which is not known here.',
        "",
    ),
    Broken(
        "reminder-from-a-registration",
        SOON,
        "    when: {anchor: registration, hours_after: 2} # here",
        "journey[1].when.anchor",
        "is registration, from which a rule of the kind reminder does not count.",
        "Count from start or end; registration is for: note, exercise, survey.",
    ),
    Broken(
        "before-anybody-registered",
        JOURNEY,
        line("{anchor: registration, hours_before: 3} # here"),
        "journey[0].when.hours_before",
        "would be before the registration, when there is nobody to write to.",
        "Count after it: days_after or hours_after.",
    ),
    Broken(
        "together-with-the-confirmation",
        JOURNEY,
        line("{anchor: registration, hours_after: 0} # here"),
        "journey[0].when.hours_after",
        "is 0, which is when the confirmation comes.",
        "Write 1 or more, so that it is a message of its own.",
    ),
    Broken(
        "before-the-publication",
        JOURNEY,
        line('{anchor: publication, days_before: 1, at: "10:00"} # here'),
        "journey[0].when.days_before",
        "would be before the publication, when there is nobody to write to.",
        "Count after it: days_after or hours_after.",
    ),
    Broken(
        "survey-of-an-event-that-was-not-yet",
        ASK,
        "    when: {anchor: publication, hours_after: 20} # here",
        "journey[5].when.hours_after",
        "would send the survey before the event is over.",
        "Let the survey close `hours_before`, or count after the end.",
    ),
    Broken(
        "last-call-after-the-closing",
        ASK,
        "    when: {anchor: survey_closing, hours_after: 1} # here",
        "journey[5].when.hours_after",
        "would ask when the survey is closed.",
        "Count before it: days_before or hours_before.",
    ),
    Broken(
        "last-call-before-the-event",
        ASK,
        '    when: {anchor: survey_closing, days_before: 14, at: "10:00"} # here',
        "journey[5].when.days_before",
        "is 14, but the survey closes 14 days after the event.",
        "Send it later, or close the survey later.",
    ),
    Broken(
        "hours-on-a-clock-of-ones-own",
        SOON,
        "    when: {hours_before: 2, clock: person} # here",
        "journey[1].when.clock",
        "is person, but hours pass alike everywhere.",
        "Remove it, or count in days with `at`.",
    ),
    Broken(
        "thanks-to-who-was-not-there",
        AFTER,
        AFTER + "\n    audience: {states: [waitlisted]} # here",
        "journey[4].audience.states",
        "names waitlisted, but a rule of the kind thanks speaks to those who have a place.",
        "Remove it, or make the kind note.",
    ),
    Broken(
        "state-not-known",
        JOURNEY,
        line("{hours_before: 3}", more="    audience: {states: [cancelled]} # here\n"),
        "journey[0].audience.states[0]",
        'is "cancelled", which is not known here.',
        "",
    ),
    Broken(
        "articles-in-a-reminder",
        SOON,
        SOON + "\n    links: [{url: https://example.org, title: {en: One, de: Eins}}] # here",
        "journey[1].links",
        "is given, but only a rule of the kind media has it.",
        "Remove it, or make the kind media.",
    ),
    Broken(
        "article-not-on-the-web",
        JOURNEY,
        line(
            "{hours_after: 3}",
            kind="media",
            more="    links: [{url: example.org, title: {en: One, de: Eins}}] # here\n",
        ),
        "journey[0].links[0].url",
        'is "example.org", which is not an address on the web.',
        "Write all of it",
    ),
    Broken(
        "media-before-the-event",
        JOURNEY,
        line("{hours_before: 3} # here", kind="media"),
        "journey[0].when.hours_before",
        "would send the media before the event is over.",
        "Count after the end: days_after or hours_after.",
    ),
)

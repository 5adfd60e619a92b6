"""Blueprints broken in one value: what a field may not hold."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """One edit of the small blueprint, and what its author is told."""

    fault: str
    old: str
    new: str  # with the mark on the line that has to be named
    field: str
    wrong: str
    cure: str


VALUES = (
    Broken(
        "field-missing",
        "  zone: Europe/Vienna\n",
        "",
        "region.zone",
        "is missing.",
        "Add it: Time zone of the region, such as Europe/Rome.",
    ),
    Broken(
        "group-missing",
        "  place:\n    name: Saal\n    address: Gmunden\n",
        "",
        "event.place",
        "is missing.",
        "Add it: Where people meet: `name`, `address`.",
    ),
    Broken(
        "field-misspelt",
        "  lasts: 2h",
        "  last: 2h # here\n  lasts: 2h",
        "event.last",
        "is not a field of the format.",
        "Did you mean lasts?",
    ),
    Broken(
        "field-unknown",
        "    address: Gmunden",
        "    address: Gmunden\n    colour: red # here",
        "event.place.colour",
        "is not a field of the format.",
        "Remove it. Known here: name, address, room, link, nuts3,",
    ),
    Broken(
        "field-empty",
        "    contact: privacy@example.org",
        "    contact: # here",
        "region.data_protection.contact",
        "has no value.",
        "Where questions about data go: an e-mail address.",
    ),
    Broken(
        "newer-format",
        "blueprint: 1",
        "blueprint: 2 # here",
        "blueprint",
        "is 2, which is not known here.",
        "Write one of: 1.",
    ),
    Broken(
        "word-not-known",
        "format: talks\n",
        "format: talk # here\n",
        "format",
        'is "talk", which is not known here.',
        "Did you mean talks? Write one of: p2p_needs, course,",
    ),
    Broken(
        "number-as-text",
        "    seats: 80",
        '    seats: "eighty" # here',
        "limits[0].seats",
        'is "eighty", which is not a whole number.',
        "Write digits without quotes, such as 30.",
    ),
    Broken(
        "text-as-number",
        "    name: Saal",
        "    name: 42 # here",
        "event.place.name",
        "is 42, where a text is expected.",
        'Put it in quotes: "42".',
    ),
    Broken(
        "claim-as-word",
        "        optional: true",
        "        optional: yes # here",
        "surveys[0].questions[1].optional",
        'is "yes", neither true nor false.',
        "Write true or false, without quotes.",
    ),
    Broken(
        "list-expected",
        "  languages: [de, en]\n  place:",
        "  languages: de # here\n  place:",
        "event.languages",
        'is "de", where a list is expected.',
        "Write one entry per line, each beginning with a hyphen, or [a, b].",
    ),
    Broken(
        "group-expected",
        "    closes: {days_after: 14}",
        "    closes: 14 # here",
        "surveys[0].closes",
        "is 14, where a group of fields is expected.",
        "When it closes: {days_after: 14}, or {hours_before: 0} when asked ahead.",
    ),
    Broken(
        "languages-expected",
        "    title: {en: Your view, de: Ihr Eindruck}",
        "    title: Your view # here",
        "surveys[0].title",
        'is "Your view", where a text for each language is expected.',
        "Write one line per language below it, such as `en: Welcome`.",
    ),
    Broken(
        "language-missing",
        "  title:\n    en: Collab Talks\n    de: Collab Talks auf der Bühne\n",
        "  title: # here\n    en: Collab Talks\n",
        "event.title",
        "has no text in de.",
        "Add a line `de: …`, written anew in that language.",
    ),
    Broken(
        "language-unknown",
        "    en: Duos on stage.",
        "    en: Duos on stage.\n    fr: Des duos. # here",
        "event.summary.fr",
        "fr is not a language of the assistant.",
        "Known are: en, it, sk, pl, cs, de, nl.",
    ),
    Broken(
        "lead-language-not-among-languages",
        "  lead_language: de",
        "  lead_language: it # here",
        "event.lead_language",
        "is it, which is not among the event's languages.",
        "Add it to `languages`, or write one of: de, en.",
    ),
    Broken(
        "key-with-capitals",
        "  key: talks-1",
        "  key: Talks 1 # here",
        "event.key",
        'is "Talks 1", which is not a key.',
        "Write small letters without accents, digits and hyphens, such as ground-zero.",
    ),
    Broken(
        "key-twice",
        "  - key: speaker",
        "  - key: visitor # here",
        "roles[1].key",
        "is visitor, as is entry 1 of the list.",
        "Give each entry a key of its own.",
    ),
    Broken(
        "field-twice",
        "  lasts: 2h",
        "  lasts: 2h\n  lasts: 3h # here",
        "event.lasts",
        "stands twice; the first one is on line 34.",
        "Keep one of the two and remove the other.",
    ),
    Broken(
        "time-not-a-time",
        '    when: {days_before: 7, at: "10:00"}',
        '    when: {days_before: 7, at: "10.00"} # here',
        "journey[0].when.at",
        'is "10.00", which is not a time.',
        'Write hours and minutes: "18:00".',
    ),
    Broken(
        "date-not-a-date",
        "    on: 2026-12-10",
        "    on: 10.12.2026 # here",
        "event.starts.on",
        'is "10.12.2026", which is not a date.',
        "Write year, month, day: 2026-12-10.",
    ),
    Broken(
        "date-in-no-calendar",
        "    on: 2026-12-10",
        "    on: 2026-02-30 # here",
        "event.starts.on",
        "is 2026-02-30, a day that no calendar has.",
        "Check month and day.",
    ),
    Broken(
        "date-and-days-both-given",
        "  starts:\n",
        "  starts: # here\n    in_days: 14\n",
        "event.starts",
        "has both `in_days` and `on`.",
        "Keep `on` for a fixed date, or `in_days` for one counted from the import.",
    ),
    Broken(
        "hour-that-the-clocks-skip",
        '    on: 2026-12-10\n    at: "18:00"',
        '    on: 2027-03-28\n    at: "02:30" # here',
        "event.starts.at",
        "is 02:30, which the clocks skip on 2027-03-28.",
        "Choose another time: the clocks go forward in that night.",
    ),
    Broken(
        "length-not-a-length",
        "  lasts: 2h",
        "  lasts: two hours # here",
        "event.lasts",
        'is "two hours", which is not a length of time.',
        'Write hours and minutes: "2h30m", "3h" or "45m".',
    ),
)

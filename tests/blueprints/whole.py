"""The small blueprint with everything that an event of several sessions can have."""

from tests.blueprints.small import BLUEPRINT, edited

WHOLE = edited(
    BLUEPRINT,
    ("event:\n", "series:\n  key: collab\n  title: {en: Collab, de: Collab}\nevent:\n"),
    (
        "  lasts: 2h\n",
        """\
  lasts: 2h
  registration_closes: {hours_before: 2}
  answers_close: {hours_before: 24}
further:
  - key: talks-2
    starts: {on: 2027-01-14, at: "17:00"}
    title: {en: Second talks, de: Zweite Talks}
    limits: {hall: 40}
sessions:
  - key: opening
    title: {en: Opening, de: Eröffnung}
    at: "18:00"
    lasts: 3h
    room: Saal 1
  - key: second
    title: {en: Second day, de: Zweiter Tag}
    day: 7
    at: "09:00"
    lasts: 4h
  - key: shop
    title: {en: Workshop, de: Werkstatt}
    day: 7
    at: "10:00"
    lasts: 1h
    choice: own
    roles: [visitor]
    place: {name: Online, link: https://meet.example.org/x}
""",
    ),
    (
        "    seats: 80\n",
        """\
    seats: 80
  - key: firms
    label: {en: Firms, de: Betriebe}
    targets: [sme, large]
    seats: 3
  - key: shop
    label: {en: Workshop, de: Werkstatt}
    session: shop
    room: 10
    seats: 11
""",
    ),
    (
        "journey:\n",
        """\
  - key: firm
    kind: text
    text: {en: Which firm?, de: Welcher Betrieb?}
    only_if: {question: branch, is: [industry]}
journey:
  - key: day-before
    kind: reminder
    when: {session: each, days_before: 1, at: "10:00"}
  - key: shop-soon
    kind: reminder
    when: {session: shop, hours_before: 1}
  - key: ask-ahead
    kind: survey
    survey: ahead
    when: {days_before: 5, at: "12:00"}
  - key: next-evening
    kind: next
    when: {days_after: 3, at: "12:00"}
""",
    ),
    (
        "    kind: survey\n    when: {days_after: 1",
        "    kind: survey\n    survey: feedback\n    when: {days_after: 1",
    ),
    (
        "surveys:\n",
        """\
surveys:
  - key: ahead
    title: {en: Before, de: Vorher}
    closes: {hours_before: 1}
    questions:
      - key: hope
        kind: rating
        text: {en: How much?, de: Wie sehr?}
      - key: why
        kind: text
        most: 200
        may_refuse: true
        only_if: {question: hope, is: [1, 2]}
        text: {en: Why?, de: Warum?}
      - key: people
        kind: number
        least: 1
        greatest: 50
        text: {en: How many?, de: Wie viele?}
      - key: day
        kind: date
        earliest: 2026-12-01
        latest: 2027-02-28
        text: {en: Which day?, de: Welcher Tag?}
      - key: matters
        kind: ranking
        least_choices: 1
        most_choices: 2
        text: {en: What matters?, de: Was zählt?}
        options:
          - {key: people, label: {en: People, de: Menschen}}
          - {key: ideas, label: {en: Ideas, de: Ideen}}
          - {key: food, label: {en: Food, de: Essen}}
""",
    ),
)

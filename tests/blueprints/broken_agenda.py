"""Blueprints broken in their agenda: events of a series, sessions, their seats, several surveys."""

from tests.blueprints.broken_values import Broken

TWO_SURVEYS = (
    "surveys:\n  - key: ahead\n    title: {en: Before, de: Vorher}\n    closes: {hours_before: 2}\n"
    "    questions:\n      - key: hope\n        kind: text\n"
    "        text: {en: Hope?, de: Hoffnung?}\n"
)
ASK_AFTER = (
    '    kind: survey\n    survey: feedback\n    when: {days_after: 1, at: "10:00"}\nsurveys:\n'
)
ASKED = '    kind: survey\n    when: {days_after: 1, at: "10:00"}\nsurveys:\n'


def session(more: str = "", *, key: str = "s1", at: str = "18:00", mark: str = "") -> str:
    """One session in front of the roles, with a mark on one of its lines."""
    return (
        f"sessions:\n  - key: {key}\n    title: {{en: One, de: Eins}}\n"
        f'    at: "{at}"{mark}\n    lasts: 1h\n{more}'
        "roles:\n  - key: visitor\n"
    )


ROLES = "roles:\n  - key: visitor\n"
HALL = "    roles: [visitor]\n    seats: 80\n"
JOURNEY = "journey:\n"
LASTS = "  lasts: 2h\n"
FURTHER = '  lasts: 2h\nfurther:\n  - key: talks-2\n    starts: {on: 2027-01-10, at: "18:00"}\n'
BRANCH = "  - key: branch\n    kind: single\n"
WHY = "  - key: why\n    kind: text\n    text: {en: Why?, de: Warum?}\n"

AGENDA = (
    Broken(
        "place-that-nobody-finds",
        "  place:\n    name: Saal\n    address: Gmunden\n",
        "  place: # here\n    name: Saal\n",
        "event.place.address",
        "is missing; people would not find it.",
        "Add street and town, or a `link` if it is online.",
    ),
    Broken(
        "link-not-of-the-web",
        "    address: Gmunden\n",
        "    link: meet.example.org # here\n",
        "event.place.link",
        'is "meet.example.org", which is not an address on the web.',
        "Write all of it, such as https://meet.example.org/talks.",
    ),
    Broken(
        "further-event-with-the-same-key",
        LASTS,
        FURTHER.replace("talks-2", "talks-1 # here"),
        "further[0].key",
        "is talks-1, as is `event`.",
        "Give each event a key of its own.",
    ),
    Broken(
        "further-event-without-a-first",
        '  starts:\n    on: 2026-12-10\n    at: "18:00"\n  lasts: 2h\n',
        FURTHER.replace("talks-2", "talks-2 # here"),
        "further[0]",
        "is a further event, but `event` has no `starts`.",
        "Add `starts` to `event`.",
    ),
    Broken(
        "further-event-without-an-hour",
        LASTS,
        FURTHER.replace('starts: {on: 2027-01-10, at: "18:00"}', "starts: {on: 2027-01-10} # here"),
        "further[0].starts.at",
        "is missing.",
        'Add it: Local time at which it begins, such as "18:00".',
    ),
    Broken(
        "further-event-in-a-skipped-hour",
        LASTS,
        FURTHER.replace('{on: 2027-01-10, at: "18:00"}', '{on: 2027-03-28, at: "02:30"} # here'),
        "further[0].starts.at",
        "is 02:30, which the clocks skip on 2027-03-28.",
        "Choose another time: the clocks go forward in that night.",
    ),
    Broken(
        "further-event-with-a-limit-of-its-own",
        LASTS,
        FURTHER + "    limits: {hal: 40} # here\n",
        "further[0].limits.hal",
        "hal is not a limit of this file.",
        "Did you mean hall? Limits here are: hall.",
    ),
    Broken(
        "further-event-with-seats-as-a-number",
        LASTS,
        FURTHER + "    limits: 40 # here\n",
        "further[0].limits",
        "is 40, where the key of a limit and its seats are expected.",
        "Write them such as {visitors: 40}.",
    ),
    Broken(
        "further-event-without-a-language",
        LASTS,
        FURTHER + "    title: {en: Second} # here\n",
        "further[0].title",
        "has no text in de.",
        "Add a line `de: …`, written anew in that language.",
    ),
    Broken(
        "session-before-its-event",
        ROLES,
        session(at="17:30", mark=" # here"),
        "sessions[0].at",
        "is 17:30, before the event itself begins (18:00).",
        "Let the event begin with its first session.",
    ),
    Broken(
        "session-called-each",
        ROLES,
        session(key="each # here"),
        "sessions[0].key",
        "is each, by which a rule names all sessions.",
        "Give it another key, such as s1.",
    ),
    Broken(
        "session-with-too-long-a-key",
        ROLES,
        session(key="the-first-of-many-sessions # here"),
        "sessions[0].key",
        "is 26 characters long; 24 fit.",
        "Shorten it by 2.",
    ),
    Broken(
        "session-in-a-room-and-elsewhere",
        ROLES,
        session("    room: Sala 2 # here\n    place: {name: Werk, address: Linz}\n"),
        "sessions[0].room",
        "is given beside `place`.",
        "Move the room into `place`, or remove `place` to stay at the event's.",
    ),
    Broken(
        "session-for-a-role-that-is-not",
        ROLES,
        session("    roles: [guest] # here\n"),
        "sessions[0].roles[0]",
        "guest is not a role of this event.",
        "Roles here are: visitor, speaker.",
    ),
    Broken(
        "session-chosen-by-a-word-not-known",
        ROLES,
        session("    choice: free # here\n"),
        "sessions[0].choice",
        'is "free", which is not known here.',
        "Write one of: all, own.",
    ),
    Broken(
        "limit-of-a-session-that-is-not",
        HALL,
        HALL + "    session: s1 # here\n",
        "limits[0].session",
        "s1 is not a session of this event.",
        "Sessions here are: none.",
    ),
    Broken(
        "limit-for-a-group-that-is-not",
        HALL,
        HALL + "    targets: [smes] # here\n",
        "limits[0].targets[0]",
        'is "smes", which is not known here.',
        "Did you mean sme?",
    ),
    Broken(
        "more-seats-than-the-room-bears",
        HALL,
        "    roles: [visitor]\n    room: 69\n    seats: 80 # here\n",
        "limits[0].seats",
        "is 80; a room for 69 bears at most 79 seats.",
        "Write 79 or less: 15 % more than the room holds is the most.",
    ),
    Broken(
        "condition-on-a-later-question",
        BRANCH,
        BRANCH + "    only_if: {question: why, is: [yes]} # here\n",
        "questions[0].only_if.question",
        "why is not an earlier question.",
        "Earlier ones with answers to choose: none.",
    ),
    Broken(
        "condition-on-an-answer-that-is-not",
        JOURNEY,
        WHY + "    only_if: {question: branch, is: [creativ]} # here\n" + JOURNEY,
        "questions[1].only_if.is[0]",
        "creativ is not an answer to branch.",
        "Did you mean creative? Its answers are: creative, industry.",
    ),
    Broken(
        "condition-on-free-text",
        JOURNEY,
        WHY
        + WHY.replace("key: why", "key: how")
        + "    only_if: {question: why, is: [yes]} # here\n"
        + JOURNEY,
        "questions[2].only_if.question",
        "why has no answers to choose from.",
        "Name a question of the kind single, multiple or yes_no.",
    ),
    Broken(
        "condition-on-what-others-are-asked",
        JOURNEY,
        WHY.replace("kind: text", "kind: yes_no\n    roles: [speaker]")
        + WHY.replace("key: why", "key: how")
        + "    only_if: {question: why, is: [yes]} # here\n"
        + JOURNEY,
        "questions[2].only_if.question",
        "why is asked of speaker only.",
        "Ask this question of the same roles, or of fewer",
    ),
    Broken(
        "rule-of-a-session-that-is-not",
        "    when: {hours_before: 2}",
        "    when: {session: s1, hours_before: 2} # here",
        "journey[1].when.session",
        "s1 is not a session of this event.",
        "Write each, or one of: none.",
    ),
    Broken(
        "rule-of-each-session-without-any",
        "    when: {hours_before: 2}",
        "    when: {session: each, hours_before: 2} # here",
        "journey[1].when.session",
        "is each, but there is no session in which all take part.",
        "Name one session, or remove `session`.",
    ),
    Broken(
        "next-without-a-series",
        JOURNEY,
        JOURNEY + "  - key: again\n    kind: next # here\n    when: {hours_after: 2}\n",
        "journey[0].kind",
        "is next, but the file has no series.",
        "Add the group `series`, or remove the rule.",
    ),
    Broken(
        "survey-not-named",
        "  - key: feedback\n" + ASKED,
        "  - key: feedback # here\n"
        + ASKED.replace("surveys:\n", "")
        + "  - key: ask\n    kind: survey\n    survey: ahead\n    when: {hours_before: 24}\n"
        + TWO_SURVEYS,
        "journey[5].survey",
        "is missing; the file has several surveys.",
        "Write one of: ahead, feedback.",
    ),
    Broken(
        "survey-not-there",
        ASKED,
        ASK_AFTER.replace("survey: feedback", "survey: feetback # here"),
        "journey[5].survey",
        "feetback is not a survey of this file.",
        "Did you mean feedback? Surveys here are: feedback.",
    ),
    Broken(
        "survey-where-none-is-sent",
        "    when: {hours_after: 1}",
        "    when: {hours_after: 1}\n    survey: feedback # here",
        "journey[4].survey",
        "is given, but only a rule of the kind survey has it.",
        "Remove it, or make the kind survey.",
    ),
    Broken(
        "survey-ahead-that-is-closed-when-sent",
        ASKED,
        "    kind: survey\n    when: {hours_before: 2} # here\nsurveys:\n",
        "journey[5].when.hours_before",
        "would send the survey before the event is over.",
        "A survey that is asked ahead closes `hours_before`.",
    ),
    Broken(
        "survey-ahead-asked-too-late",
        ASKED,
        '    kind: survey\n    survey: feedback\n    when: {days_after: 1, at: "10:00"}\n'
        "  - key: ask\n    kind: survey\n    survey: ahead\n    when: {hours_before: 2} # here\n"
        + TWO_SURVEYS,
        "journey[6].when.hours_before",
        "is 2, but the survey closes 2 hours before the event.",
        "Send it earlier, or close the survey later.",
    ),
    Broken(
        "survey-ahead-asked-in-the-last-hours",
        ASKED,
        '    kind: survey\n    survey: feedback\n    when: {days_after: 1, at: "10:00"}\n'
        "  - key: ask\n    kind: survey\n    survey: ahead\n"
        '    when: {days_before: 0, at: "16:30"} # here\n' + TWO_SURVEYS,
        "journey[6].when.days_before",
        "is 0, but the survey closes 2 hours before the event.",
        "Send it earlier, or close the survey later.",
    ),
    Broken(
        "survey-that-closes-twice",
        "    closes: {days_after: 14}",
        "    closes: {days_after: 14, hours_before: 0} # here",
        "surveys[0].closes",
        "has both `days_after` and `hours_before`.",
        "Keep `hours_before` for a survey that is asked ahead, else `days_after`.",
    ),
    Broken(
        "survey-that-never-closes",
        "    closes: {days_after: 14}",
        "    closes: {} # here",
        "surveys[0].closes",
        "has neither `days_after` nor `hours_before`.",
        "Write {days_after: 14}, or {hours_before: 0} when it is asked ahead.",
    ),
)

"""Blueprints broken in a survey: questions, limits and names that can't be."""

from tests.blueprints.broken_values import Broken
from tests.blueprints.small import BLUEPRINT

SURVEY = BLUEPRINT[BLUEPRINT.index("    title: {en: Your view") :]
OPTIONAL = "        optional: true\n"
WORDS = BLUEPRINT[BLUEPRINT.index("      - key: words\n") :]
TEXT = "        text: {en: Which?, de: Welche?}\n"
THREE = (
    "        options:\n"
    "          - {key: one, label: {en: One, de: Eins}}\n"
    "          - {key: two, label: {en: Two, de: Zwei}}\n"
    "          - {key: three, label: {en: Three, de: Drei}}\n"
)
ASK = '  - key: feedback\n    kind: survey\n    when: {days_after: 1, at: "10:00"}\n'


def question(kind: str, more: str, key: str = "words") -> str:
    return f"      - key: {key}\n        kind: {kind}\n{TEXT}{more}"


SURVEYS = (
    Broken(
        "use-unknown",
        SURVEY,
        "    use: feedbak # here\n    closes: {days_after: 14}\n",
        "surveys[0].use",
        "feedbak is none of the ready-made questions.",
        "Did you mean feedback? There are: feedback, follow-up, needs,",
    ),
    Broken(
        "use-with-a-title",
        SURVEY,
        "    use: feedback\n    closes: {days_after: 14}\n    title: {en: A, de: B} # here\n",
        "surveys[0].title",
        "is given, but feedback brings its own.",
        "Remove it, or remove `use`",
    ),
    Broken(
        "use-with-questions",
        SURVEY,
        "    use: feedback\n    closes: {days_after: 14}\n    questions: # here\n" + WORDS,
        "surveys[0].questions",
        "is given, but feedback brings its own.",
        "Remove it, or remove `use`",
    ),
    Broken(
        "mode-that-is-fixed",
        SURVEY,
        "    use: self-after\n    mode: anonymous # here\n    closes: {days_after: 14}\n",
        "surveys[0].mode",
        "is anonymous, but self-after is always pseudonymous.",
        "Remove it.",
    ),
    Broken(
        "mode-unknown",
        "    closes: {days_after: 14}\n",
        "    closes: {days_after: 14}\n    mode: anonimous # here\n",
        "surveys[0].mode",
        'is "anonimous", which is not known here.',
        "Did you mean anonymous?",
    ),
    Broken(
        "topics-where-none-are-voted-on",
        SURVEY,
        "    use: feedback\n    closes: {days_after: 14}\n    topics: # here\n" + THREE[17:],
        "surveys[0].topics",
        "is given, but feedback has no question about topics.",
        "Remove it.",
    ),
    Broken(
        "topics-too-few",
        SURVEY,
        "    use: needs\n    closes: {days_after: 14}\n    topics: # here\n"
        "      - {key: one, label: {en: One, de: Eins}}\n",
        "surveys[0].topics",
        "has 1 entries, too few to choose among.",
        "Write at least 3, each with `key` and `label`.",
    ),
    Broken(
        "topics-that-look-the-same",
        SURVEY,
        "    use: needs\n    closes: {days_after: 14}\n    topics:\n"
        "      - {key: one, label: {en: One, de: Eins}}\n"
        "      - {key: two, label: {en: Two, de: Zwei}}\n"
        "      - {key: three, label: {en: one, de: Drei}} # here\n",
        "surveys[0].topics[2].label.en",
        "is the same as another option of the question.",
        "Give each option words of its own",
    ),
    Broken(
        "topics-without-ready-made-questions",
        "    closes: {days_after: 14}\n",
        "    closes: {days_after: 14}\n    topics: # here\n" + THREE[17:],
        "surveys[0].topics",
        "is given, but only ready-made questions take topics.",
        "`use: needs`",
    ),
    Broken(
        "limit-of-another-kind",
        OPTIONAL,
        "        greatest: 10 # here\n",
        "surveys[0].questions[1].greatest",
        "is given, but a question of the kind text has no such limit.",
        "Remove it; it is for the kind number.",
    ),
    Broken(
        "least-above-the-greatest",
        WORDS,
        question("number", "        greatest: 10\n        least: 20 # here\n"),
        "surveys[0].questions[1].least",
        "is 20, which is more than `greatest` (10).",
        "Write 10 or less, or another `greatest`.",
    ),
    Broken(
        "earliest-after-the-latest",
        WORDS,
        question("date", "        latest: 2026-12-01\n        earliest: 2026-12-24 # here\n"),
        "surveys[0].questions[1].earliest",
        "is 2026-12-24, which is more than `latest` (2026-12-01).",
        "Write 2026-12-01 or less, or another `latest`.",
    ),
    Broken(
        "more-choices-than-answers",
        WORDS,
        question("ranking", "        most_choices: 4 # here\n" + THREE),
        "surveys[0].questions[1].most_choices",
        "is 4, but there are only 3 answers to choose from.",
        "Write 3 or less.",
    ),
    Broken(
        "ranking-of-nothing",
        WORDS,
        question("ranking", "        options: [] # here\n"),
        "surveys[0].questions[1].options",
        "has no answers to choose from.",
        "Write at least two options",
    ),
    Broken(
        "condition-on-a-later-question",
        "      - key: useful\n        kind: rating\n",
        "      - key: useful\n        kind: rating\n"
        "        only_if: {question: words, is: [one]} # here\n",
        "surveys[0].questions[0].only_if.question",
        "words is not an earlier question.",
        "Earlier ones with answers to choose: none.",
    ),
    Broken(
        "condition-on-an-answer-nobody-can-give",
        OPTIONAL,
        OPTIONAL + "        only_if: {question: useful, is: [1, 6]} # here\n",
        "surveys[0].questions[1].only_if.is[1]",
        "6 is not an answer to useful.",
        "Its answers are: 1, 2, 3, 4, 5.",
    ),
    Broken(
        "condition-on-an-order",
        WORDS,
        question("ranking", THREE, key="order")
        + WORDS
        + "        only_if: {question: order, is: [one]} # here\n",
        "surveys[0].questions[2].only_if.question",
        "order has no answers to choose from.",
        "Name a question of the kind single, multiple or rating.",
    ),
    Broken(
        "code-that-begins-with-a-digit",
        "      - key: words\n",
        "      - key: 2nd-words # here\n",
        "surveys[0].questions[1].key",
        "is 2nd-words, which can't be the name of a column of results.",
        "Begin with a letter",
    ),
    Broken(
        "code-that-programs-keep-for-themselves",
        "      - key: words\n",
        "      - key: with # here\n",
        "surveys[0].questions[1].key",
        "is with, which can't be the name of a column of results.",
        "use none of: all, and, by,",
    ),
    Broken(
        "codes-that-make-the-same-column",
        WORDS,
        question("multiple", THREE, key="met") + WORDS.replace("key: words", "key: met-two # here"),
        "surveys[0].questions[2].key",
        "gives a column the same name (met_two) as met.",
        "Give one of the two another key.",
    ),
    Broken(
        "codes-that-are-too-long-together",
        WORDS,
        question("multiple", THREE.replace("three,", "three-times-as-many-as-before,")).replace(
            "key: words", "key: people-met-since # here"
        ),
        "surveys[0].questions[1].key",
        "gives a column a name of 46 characters (people-met-since_three-times-as-many-as-before).",
        "40 fit together.",
    ),
    Broken(
        "asked-a-fourth-time",
        ASK,
        ASK
        + "".join(
            ASK.replace("key: feedback", f"key: again-{day}{mark}").replace(
                "days_after: 1", f"days_after: {day}"
            )
            for day, mark in ((3, ""), (5, ""), (7, " # here"))
        ),
        "journey[8]",
        "would ask feedback of the same people for the fourth time.",
        "Keep one rule that invites and at most two that remind.",
    ),
)

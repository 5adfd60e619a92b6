"""Importing a survey that people have answered: words follow the file, codes stay as they are."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.blueprints.small import BLUEPRINT, edited, written
from xinno_core.blueprints.read import read
from xinno_core.database import Database
from xinno_core.models import (
    Dialogue,
    Event,
    Participant,
    Response,
    Survey,
    SurveyGuest,
    SurveyMode,
    SurveyVersion,
)
from xinno_core.services import participants, registration, surveys, waves
from xinno_core.services.blueprints import ImportOutcome, import_blueprint

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AFTERWARDS = datetime(2026, 12, 11, 9, 0, tzinfo=UTC)

CHOICE = """\
      - key: gained
        kind: multiple
        text: {en: What?, de: Was?}
        options:
          - key: contact
            label: {en: A contact, de: Ein Kontakt}
          - key: idea
            label: {en: An idea, de: Eine Idee}
          - key: courage
            label: {en: Courage, de: Mut}
"""
WORDS = BLUEPRINT[BLUEPRINT.index("      - key: words\n") :]
IDEA = "          - key: idea\n            label: {en: An idea, de: Eine Idee}\n"
VIEW = "          - key: view\n            label: {en: A view, de: Eine Sicht}\n"
DAY = "      - key: day\n        kind: date\n        text: {en: Which day?, de: Welcher Tag?}\n"
CONDITION = "        only_if: {question: useful, is: [1]}\n"
ASKED = edited(BLUEPRINT, (WORDS, CHOICE + WORDS))
CLOSES = "    closes: {days_after: 14}\n"
BY_NAME = (CLOSES, CLOSES + "    mode: pseudonymous\n")
ANSWERS = {"useful": 4, "gained": ["idea"], "words": "More of it"}
COLLECTING = "survey feedback: can't ask otherwise while anonymous answers are collected (5)"

Importer = Callable[..., Awaitable[ImportOutcome]]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url, secret=b"of the tests")
    yield opened
    await opened.close()


@pytest.fixture
def imported(database: Database, tmp_path: Path) -> Importer:
    """Import the small blueprint with a choice in its survey, and with these edits."""

    async def do(*changes: tuple[str, str]) -> ImportOutcome:
        blueprint = read(written(tmp_path, edited(ASKED, *changes)))
        async with database.writing() as session:
            return await import_blueprint(session, blueprint, now=NOW)

    return do


async def test_before_the_first_answer_a_survey_follows_its_file(
    database: Database, imported: Importer
) -> None:
    await imported()

    outcome = await imported((CHOICE, DAY), BY_NAME)

    assert outcome.lines == ("changed survey feedback: mode, questions",)
    survey = await the_survey(database)
    assert survey.mode is SurveyMode.PSEUDONYMOUS
    assert [one["key"] for one in survey.questions] == ["useful", "day", "words"]


async def test_words_make_a_version_and_the_old_ones_are_kept(
    database: Database, imported: Importer
) -> None:
    await imported()
    await answer(database, people=5)

    outcome = await imported(("{en: How useful?,", "{en: How useful was it?,"))

    assert outcome.lines == ("changed survey feedback: questions",)
    async with database.reading() as session:
        kept = await session.scalars(select(SurveyVersion).order_by(SurveyVersion.version))
        assert [one.questions[0]["text"]["en"] for one in kept] == [
            "How useful?",
            "How useful was it?",
        ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(IDEA, IDEA + VIEW)], id="option-added"),
        pytest.param([(IDEA, "")], id="option-hidden"),
        pytest.param([(CHOICE, CHOICE + DAY)], id="question-added"),
        pytest.param([(CHOICE, "")], id="question-hidden"),
        pytest.param([(CHOICE, ""), (WORDS, WORDS + CHOICE)], id="order"),
        pytest.param([("        optional: true\n", "")], id="no-longer-optional"),
        pytest.param(
            [("        optional: true\n", "        optional: true\n" + CONDITION)],
            id="condition",
        ),
    ],
)
async def test_while_an_anonymous_wave_collects_only_words_change(
    database: Database, imported: Importer, changes: list[tuple[str, str]]
) -> None:
    """Who answered other questions than the rest could be told from them."""
    await imported()
    await answer(database, people=5)

    refused = await imported(*changes)

    [problem] = refused.problems
    assert problem.startswith(COLLECTING)
    survey = await the_survey(database)
    assert survey.version == 1
    assert [one["key"] for one in survey.questions] == ["useful", "gained", "words"]


async def test_between_two_waves_an_anonymous_survey_may_ask_otherwise(
    database: Database, imported: Importer
) -> None:
    await imported()
    await answer(database, people=5)
    async with database.writing() as session:
        survey = (await session.scalars(select(Survey))).one()
        someone = (await session.scalars(select(Participant).limit(1))).one()
        await waves.open_now(
            session, survey_id=survey.id, wave=1, participant=someone, now=AFTERWARDS
        )

    outcome = await imported((IDEA, VIEW), (WORDS, WORDS + DAY))

    assert outcome.lines == ("changed survey feedback: questions",)
    assert await options(database) == ["contact", "-idea", "view", "courage"]
    assert (await the_survey(database)).version == 2


async def test_what_leaves_the_file_is_hidden_and_comes_back_with_it(
    database: Database, imported: Importer
) -> None:
    await imported(BY_NAME)
    await answer(database, people=1)

    await imported(BY_NAME, (IDEA, ""))
    assert await options(database) == ["contact", "-idea", "courage"]
    hidden = await imported(BY_NAME, (CHOICE, ""))
    assert hidden.lines == ("changed survey feedback: questions",)
    assert await questions(database) == ["useful", "-gained", "words"]

    again = await imported(BY_NAME, (CHOICE, ""))
    assert again.lines == ("nothing changed",)
    mended = await imported(BY_NAME, (CHOICE, ""), ("{en: How useful?,", "{en: How useful is it?,"))
    assert mended.lines == ("changed survey feedback: questions",)
    assert await questions(database) == ["useful", "-gained", "words"]

    await imported(BY_NAME)
    assert await questions(database) == ["useful", "gained", "words"]
    assert await options(database) == ["contact", "idea", "courage"]
    assert (await the_survey(database)).version == 5
    async with database.reading() as session:
        assert (await session.scalars(select(Response))).one().answers == ANSWERS


async def test_what_is_hidden_is_not_asked(database: Database, imported: Importer) -> None:
    await imported(BY_NAME)
    await answer(database, people=1)

    await imported(BY_NAME, (IDEA, ""), (WORDS, DAY))

    survey = await the_survey(database)
    asked = surveys.fields_of(survey)
    assert [one.key for one in asked] == ["useful", "gained", "day"]
    assert [one.key for one in asked[1].options] == ["contact", "courage"]


async def test_a_question_never_changes_its_kind_under_its_key(
    database: Database, imported: Importer
) -> None:
    """Also not by way of being hidden in between."""
    await imported(BY_NAME)
    await answer(database, people=1)
    wrong = (
        "survey feedback: can't ask gained as another kind of question, because people have "
        "answered. Give the question a new key."
    )
    single = (CHOICE, CHOICE.replace("multiple", "single"))

    assert (await imported(BY_NAME, single)).lines == (wrong,)
    await imported(BY_NAME, (CHOICE, ""))
    assert (await imported(BY_NAME, single)).lines == (wrong,)


@pytest.mark.parametrize("first,then", [((), (BY_NAME,)), ((BY_NAME,), ())])
async def test_how_answers_are_kept_never_changes_once_somebody_has_answered(
    database: Database,
    imported: Importer,
    first: tuple[tuple[str, str], ...],
    then: tuple[tuple[str, str], ...],
) -> None:
    await imported(*first)
    await answer(database, people=1)
    before = (await the_survey(database)).mode

    refused = await imported(*then)

    [problem] = refused.problems
    assert problem.endswith("Ask in a new survey, with a key of its own.")
    assert f"because people have been told that it is {before}." in problem
    assert (await the_survey(database)).mode is before


async def test_how_answers_are_kept_never_changes_between_two_questions(
    database: Database, imported: Importer
) -> None:
    """Whoever has begun was told before the first question."""
    await imported()
    await answer(database, people=0)
    survey = await the_survey(database)
    async with database.writing() as session:
        someone = await meet(session, 1)
        session.add(
            Dialogue(
                participant_id=someone.id,
                topic=f"{surveys.TOPIC}.{survey.id}",
                is_current=True,
                step=None,
                data={},
                expires_at=AFTERWARDS,
            )
        )

    refused = await imported(BY_NAME)

    [problem] = refused.problems
    assert problem.startswith("survey feedback: can't become pseudonymous")


@pytest.mark.parametrize("by", ["an answer", "a link"])
async def test_a_survey_that_people_were_asked_stays(
    database: Database, imported: Importer, by: str
) -> None:
    await imported()
    survey = await the_survey(database)
    if by == "an answer":
        await answer(database, people=1)
    else:
        async with database.writing() as session:
            someone = await meet(session, 1)
            session.add(SurveyGuest(survey_id=survey.id, participant_id=someone.id, created_at=NOW))

    refused = await imported(("surveys:\n  - key: feedback\n", "surveys:\n  - key: other\n"))

    assert refused.lines == (
        "survey feedback: can't go, because people were asked. Keep it in the file.",
    )
    assert (await the_survey(database)).key == "feedback"


async def test_ready_made_questions_are_known_by_their_name(
    database: Database, imported: Importer
) -> None:
    """So that those of several events can be laid side by side."""
    own = ASKED[ASKED.index("    title: {en: Your view") :]
    used = (own, f"    use: self-before\n{CLOSES}")

    await imported(used)

    survey = await the_survey(database)
    assert (survey.instrument, survey.mode) == ("self-before", SurveyMode.PSEUDONYMOUS)
    assert survey.questions[0]["key"] == "communication"
    assert survey.title["cs"] == "Sebehodnocení před školením"
    assert (await imported(used)).lines == ("nothing changed",)


async def answer(database: Database, *, people: int) -> None:
    """Let so many people register, and answer the survey after the event."""
    survey = await the_survey(database)
    for number in range(people):
        async with database.writing() as session:
            event = (await session.scalars(select(Event))).one()
            person = await meet(session, number)
            await registration.register(
                session, participant=person, event_id=event.id, role="visitor", now=NOW
            )
            outcome = await surveys.submit(
                session,
                participant=person,
                survey_id=survey.id,
                answers=ANSWERS,
                now=AFTERWARDS,
            )
            assert isinstance(outcome, surveys.Thanked)


async def meet(session: AsyncSession, number: int) -> Participant:
    return await participants.meet(session, telegram_id=1000 + number, language_code="de", now=NOW)


async def the_survey(database: Database) -> Survey:
    async with database.reading() as session:
        return (await session.scalars(select(Survey))).one()


async def questions(database: Database) -> list[str]:
    """The questions by their keys, those that are hidden with a dash."""
    return marked((await the_survey(database)).questions)


async def options(database: Database) -> list[str]:
    """The options of the choice in the same way."""
    found = (await the_survey(database)).questions
    return marked(next(one["options"] for one in found if one["key"] == "gained"))


def marked(entries: list[dict[str, Any]]) -> list[str]:
    return ["-" * bool(one.get("hidden")) + one["key"] for one in entries]

"""The exercises: those that come with the assistant, and what is told of broken ones."""

from pathlib import Path

import pytest

from tests.blueprints.small import EXERCISE, edited, written
from xinno_core.blueprints.files.problems import BlueprintErrors, Problem
from xinno_core.errors import NotFoundError
from xinno_core.library import library

COMPLETE = ("en", "it", "de")
FILES = library.packaged()


def test_the_first_four_exercises_are_there() -> None:
    assert list(library.exercises()) == ["ada-1", "com-4", "ref-1", "xse-4"]


def test_an_exercise_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="no exercise com-99"):
        library.exercise("com-99")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_exercise_is_complete_in_the_first_languages_and_lists_what_is_missing(
    path: Path,
) -> None:
    found = library.read(path)

    assert set(COMPLETE) <= set(found.languages)
    assert not set(found.languages) & set(found.missing_languages)
    assert set(found.languages) | set(found.missing_languages) >= {"sk", "pl", "cs", "nl"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_answer_of_a_quiz_is_explained_without_a_verdict(path: Path) -> None:
    """Feedback speaks of the matter: it neither praises nor marks the person."""
    verdicts = ("wrong", "correct", "well done", "sbagliat", "bravo", "esatto", "falsch", "richtig")

    for option in library.read(path).quiz.options:
        for text in option.feedback.values():
            assert len(text) > 40
            assert not any(verdict in text.lower() for verdict in verdicts)


BROKEN = (
    pytest.param(("  en: An idea.\n", ""), 9, "idea", "has no text in en.", id="english-missing"),
    pytest.param(
        ("  it: Un'idea.", "  de: Eine Idee."),
        9,
        "idea",
        "has no text in it.",
        id="languages-mixed",
    ),
    pytest.param(
        ("key: com-9", "key: com-8"),
        2,
        "key",
        "is com-8, but the file is called com-9.yaml.",
        id="name-of-the-file",
    ),
    pytest.param(
        ("skill: com", "skill: coo"), 2, "key", "is com-9, but the exercise trains coo.", id="skill"
    ),
    pytest.param(
        ("      right: true\n", ""), 17, "quiz.options", "has no right answers.", id="none-right"
    ),
    pytest.param(
        ("      feedback: {en: It does not., it: Non vale.}\n", ""),
        22,
        "quiz.options[1].feedback",
        "is missing.",
        id="feedback-missing",
    ),
    pytest.param(
        ("  en: Something to do.", "  en: " + "Do it. " * 100),
        13,
        "exercise.en",
        "makes a message of 718 characters with title and idea; 600 fit.",
        id="too-long-for-a-card",
    ),
    pytest.param(
        ("minutes: 2", "minutes: 45"), 5, "minutes", "is 45; the most is 15.", id="takes-too-long"
    ),
)


@pytest.mark.parametrize("change,line,field,wrong", BROKEN)
def test_a_broken_exercise_names_its_fault(
    tmp_path: Path, change: tuple[str, str], line: int, field: str, wrong: str
) -> None:
    path = written(tmp_path, edited(EXERCISE, change), "com-9.yaml")

    told = [problem for problem in problems_of(path) if problem.field == field]

    assert [(problem.line, problem.wrong) for problem in told] == [(line, wrong)]
    assert told[0].cure


def test_the_small_exercise_is_valid(tmp_path: Path) -> None:
    assert library.read(written(tmp_path, EXERCISE, "com-9.yaml")).languages == ("en", "it")


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(BlueprintErrors) as caught:
        library.read(path)
    return caught.value.problems

"""Every way to get a blueprint wrong names file, line, field and cure."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.blueprints.broken_agenda import AGENDA
from tests.blueprints.broken_journeys import JOURNEYS
from tests.blueprints.broken_meanings import MEANINGS
from tests.blueprints.broken_surveys import SURVEYS
from tests.blueprints.broken_values import VALUES, Broken
from tests.blueprints.small import BLUEPRINT, edited, line_of_mark, written
from xinno_core.blueprints.read import BlueprintErrors, Problem, read

PARENT_OF_WHAT_IS_MISSING = {"field-missing": "region:", "group-missing": "event:"}


@pytest.mark.parametrize(
    "broken", VALUES + MEANINGS + AGENDA + JOURNEYS + SURVEYS, ids=lambda broken: broken.fault
)
def test_a_broken_blueprint_names_file_line_field_and_cure(tmp_path: Path, broken: Broken) -> None:
    """One thing is wrong, so one problem is told: no fault brings others along."""
    text = edited(BLUEPRINT, (broken.old, broken.new))
    path = written(tmp_path, text)
    parent = PARENT_OF_WHAT_IS_MISSING.get(broken.fault)
    line = text.splitlines().index(parent) + 1 if parent else line_of_mark(text)

    [problem] = problems_of(path)

    assert (problem.file, problem.line, problem.field) == (str(path), line, broken.field)
    assert problem.wrong == broken.wrong
    assert broken.cure in problem.cure
    assert str(problem).startswith(f"{path}:{line}:")


@dataclass(frozen=True)
class Unreadable:
    """A file that is not even YAML of the right kind."""

    fault: str
    content: bytes
    line: int
    wrong: str
    cure: str


SMALL = BLUEPRINT.encode()
UNREADABLE = (
    Unreadable("empty", b"", 1, "the file is empty.", "Start from the example"),
    Unreadable("only-comments", b"# later\n", 1, "the file is empty.", "Start from the example"),
    Unreadable(
        "list-instead-of-fields",
        b"# talks\n- key: talks\n",
        2,
        "the file does not begin with a field.",
        "Write fields such as `key: my-event`",
    ),
    Unreadable(
        "wrong-encoding",
        BLUEPRINT.encode("latin-1"),
        16,
        "the file is not in UTF-8: a character here can't be read.",
        "Save it again with the encoding UTF-8.",
    ),
    Unreadable(
        "tab",
        SMALL.replace(b"  key: gmunden", b"\tkey: gmunden"),
        8,
        "this is not valid YAML",
        "Indent with spaces; YAML does not allow tabs.",
    ),
    Unreadable(
        "colon-in-a-text",
        SMALL.replace(b"Collab Talks auf", b"Collab Talks: auf"),
        22,
        "this is not valid YAML",
        "Put a text that contains a colon in quotes.",
    ),
    Unreadable(
        "bracket-not-closed",
        SMALL.replace(b"[visitor]", b"[visitor"),
        44,
        "this is not valid YAML",
        "Close the bracket that opens the list, or add the comma.",
    ),
    Unreadable(
        "quotation-mark-not-closed",
        SMALL.replace(b"en: How useful?", b'en: "How useful?'),
        BLUEPRINT[: BLUEPRINT.index("How useful")].count("\n") + 1,
        "this is not valid YAML",
        "Close the quotation mark that opens the text.",
    ),
    Unreadable(
        "text-behind-a-quotation",
        SMALL.replace(b"Duos on stage.", b"'Duos' on stage."),
        24,
        "this is not valid YAML",
        "A text in quotes ends at the next one: check those here and above.",
    ),
    Unreadable(
        "wrong-indentation",
        SMALL.replace(b"  zone: Europe", b" zone: Europe"),
        11,
        "this is not valid YAML",
        "Give all fields of one group the same indentation.",
    ),
    Unreadable(
        "two-documents",
        SMALL + b"---\n" + SMALL,
        SMALL.count(b"\n") + 1,
        "this is not valid YAML",
        "Write one format into one file",
    ),
    Unreadable(
        "control-character",
        SMALL.replace(b"name: Saal", b"name: Sa\x07al"),
        29,
        "there is a character that YAML does not allow.",
        "Remove it",
    ),
    Unreadable(
        "nested-without-end",
        b"key: " + b"[" * 5000,
        1,
        "the brackets in the file are nested too deep.",
        "Write lists and groups of fields as indented lines.",
    ),
    Unreadable(
        "too-large",
        SMALL + b"#" * 600_000,
        1,
        "the file is larger than 512 KB.",
        "Check that it is the right one",
    ),
)


@pytest.mark.parametrize("broken", UNREADABLE, ids=lambda broken: broken.fault)
def test_an_unreadable_file_names_its_line_and_the_cure(tmp_path: Path, broken: Unreadable) -> None:
    """What hinders reading is the only problem told, since nothing behind it is known."""
    path = written(tmp_path, broken.content)

    [problem] = problems_of(path)

    assert (problem.file, problem.line, problem.field) == (str(path), broken.line, "")
    assert problem.wrong.startswith(broken.wrong)
    assert broken.cure in problem.cure


def test_a_file_that_is_not_there_is_a_problem_as_well(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path / "nowhere.yaml")

    assert problem.file.endswith("nowhere.yaml")
    assert problem.wrong == "the file can't be read: No such file or directory."


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines(
    tmp_path: Path,
) -> None:
    """Wrong shapes do not hide wrong meanings, not even in the same rule."""
    text = edited(
        BLUEPRINT,
        ("  zone: Europe/Vienna\n", ""),
        ("    en: Collab Talks\n", ""),
        ("    seats: 80", "    seats: many"),
        ("    roles: [visitor]", "    roles: [guest]"),
        ('when: {days_before: 7, at: "10:00"}', "when: {days_before: x, hours_before: 2}"),
        ("  - key: speaker", "  - key: visitor"),
    )

    told = problems_of(written(tmp_path, text))

    assert [problem.field for problem in told] == [
        "region.zone",
        "event.title",
        "roles[1].key",
        "limits[0].roles[0]",
        "limits[0].seats",
        "journey[0].when",
        "journey[0].when.days_before",
    ]
    assert [problem.line for problem in told] == sorted(problem.line for problem in told)


def test_whatever_value_a_field_gets_the_author_reads_sentences(tmp_path: Path) -> None:
    """No field answers nonsense with words of a library."""
    for line in BLUEPRINT.splitlines():
        name, colon, _ = line.partition(": ")
        if not colon or name.strip().startswith("- "):
            continue
        for nonsense in (
            "[1, {a: 2}]",
            "{b: []}",
            "null",
            "true",
            "-7.5",
            "''",
            ".nan",
            "é" * 2000,
        ):
            path = written(tmp_path, BLUEPRINT.replace(line, f"{name}: {nonsense}", 1))
            for problem in problems_of(path, may_be_none=True):
                assert problem.wrong.endswith("."), problem
                assert problem.cure.endswith("."), problem
                assert "can't be used as it is" not in problem.wrong, problem


def problems_of(path: Path, *, may_be_none: bool = False) -> list[Problem]:
    """Return what is wrong with a file."""
    try:
        read(path)
    except BlueprintErrors as errors:
        return errors.problems
    assert may_be_none, "the file was taken as it is"
    return []

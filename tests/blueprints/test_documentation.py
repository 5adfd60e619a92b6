"""docs/formats.md: its example is valid, and it names every field there is."""

import re
from pathlib import Path

import pytest

from tests.blueprints.small import groups_of, written
from xinno_core.blueprints import ready_made
from xinno_core.blueprints.instrument import Instrument
from xinno_core.blueprints.read import Blueprint, read
from xinno_core.library.schema import Exercise

DOCUMENT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES: list[str] = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
ASKED_AHEAD = """\
journey:
  - key: ask-topics
    kind: survey
    survey: topics
    when: {days_before: 6, at: "10:00"}
"""


def test_the_example_is_a_valid_file(tmp_path: Path) -> None:
    blueprint = read(written(tmp_path, EXAMPLES[0]))

    assert blueprint.key == "open-evening"
    assert [survey.key for survey in blueprint.surveys] == ["feedback"]


@pytest.mark.parametrize("surveys", EXAMPLES[1:], ids=["own-questions", "ready-made"])
def test_the_examples_of_surveys_fit_into_it(tmp_path: Path, surveys: str) -> None:
    whole = EXAMPLES[0][: EXAMPLES[0].index("surveys:\n")] + surveys
    if "key: topics" in surveys:
        whole = whole.replace("kind: survey\n", "kind: survey\n    survey: feedback\n")
        whole = whole.replace("journey:\n", ASKED_AHEAD)

    assert read(written(tmp_path, whole)).surveys[-1].key == "feedback"


def test_every_set_of_ready_made_questions_is_named() -> None:
    for key in ready_made.instruments():
        assert f"| `{key}` |" in DOCUMENT


def test_every_field_of_the_formats_is_named() -> None:
    for group in groups_of(Blueprint) | groups_of(Exercise) | groups_of(Instrument):
        for name, info in group.model_fields.items():
            field = info.alias or name
            assert re.search(rf"`[^`]*\b{field}\b[^`]*`", DOCUMENT), f"{group.__name__}.{field}"


def test_every_file_it_names_is_there() -> None:
    root = Path(__file__).parents[2]

    for name in re.findall(r"`(xinno_core/[^`]+)`", DOCUMENT):
        assert (root / name).exists(), name

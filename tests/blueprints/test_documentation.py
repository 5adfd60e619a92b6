"""docs/formats.md: its example is valid, and it names every field there is."""

import re
from pathlib import Path

from tests.blueprints.small import groups_of, written
from xinno_core.blueprints.read import Blueprint, read
from xinno_core.library.schema import Exercise

DOCUMENT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_the_example_is_a_valid_file(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)

    blueprint = read(written(tmp_path, example))

    assert blueprint.key == "open-evening"
    assert [survey.key for survey in blueprint.surveys] == ["feedback"]


def test_every_field_of_the_formats_is_named() -> None:
    for group in groups_of(Blueprint) | groups_of(Exercise):
        for name, info in group.model_fields.items():
            field = info.alias or name
            assert re.search(rf"`[^`]*\b{field}\b[^`]*`", DOCUMENT), f"{group.__name__}.{field}"


def test_every_file_it_names_is_there() -> None:
    root = Path(__file__).parents[2]

    for name in re.findall(r"`(xinno_core/[^`]+)`", DOCUMENT):
        assert (root / name).exists(), name

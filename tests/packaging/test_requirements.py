"""The pinned requirements: they keep our promises, name no registry, and are what runs here."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-test.txt")


def pins(name: str) -> dict[str, str]:
    """Return package and version of each line, following the file that it includes."""
    found: dict[str, str] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found |= pins(line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            package, number = line.split("==")
            found[canonicalize_name(package)] = number
    return found


def test_every_promised_dependency_is_pinned_inside_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = pins("requirements.txt")
    for promised in map(Requirement, project["dependencies"]):
        assert promised.specifier.contains(pinned[canonicalize_name(promised.name)]), promised.name


@pytest.mark.parametrize("name", FILES)
def test_only_versions_are_written_down(name: str) -> None:
    """A registry's address or an index option would overrule the user's own configuration."""
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|-r requirements\.txt|[\w.-]+==[\w.]+|", line), line
        assert "://" not in line


def test_what_runs_here_is_what_is_pinned() -> None:
    assert {name: version(name) for name in pins(FILES[1])} == pins(FILES[1])

"""The way in: a file becomes a blueprint, or the list of everything wrong with it."""

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from xinno_core.blueprints import checks
from xinno_core.blueprints.files.problems import BlueprintErrors, Fault, Problem
from xinno_core.blueprints.files.reading import read_as
from xinno_core.blueprints.ready_made import instruments, unfold
from xinno_core.blueprints.schema import Blueprint
from xinno_core.library.library import exercises

__all__ = ["Blueprint", "BlueprintErrors", "Problem", "definition_of", "packaged", "read", "revive"]


def read(path: Path) -> Blueprint:
    """Return the blueprint in a file; raise BlueprintErrors with everything wrong with it."""
    return unfold(read_as(Blueprint, path, _meaning))


def packaged() -> list[Path]:
    """Return the blueprint files that come with the assistant, by name."""
    folder = Path(str(resources.files("xinno_core.blueprints")))
    return sorted(folder.glob("*.yaml"))


def definition_of(blueprint: Blueprint) -> dict[str, Any]:
    """Return the blueprint as plain JSON values, with the names its file uses."""
    return blueprint.model_dump(mode="json", by_alias=True, exclude_none=True)


def revive(definition: Mapping[str, Any]) -> Blueprint:
    """Return the blueprint whose definition was kept."""
    return Blueprint.model_validate(definition)


def _meaning(data: dict[str, Any]) -> Iterator[Fault]:
    return checks.faults(data, exercises=exercises().keys(), instruments=instruments())

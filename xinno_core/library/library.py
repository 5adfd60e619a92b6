"""The exercises that come with the assistant, read once."""

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from xinno_core.blueprints.files.reading import read_as
from xinno_core.errors import NotFoundError
from xinno_core.library import checks
from xinno_core.library.schema import Exercise


@functools.cache
def exercises() -> Mapping[str, Exercise]:
    """Return all exercises by key, in the order of their keys."""
    found = (read(path) for path in packaged())
    return MappingProxyType({one.key: one for one in found})


def exercise(key: str) -> Exercise:
    """Return the exercise with this key."""
    try:
        return exercises()[key]
    except KeyError:
        msg = f"there is no exercise {key}"
        raise NotFoundError(msg) from None


def packaged() -> list[Path]:
    """Return the exercise files that come with the assistant, by name."""
    folder = Path(str(resources.files("xinno_core.library")))
    return sorted((folder / "exercises").glob("*.yaml"))


def read(path: Path) -> Exercise:
    """Return the exercise in a file; raise BlueprintErrors with everything wrong with it."""
    return read_as(Exercise, path, lambda data: checks.faults(data, path=path))

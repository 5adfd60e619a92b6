"""Looking at the plain values of a file, whatever stands where a group or a list is expected."""

from collections.abc import Iterator
from typing import Any, TypeGuard

from xinno_core.blueprints.files.problems import Path

Group = dict[str, Any]


def group(data: Group, *path: str) -> Group:
    """Return a group of fields, an empty one when the file has something else there."""
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def entries(data: Group, *path: str) -> Iterator[tuple[Path, Group]]:
    """Yield the entries of a list that are groups of fields, each with its path."""
    value = group(data, *path[:-1]).get(path[-1])
    for place, entry in enumerate(value if isinstance(value, list) else []):
        if isinstance(entry, dict):
            yield (*path, place), entry


def words(data: Group, name: str) -> list[str]:
    """Return the words of a list, an empty one when the file has something else there."""
    value = data.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def keys(data: Group, name: str) -> list[str]:
    """Return the keys of the entries of a list."""
    return [one["key"] for _, one in entries(data, name) if isinstance(one.get("key"), str)]


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number; true and false are none."""
    return type(value) is int

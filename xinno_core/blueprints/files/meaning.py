"""What holds for every file: languages are complete, keys are unique.

These rules look at the plain values instead of the filled form, so that one wrong field does not
hide what is wrong in the others.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xinno_core.blueprints.files.problems import Fault, Path
from xinno_core.languages import LANGUAGES, missing_in


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 (a file's values)
    """Yield every value of a file with its path, the outer ones first."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from walk(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from walk(inner, (*path, place))


def texts_in(data: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:  # noqa: ANN401 (a file's values)
    """Yield every text in several languages; no other field has the name of a language."""
    for path, value in walk(data):
        if isinstance(value, dict) and any(language in value for language in LANGUAGES):
            yield path, value


def missing_languages(data: Any, wanted: Sequence[str]) -> Iterator[Fault]:  # noqa: ANN401 (a file's values)
    """Find the texts that lack one of the languages they have to be in."""
    for path, texts in texts_in(data):
        for language in missing_in(texts, wanted):
            if language in texts:
                continue  # it is there and empty, which the form says itself
            yield Fault(
                path,
                f"has no text in {language}.",
                f"Add a line `{language}: …`, written anew in that language.",
            )


def doubled_keys(data: Any) -> Iterator[Fault]:  # noqa: ANN401 (a file's values)
    """Find entries of a list that have the same key, or that are the same."""
    for path, value in walk(data):
        if not isinstance(value, list):
            continue
        seen: dict[str, int] = {}
        for place, entry in enumerate(value):
            is_group = isinstance(entry, dict)
            key = entry.get("key") if isinstance(entry, dict) else entry
            if not isinstance(key, str):
                continue
            if key in seen:
                yield Fault(
                    (*path, place, "key") if is_group else (*path, place),
                    f"is {key}, as is entry {seen[key] + 1} of the list.",
                    "Give each entry a key of its own." if is_group else "Remove one of the two.",
                )
            else:
                seen[key] = place

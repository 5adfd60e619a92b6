"""What the fields of an exercise have to do with each other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xinno_core.blueprints.files.meaning import doubled_keys, missing_languages, texts_in
from xinno_core.blueprints.files.problems import Fault
from xinno_core.languages import LANGUAGES

LONGEST_MESSAGE = 600
CARD = ("title", "idea", "exercise")


def faults(data: dict[str, Any], *, path: Path) -> Iterator[Fault]:
    """Find everything in an exercise that does not fit together."""
    used = {name for _, texts in texts_in(data) for name in texts}
    # A card falls back to another language as a whole, so no text may lack a language another has.
    languages = [language for language in LANGUAGES if language in used | {"en"}]
    yield from missing_languages(data, languages)
    yield from doubled_keys(data)
    yield from _key(data, path)
    yield from _quiz(data)
    for language in languages:
        texts = [data[name].get(language) for name in CARD if isinstance(data.get(name), dict)]
        length = sum(len(text) + 2 for text in texts if isinstance(text, str)) - 2
        if length > LONGEST_MESSAGE:
            yield Fault(
                ("exercise", language),
                f"makes a message of {length} characters with title and idea;"
                f" {LONGEST_MESSAGE} fit.",
                f"Shorten one of the three by {length - LONGEST_MESSAGE}.",
            )


def _key(data: dict[str, Any], path: Path) -> Iterator[Fault]:
    key, skill = data.get("key"), data.get("skill")
    if isinstance(key, str) and key != path.stem:
        yield Fault(
            ("key",),
            f"is {key}, but the file is called {path.name}.",
            f"Give both the same name: {key}.yaml.",
        )
    if isinstance(key, str) and isinstance(skill, str) and not key.startswith(f"{skill}-"):
        yield Fault(
            ("key",),
            f"is {key}, but the exercise trains {skill}.",
            f"Begin the key with {skill}-, or correct the skill.",
        )


def _quiz(data: dict[str, Any]) -> Iterator[Fault]:
    quiz = data.get("quiz")
    options = quiz.get("options") if isinstance(quiz, dict) else None
    if not isinstance(options, list):
        return
    right = sum(isinstance(one, dict) and one.get("right") is True for one in options)
    if right != 1:
        yield Fault(
            ("quiz", "options"),
            f"has {right or 'no'} right answer{'s' if right != 1 else ''}.",
            "Write `right: true` at exactly one of them.",
        )

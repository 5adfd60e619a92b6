"""The ready-made questions that come with the assistant, read once."""

import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xinno_core.blueprints import checks_of_surveys
from xinno_core.blueprints.files.meaning import doubled_keys, missing_languages
from xinno_core.blueprints.files.problems import Fault
from xinno_core.blueprints.files.reading import read_as
from xinno_core.blueprints.instrument import Instrument
from xinno_core.blueprints.schema import Blueprint
from xinno_core.languages import LANGUAGES


@functools.cache
def instruments() -> Mapping[str, Instrument]:
    """Return all ready-made questions by key."""
    found = (read(path) for path in packaged())
    return MappingProxyType({one.key: one for one in found})


def packaged() -> list[Path]:
    """Return the files of ready-made questions, by name."""
    folder = Path(str(resources.files("xinno_core.blueprints")))
    return sorted((folder / "instruments").glob("*.yaml"))


def read(path: Path) -> Instrument:
    """Return the questions in a file; raise BlueprintErrors with everything wrong with it."""
    return read_as(Instrument, path, lambda data: _faults(data, path))


def unfold(blueprint: Blueprint) -> Blueprint:
    """Write out the ready-made questions that a blueprint uses.

    What is kept of an import then tells what was asked, whatever a later release asks instead.
    """
    surveys = [
        instruments()[survey.use].asked_by(survey) if survey.use else survey
        for survey in blueprint.surveys
    ]
    return blueprint.model_copy(update={"surveys": surveys})


def _faults(data: dict[str, Any], path: Path) -> Iterator[Fault]:
    yield from missing_languages(data, LANGUAGES)
    yield from doubled_keys(data)
    yield from checks_of_surveys.questions_of((), data)
    if data.get("key") != path.stem:
        yield Fault(
            ("key",),
            f"is {data.get('key')}, but the file is called {path.name}.",
            "Give both the same name.",
        )

"""One way to read a file: its source, its shape, its meaning, and all that is wrong at once."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from xinno_core.blueprints.files.problems import BlueprintErrors, Fault
from xinno_core.blueprints.files.shape import shape
from xinno_core.blueprints.files.source import load

AnyForm = TypeVar("AnyForm", bound=BaseModel)


def read_as(
    form: type[AnyForm], path: Path, meaning: Callable[[dict[str, Any]], Iterable[Fault]]
) -> AnyForm:
    """Return the file as a filled form; raise BlueprintErrors with everything wrong with it."""
    source = load(path)
    filled, refused = shape(form, source.data)
    # An anchor leaves an empty value behind; that it is empty is then no news.
    known = {fault.path for fault in source.faults}
    later = [one for one in (*refused, *meaning(source.data)) if one.path not in known]
    faults = source.faults + later
    if faults or filled is None:
        raise BlueprintErrors([source.problem(fault) for fault in faults])
    return filled

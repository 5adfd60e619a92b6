"""The formats as JSON Schema, for editors; `python -m xinno_core.blueprints.json_schema` writes it.

The files are committed, because an editor looks for them beside the YAML; a test keeps them equal
to the code.
"""

import json
from importlib import resources
from pathlib import Path

from pydantic import BaseModel

from xinno_core.blueprints.instrument import Instrument
from xinno_core.blueprints.schema import Blueprint
from xinno_core.library.schema import Exercise

FILES: tuple[tuple[type[BaseModel], str, str], ...] = (
    (Blueprint, "xinno_core.blueprints", "blueprint.schema.json"),
    (Instrument, "xinno_core.blueprints", "instrument.schema.json"),
    (Exercise, "xinno_core.library", "exercise.schema.json"),
)


def schema_of(form: type[BaseModel]) -> str:
    """Return the JSON Schema of a form, as it stands in the file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **form.model_json_schema(by_alias=True),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def schema_file(package: str, name: str) -> Path:
    """Return where a schema is kept."""
    return Path(str(resources.files(package))) / name


if __name__ == "__main__":
    for form, package, name in FILES:
        schema_file(package, name).write_text(schema_of(form), encoding="utf-8")

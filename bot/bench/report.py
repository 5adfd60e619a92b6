"""Figures as people and machines read them."""

import dataclasses
import json
import platform
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bot.bench.town import ROOT


def table(figures: Sequence[Any]) -> str:
    """Return the figures with one column for each way."""
    names = [field.name for field in dataclasses.fields(figures[0])]
    rows = [
        [name.replace("_", " "), *(str(getattr(one, name)) for one in figures)] for name in names
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_json(name: str, figures: Sequence[Any]) -> str:
    """Return the figures with what they were measured on."""
    told = {
        "bench": name,
        "xinno": _version(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "figures": [dataclasses.asdict(one) for one in figures],
    }
    return json.dumps(told, indent=2) + "\n"


def _version() -> str:
    try:
        return version("xinno")
    except PackageNotFoundError:  # run from its folder, as the launcher does
        told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(told["project"]["version"])

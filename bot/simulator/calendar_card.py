"""The few facts of a calendar file that a chat shows on a card."""

import re
from typing import Any

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"(?P<name>[A-Za-z-]+)(?P<parameters>(?:;[^:\"]*(?:\"[^\"]*\")?)*):(?P<value>.*)"
)
_ESCAPE = re.compile(r"\\([\\;,nN])")
_ZONE = re.compile(r";TZID=\"?([^;\":]+)", re.IGNORECASE)
_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")


def calendar_card(content: bytes) -> dict[str, Any] | None:
    """Title, times and place of the first event; None when there is no event in it."""
    text = _FOLD.sub("", content.decode("utf-8", "replace"))
    facts: dict[str, Any] = {}
    inside = False
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"].strip()
        if name == "METHOD":
            facts["cancelled"] = facts.get("cancelled") or value.upper() == "CANCEL"
        elif (name, value.upper()) == ("BEGIN", "VEVENT"):
            inside = True
        elif name == "BEGIN" and inside:
            break  # an alarm within the event has a summary of its own
        elif (name, value.upper()) == ("END", "VEVENT"):
            break
        elif inside:
            facts |= _fact(name, match["parameters"], value)
    return facts if inside else None


def _fact(name: str, parameters: str, value: str) -> dict[str, Any]:
    match name:
        case "SUMMARY":
            return {"title": _plain(value)}
        case "LOCATION":
            return {"place": _plain(value)}
        case "STATUS" if value.upper() == "CANCELLED":
            return {"cancelled": True}
        case "DTSTART" | "DTEND":
            return {"starts" if name == "DTSTART" else "ends": _time(parameters, value)}
        case _:
            return {}


def _time(parameters: str, value: str) -> dict[str, str | None] | None:
    match = _INSTANT.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, utc = match.groups()
    wall = f"{year}-{month}-{day}" + (f"T{hour}:{minute}" if hour else "")
    zone = _ZONE.search(parameters)
    return {"wall": wall, "zone": "UTC" if utc else zone[1] if zone else None}


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)

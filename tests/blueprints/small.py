"""A small valid blueprint and exercise, to be broken in one place by an edit."""

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

HERE = "# here"
"""A comment that marks the line on which a problem is expected."""

BLUEPRINT = """\
blueprint: 1
key: talks
format: talks
pilot:
  key: pilot-1
  name: {en: Pilot, de: Pilot}
region:
  key: gmunden
  name: {en: Gmunden, de: Gmunden}
  organiser: {name: CREARE, country: AT}
  zone: Europe/Vienna
  languages: [de, en]
  data_protection:
    controller: {en: CREARE, de: CREARE}
    contact: privacy@example.org
    authority: {en: Austrian authority, de: Datenschutzbehörde}
  quiet_hours: {from: "21:00", to: "07:30"}
event:
  key: talks-1
  title:
    en: Collab Talks
    de: Collab Talks auf der Bühne
  summary:
    en: Duos on stage.
    de: Duos auf der Bühne.
  lead_language: de
  languages: [de, en]
  place:
    name: Saal
    address: Gmunden
  starts:
    on: 2026-12-10
    at: "18:00"
  lasts: 2h
roles:
  - key: visitor
    label: {en: Visitor, de: Gast}
  - key: speaker
    label: {en: Speaker, de: Vortrag}
    register: invited
limits:
  - key: hall
    label: {en: Hall, de: Saal}
    roles: [visitor]
    seats: 80
questions:
  - key: branch
    kind: single
    text: {en: Your branch?, de: Ihre Branche?}
    options:
      - key: creative
        label: {en: Creative, de: Kreativ}
      - key: industry
        label: {en: Industry, de: Industrie}
journey:
  - key: week-before
    kind: reminder
    when: {days_before: 7, at: "10:00"}
  - key: hours-before
    kind: reminder
    when: {hours_before: 2}
  - key: warm-up
    kind: exercise
    exercise: xse-4
    when: {days_before: 2, at: "12:00"}
  - key: bring
    kind: note
    class: service
    text: {en: Bring a card., de: Bringen Sie eine Karte mit.}
    when: {hours_before: 24}
  - key: thanks
    kind: thanks
    when: {hours_after: 1}
  - key: feedback
    kind: survey
    when: {days_after: 1, at: "10:00"}
surveys:
  - key: feedback
    title: {en: Your view, de: Ihr Eindruck}
    closes: {days_after: 14}
    questions:
      - key: useful
        kind: rating
        text: {en: How useful?, de: Wie nützlich?}
        low: {en: little, de: wenig}
        high: {en: much, de: sehr}
      - key: words
        kind: text
        optional: true
        text: {en: Anything else?, de: Noch etwas?}
"""

EXERCISE = """\
library: 1
key: com-9
skill: com
field: W
minutes: 2
title:
  en: A title
  it: Un titolo
idea:
  en: An idea.
  it: Un'idea.
exercise:
  en: Something to do.
  it: Qualcosa da fare.
quiz:
  question: {en: Which?, it: Quale?}
  options:
    - key: a
      label: {en: This, it: Questo}
      right: true
      feedback: {en: It holds., it: Vale.}
    - key: b
      label: {en: That, it: Quello}
      feedback: {en: It does not., it: Non vale.}
reflection: {en: What now?, it: E adesso?}
"""


def edited(text: str, *changes: tuple[str, str]) -> str:
    """Return the text with each change made once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the base"
        text = text.replace(old, new)
    return text


def written(folder: Path, text: str | bytes, name: str = "talks.yaml") -> Path:
    """Return the path of a file with this content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def line_of_mark(text: str) -> int:
    """Return the number of the marked line."""
    [line] = [number for number, line in enumerate(text.splitlines(), 1) if HERE in line]
    return line


def groups_of(form: Any, seen: set[type[BaseModel]] | None = None) -> set[type[BaseModel]]:  # noqa: ANN401 (annotations nest)
    """Return a form and all forms inside it."""
    seen = seen if seen is not None else set()
    if isinstance(form, type) and issubclass(form, BaseModel):
        seen.add(form)
        for info in form.model_fields.values():
            groups_of(info.annotation, seen)
    for inside in get_args(form):
        groups_of(inside, seen)
    return seen

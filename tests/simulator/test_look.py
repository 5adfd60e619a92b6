"""Colours that can be read, in light and in dark."""

import re
from importlib.resources import files

import pytest

CSS = (files("bot.simulator") / "web" / "chat.css").read_text(encoding="utf-8")

# What is written upon what.
PAIRS = [
    *(("text", ground) for ground in ("page", "surface", "raised", "mine", "chat", "chip-on")),
    *(("soft", ground) for ground in ("surface", "raised", "chat", "chip-on", "page")),
    *(("link", ground) for ground in ("surface", "mine")),
    *(("danger", "button"), ("success", "button"), ("primary", "button"), ("danger", "surface")),
    *(("button-text", "button"), ("button-text", "surface"), ("accent-strong", "raised")),
    *(("on-accent", "accent"), ("on-accent", "accent-strong"), ("accent", "surface")),
    *(("surface", "danger"), ("surface", "success"), ("success", "surface"), ("link", "raised")),
    *(("button-text", "raised"), ("soft", "button")),
]


def colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    named = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", light))
    if scheme == "dark":
        named |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", dark))
    return named


def brightness(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(letter * 2 for letter in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("words, ground", PAIRS)
def test_words_stand_out_from_their_ground(scheme: str, words: str, ground: str) -> None:
    named = colours(scheme)
    assert contrast(named[words], named[ground]) >= 4.5


@pytest.mark.parametrize("hue", re.findall(r"\.hue-\d \{ background: (#[0-9a-f]{6})", CSS))
def test_initials_stand_out_from_their_disc(hue: str) -> None:
    assert contrast("#ffffff", hue) >= 4.5


def test_nothing_moves_for_those_who_asked_for_rest() -> None:
    assert "prefers-reduced-motion: reduce" in CSS


def test_nothing_comes_from_elsewhere() -> None:
    for file in (files("bot.simulator") / "web").iterdir():
        text = file.read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[\w.]+", text)) - {"http://www.w3.org"}
        assert not addresses, file.name
        assert "innerHTML" not in text

"""Buttons in an order: turning pages, and short labels two in a row."""

from collections.abc import Callable

from xinno_core.texts.actions import Action
from xinno_core.texts.message import Button
from xinno_core.texts.translator import Translator

LONGEST_ON_A_BUTTON = 60
LONGEST_IN_HALF = 20
LONGEST_WORD = 14
"""Half a row of a phone 390 points wide."""


def turns(
    t: Translator, page: int, pages: int, to: Callable[[int], Action]
) -> tuple[tuple[Button, ...], ...]:
    """Return one row with the ways to the page before and after; none where there is one page."""
    ways = []
    if page > 0:
        ways.append(Button(t.plain.gettext("Page {number}", number=page), to(page - 1)))
    if page + 1 < pages:
        ways.append(Button(t.plain.gettext("Page {number}", number=page + 2), to(page + 1)))
    return (tuple(ways),) if ways else ()


def pairs(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """Put short buttons two in a row, in their order; a long one has a row of its own.

    Telegram cuts what does not fit into half a row, and which label that is differs by language.
    """
    made: list[tuple[Button, ...]] = []
    for button in buttons:
        if button is None:
            continue
        if made and len(made[-1]) == 1 and fits_half(made[-1][0].label) and fits_half(button.label):
            made[-1] = (*made[-1], button)
        else:
            made.append((button,))
    return tuple(made)


def fits_half(label: str) -> bool:
    """Tell whether a phone shows a label whole in half a row, without breaking a word."""
    return len(label) <= LONGEST_IN_HALF and max(map(len, label.split()), default=0) <= LONGEST_WORD


def short(label: str) -> str:
    """Return a label that a phone shows whole."""
    return label if len(label) <= LONGEST_ON_A_BUTTON else label[: LONGEST_ON_A_BUTTON - 1] + "…"

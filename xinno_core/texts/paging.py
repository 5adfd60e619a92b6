"""Buttons in an order: turning pages, and short labels two in a row."""

from collections.abc import Callable

from xinno_core.texts.actions import Action
from xinno_core.texts.message import Button
from xinno_core.texts.translator import Translator

LONGEST_ON_A_BUTTON = 60


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
    """Put short buttons two in a row."""
    shown = [button for button in buttons if button is not None]
    return tuple(tuple(shown[at : at + 2]) for at in range(0, len(shown), 2))


def short(label: str) -> str:
    """Return a label that a phone shows whole."""
    return label if len(label) <= LONGEST_ON_A_BUTTON else label[: LONGEST_ON_A_BUTTON - 1] + "…"

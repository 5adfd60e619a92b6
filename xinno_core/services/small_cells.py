"""What may be shown of people in numbers: nothing that tells of fewer than five of them.

One place decides it for the chat, pages, files and reports: here for the parts of a total, in
`small_tables` for a table, in `breakdowns` for several tables of the same people. A small number is
hidden, and with it as many others as it takes, so that it follows neither from a total nor from
another number. All hidden numbers look alike: whoever could tell which of them were hidden for
their own sake and which for another's could work some of them out. So others are hidden in a fixed
order, never by size.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

FEWEST = 5
"""Nothing is shown of fewer people than this, one number everywhere."""

Key = TypeVar("Key")


def is_small(number: int) -> bool:
    """Tell whether a number tells of somebody, and of too few; nobody is no person."""
    return 0 < number < FEWEST


def hide_small(numbers: Mapping[Key, int]) -> dict[Key, int | None]:
    """Hide the small numbers of parts whose total is known, and what would give them away.

    Where hiding can't be had, or the total is small itself, nothing but the total is left.
    """
    if is_small(sum(numbers.values())):
        return dict.fromkeys(numbers)
    return hide_parts(numbers, {key for key, number in numbers.items() if is_small(number)})


def hide_parts(numbers: Mapping[Key, int], hidden: Collection[Key]) -> dict[Key, int | None]:
    """Hide these parts, and in the order of the parts what would give them away."""
    hidden = set(hidden)
    shown = [key for key, number in numbers.items() if number >= FEWEST and key not in hidden]
    while hidden and not _is_safe([numbers[key] for key in hidden]):
        if not shown:
            return dict.fromkeys(numbers)
        hidden.add(shown.pop(0))
    return {key: None if key in hidden else number for key, number in numbers.items()}


def _is_safe(hidden: Sequence[int]) -> bool:
    """Tell whether none of the hidden numbers follows from their sum, even for who knows this rule.

    Each is one at least, so the sum must leave room for any of them to be five or more; and where
    all are four, nothing but four would fit.
    """
    return (
        len(hidden) > 1
        and sum(hidden) - (len(hidden) - 1) >= FEWEST
        and set(hidden) != {FEWEST - 1}
    )

"""Small figures stay hidden, also from those who can add and who know the rule."""

import itertools
from collections import defaultdict

import pytest

from xinno_core.services.small_cells import at_least_five, hide_small

Shown = tuple[int | None, tuple[int | None, ...]]
"""A total, and its parts."""


@pytest.mark.parametrize(
    "numbers, shown",
    [
        ((7, 8, 9), (7, 8, 9)),
        ((0, 9), (0, 9)),
        ((3,), (None,)),
        ((9, 2), (None, None)),  # 2 would follow from 11 - 9
        ((9, 8, 2), (None, 8, None)),
        ((9, 3, 4), (9, None, None)),
        ((9, 4, 4), (None, None, None)),  # 8 in two parts under 5 can only be 4 and 4
        ((1, 1, 1, 9, 8), (None, None, None, None, 8)),
        ((1, 1, 1, 1, 1, 0), (None,) * 6),
        ((0, 0), (0, 0)),
        ((2, 1, 0), (None, None, None)),  # the total itself is small
    ],
)
def test_a_small_number_is_hidden_together_with_what_gives_it_away(
    numbers: tuple[int, ...], shown: tuple[int | None, ...]
) -> None:
    assert tuple(hide_small(dict(enumerate(numbers))).values()) == shown


@pytest.mark.parametrize("parts, total", [(1, 14), (2, 24), (3, 22), (4, 15)])
def test_no_hidden_number_follows_from_what_is_shown(parts: int, total: int) -> None:
    """Try all worlds: whatever is shown, each hidden number could be one of several."""
    worlds: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(total + 1), repeat=parts):
        if sum(numbers) <= total:
            shown = tuple(hide_small(dict(enumerate(numbers))).values())
            worlds[at_least_five(sum(numbers)), shown].append(numbers)
    for (_, shown), possible in worlds.items():
        for at, number in enumerate(shown):
            if number is None:
                assert len({numbers[at] for numbers in possible}) > 1, (shown, possible)
            else:
                assert number == 0 or number >= 5

"""Nothing small follows from what is shown of events, their regions and the pilot together."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from xinno_core.services.figure_tables import (
    Level,
    Node,
    Row,
    Tree,
    find_divisible,
    show_rows,
)
from xinno_core.services.small_cells import at_least_five, hide_small

KEYS = ("sme", "large", "hei", "lpa", "ngo", "pub", "")
WEIGHTS = (40, 20, 14, 10, 8, 5, 3)
TREE = Tree(1, {1: (1, 2, 3), 2: (4, 5), 3: (6,)})
PRIME = 2**61 - 1

Vector = dict[int, int]


def people(seed: int, number: int = 200) -> dict[int, Counter[str]]:
    """Two hundred people, scattered unevenly over the events and the groups."""
    chance = random.Random(seed)
    events: dict[int, Counter[str]] = {event: Counter() for event in range(1, 7)}
    weights = [chance.choice((1, 3, 10, 30)) for _ in events]
    for _ in range(number):
        (event,) = chance.choices(list(events), weights)
        (key,) = chance.choices(KEYS, WEIGHTS)
        events[event][key] += 1
    return events


@dataclass
class Attacker:
    """Whoever lays all shown numbers over each other: knows what follows from them, exactly."""

    basis: dict[int, Vector]

    @classmethod
    def who_sees(cls, shown: Sequence[Vector]) -> "Attacker":
        attacker = cls({})
        for one in shown:
            left = attacker.reduce(one)
            if left:
                pivot = min(left)
                scale = pow(left[pivot], -1, PRIME)
                attacker.basis[pivot] = {at: n * scale % PRIME for at, n in left.items()}
        return attacker

    def reduce(self, vector: Vector) -> Vector:
        left = dict(vector)
        for at in sorted(self.basis):
            if factor := left.get(at, 0):
                for where, number in self.basis[at].items():
                    left[where] = (left.get(where, 0) - factor * number) % PRIME
        # New pivots may lie before old ones, so it is gone through until nothing changes.
        left = {at: number for at, number in left.items() if number}
        return self.reduce(left) if any(at in self.basis for at in left) else left

    def knows(self, vector: Vector) -> bool:
        return not self.reduce(vector)


def events_of(tree: Tree, node: Node) -> list[int]:
    return [id_ for level, id_ in (node, *tree.below(node)) if level is Level.EVENT]


def sum_of(tree: Tree, node: Node, keys: Sequence[str]) -> Vector:
    events = [event for region in tree.regions.values() for event in region]
    return {
        events.index(event) * len(KEYS) + KEYS.index(key): 1
        for event in events_of(tree, node)
        for key in keys
    }


def total_of(tree: Tree, node: Node, events: Mapping[int, Row], keys: Sequence[str]) -> int:
    return sum(events[event].get(key, 0) for event in events_of(tree, node) for key in keys)


def leaks(
    tree: Tree,
    events: Mapping[int, Row],
    rows: Mapping[Node, Mapping[str, int | None]],
) -> list[tuple[Node, str]]:
    """Return every small number of a group that somebody can work out who knows all totals."""
    shown = [sum_of(tree, node, KEYS) for node in tree.nodes()]
    for node, row in rows.items():
        shown += [sum_of(tree, node, (key,)) for key in KEYS if row[key] is not None]
    attacker = Attacker.who_sees(shown)
    wanted: list[tuple[Node, tuple[str, ...]]] = [
        (node, (key,)) for node in tree.nodes() for key in KEYS
    ]
    for node in tree.nodes():  # what is not shown of a row, together
        left = tuple(key for key in KEYS if rows[node][key] is None)
        if len(left) < len(KEYS):  # of a row that is hidden whole it is the total, no group's
            wanted.append((node, left))
    found = [
        (node, "+".join(keys))
        for node, keys in wanted
        if keys
        and at_least_five(total_of(tree, node, events, keys)) is None
        and attacker.knows(sum_of(tree, node, keys))
    ]
    for node, key in itertools.product(tree.nodes(), KEYS):
        rest = [child for child in tree.children(node) if rows[child][key] is None]
        together = {at: 1 for child in rest for at in sum_of(tree, child, (key,))}
        number = sum(total_of(tree, child, events, (key,)) for child in rest)
        if at_least_five(number) is None and attacker.knows(together):
            found.append((node, f"rest of {key}"))
    return found


def show(
    tree: Tree, events: Mapping[int, Row]
) -> tuple[dict[Node, int | None], dict[Node, dict[str, int | None]]]:
    totals = find_divisible(tree, {event: sum(row.values()) for event, row in events.items()})
    return totals, show_rows(tree, events, KEYS, totals)


@pytest.mark.parametrize("number", [12, 40, 90, 200, 600])
def test_no_small_number_follows_at_any_level(number: int) -> None:
    """Three regions, six events, many worlds: whatever is shown, nothing small can be had of it."""
    for seed in range(60):
        events = people(seed, number)
        _, rows = show(TREE, events)
        assert leaks(TREE, events, rows) == [], seed
        for node in TREE.nodes():
            for key, told in rows[node].items():
                assert told in {None, total_of(TREE, node, events, (key,))}
                assert told is None or at_least_five(told) is not None


def test_each_hidden_number_could_be_another() -> None:
    """Try all worlds of two events and two groups, as somebody who knows the rule would."""
    tree, keys = Tree(1, {1: (1, 2)}), KEYS[:2]
    worlds: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(21), repeat=4):
        if sum(numbers) > 20:
            continue
        one, two = (
            Counter(dict(zip(keys, numbers[:2], strict=True))),
            Counter(dict(zip(keys, numbers[2:], strict=True))),
        )
        totals = find_divisible(tree, {1: one.total(), 2: two.total()})
        rows = show_rows(tree, {1: one, 2: two}, keys, totals)
        worlds[repr((totals, rows))].append(numbers)
    for possible in worlds.values():
        for numbers in zip(*possible, strict=True):
            if len(set(numbers)) == 1:
                assert at_least_five(numbers[0]) is not None, possible[:3]


def test_hiding_each_table_by_itself_would_tell() -> None:
    """The attacker is one: small numbers hidden in each table alone are found by subtraction."""
    events = people(1)
    totals: dict[Node, int | None] = {}
    rows: dict[Node, dict[str, int | None]] = {}
    for node in TREE.nodes():
        totals[node] = at_least_five(total_of(TREE, node, events, KEYS))
        rows[node] = hide_small({key: total_of(TREE, node, events, (key,)) for key in KEYS})
    assert leaks(TREE, events, rows)


def test_a_region_less_its_shown_events_is_not_small() -> None:
    """Twenty, twelve and two: the region's number stays, and another event's goes with the two."""
    totals = find_divisible(Tree(1, {1: (1, 2, 3)}), {1: 20, 2: 12, 3: 2})
    assert totals == {
        (Level.PILOT, 1): 34,
        (Level.REGION, 1): 34,
        (Level.EVENT, 1): None,
        (Level.EVENT, 2): 12,
        (Level.EVENT, 3): None,
    }


def test_a_hidden_region_does_not_follow_from_its_events() -> None:
    totals = find_divisible(Tree(1, {1: (1, 2), 2: (3,), 3: (4,)}), {1: 20, 2: 9, 3: 3, 4: 30})
    assert totals[Level.REGION, 1] is totals[Level.REGION, 2] is None
    assert totals[Level.EVENT, 1] is totals[Level.EVENT, 3] is None
    assert (totals[Level.EVENT, 2], totals[Level.EVENT, 4]) == (9, 30)


def test_large_numbers_are_shown_whole() -> None:
    events = {event: Counter(dict.fromkeys(KEYS[:3], 10 + event)) for event in range(1, 7)}
    totals, rows = show(TREE, events)
    assert None not in totals.values()
    assert rows[Level.EVENT, 6] == {**dict.fromkeys(KEYS, 0), "sme": 16, "large": 16, "hei": 16}

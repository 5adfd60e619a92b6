"""What may be shown of counts at three levels: events, their regions, and the pilot.

Each number is a sum of smaller ones, and so a region's number less its shown events is a number,
too. It is decided from above, in a fixed order: the pilot's number, the regions', the events'.
A table by a part, such as the target group, is a family: the parent's row and those of its
children, with all their sums known. In it, numbers are hidden until each small one could be five
or more, whatever else is known. What is hidden of a child is one column to its own children.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from xinno_core.services.small_cells import FEWEST, at_least_five, hide_small, is_small


class Level(StrEnum):
    """At which level is counted."""

    PILOT = "pilot"
    REGION = "region"
    EVENT = "event"


Node = tuple[Level, int]
"""A pilot, region or event by its id."""

Column = tuple[str, ...]
"""Keys that are told as one number: a key by itself, or several that are hidden together."""

Line = Node | Column
Cell = tuple[Node, Column]
Way = tuple[Cell, int, Line]
"""Which number changes by how much on the way from its row to its column, or back."""

Row = Mapping[str, int]

OTHERS: Node = (Level.PILOT, 0)
"""All children of which not even the total is shown, together: they follow from the others."""


@dataclass(frozen=True)
class Tree:
    """A pilot with its regions and their events, in the order in which others are hidden."""

    pilot: int
    regions: Mapping[int, tuple[int, ...]]

    @property
    def root(self) -> Node:
        """The pilot."""
        return (Level.PILOT, self.pilot)

    def children(self, node: Node) -> tuple[Node, ...]:
        """Return what lies directly under a node."""
        match node[0]:
            case Level.PILOT:
                return tuple((Level.REGION, region) for region in self.regions)
            case Level.REGION:
                return tuple((Level.EVENT, event) for event in self.regions[node[1]])
            case Level.EVENT:
                return ()

    def below(self, node: Node) -> tuple[Node, ...]:
        """Return everything under a node."""
        children = self.children(node)
        return (*children, *(one for child in children for one in self.below(child)))

    def events(self, node: Node) -> tuple[int, ...]:
        """Return the ids of the events in a node, or of itself."""
        return tuple(id_ for level, id_ in (node, *self.below(node)) if level is Level.EVENT)

    def nodes(self) -> tuple[Node, ...]:
        """Return the pilot and everything under it."""
        return (self.root, *self.below(self.root))


# ── which may be divided ──────────────────────────────────────────────────────────────────────────
def find_divisible(tree: Tree, events: Mapping[int, int]) -> dict[Node, int | None]:
    """Return the totals of which parts may be told, from the number of each event.

    None for one of fewer than five, and for others of which the parts of such a one would follow.
    """
    regions = {
        (Level.REGION, region): sum(events.get(event, 0) for event in of)
        for region, of in tree.regions.items()
    }
    shown: dict[Node, int | None] = {tree.root: at_least_five(sum(regions.values()))}
    shown.update(hide_small(regions))
    hidden = [region for region in regions if shown[region] is None]
    # Of hidden regions the sum is known, and so is that of all their events.
    for together in (hidden, *([region] for region in regions if region not in hidden)):
        under = [event for region in together for event in tree.children(region)]
        shown.update(hide_small({event: events.get(event[1], 0) for event in under}))
    return shown


# ── tables by a part ─────────────────────────────────────────────────────────────────────────
def show_rows(
    tree: Tree,
    events: Mapping[int, Row],
    keys: Sequence[str],
    totals: Mapping[Node, int | None],
) -> dict[Node, dict[str, int | None]]:
    """Return of each node which numbers of its row may be shown, beside the totals that are."""
    rows: dict[Node, Row] = {}
    for node in reversed(tree.nodes()):
        rows[node] = (
            events.get(node[1], {})
            if node[0] is Level.EVENT
            else _sum(rows[child] for child in tree.children(node))
        )
    columns = {tree.root: _top(rows[tree.root], keys) if totals[tree.root] else ()}
    for node in tree.nodes():
        children = {child: rows[child] for child in tree.children(node)}
        columns.update(_share(columns[node], children, totals))
    return {node: _told(rows[node], keys, columns[node], totals[node]) for node in tree.nodes()}


def _top(row: Row, keys: Sequence[str]) -> tuple[Column, ...]:
    # Others are hidden in this order: the last of a list, such as "not given", is missed least.
    shown = hide_small({key: row.get(key, 0) for key in reversed(keys)})
    hidden = tuple(key for key in keys if shown[key] is None)
    alone = tuple((key,) for key in keys if shown[key] is not None)
    return (*alone, hidden) if hidden else alone


def _share(
    columns: tuple[Column, ...], children: Mapping[Node, Row], totals: Mapping[Node, int | None]
) -> dict[Node, tuple[Column, ...]]:
    """Return in which columns each child's row may be told; none where nothing may be."""
    if not columns:
        return dict.fromkeys(children, ())
    dark = [row for child, row in children.items() if totals[child] is None]
    rows = {child: row for child, row in children.items() if totals[child]}
    if dark:
        rows = {OTHERS: _sum(dark), **rows}
    family = Family(
        {
            (child, column): sum(row.get(key, 0) for key in column)
            for child, row in rows.items()
            for column in columns
        }
    )
    family.hide()
    told: dict[Node, tuple[Column, ...]] = {}
    for child in children:
        hidden = [column for column in columns if (child, column) in family.hidden]
        together = tuple(key for column in hidden for key in column)
        left = tuple(column for column in columns if column not in hidden)
        told[child] = () if totals[child] is None else (*left, together) if hidden else columns
    return told


@dataclass
class Family:
    """The rows of a parent's children, while it is decided what is hidden in them."""

    numbers: Mapping[Cell, int]  # row by row
    hidden: set[Cell] = field(default_factory=set)

    def hide(self) -> None:
        """Hide the small numbers, and others until each of them could be five or more.

        What is hidden only ever leaves more room to the others, so each is looked at once.
        """
        small = [cell for cell, number in self.numbers.items() if is_small(number)]
        self.hidden.update(small)
        for cell in small:
            while not self._has_room(cell):
                self.hidden.add(self._next(cell))

    def _has_room(self, cell: Cell) -> bool:
        """Tell whether a number could be five: what it gains others lose, and so on around."""
        left = {one: self.numbers[one] for one in self.hidden if one != cell}
        ways: defaultdict[Line, list[Way]] = defaultdict(list)
        for one in left:
            ways[one[0]].append((one, -1, one[1]))
            ways[one[1]].append((one, 1, one[0]))
        for _ in range(FEWEST - self.numbers[cell]):
            path = _path(cell, left, ways)
            if path is None:
                return False
            for one, change in path:
                left[one] += change
        return True

    def _next(self, cell: Cell) -> Cell:
        """Return what is hidden next for the sake of a number: what few miss, and near it first."""
        open_ = [one for one in reversed(list(self.numbers)) if one not in self.hidden]
        crossed = {one[0] for one in self.hidden if one[1] == cell[1]}
        crossing = {one[1] for one in self.hidden if one[0] == cell[0]}

        def far(one: Cell) -> tuple[bool, bool, bool]:
            """Sort first what closes a way around, then what shares a row or column with it."""
            closes = one[0] in crossed and one[1] in crossing
            is_near = one[0] == cell[0] or one[1] == cell[1]
            return (not closes and not is_near, not self.numbers[one], one[0] != OTHERS)

        return min(open_, key=far)


def _path(
    cell: Cell, left: Mapping[Cell, int], ways: Mapping[Line, Sequence[Way]]
) -> list[tuple[Cell, int]] | None:
    """Return which numbers change when one person more is counted in a cell."""
    row, column = cell
    came: dict[Line, tuple[Cell, int, Line]] = {}
    reached: list[Line] = [row]
    for line in reached:
        for one, change, to in ways.get(line, ()):
            if to not in came and to != row and (change > 0 or left[one]):
                came[to] = (one, change, line)
                reached.append(to)
    if column not in came:
        return None
    path: list[tuple[Cell, int]] = []
    at: Line = column
    while at != row:
        one, change, at = came[at]
        path.append((one, change))
    return path


def _told(
    row: Row, keys: Sequence[str], columns: Sequence[Column], total: int | None
) -> dict[str, int | None]:
    if total == 0:
        return dict.fromkeys(keys, 0)
    told = {column[0]: row.get(column[0], 0) for column in columns if len(column) == 1}
    return {key: told.get(key) for key in keys}


def _sum(rows: Iterable[Row]) -> Counter[str]:
    together: Counter[str] = Counter()
    for row in rows:
        together.update(row)
    return together

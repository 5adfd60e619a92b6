"""What may be shown of people in numbers: nothing that tells of fewer than five of them.

One place decides it for the chat, pages, files and reports. A small number is hidden, and with it
as many others as it takes, so that it follows neither from a total nor from another number. All
hidden numbers look alike: whoever could tell which of them were hidden for their own sake and which
for another's could work some of them out. So others are hidden in a fixed order, never by size.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import or_
from typing import TypeVar

FEWEST = 5
"""Nothing is shown of fewer people than this, one number everywhere."""

MOST_CLASSES = 10
"""So many parts are put together in every way; more would take too long, and are not shown."""

OTHERS = "\x00others"
"""All groups that are not shown, together: they follow from the total, and are hidden like one."""

TOGETHER = "\x00together"
"""Those who gave one answer in all groups of which that is hidden: they follow from its total."""

Key = TypeVar("Key")
People = int
"""A set of respondents, a bit for each."""

Cell = tuple[str, str]
"""A group and an answer."""

Node = tuple[bool, str]
"""A row, or a column."""


@dataclass(frozen=True)
class Released:
    """What may be shown of one wave: the groups' sizes, and of each question a table of numbers."""

    groups: Mapping[str, Mapping[str, int]]  # attribute to group to number
    tables: Mapping[tuple[str, str], Mapping[str, Mapping[str, int | None]]]

    def rows(self, attribute: str, question: str) -> Mapping[str, Mapping[str, int | None]]:
        """Return group to answer to number, None where it is hidden."""
        return self.tables.get((attribute, question), {})


@dataclass
class Grid:
    """The table of one question by one attribute while it is decided what is hidden in it."""

    rows: Mapping[str, People]
    columns: Mapping[str, People]
    hidden: set[Cell] = field(default_factory=set)
    numbers: dict[Cell, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count each cell once."""
        self.numbers = {
            (row, column): (people & said).bit_count()
            for row, people in self.rows.items()
            for column, said in self.columns.items()
        }

    def people(self, cell: Cell) -> People:
        """Return who is in a cell."""
        return self.rows[cell[0]] & self.columns[cell[1]]

    def lines(self) -> Iterator[list[Cell]]:
        """Return all rows and columns; each has a total that is known."""
        yield from ([(row, column) for column in self.columns] for row in self.rows)
        yield from ([(row, column) for row in self.rows] for column in self.columns)

    def hide_next(self, cells: Sequence[Cell]) -> bool:
        """Hide the first of these cells that is still shown; what nobody misses goes first."""
        shown = [cell for cell in cells if cell not in self.hidden]
        if not shown:
            return False
        self.hidden.add(next((cell for cell in shown if cell[0] == OTHERS), shown[0]))
        return True


def at_least_five(number: int) -> int | None:
    """Return the number, None when it tells of too few people; nobody is no person."""
    return None if is_small(number) else number


def is_small(number: int) -> bool:
    """Tell whether a number tells of somebody, and of too few."""
    return 0 < number < FEWEST


def hide_small(numbers: Mapping[Key, int]) -> dict[Key, int | None]:
    """Hide the small numbers of parts whose total is known, and what would give them away.

    Where hiding can't be had, or the total is small itself, nothing but the total is left.
    """
    if is_small(sum(numbers.values())):
        return dict.fromkeys(numbers)
    return _hide_parts(numbers, {key for key, number in numbers.items() if is_small(number)})


def release(
    attributes: Mapping[str, Mapping[str, People]], questions: Mapping[str, Mapping[str, People]]
) -> Released:
    """Decide what is shown of one wave, by each attribute alone.

    An attribute's groups are apart from each other, and so are a question's answers; in both there
    is everybody. What is known beside it: each question's totals over all groups.
    """
    parts = _choose_groups(attributes)
    grids = {
        (attribute, question): Grid(rows, columns)
        for attribute, rows in parts.items()
        for question, columns in questions.items()
    }
    for grid in grids.values():
        grid.hidden.update(cell for cell, number in grid.numbers.items() if is_small(number))
        complete(grid)
    while agree(grids, tuple(parts), questions) or part_nested(grids, parts, questions):
        pass
    return Released(
        groups={
            attribute: {key: people.bit_count() for key, people in rows.items() if key != OTHERS}
            for attribute, rows in parts.items()
        },
        tables={key: _shown(grid) for key, grid in grids.items()},
    )


# ── groups ───────────────────────────────────────────────────────────────────────────────────
def _choose_groups(
    attributes: Mapping[str, Mapping[str, People]],
) -> dict[str, dict[str, People]]:
    """Return the groups that are shown of each attribute, and the others as one."""
    hidden = {}
    for attribute, groups in attributes.items():
        sizes = hide_small({key: people.bit_count() for key, people in groups.items() if people})
        hidden[attribute] = {key for key, size in sizes.items() if size is None}
    while True:
        parts = {
            attribute: _put_together(groups, hidden[attribute])
            for attribute, groups in attributes.items()
        }
        found = find_crossing_groups(parts)
        if found is None:
            return {key: rows for key, rows in parts.items() if set(rows) - {OTHERS}}
        attribute, key = found
        groups = {key: people for key, people in attributes[attribute].items() if people}
        sizes = {key: people.bit_count() for key, people in groups.items()}
        shown = _hide_parts(sizes, hidden[attribute] | {key})
        hidden[attribute] = {key for key, size in shown.items() if size is None}


def find_crossing_groups(parts: Mapping[str, Mapping[str, People]]) -> tuple[str, str] | None:
    """Return a group that, with groups of another attribute, would tell of too few."""
    for earlier, later in combinations(parts, 2):
        crossing = _crossing(parts[earlier], parts[later])
        if crossing:
            named = [key for key in crossing if key != OTHERS]
            return later, (named or [key for key in parts[later] if key != OTHERS])[0]
    return None


def _put_together(groups: Mapping[str, People], hidden: Collection[str]) -> dict[str, People]:
    shown = {key: people for key, people in groups.items() if people and key not in hidden}
    others = reduce(or_, (groups[key] for key in hidden), 0)
    return {**shown, OTHERS: others} if others else shown


def _hide_parts(numbers: Mapping[Key, int], hidden: set[Key]) -> dict[Key, int | None]:
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


# ── one table ────────────────────────────────────────────────────────────────────────────────
def complete(grid: Grid) -> None:
    """Hide, beside what is hidden, what would give it away inside the table."""
    while _hide_by_sums(grid) or hide_by_bounds(grid):
        pass


def _hide_by_sums(grid: Grid) -> bool:
    """Hide one more where what is hidden of a row or column is known to be of too few together.

    Of an answer that too few gave at all nothing is shown: a zero would make the rest smaller yet.
    """
    for line in grid.lines():
        hidden = [cell for cell in line if cell in grid.hidden]
        together = sum(grid.numbers[cell] for cell in hidden)
        if (is_small(together) or (together and len(hidden) == 1)) and grid.hide_next(line):
            return True
    return False


def hide_by_bounds(grid: Grid) -> bool:
    """Hide one more where the totals leave too little room around a hidden number."""
    for row, column in sorted(grid.hidden):
        if leaves_room(grid, (row, column)):
            continue
        in_row = [(row, one) for one in grid.columns]
        in_column = [(one, column) for one in grid.rows]
        if any(grid.hide_next(cells) for cells in (in_row, in_column, list(grid.numbers))):
            return True
    return False


def leaves_room(grid: Grid, cell: Cell) -> bool:
    """Tell whether a hidden number could be another one, and none or five and more."""
    number = grid.numbers[cell]
    more = _can_move(grid, cell, FEWEST - number if is_small(number) else 1, is_more=True)
    fewer = _can_move(grid, cell, max(number if is_small(number) else 1, 1), is_more=False)
    return more or fewer


def _can_move(grid: Grid, cell: Cell, by: int, *, is_more: bool) -> bool:
    """Tell whether the hidden numbers allow a hidden one to be that much more, or less.

    What one cell gains, others of its row and column lose, and so on around: a path through the
    hidden cells for each person moved, as in the theory of flows.
    """
    row, column = cell
    numbers = {one: grid.numbers[one] for one in grid.hidden}
    del numbers[cell]
    if not is_more and grid.numbers[cell] < by:
        return False
    ends = (True, column), (False, row)
    start, end = ends if is_more else ends[::-1]
    for _ in range(by):
        path = _path(numbers, start=start, end=end)
        if path is None:
            return False
        for one, change in path:
            numbers[one] += change
    return True


def _path(numbers: Mapping[Cell, int], *, start: Node, end: Node) -> list[tuple[Cell, int]] | None:
    """Return which cells change so that one person goes from the start to the end."""
    came: dict[Node, tuple[Node, Cell, int] | None] = {start: None}
    reached = [start]
    for node in reached:
        is_column, key = node
        for cell, number in numbers.items():
            if cell[is_column] != key or (is_column and not number):
                continue
            ahead = (not is_column, cell[not is_column])
            if ahead not in came:
                came[ahead] = (node, cell, -1 if is_column else 1)
                reached.append(ahead)
    path = []
    step = came.get(end)
    while step is not None:
        node, cell, change = step
        path.append((cell, change))
        step = came[node]
    return path or None


def _shown(grid: Grid) -> dict[str, dict[str, int | None]]:
    return {
        row: {
            column: None if (row, column) in grid.hidden else grid.numbers[row, column]
            for column in grid.columns
        }
        for row in grid.rows
        if row != OTHERS
    }


# ── several tables ───────────────────────────────────────────────────────────────────────────
def agree(
    grids: Mapping[tuple[str, str], Grid],
    attributes: Sequence[str],
    questions: Mapping[str, Mapping[str, People]],
) -> bool:
    """Hide where tables by two attributes, laid over each other, would tell of too few."""
    changed = False
    for question, columns in questions.items():
        for earlier, later in combinations(attributes, 2):
            grid = grids[later, question]
            for column in columns:
                crossing = _crossing(_known(grids[earlier, question], column), _known(grid, column))
                cells = [(row, column) for row in crossing if row != TOGETHER]
                every = [(row, column) for row in grid.rows]
                if crossing and (grid.hide_next(cells) or grid.hide_next(every)):
                    complete(grid)
                    changed = True
    return changed


def _known(grid: Grid, column: str) -> dict[str, People]:
    """Return who gave an answer, in the parts that are known of them."""
    cells = [(row, column) for row in grid.rows]
    together = reduce(or_, (grid.people(cell) for cell in cells if cell in grid.hidden), 0)
    shown = {cell[0]: grid.people(cell) for cell in cells if cell not in grid.hidden}
    return {key: people for key, people in {**shown, TOGETHER: together}.items() if people}


def _crossing(one: Mapping[str, People], other: Mapping[str, People]) -> list[str]:
    """Return parts of the other kind which, less what they hold of the first, are too few."""
    classes = _tied(list(one.values()), other)
    if len(classes) > MOST_CLASSES:
        return list(other)
    for size in range(1, len(classes)):
        for chosen in combinations(classes, size):
            keys = [key for class_ in chosen for key in class_]
            people = reduce(or_, (other[key] for key in keys))
            inside = reduce(or_, (part for part in one.values() if part & people == part), 0)
            if is_small((people & ~inside).bit_count()):
                return [key for key in other if key in keys]
    return []


def _tied(parts: Sequence[People], other: Mapping[str, People]) -> list[list[str]]:
    """Return parts of the other kind, those together of which too many are in one of the first."""
    classes = [[key] for key in other]
    for part in parts:
        tied = [
            class_
            for class_ in classes
            if any((part & other[key]).bit_count() >= FEWEST for key in class_)
        ]
        classes = [class_ for class_ in classes if class_ not in tied]
        classes += [[key for class_ in tied for key in class_]] if tied else []
    return classes


def part_nested(
    grids: Mapping[tuple[str, str], Grid],
    parts: Mapping[str, Mapping[str, People]],
    questions: Mapping[str, Mapping[str, People]],
) -> bool:
    """Hide where one set that is shown lies inside another, and hardly anybody is between them."""
    known = [people for rows in (*parts.values(), *questions.values()) for people in rows.values()]
    by_size: dict[int, set[People]] = defaultdict(set)
    for people in known:
        by_size[people.bit_count()].add(people)
    changed = False
    for grid in grids.values():
        shown = [cell for cell in grid.numbers if cell not in grid.hidden]
        for cell in shown:
            people = grid.people(cell)
            if cell not in grid.hidden and _nests(people, by_size):
                grid.hidden.add(cell)
                complete(grid)
                changed = True
        for cell in grid.numbers:
            if cell not in grid.hidden:
                by_size[grid.numbers[cell]].add(grid.people(cell))
    return changed


def _nests(people: People, by_size: Mapping[int, set[People]]) -> bool:
    size = people.bit_count()
    if not size:
        return False
    return any(
        people & other in {people, other}
        for away in range(1, FEWEST)
        for near in (size - away, size + away)
        for other in by_size.get(near, ())
        if other
    )

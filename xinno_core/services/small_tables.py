"""One table of answers by groups of people: which of its numbers are hidden.

The totals of its rows and columns are known. So hiding a small number takes others of its row and
of its column, until all equations of the table leave enough room around it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xinno_core.services.small_cells import FEWEST, is_small

ROOM = FEWEST + 1
"""Of a total like this one part can be five or more while another one is somebody."""

OTHERS = "\x00others"
"""All groups that are not shown, together: they follow from the total, and are hidden like one."""

People = int
"""A set of respondents, a bit for each."""

Cell = tuple[str, str]
"""A group and an answer."""

Node = tuple[bool, str]
"""A row, or a column."""


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


def hide(grid: Grid) -> None:
    """Hide what is small, and what would give it away."""
    grid.hidden.update(cell for cell, number in grid.numbers.items() if is_small(number))
    hide_narrow_lines(grid)
    complete(grid)


def complete(grid: Grid) -> None:
    """Hide, beside what is hidden, what would give it away inside the table."""
    while _hide_by_sums(grid) or hide_by_bounds(grid):
        pass


def hide_narrow_lines(grid: Grid) -> None:
    """Hide rows and columns whose total leaves no room, and another one beside them.

    Totals are known, so hiding by them tells nothing; hiding by what is in such a line would: of
    five people who gave two answers, or of one person, everything follows from what is hidden.
    """
    rows = [[(row, column) for column in grid.columns] for row in grid.rows]
    rows.sort(key=lambda line: line[0][0] != OTHERS)
    columns = [[(row, column) for row in grid.rows] for column in grid.columns]
    for lines in (rows, columns):
        totals = [sum(grid.numbers[cell] for cell in line) for line in lines]
        narrow = [line for line, total in zip(lines, totals, strict=True) if 0 < total < ROOM]
        beside = [line for line, total in zip(lines, totals, strict=True) if total >= ROOM]
        for line in (*narrow, *beside[:1]) if narrow else ():
            grid.hidden.update(line)


def _hide_by_sums(grid: Grid) -> bool:
    """Hide one more where what is hidden of a row or column is known to be of too few together."""
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

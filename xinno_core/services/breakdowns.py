"""Breakdowns of one wave by what its people are: what is shown, so that all of it agrees.

Tables by different attributes speak of the same people. Where all Czech readers are visitors, the
visitors less the Czech readers are a number, too, that nobody printed. So each table is hidden by
itself first, and then the tables are laid over each other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import or_

from xinno_core.services import small_tables
from xinno_core.services.small_cells import FEWEST, hide_parts, hide_small, is_small
from xinno_core.services.small_tables import OTHERS, Grid, People

MOST_CLASSES = 10
"""So many parts are put together in every way; more would take too long, and are not shown."""

TOGETHER = "\x00together"
"""Those who gave one answer in all groups of which that is hidden: they follow from its total."""


@dataclass(frozen=True)
class Released:
    """What may be shown of one wave: the groups' sizes, and of each question a table of numbers."""

    groups: Mapping[str, Mapping[str, int]]  # attribute to group to number
    tables: Mapping[tuple[str, str], Mapping[str, Mapping[str, int | None]]]

    def rows(self, attribute: str, question: str) -> Mapping[str, Mapping[str, int | None]]:
        """Return group to answer to number, None where it is hidden."""
        return self.tables.get((attribute, question), {})


def release(
    attributes: Mapping[str, Mapping[str, People]], questions: Mapping[str, Mapping[str, People]]
) -> Released:
    """Decide what is shown of one wave, by each attribute alone.

    An attribute's groups are apart from each other, and so are a question's answers; in both there
    is everybody. What is known beside it: each question's totals over all groups. An answer that
    nobody gave hides nobody: it is in no table.
    """
    questions = {
        key: {answer: people for answer, people in columns.items() if people}
        for key, columns in questions.items()
    }
    parts = _choose_groups(attributes)
    grids = {
        (attribute, question): Grid(rows, columns)
        for attribute, rows in parts.items()
        for question, columns in questions.items()
    }
    for grid in grids.values():
        small_tables.hide(grid)
    while agree(grids, tuple(parts), questions) or part_nested(grids, parts, questions):
        pass
    return Released(
        groups={
            attribute: {key: people.bit_count() for key, people in rows.items() if key != OTHERS}
            for attribute, rows in parts.items()
        },
        tables={key: _shown(grid) for key, grid in grids.items()},
    )


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
            return {key: rows for key, rows in parts.items() if len(rows) > 1}
        attribute, key = found
        groups = {key: people for key, people in attributes[attribute].items() if people}
        numbers = {key: people.bit_count() for key, people in groups.items()}
        shown = hide_parts(numbers, hidden[attribute] | {key})
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


def _shown(grid: Grid) -> dict[str, dict[str, int | None]]:
    return {
        row: {
            column: None if (row, column) in grid.hidden else grid.numbers[row, column]
            for column in grid.columns
        }
        for row in grid.rows
        if row != OTHERS
    }


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
                    small_tables.complete(grid)
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
                small_tables.complete(grid)
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

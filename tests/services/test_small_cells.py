"""Breakdowns: whatever is subtracted and added up, no number from 1 to 4 comes out.

The checks here know nothing of how numbers are hidden. They take what is shown, and what is known
beside it (the totals of each answer, which sets lie inside which), and try everything.
"""

import functools
import itertools
import operator
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinno_core.services import breakdowns, small_tables
from xinno_core.services.breakdowns import Released, release
from xinno_core.services.small_cells import hide_small

Sets = Mapping[str, int]
Shown = tuple[int, tuple[int | None, ...]]
"""A total, and its parts."""
COUNTRIES = {"cs": "CZ", "sk": "SK", "de": "DE", "pl": "PL", "it": "IT", "nl": "BE", "en": "DE"}
SMALL = range(1, 5)


@dataclass(frozen=True)
class Wave:
    """Who belongs to what and who said what, as sets of people."""

    everybody: int
    attributes: Mapping[str, Sets]
    questions: Mapping[str, Sets]


def wave(seed: int, people: int) -> Wave:
    """Answers of people whose attributes hang together, as in life."""
    chance = random.Random(seed)
    belongs: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    said: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    weights = [chance.choice([1, 2, 5, 20]) for _ in COUNTRIES]
    for number in range(people):
        bit = 1 << number
        language = chance.choices([*COUNTRIES], weights)[0]
        country = COUNTRIES[language] if chance.random() < 0.97 else chance.choice(["CZ", ""])
        role = chance.choices(["visitor", "speaker", "exhibitor"], [20, 2, 5])[0]
        kind = chance.choices(["sme", "hei", "lpa", "ngo", ""], [10, 4, 3, 1, 1])[0]
        sector = "creative" if kind == "sme" else chance.choice(["public", "research", "creative"])
        for attribute, group in (
            ("role", role),
            ("target_group", kind),
            ("sector", sector),
            ("country", country),
            ("language", language),
        ):
            belongs[attribute][group] |= bit
        mark = chance.choices("12345", [1, 1, 3, 8, 8] if language == "cs" else [1, 2, 2, 4, 9])[0]
        if chance.random() < 0.05:
            mark = chance.choice(["skipped", "refused"])
        again = "sure" if chance.random() < 0.9 else "never"
        said["useful"][mark] |= bit
        said["again"][again] |= bit
        said["why"][chance.choice("abc") if again == "never" else "not_asked"] |= bit
        for topic in "xyz":
            said[f"topics/{topic}"]["yes" if chance.random() < 0.4 else "no"] |= bit
    return Wave((1 << people) - 1, belongs, said)


def two_waves(seed: int, people: int = 200) -> tuple[Wave, Wave]:
    """A survey that collected twice."""
    return wave(seed, people * 3 // 5), wave(seed + 100_000, people * 2 // 5)


# ── what somebody can work out ───────────────────────────────────────────────────────────────
def leaks(of: Wave, shown: Released) -> Iterator[str]:
    """Say each way in which a number from 1 to 4 follows from what is shown."""
    yield from small_numbers(shown)
    yield from nested_sets(of, shown)
    yield from sums(of, shown)
    yield from tight_bounds(of, shown)


def small_numbers(shown: Released) -> Iterator[str]:
    for attribute, groups in shown.groups.items():
        yield from (f"{attribute} {key}: {size}" for key, size in groups.items() if size in SMALL)
    for name, rows in shown.tables.items():
        for row, cells in rows.items():
            yield from (f"{name} {row} {cell}" for cell, value in cells.items() if value in SMALL)


def nested_sets(of: Wave, shown: Released) -> Iterator[str]:
    """Take each set from each that it lies in.

    Totals are known to everybody; which group those who gave an answer belong to is what a
    breakdown tells, so totals and groups are compared with its cells.
    """
    totals = {of.everybody, *(people for said in of.questions.values() for people in said.values())}
    groups = {of.attributes[a][key] for a, sizes in shown.groups.items() for key in sizes}
    cells = set()
    for (attribute, question), rows in shown.tables.items():
        for row, numbers in rows.items():
            for cell, value in numbers.items():
                if value:
                    cells.add(of.attributes[attribute][row] & of.questions[question][cell])
    pairs = itertools.chain(
        itertools.product(cells, totals | groups | cells), itertools.product(groups, groups)
    )
    for one, other in pairs:
        if one & other in {one, other} and (one ^ other).bit_count() in SMALL:
            yield f"nested: {one:b} and {other:b}"


def sums(of: Wave, shown: Released) -> Iterator[str]:
    """Put groups of one attribute together, and take them from groups of another."""
    for question, columns in of.questions.items():
        for said in (None, *columns):
            universe = of.everybody if said is None else columns[said]
            unions = {
                attribute: _unions(of, shown, attribute, question, said)
                for attribute in shown.groups
            }
            found = {people for sets in unions.values() for people in sets}
            found |= {
                outer & ~inner
                for one, other in itertools.permutations(unions, 2)
                for inner, outer in itertools.product(unions[one], unions[other])
                if inner & outer == inner
            }
            if any(people.bit_count() in SMALL for people in found - {universe}):
                yield f"sums: {question} {said}"


def _unions(of: Wave, shown: Released, attribute: str, question: str, said: str | None) -> set[int]:
    """Return the sets that groups of one attribute make together, of those who said this."""
    universe = of.everybody if said is None else of.questions[question][said]
    rows = shown.rows(attribute, question)
    known = [
        of.attributes[attribute][key] & universe
        for key in shown.groups[attribute]
        if said is None or rows[key][said] is not None
    ]
    blocks = [people for people in (*known, universe & ~_union(known)) if people]
    return {
        _union(chosen)
        for size in range(len(blocks) + 1)
        for chosen in itertools.combinations(blocks, size)
    }


def _union(sets: Iterable[int]) -> int:
    return functools.reduce(operator.or_, sets, 0)


def tight_bounds(of: Wave, shown: Released) -> Iterator[str]:
    """Say which hidden cell can be nothing but 1 to 4 for who solves the table's equations."""
    for (attribute, question), table in shown.tables.items():
        columns = of.questions[question]
        rows = dict(table)
        groups = {key: of.attributes[attribute][key] for key in rows}
        others = of.everybody & ~_union(groups.values())
        if others:
            groups["others"], rows["others"] = others, dict.fromkeys(columns)
        hidden = [(row, c) for row, cells in rows.items() for c, v in cells.items() if v is None]
        row_left = {
            row: groups[row].bit_count() - sum(v for v in cells.values() if v is not None)
            for row, cells in rows.items()
        }
        column_left = {
            c: columns[c].bit_count() - sum(cells[c] or 0 for cells in rows.values())
            for c in columns
        }
        for cell in hidden:
            possible = _possible(cell, hidden, row_left, column_left)
            if possible and set(possible) <= set(SMALL):
                yield f"bounds: {attribute} {question} {cell}: {possible}"


def _possible(
    cell: tuple[str, str],
    hidden: list[tuple[str, str]],
    row_left: Mapping[str, int],
    column_left: Mapping[str, int],
) -> list[int]:
    """Return which of 0 to 5 a hidden cell can be: Hall's condition over all sets of rows."""
    row, column = cell
    near = defaultdict(set)
    for one in hidden:
        if one != cell:
            near[one[0]].add(one[1])
    rows = sorted({one[0] for one in hidden})
    found = []
    for value in range(6):
        if value > row_left[row] or value > column_left[column]:
            break
        left = {**column_left, column: column_left[column] - value}
        if all(
            sum(row_left[one] - (value if one == row else 0) for one in chosen)
            <= sum(left[c] for c in set().union(*(near[one] for one in chosen)))
            for size in range(1, len(rows) + 1)
            for chosen in itertools.combinations(rows, size)
        ):
            found.append(value)
    return found


# ── stories ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("seed", range(6))
def test_nothing_small_follows_from_a_season_of_two_hundred_people(seed: int) -> None:
    for one in two_waves(seed):
        assert not list(leaks(one, release(one.attributes, one.questions)))


@given(seed=st.integers(0, 10_000), people=st.integers(10, 200))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_small_follows_from_any_wave(seed: int, people: int) -> None:
    one = wave(seed, people)
    assert not list(leaks(one, release(one.attributes, one.questions)))


def test_something_is_shown() -> None:
    """To hide everything would be easy."""
    one = wave(1, 200)
    shown = release(one.attributes, one.questions)
    numbers = [
        value
        for rows in shown.tables.values()
        for cells in rows.values()
        for value in cells.values()
    ]
    assert sum(value is not None for value in numbers) > len(numbers) / 4


def worlds(rows: int, columns: int, people: int) -> Iterator[tuple[dict[str, int], Released]]:
    """Return every table of so many people, and what is shown of it."""
    for cuts in itertools.combinations(range(people + rows * columns - 1), rows * columns - 1):
        ends = (-1, *cuts, people + rows * columns - 1)
        groups: dict[str, int] = defaultdict(int)
        said: dict[str, int] = defaultdict(int)
        numbers, begun = {}, 0
        for place, (one, other) in enumerate(itertools.pairwise(ends)):
            number = other - one - 1
            row, column = divmod(place, columns)
            cell = ((1 << number) - 1) << begun
            groups[str(row)] |= cell
            said[str(column)] |= cell
            numbers[f"{row}{column}"] = number
            begun += number
        yield numbers, release({"role": groups}, {"useful": said})


def unsure(rows: int, columns: int, people: int) -> bool:
    """Tell whether each hidden number could be none, or five, for who knows how it is hidden."""
    alike = defaultdict(list)
    for numbers, shown in worlds(rows, columns, people):
        totals = [sum(v for k, v in numbers.items() if k[1] == str(c)) for c in range(columns)]
        alike[str((totals, shown))].append((numbers, shown.rows("role", "useful")))
    return all(
        not {numbers[row + column] for numbers, _ in same} <= set(SMALL)
        for same in alike.values()
        for row, cells in same[0][1].items()
        for column, value in cells.items()
        if value is None
    )


@pytest.mark.parametrize("rows, columns, people", [(2, 2, 16), (2, 2, 21), (2, 3, 14), (3, 2, 15)])
def test_who_knows_the_rule_knows_no_more(rows: int, columns: int, people: int) -> None:
    assert unsure(rows, columns, people)


def test_without_hiding_narrow_lines_who_knows_the_rule_knows_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(small_tables, "hide_narrow_lines", lambda grid: None)
    assert not unsure(2, 2, 16)


SAFEGUARDS = {
    "hide": (small_tables, lambda grid: None),
    "complete": (small_tables, lambda grid: None),
    "hide_by_bounds": (small_tables, lambda grid: False),
    "hide_small": (breakdowns, dict),
    "agree": (breakdowns, lambda grids, attributes, questions: False),
    "part_nested": (breakdowns, lambda grids, parts, questions: False),
    "find_crossing_groups": (breakdowns, lambda parts: None),
}


@pytest.mark.parametrize("safeguard", SAFEGUARDS)
def test_without_a_safeguard_something_follows(
    safeguard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, instead = SAFEGUARDS[safeguard]
    monkeypatch.setattr(where, safeguard, instead)
    for seed in range(300):
        one = wave(seed, 30 + seed % 170)
        if any(leaks(one, release(one.attributes, one.questions))):
            return
    pytest.fail(f"nothing follows without {safeguard}")


# ── the parts of one total ─────────────────────────────────────────────────────────────────
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


@pytest.mark.parametrize("parts, total", [(2, 24), (3, 22), (4, 15)])
def test_no_hidden_number_follows_from_what_is_shown(parts: int, total: int) -> None:
    """Try all worlds: whatever is shown, the total too, each hidden one could be several."""
    worlds: dict[Shown, list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(total + 1), repeat=parts):
        if sum(numbers) <= total:
            shown = tuple(hide_small(dict(enumerate(numbers))).values())
            worlds[sum(numbers), shown].append(numbers)
    for (_, shown), possible in worlds.items():
        for at, number in enumerate(shown):
            if number is None:
                assert len({numbers[at] for numbers in possible}) > 1, (shown, possible)
            else:
                assert number == 0 or number >= 5

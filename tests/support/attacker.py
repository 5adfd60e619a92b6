"""An attacker who has stolen everything but the key, and wants to know who said what.

They know the people, by their Telegram ids, and who of them voted when; and they know all answers,
as they are published, but not whose they are. Every way they know gives one guess: to each person
an answer. Which guess is right they can't tell; so a way counts that is right far more often than
a blind one, over all surveys together.
"""

import bisect
import functools
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.loot import MADE_BY, PLACE, Loot, Row

PERSON_COLUMNS = ("participant_id", "person_key", "telegram_id", "actor_id", "created_by")
NEAR = 3000
"""Bytes within which an id and an answer are thought to belong together."""
WORST_LUCK = 1e-9
"""How seldom a blind way may be taken for one that knows something."""

Scores = dict[tuple[int, int], float]
Pairs = Iterable[tuple[int, int]]
"""A person and an answer, by their places in the case; each stands in one pair."""


@dataclass(frozen=True)
class Person:
    """Somebody who took part, as the attacker knows them."""

    participant_id: int
    telegram_id: int


@dataclass(frozen=True)
class Said:
    """One answer, and by what it is recognised: alone, or together with others."""

    answers: dict[str, Any]
    own: bytes
    shared: tuple[bytes, ...]


@dataclass(frozen=True)
class Case:
    """One survey: its voters in the order in which they were seen to vote, and what was said."""

    survey_id: int
    voters: tuple[Person, ...]
    said: tuple[Said, ...]
    truth: tuple[int, ...]
    """Which of `said` each voter said: the attacker never looks at it."""


@dataclass(frozen=True)
class Verdict:
    """How often each way was right, of how many pairs, and how often a blind one may be."""

    hits: dict[str, int]
    pairs: int
    bound: int

    @property
    def found_out(self) -> dict[str, int]:
        """The ways that know something."""
        return {way: hits for way, hits in self.hits.items() if hits >= self.bound}

    @property
    def best(self) -> float:
        """Which part of all people the best way has found out."""
        return max(self.hits.values(), default=0) / self.pairs


def attack(loots: Sequence[Loot], cases: Sequence[Case]) -> Verdict:
    """Try every way on every survey, with all that was stolen, in the order of the thefts."""
    hits: dict[str, int] = defaultdict(int)
    for case in cases:
        for way, pairs in _ways(loots, case):
            hits[way] += sum(case.truth[person] == answer for person, answer in pairs)
    sizes = [len(case.voters) for case in cases]
    return Verdict(dict(hits), sum(sizes), _bound(sizes))


def _bound(sizes: Sequence[int]) -> int:
    """So many hits a blind guess has less often than in one of so many tries.

    A blind guess gives n people n answers in an order that has nothing to do with them: its hits
    are the fixed points of a random permutation. The surveys are independent, so they add up.
    """
    total = [1.0]
    for size in sizes:
        chances = _fixed_points(size)
        total = [
            sum(total[i] * chances[hits - i] for i in range(len(total)) if 0 <= hits - i <= size)
            for hits in range(len(total) + size)
        ]
    tail = 0.0
    for hits in reversed(range(len(total))):
        tail += total[hits]
        if tail > WORST_LUCK:
            return hits + 1
    return 0


def _fixed_points(size: int) -> list[float]:
    factorials = [1.0]
    for number in range(1, size + 1):
        factorials.append(factorials[-1] * number)
    return [
        sum((-1) ** k / factorials[k] for k in range(size - hits + 1)) / factorials[hits]
        for hits in range(size + 1)
    ]


def _ways(loots: Sequence[Loot], case: Case) -> Iterator[tuple[str, Pairs]]:
    yield "together in a row", _matched(_rows(loots, case), case)
    yield "by equal times and transactions", _matched(_joins(loots, case), case)
    yield "new since the last theft", _matched(_news(loots, case), case)
    for name in sorted({name for loot in loots for name in loot.files}):
        contents = [loot.files[name] for loot in loots if name in loot.files]
        yield f"bytes nearby: {name}", _matched(_nearby(contents, case), case)
    yield from _orders(loots, case)


def _matched(scores: Scores, case: Case) -> Pairs:
    """Give each person one answer, the surest first; for the rest nothing better is known."""
    guess: dict[int, int] = {}
    for (person, answer), _ in sorted(scores.items(), key=lambda item: -item[1]):
        if person not in guess and answer not in guess.values():
            guess[person] = answer
    left = iter([answer for answer in range(len(case.said)) if answer not in guess.values()])
    return {**dict(zip(_without(guess, case), left, strict=True)), **guess}.items()


def _without(guess: dict[int, int], case: Case) -> list[int]:
    return [person for person in range(len(case.voters)) if person not in guess]


# ── what stands together ─────────────────────────────────────────────────────────────────────────
def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _people_in(row: Row, case: Case) -> list[int]:
    by_id = {person.participant_id: place for place, person in enumerate(case.voters)}
    by_telegram = {person.telegram_id: place for place, person in enumerate(case.voters)}
    found = []
    for column in PERSON_COLUMNS:
        value = row.get(column)
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        if isinstance(value, int):
            found.append(by_telegram.get(value, by_id.get(value, -1)))
    return [place for place in found if place >= 0]


def _answers_in(row: Row, case: Case) -> dict[int, float]:
    """Which answers a row speaks of, and how clearly."""
    content = " ".join(
        _text(value) for column, value in row.items() if column not in {PLACE, MADE_BY}
    ).encode("utf-8", "replace")
    found: dict[int, float] = defaultdict(float)
    for place, said in enumerate(case.said):
        if said.own in content:
            found[place] += 10
        for mark in said.shared:
            if mark in content:
                found[place] += 1
    return found


def _is_of(row: Row, case: Case) -> bool:
    """Tell whether a row may be about this survey."""
    if "survey_id" in row:
        return bool(row["survey_id"] == case.survey_id)
    topic = row.get("topic")
    return topic == f"survey.{case.survey_id}" if isinstance(topic, str) else True


def _all_rows(loots: Sequence[Loot], case: Case) -> Iterator[Row]:
    for loot in loots:
        for rows in loot.tables.values():
            yield from (row for row in rows if _is_of(row, case))


def _rows(loots: Sequence[Loot], case: Case) -> Scores:
    scores: Scores = defaultdict(float)
    for row in _all_rows(loots, case):
        for person in _people_in(row, case):
            for answer, weight in _answers_in(row, case).items():
                scores[person, answer] += weight
    return scores


def _joins(loots: Sequence[Loot], case: Case) -> Scores:
    """A row with a person and a row with an answer that share a moment or a transaction."""
    scores: Scores = defaultdict(float)
    people: dict[object, set[int]] = defaultdict(set)
    answers: dict[object, set[int]] = defaultdict(set)
    for row in _all_rows(loots, case):
        keys = [
            (column == MADE_BY, value)
            for column, value in row.items()
            if value is not None and (column.endswith("_at") or column == MADE_BY)
        ]
        for key in keys:
            people[key].update(_people_in(row, case))
        if "answers" in row:
            for key in keys:
                answers[key].update(_answers_in(row, case))
    for shared, found in answers.items():
        if len(found) > len(case.said) // 2:
            continue  # a moment that many share tells nothing
        for person, answer in itertools.product(people[shared], found):
            scores[person, answer] += 1 / len(found) / len(people[shared])
    return scores


def _news(loots: Sequence[Loot], case: Case) -> Scores:
    """Who has newly voted, and what is newly there, between two thefts."""
    scores: Scores = defaultdict(float)
    known_people: set[int] = set()
    known_answers: set[int] = set()
    for loot in loots:
        people = {
            person
            for row in loot.tables["ballot"]
            if _is_of(row, case)
            for person in _people_in(row, case)
        }
        answers = {
            place
            for row in loot.tables["response"]
            if _is_of(row, case)
            for place, weight in _answers_in(row, case).items()
            if weight >= 10
        }
        new_people, new_answers = people - known_people, answers - known_answers
        for person, answer in itertools.product(new_people, new_answers):
            scores[person, answer] += 1 / len(new_people) / len(new_answers)
        known_people |= people
        known_answers |= answers
    return scores


# ── raw bytes ────────────────────────────────────────────────────────────────────────────────────
def _nearby(contents: Sequence[bytes], case: Case) -> Scores:
    """An answer in the bytes of a file, and the person whose id stands next to it."""
    scores: Scores = defaultdict(float)
    by_telegram = {one.telegram_id: at for at, one in enumerate(case.voters)}
    by_id = {one.participant_id: at for at, one in enumerate(case.voters)}
    for content in set(contents):
        ids = [(at, by_telegram[number]) for at, number in _ids(content) if number in by_telegram]
        for answer, said in enumerate(case.said):
            for mark, weight in ((said.own, 10), *((mark, 1) for mark in said.shared)):
                for at in _places(content, mark):
                    near = _nearest(ids, at)
                    if near is not None:
                        scores[near, answer] += weight
                    for number in _numbers_before(content, at):
                        if number in by_id:
                            scores[by_id[number], answer] += weight / 4
    return scores


@functools.lru_cache(maxsize=64)
def _ids(content: bytes) -> list[tuple[int, int]]:
    """Whatever may be a Telegram id, and where it stands."""
    return [(found.start(), int(found.group())) for found in re.finditer(rb"\d{6,14}", content)]


@functools.lru_cache(maxsize=8192)
def _places(content: bytes, mark: bytes) -> tuple[int, ...]:
    places = []
    at = content.find(mark)
    while at >= 0:
        places.append(at)
        at = content.find(mark, at + 1)
    return tuple(places)


def _nearest(ids: list[tuple[int, int]], at: int) -> int | None:
    """The person whose id stands nearest."""
    after = bisect.bisect_left(ids, (at, 0))
    close = [
        (abs(place - at), person)
        for place, person in ids[max(after - 1, 0) : after + 1]
        if abs(place - at) < NEAR
    ]
    return min(close)[1] if close else None


def _numbers_before(content: bytes, at: int) -> set[int]:
    """The whole numbers that stand before the JSON around a place, as databases write them."""
    begin = content.rfind(b"{", max(at - 400, 0), at)
    if begin < 0:
        return set()
    before = content[max(begin - 16, 0) : begin]
    one_byte = {before[-1]} if before else set()  # SQLite
    four_bytes = {  # PostgreSQL: the header of a text is one byte or four
        int.from_bytes(before[-end - 4 : len(before) - end], "little") for end in (5, 8)
    }
    return one_byte | four_bytes


# ── orders ───────────────────────────────────────────────────────────────────────────────────────
def _orders(loots: Sequence[Loot], case: Case) -> Iterator[tuple[str, Pairs]]:
    """People in every order there is, beside answers in every order there is."""
    people = dict(_orders_of_people(loots, case))
    answers = dict(_orders_of_answers(loots, case))
    for (theirs, order), (its, places) in itertools.product(people.items(), answers.items()):
        yield f"people by {theirs}, answers by {its}", zip(order, places, strict=True)
        yield f"people by {theirs}, answers back by {its}", zip(order, places[::-1], strict=True)


def _orders_of_people(loots: Sequence[Loot], case: Case) -> Iterator[tuple[str, list[int]]]:
    everybody = list(range(len(case.voters)))
    yield "when they were seen", everybody
    for number, loot in enumerate(loots[-2:]):
        for table, rows in loot.tables.items():
            mine = [
                (people[0], row)
                for row in rows
                if _is_of(row, case) and len(people := _people_in(row, case)) == 1
            ]
            for column in mine[0][1] if mine else ():
                order = _sorted(mine, column)
                if sorted(order) == everybody:
                    yield f"{table}.{column} ({number})", order


def _orders_of_answers(loots: Sequence[Loot], case: Case) -> Iterator[tuple[str, list[int]]]:
    everything = list(range(len(case.said)))
    lengths = [len(json.dumps(said.answers, separators=(",", ":"))) for said in case.said]
    yield "length", sorted(everything, key=lambda place: lengths[place])
    for number, loot in enumerate(loots[-2:]):
        mine = [
            (place, row)
            for row in loot.tables["response"]
            if _is_of(row, case)
            for place, weight in _answers_in(row, case).items()
            if weight >= 10
        ]
        for column in mine[0][1] if mine else ():
            order = _sorted(mine, column)
            if sorted(order) == everything:
                yield f"response.{column} ({number})", order
        for name, content in loot.files.items():
            places = [content.find(said.own) for said in case.said]
            if min(places) >= 0:
                yield f"{name} ({number})", sorted(everything, key=lambda at: places[at])


def _sorted(rows: list[tuple[int, Row]], column: str) -> list[int]:
    """Whose rows come in which order by a column; each once, where they come last."""

    def key(row: Row) -> tuple[str, Any]:
        value = row[column]
        if isinstance(value, bytes) or (isinstance(value, str) and len(value) > 64):
            return "long", len(value)
        if isinstance(value, int | float):
            return "number", value
        return "text", _text(value)

    order = [person for person, _ in sorted(rows, key=lambda item: key(item[1]))]
    return list(dict.fromkeys(reversed(order)))[::-1]

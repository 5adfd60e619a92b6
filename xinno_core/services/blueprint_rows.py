"""Rows that follow a file: what an import reports, and how a row takes over what was edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from xinno_core.models import (
    Base,
    Event,
    EventSession,
    Limit,
    Question,
    Region,
    Registration,
    Rule,
    Survey,
)

Values = Mapping[str, Any]
"""Columns of a row, as a file gives them."""

Row = TypeVar("Row", EventSession, Limit, Question, Rule, Survey)


@dataclass
class Report:
    """What an import did, and what it must not do."""

    changes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def created(self, what: str) -> None:
        self.changes.append(f"created {what}")

    def changed(self, what: str, names: Sequence[str]) -> None:
        if names:
            self.changes.append(f"changed {what}: {', '.join(names)}")

    def removed(self, what: str) -> None:
        self.changes.append(f"removed {what}")

    def problem(self, what: str, wrong: str, cure: str) -> None:
        self.problems.append(f"{what}: {wrong} {cure}")


@dataclass(frozen=True)
class Import:
    """The event whose parts are imported, with what holds for all of them."""

    session: AsyncSession
    event: Event
    region: Region
    now: datetime
    report: Report
    sessions: dict[str, EventSession] = field(default_factory=dict)  # also those that go


@dataclass(frozen=True)
class Followed(Generic[Row]):
    """The rows of one kind after they followed the file."""

    rows: dict[str, Row]
    edited: dict[str, set[str]]  # by key of the row: columns that changed; all of a new row
    gone: dict[str, Row]


def follow(row: Base, new: Values, old: Values | None) -> list[str]:
    """Give the row what the file says otherwise than before; return the columns that changed.

    What was not edited is left alone: the row may hold an organiser's own change.
    """
    edited = [column for column in new if old is None or old.get(column) != new[column]]
    changed = [column for column in edited if getattr(row, column) != new[column]]
    for column in changed:
        setattr(row, column, new[column])
    return changed


def named(column: str, before: object, after: object) -> str:
    """Return how people call a change: title (de), place (address), seats."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return column.removesuffix("_local").replace("_", " ")
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return f"{column.replace('_', ' ')} ({', '.join(names)})"


async def follow_all(
    this: Import, table: type[Row], name: str, new: Mapping[str, Values], old: Mapping[str, Values]
) -> Followed[Row]:
    """Make, change and take from the event the rows of one kind that the file names otherwise."""
    found = await this.session.scalars(
        select(table).where(table.event_id == this.event.id).order_by(table.id)
    )
    rows: dict[str, Row] = {row.key: row for row in found}
    edited: dict[str, set[str]] = {}
    for key, values in new.items():
        row = rows.get(key)
        if row is None:
            if values == old.get(key):
                continue  # an organiser has removed it since
            rows[key] = table(event_id=this.event.id, key=key, **values)
            this.session.add(rows[key])
            this.report.created(f"{name} {key}")
            edited[key] = set(values)
            continue
        before = {column: getattr(row, column) for column in values}
        if columns := follow(row, values, old.get(key)):
            edited[key] = set(columns)
            this.report.changed(
                f"{name} {key}", [named(one, before[one], values[one]) for one in columns]
            )
    gone = {key: rows.pop(key) for key in old if key not in new and key in rows}
    for key in gone:
        this.report.removed(f"{name} {key}")
    return Followed(rows, edited, gone)


async def count_registrations(this: Import, *claims: Any) -> int:  # noqa: ANN401 (SQL)
    """Return how many registrations of the event meet all claims."""
    query = select(func.count()).select_from(Registration)
    return (
        await this.session.scalar(query.where(Registration.event_id == this.event.id, *claims)) or 0
    )

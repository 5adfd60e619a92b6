"""What the tables themselves make impossible, whatever a service does.

Ballots and answers must not be joined by an order or a time, and a registration must hold what its
state needs.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import Connection, DateTime, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import Date, Time

from tests.support import building
from tests.support.databases import Databases
from xinno_core.database import Database
from xinno_core.models import Ballot, Envelope, Participant, Response

APART = (Ballot, Envelope, Response)
"""Who took part, and what was said: nothing may join the two."""

NOW = datetime(2027, 3, 8, 9, tzinfo=UTC)
T = TypeVar("T")


# ── what keeps ballots and answers apart ─────────────────────────────────────────────────────
@pytest.mark.parametrize("table", [table.__tablename__ for table in APART])
async def test_no_row_id_tells_in_which_order_answers_came(
    databases: Databases, table: str
) -> None:
    with databases.fresh("sqlite") as url:
        assert await _scalar(url, f"SELECT count(survey_id) FROM {table}") == 0
        with pytest.raises(OperationalError, match="no such column: rowid"):
            await _scalar(url, f"SELECT rowid FROM {table}")
        assert await _scalar(url, "SELECT count(rowid) FROM survey") == 0  # others have one


@pytest.mark.parametrize("table", [table.__tablename__ for table in APART])
async def test_a_ballot_and_an_answer_hold_no_time_and_no_running_number(
    database_url: str, table: str
) -> None:
    columns = await _ask(database_url, lambda sync: inspect(sync).get_columns(table))
    assert columns
    for column in columns:
        assert not isinstance(column["type"], (DateTime, Date, Time)), column["name"]
        assert not column.get("default"), column["name"]  # a sequence would number them
        assert not str(column["name"]).endswith(("_at", "_on"))


# ── the rules stand behind the program ───────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "state, fields, rule",
    [
        ("waitlisted", {}, "waits_with_a_number"),
        ("offered", {"offered_until": "'2027-03-08 09:00:00'"}, "waits_with_a_number"),
        ("offered", {"queue_number": "1"}, "offers_end"),
        ("confirmed", {}, "confirmed_when"),
        ("seated", {}, "registrationstate"),
    ],
)
async def test_a_registration_without_what_its_state_needs_is_refused(
    database_url: str, state: str, fields: dict[str, str], rule: str
) -> None:
    """Even a statement that no service ever wrote leaves no half registration behind."""
    row = {
        "event_id": "1",
        "participant_id": "1",
        "role": "'visitor'",
        "target": "'sme'",
        "calendar_sequence": "0",
        "state": f"'{state}'",
        "answers": "'{}'",
        "revision": "1",
        "created_at": "'2027-03-08 09:00:00'",
        **fields,
    }
    adding = f"INSERT INTO registration ({', '.join(row)}) VALUES ({', '.join(row.values())})"
    await _populate(database_url)
    with pytest.raises(IntegrityError, match=rule):
        await _execute(database_url, adding)


# ── short ways ───────────────────────────────────────────────────────────────────────────────
async def _ask(url: str, question: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


async def _populate(url: str) -> None:
    database = Database(url)
    async with database.writing() as session:
        session.add(Participant(language="en", created_at=NOW))
        await building.event(session, title="Talk", now=NOW, starts_local=datetime(2027, 3, 18, 18))
    await database.close()


async def _execute(url: str, *statements: str) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)
    finally:
        await engine.dispose()


async def _scalar(url: str, question: str) -> object:
    return await _ask(url, lambda sync: sync.execute(text(question)).scalar())

"""One code path, two databases: engines, transactions, and what cannot be said portably.

On SQLite every writing transaction begins IMMEDIATE: a deferred one reads first, and two that
read the same free seat both sell it, or one fails with "database is locked" at once. Reading has
an engine of its own, so that pages and exports never wait for a writer.
"""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CursorResult,
    Executable,
    Select,
    SQLColumnExpression,
    String,
    event,
    func,
    inspect,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from xinno_core.errors import WrongDatabaseError
from xinno_core.models import Base
from xinno_core.models.base import Instant
from xinno_core.sealing import Seal

SCHEMA_HEAD = "0005"
"""Newest migration; known here so that a start need not import Alembic to see it is current."""

SEAL = "seal"
PROGRAM = "xinno"
"""By this name PostgreSQL knows the connections of this program."""
BUSY_SECONDS = 10
CONNECT_SECONDS = 10
COMMAND_SECONDS = 60
CLEANING_MILLISECONDS = 200
"""How long the removal of last traces waits for those who read; it is done again later."""
LOCK_NOT_AVAILABLE = "55P03"


class Database:
    """The way to the data: `writing()` for an edge's one transaction, `reading()` for pages."""

    def __init__(self, url: str, *, pool_size: int = 10, secret: bytes = b"") -> None:
        """Prepare engines; nothing is opened yet.

        `secret` is what the key file holds: without it, what lies sealed stays closed.
        """
        self.url = url
        info = {SEAL: Seal(secret)} if secret else {}
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            # SQLite has one writer at a time; queueing in the pool is fairer than its retries.
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=4)
        else:
            self._writer = self._reader = create_async_engine(
                url,
                pool_size=pool_size,
                max_overflow=5,
                pool_pre_ping=True,
                pool_recycle=1800,
                # A line that went silent must not hold a worker, or the end of the program.
                connect_args={
                    "timeout": CONNECT_SECONDS,
                    "command_timeout": COMMAND_SECONDS,
                    "server_settings": {"application_name": PROGRAM},
                },
                hide_parameters=True,  # an error's text must not carry what people wrote
            )
        self._write = async_sessionmaker(self._writer, expire_on_commit=False, info=info)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False, info=info)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction: committed at the end, rolled back on any error."""
        async with self._write() as session, session.begin():
            yield session

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that only reads."""
        async with self._read() as session, session.begin():
            yield session

    async def forget_deleted(self, *tables: type[Base]) -> bool:
        """Let nothing that was deleted from tables, or overwritten, stay in the database's files.

        On SQLite the whole file is written anew and its log emptied; on PostgreSQL the tables are
        written anew, and its log is the server's own. False when somebody still reads, so that it
        has to be done again: nobody waits for a reader.
        """
        if not self.is_sqlite:
            return await self._write_anew(tables)
        async with self._writer.connect() as connection:
            # The driver's own: ours begins a transaction, in which none of this may be.
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                # All who write wait while a reader is waited for, so it is but shortly.
                await driver.execute(f"PRAGMA busy_timeout={CLEANING_MILLISECONDS}")
                # First the log alone: with a reader that stays, the file is not written each time.
                if not await _empty_log(driver):
                    return False
                await driver.execute("VACUUM")
                return await _empty_log(driver)
            finally:
                await driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")

    async def _write_anew(self, tables: tuple[type[Base], ...]) -> bool:
        autocommit = self._writer.execution_options(isolation_level="AUTOCOMMIT")
        async with autocommit.connect() as connection:
            await connection.exec_driver_sql(f"SET lock_timeout = {CLEANING_MILLISECONDS}")
            try:
                for table in tables:
                    await connection.exec_driver_sql(f"VACUUM FULL {table.__tablename__}")
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                    raise
                return False
            finally:
                await connection.exec_driver_sql("RESET lock_timeout")
        return True

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()


async def _empty_log(driver: Any) -> bool:  # noqa: ANN401 (aiosqlite's connection)
    """Move SQLite's log into the file and cut it off; False while somebody reads of it."""
    async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as found:
        is_busy, _, _ = await found.fetchone()
    return not is_busy


@contextlib.asynccontextmanager
async def rehearsal(session: AsyncSession) -> AsyncIterator[AsyncSession]:
    """Open a session in which anything can be tried: whatever it does is undone at its end.

    It stands in the same transaction and sees the same rows; the objects that the given session
    has read stay as they are.
    """
    await session.flush()
    async with AsyncSession(
        bind=await session.connection(),
        expire_on_commit=False,
        join_transaction_mode="create_savepoint",
        info=session.info,
    ) as trial:
        yield trial


def seal_of(session: AsyncSession) -> Seal:
    """Return what closes and opens sealed rows; an error where there is no key."""
    seal = session.info.get(SEAL)
    return seal if isinstance(seal, Seal) else Seal(b"")


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 (driver's own type)
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is erased is gone from the file, too
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:  # noqa: ANN401 (SQLAlchemy's connection, sync side)
        connection.exec_driver_sql(begin)

    return engine


def machine_time(session: AsyncSession) -> ColumnElement[datetime]:
    """Return machine time for leases: the database's own, so that machines need not agree."""
    if session.get_bind().dialect.name == "postgresql":
        return func.clock_timestamp(type_=Instant())
    return literal(datetime.now(UTC), Instant())


AnySelect = TypeVar("AnySelect", bound=Select[Any])


def lock(query: AnySelect, *, skip_locked: bool = False) -> AnySelect:
    """Lock the rows of a query; SQLite's writing transaction already excludes all others."""
    # NO KEY UPDATE: a notice that refers to the locked event must not wait for it.
    return query.with_for_update(skip_locked=skip_locked, key_share=True)


async def change(session: AsyncSession, statement: Executable) -> int:
    """Carry out an INSERT, UPDATE or DELETE and return how many rows it met."""
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount


class holds(FunctionElement[bool]):  # noqa: N801 (stands in queries like a function)
    """Tell whether a JSON value is this text, or a list with this text in it."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, value: SQLColumnExpression[Any], wanted: str) -> None:
        """Compare a JSON column, or a part of one, with a plain text."""
        super().__init__(value, literal(wanted, String()))


@compiles(holds, "postgresql")
def _holds_on_postgresql(element: holds, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    value, wanted = (compiler.process(one, **more) for one in element.clauses)
    return f"(({value}) ? {wanted})"


@compiles(holds, "sqlite")
def _holds_on_sqlite(element: holds, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401
    value, wanted = (compiler.process(one, **more) for one in element.clauses)
    rows = f"SELECT 1 FROM json_each({value}) AS held WHERE held.value = {wanted}"  # noqa: S608
    return f"EXISTS ({rows})"


async def is_shared(session: AsyncSession) -> bool:
    """Tell whether anybody else of this program is connected to the same PostgreSQL database.

    A SQLite database knows nothing of its connections: there `only_process` holds the others off.
    """
    if session.get_bind().dialect.name != "postgresql":
        return False
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = :program AND pid <> pg_backend_pid()"
    )
    return bool(await session.scalar(others, {"program": PROGRAM}))


def insert_once(session: AsyncSession, table: type[Base]) -> Any:  # noqa: ANN401 (two dialects' inserts)
    """Return an INSERT for the table that does nothing where a unique key already stands."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def migrate(url: str) -> None:
    """Bring the database to the current schema; safe to run twice and from two places at once."""
    with _one_at_a_time(url):
        asyncio.run(_migrate(url))


async def schema_revision(url: str) -> str | None:
    """Return the migration the database stands at, None when it is empty."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            if "alembic_version" not in tables:
                return None
            found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return str(found) if found else None
    finally:
        await engine.dispose()


async def _migrate(url: str) -> None:
    if await schema_revision(url) == SCHEMA_HEAD:
        return
    # Alembic takes seconds to import, so only a migration that is needed pays for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    # Foreign keys stay off here: a table that Alembic rebuilds would take its children with it.
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(71060013)"))

            def upgrade(sync: Any) -> None:  # noqa: ANN401 (SQLAlchemy's connection, sync side)
                config.attributes["connection"] = sync
                command.upgrade(config, "head")

            await connection.run_sync(upgrade)
            if connection.dialect.name == "sqlite":
                broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
                if broken:
                    msg = f"the migration left rows without their parent: {broken[:3]}"
                    raise WrongDatabaseError(msg)
    finally:
        await engine.dispose()


@contextlib.contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    """Let one migration run at a time; PostgreSQL has its own lock for that, a file needs one."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    path = Path(parsed.database or "xinno.db")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".migrate.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_process(url: str) -> Iterator[None]:
    """Hold a SQLite database for this process: there, a second one would break leases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    path = Path(parsed.database or "xinno.db")
    with path.with_name(path.name + ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another assistant already runs on {path}; stop it first, or use PostgreSQL"
            raise WrongDatabaseError(msg) from None
        yield

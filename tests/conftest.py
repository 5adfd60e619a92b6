"""What every test stands on: no network, none of this machine's settings, real databases."""

import os
import shutil
import socket
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import hypothesis
import pytest

from tests.support import databases
from tests.support.databases import Databases

RUN_VARIABLE = "XINNO_TEST_RUN"
FAIL_ON_SKIP = "XINNO_FAIL_ON_SKIP"
KEPT_SETTINGS = {RUN_VARIABLE, FAIL_ON_SKIP, "XINNO_VENV", "XINNO_PICTURES"}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ON_ONE = tuple(
    Path(__file__).parent / folder for folder in ("conversations", "services", "contracts")
)
NO_CHROMIUM = "Chromium is missing; the cure: apt install chromium"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --long."""
    parser.addoption("--long", action="store_true", help="add the long simulations and kills")


def pytest_configure(config: pytest.Config) -> None:
    """Forget this machine's settings, close the network, open the folder of this run."""
    for name in [name for name in os.environ if name.startswith("XINNO_")]:
        if name not in KEPT_SETTINGS:
            del os.environ[name]  # a real token or database has no business in a test
    # The same examples in every run, so that a red one can be repeated.
    hypothesis.settings.register_profile("xinno", deadline=None, derandomize=True, database=None)
    hypothesis.settings.load_profile("xinno")
    _close_the_network()
    if not _is_worker(config):
        # Short, because the path of a socket in it may have 107 characters at most.
        os.environ[RUN_VARIABLE] = tempfile.mkdtemp(prefix="xinno-", dir=_short_folder())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out long tests unless asked for; skip browser tests where there is no browser."""
    if not config.getoption("--long"):
        left_out = {item for item in items if item.get_closest_marker("long")}
        left_out |= {item for item in items if _is_told_on_the_other_database(item)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def _is_told_on_the_other_database(item: pytest.Item) -> bool:
    """Tell whether a story is told on the other database this time.

    Migrations run on both in every run, and so does what is marked `both`: what hangs on how a
    database locks and forgets. The others take their time, so each is tried on one of the two,
    always the same; `--long` tries all of them on both.
    """
    if item.get_closest_marker("both"):
        return False
    if not set(ON_ONE) & set(item.path.parents) or not isinstance(item, pytest.Function):
        return False
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("database_url") if callspec else None
    if not isinstance(kind, str):
        return False
    name = item.nodeid.replace(kind, "")
    return databases.KINDS[zlib.crc32(name.encode()) % len(databases.KINDS)] != kind


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that has skipped something, where that was asked for."""
    if os.environ.get(FAIL_ON_SKIP) == "1" and _skips(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run has started, and say as the last word what was skipped and the cure."""
    if _is_worker(config):
        return
    run = Path(os.environ.pop(RUN_VARIABLE))
    databases.stop_server(run)
    shutil.rmtree(run, ignore_errors=True)
    if skips := _skips(config):
        reporter = config.pluginmanager.getplugin("terminalreporter")
        said = "; ".join(f"{number} x {reason}" for reason, number in skips.items())
        reporter.write_line(f"Skipped: {said}", yellow=True)


@pytest.fixture(scope="session", autouse=True)
def _away_from_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stand in an empty folder: no test reads this machine's .env or leaves files behind."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@pytest.fixture(scope="session", name="databases")
def _databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Give fresh databases to tests that need a particular kind, or more than one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    handed_out = Databases(Path(os.environ[RUN_VARIABLE]), worker=worker)
    yield handed_out
    handed_out.close()


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Give the test a migrated, empty database of its own; each such test runs on both kinds."""
    with databases.fresh(request.param) as url:
        yield url


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _short_folder() -> str | None:
    return "/tmp" if Path("/tmp").is_dir() else None


def _skips(config: pytest.Config) -> dict[str, int]:
    """Return each reason for a skip with how often it was given."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    found: dict[str, int] = {}
    if reporter is None or _is_worker(config):
        return found
    for report in reporter.stats.get("skipped", []):
        _, _, reason = cast("tuple[str, int, str]", report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        found[reason] = found.get(reason, 0) + 1
    return found


def _close_the_network() -> None:
    """Let sockets reach this machine only: a test that needs anything else is wrong."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    resolve = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:  # noqa: ANN401
        _refuse_unless_here(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:  # noqa: ANN401
        _refuse_unless_here(self.family, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        _refuse_unless_here(socket.AF_INET, (host,))
        return resolve(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign, assignment]
    socket.getaddrinfo = guarded_resolve


def _refuse_unless_here(family: int, address: Any) -> None:  # noqa: ANN401
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    here = host in {None, "", "localhost", "::1", "0.0.0.0", "::"} or host.startswith("127.")
    if not here:
        msg = f"a test wanted to reach {host}; tests have no network"
        raise RuntimeError(msg)

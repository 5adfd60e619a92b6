"""The suite itself: skips are told last with their cure, and nothing leaves this machine."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_suite(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the small suite in a folder under the plumbing of this one."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml")),
            *("--rootdir", str(folder), "-p", "tests.conftest", "--noconftest"),
            *("-p", "no:cacheprovider", *arguments, str(folder)),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XINNO_FAIL_ON_SKIP": "0", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Make a small suite: a passing test, a browser test, a long test."""
    (tmp_path / "test_small.py").write_text(
        "import os, pytest\n"
        "def test_passes():\n    assert 'XINNO_BOT_TOKEN' not in os.environ\n"
        "@pytest.mark.browser\ndef test_page():\n    pass\n"
        "@pytest.mark.long\ndef test_hours():\n    pass\n"
    )
    return tmp_path


@pytest.fixture
def no_browser(tmp_path: Path) -> str:
    """Name a search path without Chromium."""
    (tmp_path / "bin").mkdir()
    return str(tmp_path / "bin")


@pytest.mark.parametrize("processes", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_a_skip_is_the_last_word_and_names_its_cure(
    suite: Path, no_browser: str, processes: tuple[str, ...]
) -> None:
    done = run_suite(suite, *processes, PATH=no_browser, XINNO_BOT_TOKEN="1:real")
    last = done.stdout.splitlines()[-1]
    assert done.returncode == 0, done.stdout
    assert last == "Skipped: 1 x Chromium is missing; the cure: apt install chromium"


def test_where_nothing_may_be_skipped_a_skip_fails_the_run(suite: Path, no_browser: str) -> None:
    assert run_suite(suite, PATH=no_browser, XINNO_FAIL_ON_SKIP="1").returncode == 1


def test_nothing_skipped_leaves_the_summary_the_last_word(suite: Path) -> None:
    done = run_suite(suite, "-k", "passes", XINNO_FAIL_ON_SKIP="1")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout.splitlines()[-1]


def test_long_tests_run_only_when_asked_for(suite: Path) -> None:
    assert "1 passed, 2 deselected" in run_suite(suite, "-k", "not page").stdout
    done = run_suite(suite, "-k", "not page", "--long")
    assert "2 passed" in done.stdout, done.stdout


@pytest.mark.parametrize("address", ["192.0.2.1", "assistant.example.org"])
def test_no_test_reaches_another_machine(address: str) -> None:
    with pytest.raises(RuntimeError, match="tests have no network"):
        socket.create_connection((address, 80), timeout=1)

"""The launcher: what it says when something is missing, and what it does only once."""

import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]

Run = Callable[[list[str]], subprocess.CompletedProcess[str]]


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load the launcher with a small checkout of its own, whose packages are never installed."""
    loader = importlib.machinery.SourceFileLoader("launcher", str(ROOT / "xinno"))
    spec = importlib.util.spec_from_loader("launcher", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "requirements.txt").write_text("one==1\n")
    (checkout / "requirements-test.txt").write_text("two==2\n")
    monkeypatch.setattr(module, "ROOT", str(checkout))
    monkeypatch.delenv("XINNO_VENV", raising=False)
    return module


@pytest.fixture
def installs(launcher: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record installations instead of doing them; environments are made without pip, in no time."""
    done: list[str] = []
    monkeypatch.setattr(launcher, "install", lambda venv, wanted: done.append(wanted))
    real_run: Run = launcher.run

    def quick(command: list[str]) -> subprocess.CompletedProcess[str]:
        if command[1:3] == ["-m", "venv"]:
            command = [*command[:3], "--without-pip", *command[3:]]
        return real_run([part.replace("import sys, pip", "import sys") for part in command])

    monkeypatch.setattr(launcher, "run", quick)
    return done


@pytest.fixture
def venv(launcher: ModuleType) -> Path:
    """Name the place where the small checkout's environment will be."""
    return Path(launcher.ROOT) / ".venv"


def test_an_old_python_is_told_how_old_is_too_old(launcher: ModuleType) -> None:
    with pytest.raises(launcher.Trouble, match=r"3\.8 is too old.* needs 3\.11.*Install a newer"):
        launcher.check_version((3, 8, 10), find=lambda name: None)


def test_an_old_python_is_told_of_a_newer_one_beside_it(launcher: ModuleType) -> None:
    with pytest.raises(launcher.Trouble, match=r"python3\.12 is installed: run `python3\.12 "):
        launcher.check_version((3, 9), find=lambda name: name == "python3.12")


def test_a_python_that_is_new_enough_passes(launcher: ModuleType) -> None:
    launcher.check_version((3, 11, 0))
    launcher.check_version((4, 0))


def test_the_launcher_can_be_read_by_an_old_python() -> None:
    """No newer syntax before the sentence about the version: that sentence would never be said."""
    import ast  # noqa: PLC0415 (only here)

    ast.parse((ROOT / "xinno").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_missing_venv_package_is_named(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    minor = sys.version_info.minor
    with pytest.raises(launcher.Trouble, match=rf"apt install python3\.{minor}-venv"):
        launcher.prepare(launcher.RUNTIME)


def test_a_failing_venv_module_is_told_with_its_words(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = subprocess.CompletedProcess([], 1, stdout="ensurepip is not available\n")
    monkeypatch.setattr(launcher, "run", lambda command: broken)
    with pytest.raises(launcher.Trouble, match=r"ensurepip is not available\n.*apt install"):
        launcher.prepare(launcher.RUNTIME)


def test_an_unchanged_installation_is_not_touched(
    launcher: ModuleType, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    python = launcher.prepare(launcher.RUNTIME)
    monkeypatch.delattr(launcher, "run")  # nothing may be started the second time
    assert launcher.prepare(launcher.RUNTIME) == python
    assert installs == ["requirements.txt"]


def test_changed_pins_are_installed_into_the_same_environment(
    launcher: ModuleType, installs: list[str], venv: Path
) -> None:
    launcher.prepare(launcher.RUNTIME)
    made = (venv / "pyvenv.cfg").stat().st_mtime_ns
    Path(launcher.ROOT, "requirements.txt").write_text("one==1.1\n")
    launcher.prepare(launcher.RUNTIME)
    assert installs == ["requirements.txt"] * 2
    assert (venv / "pyvenv.cfg").stat().st_mtime_ns == made


def test_the_tests_packages_are_added_once_and_survive_a_start(
    launcher: ModuleType, installs: list[str]
) -> None:
    for wanted in (launcher.RUNTIME, launcher.TESTS, launcher.RUNTIME, launcher.TESTS):
        launcher.prepare(wanted)
    assert installs == ["requirements.txt", "requirements-test.txt"]


def test_new_runtime_pins_are_installed_for_the_tests_too(
    launcher: ModuleType, installs: list[str]
) -> None:
    launcher.prepare(launcher.TESTS)
    Path(launcher.ROOT, "requirements.txt").write_text("one==1.1\n")
    launcher.prepare(launcher.RUNTIME)
    launcher.prepare(launcher.TESTS)
    assert installs == ["requirements-test.txt", "requirements.txt", "requirements-test.txt"]


@pytest.mark.parametrize("left", ["empty", "no python", "no stamp", "interrupted"])
def test_a_half_made_environment_is_repaired(
    launcher: ModuleType, installs: list[str], venv: Path, left: str
) -> None:
    if left == "empty":
        venv.mkdir()
    else:
        launcher.prepare(launcher.RUNTIME)
    if left == "no python":
        (venv / "bin" / "python").unlink()
    if left == "no stamp":
        (venv / launcher.STAMP).unlink()
    if left == "interrupted":
        (venv / launcher.UNFINISHED).touch()
        (venv / "half").touch()
    installs.clear()

    python = launcher.prepare(launcher.RUNTIME)

    assert installs == ["requirements.txt"]
    assert subprocess.run([python, "-c", ""], check=False).returncode == 0
    assert json.loads((venv / launcher.STAMP).read_text()).keys() == {"requirements.txt"}
    assert not (venv / "half").exists()
    assert not (venv / launcher.UNFINISHED).exists()


def test_an_interrupted_installation_leaves_its_mark(
    launcher: ModuleType, installs: list[str], venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(venv: str, wanted: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(launcher, "install", interrupted)
        with pytest.raises(KeyboardInterrupt):
            launcher.prepare(launcher.RUNTIME)
    assert (venv / launcher.UNFINISHED).exists()
    launcher.prepare(launcher.RUNTIME)
    assert installs == ["requirements.txt"]


def test_a_folder_with_other_files_is_never_cleared(
    launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "diary").write_text("mine")
    monkeypatch.setenv("XINNO_VENV", str(tmp_path))
    with pytest.raises(launcher.Trouble, match=r"holds other files\. Name an empty folder"):
        launcher.prepare(launcher.RUNTIME)
    assert (tmp_path / "diary").read_text() == "mine"


def test_a_disk_that_cannot_be_written_is_named(
    launcher: ModuleType, venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(venv: str) -> None:
        raise PermissionError(13, "Permission denied", venv)

    monkeypatch.setattr(launcher, "make", refuse)
    with pytest.raises(launcher.Trouble, match=r"can't be written \(Permission denied\).*XINNO_VE"):
        launcher.prepare(launcher.RUNTIME)


@pytest.mark.parametrize(
    "output,cure",
    [
        ("NewConnectionError: Failed to establish a new connection", "no network"),
        ("ReadTimeoutError: Read timed out.", "no network"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: No matching distribution found for one==1", "not offered for this Python"),
        ("something new", "to retry"),
    ],
)
def test_a_failed_installation_comes_with_its_cure(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch, output: str, cure: str
) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout=f"WARNING: noise\n{output}\n")
    monkeypatch.setattr(launcher, "run", lambda command: failed)
    with pytest.raises(launcher.Trouble, match=cure) as caught:
        launcher.install("anywhere", launcher.RUNTIME)
    assert output in str(caught.value)
    assert "noise" not in str(caught.value)


def test_pip_is_told_nothing_but_what_to_install(
    launcher: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which registry, proxy or certificate pip uses is the user's own configuration."""
    said: list[str] = []

    def listen(command: list[str]) -> subprocess.CompletedProcess[str]:
        said.extend(command)
        return subprocess.CompletedProcess(command, 0, stdout="")

    monkeypatch.setattr(launcher, "run", listen)
    launcher.install("anywhere", launcher.RUNTIME)
    assert not [word for word in said if "index" in word or "find-links" in word or "isol" in word]


@pytest.mark.parametrize("words", [[], ["--long"], ["-x", "-q"]])
def test_the_whole_suite_runs_on_all_cores(launcher: ModuleType, words: list[str]) -> None:
    assert launcher.test_arguments(words)[:2] == ["-n", "logical"]


@pytest.mark.parametrize("words", [["tests/texts"], ["-k", "seat"], ["--pdb"], ["-n4"]])
def test_a_chosen_part_runs_as_one_says(launcher: ModuleType, words: list[str]) -> None:
    assert launcher.test_arguments(words) == words


def test_it_hands_over_from_anywhere_also_through_a_link(tmp_path: Path) -> None:
    """Arguments, exit status and standard output are the program's own; nothing is set up anew."""
    checkout = tmp_path / "checkout"
    (checkout / "bot").mkdir(parents=True)
    (checkout / "bot" / "__main__.py").write_text(
        "import sys\nprint(__file__, sys.argv[1:])\nsys.exit(7)\n"
    )
    (checkout / "xinno").write_bytes((ROOT / "xinno").read_bytes())
    (checkout / "requirements.txt").write_text("")
    link = tmp_path / "link"
    link.symlink_to(checkout / "xinno")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "bot.py").write_text("print('not this one')\n")

    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    stamp = (
        "import runpy, json; x = runpy.run_path({0!r}); "
        "json.dump({{'requirements.txt': x['fingerprint']({1!r}, 'requirements.txt')}}, "
        "open({1!r} + '/' + x['STAMP'], 'w'))"
    )
    code = stamp.format(str(checkout / "xinno"), str(venv))
    subprocess.run([sys.executable, "-c", code], check=True)

    done = subprocess.run(
        [sys.executable, link, "why", "Anna Rossi"],
        cwd=elsewhere,
        env={**os.environ, "XINNO_VENV": str(venv)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7
    assert done.stdout == f"{checkout / 'bot' / '__main__.py'} ['why', 'Anna Rossi']\n"
    assert done.stderr == ""

"""The wheel: built, installed into an environment of its own, and complete there."""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from xinno_core.languages import INTERFACE_LANGUAGES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the checkout, with the build backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(folder), str(ROOT)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone; what it needs is lent by the environment of the tests."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    python = venv / "bin" / "python"
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"),
            *("--disable-pip-version-check", "--no-index", "--no-deps", str(wheel)),
        ],
        check=True,
    )
    return venv / "bin" / "xinno"


def test_the_wheel_holds_every_catalogue_blueprint_and_page(wheel: Path) -> None:
    """Each file that the code reads at run time is found beside it, not in the checkout."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    catalogues = {path.relative_to(ROOT / "locales") for path in (ROOT / "locales").rglob("*.po")}
    assert {f"xinno_core/_locales/{path.as_posix()}" for path in catalogues} <= inside
    for package in ("bot", "handlers", "xinno_core"):
        tracked = subprocess.run(
            ["git", "ls-files", package], cwd=ROOT, check=True, capture_output=True, text=True
        )
        assert set(tracked.stdout.splitlines()) <= inside
    assert not [name for name in inside if name.startswith(("tests/", "locales/"))]


def test_doctor_runs_from_the_wheel_with_all_catalogues(program: Path, tmp_path: Path) -> None:
    """Installed elsewhere and started from another folder, it still finds its own files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINNO_")}
    kept.pop("PYTHONPATH", None)
    done = subprocess.run(
        [program, "doctor"], cwd=tmp_path, env=kept, capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    # The database is not migrated and there is no token, so not all is well; the languages are.
    assert done.returncode == 1, said
    for language in INTERFACE_LANGUAGES:
        assert re.search(rf"^well +language {language}: complete", said, re.MULTILINE), said
    assert re.search(
        rf"^well +program: in {re.escape(str(program.parents[1]))}", said, re.MULTILINE
    ), said

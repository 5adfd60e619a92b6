"""The image and its compose file, checked without an engine: by linters and against the code."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
COMPOSE = ROOT / "docker-compose.yml"

# What the Compose specification allows in a service, as far as one of ours might want it.
SERVICE_KEYS = {
    *("build", "cap_add", "cap_drop", "command", "cpus", "depends_on", "entrypoint", "env_file"),
    *("environment", "healthcheck", "image", "init", "labels", "logging", "mem_limit", "networks"),
    *("pids_limit", "ports", "read_only", "restart", "secrets", "security_opt", "tmpfs", "user"),
    *("stop_grace_period", "stop_signal", "volumes", "working_dir"),
}


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with continuation lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"))
    lines = text.replace("\\\n", " ").splitlines()
    words = [line.strip().partition(" ") for line in lines if line.strip()]
    return [(keyword, rest.strip()) for keyword, _, rest in words]


def last(keyword: str) -> str:
    """Return what the last such instruction says: it is the one that counts."""
    return [rest for found, rest in instructions() if found == keyword][-1]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Read the compose file."""
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def assistant(compose: dict[str, Any]) -> dict[str, Any]:
    """Return its one service."""
    assert list(compose["services"]) == ["assistant"]
    service: dict[str, Any] = compose["services"]["assistant"]
    return service


@pytest.mark.parametrize(
    "tool,file", [("hadolint", DOCKERFILE), ("compose-lint", COMPOSE)], ids=["image", "compose"]
)
def test_the_linter_finds_nothing_serious(tool: str, file: Path) -> None:
    program = shutil.which(tool, path=str(Path(sys.executable).parent))
    assert program is not None
    done = subprocess.run([program, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_image_has_the_python_that_is_tested() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    minor = tool["mypy"]["python_version"]
    images = [rest.split()[0] for keyword, rest in instructions() if keyword == "FROM"]
    assert images
    for image in images:
        assert re.fullmatch(rf"python:{re.escape(minor)}-slim-\w+", image)


def test_no_image_is_called_latest(assistant: dict[str, Any]) -> None:
    assert "latest" not in DOCKERFILE.read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert assistant["image"].endswith(f":{project['version']}")


def test_the_program_is_started_by_a_user_without_rights() -> None:
    assert int(last("USER")) > 0


@pytest.mark.parametrize("keyword", ["ENTRYPOINT", "CMD"])
def test_it_is_started_without_a_shell(keyword: str) -> None:
    """A shell would keep the signal to stop for itself."""
    assert last(keyword).startswith("[")


def test_the_image_holds_all_that_is_installed() -> None:
    copied = {rest.split()[0] for keyword, rest in instructions() if keyword == "COPY"}
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    wheel = tool["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= copied
    assert kept <= set(" ".join(r for k, r in instructions() if k == "COPY").split())


def test_nothing_else_reaches_the_image() -> None:
    """A .env or a database of the machine that builds must not end up in a layer."""
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert rules[1] == "*"


def test_compose_knows_every_word(compose: dict[str, Any], assistant: dict[str, Any]) -> None:
    assert compose.keys() <= {"name", "services", "volumes"}
    assert assistant.keys() <= SERVICE_KEYS


def test_token_database_and_key_stay_on_the_volume(
    compose: dict[str, Any], assistant: dict[str, Any]
) -> None:
    (volume,) = assistant["volumes"]
    name, folder = volume.split(":")
    assert name in compose["volumes"]
    assert folder in last("VOLUME")
    settings = assistant["environment"]
    for setting in ("XINNO_BOT_TOKEN_FILE", "XINNO_DATABASE_URL", "XINNO_SECRET_KEY_FILE"):
        assert f"{folder}/" in settings[setting]


def test_one_process_polls_and_is_started_again(assistant: dict[str, Any]) -> None:
    """SQLite is for one process; a second one, or a webhook, needs more than this file."""
    assert assistant["restart"] == "unless-stopped"
    assert "deploy" not in assistant
    assert "ports" not in assistant
    assert not [name for name in assistant["environment"] if "WEBHOOK" in name]


@pytest.mark.parametrize("file", ["Dockerfile", "docker-compose.yml", ".env.example"])
def test_every_setting_named_there_exists(file: str) -> None:
    named = set(re.findall(r"XINNO_[A-Z_]+", (ROOT / file).read_text(encoding="utf-8")))
    assert named
    assert {name.removeprefix("XINNO_").lower() for name in named} <= Settings.model_fields.keys()


def test_the_health_check_asks_where_the_assistant_answers() -> None:
    check = last("HEALTHCHECK")
    assert "/healthz" in check
    assert '"/healthz"' in (ROOT / "bot" / "web.py").read_text(encoding="utf-8")
    assert f"'{Settings.model_fields['http_port'].default}'" in check
    assert f"//{Settings.model_fields['http_host'].default}:" in check

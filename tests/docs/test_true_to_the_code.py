"""What README and the other documents claim about the program is what the program has."""

import re
from pathlib import Path
from types import NoneType
from typing import get_args

import pytest

from bot.cli import cli
from bot.settings import Settings
from handlers.routes import COMMANDS
from tests.docs import reading
from xinno_core.languages import INTERFACE_LANGUAGES
from xinno_core.services.exports import Kind

README = reading.text_of("README.md")
OPERATORS = reading.text_of("docs/operators.md")
ENGLISH = {
    "en": "English",
    "it": "Italian",
    "sk": "Slovak",
    "pl": "Polish",
    "cs": "Czech",
    "de": "German",
    "nl": "Dutch",
}


def default(name: str) -> str:
    """Return how the table shows the default of a setting."""
    value = Settings.model_fields[name].default
    return "none" if value in (None, ()) else f"`{value}`"


def test_the_table_of_settings_is_the_settings() -> None:
    rows = {row[0]: row[1] for row in reading.table(README, "Settings")}

    assert rows == {f"`XINNO_{name.upper()}`": default(name) for name in Settings.model_fields}


@pytest.mark.parametrize("name", ["log_level", "log_format"])
def test_the_words_a_setting_takes_are_named(name: str) -> None:
    meaning = {row[0]: " ".join(row[1:]) for row in reading.table(README, "Settings")}

    for word in get_args(Settings.model_fields[name].annotation):
        assert f"`{word}`" in meaning[f"`XINNO_{name.upper()}`"]


def test_optional_settings_say_none() -> None:
    for name, field in Settings.model_fields.items():
        if NoneType in get_args(field.annotation):
            assert default(name) == "none"


def test_readme_tells_in_this_order() -> None:
    first_picture = README.index("![")

    assert first_picture < README.index("\n## ")
    assert [heading for heading in reading.headings(README) if heading != "In a container"] == [
        "Try it",
        "Run it for real",
        "What it does",
        "How it is built",
        "Settings",
        "More",
    ]


def test_readme_names_the_two_commands_that_everybody_needs() -> None:
    lines = list(reading.commands(README))

    assert "./xinno up" in lines
    assert "./xinno test" in lines


def test_each_command_is_described_somewhere() -> None:
    told = {
        word
        for document in reading.DOCUMENTS
        for line in reading.commands(reading.text_of(document))
        for word in line.split()
    }

    assert cli.commands.keys() <= told


def test_each_language_of_the_interface_is_named() -> None:
    for code in INTERFACE_LANGUAGES:
        assert ENGLISH[code] in README


def test_each_command_of_the_chat_is_described() -> None:
    told = {
        word
        for name in ("participants", "organisers", "leads")
        for word in reading.inline(reading.text_of(f"docs/{name}.md"))
    }

    assert {f"/{command}" for command in COMMANDS} <= told


def test_each_kind_of_export_is_described() -> None:
    assert {row[0] for row in reading.table(OPERATORS, "Exports")} == {
        f"`{kind.value}`" for kind in Kind
    }


def test_the_log_events_are_those_that_are_written() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in reading.ROOT.glob("bot/**/*.py"))

    for row in reading.table(OPERATORS, "Logs"):
        assert f'"{row[0].strip("`")}"' in code


def test_the_addresses_of_health_are_served() -> None:
    served = reading.text_of("bot/web.py")

    for row in reading.table(OPERATORS, "Is all well?"):
        assert f'"{row[0].strip("`")}"' in served


def test_pictures_are_there() -> None:
    pictures = [link for link in reading.links(README) if link.endswith(".png")]

    assert pictures
    for picture in pictures:
        content = (reading.ROOT / picture).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 400_000


def test_decisions_are_numbered_short_and_listed() -> None:
    records = sorted((reading.ROOT / "docs" / "decisions").glob("*.md"))
    listed = reading.text_of("docs/architecture.md")

    for number, record in enumerate(records, start=1):
        assert re.fullmatch(rf"{number:04d}-[a-z-]+\.md", record.name)
        text = reading.text_of(record)
        assert text.startswith(f"# {number}. ")
        assert "\n**So** " in text
        assert len(text.splitlines()) <= 12
        assert f"(decisions/{record.name})" in listed


def test_the_changelog_keeps_its_form() -> None:
    text = reading.text_of("CHANGELOG.md")
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    versions = re.findall(r"(?m)^## (.+)$", text)

    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one) for one in versions[1:])
    assert set(re.findall(r"(?m)^### (.+)$", text)) <= kinds


def test_the_licence_and_the_funding_are_named() -> None:
    assert "EUPL-1.2" in README
    assert "Co-funded by the European Union" in README
    assert Path(reading.ROOT / "LICENSE").read_text(encoding="utf-8").count("EUPL") > 1

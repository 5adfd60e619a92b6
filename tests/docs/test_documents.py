"""Every document: its commands parse, its links lead somewhere, its files exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import cli
from handlers.routes import COMMANDS
from tests.docs import reading

each_document = pytest.mark.parametrize("document", reading.DOCUMENTS, ids=reading.name_of)

LAUNCHER = {"test": {"--long"}}
"""What the launcher adds to the commands of the program."""

BEFORE_OURS = (
    ("docker", "compose", "exec", "assistant"),
    ("docker", "compose", "run", "--rm", "assistant"),
    ("docker", "compose", "run", "--rm", "-v", "$PWD:/import:ro", "assistant"),
)
OTHERS = {"curl", "docker", "git", "pg_dump", "python3"}


def ours(words: list[str]) -> list[str] | None:
    """Return the words for our command line, None for another program."""
    if words[0] in {"./xinno", "xinno"}:
        return words[1:]
    for before in BEFORE_OURS:
        if tuple(words[: len(before)]) == before:
            rest = words[len(before) :]
            if "run" in before:
                return rest  # the image's entry is our command
            return rest[1:] if rest[0] == "xinno" else None
    return None


def judge(words: list[str]) -> None:
    """Let click read a command; files it names need not be there."""
    name, *arguments = words
    if name in LAUNCHER:
        options = {word for word in arguments if word.startswith("-")}
        assert options <= LAUNCHER[name]
        return
    assert name in cli.commands, f"there is no command {name}"
    command = cli.commands[name]
    context = click.Context(command, info_name=name)
    values, left, _ = command.make_parser(context).parse_args(list(arguments))
    assert not left
    for parameter in command.params:
        given = values.get(parameter.name or "")
        if isinstance(given, str) and isinstance(parameter.type, click.Choice):
            parameter.type.convert(given, parameter, context)


@each_document
def test_its_commands_exist_with_these_options(document: Path) -> None:
    for line in reading.commands(reading.text_of(document)):
        words = shlex.split(line)
        if (command := ours(words)) is not None:
            judge(command)
        else:
            assert words[0] in OTHERS, line


@each_document
def test_its_links_lead_somewhere(document: Path) -> None:
    for link in reading.links(reading.text_of(document)):
        if not link.startswith("https://"):
            assert (document.parent / link.partition("#")[0]).exists(), link


@each_document
def test_the_files_it_names_exist(document: Path) -> None:
    for path in reading.paths(reading.text_of(document)):
        assert list(reading.ROOT.glob(path.rstrip("/"))), path


@each_document
def test_the_make_words_it_names_exist(document: Path) -> None:
    known = set(re.findall(r"(?m)^([a-z-]+):", reading.text_of("Makefile")))
    text = reading.text_of(document)

    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= known


@each_document
def test_the_chat_commands_it_names_exist(document: Path) -> None:
    text = reading.text_of(document)
    named = {word[1:] for word in reading.inline(text) if re.fullmatch(r"/[a-z]+", word)}
    not_of_the_chat = {"newbot", "healthz", "readyz"}

    assert named - not_of_the_chat <= COMMANDS.keys()


@each_document
def test_the_settings_it_names_exist(document: Path) -> None:
    text = reading.text_of(document)
    known = {row[0].strip("`") for row in reading.table(reading.text_of("README.md"), "Settings")}

    assert set(re.findall(r"\bXINNO_[A-Z_]+", text)) <= known


@each_document
def test_it_is_for_strangers(document: Path) -> None:
    """Nothing of how it was made, and no address of a machine that builds it."""
    of_the_house = r"(?i)\bissues? #?\d|\.\./sh[a]red|/w[o]rk/|/tmp/\w|\bTODO\b|p[y]pi|\bregistry\b"

    assert re.search(of_the_house, reading.text_of(document)) is None


@each_document
def test_addresses_of_people_are_made_up(document: Path) -> None:
    for address in re.findall(r"[\w.]+@[\w.]+\.\w+", reading.text_of(document)):
        assert address.endswith("@example.org"), address

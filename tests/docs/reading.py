"""Reading the documents: their files, code blocks, links and tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
FOLDERS = ("bot/", "docs/", "handlers/", "locales/", "tests/", "xinno_core/")


@dataclass(frozen=True)
class Block:
    """A block of code and its language."""

    language: str
    text: str


def name_of(document: Path) -> str:
    """Return how a test calls a document."""
    return document.relative_to(ROOT).as_posix()


def text_of(document: Path | str) -> str:
    """Return what a document says."""
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(text: str) -> list[Block]:
    """Return the blocks of code, those inside a list included."""
    found = re.findall(r"(?ms)^ *```(\w*)\n(.*?)^ *```", text)
    return [Block(language, body) for language, body in found]


def prose(text: str) -> str:
    """Return a document without its blocks of code."""
    return re.sub(r"(?ms)^ *```.*?^ *```", "", text)


def inline(text: str) -> list[str]:
    """Return what stands in single backquotes."""
    return re.findall(r"`([^`\n]+)`", prose(text))


def links(text: str) -> list[str]:
    """Return where links and pictures lead."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


def paths(text: str) -> list[str]:
    """Return the files and folders of the checkout that are named."""
    return [word for word in inline(text) if word.startswith(FOLDERS) and " " not in word]


def headings(text: str) -> list[str]:
    """Return the headings, without the first one."""
    return re.findall(r"(?m)^#{2,} (.+)$", prose(text))


def table(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the first table under a heading."""
    after = re.split(rf"(?m)^#+ {re.escape(heading)}$", text, maxsplit=1)[1]
    rows = re.search(r"(?m)^\|.*\n\|[ -|]*\n((?:\|.*\n)+)", after)
    assert rows is not None, f"no table under {heading}"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1].splitlines()]


def commands(text: str) -> Iterator[str]:
    """Return the command lines of a document, from its blocks and from single backquotes."""
    for block in blocks(text):
        if block.language == "sh":
            yield from (line.strip() for line in block.text.splitlines() if line.strip())
    yield from (word for word in inline(text) if re.match(r"(\./)?xinno [a-z]", word))

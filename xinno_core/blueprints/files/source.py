"""From the bytes of a YAML file to plain values, each with the line it came from.

The nodes are walked here instead of being constructed, because constructed values have lost their
lines, and because a constructor stops at the first doubled field where all of them are wanted.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from xinno_core.blueprints.files.problems import BlueprintErrors, Fault, Path, Problem, dotted

LARGEST = 512 * 1024
TAG = "tag:yaml.org,2002:"
Place = tuple[int, int]


@dataclass
class Source:
    """A file's plain values, and where each of them stands."""

    file: str
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    names: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def problem(self, fault: Fault) -> Problem:
        """Return the fault with its line; what is missing stands where its parent begins."""
        places = self.names if fault.at_name else self.values
        path = fault.path
        while path and path not in places:
            path, places = path[:-1], self.values
        line, column = places.get(path, (1, 1))
        return Problem(self.file, line, column, dotted(fault.path), fault.wrong, fault.cure)


def load(path: FilePath) -> Source:
    """Read a YAML file; raise at once only for what makes the rest of it unreadable."""
    file = str(path)
    text = _text(path)
    try:
        # The safe loader: a folded text comes without the marks that keep its line breaks.
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise _syntax_error(file, error) from error
    except ReaderError as error:
        raise _broken(
            file,
            _line_of(text, error.position),
            "there is a character that YAML does not allow.",
            "Remove it; an editor that shows control characters finds it.",
        ) from error
    except RecursionError as error:
        raise _broken(
            file,
            (1, 1),
            "the brackets in the file are nested too deep.",
            "Write lists and groups of fields as indented lines.",
        ) from error
    if node is None:
        raise _broken(
            file, (1, 1), "the file is empty.", "Start from the example in docs/formats.md."
        )
    source = Source(file)
    if not isinstance(node, MappingNode):
        raise _broken(
            file,
            _place(node.start_mark),
            "the file does not begin with a field.",
            "Write fields such as `key: my-event`, each on a line of its own.",
        )
    source.data = _Walk(source).plain(node, ())
    return source


class _Walk:
    """One pass over the nodes of a file."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.seen: set[int] = set()

    def plain(self, node: Node, path: Path) -> Any:  # noqa: ANN401 (whatever the file holds)
        """Return the node's value as plain Python, noting the place of everything in it."""
        self.source.values.setdefault(path, _place(node.start_mark))
        if id(node) in self.seen:
            self.fault(
                path,
                "repeats another part of the file by an anchor (& and *).",
                "Write the value out; anchors are not used in these files.",
            )
            return None
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self.scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, place)) for place, item in enumerate(node.value)]
        return dict(self.fields(node, path))

    def fields(self, node: Node, path: Path) -> Iterator[tuple[str, Any]]:
        for name_node, value_node in node.value:
            name = str(name_node.value) if isinstance(name_node, ScalarNode) else "?"
            inner = (*path, name)
            place = _place(name_node.start_mark)
            if inner in self.source.names:
                first = self.source.names[inner][0]
                self.source.names[inner] = place  # the second one is what has to go
                self.fault(
                    inner,
                    f"stands twice; the first one is on line {first}.",
                    "Keep one of the two and remove the other.",
                    at_name=True,
                )
                continue
            self.source.names[inner] = place
            is_written = isinstance(value_node, ScalarNode) and value_node.value != ""
            if not is_written:
                self.source.values[inner] = place  # a group begins at its name, not a line below
            yield name, self.plain(value_node, inner)

    def scalar(self, node: ScalarNode, path: Path) -> Any:  # noqa: ANN401 (whatever the file holds)
        kind = str(node.tag).removeprefix(TAG)
        text = str(node.value)
        # What only looks like a number stays text, and the form says what it wanted instead.
        with contextlib.suppress(ValueError):
            if kind == "null":
                return None
            if kind == "bool":
                return text.lower() == "true"
            if kind == "int":
                return int(text.replace("_", ""))
            if kind == "float":
                return float(re.sub(r"^([-+]?)\.(inf|nan)$", r"\1\2", text.lower()))
        if kind not in {"str", "int", "float", "timestamp", "value"}:
            self.fault(
                path,
                f"has a YAML tag ({kind}), which is not used in these files.",
                "Remove the tag.",
            )
        return text

    def fault(self, path: Path, wrong: str, cure: str, *, at_name: bool = False) -> None:
        self.source.faults.append(Fault(path, wrong, cure, at_name=at_name))


def _text(path: FilePath) -> str:
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _broken(
            file,
            (1, 1),
            f"the file can't be read: {error.strerror}.",
            "Check its path and that you may open it.",
        ) from error
    if len(content) > LARGEST:
        raise _broken(
            file,
            (1, 1),
            f"the file is larger than {LARGEST // 1024} KB.",
            "Check that it is the right one; a format takes a few pages.",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise _broken(
            file,
            (line, column),
            "the file is not in UTF-8: a character here can't be read.",
            "Save it again with the encoding UTF-8.",
        ) from error


_CURES = (
    ("cannot start any token", "\\t", "Indent with spaces; YAML does not allow tabs."),
    ("cannot start any token", "", "Put the text in quotes."),
    ("mapping values are not allowed", "", "Put a text that contains a colon in quotes."),
    ("expected a single document", "", "Write one format into one file, without a line `---`."),
    ("quoted scalar", "", "Close the quotation mark that opens the text."),
    ("'<scalar>'", "", "A text in quotes ends at the next one: check those here and above."),
    ("undefined alias", "", "Put a text that begins with * in quotes."),
    ("while parsing a flow", "", "Close the bracket that opens the list, or add the comma."),
    ("while parsing a block", "", "Give all fields of one group the same indentation."),
)


def _syntax_error(file: str, error: MarkedYAMLError) -> BlueprintErrors:
    said = ", ".join(part for part in (error.context, error.problem) if part)
    opened = "quoted scalar" in (error.context or "") or "flow" in (error.context or "")
    # What was never closed is found out at the end of the file; it is mended where it opens.
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    cure = next(
        (cure for hint, also, cure in _CURES if hint in said and also in said),
        "Check indentation, colons and quotation marks here.",
    )
    return _broken(file, _place(mark), f"this is not valid YAML: {said}.", cure)


def _broken(file: str, place: Place, wrong: str, cure: str) -> BlueprintErrors:
    return BlueprintErrors([Problem(file, *place, "", wrong, cure)])


def _place(mark: StringMark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _line_of(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1

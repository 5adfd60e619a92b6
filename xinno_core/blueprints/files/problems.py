"""What is wrong with a file, said so that its author can mend it."""

from dataclasses import dataclass

from xinno_core.errors import XinnoError

Path = tuple[str | int, ...]
"""The way to a value in a file: names of fields, and places in lists."""


@dataclass(frozen=True)
class Fault:
    """Something wrong at a path; its line is not known yet."""

    path: Path
    wrong: str
    cure: str
    at_name: bool = False  # the name of the field is at fault, not what it holds


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file: where, what, and what to do about it."""

    file: str
    line: int
    column: int
    field: str
    wrong: str
    cure: str

    def __str__(self) -> str:
        """Return one line for a terminal, beginning as compilers begin, so that editors jump."""
        subject = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}:{self.column}: {subject}{self.wrong} {self.cure}"


class BlueprintErrors(XinnoError):  # noqa: N818 (it carries several)
    """The file can't be used: everything found wrong with it, in the order of its lines."""

    def __init__(self, problems: list[Problem]) -> None:
        """Take the problems, sorted by where they stand."""
        self.problems = sorted(problems, key=lambda one: (one.line, one.column, one.field))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def dotted(path: Path) -> str:
    """Return a path as people write it: journey[2].when.at."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text

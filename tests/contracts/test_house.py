"""Rules of the house that a reader can check, and that a machine checks for every reader."""

import ast
from collections.abc import Iterator

from tests.support.program import ROOT

MAY_CATCH_ALL = {
    "bot/telegram/errors.py",
    "bot/web_forms.py",  # whatever happens, a browser gets a page with our headers
    "bot/delivery/sender.py",
    "bot/scheduler.py",
}
"""Where one bad message must stop no other."""

KNOW_THE_TIME = {"xinno_core/clock.py", "xinno_core/database.py"}
"""Business time comes from the one, machine time from the other; all else is told."""


def _sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _is_clock(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    )


def test_the_core_is_told_the_time() -> None:
    asked = {
        name
        for name, tree in _sources("xinno_core")
        if any(_is_clock(node) for node in ast.walk(tree))
    }
    assert asked <= KNOW_THE_TIME


def test_only_the_edges_catch_every_error() -> None:
    catching = {
        name
        for name, tree in _sources("bot", "handlers", "xinno_core")
        if not name.startswith("bot/simulator/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    }
    assert catching <= MAY_CATCH_ALL


def test_nothing_is_awaited_from_telegram_inside_a_handler() -> None:
    """A handler works in a transaction: what Telegram is told comes after the commit."""
    calls = {
        name
        for name, tree in _sources("handlers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"bot", "reply_text", "edit_text"}
    }
    assert calls == set()


def test_services_never_commit() -> None:
    committing = {
        name
        for name, tree in _sources("xinno_core/services")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "begin"}
        if isinstance(node.value, ast.Name) and node.value.id == "session"
    }
    assert committing == set()
